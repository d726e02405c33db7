"""The actions of the owners' committee: elected, filed, changed, ended; what it hands over, and its audits.

Its members' seats begin and end with these: each is an entry of its own beside that of the election or the change.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated

from pydantic import Field as Limit
from sqlalchemy import or_
from sqlmodel import Session, col, select

from ledger.committee.queries import (
    audit_rows,
    last_term,
    member_rows,
    motion_used,
    owed,
    people_of,
    spells,
    still_kept,
    term_of,
    term_row,
)
from ledger.committee.rules import (
    GUIDANCE,
    AuditNotDue,
    AuditNotEngaged,
    AuditReason,
    ElectionUsed,
    ElectionWithoutResolution,
    ElectsHimself,
    FilingDayMissing,
    HandedOver,
    JudgesHimself,
    Kept,
    Leaving,
    Members,
    MemberSits,
    NewTerm,
    NotAMember,
    NotAnOwner,
    NoVacancy,
    Office,
    OfficeHeld,
    Opinion,
    OutsideTerm,
    ResolutionMissing,
    TermCause,
    TermGoesOn,
    TwoHeads,
    check_happened,
    check_members,
    check_term,
    check_within,
)
from ledger.committee.tables import CommitteeAudit, CommitteeHandover, CommitteeMember, CommitteeTerm
from ledger.community.queries import community as community_of
from ledger.community.queries import profile, seats
from ledger.community.role_rules import Actor, Level, Role
from ledger.community.tables import Appointment
from ledger.fields import Code, Day, Evidence, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.people.actions import NewSeat, appoint_person, end_appointment
from ledger.periods import day_in_shanghai
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter
from ledger.words import Login

ORGANISATION = "业主委员会"
Handed = Annotated[Sequence[Kept], Limit(min_length=1, max_length=len(Kept))]


def elect(
    session: Session,
    community: str,
    members: Members,
    new: NewTerm,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter that a committee was elected: its members sit from the first to the last day of the term, and nobody else.

    It rests on the owners' resolution (民法典 Art. 278 (三)); the first that is entered, elected before the books began
    here, on its filing. ``document`` is the posted result, or that filing. Seats that its members hold already are kept
    within the term; those of whoever was not elected end before it begins.

    Raises:
        NoResolutionPassed; ElectionUsed; ElectionWithoutResolution, FilingDayMissing; NotOnThatDay: before the count.
        TermBackwards, TermBeforeElection, TermOverlaps, TermTooLong; MemberTwice, ElectsHimself, TwoHeads, NotAnOwner.
        FileMissing; NotYoursToAppoint; AskedDifferently: another committee was entered from this day on.
    """
    return _enter(session, community, members, new, document, attachments=[document], by=by, at=at)


def bring_over(
    session: Session, community: str, members: Members, new: NewTerm, filing: Text, *, by: Actor, at: datetime
) -> Posted:
    """Enter the committee that a community has when its books begin, by the number of its filing; else as `elect`.

    The log gets a salted digest of the number. The paper itself may be entered later (`file_term`).

    Raises:
        ElectionWithoutResolution: it was elected after the books began here, or another was entered. FilingDayMissing.
        NotOnThatDay, TermBackwards, TermBeforeElection, TermTooLong, MemberTwice, ElectsHimself, TwoHeads, NotAnOwner.
        NotYoursToAppoint; AskedDifferently: another committee was entered from this day on.
    """
    return _enter(session, community, members, new, filing, private={"filing": filing}, by=by, at=at)


