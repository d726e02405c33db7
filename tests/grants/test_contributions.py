"""居民出资: due, paid, refunded and used, home by home; and the totals that everyone may see."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from ledger.community.queries import NoHome
from ledger.community.role_rules import SamePerson
from ledger.errors import Refused
from ledger.grants.contributions.actions import (
    HomePayment,
    NewLevy,
    ask_refund,
    pay_refund,
    raise_levy,
    take_contributions,
    use_contributions,
)
from ledger.grants.contributions.queries import NoLevy, NotCharged, contribution, contributions, totals
from ledger.grants.contributions.rules import (
    Basis,
    ConsentMissing,
    ItemClass,
    LevyAbovePlan,
    LevyEmpty,
    NotCollected,
    NotHeldForHome,
    PaidAboveDue,
)
from ledger.grants.rules import SourceNotPlanned
from ledger.grants.walk_queries import by_source, where_from
from ledger.journal.queries import held, trial_balance
from ledger.journal.rules import AskedDifferently
from ledger.periods import Month
from tests.cast import CHEN, MEI, NOON
from tests.factories import a_home
from tests.grants.renovation import JULY, PLACE, RESIDENTS, a_renovation, bill

HOMES = ("1-1-101", "1-1-102", "1-1-103")
IN_JULY = Month(2026, 7)


def a_levy(session, code="L-1", fen=10_00, item=ItemClass.BASIC, consents=None, **other):
    new = NewLevy(
        code, other.get("works", "2022"), other.get("package", "A"), item, other.get("basis", Basis.AREA), fen,
        "2022-3 号决议", dict.fromkeys(HOMES, "") if consents is None else consents,
    )  # fmt: skip
    return raise_levy(session, PLACE, new, by=MEI, at=NOON)


def pays(session, home, fen, no="S-1", code="L-1"):
    (posting,) = take_contributions(session, PLACE, code, [HomePayment(no, home, fen, JULY)], by=MEI, at=NOON)
    return posting


def refund(session, home, fen, no="T-1"):
    ask_refund(session, PLACE, no, "L-1", home, fen, reason="退出", by=MEI, at=NOON)
    return pay_refund(session, PLACE, no, JULY, by=CHEN, at=NOON)


def use(session, fen, no="U-1"):
    return use_contributions(session, PLACE, no, "L-1", fen, JULY, by=CHEN, at=NOON)


def test_a_levy_is_cut_over_its_homes_to_the_fen(session):
    a_renovation(session)
    a_levy(session)

    assert [(c.home, c.due_fen) for c in contributions(session, PLACE, "L-1")] == [
        (HOMES[0], 2_86), (HOMES[1], 3_33), (HOMES[2], 3_81),
    ]  # fmt: skip


def test_a_home_pays_what_it_owes_under_numbered_receipts_and_no_more(session):
    a_renovation(session)
    a_levy(session)
    first = pays(session, HOMES[0], 2_00)

    assert pays(session, HOMES[0], 2_00) == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        pays(session, HOMES[0], 1_00)
    with pytest.raises(PaidAboveDue, match=r"2\.86"):
        pays(session, HOMES[0], 87, "S-2")
    pays(session, HOMES[0], 86, "S-2")
    assert contribution(session, PLACE, "L-1", HOMES[0]).held_fen == 2_86


def test_two_payments_in_one_batch_stay_within_what_a_home_owes(session):
    a_renovation(session)
    a_levy(session)
    batch = [HomePayment("S-1", HOMES[0], 2_00, JULY), HomePayment("S-2", HOMES[0], 87, JULY)]

    with pytest.raises(PaidAboveDue):
        take_contributions(session, PLACE, "L-1", batch, by=MEI, at=NOON)
    assert totals(session, PLACE)[0].paid_fen == 0


def test_a_personal_item_charges_the_homes_that_consented_and_no_other(session):
    """`domain/09` S1-5."""
    a_renovation(session)
    with pytest.raises(ConsentMissing):
        a_levy(session, item=ItemClass.PERSONAL)
    a_levy(session, item=ItemClass.PERSONAL, consents={HOMES[1]: "同意书-1"})

    assert [c.home for c in contributions(session, PLACE, "L-1")] == [HOMES[1]]
    with pytest.raises(NotCharged, match=HOMES[0]):
        pays(session, HOMES[0], 1)


def test_a_levy_stays_within_what_the_plan_counts_on_from_the_residents(session):
    a_renovation(session)
    a_levy(session, fen=6_00)

    with pytest.raises(LevyAbovePlan, match=r"10\.00"):
        a_levy(session, "L-2", fen=4_01)
    with pytest.raises(SourceNotPlanned):
        a_levy(session, "L-2", fen=1, package="B")
    with pytest.raises(LevyEmpty):
        a_levy(session, "L-2", fen=1, consents={})
    with pytest.raises(NoHome, match="9-9-999"):
        a_levy(session, "L-2", fen=1, consents={"9-9-999": ""})
    with pytest.raises(NoLevy):
        pays(session, HOMES[0], 1, code="L-9")


def test_money_goes_back_to_a_home_by_two_people(session):
    a_renovation(session)
    a_levy(session)
    pays(session, HOMES[0], 2_00)
    ask_refund(session, PLACE, "T-1", "L-1", HOMES[0], 2_00, reason="退出", by=MEI, at=NOON)

    with pytest.raises(SamePerson):
        pay_refund(session, PLACE, "T-1", JULY, by=MEI, at=NOON)
    posting = pay_refund(session, PLACE, "T-1", JULY, by=CHEN, at=NOON)

    assert pay_refund(session, PLACE, "T-1", JULY, by=CHEN, at=NOON) == posting._replace(fresh=False)
    assert held(session, PLACE, "community", "home")[HOMES[0]] == 0
    with pytest.raises(NotHeldForHome):
        refund(session, HOMES[0], 1, "T-2")
    pays(session, HOMES[0], 2_86, "S-9")


def test_what_is_collected_goes_into_the_works_from_each_home_by_what_is_held(session):
    a_renovation(session, retention_e2=0)
    a_levy(session)
    pays(session, HOMES[0], 2_86)
    pays(session, HOMES[1], 3_33, "S-2")

    with pytest.raises(NotCollected, match=r"6\.19"):
        use(session, 6_20)
    out, into = use(session, 4_00)
    assert [p.no for p in use(session, 4_00)] == [out.no, into.no]

    assert [c.used_fen for c in contributions(session, PLACE, "L-1")] == [1_85, 2_15, 0]
    assert held(session, PLACE, "community", "home") == {HOMES[0]: 1_01, HOMES[1]: 1_18}
    with pytest.raises(NotHeldForHome):
        refund(session, HOMES[0], 1_02)
    (paid,) = bill(session, residents=4_00)
    assert [(t.came_in.no, t.fen) for t in where_from(session, PLACE, paid.no)] == [(into.no, 4_00)]
    assert next(f for f in by_source(session, PLACE, IN_JULY) if f.source is RESIDENTS).received_fen == 4_00


def test_the_totals_name_no_home(session):
    a_renovation(session)
    a_levy(session)
    pays(session, HOMES[0], 2_00)

    (total,) = totals(session, PLACE)
    assert total[1:] == (3, 10_00, 2_00, 0, 0)
    assert not any(home in str(total) for home in HOMES)


def test_the_number_of_statements_does_not_grow_with_the_homes(session):
    a_renovation(session)
    homes = [a_home(session, f"2-1-{n}01") for n in range(1, 41)]
    a_levy(session, consents=dict.fromkeys(homes, ""))
    statements = []

    def count(*args):
        statements.append(args[2])

    def told(batch):
        statements.clear()
        take_contributions(session, PLACE, "L-1", batch, by=MEI, at=NOON)
        return len(statements)

    event.listen(session.get_bind(), "after_cursor_execute", count)
    try:
        few = told([HomePayment(f"S-{h}", h, 10, JULY) for h in homes[:2]])
        many = told([HomePayment(f"S-{h}", h, 10, JULY) for h in homes[2:]])
    finally:
        event.remove(session.get_bind(), "after_cursor_execute", count)
    assert few == many


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    actions=st.lists(
        st.tuples(st.sampled_from(["pay", "refund", "use"]), st.sampled_from(HOMES), st.integers(1, 4_00)),
        max_size=14,
    )
)
def test_what_is_held_of_the_homes_is_what_the_book_holds(shared, actions):
    from sqlmodel import Session

    with Session(shared.engine, expire_on_commit=False) as session:
        a_renovation(session)
        a_levy(session)
        for number, (action, home, fen) in enumerate(actions):
            try:
                with session.begin_nested():
                    if action == "pay":
                        pays(session, home, fen, f"S-{number}")
                    elif action == "refund":
                        refund(session, home, fen, f"T-{number}")
                    else:
                        use(session, fen, f"U-{number}")
            except Refused:
                continue
        mine = contributions(session, PLACE, "L-1")
        rows = {r.account: r for r in trial_balance(session, PLACE, "community", IN_JULY, IN_JULY)}
        ledger = held(session, PLACE, "community", "home", HOMES)
        assert {c.home: c.held_fen for c in mine} == ledger
        assert rows["CM1001"].closing_fen == rows["CM2001"].closing_fen == sum(ledger.values())
        assert all(0 <= c.held_fen <= c.due_fen for c in mine)
        received = [f.received_fen for f in by_source(session, PLACE, IN_JULY) if f.source is RESIDENTS]
        assert sum(c.used_fen for c in mine) == sum(received)
        session.rollback()
