"""What the owners spend of their public revenue, and the deposits that are not theirs."""

from datetime import date

import pytest

from ledger.community.role_rules import SamePerson
from ledger.community.rules import FirmKind
from ledger.journal.queries import entry, held
from ledger.journal.rules import AskedDifferently, MovementWrong
from ledger.revenue.deposit_actions import forfeit_deposit, return_deposit, take_deposit
from ledger.revenue.deposit_queries import deposits_held
from ledger.revenue.deposit_rules import DepositTooSmall
from ledger.revenue.queries import NobodyThere, NoContract, earned, missing, quarter
from ledger.revenue.rules import Part
from ledger.revenue.uses.actions import NewUse, release_use, request_use
from ledger.revenue.uses.queries import NoUse, to_use, uses
from ledger.revenue.uses.rules import FORBIDDEN, NotTheirIncome, Use, UseAboveResolution, UseForbidden
from ledger.votes.rules import Matter, NoResolutionPassed
from tests.cast import CHEN, LIN, MEI, NOON
from tests.factories import a_firm
from tests.revenue.owners import (
    HOMES,
    PLACE,
    Q1,
    a_contract,
    a_let_place,
    a_resolution,
    closing,
    in_bank,
    owners_place,
    receipt,
    remit,
)

ON = date(2026, 7, 10)


def a_rich_place(session, **resolved):
    a_let_place(session)
    receipt(session, 1_000_00)
    a_resolution(session, "M-9", Matter.OTHER, **resolved)


def ask(session, fen=100_00, kind=Use.REPAIRS, code="U-1", *, by=MEI, motion="M-9", **more):
    new = NewUse(code, kind, fen, "修缮", motion, **more)
    return request_use(session, PLACE, new, by=by, at=NOON)


def release(session, code="U-1", *, by=CHEN, on=ON):
    return release_use(session, PLACE, code, on, by=by, at=NOON)


def test_a_use_is_asked_for_by_one_and_released_by_another(session):
    a_rich_place(session)
    a_firm(session, "anju", FirmKind.CONTRACTOR)
    assert ask(session, payee="anju").entry_no is None
    assert in_bank(session) == 1_000_00

    (posting,) = release(session)

    assert in_bank(session) == 900_00
    assert entry(session, PLACE, posting.no).approved_by == "chen"
    assert release(session) == [posting._replace(fresh=False)]
    with pytest.raises(AskedDifferently):
        release(session, on=date(2026, 7, 11))
    assert [(u.code, u.requested_by, u.approved_by) for u in uses(session, PLACE)] == [("U-1", "mei", "chen")]


def test_who_asks_does_not_release(session):
    a_rich_place(session)
    ask(session, by=LIN)

    with pytest.raises(SamePerson):
        release(session, by=LIN)
    assert in_bank(session) == 1_000_00


def test_without_a_resolution_of_the_owners_nothing_is_asked_for(session):
    a_rich_place(session)
    a_resolution(session, "M-NO", Matter.OTHER, yes=False)

    for motion in ("M-NO", "M-77"):
        with pytest.raises(NoResolutionPassed, match="278"):
            ask(session, motion=motion)
    with pytest.raises(NoUse):
        release(session)


@pytest.mark.parametrize("kind", sorted(FORBIDDEN))
def test_no_resolution_makes_an_investment_a_use(session, kind):
    a_rich_place(session)

    with pytest.raises(UseForbidden):
        ask(session, kind=kind)


@pytest.mark.parametrize("kind", sorted(set(Use) - FORBIDDEN))
def test_every_allowed_use_has_its_account(session, kind):
    a_rich_place(session)
    ask(session, kind=kind)

    release(session)

    assert in_bank(session) == 900_00


def test_uses_on_one_resolution_keep_within_it_together(session):
    a_rich_place(session, budget_fen=150_00)
    ask(session)
    ask(session, 50_01, code="U-2")
    release(session)

    with pytest.raises(UseAboveResolution):
        release(session, "U-2")


def test_topping_up_the_fund_is_two_linked_entries(session):
    a_rich_place(session)
    ask(session, kind=Use.FUND)

    out, into = release(session)

    assert closing(session, "4201", "fund") == 100_00
    assert entry(session, PLACE, out.no).link == entry(session, PLACE, into.no).link == "revenue-use/U-1"
    assert (uses(session, PLACE)[0].entry_no, uses(session, PLACE)[0].other_entry) == (out.no, into.no)


