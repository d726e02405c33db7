"""A firm measured on a lived half-year, and the scorecard on the board."""

import json
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlmodel import select

from ledger.community.actions import appoint
from ledger.community.role_rules import Actor, Level, OperatorDecides, Role, Seat
from ledger.community.tables import Person, ProfileValue
from ledger.disclosure import actions as disclosures
from ledger.disclosure.rules import PeriodOpen
from ledger.evaluation.actions import evaluate, publish
from ledger.evaluation.indicator_queries import measures
from ledger.evaluation.rules import NotEvaluated
from ledger.evaluation.standards import rubric_bytes
from ledger.evaluation.tables import Evaluation
from ledger.fund import actions as fund
from ledger.fund.uses.tables import Project
from ledger.journal.actions import reverse
from ledger.journal.queries import entry_by_key
from ledger.journal.tables import Entry
from ledger.noticeboard.actions import NoReasonGiven
from ledger.noticeboard.queries import NothingCorrected, notice
from ledger.noticeboard.rules import ReadyNotice, digest
from ledger.periods import Month, Period, noon
from ledger.repairs.rules import Priority
from ledger.repairs.tables import Ticket
from ledger.revenue.remittance.actions import remit
from ledger.revenue.tables import Instalment, RevenueContract
from ledger.votes.objections.actions import raise_objection, record_ruling
from tests.cast import AN, CHEN, MEI, OUYANG, SU
from tests.disclosure import lived as half_year
from tests.disclosure.lived import H1, PLACE, PUBLISHED
from tests.evaluation.test_rules import RUBRIC
from tests.recompute_score import faults
from tests.votes.asking import a_paper

H2 = Period.parse("2026-H2")
AFTER_H2 = noon(date(2027, 1, 4))


def value(session, indicator, period=H1):
    return measures(session, PLACE, period, RUBRIC)[indicator].value


def close_h2(session):
    fund.end_month(session, PLACE, Month(2026, 12), exceptions={}, by=MEI, at=AFTER_H2)


def test_every_stream_feeds_its_indicators(session):
    by_indicator = measures(session, PLACE, H1, RUBRIC)

    assert {i: (m.value, m.base) for i, m in by_indicator.items() if m.value is not None and i != "A4"} == {
        "A1": (1, 6),
        "A2": (Fraction(15, 20), 20),  # three leaks too late, two doors never
        "A3": (0, 24),
        "A5": (1, 6),
        "B2": (1, 24),
        "C1": (Fraction(32_400, 221_400), 10),
        "C2": (Fraction(7_200, 36_900), 1),
        "C3": (1, 60),
        "D1": (1, 2),
        "D2": (1, 1),
        "D3": (0, 17),  # nobody reconciled: fund and wallet from December, revenue from January, until May
        "D4": (1, 4),
        "E1": (0, 1),  # public revenue of the first quarter, due on 30 April
    }
    assert by_indicator["A4"].value == 1
    assert by_indicator["A4"].base >= 12  # the urgent and the complaints, and some of the ordinary
    assert by_indicator["C1"].before == 0
    assert all(m.zh and m.en for m in by_indicator.values())


def test_what_no_data_feeds_says_why_and_is_not_assessed(session):
    by_indicator = measures(session, PLACE, H1, RUBRIC)

    for indicator in ("B1", "B3", "B4", "D5", "E2", "F1", "F2"):
        assert (by_indicator[indicator].value, by_indicator[indicator].missing) == (None, False)


def test_c4_what_the_product_cannot_hold_is_told_of_the_product_and_nothing_else_is(session):
    """“尚未启用” was published of a community with a hundred reconciliations."""
    by_indicator = measures(session, PLACE, H1, RUBRIC)

    unheld = {i for i, m in by_indicator.items() if m.unheld}
    assert unheld == {"B1", "B3", "B4", "D5", "E2", "F2"}
    for indicator, measure in by_indicator.items():
        of_the_product = "本系统" in measure.zh or "this system" in measure.en
        assert of_the_product == (indicator in unheld), indicator
    assert by_indicator["D3"].zh == "0 / 17 个账户月在月后 10 个工作日内对清银行账"


def test_c1_a_score_is_told_without_a_grade_and_a_stranger_agrees_on_it(session):
    body = evaluate(session, PLACE, H1, by=SU, at=PUBLISHED)

    card = json.loads(body)
    assert (card["assessed_points"], card["grade"], card["grade_en"]) == (73, "—", "not rated")
    assert faults(body, rubric_bytes(card["rubric"])) == []
    assert card["score_e2"] > 0
    assert "本系统还不能登记满意度问卷" in card["why_no_grade_zh"]
    assert (card["firm"], card["contract_ends_on"]) == ("wuye 公司", "2026-12-31")


def test_c1_statements_that_nobody_handed_in_earn_nothing(session):
    d3 = next(row for row in json.loads(scored(session))["indicators"] if row["id"] == "D3")

    assert (d3["assessed"], d3["value"], d3["score_e2"]) == (True, [0, 1], 0)


