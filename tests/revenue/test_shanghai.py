"""沪房规范〔2025〕8号, in force since 2026-04-01: what Shanghai adds to public revenue; each refusal names its article."""

from datetime import date

import pytest

from ledger.files.rules import FileMissing
from ledger.journal.queries import entry
from ledger.journal.rules import AskedDifferently
from ledger.revenue.cost_actions import claim_cost
from ledger.revenue.queries import NobodyThere, quarter
from ledger.revenue.rules import Category, CostKind, ParkingBearsTaxOnly, Part
from ledger.revenue.uses.actions import NewUse, release_use, request_use
from ledger.revenue.uses.rules import NotTheirIncome, OfTheFundsScope, Use, UsePriceNotReviewed
from ledger.votes.rules import Matter
from tests.cast import CHEN, MEI, NOON
from tests.factories import SHA
from tests.revenue.owners import PLACE, Q2, a_contract, a_let_place, a_resolution, cost, in_bank, receipt
from tests.revenue.test_remittance import in_place

BEFORE, SINCE = date(2026, 3, 31), date(2026, 4, 1)
ON = date(2026, 7, 10)
ENOUGH = 5_000_000
"""50,000 yuan, from which on a price is reviewed."""


def a_parking_place(session, **own):
    a_let_place(session)
    in_place(session, "shanghai", **own)
    a_contract(session, "TC-1", category=Category.PARKING_COMMON, object="道路停车")
    receipt(session, 100_000, BEFORE, "TC-1")
    receipt(session, 100_000, BEFORE)


def test_parking_revenue_bears_tax_alone_until_there_is_an_assembly(session):
    a_parking_place(session, assembly__formed=False)
    cost(session, 1_000, on=BEFORE, number="TC-1")

    for kind in set(CostKind) - {CostKind.TAX}:
        with pytest.raises(ParkingBearsTaxOnly, match="第7条"):
            cost(session, 1_000, kind, SINCE, number="TC-1")
    cost(session, 2_000, CostKind.TAX, SINCE, number="TC-1")
    cost(session, 3_000, on=SINCE)  # of advertising

    assert quarter(session, PLACE, Q2)[1:] == (3_000, 2_000)
    claim_cost(session, PLACE, "CB-1", CostKind.STAFF, 1_000, SINCE, contract="TC-1", by=MEI, at=NOON)


@pytest.mark.parametrize(("jurisdiction", "formed"), [("shanghai", True), ("national_default", False)])
def test_elsewhere_and_with_an_assembly_parking_has_its_reasonable_costs(session, jurisdiction, formed):
    a_parking_place(session, assembly__formed=formed)
    in_place(session, jurisdiction)

    cost(session, 1_000, on=SINCE, number="TC-1")

    assert quarter(session, PLACE, Q2).vouchered_cost_fen == 1_000


def a_place_with_money(session, jurisdiction="shanghai"):
    a_let_place(session)
    in_place(session, jurisdiction)
    receipt(session, 2 * ENOUGH, BEFORE)
    a_resolution(session, "M-9", Matter.OTHER)


def ask(session, kind=Use.BENEFIT, fen=ENOUGH, code="U-1", at=NOON, **more):
    new = NewUse(code, kind, fen, "长椅和凉亭", "M-9", **more)
    return request_use(session, PLACE, new, by=MEI, at=at)


def release(session, on=ON, code="U-1"):
    return release_use(session, PLACE, code, on, by=CHEN, at=NOON)


def test_works_of_the_funds_scope_are_not_paid_from_revenue(session):
    a_place_with_money(session)

    with pytest.raises(OfTheFundsScope, match="第11条"):
        ask(session, Use.REPAIRS, 100_00)
    ask(session, Use.OWNERS, 100_00)
    release(session)


def test_what_was_asked_for_before_is_not_paid_once_the_rule_holds(session):
    a_place_with_money(session, "national_default")
    ask(session, Use.REPAIRS, 100_00)
    in_place(session, "shanghai")

    with pytest.raises(OfTheFundsScope):
        release(session, SINCE)
    assert in_bank(session) == 2 * ENOUGH
    release(session, BEFORE)


@pytest.mark.parametrize("kind", [Use.BENEFIT, Use.OTHER])
def test_a_price_of_fifty_thousand_is_reviewed_this_sum_included(session, kind):
    a_place_with_money(session)

    with pytest.raises(UsePriceNotReviewed, match=r"50,000\.00.*第12条"):
        ask(session, kind)
    with pytest.raises(FileMissing):
        ask(session, kind, price_review="0" * 64)
    ask(session, kind, ENOUGH - 1, "U-2")
    ask(session, kind, price_review=SHA)
    with pytest.raises(AskedDifferently):
        ask(session, kind)

    (posted,) = release(session)
    assert entry(session, PLACE, posted.no).kind == "revenue.used"


@pytest.mark.parametrize("kind", [Use.FUND, Use.AUDIT, Use.OWNERS])
def test_what_has_no_price_needs_no_review(session, kind):
    a_place_with_money(session)

    ask(session, kind)

    release(session)
    assert in_bank(session) == ENOUGH


def test_elsewhere_no_review_is_asked_for(session):
    a_place_with_money(session, "national_default")

    ask(session, Use.REPAIRS)

    release(session)


def test_a_buildings_revenue_stays_apart_from_the_whole_communitys(session):
    """Art. 10: 门牌幢 apart from the whole."""
    a_place_with_money(session)
    a_contract(session, "DT-2", object="2 幢电梯广告", part=Part("2"))
    receipt(session, 300_00, BEFORE, "DT-2")
    a_resolution(session, "M-2", Matter.OTHER, building="2")

    with pytest.raises(NobodyThere):
        a_contract(session, "DT-9", part=Part("9"))
    new = NewUse("U-B", Use.OWNERS, 300_01, "茶水", "M-2", Part("2"))
    request_use(session, PLACE, new, by=MEI, at=NOON)
    with pytest.raises(NotTheirIncome):
        release(session, code="U-B")
