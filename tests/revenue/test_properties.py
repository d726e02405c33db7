"""Whatever permitted actions are done in whatever order, the money of public revenue adds up."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.community.tables import Community
from ledger.errors import LedgerError
from ledger.journal.actions import reverse
from ledger.revenue.cost_actions import claim_cost
from ledger.revenue.deposit_actions import return_deposit, take_deposit
from ledger.revenue.deposit_queries import deposits_held
from ledger.revenue.queries import by_part, costs, earned, receipts
from ledger.revenue.receipt_actions import receive_other
from ledger.revenue.remittance.queries import payments, share
from ledger.revenue.rules import Category, CostKind, Part
from ledger.revenue.uses.actions import NewUse, release_use, request_use
from ledger.revenue.uses.queries import released, to_use
from ledger.revenue.uses.rules import Use
from ledger.votes.rules import Matter
from tests.cast import CHEN, MEI, NOON
from tests.revenue.owners import (
    PLACE,
    Q1,
    Q2,
    a_contract,
    a_resolution,
    closing,
    cost,
    in_bank,
    owners_place,
    receipt,
    remit,
)

EVER = (date.min, date.max)
ACTIONS = ("receive", "other", "cost", "tax", "claim", "remit", "use", "fund", "deposit", "return", "reverse")
steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(1, 500_00), st.integers(0, 190), st.booleans()),
    min_size=3,
    max_size=12,
)


def do(session, number, action, fen, day, of_building):
    """One step; gives the numbers of the entries that may be reversed."""
    on = date(2026, 1, 1) + timedelta(days=day)
    which, part = ("GY-2", Part("1")) if of_building else ("GY-1", Part())
    key = f"{action}-{number}"
    who = {"by": MEI, "at": NOON}
    if action == "receive":
        return [receipt(session, fen, on, which, key)]
    if action == "other":
        return [receive_other(session, PLACE, Category.INTEREST, fen, on, reference=key, part=part, **who)]
    if action in ("cost", "tax"):
        kind = CostKind.TAX if action == "tax" else CostKind.ENERGY
        return [cost(session, fen, kind, on, key, None if action == "tax" else which)]
    if action == "claim":
        claim_cost(session, PLACE, key, CostKind.STAFF, fen, on, contract=which, **who)
    if action == "remit":
        remit(session, Q1 if of_building else Q2, date(2026, 7, 10), number=number)
    if action in ("use", "fund"):
        kind = Use.FUND if action == "fund" else Use.REPAIRS
        request_use(session, PLACE, NewUse(key, kind, fen, "修缮", "M-9", part), **who)
        release_use(session, PLACE, key, on, by=CHEN, at=NOON)
    if action in ("deposit", "return"):
        move = take_deposit if action == "deposit" else return_deposit
        move(session, PLACE, which, fen, on, reference=key, **who)
    return []


@given(steps)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_what_came_in_is_spent_remitted_or_still_there(session, events):
    """Σ remitted + Σ uses + balance = Σ receipts − costs; and no part ever spends what another earned."""
    if session.get(Community, PLACE) is None:  # once for all examples; what each does is undone
        owners_place(session)
        a_contract(session)
        a_contract(session, "GY-2", part=Part("1"))
        a_resolution(session, "M-9", Matter.OTHER)
    with session.begin_nested() as trial:
        written = []
        for number, (action, fen, day, of_building) in enumerate(events, start=1):
            step = session.begin_nested()
            try:
                if action == "reverse" and written:
                    no = written.pop(day % len(written)).no
                    reverse(session, PLACE, no, reason="错", key=f"rev-{no}", by=MEI, at=NOON)
                elif action != "reverse":
                    written += do(session, number, action, fen, day, of_building)
                step.commit()
            except LedgerError:
                step.rollback()
        came_in, went_out, gone, used = (
            sum(by_part(session, rows(PLACE), *EVER).values())
            for rows in (receipts, costs, payments, released)
        )
        balance = in_bank(session) - sum(deposits_held(session, PLACE).values())
        assert gone + used + balance == came_in - went_out == sum(earned(session, PLACE, *EVER).values())
        assert closing(session, "PR6101") == closing(session, "4201", "fund")
        assert to_use(session, PLACE, Part()) + max(0, to_use(session, PLACE, Part("1"))) == balance
        assert all(s.due_fen >= 0 for s in (share(session, PLACE, Q1), share(session, PLACE, Q2)))
        trial.rollback()
