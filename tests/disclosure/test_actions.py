"""A half-year's figures: gathered when it is closed, and on_board by three people."""

from datetime import date, timedelta
from json import loads

import pytest
from sqlmodel import select

from ledger.community.queries import homes
from ledger.community.role_rules import SamePerson
from ledger.community.tables import Holder
from ledger.disclosure.accounts_queries import NoDisclosure, disclosure, gather
from ledger.disclosure.actions import check, prepare, publish
from ledger.disclosure.rules import AnotherDraft, DisclosureState, NotInState, PeriodOpen
from ledger.evaluation.actions import evaluate
from ledger.fund import actions as fund
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses.rules import (
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase
from ledger.journal.queries import held
from ledger.journal.tables import Entry
from ledger.noticeboard.actions import NoReasonGiven
from ledger.noticeboard.queries import NothingCorrected, notice
from ledger.noticeboard.rules import NewAttachment, ReadyNotice, canonical_body, digest
from ledger.periods import Period, noon, plus_working_days
from ledger.repairs.rules import Category, Priority
from tests import uses as steps
from tests.cast import AN, CHEN, HUANG, LIN, MEI, SU
from tests.disclosure import lived as half_year
from tests.disclosure.lived import FLATS, H1, PLACE, PUBLISHED
from tests.factories import a_component, a_deposit

H2 = Period.parse("2026-H2")
TITLES = ("公示", "accounts")


def prepared(session, *, by=MEI, at=PUBLISHED, why=None):
    return prepare(session, PLACE, str(H1), why=why, by=by, at=at)


def checked(session, sha256, by=AN):
    return check(session, PLACE, str(H1), sha256, by=by, at=PUBLISHED)


def published(session, body, by=CHEN, files=(), at=PUBLISHED):
    ready = ReadyNotice(body, files, TITLES)
    return publish(session, PLACE, str(H1), prepared=ready, by=by, at=at)


@pytest.mark.parametrize(
    ("period", "kind", "quarters"),
    [
        ("2026-03", "month", []),
        ("2026-Q1", "quarter", ["2026-Q1"]),
        ("2026-H1", "half-year", ["2026-Q1", "2026-Q2"]),
        ("2025", "year", ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]),
        ("2026-05-R12", "rolling", ["2025-Q3", "2025-Q4", "2026-Q1"]),
    ],
)
def test_b11_accounts_of_every_length_are_disclosed_each_under_its_own_kind(session, period, kind, quarters):
    draft = prepare(session, PLACE, period, by=MEI, at=PUBLISHED)
    check(session, PLACE, period, draft.sha256, by=AN, at=PUBLISHED)
    ready = ReadyNotice(draft.body, (), TITLES)
    publish(session, PLACE, period, prepared=ready, by=CHEN, at=PUBLISHED)

    figures = loads(notice(session, PLACE, kind, period).body)
    assert (figures["kind"], figures["period"]) == (kind, period)
    assert [of["quarter"] for of in figures["revenue"]["quarters"]] == quarters
    for book in (figures["fund"], figures["revenue"]):
        assert book["opening_fen"] + book["in_fen"] - book["out_fen"] == book["closing_fen"]


def test_d2_repairs_are_counted_of_half_years_alone_so_that_none_is_found_by_subtraction(session):
    counted = {
        period: "tickets" in loads(prepare(session, PLACE, period, by=MEI, at=PUBLISHED).body)
        for period in ("2026-03", "2026-Q1", "2026-H1", "2025", "2026-05-R12")
    }

    assert counted == {
        "2026-03": False,
        "2026-Q1": False,
        "2026-H1": True,
        "2025": False,
        "2026-05-R12": False,
    }


def test_two_lengths_that_end_together_are_two_disclosures(session):
    quarter = prepare(session, PLACE, "2026-Q2", by=MEI, at=PUBLISHED)
    half_year = prepared(session)

    assert (quarter.version, half_year.version) == (1, 1)
    assert disclosure(session, PLACE, "2026-Q2").sha256 == quarter.sha256 != half_year.sha256


def test_an_open_period_is_not_disclosed(session):
    with pytest.raises(PeriodOpen, match="2026年6月"):
        prepare(session, PLACE, str(H2), by=MEI, at=PUBLISHED)
    with pytest.raises(NoDisclosure):
        disclosure(session, PLACE, str(H2))


