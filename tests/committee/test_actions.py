"""A committee is elected, changed and ended; its seats end with it, and what it leaves is handed over and audited."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.committee.actions import (
    add_member,
    elect,
    end_term,
    engage_audit,
    file_term,
    leave,
    name_office,
    receive_audit,
    take_over,
    take_over_from_member,
)
from ledger.committee.queries import (
    NoTerm,
    audits_seen,
    committee_tasks_on,
    members_seen,
    term_seen,
    terms,
    waiting_for,
)
from ledger.committee.rules import (
    AuditNotDue,
    AuditNotEngaged,
    AuditReason,
    CommitteeTask,
    Elected,
    ElectionUsed,
    ElectionWithoutResolution,
    ElectsHimself,
    FilingDayMissing,
    HandedOver,
    JudgesHimself,
    Kept,
    Leaving,
    MemberSits,
    NewTerm,
    NotAMember,
    NotAnOwner,
    NotOnThatDay,
    NoVacancy,
    Office,
    OfficeHeld,
    Opinion,
    OutsideTerm,
    ResolutionMissing,
    Standing,
    TermCause,
    TermGoesOn,
    TermOverlaps,
    TwoHeads,
)
from ledger.community.actions import appoint
from ledger.community.queries import acting_for_owners, end_of_term, seats
from ledger.community.role_rules import Actor, Level, Role, Seat
from ledger.community.tables import Community, Person, ProfileValue
from ledger.files.rules import FileMissing
from ledger.journal.fsck import problems
from ledger.journal.queries import entry
from ledger.journal.rules import AskedDifferently
from ledger.log.queries import leaf
from ledger.people.rules import NotYoursToAppoint
from ledger.votes.rules import Matter, NoResolutionPassed
from tests.cast import CHEN, HE, LIN, MEI, NOON
from tests.factories import SHA
from tests.revenue.owners import HOMES, PLACE, a_resolution, owners_place

TODAY = NOON.date()
DAY = timedelta(days=1)
FIRST, LAST = TODAY + DAY, date(2031, 7, 15)
OVER = datetime(2031, 8, 1, 4, tzinfo=UTC)
ANNA, BEN, CORA, DAN = "anna", "ben", "cora", "dan"
THREE = (Elected(ANNA, Office.HEAD), Elected(BEN, Office.MEMBER), Elected(CORA, Office.MEMBER))


@pytest.fixture
def place(session):
    """Four owners who sign in, Chen and Lin who sat on the committee before, and a vote that elected another."""
    owners_place(session)
    people = {
        ANNA: HOMES[0],
        BEN: HOMES[1],
        CORA: HOMES[2],
        DAN: HOMES[3],
        "chen": None,
        "lin": None,
        "he": None,
    }
    for login, home in people.items():
        session.add(Person(login=login, name=f"{login.title()}先生", password="-", since=NOON))
        session.flush()
        if home:
            seat(session, login, Seat(Role.OWNER, home))
    for login in ("chen", "lin"):
        seat(session, login, Seat(Role.COMMITTEE))
    a_resolution(session, "M-1", Matter.COMMITTEE)
    return PLACE


def seat(session, login, of, since=date(2026, 1, 1), until=None):
    appoint(session, login, PLACE, of, since, until=until, by=MEI, at=NOON)
    session.flush()


def elected(
    session, members=THREE, starts_on=FIRST, ends_on=LAST, *, on=TODAY, document=SHA, by=HE, at=NOON, **more
):
    new = NewTerm(on, starts_on, ends_on, **{"motion": "M-1"} | more)
    return elect(session, PLACE, members, new, document, by=by, at=at)


def sits(session, login, on):
    return any(seat.role is Role.COMMITTEE for seat in seats(session, login, PLACE, on) or ())


def asked_of(session, on):
    return [task for task, _no, _day in committee_tasks_on(session, PLACE, on)]


def test_whoever_is_elected_sits_from_the_first_day_to_the_last_and_nobody_else(session, place):
    assert (elected(session).fresh, elected(session).fresh) == (True, False)

    for login in (ANNA, BEN, CORA):
        assert [sits(session, login, on) for on in (TODAY, FIRST, LAST, LAST + DAY)] == [
            False,
            True,
            True,
            False,
        ]
    assert [sits(session, "chen", on) for on in (TODAY, FIRST)] == [True, False]
    assert acting_for_owners(session, PLACE, LAST)[0] is Level.OWNERS_COMMITTEE
    assert acting_for_owners(session, PLACE, LAST + DAY)[0] is None
    assert list(problems(session, PLACE)) == []


def test_where_a_place_names_another_body_it_acts_once_the_term_is_over(session, place):
    session.get(Community, PLACE).jurisdiction = "beijing"
    elected(session)
    session.add(Person(login="guan", name="Guan", password="-", since=NOON))
    session.flush()
    seat(session, "guan", Seat(Role.COMMITTEE, level=Level.MANAGEMENT_COMMITTEE))

    assert [sits(session, "guan", on) for on in (LAST, LAST + DAY)] == [False, True]
    assert acting_for_owners(session, PLACE, LAST + DAY)[0] is Level.MANAGEMENT_COMMITTEE


def test_the_log_tells_the_term_and_its_days_and_nobodys_name(session, place):
    posted = elected(session)

    body = leaf(session, PLACE, entry(session, PLACE, posted.no).leaf_index).body
    assert json.loads(body)["facts"] == {
        "term": 1, "elected_on": str(TODAY), "starts_on": str(FIRST), "ends_on": str(LAST),
        "seats": 3, "motion": "M-1", "filed_on": None,
    }  # fmt: skip
    assert ANNA not in body.decode()


def test_a_seat_that_a_member_holds_already_is_kept_within_the_term(session, place):
    seat(session, BEN, Seat(Role.COMMITTEE))
    seat(session, CORA, Seat(Role.COMMITTEE), until=FIRST + 9 * DAY)

    elected(session)

    for login in (BEN, CORA):
        assert [sits(session, login, on) for on in (TODAY, FIRST + 10 * DAY, LAST, LAST + DAY)] == [
            True, True, True, False,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("refusal", "wrong"),
    [
        (NoResolutionPassed, {"motion": "M-9"}),
        (ElectionWithoutResolution, {"motion": None}),
        (NotOnThatDay, {"on": TODAY - DAY}),
        (NotOnThatDay, {"on": TODAY + DAY, "starts_on": TODAY + 2 * DAY}),
        (NotAnOwner, {"members": (*THREE, Elected("lin", Office.MEMBER))}),
        (ElectsHimself, {"by": Actor(ANNA, Role.COMMUNITY_OFFICE)}),
        (NotYoursToAppoint, {"by": CHEN}),
        (FileMissing, {"document": "0" * 64}),
    ],
)
def test_an_election_rests_on_the_owners_vote_and_a_paper_and_is_entered_by_another(
    session, place, refusal, wrong
):
    with pytest.raises(refusal), session.begin_nested():
        elected(session, **wrong)

    assert terms(session, PLACE, TODAY) == []
    assert sits(session, "chen", FIRST)


def test_nothing_is_elected_before_the_vote_is_counted_nor_by_one_that_failed(session, place):
    a_resolution(session, "M-2", Matter.COMMITTEE, yes=False)
    a_resolution(session, "M-3", Matter.FIRM)
    for motion in ("M-2", "M-3"):
        with pytest.raises(NoResolutionPassed):
            elected(session, motion=motion)


def test_nobody_is_elected_twice_and_terms_do_not_overlap(session, place):
    elected(session)
    a_resolution(session, "M-2", Matter.COMMITTEE, at=NOON + DAY)
    with pytest.raises(AskedDifferently):
        elected(session, THREE[:2])
    with pytest.raises(ElectionUsed):
        elected(session, starts_on=LAST + DAY, ends_on=LAST + 800 * DAY)
    with pytest.raises(TermOverlaps):
        elected(
            session, starts_on=LAST, ends_on=LAST + 800 * DAY, motion="M-2", on=TODAY + DAY, at=NOON + DAY
        )


def test_a_committee_from_before_the_books_rests_on_its_filing(session, place):
    session.get(Community, PLACE).opened_on = date(2026, 1, 1)
    before = {
        "on": date(2025, 5, 20),
        "starts_on": date(2025, 6, 1),
        "ends_on": date(2028, 5, 31),
        "motion": None,
    }
    with pytest.raises(FilingDayMissing):
        elected(session, **before)
    with pytest.raises(ElectionWithoutResolution):
        elected(session, **{**before, "on": date(2026, 1, 1), "starts_on": date(2026, 2, 1)})

    elected(session, **before, filed_on=date(2025, 6, 3))

    seen = term_seen(session, PLACE, 1, TODAY)
    assert (seen["standing"], seen["filed_on"], seen["file_by"]) == (Standing.SITS, date(2025, 6, 3), None)
    assert sits(session, ANNA, TODAY)
    assert not sits(session, ANNA, date(2025, 12, 31))
    assert not sits(session, "chen", TODAY)
    assert asked_of(session, TODAY) == []


def test_it_is_filed_within_thirty_days_and_again_after_a_change(session, place):
    elected(session)
    assert committee_tasks_on(session, PLACE, TODAY) == [(CommitteeTask.FILE, 1, TODAY + 30 * DAY)]
    with pytest.raises(NotOnThatDay):
        file_term(session, PLACE, 1, TODAY - DAY, SHA, by=CHEN, at=NOON)

    filed = [file_term(session, PLACE, 1, TODAY, SHA, by=CHEN, at=NOON).fresh for _ in range(2)]

    assert filed == [True, False]
    assert asked_of(session, TODAY) == []
    left_on = FIRST + 10 * DAY
    leave(session, PLACE, 1, BEN, left_on, Leaving.RESIGNED, SHA, by=HE, at=NOON + 12 * DAY)
    assert (CommitteeTask.FILE, 1, left_on + 30 * DAY) in committee_tasks_on(session, PLACE, left_on + DAY)


def test_a_member_who_leaves_loses_his_seat_and_hands_over_within_three_days(session, place):
    elected(session)
    file_term(session, PLACE, 1, TODAY, SHA, by=CHEN, at=NOON)
    last_day, then = FIRST + 20 * DAY, NOON + 25 * DAY

    leave(session, PLACE, 1, BEN, last_day, Leaving.NO_OWNER, SHA, by=HE, at=then)

    assert [sits(session, BEN, on) for on in (last_day, last_day + DAY)] == [True, False]
    tasks = committee_tasks_on(session, PLACE, last_day + DAY)
    assert (CommitteeTask.MEMBER_HANDS_OVER, 1, last_day + 5 * DAY) in tasks  # three days on is a Saturday
    with pytest.raises(JudgesHimself):
        take_over_from_member(session, PLACE, 1, BEN, last_day, SHA, by=Actor(BEN, Role.COMMITTEE), at=then)
    with pytest.raises(NotAMember):
        take_over_from_member(session, PLACE, 1, CORA, last_day, SHA, by=HE, at=then)
    take_over_from_member(session, PLACE, 1, BEN, last_day, SHA, by=HE, at=then)
    assert CommitteeTask.MEMBER_HANDS_OVER not in asked_of(session, last_day + DAY)
    with pytest.raises(HandedOver):
        take_over_from_member(session, PLACE, 1, BEN, last_day + DAY, SHA, by=HE, at=then)


def test_a_member_is_removed_by_another_vote_than_the_one_that_elected_him(session, place):
    elected(session)
    then = NOON + 40 * DAY
    a_resolution(session, "M-2", Matter.COMMITTEE, at=then)

    def removed(motion):
        return leave(session, PLACE, 1, BEN, then.date(), Leaving.REMOVED, SHA, motion=motion, by=HE, at=then)

    for refusal, motion in ((ResolutionMissing, None), (ElectionUsed, "M-1"), (NoResolutionPassed, "M-9")):
        with pytest.raises(refusal):
            removed(motion)
    assert removed("M-2").fresh
    assert not sits(session, BEN, then.date() + DAY)


def test_a_vacancy_is_filled_for_the_rest_of_the_term_and_a_full_committee_is_not(session, place):
    elected(session)
    then = NOON + 25 * DAY
    since = then.date()

    def added(person=DAN, office=Office.MEMBER, on=since, by=HE):
        return add_member(session, PLACE, 1, person, office, on, SHA, by=by, at=then)

    with pytest.raises(NoVacancy):
        added()
    leave(session, PLACE, 1, BEN, since - DAY, Leaving.RESIGNED, SHA, by=HE, at=then)
    for refusal, wrong in (
        (MemberSits, {"person": ANNA}),
        (TwoHeads, {"office": Office.HEAD}),
        (NotAnOwner, {"person": "lin"}),
        (NotOnThatDay, {"on": since + DAY}),
        (OutsideTerm, {"on": TODAY}),
        (ElectsHimself, {"by": Actor(DAN, Role.COMMUNITY_OFFICE)}),
    ):
        with pytest.raises(refusal):
            added(**wrong)
    assert added().fresh
    assert [sits(session, DAN, on) for on in (since - DAY, since, LAST, LAST + DAY)] == [
        False,
        True,
        True,
        False,
    ]


def test_fewer_than_half_are_too_few(session, place):
    elected(session)
    then = FIRST + 5 * DAY
    leave(session, PLACE, 1, BEN, then, Leaving.RESIGNED, SHA, by=HE, at=NOON)
    assert CommitteeTask.TOO_FEW not in asked_of(session, then + DAY)
    leave(session, PLACE, 1, CORA, then, Leaving.UNABLE, SHA, by=HE, at=NOON)

    assert CommitteeTask.TOO_FEW in asked_of(session, then + DAY)


def test_a_head_who_steps_down_stays_a_member_and_is_audited(session, place):
    elected(session)
    then = NOON + 30 * DAY
    on = then.date()

    def named(person, office, by=HE):
        return name_office(session, PLACE, 1, person, office, on, SHA, by=by, at=then)

    with pytest.raises(TwoHeads):
        named(BEN, Office.HEAD)
    with pytest.raises(OfficeHeld):
        named(BEN, Office.MEMBER)
    with pytest.raises(ElectsHimself):
        named(BEN, Office.HEAD, by=Actor(BEN, Role.COMMITTEE))
    named(ANNA, Office.MEMBER)
    named(BEN, Office.HEAD)

    assert sits(session, ANNA, on)
    assert [(m["name"], m["office"]) for m in members_seen(session, PLACE, 1) if m["until"] == LAST] == [
        ("Cora先生", Office.MEMBER), ("Anna先生", Office.MEMBER), ("Ben先生", Office.HEAD),
    ]  # fmt: skip
    assert audits_seen(session, PLACE, 1, on) == [
        {"reason": AuditReason.HEAD_LEFT, "fell_due_on": on - DAY, "report_by": None}
    ]
    with pytest.raises(JudgesHimself):
        engaged(session, AuditReason.HEAD_LEFT, on, by=Actor(ANNA, Role.COMMITTEE), at=then)
    assert engaged(session, AuditReason.HEAD_LEFT, on, by=Actor(BEN, Role.COMMITTEE), at=then).fresh


def engaged(session, reason, on, *, by=HE, at=OVER):
    return engage_audit(session, PLACE, 1, reason, "某会计师事务所", on, SHA, by=by, at=at)


def received(session, reason, on, *, by=HE, at=OVER):
    return receive_audit(session, PLACE, 1, reason, on, Opinion.QUALIFIED, SHA, by=by, at=at)


def test_a_committee_is_recalled_by_the_owners_and_all_its_seats_end(session, place):
    elected(session)
    then = NOON + 400 * DAY
    last_day = then.date() + 5 * DAY
    a_resolution(session, "M-2", Matter.COMMITTEE, at=then)

    def ended(motion="M-2", on=last_day, by=HE):
        return end_term(session, PLACE, 1, on, TermCause.RECALLED, SHA, motion=motion, by=by, at=then)

    for refusal, wrong in (
        (ResolutionMissing, {"motion": None}),
        (ElectionUsed, {"motion": "M-1"}),
        (OutsideTerm, {"on": LAST}),
        (OutsideTerm, {"on": TODAY}),
        (JudgesHimself, {"by": Actor(ANNA, Role.COMMUNITY_OFFICE)}),
    ):
        with pytest.raises(refusal):
            ended(**wrong)
    assert [ended().fresh, ended().fresh] == [True, False]

    assert [sits(session, ANNA, on) for on in (last_day, last_day + DAY)] == [True, False]
    assert term_seen(session, PLACE, 1, last_day + DAY)["standing"] is Standing.OVER
    assert asked_of(session, last_day) == [CommitteeTask.FILE, CommitteeTask.ELECT]
    assert asked_of(session, last_day + DAY) == [
        CommitteeTask.VACANT, CommitteeTask.HAND_OVER, CommitteeTask.AUDIT,
    ]  # fmt: skip
    next_one = (Elected(BEN, Office.HEAD), Elected(DAN, Office.MEMBER))
    elected(session, next_one, last_day + DAY, LAST, motion="M-2", on=then.date(), at=then)
    assert sits(session, DAN, last_day + DAY)
    assert [seen["no"] for seen in terms(session, PLACE, TODAY)] == [2, 1]


def test_a_committee_that_cannot_go_on_ends_by_the_streets_paper(session, place):
    elected(session)

    end_term(session, PLACE, 1, FIRST + DAY, TermCause.CEASED, SHA, by=HE, at=NOON + 3 * DAY)

    assert acting_for_owners(session, PLACE, FIRST + 2 * DAY)[0] is None


def test_what_it_kept_is_taken_over_within_ten_days_by_whoever_sat_not_in_it(session, place):
    elected(session)
    with pytest.raises(TermGoesOn):
        take_over(session, PLACE, 1, [Kept.SEALS], TODAY, SHA, by=HE, at=NOON)
    assert (CommitteeTask.HAND_OVER, 1, LAST + 10 * DAY) in committee_tasks_on(session, PLACE, LAST + DAY)

    def taken(kept, by=LIN):
        return take_over(session, PLACE, 1, kept, LAST + DAY, SHA, by=by, at=OVER)

    with pytest.raises(JudgesHimself):
        taken([Kept.SEALS], Actor(ANNA, Role.COMMITTEE))
    assert [taken([Kept.SEALS, Kept.PAPERS]).fresh for _ in range(2)] == [True, False]
    assert term_seen(session, PLACE, 1, LAST + DAY)["still_kept"] == [Kept.ACCOUNTS, Kept.PROPERTY]
    with pytest.raises(HandedOver):
        taken([Kept.PROPERTY, Kept.SEALS])
    taken([Kept.ACCOUNTS, Kept.PROPERTY])
    assert CommitteeTask.HAND_OVER not in asked_of(session, LAST + DAY)


def test_b10_where_accounts_are_audited_every_year_a_year_waits_for_its_report(session, place):
    elected(session)
    last = date(NOON.year, 12, 31)
    for key, value in (("audit.yearly", "true"), ("audit.report_due", '"06-30"')):
        session.add(
            ProfileValue(scope=f"community:{PLACE}", key=key, since=TODAY, value=value, source="本地规定")
        )
    session.flush()

    due = (CommitteeTask.AUDIT, 1, date(last.year + 1, 6, 30))
    at = NOON + (last + 2 * DAY - TODAY)
    assert due not in committee_tasks_on(session, PLACE, last)
    assert due in committee_tasks_on(session, PLACE, at.date())
    engaged(session, AuditReason.YEAR, at.date(), by=Actor(ANNA, Role.COMMITTEE), at=at)
    assert due in committee_tasks_on(session, PLACE, at.date())
    received(session, AuditReason.YEAR, at.date(), by=Actor(ANNA, Role.COMMITTEE), at=at)
    assert due not in committee_tasks_on(session, PLACE, at.date())


def test_domain_12_where_the_place_counts_them_an_audit_has_its_days(session, place):
    """沪房规范〔2025〕9号: the engagement posted 7 days, the papers within 30, the result within 3 and for 30."""
    elected(session)
    for key, days in (("engagement_posting_days", "7"), ("papers_days", "30"), ("result_days", "3")):
        scope = f"community:{PLACE}"
        session.add(
            ProfileValue(
                scope=scope, key=f"audit.{key}", since=TODAY, value=days, source="沪房规范〔2025〕9号"
            )
        )
    session.flush()
    engaged(session, AuditReason.TERM_END, LAST + DAY)

    days = {
        "engagement_post_until": end_of_term(session, PLACE, LAST + DAY, 7),
        "papers_by": end_of_term(session, PLACE, LAST + DAY, 30),
    }
    (audit,) = audits_seen(session, PLACE, 1, OVER.date())
    assert {**audit, **days, "result_by": None, "post_until": None} == audit
    received(session, AuditReason.TERM_END, LAST + 9 * DAY)
    (audit,) = audits_seen(session, PLACE, 1, OVER.date())
    assert audit["result_by"] == end_of_term(session, PLACE, LAST + 9 * DAY, 3)


def test_a_term_that_is_over_is_audited_and_the_result_posted(session, place):
    elected(session)
    with pytest.raises(AuditNotDue):
        engaged(session, AuditReason.TERM_END, TODAY, at=NOON)
    with pytest.raises(AuditNotEngaged):
        received(session, AuditReason.TERM_END, LAST + DAY)
    with pytest.raises(JudgesHimself):
        engaged(session, AuditReason.TERM_END, LAST + DAY, by=Actor(CORA, Role.COMMITTEE))

    assert [engaged(session, AuditReason.TERM_END, LAST + DAY).fresh for _ in range(2)] == [True, False]
    assert CommitteeTask.AUDIT in asked_of(session, OVER.date())
    with pytest.raises(NotOnThatDay):
        received(session, AuditReason.TERM_END, LAST)
    received(session, AuditReason.TERM_END, LAST + 9 * DAY)

    assert CommitteeTask.AUDIT not in asked_of(session, OVER.date())
    (audit,) = audits_seen(session, PLACE, 1, OVER.date())
    assert (audit["fell_due_on"], audit["opinion"]) == (LAST, Opinion.QUALIFIED)
    assert audit["post_until"] == date(2031, 8, 25)  # thirty days on is a Saturday
    assert list(problems(session, PLACE)) == []


def test_each_role_is_told_what_concerns_it(session, place):
    elected(session)
    on = date(2031, 7, 1)

    def told(role):
        return [waiting.task for waiting in waiting_for(session, PLACE, [role], on)]

    assert told(Role.COMMITTEE) == [CommitteeTask.FILE, CommitteeTask.ELECT]
    assert told(Role.SUPERVISOR) == [CommitteeTask.ELECT]
    assert told(Role.OWNER) == told(Role.MANAGER) == []


def test_beijing_prepares_the_election_six_months_before(session, place):
    session.get(Community, PLACE).jurisdiction = "beijing"
    elected(session)

    assert term_seen(session, PLACE, 1, TODAY)["elect_by"] == date(2031, 1, 15)


def test_a_term_that_is_not_entered_is_none(session, place):
    with pytest.raises(NoTerm):
        term_seen(session, PLACE, 7, TODAY)
