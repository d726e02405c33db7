"""Whoever tries to look better than he is (domain/07, anti-gaming): the score must not rise."""

import ast
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlmodel import select

from ledger.accounts.tables import ApprovedAccount
from ledger.community.rules import ComponentKind
from ledger.demo.tickets import picture
from ledger.disclosure import actions as disclosures
from ledger.evaluation.actions import evaluate
from ledger.evaluation.indicator_queries import measures
from ledger.evaluation.rules import scorecard
from ledger.evaluation.standards import rubric_bytes
from ledger.fees.prepaid.actions import approve_refund, request_refund
from ledger.fees.prepaid.rules import Ground
from ledger.fees.waivers.actions import approve_waiver, request_waiver
from ledger.fees.waivers.rules import Asked, Kind, Months
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.fund import actions as fund
from ledger.intake.reconciliation.tables import Reconciliation
from ledger.journal.actions import reverse
from ledger.journal.queries import entry_by_key
from ledger.noticeboard.rules import ReadyNotice
from ledger.periods import Month, Period, noon
from ledger.repairs import actions as repairs
from ledger.repairs.queries import open_claims
from ledger.repairs.rules import (
    Category,
    FirmRatesItself,
    PhotoMissing,
    Priority,
    Route,
    State,
    StepNotPossible,
    UrgentPutOff,
)
from ledger.repairs.tables import Ticket
from ledger.revenue.cost_actions import claim_cost
from ledger.revenue.rules import CostKind
from tests.cast import AN, CHEN, HE, MEI, SU, WEN
from tests.disclosure import lived as half_year
from tests.disclosure.lived import FLATS, H1, PLACE, PUBLISHED
from tests.evaluation.test_rules import RUBRIC
from tests.factories import PAPER, a_community, a_component, a_package, a_paper
from tests.repairs.test_actions import a_plan

JUNE = noon(date(2026, 6, 8))
JULY = noon(date(2026, 7, 6))
H2 = Period.parse("2026-H2")
AFTER_H2 = noon(date(2027, 1, 4))
numbers = count(5_000)


def score(session, period=H1):
    return scorecard(RUBRIC, measures(session, PLACE, period, RUBRIC)).score


def measure(session, indicator, period=H1):
    return measures(session, PLACE, period, RUBRIC)[indicator]


def reported(session, category=Category.DOOR, at=JUNE, **details):
    report = repairs.Report(category, "坏了", reported_at=at, **details)
    return repairs.log_ticket(session, PLACE, report, by=HE, at=PUBLISHED).no


def triaged(session, no, priority=Priority.P3, by=MEI):
    return repairs.triage(session, PLACE, no, priority, by=by, at=PUBLISHED)


# Tickets (C2, C3)


def test_c2_the_firm_rates_its_own_repair_and_is_refused(session):
    repair = session.exec(select(Ticket).where(Ticket.state == State.CLOSED)).first()
    repair.rating, repair.followed_up_by, repair.state = None, None, State.VERIFIED
    session.flush()
    before = score(session)

    with pytest.raises(FirmRatesItself):
        repairs.follow_up(session, PLACE, repair.no, 5, by=MEI, at=PUBLISHED)

    assert score(session) == before


def test_c2_a_bad_rating_is_not_wiped_out_by_repairing_again(session):
    repair = session.exec(select(Ticket).where(Ticket.category == Category.COMPLAINT)).first()
    repair.rating, repair.state = 1, State.FOLLOWED_UP
    session.flush()
    before = score(session)

    repairs.assign(session, PLACE, repair.no, WEN.login, by=MEI, at=PUBLISHED)
    repairs.arrive(session, PLACE, repair.no, by=WEN, at=PUBLISHED)
    photo = keep_file(session, PLACE, picture(next(numbers)), "", FileKind.PHOTO, by=WEN, at=PUBLISHED).sha256
    repairs.finish(session, PLACE, repair.no, photo=photo, by=WEN, at=PUBLISHED)
    repairs.verify(session, PLACE, repair.no, by=CHEN, at=PUBLISHED)
    repairs.follow_up(session, PLACE, repair.no, 5, by=HE, at=PUBLISHED)

    assert score(session) <= before


def test_c3_an_urgent_repair_is_not_put_off_to_a_project(session):
    no = reported(session, Category.LIFT)
    before = score(session)

    with pytest.raises(UrgentPutOff):
        triaged(session, no, Priority.P4)

    assert score(session) == before