def test_an_offset_of_fees_is_paid_in_advance_for_every_home_by_area(session):
    a_rich_place(session)
    ask(session, 100_01, Use.OFFSET)

    release(session)

    assert held(session, PLACE, "fee", "prepaid") == {HOMES[0]: 25_01} | dict.fromkeys(HOMES[1:], 25_00)
    assert held(session, PLACE, "fee", "arrears") == {}
    assert closing(session, "1002", "fee") == 100_01


def test_an_offset_from_a_buildings_income_is_its_owners(session):
    owners_place(session)
    a_contract(session, part=Part("1"))
    receipt(session, 1_000_00)
    a_resolution(session, "M-9", Matter.OTHER, building="1")
    ask(session, 90_00, Use.OFFSET, part=Part("1"))

    release(session)

    assert held(session, PLACE, "fee", "prepaid") == dict.fromkeys(HOMES[:3], 30_00)


def test_what_a_part_earned_is_spent_by_nobody_else(session):
    owners_place(session)
    a_contract(session)
    a_contract(session, "GY-2", part=Part("1"))
    receipt(session, 40_00)
    receipt(session, 1_000_00, number="GY-2")
    a_resolution(session, "M-9", Matter.OTHER)
    ask(session, 40_01)
    ask(session, 40_00, code="U-2")
    ask(session, 1_000_01, code="U-3", part=Part("1"))
    ask(session, 1, code="U-4", part=Part("2"))

    for code in ("U-1", "U-3", "U-4"):
        with pytest.raises(NotTheirIncome, match="283"):
            release(session, code)
    release(session, "U-2")
    assert (to_use(session, PLACE, Part()), to_use(session, PLACE, Part("1"))) == (0, 1_000_00)
    with pytest.raises(NobodyThere):
        ask(session, code="U-5", part=Part("9"))


def test_what_was_remitted_is_no_longer_to_use(session):
    a_rich_place(session)
    remit(session)
    ask(session, 300_01)

    with pytest.raises(NotTheirIncome):
        release(session)


def deposit(session, fen, action=take_deposit, key="d-1", number="GY-1", **more):
    return action(session, PLACE, number, fen, date(2026, 2, 9), reference=key, **more, by=CHEN, at=NOON)


def test_a_deposit_is_owed_back_and_is_no_income(session):
    a_let_place(session)
    first = deposit(session, 500_00)

    assert deposit(session, 500_00) == first._replace(fresh=False)
    assert deposits_held(session, PLACE) == {"media@GY-1": 500_00}
    assert (quarter(session, PLACE, Q1).net_fen, to_use(session, PLACE, Part())) == (0, 0)
    deposit(session, 200_00, return_deposit, "d-2")
    with pytest.raises(DepositTooSmall, match=r"300\.00 元"):
        deposit(session, 300_01, return_deposit, "d-3")
    with pytest.raises(NoContract):
        deposit(session, 1, number="GY-9", key="d-4")
    for fen in (0, -1):
        with pytest.raises(MovementWrong):
            deposit(session, fen, key="d-5")
    assert deposits_held(session, PLACE) == {"media@GY-1": 300_00}


def test_a_deposit_of_one_contract_does_not_stand_for_another(session):
    a_let_place(session)
    a_contract(session, "GY-2")
    deposit(session, 500_00)

    with pytest.raises(DepositTooSmall):
        deposit(session, 1, return_deposit, "d-2", number="GY-2")


def test_a_deposit_is_forfeited_by_the_owners_only_and_pays_no_instalment(session):
    owners_place(session)
    a_contract(session, part=Part("1"))
    deposit(session, 500_00)
    with pytest.raises(NoResolutionPassed):
        deposit(session, 500_00, forfeit_deposit, "d-2", motion="M-9")
    a_resolution(session, "M-9", Matter.OTHER)

    deposit(session, 500_00, forfeit_deposit, "d-2", motion="M-9")

    assert deposits_held(session, PLACE) == {}
    assert earned(session, PLACE, Q1.first, Q1.last) == {Part("1"): 500_00}
    assert missing(session, PLACE, date(2026, 1, 1))[0].received_fen == 0