def test_an_urgent_ticket_is_reached_in_time_until_the_minute_and_not_after(session):
    urgent = session.exec(select(Ticket).where(Ticket.priority == Priority.P2).order_by(Ticket.no)).all()

    urgent[0].arrived_at = urgent[0].arrive_by
    assert value(session, "A1") == 1
    urgent[1].arrived_at = urgent[1].arrive_by + timedelta(minutes=1)
    assert value(session, "A1") == Fraction(5, 6)
    urgent[2].arrived_at = None
    assert value(session, "A1") == Fraction(4, 6)


def test_a_quarter_that_was_never_remitted_counts_with_all_it_owed(session):
    close_h2(session)

    assert value(session, "D2", H2) == (Fraction(600_000, 1_200_000) + 0) / 2


@pytest.mark.parametrize(("on", "on_time"), [(date(2026, 7, 21), 1), (date(2026, 7, 22), 0)])
def test_a_quarter_is_remitted_in_time_until_the_last_working_day_of_grace(session, on, on_time):
    remit(session, PLACE, "2026-Q2", on, by=MEI, at=noon(on))

    assert value(session, "D2", H2) == (Fraction(1, 2) + on_time) / 2


def test_c1_a_community_without_any_contract_has_not_handed_in_what_it_must(session):
    for row in session.exec(select(Instalment)):
        session.delete(row)
    contract = session.get(RevenueContract, (PLACE, "GY-1"))
    contract.starts_on = contract.ends_on = date(2020, 1, 1)
    session.flush()

    assert measures(session, PLACE, H1, RUBRIC)["D2"].missing


def test_a_contract_of_which_nothing_fell_due_is_not_missing(session):
    for row in session.exec(select(Instalment)):
        session.delete(row)
    for row in session.exec(select(ProfileValue).where(ProfileValue.key == "revenue.to_fund_pct")):
        row.value = "0"
    session.flush()

    measure = measures(session, PLACE, H1, RUBRIC)["D2"]

    assert (measure.value, measure.missing) == (None, False)


@pytest.mark.parametrize(
    ("published", "points"),
    [(date(2026, 7, 31), 2), (date(2026, 8, 14), 1), (date(2026, 8, 15), 0), (None, 0)],
)
def test_a_disclosure_is_worth_one_on_time_a_half_ten_working_days_late_and_nothing_after(
    session, published, points
):
    """The half-year tells of the fund and of the second quarter's revenue; the third quarter is told by nobody."""
    if published:
        half_year.publish(session, at=noon(published))
    close_h2(session)

    assert value(session, "E1", H2) == Fraction(points, 3)


def test_c5_the_duties_of_a_year_are_those_of_its_halves(session):
    half_year.publish(session, at=noon(date(2026, 7, 31)))
    close_h2(session)

    of_year = measures(session, PLACE, Period.parse("2026"), RUBRIC)["E1"]
    halves = [measures(session, PLACE, half, RUBRIC)["E1"] for half in (H1, H2)]

    assert of_year.base == sum(half.base for half in halves) == 4
    assert of_year.value == Fraction(2, 4)  # a year scored 0 before


@pytest.mark.parametrize(
    ("on", "points"), [(date(2026, 10, 31), Fraction(1)), (date(2026, 11, 13), Fraction(1, 2))]
)
def test_c5_a_quarter_is_a_duty_of_its_own_and_counts_by_its_own_day(session, on, points):
    fund.end_month(session, PLACE, Month(2026, 9), exceptions={}, by=MEI, at=noon(date(2026, 10, 3)))
    draft = disclosures.prepare(session, PLACE, "2026-Q3", by=MEI, at=noon(on))
    disclosures.check(session, PLACE, "2026-Q3", draft.sha256, by=AN, at=noon(on))
    ready = ReadyNotice(draft.body, [], ("公示", "accounts"))
    disclosures.publish(session, PLACE, "2026-Q3", prepared=ready, by=CHEN, at=noon(on))
    close_h2(session)

    assert value(session, "E1", H2) == points / 3  # the half-year and its second quarter are told by nobody


def test_c6_what_counts_as_good_is_a_number_of_the_rubric(session):
    half_year.publish(session, at=noon(date(2026, 8, 14)))
    close_h2(session)
    all_or_nothing = RUBRIC._replace(
        counting=RUBRIC.counting._replace(satisfied_from=6, follow_up_tenths=10, half_marks_working_days=9)
    )

    first_half, later = (measures(session, PLACE, period, all_or_nothing) for period in (H1, H2))

    assert (first_half["B2"].value, first_half["A4"].base, later["E1"].value) == (0, 24, 0)
    assert "6 分" in first_half["B2"].zh
    assert "9 个工作日" in later["E1"].zh


def test_what_began_before_the_ledger_was_not_its_to_disclose(session):
    """The half-year and the quarter that end in December 2025 began before the ledger did."""
    assert measures(session, PLACE, H1, RUBRIC)["E1"].base == 1


