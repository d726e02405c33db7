"""What can be read of the owners' committee: its terms, who sits, what is still to be handed over or audited."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from ledger.committee.rules import (
    WHOSE,
    AuditReason,
    CommitteeTask,
    Days,
    Kept,
    Owed,
    Spell,
    Standing,
    Term,
    audits_owed,
    elect_by,
    sitting,
    tasks,
)
from ledger.committee.tables import CommitteeAudit, CommitteeHandover, CommitteeMember, CommitteeTerm
from ledger.community.queries import community as one_community
from ledger.community.queries import end_of_term, profile
from ledger.community.role_rules import Role
from ledger.community.rules import Waiting
from ledger.community.tables import Person
from ledger.errors import Unknown
from ledger.periods import day_of_year


class NoTerm(Unknown):
    code = "no-committee-term"
    zh = "本小区没有登记第 {no} 届业主委员会。"
    en = "No committee of term {no} is entered here."


def term_row(session: Session, community: str, no: int) -> CommitteeTerm:
    """One term.

    Raises:
        NoTerm: none has this number.
    """
    row = session.get(CommitteeTerm, (community, no))
    if row is None:
        raise NoTerm(no=no)
    return row


def term_rows(session: Session, community: str) -> Sequence[CommitteeTerm]:
    """Every term, the latest first."""
    query = select(CommitteeTerm).where(CommitteeTerm.community == community)
    return session.exec(query.order_by(col(CommitteeTerm.no).desc())).all()


def term_of(row: CommitteeTerm) -> Term:
    """A term by its days."""
    return Term(row.no, row.starts_on, row.ends_on, row.ended_on)


def last_term(session: Session, community: str) -> Term | None:
    """The term that begins last, whether it has begun or not."""
    return next((term_of(row) for row in term_rows(session, community)), None)


def member_rows(session: Session, community: str, no: int) -> Sequence[CommitteeMember]:
    """Every member of a term in every office, in the order in which they came."""
    query = select(CommitteeMember).where(CommitteeMember.community == community, CommitteeMember.term == no)
    return session.exec(query.order_by(col(CommitteeMember.since), CommitteeMember.person)).all()


def spells(session: Session, community: str, no: int) -> list[Spell]:
    """The same by their days."""
    return [
        Spell(row.person, row.office, row.since, row.until, row.leaving)
        for row in member_rows(session, community, no)
    ]


def people_of(session: Session, community: str, no: int) -> set[str]:
    """Whoever sat in a term, by sign-in name."""
    return {spell.person for spell in spells(session, community, no)}


def motion_used(session: Session, community: str, motion: str) -> int | None:
    """The term that a resolution elected, if it elected one."""
    return next((row.no for row in term_rows(session, community) if row.motion == motion), None)


def still_kept(session: Session, community: str, no: int) -> list[Kept]:
    """What of a term was not handed over yet."""
    query = select(CommitteeHandover.kept).where(
        CommitteeHandover.community == community, CommitteeHandover.term == no
    )
    handed = set(session.exec(query))
    return [kept for kept in Kept if kept not in handed]


def handovers(session: Session, community: str, no: int) -> Sequence[CommitteeHandover]:
    """What of a term was handed over, in the order of its days."""
    query = select(CommitteeHandover).where(
        CommitteeHandover.community == community, CommitteeHandover.term == no
    )
    return session.exec(query.order_by(col(CommitteeHandover.handed_on), col(CommitteeHandover.kept))).all()


def audit_rows(session: Session, community: str, no: int) -> Sequence[CommitteeAudit]:
    """The audits of a term that were engaged."""
    query = select(CommitteeAudit).where(CommitteeAudit.community == community, CommitteeAudit.term == no)
    return session.exec(query.order_by(col(CommitteeAudit.no))).all()


def owed(session: Session, community: str, no: int, today: date) -> list[Owed]:
    """The audits of a term that fell due and were not engaged, by the local numbers of its last day.

    Raises:
        NoTerm.
    """
    term = term_of(term_row(session, community, no))
    local = profile(session, community, min(term.last_day, today))
    due = audits_owed(
        term,
        spells(session, community, no),
        today,
        at_term_end=local["audit.term_end"],
        when_head_leaves=local["audit.head_leaves"],
        years=_audited_years(session, community, term, today),
    )
    engaged = {(row.reason, row.fell_due_on, row.head) for row in audit_rows(session, community, no)}
    return [audit for audit in due if (audit.reason, audit.fell_due_on, audit.head) not in engaged]


def _audited_years(session: Session, community: str, term: Term, today: date) -> dict[int, date | None]:
    """The years of a term since the books opened whose accounts are audited, each with the day by which the report is due."""
    opened = one_community(session, community).opened_on or date.min
    years: dict[int, date | None] = {}
    for year in range(max(term.starts_on, opened).year, today.year):
        local = profile(session, community, date(year, 12, 31)).under("audit.")
        if local["yearly"]:
            due = local.get("report_due")
            years[year] = day_of_year(year + 1, due) if due else None
    return years


def member_hands_over_by(session: Session, community: str, last_day: date) -> date:
    """The day by which a member who left hands over what he keeps."""
    days: int = profile(session, community, last_day)["committee.member_handover_days"]
    return end_of_term(session, community, last_day, days)


def _members_open(session: Session, community: str, no: int, today: date) -> list[date]:
    return [
        member_hands_over_by(session, community, row.until)
        for row in member_rows(session, community, no)
        if row.leaving is not None and row.handed_over_on is None and row.until < today
    ]


def days(session: Session, community: str, row: CommitteeTerm, today: date) -> Days:
    """What a term's days ask for, each counted by the local numbers of the day from which it counts."""
    term = term_of(row)
    local_then = profile(session, community, term.last_day)
    filing_days = profile(session, community, row.changed_on)["committee.filing_days"]
    last = last_term(session, community)
    engaged = [audit for audit in audit_rows(session, community, row.no) if audit.received_on is None]
    years = _audited_years(session, community, term, today)
    return Days(
        file_by=None if row.filed_on else end_of_term(session, community, row.changed_on, filing_days),
        elect_by=elect_by(term, local_then["committee.elect_before_months"]),
        followed=last is not None and last.no > row.no,
        seats=row.seats,
        sitting=len(sitting(spells(session, community, row.no), today)),
        hand_over_by=end_of_term(session, community, term.last_day, local_then["committee.handover_days"]),
        kept=still_kept(session, community, row.no),
        members_hand_over_by=_members_open(session, community, row.no, today),
        audits=[
            *(audit.report_by for audit in owed(session, community, row.no, today)),
            *(
                years.get(audit.fell_due_on.year) if audit.reason is AuditReason.YEAR else None
                for audit in engaged
            ),
        ],
    )