def test_what_is_published_is_what_was_checked_byte_by_byte(session):
    draft = prepared(session)
    assert draft.sha256 == digest(draft.body)
    assert checked(session, draft.sha256).state is DisclosureState.CHECKED

    on_board = published(session, draft.body, files=[NewAttachment("a.csv", "text/csv", b"1,2\n")])

    assert on_board.body == draft.body == canonical_body(loads(draft.body))
    assert notice(session, PLACE, "half-year", "2026-H1").sha256 == draft.sha256
    assert on_board.version == 1
    assert on_board.must_stay_until == plus_working_days(PUBLISHED.date(), 30)
    steps = session.exec(
        select(Entry.kind).where(Entry.subject == "disclosure/2026-H1").order_by(Entry.no)
    ).all()
    assert steps == ["disclosure.prepared", "disclosure.checked", "disclosure.published"]


def test_three_people_prepare_check_and_publish(session):
    draft = prepared(session)

    with pytest.raises(SamePerson, match="核对"):
        checked(session, draft.sha256, by=MEI)
    checked(session, draft.sha256)
    for by in (MEI, AN):
        with pytest.raises(SamePerson, match="公示"):
            published(session, draft.body, by=by)
    assert published(session, draft.body, by=CHEN).version == 1


def test_a_draft_that_changed_after_it_was_read_is_neither_checked_nor_published(session):
    older = prepared(session)
    read, body = older.sha256, older.body
    checked(session, read)
    a_deposit(session, {FLATS[5]: 100}, on=date(2026, 7, 3))

    newer = prepared(session, at=PUBLISHED + timedelta(days=1))

    assert newer.sha256 != read
    assert newer.state is DisclosureState.PREPARED  # the check was of another draft
    with pytest.raises(AnotherDraft, match=newer.sha256):
        checked(session, read)
    checked(session, newer.sha256)
    with pytest.raises(AnotherDraft):
        published(session, body)
    assert published(session, newer.body).sha256 == newer.sha256


def test_no_step_is_taken_twice_or_too_early(session):
    draft = prepared(session)

    with pytest.raises(NotInState, match="已编制"):
        published(session, draft.body)
    checked(session, draft.sha256)
    with pytest.raises(NotInState, match="已审核"):
        checked(session, draft.sha256, by=LIN)
    published(session, draft.body)
    with pytest.raises(NotInState, match="已公示"):
        published(session, draft.body, by=LIN)


def test_a_correction_is_a_second_version_with_its_reason_and_the_first_stays(session):
    first = half_year.publish(session)
    half_year.a_late_report(session)
    draft = prepared(session, at=PUBLISHED + timedelta(days=9))
    checked(session, draft.sha256)
    with session.begin_nested() as attempt:
        with pytest.raises(NoReasonGiven, match="更正的理由"):
            published(session, draft.body)
        attempt.rollback()

    second = half_year.publish(session, why="补充一笔收入", at=PUBLISHED + timedelta(days=10))

    on_board = notice(session, PLACE, "half-year", "2026-H1")
    assert (on_board.version, on_board.sha256, on_board.why) == (2, second, "补充一笔收入")
    assert notice(session, PLACE, "half-year", "2026-H1", 1).sha256 == first


def test_d3_a_correction_that_corrects_nothing_is_refused_before_anybody_checks_it(session):
    half_year.publish(session)

    with pytest.raises(NothingCorrected, match="第 1 版"):
        prepared(session, why="再看一遍", at=PUBLISHED + timedelta(days=9))


def figures(session, period=H1):
    return gather(session, PLACE, period, date(2026, 7, 10))


def test_the_figures_add_up_in_every_stream(session):
    body = figures(session)

    fund_, revenue, fee = body["fund"], body["revenue"], body["fee"]
    assert (fund_["opening_fen"], fund_["in_fen"], fund_["closing_fen"]) == (
        4_300_000, 168_000 + 2 * 1_234, 4_300_000 + 170_468 - fund_["out_fen"],
    )  # fmt: skip
    assert fund_["out_fen"] == sum(p["paid_fen"] for p in fund_["projects"])
    assert [(p["code"], p["paid_fen"] + p["shortfall_fen"]) for p in fund_["projects"]] == [
        ("P-2", 600_000),
        ("P-1", 100_000),
    ]
    assert (revenue["in_fen"], revenue["out_fen"], revenue["closing_fen"]) == (
        600_000,
        60_000 + 168_000,
        372_000,
    )
    assert [(q["net_fen"], q["due_to_fund_fen"], q["remitted_fen"]) for q in revenue["quarters"]] == [
        (240_000, 168_000, 168_000),
        (300_000, 210_000, 0),
    ]
    assert (fee["charged_fen"], fee["received_fen"]) == (6 * 36_900, 6 * 3_600 + 3 * 3_600)
    assert (fee["arrears_opening_fen"], fee["arrears_received_fen"], fee["prepaid_fen"]) == (
        36_900,
        7_200,
        50_000,
    )
    assert (fee["cr1_e4"], fee["cr4_e4"]) == (round(32_400 / 221_400 * 10_000), 1_000)
    assert {i["id"] for i in body["identities"] if i["holds"] is False} == set()