def _enter(
    session: Session,
    community: str,
    members: Members,
    new: NewTerm,
    proof: str,
    *,
    attachments: Sequence[str] = (),
    private: Mapping[str, str] = MappingProxyType({}),
    by: Actor,
    at: datetime,
) -> Posted:
    head(session, community, lock=True)
    today = day_in_shanghai(at)
    last = last_term(session, community)
    again = last is not None and last.starts_on == new.starts_on
    no = (last.no if last else 0) + (not again)
    draft = Draft(
        kind="committee.elected",
        on=today,
        key=f"committee/from/{new.starts_on}",
        asked={"members": [f"{member.person} {member.office}" for member in members], "paper": proof},
        facts={
            "term": no,
            "elected_on": new.elected_on.isoformat(),
            "starts_on": new.starts_on.isoformat(),
            "ends_on": new.ends_on.isoformat(),
            "seats": len(members),
            "motion": new.motion,
            "filed_on": new.filed_on.isoformat() if new.filed_on else None,
        },
        private={
            **private,
            **{
                f"member/{index}": f"{member.person} {member.office}"
                for index, member in enumerate(members, 1)
            },
        },
        attachments=attachments,
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_members(members, by.login)
    _check_election(session, community, new, today)
    local = profile(session, community, new.starts_on)
    most = "committee.term_years_max"
    check_term(new, last, local[most], local.source(most) or GUIDANCE)
    seated = max(today, community_of(session, community).opened_on or today)
    for member in members:
        _check_owner(session, community, member.person, seated)
    for document in attachments:
        purpose = Purpose.ELECTION if new.motion else Purpose.FILING
        use_file(session, community, document, f"committee/{no}", purpose, by=by, at=at)
    session.add(
        CommitteeTerm(
            community=community,
            no=no,
            seats=len(members),
            document=proof,
            changed_on=new.elected_on,
            filing=proof if new.filed_on else None,
            **new._asdict(),
        )
    )
    session.flush()
    _end_other_seats(
        session, community, {member.person for member in members}, no, new.starts_on, by=by, at=at
    )
    for member in members:
        _sit(
            session,
            community,
            no,
            member.person,
            member.office,
            new.starts_on,
            new.ends_on,
            None,
            by=by,
            at=at,
        )
    return post(session, community, draft, by=by, at=at)


def file_term(
    session: Session, community: str, no: int, filed_on: Day, document: Evidence, *, by: Actor, at: datetime
) -> Posted:
    """Enter that an election, or the last change of members, was filed with the street and the authority (备案).

    Raises:
        NoTerm; NotOnThatDay: before the election or the change, or to come. FileMissing.
        AskedDifferently: a filing of this day was entered with another paper.
    """
    head(session, community, lock=True)
    row = term_row(session, community, no)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="committee.filed",
        on=today,
        key=f"committee/{no}/filed/{row.changed_on}/{filed_on}",
        asked={"paper": document},
        facts={"term": no, "filed_on": filed_on.isoformat()},
        attachments=[document],
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_happened(filed_on, row.changed_on, today)
    use_file(session, community, document, f"committee/{no}", Purpose.FILING, by=by, at=at)
    row.filed_on, row.filing = filed_on, document
    session.add(row)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def add_member(
    session: Session,
    community: str,
    no: int,
    person: Code,
    office: Office,
    since: Day,
    document: Evidence,
    *,
    motion: Code | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Fill a vacant seat for the rest of the term: by an election in between, or a substitute by the rules of procedure.

    Raises:
        NoTerm; OutsideTerm; NotOnThatDay: a day to come. NoVacancy; MemberSits; TwoHeads; NotAnOwner; ElectsHimself.
        NoResolutionPassed: a vote is named that did not decide it. FileMissing; NotYoursToAppoint.
    """
    head(session, community, lock=True)
    row = term_row(session, community, no)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="committee.member-added",
        on=today,
        key=f"committee/{no}/member/{person}/{since}",
        asked={"person": person, "paper": document},
        facts={"term": no, "office": office.value, "since": since.isoformat(), "motion": motion},
        private={"member": person},
        attachments=[document],
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    _check_another(person, by)
    check_within(term_of(row), since)
    check_happened(since, row.starts_on, today)
    if motion is not None:
        resolution(session, community, motion, Matter.COMMITTEE, today)
    members = spells(session, community, no)
    for spell in members:
        if spell.person == person and spell.until >= since:
            raise MemberSits(person=Login(person), on=since)
    if sum(spell.until >= since for spell in members) >= row.seats:
        raise NoVacancy(no=no, seats=row.seats)
    _check_one_head(session, community, no, office, since)
    _check_owner(session, community, person, today)
    use_file(session, community, document, f"committee/{no}", Purpose.ELECTION, by=by, at=at)
    until = row.ended_on or row.ends_on
    _sit(session, community, no, person, office, since, until, motion, by=by, at=at)
    _changed(session, row, since)
    return post(session, community, draft, by=by, at=at)


def name_office(
    session: Session,
    community: str,
    no: int,
    person: Code,
    office: Office,
    since: Day,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter that a member takes another office from a day on: the committee chooses its head and deputies itself.

    Raises:
        NoTerm; NotAMember; OfficeHeld; TwoHeads; ElectsHimself; NotOnThatDay: a day to come. FileMissing.
    """
    head(session, community, lock=True)
    row = term_row(session, community, no)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="committee.office-named",
        on=today,
        key=f"committee/{no}/office/{person}/{since}/{office}",
        asked={"person": person, "paper": document},
        facts={"term": no, "office": office.value, "since": since.isoformat()},
        private={"member": person},
        attachments=[document],
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    _check_another(person, by)
    check_happened(since, row.starts_on, today)
    member = _member_on(session, community, no, person, since)
    if member.office is office:
        raise OfficeHeld(person=Login(person), office=office)
    _check_one_head(session, community, no, office, since)
    use_file(session, community, document, f"committee/{no}", Purpose.ELECTION, by=by, at=at)
    if member.since == since:
        member.office = office
    else:
        session.add(
            CommitteeMember(
                community=community, term=no, person=person, since=since, until=member.until, office=office
            )
        )
        member.until = since - timedelta(days=1)
    session.add(member)
    _changed(session, row, since)
    return post(session, community, draft, by=by, at=at)


def leave(
    session: Session,
    community: str,
    no: int,
    person: Code,
    last_day: Day,
    cause: Leaving,
    document: Evidence,
    *,
    motion: Code | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter that a member leaves before the term is over: his seat ends with the day, and he hands over what he keeps.

    Who is removed is so by the owners' resolution (民法典 Art. 278 (三)).

    Raises:
        NoTerm; NotAMember; OutsideTerm: it is the term's last day. ResolutionMissing, NoResolutionPassed, ElectionUsed.
        ElectsHimself; FileMissing; NotYoursToAppoint.
    """
    head(session, community, lock=True)
    row = term_row(session, community, no)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="committee.member-left",
        on=today,
        key=f"committee/{no}/left/{person}/{last_day}",
        asked={"person": person, "paper": document},
        facts={"term": no, "last_day": last_day.isoformat(), "cause": cause.value, "motion": motion},
        private={"member": person},
        attachments=[document],
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    _check_another(person, by)
    if motion is not None or cause is Leaving.REMOVED:
        _check_decided(session, community, row, motion, cause, today)
    member = _member_on(session, community, no, person, last_day)
    if last_day >= member.until:
        raise OutsideTerm(on=last_day, no=no, starts_on=row.starts_on, until=row.ended_on or row.ends_on)
    use_file(session, community, document, f"committee/{no}", Purpose.NOTICE, by=by, at=at)
    member.until, member.leaving = last_day, cause
    member.motion = motion or member.motion
    session.add(member)
    _changed(session, row, last_day)
    _end_seats(session, community, person, last_day, f"第 {no} 届业主委员会成员离任", by=by, at=at)
    return post(session, community, draft, by=by, at=at)


def end_term(
    session: Session,
    community: str,
    no: int,
    last_day: Day,
    cause: TermCause,
    document: Evidence,
    *,
    motion: Code | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter that a committee ends before its term is over: the owners decide it, or it cannot go on (by the street's paper).

    All its seats end with the day. A term that is over on its last day ends by itself.

    Raises:
        NoTerm; OutsideTerm: not within the term, or before somebody took his office. JudgesHimself.
        ResolutionMissing, NoResolutionPassed, ElectionUsed; FileMissing; NotYoursToAppoint.
    """
    head(session, community, lock=True)
    row = term_row(session, community, no)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="committee.ended",
        on=today,
        key=f"committee/{no}/ended",
        asked={"paper": document},
        facts={"term": no, "last_day": last_day.isoformat(), "cause": cause.value, "motion": motion},
        attachments=[document],
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    members = member_rows(session, community, no)
    _check_not_among({member.person for member in members}, by)
    if motion is not None or cause is TermCause.RECALLED:
        _check_decided(session, community, row, motion, cause, today)
    first = max(member.since for member in members)
    if not first <= last_day < row.ends_on:
        raise OutsideTerm(on=last_day, no=no, starts_on=first, until=row.ends_on)
    use_file(session, community, document, f"committee/{no}", Purpose.NOTICE, by=by, at=at)
    row.ended_on, row.cause, row.end_motion = last_day, cause, motion
    session.add(row)
    for member in members:
        if member.until > last_day:
            member.until = last_day
            session.add(member)
            _end_seats(session, community, member.person, last_day, f"第 {no} 届业主委员会结束", by=by, at=at)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def take_over(
    session: Session,
    community: str,
    no: int,
    kept: Handed,
    handed_on: Day,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter what a committee that is over handed over; ``document`` is the list that both sides signed.

    Whoever takes over enters it, or the residents' committee: nobody who sat in that term.

    Raises:
        NoTerm; TermGoesOn; HandedOver; JudgesHimself; NotOnThatDay. FileMissing.
    """
    head(session, community, lock=True)
    term = term_of(term_row(session, community, no))
    today = day_in_shanghai(at)
    things = sorted(set(kept))
    draft = Draft(
        kind="committee.handed-over",
        on=today,
        key=f"committee/{no}/handover/{'+'.join(things)}",
        asked={"paper": document},
        facts={"term": no, "kept": [*things], "handed_on": handed_on.isoformat()},
        attachments=[document],
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    _check_not_among(people_of(session, community, no), by)
    if today < term.last_day:
        raise TermGoesOn(no=no, until=term.last_day)
    check_happened(handed_on, term.starts_on, today)
    if not {*things} <= {*still_kept(session, community, no)}:
        raise HandedOver()
    use_file(session, community, document, f"committee/{no}", Purpose.HANDOVER, by=by, at=at)
    for thing in things:
        session.add(
            CommitteeHandover(
                community=community,
                term=no,
                kept=thing,
                handed_on=handed_on,
                document=document,
                taken_by=by.login,
            )
        )
    session.flush()
    return post(session, community, draft, by=by, at=at)


def take_over_from_member(
    session: Session,
    community: str,
    no: int,
    person: Code,
    handed_on: Day,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter that a member who left handed over what he kept; ``document`` is the list that both signed.

    Raises:
        NoTerm; NotAMember: nobody of this name has left. HandedOver; JudgesHimself; NotOnThatDay. FileMissing.
    """
    head(session, community, lock=True)
    term_row(session, community, no)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="committee.member-handed-over",
        on=today,
        key=f"committee/{no}/member-handover/{person}/{handed_on}",
        asked={"person": person, "paper": document},
        facts={"term": no, "handed_on": handed_on.isoformat()},
        private={"member": person},
        attachments=[document],
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    _check_not_among({person}, by)
    left = [
        member
        for member in member_rows(session, community, no)
        if member.person == person and member.leaving is not None
    ]
    if not left:
        raise NotAMember(person=Login(person), no=no, on=handed_on)
    check_happened(handed_on, left[-1].since, today)
    if left[-1].handed_over_on is not None:
        raise HandedOver()
    use_file(session, community, document, f"committee/{no}", Purpose.HANDOVER, by=by, at=at)
    left[-1].handed_over_on, left[-1].handed_over = handed_on, document
    session.add(left[-1])
    session.flush()
    return post(session, community, draft, by=by, at=at)


def engage_audit(
    session: Session,
    community: str,
    no: int,
    reason: AuditReason,
    accountant: Text,
    engaged_on: Day,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter that an accounting firm was engaged for what fell due of a term; ``document`` is the letter of engagement.

    Only an accounting firm gives an audit report (注册会计师法 Art. 14). Nobody who is audited engages it.

    Raises:
        NoTerm; AuditNotDue; JudgesHimself; NotOnThatDay. FileMissing.
    """
    head(session, community, lock=True)
    row = term_row(session, community, no)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="committee.audit-engaged",
        on=today,
        key=f"committee/{no}/audit/{reason}/engaged/{engaged_on}",
        asked={"accountant": accountant, "paper": document},
        facts={"term": no, "reason": reason.value, "engaged_on": engaged_on.isoformat()},
        private={"accountant": accountant},
        attachments=[document],
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    due = [audit for audit in owed(session, community, no, today) if audit.reason is reason]
    if not due:
        raise AuditNotDue(no=no, reason=reason)
    _check_not_among(_audited(session, community, no, reason, (audit.head for audit in due)), by)
    check_happened(engaged_on, row.starts_on, today)
    use_file(session, community, document, f"committee/{no}", Purpose.CONTRACT, by=by, at=at)
    first = len(audit_rows(session, community, no)) + 1
    for number, audit in enumerate(due, first):
        session.add(
            CommitteeAudit(
                community=community,
                term=no,
                no=number,
                reason=reason,
                head=audit.head,
                fell_due_on=audit.fell_due_on,
                accountant=accountant,
                engaged_on=engaged_on,
                engagement=document,
            )
        )
    session.flush()
    return post(session, community, draft, by=by, at=at)


def receive_audit(
    session: Session,
    community: str,
    no: int,
    reason: AuditReason,
    received_on: Day,
    opinion: Opinion,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter the accountant's report, as it came.

    Raises:
        NoTerm; AuditNotEngaged; JudgesHimself; NotOnThatDay: before it was engaged, or to come. FileMissing.
    """
    head(session, community, lock=True)
    term_row(session, community, no)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="committee.audit-received",
        on=today,
        key=f"committee/{no}/audit/{reason}/received/{received_on}",
        asked={"paper": document},
        facts={
            "term": no,
            "reason": reason.value,
            "received_on": received_on.isoformat(),
            "opinion": opinion.value,
        },
        attachments=[document],
        subject=f"committee/{no}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    waiting = [
        row for row in audit_rows(session, community, no) if row.reason is reason and row.received_on is None
    ]
    if not waiting:
        raise AuditNotEngaged(no=no, reason=reason)
    _check_not_among(_audited(session, community, no, reason, (row.head for row in waiting)), by)
    check_happened(received_on, max(row.engaged_on for row in waiting), today)
    use_file(session, community, document, f"committee/{no}", Purpose.AUDIT, by=by, at=at)
    for row in waiting:
        row.received_on, row.opinion, row.report = received_on, opinion, document
        session.add(row)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def _check_election(session: Session, community: str, new: NewTerm, today: date) -> None:
    """See what an election rests on: a resolution that elected no other committee, or a filing from before the books."""
    if new.motion is not None:
        counted = _counted_on(session, community, new.motion, today)
        if (used_for := motion_used(session, community, new.motion)) is not None:
            raise ElectionUsed(motion=new.motion, no=used_for)
        check_happened(new.elected_on, counted, today)
    else:
        opened = community_of(session, community).opened_on or today
        if last_term(session, community) is not None or new.elected_on >= opened:
            raise ElectionWithoutResolution()
        if new.filed_on is None:
            raise FilingDayMissing()
    if new.filed_on is not None:
        check_happened(new.filed_on, new.elected_on, today)


def _counted_on(session: Session, community: str, motion: str, today: date) -> date:
    """The day on which a resolution about the committee was counted."""
    vote = resolution(session, community, motion, Matter.COMMITTEE, today)
    return day_in_shanghai(vote.closed_at) if vote.closed_at else today


def _check_decided(
    session: Session,
    community: str,
    row: CommitteeTerm,
    motion: str | None,
    cause: Leaving | TermCause,
    today: date,
) -> None:
    """See that the owners decided a removal or a recall, by another vote than the one that elected this term."""
    if motion is None:
        raise ResolutionMissing(cause=cause)
    _counted_on(session, community, motion, today)
    if motion == row.motion:
        raise ElectionUsed(motion=motion, no=row.no)


def _check_another(person: str, by: Actor) -> None:
    if person == by.login:
        raise ElectsHimself(login=Login(by.login))


def _check_not_among(people: Collection[str], by: Actor) -> None:
    if by.login in people:
        raise JudgesHimself(login=Login(by.login))


def _audited(
    session: Session, community: str, no: int, reason: AuditReason, heads: Iterable[str | None]
) -> set[str]:
    """Whom an audit concerns: everybody of the term, or the head who left."""
    if reason is AuditReason.TERM_END:
        return people_of(session, community, no)
    return {head for head in heads if head is not None}


def _check_owner(session: Session, community: str, person: str, today: date) -> None:
    held = seats(session, person, community, today) or ()
    if not any(seat.role is Role.OWNER for seat in held):
        raise NotAnOwner(person=Login(person))


def _check_one_head(session: Session, community: str, no: int, office: Office, on: date) -> None:
    if office is Office.HEAD and any(
        spell.office is Office.HEAD and spell.until >= on for spell in spells(session, community, no)
    ):
        raise TwoHeads()


def _member_on(session: Session, community: str, no: int, person: str, on: date) -> CommitteeMember:
    for member in member_rows(session, community, no):
        if member.person == person and member.since <= on <= member.until:
            return member
    raise NotAMember(person=Login(person), no=no, on=on)


def _changed(session: Session, row: CommitteeTerm, on: date) -> None:
    """A change of members is filed anew; the days of one that is not filed yet go on."""
    if row.filed_on is not None:
        row.changed_on, row.filed_on, row.filing = on, None, None
        session.add(row)
    session.flush()


def _sit(
    session: Session,
    community: str,
    no: int,
    person: str,
    office: Office,
    since: date,
    until: date,
    motion: str | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Make somebody a member from a day to a day, with the seat that this asks for; one that he holds is kept within it.

    No seat begins before the community's opening day, though he was a member before.
    """
    session.add(
        CommitteeMember(
            community=community,
            term=no,
            person=person,
            since=since,
            until=until,
            office=office,
            motion=motion,
        )
    )
    session.flush()
    _end_seats(session, community, person, until, f"第 {no} 届业主委员会任期", by=by, at=at)
    held = [
        seat.until + timedelta(days=1)
        for seat in _seats_from(session, community, since)
        if seat.person == person and seat.since <= until and seat.until is not None
    ]
    first = max([since, community_of(session, community).opened_on or since, *held])
    if first <= until and day_in_shanghai(at) <= until:
        seat = NewSeat(Role.COMMITTEE, first, until, organisation=ORGANISATION)
        appoint_person(session, community, person, seat, by=by, at=at)


def _seats_from(session: Session, community: str, on: date) -> Sequence[Appointment]:
    """The seats on the owners' committee that are held on a day or after it."""
    return session.exec(
        select(Appointment)
        .where(
            Appointment.community == community,
            Appointment.role == Role.COMMITTEE,
            or_(col(Appointment.level).is_(None), col(Appointment.level) == Level.OWNERS_COMMITTEE),
            or_(col(Appointment.until).is_(None), col(Appointment.until) >= on),
        )
        .order_by(col(Appointment.no))
    ).all()


def _end_seats(
    session: Session, community: str, person: str, last_day: date, reason: str, *, by: Actor, at: datetime
) -> None:
    """End somebody's seats on the committee with a day; one that begins after it is of another term."""
    for seat in _seats_from(session, community, last_day + timedelta(days=1)):
        if seat.person == person and seat.since <= last_day and seat.no is not None:
            end_appointment(session, community, person, seat.no, last_day, reason, by=by, at=at)


def _end_other_seats(
    session: Session,
    community: str,
    elected: Collection[str],
    no: int,
    starts_on: date,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """End the seats of whoever was not elected: before the term begins, or yesterday where it has begun."""
    yesterday = day_in_shanghai(at) - timedelta(days=1)
    for seat in _seats_from(session, community, starts_on):
        last_day = max(starts_on - timedelta(days=1), yesterday, seat.since)
        lasts = seat.until is None or seat.until > last_day
        if seat.person not in elected and lasts and seat.no is not None:
            reason = f"第 {no} 届业主委员会没有选他"
            end_appointment(session, community, seat.person, seat.no, last_day, reason, by=by, at=at)
