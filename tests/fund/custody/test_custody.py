"""The fund goes from one keeper to the other part by part, signed by both, and comes in to the fen (Arts. 15–16)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.community.queries import community
from ledger.community.role_rules import Actor, Role, SamePerson
from ledger.community.tables import Community
from ledger.findings.identities import identities
from ledger.fund.actions import end_month
from ledger.fund.custody.actions import notify_handover, release_fund, take_over_fund
from ledger.fund.custody.queries import account_level, handed_parts, handover
from ledger.fund.custody.rules import (
    NET,
    AccountLevel,
    HandoverNotReady,
    HandoverPending,
    KeptThereAlready,
    NotCarriedOver,
    NothingToHandOver,
    StillOpen,
    check_only_money,
)
from ledger.fund.gains.actions import credit_interest
from ledger.fund.power_queries import keeper
from ledger.fund.power_rules import NotYourPower
from ledger.fund.queries import balances_by_role, statements
from ledger.fund.rules import Keeper
from ledger.journal.queries import held
from ledger.journal.rules import AskedDifferently
from ledger.periods import Month, Period
from tests.cast import CHEN, HUANG, MEI, NOON, SU
from tests.factories import a_deposit, a_home
from tests.fund.gains.test_actions import counted
from tests.fund.uses import A101, A102, AUGUST, B201, PLACE, a_place

TO_ASSEMBLY, BACK = Keeper.POST_TRANSFER, Keeper.PRE_TRANSFER
TODAY = NOON.date()


def parts(session):
    everyone = held(session, PLACE, "fund", "unit") | held(session, PLACE, "fund", "seller")
    return {whose: fen for whose, fen in everyone.items() if fen}


def a_rich_place(session):
    a_place(session)
    a_deposit(session, {A101: 1_000_01, A102: 20_00, B201: 300_33, "mill@2": 2_000_00}, on=date(2026, 6, 3))
    credit_interest(session, PLACE, 12_34, date(2026, 6, 21), key="i", by=MEI, at=NOON)
    end_month(session, PLACE, Month(2026, 6), exceptions={}, by=MEI, at=NOON)


def noticed(session, code="H", to=TO_ASSEMBLY, on=TODAY):
    return notify_handover(session, PLACE, code, to, on, by=CHEN, at=NOON)


def released(session, code="H", by=HUANG, on=TODAY):
    return release_fund(session, PLACE, code, on, by=by, at=NOON)


def taken(session, code="H", by=CHEN, on=TODAY):
    return take_over_fund(session, PLACE, code, on, by=by, at=NOON)


def test_what_comes_in_is_what_went_out_to_the_fen(session):
    a_rich_place(session)
    before, balances = parts(session), balances_by_role(session, PLACE, Month(2026, 7))
    noticed(session)

    released(session)
    assert parts(session) == {}
    assert balances_by_role(session, PLACE, Month(2026, 7))["bank"] == 0
    taken(session)

    assert parts(session) == before
    assert balances_by_role(session, PLACE, Month(2026, 7)) == balances
    assert handover(session, PLACE, "H").total_fen == balances["bank"]


def test_statement_03_shows_what_was_handed_over_and_the_identities_hold(session):
    a_rich_place(session)
    noticed(session)
    released(session)
    end_month(session, PLACE, Month(2026, 7), exceptions={}, by=MEI, at=AUGUST)
    july = Period.parse("2026-07")

    s01, _, s03 = statements(session, PLACE, july)

    rows = {line.zh: line.figures for line in s03}
    assert rows["（三）本年划转"] == (-1_020_01, -2_300_33, -12_34, -3_332_68)
    assert rows["五、本年年末余额"] == (0, 0, 0, 0)
    assert {line.zh: line.figures[1] for line in s01}["资产总计"] == 0
    assert [identity.id for identity in identities(session, PLACE, july) if identity.holds is False] == []


def test_what_moved_this_month_is_carried_over_first(session):
    a_rich_place(session)
    a_deposit(session, {A101: 500_00}, on=date(2026, 7, 2))
    noticed(session)

    released(session)

    assert [part for part in handed_parts(session, PLACE, "H") if part.bearer == A101] == [
        ("commodity", A101, 1_500_01)
    ]


def test_who_keeps_the_fund_is_known_for_every_day(session):
    a_rich_place(session)
    assert keeper(session, PLACE, TODAY) is BACK
    noticed(session)
    released(session)
    assert keeper(session, PLACE, TODAY) is BACK
    taken(session, on=TODAY + timedelta(days=2))

    assert keeper(session, PLACE, TODAY + timedelta(days=1)) is BACK
    assert keeper(session, PLACE, TODAY + timedelta(days=2)) is TO_ASSEMBLY
    assert community(session, PLACE).transferred is True


def test_custody_goes_back_the_other_way_round(session):
    a_rich_place(session)
    before = parts(session)
    noticed(session)
    released(session)
    taken(session)

    noticed(session, "back", BACK)
    with pytest.raises(NotYourPower, match="第15条第（三）项"):
        released(session, "back", by=HUANG)
    released(session, "back", by=CHEN)
    taken(session, "back", by=HUANG)

    assert parts(session) == before
    assert community(session, PLACE).transferred is False


def test_where_nothing_was_handed_over_the_register_says_who_keeps_it(session):
    a_place(session)
    session.get(Community, PLACE).transferred = True

    assert keeper(session, PLACE, TODAY) is TO_ASSEMBLY
    with pytest.raises(KeptThereAlready):
        noticed(session)


def test_each_side_signs_for_itself_and_by_two_people(session):
    a_rich_place(session)
    noticed(session)

    for other in (CHEN, SU):
        with pytest.raises(NotYourPower):
            released(session, by=other)
    released(session, by=HUANG)
    with pytest.raises(NotYourPower):
        taken(session, by=Actor("an", Role.SUPERVISOR))
    with pytest.raises(SamePerson):
        taken(session, by=Actor(HUANG.login, Role.COMMITTEE))
    taken(session)


def test_what_was_not_released_is_not_taken_over(session):
    a_rich_place(session)
    noticed(session)

    with pytest.raises(HandoverNotReady):
        taken(session)
    released(session)
    with pytest.raises(HandoverNotReady):
        taken(session, on=TODAY - timedelta(days=1))


def test_one_hand_over_at_a_time(session):
    a_rich_place(session)
    noticed(session)

    with pytest.raises(HandoverPending):
        noticed(session, "second")


def test_each_step_is_taken_once(session):
    a_rich_place(session)
    first = noticed(session)
    assert noticed(session) is first
    with pytest.raises(AskedDifferently):
        noticed(session, on=TODAY - timedelta(days=1))
    out, into = released(session), taken(session)

    assert released(session) == out._replace(fresh=False)
    assert taken(session) == into._replace(fresh=False)


def test_it_is_due_thirty_days_after_the_notice(session):
    a_rich_place(session)

    assert noticed(session, on=date(2026, 7, 1)).due_on == date(2026, 7, 31)


def test_a_later_months_money_holds_a_hand_over_up(session):
    a_rich_place(session)
    a_deposit(session, {A101: 1_00}, on=date(2026, 8, 1))
    noticed(session)

    with pytest.raises(NotCarriedOver, match="交存收入—商品住宅"):
        released(session)


BALANCES = dict.fromkeys(("bank", *NET, "bonds", "advance", "house_loss", "interest", "repairs_owner"), 0)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, NothingToHandOver),
        ({"bank": 1, "bonds": 1}, StillOpen),
        ({"bank": 1, "house_loss": 1}, StillOpen),
        ({"bank": 1, "interest": 1}, NotCarriedOver),
        ({"bank": 1, "repairs_owner": 1}, NotCarriedOver),
        ({"bank": 1, "gains": -1}, NothingToHandOver),
    ],
)
def test_only_money_that_is_carried_over_is_handed_over(changes, refusal):
    with pytest.raises(refusal):
        check_only_money(BALANCES | changes)


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_bank_money_and_net_assets_may_go(bank, gains):
    check_only_money(BALANCES | {"bank": bank, "gains": gains, "commodity": bank})


def test_by_what_the_account_is_opened_is_local_law(session):
    """Arts. 10–11: by area; 上海 Art. 66: by building."""
    a_place(session)
    assert account_level(session, PLACE, TODAY) is AccountLevel.AREA
    session.get(Community, PLACE).jurisdiction = "shanghai"
    session.flush()

    assert account_level(session, PLACE, TODAY) is AccountLevel.BUILDING


def test_the_number_of_statements_does_not_grow_with_homes(session):
    a_rich_place(session)
    noticed(session)
    with counted(session) as few:
        released(session)
    taken(session)
    homes = [a_home(session, f"3-1-{number}") for number in range(300, 340)]
    a_deposit(session, dict.fromkeys(homes, 100_00), on=date(2026, 7, 3))
    end_month(session, PLACE, Month(2026, 7), exceptions={}, by=MEI, at=AUGUST)
    later = datetime(2026, 8, 4, 4, tzinfo=UTC)
    notify_handover(session, PLACE, "back", BACK, later.date(), by=CHEN, at=later)

    with counted(session) as many:
        release_fund(session, PLACE, "back", later.date(), by=CHEN, at=later)

    assert len(many) <= len(few)
