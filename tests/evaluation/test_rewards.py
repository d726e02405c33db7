"""Hongkou's grades and reward (虹房管规〔2026〕1号): told with the score, computed exactly, booked nowhere."""

import json
from datetime import date
from fractions import Fraction

import pytest
from sqlmodel import select

from ledger.community.tables import Building, Community
from ledger.evaluation.actions import evaluate
from ledger.evaluation.reward_rules import Counted, LeastFee, Reward, area_that_counts, reward_content
from ledger.evaluation.rules import grade_of, with_bounds
from ledger.evaluation.standards import rubric_bytes
from ledger.fees.rules import Basis, Price
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.journal.tables import Entry
from ledger.operations.evaluations import score
from ledger.periods import Period, noon
from tests.cast import MEI, SU
from tests.disclosure.lived import PLACE, PUBLISHED
from tests.evaluation.test_rules import RUBRIC
from tests.recompute_score import faults

HONGKOU = {"A": 90, "B": 80, "C": 70}
LEAST = LeastFee(90, 145)
RATES = {"A": 40, "B": 30, "C": 20, "D": 0}
H1, H2 = Period.parse("2026-H1"), Period.parse("2026-H2")
AT = noon(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("score", "grade", "by_default"),
    [
        ("90", "A", "A"),
        ("89.99", "B", "B"),
        ("80", "B", "B"),
        ("79.99", "C", "C"),
        ("70", "C", "C"),
        ("69.99", "D", "C"),
    ],
)
def test_a_score_is_graded_by_the_bounds_of_the_place(score, grade, by_default):
    assert grade_of(with_bounds(RUBRIC, HONGKOU), Fraction(score)).grade == grade
    assert grade_of(RUBRIC, Fraction(score)).grade == by_default


@pytest.mark.parametrize(
    ("has_lift", "basis", "rate_e4", "counted"),
    [
        (False, Basis.PER_M2, 9_000, True),
        (False, Basis.PER_M2, 8_999, False),
        (True, Basis.PER_M2, 14_500, True),
        (True, Basis.PER_M2, 14_499, False),
        (False, Basis.PER_HOUSEHOLD, 450_000, True),  # 45 yuan for 50 m²
        (False, Basis.PER_HOUSEHOLD, 449_999, False),
        (True, Basis.PACKAGE, 724_999, False),
    ],
)
def test_a_home_counts_from_the_least_fee_on(has_lift, basis, rate_e4, counted):
    home = Counted(5_000, has_lift, Price(basis, rate_e4))

    assert area_that_counts([home], LEAST) == (5_000 if counted else 0)
    assert area_that_counts([home._replace(price=None)], LEAST) == 0


def test_the_reward_is_area_by_rate_by_months_rounded_once():
    reward = Reward("虹房管规〔2026〕1号", LEAST, 6, 6 * 10_001, RATES)

    assert [reward.fen(grade) for grade in "ABCD—"] == [
        24_002,
        18_002,
        12_001,
        0,
        None,
    ]  # 24,002.4 and 18,001.8
    assert reward_content(reward, "B")["fen"] == 18_002
    assert reward_content(reward, "—")["fen"] is None


def in_hongkou(session):
    session.get(Community, PLACE).jurisdiction = "shanghai/hongkou"
    session.get(Building, (PLACE, "2")).has_lift = True
    price = NewPrice(date(2026, 10, 1), Basis.PER_M2, 9_000)
    set_tariff(session, PLACE, "*", price, "决议 9", by=MEI, at=AT)
    session.flush()


def test_a_half_year_in_hongkou_tells_bounds_reward_and_condition_and_books_nothing(session):
    in_hongkou(session)
    before = session.exec(select(Entry.no)).all()

    body = evaluate(session, PLACE, H2, by=SU, at=AT)

    card = json.loads(body)
    assert {of["grade"]: of["from"] for of in card["grades"]} == HONGKOU | {"D": 0}
    assert card["grades_source"] == card["reward"]["source"] == "虹房管规〔2026〕1号"
    # from September on the rule holds, from October on the fee is 0.90; building 2 has a lift and pays too little
    flats_and_shop = 6 * 8_000 + 12_000
    assert (card["reward"]["months"], card["reward"]["area_months_dm2"]) == (4, 3 * flats_and_shop)
    assert [of["fen"] for of in card["reward"]["by_grade"]] == [72_000, 54_000, 36_000, 0]
    assert (card["grade"], card["reward"]["fen"]) == ("—", None)
    assert faults(body, rubric_bytes(card["rubric"])) == []
    assert session.exec(select(Entry.no)).all() == before


def test_the_office_reads_the_reward_beside_the_score(session):
    in_hongkou(session)

    shown = score(session, PLACE, str(H2), by=SU, at=AT)

    assert (shown.reward_source, shown.reward_months, shown.reward_fen) == ("虹房管规〔2026〕1号", 4, None)
    assert (shown.least_fee_no_lift_fen, shown.least_fee_lift_fen) == (90, 145)
    assert [(of.grade, of.fen) for of in shown.rewards][:2] == [("A", 72_000), ("B", 54_000)]


@pytest.mark.parametrize("period", [H1, Period.parse("2026")])
def test_before_its_day_and_for_other_periods_the_rule_says_nothing(session, period):
    in_hongkou(session)

    card = json.loads(evaluate(session, PLACE, period, by=SU, at=AT))

    assert (card["grades_source"], card["reward"]) == (None, None)
    assert next(of["from"] for of in card["grades"] if of["grade"] == "C") == 60


def test_elsewhere_there_is_no_reward(session):
    card = json.loads(evaluate(session, PLACE, H1, by=SU, at=PUBLISHED))
    shown = score(session, PLACE, str(H1), by=SU, at=PUBLISHED)

    assert (card["grades_source"], card["reward"]) == (None, None)
    assert (shown.reward_source, shown.rewards) == (None, [])


def test_whoever_bends_the_reward_is_found(session):
    in_hongkou(session)
    card = json.loads(evaluate(session, PLACE, H2, by=SU, at=AT))
    card["reward"]["by_grade"][0]["fen"] += 1

    assert faults(json.dumps(card).encode(), rubric_bytes(card["rubric"])) == [
        "reward A: the card says 72001, its counts make 72000"
    ]