def test_c3_a_repair_that_nobody_made_in_time_is_not_put_off_to_a_project(session):
    no = reported(session)
    before, late = score(session), measure(session, "A2")

    triaged(session, no, Priority.P4)

    assert measure(session, "A2").inputs == late.inputs
    assert score(session) <= before


@pytest.mark.parametrize("step", [None, Priority.P3])
def test_c3_nobody_looks_at_a_report_and_nobody_is_sent(session, step):
    before, (good, base) = score(session), measure(session, "A2").inputs[0]

    no = reported(session)
    if step:
        triaged(session, no, step)

    assert measure(session, "A2").inputs == ((good, base + 1),)
    assert score(session) < before


def test_c3_few_are_asked_after_many_repairs(session):
    before = score(session)

    for repair in session.exec(select(Ticket).where(Ticket.rating != None)).all()[2:]:  # noqa: E711
        repair.rating = None
    session.flush()

    assert (measure(session, "B2").base, measure(session, "B2").value) == (20, 0)
    assert score(session) < before


def test_a_report_is_turned_away_after_its_time_has_run_out(session):
    no = reported(session)
    before, late = score(session), measure(session, "A2")

    repairs.reject(session, PLACE, no, "不归我们修", by=MEI, at=PUBLISHED)

    assert measure(session, "A2").inputs == late.inputs
    assert score(session) <= before


def test_a_report_that_was_turned_away_and_upheld_is_late_from_the_first_report(session):
    before, (good, base) = score(session), measure(session, "A2").inputs[0]
    no = reported(session)
    repairs.reject(session, PLACE, no, "不归我们修", by=MEI, at=PUBLISHED)
    repairs.appeal(session, PLACE, no, "就是公共的门", by=HE, at=PUBLISHED)
    triaged(session, no)

    assert measure(session, "A2").inputs == ((good, base + 1),)
    assert score(session) < before


def repaired(session, no, *, to=WEN.login, photo=None, at=PUBLISHED):
    """Given to somebody, come for and finished, all at once."""
    repairs.assign(session, PLACE, no, to, by=MEI, at=at)
    repairs.arrive(session, PLACE, no, by=WEN, at=at)
    photo = photo or a_photo(session, at)
    repairs.finish(session, PLACE, no, photo=photo, by=WEN, at=at)


def a_photo(session, at=PUBLISHED):
    return keep_file(session, PLACE, picture(next(numbers)), "", FileKind.PHOTO, by=WEN, at=at).sha256


def test_c3_a_report_that_was_turned_away_and_upheld_is_not_put_off_to_a_project(session):
    no = reported(session, at=JULY)
    repairs.triage(session, PLACE, no, Priority.P3, by=MEI, at=JULY + timedelta(hours=1))
    before, late = score(session, H2), measure(session, "A2", H2).inputs
    repairs.reject(session, PLACE, no, "不归我们修", by=MEI, at=JULY + timedelta(hours=2))
    repairs.appeal(session, PLACE, no, "就是公共的门", by=HE, at=PUBLISHED)

    triaged(session, no, Priority.P4)

    assert measure(session, "A2", H2).inputs == late == ((0, 1),)
    assert score(session, H2) <= before


def test_c2_c3_what_was_sent_back_as_not_repaired_is_not_turned_away(session):
    """It was in no count any more: neither as sent back, nor as due."""
    no = reported(session, at=JULY)
    repairs.triage(session, PLACE, no, Priority.P3, by=MEI, at=JULY)
    repaired(session, no, at=JULY)
    repairs.dispute(session, PLACE, no, "没修好", by=HE, at=JULY)
    sent_back, due = measure(session, "A3", H2).inputs, measure(session, "A2", H2).inputs

    with pytest.raises(StepNotPossible, match="不受理"):
        repairs.reject(session, PLACE, no, "不归我们修", by=MEI, at=JULY)

    assert measure(session, "A3", H2).inputs == sent_back == ((1, 1),)
    assert measure(session, "A2", H2).inputs == due == ((1, 1),)


