"""An interest run is prepared by one and posted by another; it is shared to the fen and can be taken back."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from ledger.community.role_rules import SamePerson
from ledger.findings.identities import identities
from ledger.fund.actions import end_month
from ledger.fund.gains.actions import credit_interest, credit_other, post_run, prepare_run, reverse_run
from ledger.fund.gains.queries import gains_of_home, gains_shares_of, undistributed
from ledger.fund.gains.rules import (
    GainsPeriodOpen,
    NothingHeld,
    NotThatMuchGained,
    PeriodShared,
    RunNotPosted,
    RunOver,
    Source,
)
from ledger.fund.queries import balances_by_role, statements
from ledger.journal.actions import reverse
from ledger.journal.queries import held
from ledger.journal.rules import AskedDifferently
from ledger.log.queries import head
from ledger.operations.gains import take_in
from ledger.periods import Month, Period
from tests.cast import HUANG, MEI
from tests.factories import a_deposit, a_home
from tests.fund.uses import A101, A102, B201, PLACE, SHOP, a_place

JANUARY = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 3, 4, 0, tzinfo=UTC)
Y2025 = Period.parse("2025")


@contextmanager
def counted(session):
    """The statements that run inside the block."""
    count = []
    engine = session.get_bind()
    listen = (engine, "after_cursor_execute", lambda *_: count.append(1))
    event.listen(*listen)
    yield count
    event.remove(*listen)


def parts(session):
    return held(session, PLACE, "fund", "unit") | held(session, PLACE, "fund", "seller")


def credited(session, fen, on=date(2025, 12, 21), key="i-1"):
    return credit_interest(session, PLACE, fen, on, key=key, by=MEI, at=JANUARY)


def year_closed(session):
    end_month(session, PLACE, Month(2025, 12), exceptions={}, by=MEI, at=JANUARY)


def a_year(session, interest=234_56):
    """The balances of T2, held by a flat, a shop and a selling unit."""
    a_place(session)
    a_deposit(session, {A101: 10_000_00, SHOP: 5_000_00}, on=date(2025, 1, 1))
    a_deposit(session, {"mill@2": 8_000_00}, on=date(2025, 9, 23))
    credited(session, interest)
    year_closed(session)


def prepared(session, fen=234_56, code="2025", period=Y2025):
    return prepare_run(session, PLACE, code, str(period), fen, by=MEI, at=JANUARY)


def posted(session, code="2025", by=HUANG):
    return post_run(session, PLACE, code, by=by, at=JANUARY)


def test_the_gains_of_a_year_fall_to_homes_and_sellers_by_day_products(session):
    """T2 played through the books."""
    a_year(session)

    prepared(session)
    posted(session)

    assert parts(session) == {A101: 10_136_44, SHOP: 5_068_22, "mill@2": 8_029_90}
    assert undistributed(session, PLACE) == 0
    rows = {
        share.bearer: (share.product, share.share_fen) for share in gains_shares_of(session, PLACE, "2025")
    }
    assert rows == {
        A101: (10_000_00 * 365, 136_44),
        SHOP: (5_000_00 * 365, 68_22),
        "mill@2": (8_000_00 * 100, 29_90),
    }


def test_statement_03_shows_what_was_distributed_and_every_identity_holds(session):
    a_year(session)
    prepared(session)
    posted(session)
    end_month(session, PLACE, Month(2026, 1), exceptions={}, by=MEI, at=FEBRUARY)

    *_, s03 = statements(session, PLACE, Period.parse("2026-01"))

    assert {line.zh: line.figures for line in s03}["（二）本年分配累计收益"] == (204_66, 29_90, -234_56, 0)
    assert [
        identity.id
        for identity in identities(session, PLACE, Period.parse("2026-01"))
        if identity.holds is False
    ] == []


def test_a_home_of_sold_public_housing_gets_its_share_apart_from_the_sellers(session):
    a_place(session)
    a_deposit(session, {B201: 100_00, "mill@2": 300_00}, on=date(2025, 1, 1))
    credited(session, 40_00)
    year_closed(session)

    prepared(session, 40_00)
    posted(session)

    balances = balances_by_role(session, PLACE, Month(2026, 1))
    assert (balances["public_owner"], balances["public_seller"]) == (110_00, 330_00)


def test_what_was_spent_during_the_period_earned_until_the_day_before(session):
    a_place(session)
    a_deposit(session, {A101: 100_00, A102: 100_00}, on=date(2025, 12, 1))
    a_deposit(session, {B201: 100_00}, on=date(2025, 12, 30))
    wrong = head(session, PLACE).last_no
    reverse(session, PLACE, wrong, reason="错户", key="rev", by=MEI, at=datetime(2025, 12, 31, 4, tzinfo=UTC))
    credited(session, 62_00)
    year_closed(session)

    prepared(session, 62_00)

    products = {share.bearer: share.product for share in gains_shares_of(session, PLACE, "2025")}
    assert products == {A101: 100_00 * 31, A102: 100_00 * 31, B201: 100_00}


def test_whoever_prepared_a_run_may_not_post_it(session):
    a_year(session)
    prepared(session)

    with pytest.raises(SamePerson):
        posted(session, by=MEI)
    assert undistributed(session, PLACE) == 234_56


def test_products_of_an_open_month_are_not_shared_by(session):
    a_year(session)

    with pytest.raises(GainsPeriodOpen, match="2026年1月"):
        prepared(session, period=Period.parse("2026-01"))


def test_no_more_is_shared_than_was_gained(session):
    a_year(session)

    with pytest.raises(NotThatMuchGained, match=r"234\.56"):
        prepared(session, 234_57)


def test_gains_that_went_elsewhere_meanwhile_are_not_shared(session):
    a_year(session)
    prepared(session)
    prepared(session, 234_56, "H2", Period.parse("2025-H2"))
    prepared(session, 1, "H1", Period.parse("2025-H1"))
    posted(session, "H1")

    with pytest.raises(NotThatMuchGained):
        posted(session, "H2")


def test_a_period_is_shared_out_once_by_whatever_name(session):
    a_year(session)
    prepared(session, 100_00)
    prepared(session, 100_00, "again")
    posted(session)

    for code, period in (("2025-b", Y2025), ("q", Period.parse("2025-Q3")), ("m", Period.parse("2025-12"))):
        with pytest.raises(PeriodShared, match=r"第27条"):
            prepared(session, 1_00, code, period)
    with pytest.raises(PeriodShared):
        posted(session, "again")


def test_asking_twice_gives_the_first_answer_and_moves_nothing(session):
    a_year(session)
    first = prepared(session)
    posting = posted(session)

    assert prepared(session) is first
    assert posted(session) == posting._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        prepared(session, 1_00)
    assert parts(session)[A101] == 10_136_44


def test_a_reversal_restores_every_part_and_the_period_may_be_shared_again(session):
    a_year(session)
    before = parts(session)
    prepared(session)
    with pytest.raises(RunNotPosted):
        reverse_run(session, PLACE, "2025", reason="算错", by=HUANG, at=JANUARY)
    posted(session)

    reverse_run(session, PLACE, "2025", reason="算错", by=HUANG, at=JANUARY)

    assert parts(session) == before
    assert undistributed(session, PLACE) == 234_56
    assert gains_of_home(session, PLACE, A101) == []
    with pytest.raises(RunOver):
        posted(session)
    prepared(session, 200_00, "2025-2")
    posted(session, "2025-2")
    assert undistributed(session, PLACE) == 34_56


def test_an_owner_sees_the_row_of_his_home_once_it_is_posted(session):
    a_year(session)
    prepared(session)
    assert gains_of_home(session, PLACE, A101) == []
    posted(session)

    ((run, share),) = gains_of_home(session, PLACE, A101)

    assert (run.period, share.share_fen, share.product) == ("2025", 136_44, 10_000_00 * 365)
    assert gains_of_home(session, PLACE, A102) == []


def test_where_nobody_held_anything_nothing_is_shared(session):
    a_place(session)
    credited(session, 10_00)
    year_closed(session)

    with pytest.raises(NothingHeld):
        prepared(session, 10_00)


def test_scrap_and_other_income_are_gains_too(session):
    a_place(session)
    for source, no in ((Source.SCRAP, "V1"), (Source.OTHER, "V2")):
        credit_other(
            session, PLACE, source, 50_00, date(2025, 12, 3), voucher_no=no, what="旧水泵", by=MEI, at=JANUARY
        )

    balances = balances_by_role(session, PLACE, Month(2025, 12))
    year_closed(session)

    assert (balances["scrap"], balances["other_income"]) == (50_00, 50_00)
    assert undistributed(session, PLACE) == 100_00


def test_the_number_of_statements_does_not_grow_with_homes(session):
    def run(code, period, at):
        with counted(session) as count:
            prepare_run(session, PLACE, code, period, 10_00, by=MEI, at=at)
            post_run(session, PLACE, code, by=HUANG, at=at)
        return len(count)

    a_year(session)
    few = run("Q1", "2025-Q1", JANUARY)
    homes = [f"3-1-{number}" for number in range(300, 340)]
    for home in homes:
        a_home(session, home)
    a_deposit(session, dict.fromkeys(homes, 100_00), on=date(2026, 1, 2))
    end_month(session, PLACE, Month(2026, 1), exceptions={}, by=MEI, at=FEBRUARY)

    assert run("2026-01", "2026-01", FEBRUARY) <= few
    assert len(gains_shares_of(session, PLACE, "2026-01")) == 43


@pytest.mark.parametrize("source", Source)
def test_a_voucher_that_was_reversed_is_booked_once_more_and_rightly(session, source):
    a_place(session)

    def booked(fen):
        return take_in(session, PLACE, source, fen, date(2025, 12, 21), "V-1", by=MEI, at=JANUARY)

    wrong = booked(1_00)
    reverse(session, PLACE, wrong.no, reason="少了两位", key=f"reversal/{wrong.no}", by=MEI, at=JANUARY)

    right = booked(100_00)

    assert (right.fresh, booked(100_00)) == (True, right._replace(fresh=False))
    with pytest.raises(AskedDifferently):
        booked(1_00)
