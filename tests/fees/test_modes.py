"""How a community is managed from when on, and costs that bundled communities share."""

from datetime import date

import pytest

from ledger.community.actions import appoint
from ledger.community.queries import community
from ledger.community.role_rules import RoleMissing, Seat
from ledger.community.rules import Mode
from ledger.community.tables import Community, Person
from ledger.fees.budgets.queries import year_report
from ledger.fees.budgets.rules import CostLine
from ledger.fees.modes.actions import begin_mode, share_cost
from ledger.fees.modes.queries import mode_on, modes
from ledger.fees.modes.rules import (
    MEANS,
    Answers,
    BundleTooSmall,
    EmergencyTooLong,
    KeyNotPublished,
    ModeDaysWrong,
    MoneyStaysHome,
    NotBundled,
    SharedCost,
    ShareKey,
    shares,
)
from ledger.fees.payment_actions import receive
from ledger.journal.queries import entry
from ledger.journal.rules import AskedDifferently
from ledger.noticeboard.actions import publish_notice
from ledger.noticeboard.rules import NewNotice, digest
from tests.cast import CHEN, MEI, NOON
from tests.factories import a_community, a_firm, a_home
from tests.fees.homes import ONE, PLACE, a_payment, charge, day, pay, three_homes

OTHER = "guihua"
RULE = b'{"by":"area"}'


def begun(session, mode, since, until=None, place=PLACE):
    return begin_mode(session, place, mode, since, until=until, reference="街道通知 1", by=MEI, at=NOON)


def a_bundle(session):
    """Two communities let to one firm, of 240 m² and 80 m², with money and the published rule for sharing."""
    three_homes(session)
    a_firm(session, "wuye")
    a_community(session, OTHER)
    a_home(session, ONE, community=OTHER, area_dm2=8_000)
    for place in (PLACE, OTHER):
        begun(session, Mode.BUNDLED, date(2026, 1, 1), place=place)
        publish_notice(
            session,
            place,
            NewNotice(
                "sharing-rule",
                "2026",
                titles=("分摊办法", "Rule"),
                body=RULE,
                attachments=(),
                must_stay_until=date(2026, 12, 31),
            ),
            by=MEI,
            at=NOON,
        )
    session.add(Person(login=MEI.login, name="梅", password="", since=NOON))
    session.flush()
    for place in (PLACE, OTHER):
        appoint(session, MEI.login, place, Seat(MEI.role), date(2026, 1, 1), by=MEI, at=NOON)
    charge(session)
    pay(session, a_payment(ONE, 100_00))
    receive(session, OTHER, [a_payment(None, 100_00)], by=MEI, at=NOON)


def shared(session, fen=10_01, places=(PLACE, OTHER), *, key=ShareKey.AREA, book="fee", **more):
    details = {"voucher": "V-1", "payee": "wuye", "published_sha256": digest(RULE), **more}
    cost = SharedCost(
        line=CostLine.ORDER, total_fen=fen, share_by=key, on=date(2026, 7, 20), book=book, **details
    )
    return share_cost(session, places[0], places[1:], cost, by=MEI, at=NOON)


def test_each_mode_says_who_answers_and_where_the_money_comes_from():
    assert set(MEANS) == set(Mode)
    assert [mode for mode, means in MEANS.items() if means.must_end] == [Mode.EMERGENCY]
    assert MEANS[Mode.BASIC].answers is Answers.SUBDISTRICT


def test_a_mode_holds_from_its_day_until_the_next(session):
    three_homes(session)
    begun(session, Mode.SELF, date(2026, 3, 1))
    first = begun(session, Mode.MARKET, date(2026, 9, 1))

    assert begun(session, Mode.MARKET, date(2026, 9, 1)) == first._replace(fresh=False)
    assert mode_on(session, PLACE, date(2026, 8, 31)) is Mode.SELF
    assert mode_on(session, PLACE, date(2026, 9, 1)) is Mode.MARKET
    assert community(session, PLACE).mode is Mode.SELF  # on NOON's day
    assert len(modes(session, PLACE)) == 2
    with pytest.raises(AskedDifferently):
        begun(session, Mode.QUASI, date(2026, 9, 1))
    with pytest.raises(ModeDaysWrong):
        begun(session, Mode.QUASI, date(2026, 8, 1))


@pytest.mark.parametrize("place", ["beijing", "shanghai", "ningbo", "hangzhou"])
def test_what_is_refused_in_one_place_cites_no_other_place(session, place):
    three_homes(session)
    session.get(Community, PLACE).jurisdiction = place
    with pytest.raises(EmergencyTooLong) as refused:
        begun(session, Mode.EMERGENCY, date(2026, 2, 28), date(2026, 8, 29))

    names = {"beijing": "北京", "shanghai": "上海", "ningbo": "宁波", "hangzhou": "杭州"}
    sentence = refused.value.sentence("zh")
    assert {key for key, name in names.items() if name in sentence} == {place} - {"hangzhou"}