def committee_tasks_on(
    session: Session, community: str, today: date
) -> list[tuple[CommitteeTask, int, date | None]]:
    """What the committee's terms ask for on a day: task, number of the term, and its day where a rule gives one."""
    return [
        (task, row.no, on)
        for row in term_rows(session, community)
        for task, on in tasks(term_of(row), days(session, community, row, today), today)
    ]


def waiting_for(session: Session, community: str, roles: Collection[Role], today: date) -> list[Waiting]:
    """What of the committee waits for somebody in these roles."""
    return [
        Waiting(task, str(no), on)
        for task, no, on in committee_tasks_on(session, community, today)
        if WHOSE[task] & set(roles)
    ]


def _seen(session: Session, community: str, row: CommitteeTerm, today: date) -> dict[str, Any]:
    term, due = term_of(row), days(session, community, row, today)
    over = term.stands(today) is Standing.OVER
    return {
        "no": row.no,
        "standing": term.stands(today),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "last_day": term.last_day,
        "cause": row.cause,
        "elected_on": row.elected_on,
        "motion": row.motion,
        "seats": row.seats,
        "sitting": due.sitting,
        "file_by": due.file_by,
        "filed_on": row.filed_on,
        "elect_by": due.elect_by,
        "hand_over_by": due.hand_over_by if over or row.ended_on else None,
        "still_kept": due.kept if over else [],
        "audits_open": len(due.audits),
    }


def terms(session: Session, community: str, today: date) -> list[dict[str, Any]]:
    """Every term of the owners' committee, the latest first, with how it stands today."""
    return [_seen(session, community, row, today) for row in term_rows(session, community)]


def term_seen(session: Session, community: str, no: int, today: date) -> dict[str, Any]:
    """How one term stands today, and which audits of it wait to be engaged or for their report.

    Raises:
        NoTerm.
    """
    rows = audit_rows(session, community, no)
    return {
        **_seen(session, community, term_row(session, community, no), today),
        "to_engage": [audit.reason for audit in owed(session, community, no, today)],
        "to_receive": [row.reason for row in rows if row.received_on is None],
        "to_hand_over": len(_members_open(session, community, no, today)),
    }


def members_seen(session: Session, community: str, no: int) -> list[dict[str, Any]]:
    """The members of a term by name, each in his office from a day to a day, and what he handed over when he left.

    Who sits is posted for all owners to see (业主大会和业主委员会指导规则).
    """
    names = dict(
        session.execute(
            select(Person.login, Person.name).where(col(Person.login).in_(people_of(session, community, no)))
        ).all()
    )
    return [
        {
            "name": names[row.person],
            "office": row.office,
            "since": row.since,
            "until": row.until,
            "leaving": row.leaving,
            "hand_over_by": member_hands_over_by(session, community, row.until) if row.leaving else None,
            "handed_over_on": row.handed_over_on,
        }
        for row in member_rows(session, community, no)
    ]


def audits_seen(session: Session, community: str, no: int, today: date) -> list[dict[str, Any]]:
    """The audits of a term: those that wait to be engaged, and those that were, with the report and its posting.

    Raises:
        NoTerm.
    """
    waiting = [
        {"reason": audit.reason, "fell_due_on": audit.fell_due_on, "report_by": audit.report_by}
        for audit in owed(session, community, no, today)
    ]
    engaged = [
        {
            "reason": row.reason,
            "fell_due_on": row.fell_due_on,
            "accountant": row.accountant,
            "engaged_on": row.engaged_on,
            "received_on": row.received_on,
            "opinion": row.opinion,
            **_audit_days(session, community, row.engaged_on, row.received_on),
        }
        for row in audit_rows(session, community, no)
    ]
    return engaged + waiting


def _audit_days(
    session: Session, community: str, engaged_on: date, received_on: date | None
) -> dict[str, date | None]:
    """The days of an audit: through which its engagement is posted, by which it has its papers, by which its result is
    posted, and through which that stays, if it is posted on the day on which it came.

    Source: the local numbers ``audit.``; a day that the place does not count is None (沪房规范〔2025〕9号 has them all).
    """

    def day(since: date | None, number: str) -> date | None:
        days = profile(session, community, since).under("audit.").get(number) if since else None
        return end_of_term(session, community, since, days) if since and days is not None else None

    return {
        "engagement_post_until": day(engaged_on, "engagement_posting_days"),
        "papers_by": day(engaged_on, "papers_days"),
        "result_by": day(received_on, "result_days"),
        "post_until": day(received_on, "posting_days"),
    }
