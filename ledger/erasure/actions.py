"""The actions of erasure: what is kept of former holders and tenants, and of whoever reported what is long repaired."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from ledger.community.queries import profile
from ledger.community.role_rules import RESIDENTS, Actor, Role
from ledger.community.tables import Appointment, Holder, Person
from ledger.erasure.queries import (
    former_resident,
    needs,
    reasons_of_corrections,
    tickets_due,
    words_of_ticket,
)
from ledger.erasure.rules import ErasedBefore, Former, StillNeeded, Tie
from ledger.fields import Code, Day, Evidence, Text
from ledger.files.actions import erase_pictures, use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post
from ledger.journal.rules import RESIDENT_ERASED, TICKET_STRIPPED, Draft
from ledger.log.actions import erase
from ledger.log.queries import head
from ledger.people.actions import erase_person
from ledger.periods import day_in_shanghai
from ledger.register.queries import tenancy
from ledger.repairs.queries import steps
from ledger.repairs.rules import tells_of_homes


def erase_former(
    session: Session,
    community: str,
    tie: Tie,
    home: Code,
    since: Day,
    reason: Text,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Erase the name and the telephone of whoever held or rented a home since a day and does no longer; the log says so.

    Whose head he was in votes, his ballots, bills and payments stay, under the home. Why they were corrected goes with them,
    and so does the name of his sign-in where he signs in for nothing else. ``document`` is the request for it
    (个人信息保护法 Art. 47), ``reason`` is private.

    Raises:
        NoFormerResident: nobody did, or he still does. ErasedBefore.
        StillNeeded: a debt, a payment, a vote or a ticket of his time is open. FileMissing.
    """
    seen = head(session, community, lock=True)
    today = day_in_shanghai(at)
    former = former_resident(session, community, tie, home, since, today)
    if former.erasure_no is not None:
        raise ErasedBefore(tie=tie, home=home, since=since, no=former.erasure_no)
    if open_ones := needs(session, community, former):
        raise StillNeeded(tie=tie, home=home, since=since, needs=open_ones)
    use_file(session, community, document, f"home/{home}", Purpose.ERASURE, by=by, at=at)
    if tie is Tie.HOLDER:
        for index, digest in reasons_of_corrections(session, community, former):
            erase(session, community, index, digest, request=document, at=at)
    for login in _signed_in_as(session, community, former, today):
        erase_person(session, login, by=by, at=at)
    draft = Draft(
        kind=RESIDENT_ERASED,
        on=today,
        key=f"{RESIDENT_ERASED}/{tie}/{home}/{since}/{seen.last_no}",
        facts={"tie": tie.value, "since": since.isoformat()},
        private={"home": home, "reason": reason},
        attachments=[document],
        subject=f"home/{home}",
    )
    posted = post(session, community, draft, by=by, at=at)
    row = (
        session.get_one(Holder, (community, home, since))
        if tie is Tie.HOLDER
        else tenancy(session, community, home, since)
    )
    row.name, row.phone, row.erasure_no = "", "", posted.no
    session.add(row)
    session.flush()  # the name is gone for whoever reads next
    return posted


def strip_tickets(session: Session, community: str, most: int, *, by: Actor, at: datetime) -> int:
    """Erase who reported the tickets that have been over for the years of the local number, at most so many; gives how many.

    Of a ticket of a home, or a complaint, its words and pictures go too, here and in the log. What was repaired, where, when
    and in what time stays, and so does every ticket of safety, works or a warranty. Each has its entry (个人信息保护法 Art. 19).
    """
    head(session, community, lock=True)
    years = int(profile(session, community, day_in_shanghai(at))["ticket.personal_years"])
    due = tickets_due(session, community, years, at)[:most]
    for ticket in due:
        if tells_of_homes(ticket.category, ticket.home):
            taken = steps(session, community, ticket.no)
            for index, digest in words_of_ticket(session, community, ticket.no, len(taken)):
                erase(session, community, index, digest, request=TICKET_STRIPPED, at=at)
            erase_pictures(session, community, f"ticket/{ticket.no}", by=by, at=at)
            for step in taken:
                step.note = ""
                session.add(step)
            ticket.title = ""
        draft = Draft(
            kind=TICKET_STRIPPED,
            on=day_in_shanghai(at),
            key=f"{TICKET_STRIPPED}/{ticket.no}",
            facts={"ticket": ticket.no, "years": years},
            subject=f"ticket/{ticket.no}",
        )
        ticket.reporter, ticket.erasure_no = "", post(session, community, draft, by=by, at=at).no
        session.add(ticket)
    session.flush()  # they are gone for whoever reads next
    return len(due)


def _signed_in_as(session: Session, community: str, former: Former, today: date) -> list[str]:
    """The sign-ins by his name that were let in for the home, of people who sit and sat nowhere but in homes, and no longer."""
    role = Role.OWNER if former.tie is Tie.HOLDER else Role.TENANT
    his = select(Appointment.person).where(
        Appointment.community == community, Appointment.role == role, Appointment.home == former.home
    )
    elsewhere = select(Appointment.person).where(
        col(Appointment.role).not_in(RESIDENTS)
        | col(Appointment.until).is_(None)
        | (col(Appointment.until) >= today)
    )
    query = select(Person.login).where(
        Person.name == former.name, col(Person.login).in_(his), col(Person.login).not_in(elsewhere)
    )
    return [*session.exec(query.order_by(Person.login))]
