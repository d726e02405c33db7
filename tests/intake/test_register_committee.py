"""The owners' committee comes with the first register: with its term, its members in their offices, and what follows from it."""

from datetime import date

import pytest
from sqlmodel import select

from ledger.committee.actions import file_term
from ledger.committee.queries import audits_seen, committee_tasks_on, term_row, terms
from ledger.committee.rules import CommitteeTask, Office, Standing
from ledger.committee.tables import CommitteeMember
from ledger.community.queries import acting_for_owners
from ledger.community.role_rules import Actor, Level, Role
from ledger.community.tables import Appointment, Person
from ledger.intake.register import RegisterRefused
from ledger.journal.fsck import problems
from ledger.journal.queries import entry_by_key
from ledger.log.leaf import opened as disclosed
from ledger.log.queries import leaf
from ledger.log.tables import PrivateField
from tests.cast import HE, NOON
from tests.factories import PAPER, a_paper
from tests.intake.registers import GOOD, filled, importing, ours, place, what_is_wrong

PLACE = "meiyuan"
ROOT = Actor("root", Role.OPERATOR)
OPENED, LAST = date(2026, 7, 1), date(2027, 9, 30)
MEMBERS = ours(
    "name role home since office",
    ("王伟", "业主", "1-1-101", OPENED, "主任"),
    ("王芳", "业主", "3-1-101", OPENED, "委员"),
    ("梅经理", "物业经理", None, OPENED),
)
TERM = {
    "community": PLACE, "elected_on": "2022-09-17", "starts_on": "2022-10-01", "ends_on": LAST, "filed_on": "2022-10-12",
    "filing": "虹房备〔2022〕12号",
}  # fmt: skip


def book(people=MEMBERS, committees=(TERM,)):
    opened = [GOOD["communities"][0] | {"opened_on": OPENED}]
    return filled({**GOOD, "communities": opened, "people": people, "committees": committees})


def opened(session, **sheets):
    return importing(session, book(**sheets), by=ROOT)


def test_a_committee_has_its_term_and_its_members_sit_from_the_opening_day_to_its_end(session):
    imported = opened(session)

    assert (imported.people, imported.committees) == (3, 1)
    term = term_row(session, PLACE, 1)
    assert (term.elected_on, term.starts_on, term.ends_on) == (date(2022, 9, 17), date(2022, 10, 1), LAST)
    assert (term.seats, term.motion, term.filed_on) == (2, None, date(2022, 10, 12))
    offices = select(Person.name, CommitteeMember.office).join(Person)
    assert dict(session.exec(offices).all()) == {"王伟": Office.HEAD, "王芳": Office.MEMBER}
    seats = select(Appointment.since, Appointment.until).where(Appointment.role == Role.COMMITTEE)
    assert session.exec(seats).all() == [(OPENED, LAST)] * 2
    assert acting_for_owners(session, PLACE, LAST)[0] is Level.OWNERS_COMMITTEE
    assert list(problems(session, PLACE)) == []


def test_its_end_asks_for_an_election_a_hand_over_and_an_audit(session):
    opened(session)

    def asked(on):
        return {task for task, _no, _day in committee_tasks_on(session, PLACE, on)}

    assert asked(OPENED) == set()
    assert CommitteeTask.ELECT in asked(date(2027, 9, 1))
    over = date(2027, 10, 8)
    assert {CommitteeTask.VACANT, CommitteeTask.HAND_OVER, CommitteeTask.AUDIT} <= asked(over)
    assert [audit["fell_due_on"] for audit in audits_seen(session, PLACE, 1, over)] == [LAST]


def test_one_whose_term_was_over_before_the_books_began_is_known_and_sits_no_more(session):
    opened(session, committees=[TERM | {"ends_on": "2026-06-30"}])

    [term] = terms(session, PLACE, NOON.date())
    assert (term["standing"], term["audits_open"]) == (Standing.OVER, 1)
    assert session.exec(select(Appointment).where(Appointment.role == Role.COMMITTEE)).all() == []


def test_the_log_commits_to_the_number_of_the_filing_and_its_paper_may_follow(session):
    opened(session)

    elected = entry_by_key(session, PLACE, "committee/from/2022-10-01")
    assert elected.kind == "committee.elected"
    assert TERM["filing"] not in leaf(session, PLACE, elected.leaf_index).body.decode()
    committed = select(PrivateField.disclosure).where(PrivateField.leaf_index == elected.leaf_index)
    assert ("filing", TERM["filing"]) in map(disclosed, session.exec(committed))
    scan = a_paper(session, PAPER)
    file_term(session, PLACE, 1, date(2022, 10, 12), scan, by=HE, at=NOON)
    assert term_row(session, PLACE, 1).filing == scan


def test_where_no_term_is_told_the_members_are_seated_by_their_rows_as_before(session):
    seat = ours("name role since", ("陈主任", "业委会", OPENED))

    assert opened(session, people=seat, committees=()).committees == 0
    assert acting_for_owners(session, PLACE, LAST)[0] is Level.OWNERS_COMMITTEE


@pytest.mark.parametrize(
    ("people", "committees", "at", "words"),
    [
        ([MEMBERS[0]], (), ("people", 2, "office"), "its term stands in the sheet “业委会任期”"),
        ([MEMBERS[0], MEMBERS[2] | {"office": "委员"}], (TERM,), ("people", 3, "office"), "in his row as one"),
        (
            [MEMBERS[0], *ours("name role since", ("陈主任", "业委会", OPENED))],
            (TERM,),
            ("people", 3, "role"),
            "not a seat as “业委会”",
        ),
        ([MEMBERS[2]], (TERM,), ("committees", 2, "community"), "names no member"),
        ([MEMBERS[0]], (TERM | {"filing": None},), ("committees", 2, "filing"), "must be filled in"),
        ([MEMBERS[0]], (TERM, TERM), ("committees", 3, "community"), "stands in row 2 already"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_named_by_its_cell(people, committees, at, words):
    [(spot, said)] = what_is_wrong(book(people, committees))

    assert spot == place(*at)
    assert words in said


@pytest.mark.parametrize(
    ("people", "term", "words"),
    [
        (MEMBERS, {"ends_on": "2028-10-01"}, "最多 5 年"),
        (MEMBERS, {"elected_on": OPENED, "starts_on": OPENED, "filed_on": OPENED}, "只有启用账本以前选出"),
        (MEMBERS, {"filed_on": "2022-09-01"}, "2022年9月17日"),
        ([MEMBERS[0], MEMBERS[1] | {"office": "主任"}], {}, "只有一位主任"),
    ],
)
def test_what_an_election_by_the_form_refuses_is_refused_here(session, people, term, words):
    with pytest.raises(RegisterRefused) as refused:
        opened(session, people=people, committees=[TERM | term])

    [problem] = refused.value.facts["problems"]
    assert problem.spot == "业委会任期!B2"
    assert words in problem.zh
