"""How a committee's days are counted, and what they ask for."""

from datetime import date, timedelta

import pytest

from ledger.committee.rules import (
    GUIDANCE,
    AuditReason,
    CommitteeTask,
    Days,
    Elected,
    ElectsHimself,
    Kept,
    Leaving,
    MemberTwice,
    NewTerm,
    NotOnThatDay,
    Office,
    OutsideTerm,
    Owed,
    Spell,
    Standing,
    Term,
    TermBackwards,
    TermBeforeElection,
    TermOverlaps,
    TermTooLong,
    TwoHeads,
    audits_owed,
    check_happened,
    check_members,
    check_term,
    check_within,
    elect_by,
    sitting,
    tasks,
)
from ledger.periods import plus_months

FIRST, LAST = date(2026, 7, 1), date(2031, 6, 30)
TERM = Term(2, FIRST, LAST)
DAY = timedelta(days=1)
ALL_DONE = Days(
    file_by=None,
    elect_by=date(2031, 3, 30),
    followed=True,
    seats=5,
    sitting=5,
    hand_over_by=LAST + 10 * DAY,
    kept=(),
    members_hand_over_by=(),
    audits=[],
)


@pytest.mark.parametrize(
    ("on", "stands"),
    [
        (FIRST - DAY, Standing.FUTURE),
        (FIRST, Standing.SITS),
        (LAST, Standing.SITS),
        (LAST + DAY, Standing.OVER),
    ],
)
def test_a_term_sits_from_its_first_day_to_its_last(on, stands):
    assert TERM.stands(on) is stands


def test_a_term_that_ends_early_is_over_from_the_day_after():
    ended = TERM._replace(ended_on=date(2028, 3, 1))

    assert (ended.stands(date(2028, 3, 1)), ended.stands(date(2028, 3, 2))) == (Standing.SITS, Standing.OVER)


def test_a_term_lasts_five_years_at_most_or_what_the_place_says():
    check_term(NewTerm(FIRST, FIRST, LAST), None, 5, GUIDANCE)
    with pytest.raises(TermTooLong) as refusal:
        check_term(NewTerm(FIRST, FIRST, date(2031, 7, 2)), None, 5, "《某市条例》第9条")
    assert "《某市条例》第9条" in refusal.value.sentence("zh")


@pytest.mark.parametrize(
    ("refusal", "starts_on", "elected_on", "last"),
    [
        (TermBackwards, LAST, FIRST, None),
        (TermBeforeElection, FIRST, FIRST + DAY, None),
        (TermOverlaps, FIRST, FIRST, Term(1, date(2021, 7, 1), FIRST)),
    ],
)
def test_a_term_follows_its_election_and_the_one_before(refusal, starts_on, elected_on, last):
    with pytest.raises(refusal):
        check_term(NewTerm(elected_on, starts_on, LAST), last, 5, GUIDANCE)


def test_a_term_begins_the_day_after_one_that_ended_early():
    before = Term(1, date(2023, 1, 1), date(2027, 12, 31), ended_on=FIRST - DAY)

    check_term(NewTerm(FIRST, FIRST, LAST), before, 5, GUIDANCE)


@pytest.mark.parametrize(
    ("refusal", "members"),
    [
        (MemberTwice, [Elected("lin", Office.MEMBER), Elected("lin", Office.DEPUTY)]),
        (ElectsHimself, [Elected("lin", Office.MEMBER), Elected("he", Office.MEMBER)]),
        (TwoHeads, [Elected("lin", Office.HEAD), Elected("chen", Office.HEAD)]),
    ],
)
def test_a_list_of_members_names_each_once_one_head_and_not_whoever_enters_it(refusal, members):
    with pytest.raises(refusal):
        check_members(members, "he")


def test_what_is_done_is_of_no_day_to_come_and_of_none_before_it_could_be():
    check_happened(FIRST, FIRST, FIRST)
    for day in (FIRST - DAY, LAST + DAY):
        with pytest.raises(NotOnThatDay):
            check_happened(day, FIRST, LAST)
    with pytest.raises(OutsideTerm):
        check_within(TERM, LAST + DAY)