def test_c5_a_reversed_receipt_is_no_wrong_bill_and_a_reversed_charge_is_all_of_its_bills(session):
    close_h2(session)
    receipt = entry_by_key(session, PLACE, f"pay-{half_year.FLATS[1]}")
    charge = entry_by_key(session, PLACE, "charge/2026-06")
    in_2027 = Period.parse("2027-H1")
    for number in (1, 2, 3):
        session.flush()
        month = Month(2027, number)
        half_year.fees.charge_month(session, PLACE, month, by=MEI, at=noon(month.last))

    later = noon(date(2027, 4, 1))
    reverse(session, PLACE, receipt.no, reason="退", key="r-1", by=MEI, at=later)
    assert value(session, "C3", in_2027) == 1
    reverse(session, PLACE, charge.no, reason="错", key="r-2", by=MEI, at=later)
    assert value(session, "C3", in_2027) == Fraction(20, 30)


def test_one_payment_that_skipped_a_check_costs_half_by_count_and_half_by_amount(session):
    one, other = (session.get(Project, (PLACE, code)) for code in ("P-1", "P-2"))

    one.accepted_by = one.proposed_by

    paid = Fraction(other.paid_fen, one.paid_fen + other.paid_fen)
    assert value(session, "D1") == (Fraction(1, 2) + paid) / 2


@pytest.mark.parametrize("upheld", [True, False])
def test_a_payment_on_a_vote_that_a_court_annulled_has_passed_no_check(session, upheld):
    one, voted = (session.get(Project, (PLACE, code)) for code in ("P-1", "P-2"))
    assert value(session, "D1") == 1

    owner = OUYANG._replace(homes=frozenset({half_year.FLATS[1]}))
    raise_objection(session, PLACE, voted.motion, "票数不实", by=owner, at=PUBLISHED)
    ruling = a_paper(session, "judgment")
    record_ruling(session, PLACE, voted.motion, 1, ruling, upheld=upheld, by=SU, at=PUBLISHED)

    paid = Fraction(one.paid_fen, one.paid_fen + voted.paid_fen)
    assert value(session, "D1") == ((Fraction(1, 2) + paid) / 2 if upheld else 1)


def scored(session, period=H1):
    return evaluate(session, PLACE, period, by=SU, at=PUBLISHED)


def published(session, body, period=H1, **more):
    ready = ReadyNotice(body, [], ("评价", "score"))
    return publish(session, PLACE, str(period), prepared=ready, by=SU, at=PUBLISHED, **more)


def test_d3_a_scorecard_is_published_as_it_was_scored_and_its_digest_is_in_the_log(session):
    body = evaluate(session, PLACE, H1, by=SU, at=PUBLISHED)

    published(session, body)

    assert notice(session, PLACE, "evaluation", "2026-H1").body == body
    (kept,) = session.exec(select(Evaluation)).all()
    assert (kept.version, kept.sha256, kept.evaluated_by) == (1, digest(body), "su")
    memo = session.exec(select(Entry).where(Entry.kind == "evaluation.published")).one()
    assert (memo.subject, memo.book) == ("evaluation/2026-H1", None)
    with session.begin_nested() as attempt:
        with pytest.raises(NoReasonGiven):
            published(session, body)
        attempt.rollback()
    later = evaluate(session, PLACE, H1, by=SU, at=PUBLISHED + timedelta(days=1))
    with session.begin_nested() as attempt:
        with pytest.raises(NothingCorrected):
            published(session, later, why="更正")
        attempt.rollback()
    half_year.a_late_report(session)
    corrected = evaluate(session, PLACE, H1, by=SU, at=PUBLISHED)
    assert published(session, corrected, why="更正").version == 2


def test_d3_whoever_runs_the_machine_publishes_no_score_in_whatever_role(session):
    body = evaluate(session, PLACE, H1, by=SU, at=PUBLISHED)
    session.add(Person(login="root", name="机房", password="-", since=PUBLISHED))
    session.flush()
    for seat in (Seat(Role.OPERATOR), Seat(Role.SUPERVISOR, level=Level.STREET)):
        appoint(session, "root", PLACE, seat, date(2020, 1, 1), by=MEI, at=PUBLISHED)

    ready = ReadyNotice(body, [], ("评价", "score"))
    for role, level in ((Role.OPERATOR, None), (Role.SUPERVISOR, Level.STREET)):
        by = Actor("root", role, level=level)
        with pytest.raises(OperatorDecides):
            publish(session, PLACE, str(H1), prepared=ready, by=by, at=PUBLISHED)
    assert session.exec(select(Evaluation)).all() == []


def test_a_period_that_is_not_closed_is_scored_for_a_look_and_not_published(session):
    body = evaluate(session, PLACE, H2, by=SU, at=PUBLISHED)

    with pytest.raises(PeriodOpen, match="2026年下半年"):
        published(session, body, H2)
    assert session.exec(select(Evaluation)).all() == []


def test_a_quarter_is_scored_for_a_look_and_not_published(session):
    quarter = Period.parse("2026-Q2")
    body = evaluate(session, PLACE, quarter, by=SU, at=PUBLISHED)

    with pytest.raises(NotEvaluated, match="2026年第2季度"):
        published(session, body, quarter)