def test_c3_an_urgent_report_that_nobody_reached_is_not_turned_away_after_it(session):
    no = reported(session, Category.LIFT, urgent=True, at=JULY)
    repair = triaged(session, no, Priority.P2)
    before = score(session, H2)
    assert JULY + timedelta(hours=5) < repair.done_by

    repairs.reject(session, PLACE, no, "不归我们修", by=MEI, at=JULY + timedelta(hours=5))

    assert measure(session, "A1", H2).inputs == ((0, 1),)
    assert score(session, H2) <= before


@pytest.mark.parametrize(
    ("category", "indicator", "days"),
    [(Category.DOOR, "A2", (28, 29, 30)), (Category.COMPLAINT, "A5", range(21, 31))],
)
def test_c3_what_falls_due_after_a_half_year_counts_in_the_next(session, category, indicator, days):
    """Reported in the last days of June: it was in neither half-year."""
    bases = {period: measure(session, indicator, period).base for period in (H1, H2)}
    for day in days:
        reported(session, category, at=noon(date(2026, 6, day)))

    by_period = [measure(session, indicator, period).base - bases[period] for period in (H1, H2)]

    assert sum(by_period) == len(days)
    assert by_period[1] >= 1


def test_c3_a_rating_of_a_repair_of_after_the_half_year_counts_in_the_next(session):
    before = measure(session, "B2").inputs
    no = reported(session, at=noon(date(2026, 6, 30)))
    triaged(session, no)
    repaired(session, no)
    repairs.verify(session, PLACE, no, by=CHEN, at=PUBLISHED)

    repairs.follow_up(session, PLACE, no, 1, by=HE, at=PUBLISHED)

    assert measure(session, "B2").inputs == before
    assert measure(session, "B2", H2).inputs == ((0, 1),)


def test_c2_the_first_rating_is_bettered_by_no_later_one(session):
    """Where few were sent back the score rose: 76.73 became 77.27."""
    repair = session.exec(select(Ticket).where(Ticket.category == Category.LEAK)).first()
    repair.rating, repair.state = 1, State.FOLLOWED_UP
    session.flush()
    before = measure(session, "B2").inputs

    repaired(session, repair.no)
    repairs.verify(session, PLACE, repair.no, by=CHEN, at=PUBLISHED)
    repairs.follow_up(session, PLACE, repair.no, 5, by=HE, at=PUBLISHED)

    assert repair.rating == 1
    assert measure(session, "B2").inputs == before


def test_c3_repairs_that_the_firm_reported_itself_earn_nothing_until_somebody_else_confirms_them(session):
    own = []
    for _ in range(20):
        report = repairs.Report(Category.DOOR, "坏了", reported_at=JULY)
        own.append(repairs.log_ticket(session, PLACE, report, by=WEN, at=JULY).no)
        repairs.triage(session, PLACE, own[-1], Priority.P3, by=MEI, at=JULY)
    before, reopened = score(session, H2), measure(session, "A3", H2)

    for no in own:
        repaired(session, no, at=JULY)

    assert measure(session, "A2", H2).inputs == ((0, 20),)
    assert measure(session, "A3", H2) == reopened
    assert score(session, H2) <= before
    repairs.verify(session, PLACE, own[0], by=CHEN, at=PUBLISHED)
    assert measure(session, "A2", H2).inputs == ((1, 20),)


def test_c3_one_picture_proves_one_repair(session):
    good, base = measure(session, "A2").inputs[0]
    photo = a_photo(session)
    for day in range(1, 21):
        at = noon(date(2026, 6, day))
        no = reported(session, at=at)
        repairs.triage(session, PLACE, no, Priority.P3, by=MEI, at=at)
        repaired(session, no, photo=photo, at=at)

    assert measure(session, "A2").inputs == ((good + 1, base + 20),)


def test_a_repair_is_not_closed_without_a_picture(session):
    no = reported(session)
    triaged(session, no)
    repairs.assign(session, PLACE, no, WEN.login, by=MEI, at=PUBLISHED)
    repairs.arrive(session, PLACE, no, by=WEN, at=PUBLISHED)

    with pytest.raises(PhotoMissing):
        repairs.finish(session, PLACE, no, photo="0" * 64, by=WEN, at=PUBLISHED)