def test_an_emergency_lasts_six_months_at_most(session):
    """Beijing Art. 77, Shanghai Art. 52, Ningbo Art. 83."""
    three_homes(session)
    with pytest.raises(EmergencyTooLong, match="2026年8月28日"):
        begun(session, Mode.EMERGENCY, date(2026, 2, 28), date(2026, 8, 29))
    for until in (None, date(2026, 2, 1)):
        with pytest.raises(ModeDaysWrong):
            begun(session, Mode.EMERGENCY, date(2026, 3, 1), until)
    with pytest.raises(ModeDaysWrong):
        begun(session, Mode.MARKET, date(2026, 3, 1), date(2026, 9, 1))

    begun(session, Mode.EMERGENCY, date(2026, 3, 1), date(2026, 9, 1))

    with pytest.raises(EmergencyTooLong):  # another firm is no new emergency
        begun(session, Mode.EMERGENCY, date(2026, 8, 1), date(2026, 10, 1))
    begun(session, Mode.SELF, date(2026, 9, 1))
    begun(session, Mode.EMERGENCY, date(2026, 12, 1), date(2027, 6, 1))


def test_a_bundle_shares_a_cost_by_its_key_and_loses_nothing():
    sizes = {"a": (24_000, 3), "b": (8_000, 1), "c": (1, 3)}

    assert shares(10_01, ShareKey.AREA, sizes) == {"a": 7_51, "b": 2_50, "c": 0}
    assert shares(10_01, ShareKey.HOUSEHOLDS, sizes) == {"a": 4_29, "b": 1_43, "c": 4_29}


def test_each_community_pays_its_part_out_of_its_own_book_and_the_entries_are_linked(session):
    a_bundle(session)

    postings = shared(session)

    assert year_report(session, PLACE, 2026).cost_fen == 7_51
    assert year_report(session, OTHER, 2026).cost_fen == 2_50
    assert {entry(session, place, postings[place].no).link for place in postings} == {"bundle/V-1"}
    assert {place: posting.fresh for place, posting in shared(session).items()} == {
        PLACE: False,
        OTHER: False,
    }


@pytest.mark.parametrize("book", ["fund", "revenue", "community", "grant-gov"])
def test_fund_and_revenue_never_cross_communities(session, book):
    """`domain/05` §5.5; `domain/10` rule 27."""
    a_bundle(session)

    with pytest.raises(MoneyStaysHome, match="281"):
        shared(session, book=book)


def test_a_cost_is_shared_in_a_bundle_only_and_by_a_rule_that_is_published(session):
    a_bundle(session)
    with pytest.raises(BundleTooSmall):
        shared(session, places=(PLACE, PLACE))
    with pytest.raises(KeyNotPublished) as refusal:
        shared(session, published_sha256="0" * 64)
    assert refusal.value.facts["community"] == OTHER
    begun(session, Mode.MARKET, date(2026, 7, 1), place=OTHER)
    with pytest.raises(NotBundled) as refusal:
        shared(session)
    assert refusal.value.facts["community"] == OTHER
    assert year_report(session, PLACE, 2026).cost_fen == 0


def test_a_cost_is_shared_only_among_communities_in_which_whoever_asks_holds_his_role(session):
    a_bundle(session)
    a_community(session, "elsewhere")

    with pytest.raises(RoleMissing):
        shared(session, places=(PLACE, "elsewhere"))
    with pytest.raises(RoleMissing):
        share_cost(
            session,
            PLACE,
            [OTHER],
            SharedCost(
                line=CostLine.ORDER,
                total_fen=1_00,
                share_by=ShareKey.AREA,
                on=date(2026, 7, 20),
                voucher="V-1",
                payee="wuye",
                published_sha256=digest(RULE),
            ),
            by=CHEN,
            at=NOON,
        )


def test_a_rule_published_after_the_cost_does_not_cover_it(session):
    a_bundle(session)

    with pytest.raises(KeyNotPublished):
        share_cost(
            session,
            PLACE,
            [OTHER],
            SharedCost(
                line=CostLine.ORDER,
                total_fen=1_00,
                share_by=ShareKey.AREA,
                on=date(2026, 7, 1),
                voucher="V-2",
                payee="wuye",
                published_sha256=digest(RULE),
            ),
            by=MEI,
            at=day(2026, 7, 20),
        )