def test_a_use_is_shown_in_the_period_in_which_it_was_paid_though_accepted_before(session):
    stream = figures(session, Period.parse("2026-06"))["fund"]  # accepted on 28 May, paid on 3 June

    assert [p["code"] for p in stream["projects"]] == ["P-2"]
    assert stream["out_fen"] == stream["projects"][0]["paid_fen"] > 0


def test_standing_is_that_of_the_periods_end_whatever_was_paid_since(session):
    a_component(session, "septic")
    before = figures(session)["fund"]["standing"]
    july = noon(date(2026, 7, 3))
    plan = uses.Plan("抢修", "septic", ScopeKind.COMMUNITY, "anju", 9_000_000, emergency=EmergencyCase.DRAIN)
    steps.planned(session, PLACE, "P-3", plan, at=july)
    steps.applied(session, PLACE, "P-3", at=july)
    approvals.approve(session, PLACE, "P-3", 9_000_000, by=HUANG, at=july)
    steps.built(session, PLACE, "P-3", 9_000_000, at=july)

    half_year.pay(session, "P-3", 9_000_000, date(2026, 7, 4))

    assert set(held(session, PLACE, "fund", "unit").values()) == {0}
    assert figures(session)["fund"]["standing"] == before
    assert before["homes"]["needs_topup"] == 0


def test_d2_small_counts_of_homes_and_tickets_are_not_shown(session):
    body = figures(session)

    assert body["fund"]["standing"]["homes"] == {"no_fund": None, "needs_topup": 0, "sound": None}
    assert body["tickets"]["reported"] == 26
    # the two doors would be the total less the others: six leaks and six complaints go with them
    assert (body["tickets"]["by_category"], body["tickets"]["rest"]) == ({"lighting": 12}, 14)
    assert body["tickets"]["by_month"] == []  # so few in all that each month could be a small one
    vote = body["fund"]["projects"][0]["vote"]
    assert (vote["heads_all"], vote["heads_part"], vote["heads_yes"], vote["passed"]) == (7, None, None, True)
    assert (vote["area_part"], vote["area_yes"]) == (None, None)


def test_d2_what_the_scorecard_tells_beside_the_accounts_gives_no_small_count_away(session):
    """The six complaints of the scorecard, taken from what is left of the accounts, leave leaks and doors together."""
    tickets = figures(session)["tickets"]
    card = {row["id"]: row for row in loads(evaluate(session, PLACE, H1, by=SU, at=PUBLISHED))["indicators"]}

    assert card["A5"]["base"] == 6
    assert tickets["rest"] - card["A5"]["base"] == 8
    assert (card["A2"]["inputs"], card["A3"]["base"]) == (
        [[tickets["on_time"], tickets["due"]]],
        tickets["finished"],
    )


def test_d2_where_all_tickets_are_of_one_kind_the_total_does_not_tell_how_many(session):
    at = noon(date(2026, 7, 20))
    for _ in range(2):
        half_year.a_ticket(session, Category.LIFT, Priority.P3, at, repaired=None)
    fund.end_month(session, PLACE, H2.end, exceptions={}, by=MEI, at=noon(date(2027, 1, 3)))

    shown = figures(session, H2)["tickets"]

    assert (shown["reported"], shown["by_category"], shown["rest"]) == (None, {}, None)


def test_figures_hold_no_name_no_phone_and_no_home(session):
    body = canonical_body(figures(session)).decode()

    for home in homes(session, PLACE):
        holder = session.get(Holder, (PLACE, home.code, date(2020, 1, 1)))
        for secret in (home.code, home.handle, holder.name, holder.phone, holder.person_key):
            assert secret not in body
    assert "欧阳" not in body
    assert "138123" not in body
    assert "梅园路 18 号" in body  # of the community itself