def test_coming_is_no_credit_where_nothing_was_repaired(session):
    good, base = measure(session, "A1").inputs[0]
    no = reported(session, Category.LIFT, urgent=True)
    repair = triaged(session, no, Priority.P2)
    repairs.assign(session, PLACE, no, WEN.login, by=MEI, at=PUBLISHED)
    repair.arrived_at, repair.state = repair.reported_at + timedelta(minutes=1), State.ARRIVED
    session.flush()

    assert measure(session, "A1").inputs == ((good, base + 1),)


def test_a_repair_that_is_finished_again_keeps_its_first_day_and_was_sent_back(session):
    repair = session.exec(select(Ticket).where(Ticket.state == State.CLOSED)).first()
    repair.state = State.VERIFIED
    session.flush()
    first, before = repair.done_at, score(session)

    repairs.dispute(session, PLACE, repair.no, "没修好", by=HE, at=PUBLISHED)
    repairs.assign(session, PLACE, repair.no, WEN.login, by=MEI, at=PUBLISHED)
    repairs.arrive(session, PLACE, repair.no, by=WEN, at=PUBLISHED)
    photo = keep_file(session, PLACE, picture(next(numbers)), "", FileKind.PHOTO, by=WEN, at=PUBLISHED).sha256
    repairs.finish(session, PLACE, repair.no, photo=photo, by=WEN, at=PUBLISHED)

    assert (repair.done_at, repair.reopened) == (first, True)
    assert score(session) <= before


# The warranty (C5)


@pytest.fixture
def roof(session):
    a_package(session, accepted_on=date(2024, 1, 1))
    return a_component(
        session, "roof-1", kind=ComponentKind.ROOF, building="1", package="A", warranty_until=date(2029, 1, 1)
    )


def leaks(session, roof, repaired_by):
    for day in range(1, 6):
        at = noon(date(2026, 6, day))
        repair = triaged(session, reported(session, Category.LEAK, at=at, building="1", component=roof))
        assert repair.route is Route.WARRANTY
        repairs.assign(session, PLACE, repair.no, repaired_by, by=MEI, at=PUBLISHED)
        repairs.arrive(session, PLACE, repair.no, by=WEN, at=PUBLISHED)
        photo = keep_file(session, PLACE, picture(next(numbers)), "", FileKind.PHOTO, by=WEN, at=PUBLISHED)
        repairs.finish(session, PLACE, repair.no, photo=photo.sha256, by=WEN, at=PUBLISHED)


@pytest.mark.parametrize(("repaired_by", "good"), [("anju", 5), (WEN.login, 0)])
def test_c5_a_warranty_is_recovered_only_by_whoever_owes_it(session, roof, repaired_by, good):
    leaks(session, roof, repaired_by)

    assert measure(session, "F1").inputs == ((good, 5),)


def test_c5_another_contractor_recovers_no_warranty(session, roof):
    a_package(session, "B", contractor="other", accepted_on=date(2024, 1, 1))

    leaks(session, roof, "other")

    assert measure(session, "F1").inputs == ((0, 5),)


def test_c5_a_warranty_that_the_firm_repaired_is_not_recovered_by_giving_it_to_the_builder_afterwards(
    session, roof
):
    leaks(session, roof, WEN.login)
    before = score(session)

    for repair in session.exec(select(Ticket).where(Ticket.component == roof)).all():
        repairs.assign(session, PLACE, repair.no, "anju", by=MEI, at=PUBLISHED)
        assert measure(session, "F1").inputs == ((0, 5),)
        repairs.arrive(session, PLACE, repair.no, by=WEN, at=PUBLISHED)
        repairs.finish(session, PLACE, repair.no, photo=a_photo(session), by=WEN, at=PUBLISHED)

    assert measure(session, "F1").inputs == ((0, 5),)
    assert score(session) <= before


def test_c5_a_warranty_is_not_left_by_a_project_of_another_component(session, roof):
    for day in range(1, 6):
        at = noon(date(2026, 6, day))
        no = triaged(session, reported(session, Category.LEAK, at=at, building="1", component=roof)).no
    before = score(session)

    another = replace(a_plan("stairs-1"), another_defect=a_paper(session, PAPER))
    repairs.open_project(session, PLACE, no, "P-77", another, by=MEI, at=PUBLISHED)

    assert measure(session, "F1").inputs == ((0, 5),)
    assert open_claims(session, PLACE, {roof})[-1] == no
    assert score(session) <= before


# What a year tells beside its halves (D2)


