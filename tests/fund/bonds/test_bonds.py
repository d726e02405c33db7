"""Idle money goes into newly issued treasury bonds that are held to maturity, and nowhere else (165号令 Art. 26)."""

from datetime import date, timedelta

import pytest

from ledger.community.queries import homes
from ledger.community.role_rules import SamePerson
from ledger.fund.bonds.actions import buy_bond, end_bond, plan_bond
from ledger.fund.bonds.queries import bond
from ledger.fund.bonds.rules import (
    BondExists,
    BondMalformed,
    BondNotReady,
    BondState,
    Ending,
    HeldToMaturity,
    Instrument,
    Market,
    NotATreasuryBond,
    NotNewlyIssued,
    NotThatMuchHeld,
    Offer,
    SellersConsentMissing,
)
from ledger.fund.queries import balances_by_role
from ledger.journal.rules import AskedDifferently
from ledger.periods import Month
from ledger.votes.actions import announce, cast, close_motion
from ledger.votes.rules import Choice, Matter, NewMotion, NoResolutionPassed
from tests.cast import CHEN, HE, HUANG, MEI, NOON
from tests.factories import a_deposit
from tests.fund.uses import A101, A102, B201, B202, PLACE, SHOP, a_place

ISSUE = NOON.date()
MATURES = date(2029, 7, 15)
EVERYONE = [A101, A102, SHOP, B201, B202]


def consented(session, code="bonds", matter=Matter.USE_FUND, choice=Choice.YES):
    announce(
        session,
        PLACE,
        NewMotion(code, matter, "闲置资金购买国债", opens_on=ISSUE, closes_on=ISSUE + timedelta(days=1)),
        homes(session, PLACE),
        by=CHEN,
        at=NOON - timedelta(days=20),
    )
    cast(session, PLACE, code, dict.fromkeys(EVERYONE, choice), by=HE, at=NOON)
    close_motion(session, PLACE, code, by=CHEN, at=NOON)
    return code


def an_offer(**changes):
    terms = {
        "series": "2026年凭证式（三期）",
        "cost_fen": 1_000_00,
        "issued_from": ISSUE,
        "issued_until": ISSUE + timedelta(days=9),
        "matures_on": MATURES,
    }
    return Offer(**{**terms, **changes})


def planned(session, code="G1", motion="bonds", **changes):
    return plan_bond(session, PLACE, code, an_offer(**changes), motion, by=MEI, at=NOON)


def bought(session, code="G1", on=ISSUE, by=HUANG):
    return buy_bond(session, PLACE, code, on, by=by, at=NOON)


def ended(session, way=Ending.MATURITY, on=MATURES, interest=75_00):
    return end_bond(session, PLACE, "G1", way, interest, on, by=HUANG, at=NOON)


def a_rich_place(session):
    a_place(session)
    a_deposit(session, {A101: 1_500_00, "mill@2": 500_00})


def test_a_bond_is_bought_by_resolution_and_comes_back_with_its_interest(session):
    a_rich_place(session)
    consented(session)
    planned(session)

    bought(session)
    held = balances_by_role(session, PLACE, Month(2026, 7))
    ended(session)

    assert (held["bonds"], held["bank"]) == (1_000_00, 1_000_00)
    after = balances_by_role(session, PLACE, Month(2029, 7))
    assert (after["bonds"], after["bank"], after["bond_interest"]) == (0, 2_075_00, 75_00)
    assert bond(session, PLACE, "G1").state is BondState.MATURED


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"instrument": Instrument.WEALTH_PRODUCT}, NotATreasuryBond),
        ({"instrument": Instrument.OTHER_BOND}, NotATreasuryBond),
        ({"instrument": Instrument.REPO}, NotATreasuryBond),
        ({"market": Market.SECONDARY}, NotNewlyIssued),
        ({"sellers_fen": 1_00}, SellersConsentMissing),
    ],
)
def test_what_the_law_does_not_allow_is_refused_with_its_article(session, changes, refusal):
    a_rich_place(session)
    consented(session)

    with pytest.raises(refusal, match=r"第26条"):
        planned(session, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"cost_fen": 0},
        {"cost_fen": -1},
        {"sellers_fen": -1},
        {"sellers_fen": 1_000_01},
        {"matures_on": ISSUE},
        {"issued_until": ISSUE - timedelta(days=1)},
    ],
)
def test_an_offer_that_makes_no_sense_is_refused(session, changes):
    a_rich_place(session)

    with pytest.raises(BondMalformed):
        planned(session, **changes)


def test_the_owners_consent_comes_first(session):
    """民法典 Art. 278 (五): a vote on something else or voted down is none."""
    a_rich_place(session)
    consented(session, "no", choice=Choice.NO)
    consented(session, "other", Matter.OTHER)

    for motion in ("no", "other", "nothing"):
        with pytest.raises(NoResolutionPassed, match=r"278"):
            planned(session, motion=motion)


@pytest.mark.parametrize("way", [Ending.SALE, Ending.REPO, Ending.PLEDGE])
def test_a_bond_is_neither_sold_nor_pledged(session, way):
    a_rich_place(session)
    consented(session)
    planned(session)
    bought(session)

    with pytest.raises(HeldToMaturity, match=r"第26条"):
        ended(session, way)


def test_a_bond_is_not_cashed_before_its_day(session):
    a_rich_place(session)
    consented(session)
    planned(session)
    with pytest.raises(BondNotReady):
        ended(session)
    bought(session)

    with pytest.raises(HeldToMaturity):
        ended(session, on=MATURES - timedelta(days=1))
    with pytest.raises(BondMalformed):
        ended(session, interest=-1)
    ended(session)


def test_whoever_planned_it_does_not_release_the_money_and_only_at_its_issue(session):
    a_rich_place(session)
    consented(session)
    planned(session)

    with pytest.raises(SamePerson):
        bought(session, by=MEI)
    with pytest.raises(NotNewlyIssued):
        bought(session, on=ISSUE + timedelta(days=10))
    assert balances_by_role(session, PLACE, Month(2026, 7))["bonds"] == 0


def test_owners_money_and_sellers_money_are_each_their_own(session):
    a_rich_place(session)
    consented(session)
    planned(session, "O", cost_fen=1_600_00)
    planned(session, "S", sellers_fen=600_00, sellers_consent="财购〔2026〕8号")
    planned(session, "B", sellers_fen=500_00, sellers_consent="财购〔2026〕8号")

    for code in ("O", "S"):
        with pytest.raises(NotThatMuchHeld):
            bought(session, code)
    bought(session, "B")


def test_each_step_is_taken_once(session):
    a_rich_place(session)
    consented(session)
    planned(session)
    with pytest.raises(BondExists):
        planned(session)
    first = bought(session)
    assert bought(session) == first._replace(fresh=False)
    last = ended(session)
    assert ended(session) == last._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        ended(session, interest=80_00)
