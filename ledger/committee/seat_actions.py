"""Seats that are given and ended by hand: any but those on an owners' committee whose elections are entered."""

from datetime import datetime

from sqlmodel import Session

from ledger.committee.queries import last_term
from ledger.committee.rules import check_not_elected
from ledger.community.role_rules import Actor
from ledger.community.tables import Appointment
from ledger.fields import Day, Number, Text
from ledger.journal.actions import Posted
from ledger.log.queries import head
from ledger.people.actions import Invited, NewSeat, appoint_person, end_appointment, invite
from ledger.people.keyring import Keyring


def invite_by_hand(
    session: Session, community: str, name: Text, seat: NewSeat, keyring: Keyring, *, by: Actor, at: datetime
) -> Invited:
    """Let somebody in who has no sign-in yet: his seat from a day to a day, and a slip with which he sets a password.

    He signs in by what is made here for him: his home where he lives in one, else a number. Once an election of the owners'
    committee was entered, its seats are given by elections and changes alone.

    Raises:
        SeatOfElection: it is one of those seats.
        NotYoursToAppoint, HomeOfResident, LevelMissing, DaysOfAppointment, SeatBeforeOpening, NoHome, InvitedAlready: as for
            `ledger.people.actions.invite`.
    """
    _check_by_hand(session, community, seat)
    return invite(session, community, name, seat, keyring, by=by, at=at)


def appoint_by_hand(
    session: Session, community: str, person: str, seat: NewSeat, *, by: Actor, at: datetime
) -> Posted:
    """Give somebody who signs in already one more seat here.

    Once an election of the owners' committee was entered, its seats are given by elections and changes alone.

    Raises:
        SeatOfElection: it is one of those seats.
        NoPersonHere, NotYoursToAppoint, HomeOfResident, LevelMissing, DaysOfAppointment, SeatBeforeOpening,
            AppointedAlready: as for
            `ledger.people.actions.appoint_person`.
    """
    _check_by_hand(session, community, seat)
    return appoint_person(session, community, person, seat, by=by, at=at)


def end_by_hand(
    session: Session,
    community: str,
    person: str,
    appointment: Number,
    last_day: Day,
    reason: Text,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """End somebody's seat here with a day; whoever holds none anywhere after it is signed out at once.

    Once an election of the owners' committee was entered, its seats end with their term and by changes alone.

    Raises:
        SeatOfElection: it is one of those seats.
        NoPersonHere, NotYoursToAppoint, AppointmentOver: as for `ledger.people.actions.end_appointment`.
    """
    seat = session.get(Appointment, appointment)
    if seat is not None and seat.community == community:
        _check_by_hand(session, community, seat)
    return end_appointment(session, community, person, appointment, last_day, reason, by=by, at=at)


def _check_by_hand(session: Session, community: str, seat: NewSeat | Appointment) -> None:
    head(session, community, lock=True)  # or an election could be entered meanwhile
    if last_term(session, community) is not None:
        check_not_elected(seat.role, seat.level)