def test_d2_a_year_leaves_out_the_half_whose_few_cases_would_be_the_difference(session):
    for day in (6, 7):
        half_year.a_ticket(session, Category.DOOR, Priority.P3, noon(date(2026, 7, day)), repaired=None)
    fund.end_month(session, PLACE, Month(2026, 12), exceptions={}, by=MEI, at=AFTER_H2)

    first, second, year = (
        measures(session, PLACE, Period.parse(name), RUBRIC) for name in ("2026-H1", "2026-H2", "2026")
    )

    assert second["A2"].base == 2  # which its scorecard does not tell
    for indicator in ("A1", "A2", "A3", "A4", "A5", "B2"):
        assert year[indicator].inputs == first[indicator].inputs, indicator


# Money (C1, C4, C5)


def sealed(session, book, month, on, role="bank"):
    """A month of an account that two people reconciled on a day."""
    session.add(
        Reconciliation(
            community=PLACE, book=book, role=role, month=month, closings="{}", openings="{}", reasons="{}",
            digest="0" * 64, book_fen=0, bank_fen=0, prepared_by="mei", prepared_at=noon(on),
            confirmed_by="chen", confirmed_at=noon(on), entry_no=1,
        )
    )  # fmt: skip
    session.flush()


def test_c4_every_account_of_every_book_that_holds_money_is_counted_reconciled_or_not(session):
    """The fund has money from December on, public revenue from January; the fee's account only in June, whose
    reconciliation falls due in July; nothing was ever entered in its wallet, whose statements are due all the same."""
    assert measure(session, "D3").inputs == ((0, 17),)

    for month in ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"):
        sealed(session, "fund", month, Month.parse(month).plus(1).first)

    assert measure(session, "D3").inputs == ((6, 17),)
    fund.end_month(session, PLACE, Month(2026, 12), exceptions={}, by=MEI, at=AFTER_H2)
    assert measure(session, "D3", H2).base == 24  # four accounts, June to November


def test_c4_c1_an_account_in_which_nothing_is_ever_entered_is_not_left_out_beside_one_in_which_something_is(
    session,
):
    """Money that came into the wallet and was never imported cost nothing: its book had entries at the bank."""
    before = measure(session, "D3").inputs[0]

    for month in ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"):
        sealed(session, "fee", month, Month.parse(month).plus(1).first, role="wallet")

    assert measure(session, "D3").inputs == ((before[0] + 6, before[1]),)


def test_c4_c1_a_book_in_which_nothing_is_ever_entered_is_not_left_out(session):
    """A new community with approved accounts had “nothing to assess”; a statement that is not handed in scores 0."""
    a_community(session, "fresh")

    of_fresh = measures(session, "fresh", H1, RUBRIC)["D3"]

    assert (of_fresh.value, of_fresh.inputs) == (0, ((0, 24),))  # four accounts, December to May


@pytest.mark.parametrize(("on", "good"), [(date(2026, 2, 13), 1), (date(2026, 2, 14), 0)])
def test_c4_a_month_is_reconciled_in_time_until_the_tenth_working_day(session, on, good):
    sealed(session, "fund", "2026-01", on)

    assert measure(session, "D3").inputs == ((good, 17),)


def test_c4_no_account_that_holds_money_is_left_out_because_nobody_approved_it(session):
    for account in session.exec(select(ApprovedAccount)):
        account.approved_by, account.approved_at = None, None
        session.add(account)
    session.flush()

    assert measure(session, "D3").inputs == ((0, 11),)  # without the wallet, in which nothing was entered


def test_c5_a_cost_that_is_claimed_without_proof_lowers_the_share_of_vouchers(session):
    july = date(2026, 7, 8)
    half_year.pay_cost(
        session, PLACE, CostKind.ENERGY, 100, july, voucher_no="F-7", contract="GY-1", by=MEI, at=noon(july)
    )
    before = score(session, H2)
    (good, base), *_ = measure(session, "D4", H2).inputs

    claim_cost(session, PLACE, "C-1", CostKind.STAFF, 1_000, july, contract="GY-1", by=MEI, at=noon(july))

    assert measure(session, "D4", H2).inputs == ((good, base + 1),)
    assert score(session, H2) < before


def charged_in_july(session):
    half_year.fees.charge_month(session, PLACE, Month(2026, 7), by=MEI, at=noon(date(2026, 7, 1)))
    session.flush()