def test_who_sits_on_a_day_sits_in_the_office_of_that_day():
    spells = [
        Spell("lin", Office.MEMBER, FIRST, date(2027, 6, 30)),
        Spell("lin", Office.HEAD, date(2027, 7, 1), LAST),
        Spell("chen", Office.HEAD, FIRST, date(2027, 6, 30), Leaving.RESIGNED),
    ]

    assert [spell.office for spell in sitting(spells, date(2027, 7, 1))] == [Office.HEAD]
    assert len(sitting(spells, FIRST)) == 2


def test_an_audit_falls_due_when_the_term_is_over_and_when_its_head_leaves_before():
    left = date(2028, 1, 31)
    spells = [
        Spell("chen", Office.HEAD, FIRST, left),
        Spell("lin", Office.MEMBER, FIRST, date(2027, 1, 1)),
        Spell("lin", Office.HEAD, left + DAY, LAST),
    ]

    def owed(today, *, at_term_end=True, when_head_leaves=True):
        return audits_owed(
            TERM, spells, today, at_term_end=at_term_end, when_head_leaves=when_head_leaves, years={}
        )

    of_the_head = Owed(AuditReason.HEAD_LEFT, left, "chen")
    of_the_term = Owed(AuditReason.TERM_END, LAST)
    assert owed(left) == []
    assert owed(left + DAY) == [of_the_head]
    assert owed(LAST) == [of_the_head]
    assert owed(LAST + DAY) == [of_the_head, of_the_term]
    assert owed(LAST + DAY, when_head_leaves=False) == [of_the_term]
    assert owed(LAST + DAY, at_term_end=False) == [of_the_head]


def test_b10_a_year_that_is_over_is_audited_where_the_place_asks_for_it():
    years = {2025: None, 2026: date(2027, 6, 30), 2027: None}

    def owed(today):
        return audits_owed(TERM, [], today, at_term_end=False, when_head_leaves=False, years=years)

    of_2026 = Owed(AuditReason.YEAR, date(2026, 12, 31), report_by=date(2027, 6, 30))
    assert owed(date(2026, 12, 31)) == []
    assert owed(date(2027, 1, 1)) == [of_2026]
    assert owed(date(2028, 1, 1)) == [of_2026, Owed(AuditReason.YEAR, date(2027, 12, 31))]


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2031, 6, 30), 3, date(2031, 3, 30)),
        (date(2031, 5, 31), 3, date(2031, 2, 28)),
        (date(2031, 1, 15), 6, date(2030, 7, 15)),
    ],
)
def test_months_are_counted_back_to_the_same_day_or_the_last_of_a_shorter_month(day, months, earlier):
    assert plus_months(day, -months) == earlier


def test_the_next_election_is_under_way_before_the_term_is_over_or_recalled():
    assert elect_by(TERM, 3) == date(2031, 3, 30)
    assert elect_by(TERM._replace(ended_on=date(2028, 3, 1)), 3) == date(2028, 3, 1)


@pytest.mark.parametrize(
    ("today", "open_", "due"),
    [
        (FIRST, {}, []),
        (FIRST, {"file_by": FIRST + 30 * DAY}, [(CommitteeTask.FILE, FIRST + 30 * DAY)]),
        (date(2031, 2, 27), {"followed": False}, []),
        (date(2031, 2, 28), {"followed": False}, [(CommitteeTask.ELECT, date(2031, 3, 30))]),
        (LAST, {"followed": False}, [(CommitteeTask.ELECT, date(2031, 3, 30))]),
        (LAST + DAY, {"followed": False}, [(CommitteeTask.VACANT, LAST)]),
        (FIRST, {"sitting": 2}, [(CommitteeTask.TOO_FEW, None)]),
        (FIRST, {"sitting": 3}, []),
        (LAST + DAY, {"kept": (Kept.SEALS,)}, [(CommitteeTask.HAND_OVER, LAST + 10 * DAY)]),
        (LAST, {"kept": (Kept.SEALS,)}, []),
        (FIRST, {"members_hand_over_by": (FIRST,)}, [(CommitteeTask.MEMBER_HANDS_OVER, FIRST)]),
        (LAST + DAY, {"audits": [None]}, [(CommitteeTask.AUDIT, None)]),
    ],
)
def test_a_term_says_what_its_days_ask_for_and_when_a_rule_gives_the_day(today, open_, due):
    assert tasks(TERM, ALL_DONE._replace(**open_), today) == due
