"""Prices: what they rest on, what a change needs, packages, and months that a contract covers in part."""

from datetime import date, timedelta

import pytest

from ledger.community.queries import NoFirm, NoHome
from ledger.community.tables import Community, ProfileValue
from ledger.fees.charge_actions import hand_over
from ledger.fees.queries import outstanding, tariffs
from ledger.fees.rules import Basis, HandedOverBefore, NothingToCharge, Pricing
from ledger.fees.tariff_actions import change_tariff, set_tariff
from ledger.fees.tariff_rules import AuditNotPosted, NewPrice, PackageEmpty, PriceNotSupported, TariffExists
from ledger.journal.queries import entry
from ledger.journal.rules import AskedDifferently
from ledger.noticeboard.actions import publish_notice
from ledger.noticeboard.rules import NewNotice, digest
from ledger.periods import Month
from ledger.votes.rules import Choice, Matter, NoResolutionPassed
from tests.cast import CHEN, MEI, NOON
from tests.fees.homes import (
    AUGUST,
    JULY,
    ONE,
    PLACE,
    THREE,
    TWO,
    a_contract,
    a_resolution,
    charge,
    day,
    three_homes,
)

SINCE = date(2026, 8, 1)
AUDIT = b'{"audit":"2025"}'


def changed(
    session,
    rate_e4=5_000,
    reference="M-1",
    *,
    basis=Basis.PER_M2,
    since=SINCE,
    pricing=Pricing.MARKET,
    at=NOON,
    **more,
):
    price = NewPrice(since, basis, rate_e4, pricing)
    return change_tariff(session, PLACE, price, reference, **more, by=CHEN, at=at)


def test_a_market_price_is_what_the_owners_passed(session):
    """《民法典》第278条; `domain/05` §5.1."""
    three_homes(session)
    a_resolution(session, "M-NO", choice=Choice.NO)
    a_resolution(session, "M-ELSE", Matter.COMMITTEE)
    for reference in ("M-NO", "M-ELSE", "nothing"):
        with pytest.raises(NoResolutionPassed, match="278"):
            changed(session, reference=reference)
    a_resolution(session)

    first = changed(session)

    assert changed(session) == first._replace(fresh=False)
    assert entry(session, PLACE, first.no).kind == "fees.tariff"
    charge(session, AUGUST)
    assert outstanding(session, PLACE, [ONE]) == {ONE: [("2026-08", 40_00)]}
    with pytest.raises(AskedDifferently):
        changed(session, 5_001)


def test_a_guided_price_names_its_document_and_needs_no_vote(session):
    three_homes(session)
    with pytest.raises(PriceNotSupported):
        changed(session, reference=" ", pricing=Pricing.GUIDED)

    changed(session, reference="锡价服〔2026〕1号", pricing=Pricing.GUIDED)

    assert tariffs(session, PLACE)[-1].pricing is Pricing.GUIDED


def test_where_the_place_asks_for_it_the_audit_is_published_before_the_price_changes(session):
    """Hangzhou Art. 53: the audit of the year before, posted 30 days."""
    three_homes(session)
    session.get(Community, PLACE).jurisdiction = "hangzhou"
    a_resolution(session)
    with pytest.raises(AuditNotPosted, match="第53条"):
        changed(session)
    publish_notice(
        session,
        PLACE,
        NewNotice(
            "fee-audit",
            "2025",
            titles=("审计", "Audit"),
            body=AUDIT,
            attachments=(),
            must_stay_until=date(2026, 12, 31),
        ),
        by=CHEN,
        at=day(2026, 7, 3),
    )
    with pytest.raises(AuditNotPosted):
        changed(session, audit_sha256=digest(AUDIT))  # 29 days before 1 August

    changed(session, audit_sha256=digest(AUDIT), since=date(2026, 8, 2))


def test_a_package_names_its_services_and_nothing_else_does(session):
    three_homes(session)
    who = {"by": MEI, "at": NOON}
    with pytest.raises(PackageEmpty):
        set_tariff(session, PLACE, "*", NewPrice(SINCE, Basis.PACKAGE, 180_000), "决议 2", **who)
    with pytest.raises(PackageEmpty):
        set_tariff(session, PLACE, "*", NewPrice(SINCE, Basis.PER_M2, 4_500, items=["保洁"]), "决议 2", **who)

    set_tariff(
        session, PLACE, "*", NewPrice(SINCE, Basis.PACKAGE, 180_000, items=["保洁", "秩序"]), "决议 2", **who
    )

    assert tariffs(session, PLACE)[-1].items == "保洁\n秩序"
    charge(session, AUGUST)
    assert {sum(fen for _, fen in due) for due in outstanding(session, PLACE).values()} == {18_00}
    with pytest.raises(TariffExists):
        set_tariff(session, PLACE, "*", NewPrice(SINCE, Basis.PER_M2, 1), "决议 3", **who)


def test_a_contract_that_begins_within_a_month_charges_its_days(session):
    three_homes(session)
    session.get(Community, PLACE).jurisdiction = "by-days"
    by_days(session)
    a_contract(session, charges_from=date(2026, 7, 12), charges_until=date(2026, 8, 10))

    charge(session, JULY)
    charge(session, AUGUST)

    assert outstanding(session, PLACE, [TWO]) == {TWO: [("2026-07", 23_23), ("2026-08", 11_61)]}
    with pytest.raises(NothingToCharge):
        charge(session, Month(2026, 9))


def by_days(session):
    session.add(
        ProfileValue(
            scope="by-days", key="fee.part_month", since=date(2026, 1, 1), value='"days"', source="合同"
        )
    )
    session.flush()


def test_hand_over_names_a_home_and_a_developer_that_there_are(session):
    three_homes(session)
    with pytest.raises(NoHome):
        hand_over(session, PLACE, ["9-9-999"], SINCE, None, by=MEI, at=NOON)
    with pytest.raises(NoFirm):
        hand_over(session, PLACE, [THREE], SINCE, "nobody", by=MEI, at=NOON)

    first = hand_over(session, PLACE, [THREE, TWO], SINCE, None, by=MEI, at=NOON)

    again = hand_over(session, PLACE, [TWO, THREE], SINCE, None, by=MEI, at=NOON)
    assert again == first._replace(fresh=False)
    with pytest.raises(HandedOverBefore):
        hand_over(session, PLACE, [TWO], SINCE, None, by=MEI, at=NOON)


def test_a_price_from_before_the_books_began_needs_no_vote_until_something_was_charged(session):
    three_homes(session)
    session.get_one(Community, PLACE).opened_on = SINCE
    before = SINCE - timedelta(days=60)
    with pytest.raises(NoResolutionPassed):
        changed(session, reference="合同第8条")

    changed(session, reference="合同第8条", since=before)

    charge(session, AUGUST)
    with pytest.raises(NoResolutionPassed):
        changed(session, reference="合同第9条", since=before + timedelta(days=1))