def test_c5_a_wrong_bill_counts_by_whatever_deed_it_is_put_right(session):
    """Taken back whole, or cut by a waiver that was granted after it was issued: the firm cannot choose the cheaper."""
    charged_in_july(session)
    july = noon(date(2026, 7, 9))
    assert measure(session, "C3", H2).inputs == ((10, 10),)

    with session.begin_nested() as attempt:
        wrong = entry_by_key(session, PLACE, "charge/2026-07")
        reverse(session, PLACE, wrong.no, reason="错", key="r-1", by=MEI, at=july)
        assert measure(session, "C3", H2).inputs == ((0, 10),)
        attempt.rollback()
    session.expire_all()
    months = Months(Month(2026, 7), Month(2026, 7))
    for kind in (Kind.COMPENSATION, Kind.PROMOTION):
        request_waiver(
            session,
            PLACE,
            f"W-{kind}",
            kind,
            Asked(percent=10),
            months,
            home=FLATS[3],
            basis="多收了",
            by=MEI,
            at=july,
        )
        approve_waiver(session, PLACE, f"W-{kind}", by=CHEN, at=july)
    assert measure(session, "C3", H2).inputs == ((9, 10),)


@pytest.mark.parametrize(("ground", "right"), [(Ground.UNLAWFUL_CHARGE, 9), (Ground.OVERPAID, 10)])
def test_c5_a_bill_that_is_given_back_was_wrong_where_it_was_charged_against_the_law(session, ground, right):
    charged_in_july(session)
    july = noon(date(2026, 7, 9))
    receipt = entry_by_key(session, PLACE, f"pay-{FLATS[0]}")

    request_refund(session, PLACE, "T-1", FLATS[0], receipt.no, 1_000, ground, by=MEI, at=july)
    assert measure(session, "C3", H2).inputs == ((10, 10),)
    approve_refund(session, PLACE, "T-1", by=CHEN, at=july)

    assert measure(session, "C3", H2).inputs == ((right, 10),)


@pytest.mark.parametrize("kind", [Kind.LOW_INCOME, Kind.SERVICE_DEFECT])
def test_c5_what_a_home_is_let_off_for_its_own_sake_or_for_the_service_was_no_wrong_bill(session, kind):
    charged_in_july(session)
    july = noon(date(2026, 7, 9))
    months = Months(Month(2026, 7), Month(2026, 7))
    request_waiver(
        session,
        PLACE,
        "W-1",
        kind,
        Asked(percent=10),
        months,
        home=FLATS[3],
        basis="低保",
        by=MEI,
        at=july,
    )
    approve_waiver(session, PLACE, "W-1", by=CHEN, at=july)

    assert measure(session, "C3", H2).inputs == ((10, 10),)


def test_c5_telling_of_a_longer_period_later_does_not_tell_of_a_shorter_one_in_time(session):
    fund.end_month(session, PLACE, Month(2026, 12), exceptions={}, by=MEI, at=AFTER_H2)
    before = measure(session, "E1", H2)
    draft = disclosures.prepare(session, PLACE, "2026", by=MEI, at=AFTER_H2)
    disclosures.check(session, PLACE, "2026", draft.sha256, by=AN, at=AFTER_H2)
    ready = ReadyNotice(draft.body, [], ("公示", "accounts"))
    disclosures.publish(session, PLACE, "2026", prepared=ready, by=CHEN, at=AFTER_H2)

    assert measure(session, "E1", H2) == before


# Whoever works it out again (C6)


def test_c6_a_stranger_works_it_out_with_python_and_the_two_files_alone(session, tmp_path):
    card, rubric = tmp_path / "body.json", tmp_path / "rubric.json"
    card.write_bytes(evaluate(session, PLACE, H1, by=SU, at=PUBLISHED))
    rubric.write_bytes(rubric_bytes(json.loads(card.read_bytes())["rubric"]))
    script = Path(__file__).parents[1] / "recompute_score.py"

    ran = subprocess.run(
        [sys.executable, "-I", str(script), str(card), str(rubric)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout) == (0, "the score is what its counts make of it\n"), ran.stdout
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(script.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in ([ast.alias(node.module or "")] if isinstance(node, ast.ImportFrom) else node.names)
    }
    assert imported <= sys.stdlib_module_names
