"""The actions about people: invite somebody, give him another seat, end one, make and void slips, deactivate.

Each appointment is an entry of the community's log: the role, its days and its level stand there, who it is is salted.
"""

import secrets
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session, col, select

from ledger.community.actions import appoint
from ledger.community.queries import community as community_of
from ledger.community.queries import seats, standing_home
from ledger.community.role_rules import EVERYWHERE, LEVEL_OF, LEVELS, RESIDENTS, Actor, Level, Role, Seat
from ledger.community.tables import Appointment, Person
from ledger.fields import Code, Day, Note, Number, Text
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.people.keyring import Keyring
from ledger.people.queries import NoHomesThere, NoPersonHere, operators, roles_given
from ledger.people.queries import slip as slip_here
from ledger.people.rules import (
    ACCESS_KEPT,
    MAY_APPOINT,
    SLIP_DAYS,
    AppointedAlready,
    AppointmentOver,
    DaysOfAppointment,
    Ending,
    HomeOfResident,
    InvitedAlready,
    LastOperator,
    LevelMissing,
    LevelOfOthers,
    LoginTaken,
    NoOperator,
    NotYoursToAppoint,
    SeatBeforeOpening,
)
from ledger.people.sign_ins import end_sign_ins
from ledger.people.tables import AccessRecord, SecondFactor, SignIn, Slip
from ledger.periods import day_in_shanghai
from ledger.register.queries import holders


class NewSeat(NamedTuple):
    """A seat as it is asked for: the role, its days, and what the role needs beside it.

    Owners and tenants name their ``home``, a supervisor the ``level`` of his organisation; whoever acts for one building
    only names that.
    """

    role: Role
    since: Day
    until: Day | None = None
    home: Code | None = None
    level: Level | None = None
    building: Code | None = None
    organisation: Note = ""


class OwnersInvited(NamedTuple):
    """How many owners of a building were let in, and how many homes have nobody registered."""

    building: str
    invited: int
    without_holder: int


class Invited(NamedTuple):
    """Who was invited: how he signs in, the slip that lets him set his password, and the entry of it."""

    login: str
    slip: int
    no: int
    leaf_index: int


def invite(
    session: Session, community: str, name: Text, seat: NewSeat, keyring: Keyring, *, by: Actor, at: datetime
) -> Invited:
    """Let somebody in who has no sign-in yet: his seat from a day to a day, and a slip with which he sets a password.

    He signs in by what is made here for him: his home where he lives in one, else a number.

    Raises:
        NotYoursToAppoint, HomeOfResident, LevelMissing, DaysOfAppointment, SeatBeforeOpening: see `appoint_person`.
        NoHome: there is none with this code.
        InvitedAlready: somebody of this name holds the same seat on one of these days, and would sign in by two names.
    """
    head(session, community, lock=True)
    _check_seat(session, community, seat, by=by, at=at)
    _check_not_in(session, community, name.strip(), seat)
    login = _free_login(session, community, seat.home)
    session.add(Person(login=login, name=name.strip(), password="", since=at))
    session.flush()
    entry = _seat_entry(session, community, login, seat, by=by, at=at)
    slip = _slip(session, community, login, keyring, by=by, at=at)
    return Invited(login, slip.no or 0, entry.no, entry.leaf_index)


def invite_owners(
    session: Session, community: str, building: Code, since: Day, keyring: Keyring, *, by: Actor, at: datetime
) -> OwnersInvited:
    """A slip for the owner of every home of a building who has no sign-in for it yet, by the register of holders.

    Whoever owns two homes gets a slip for each: that both are his, an office enters when he comes (`appoint_person`).

    Raises:
        NoHomesThere: no home of this building is registered.
        NotYoursToAppoint: whoever asks lets no owner in. SeatBeforeOpening.
    """
    head(session, community, lock=True)
    _check_may_appoint(Role.OWNER, by=by)
    held = holders(session, community, building)
    if not held:
        raise NoHomesThere(building=building)
    owned = set(
        session.exec(
            select(Appointment.home).where(
                Appointment.community == community,
                Appointment.role == Role.OWNER,
                or_(col(Appointment.until).is_(None), col(Appointment.until) >= since),
            )
        )
    )
    invited = [
        invite(
            session,
            community,
            holder.name,
            NewSeat(Role.OWNER, since, home=holder.home),
            keyring,
            by=by,
            at=at,
        )
        for holder in held
        if holder.name and holder.home not in owned
    ]
    return OwnersInvited(building, len(invited), sum(not holder.name for holder in held))


def add_operator(session: Session, name: Text, keyring: Keyring, *, by: Actor, at: datetime) -> Slip:
    """Let somebody run the machine, for every community: done at the machine itself, and told in no community's log."""
    login = _free_login(session, EVERYWHERE, None)
    session.add(Person(login=login, name=name.strip(), password="", since=at))
    session.flush()
    appoint(session, login, EVERYWHERE, Seat(Role.OPERATOR), day_in_shanghai(at), by=by, at=at)
    return _slip(session, EVERYWHERE, login, keyring, by=by, at=at)


def appoint_person(
    session: Session, community: str, person: str, seat: NewSeat, *, by: Actor, at: datetime
) -> Posted:
    """Give somebody who signs in already one more seat here.

    Raises:
        NoPersonHere: nobody signs in by this name, or no longer.
        NotYoursToAppoint: whoever asks may not give this role.
        HomeOfResident: an owner or a tenant without his home, or another with one.
        LevelMissing: a supervisor without the level of his organisation. LevelOfOthers: nobody in this role is of that.
        DaysOfAppointment: it ends before it begins, or is over.
        SeatBeforeOpening: it begins before the community's opening day, where it has one.
        AppointedAlready: he holds this seat on one of these days.
    """
    head(session, community, lock=True)
    whose = session.get(Person, person)
    if whose is None or not whose.active:
        raise NoPersonHere(login=person)
    _check_seat(session, community, seat, by=by, at=at)
    his = select(Appointment.no).where(Appointment.person == person, *_meets(community, seat))
    if session.exec(his).first() is not None:
        raise AppointedAlready(role=seat.role, since=seat.since)
    return _seat_entry(session, community, person, seat, by=by, at=at)


def end_appointment(
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

    Raises:
        NoPersonHere: he has no such seat in this community.
        NotYoursToAppoint: whoever asks may not give this role, so he does not take it either.
        AppointmentOver: it ended before, or its last day would be before its first.
    """
    head(session, community, lock=True)
    seat = session.get(Appointment, appointment)
    if seat is None or seat.community != community or seat.person != person:
        raise NoPersonHere(login=person)
    draft = Draft(
        kind="person.ended",
        on=day_in_shanghai(at),
        key=f"seat/{appointment}/end/{last_day}",
        asked={"last_day": last_day.isoformat(), "reason": reason},
        facts={"role": seat.role.value, "until": last_day.isoformat()},
        private={"person": seat.person, "reason": reason},
        subject=f"person/{seat.person}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    _check_may_appoint(seat.role, by=by)
    if last_day < seat.since or (seat.until is not None and seat.until <= last_day):
        raise AppointmentOver(role=seat.role, since=seat.since, until=seat.until)
    seat.until = last_day
    session.add(seat)
    session.flush()
    if not seats(session, seat.person, None, max(day_in_shanghai(at), last_day + timedelta(days=1))):
        end_sign_ins(session, seat.person, Ending.OFFICE, at=at)
    return post(session, community, draft, by=by, at=at)


def make_slip(
    session: Session,
    community: str,
    person: str,
    keyring: Keyring,
    *,
    forgets_factor: bool = False,
    by: Actor,
    at: datetime,
) -> Slip:
    """A slip for somebody who forgot his password or lost his first one; the slips before it are void.

    ``forgets_factor`` lets him set a new authenticator up, when the telephone with his is lost.

    Raises:
        NoPersonHere: he holds no seat in this community today.
        NotYoursToAppoint: whoever asks may not give one of his roles (`ledger.people.queries.roles_given`).
    """
    today = day_in_shanghai(at)
    if not seats(session, person, community, today):
        raise NoPersonHere(login=person)
    _check_may_let_in(session, community, person, by=by, at=at)
    return _slip(session, community, person, keyring, forgets_factor=forgets_factor, by=by, at=at)


def void_slip(session: Session, community: str, no: int, *, by: Actor, at: datetime) -> Slip:
    """Make a slip worth nothing: it was lost, or its person will not come.

    Raises:
        NoSlip: there is none here that could still be used.
        NotYoursToAppoint: whoever asks may not give one of its person's roles, so he keeps him out of none either.
    """
    slip = slip_here(session, community, no)
    _check_may_let_in(session, community, slip.person, by=by, at=at)
    slip.void_at = at
    session.add(slip)
    return slip


def deactivate(
    session: Session, community: str, person: str, reason: Text, *, by: Actor, at: datetime
) -> Posted:
    """Let somebody sign in no more: what he did and signed stays, and his name with it.

    Raises:
        NoPersonHere: nobody signs in by this name, or no longer.
        LastOperator: nobody could run the machine any more.
    """
    head(session, community, lock=True)
    draft = Draft(
        kind="person.deactivated",
        on=day_in_shanghai(at),
        key=f"person/{person}/deactivated",
        asked={"reason": reason},
        private={"person": person, "reason": reason},
        subject=f"person/{person}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    whose = session.get(Person, person)
    if whose is None or not whose.active or not _was_here(session, community, person):
        raise NoPersonHere(login=person)
    _check_not_last_operator(session, person, day_in_shanghai(at))
    whose.active = False
    session.add(whose)
    end_sign_ins(session, person, Ending.OFFICE, at=at)
    return post(session, community, draft, by=by, at=at)


def erase_person(session: Session, login: str, *, by: Actor, at: datetime) -> None:
    """Erase the name of somebody who signs in no more, his password, his authenticator and where he was signed in.

    What he did stays under his sign-in name, which is that of a home. Slips that wait for him are worth nothing.
    """
    whose = session.get_one(Person, login)
    whose.name, whose.password, whose.active = "", "", False
    session.add(whose)
    for kept in (SecondFactor, SignIn):
        session.execute(delete(kept).where(col(kept.person) == login))
    _void_slips(session, login, at)
    session.flush()


def end_operator(session: Session, login: str, *, by: Actor, at: datetime) -> None:
    """Let somebody run the machine no more, from now on: done at the machine itself, and told in no community's log.

    Raises:
        NotYoursToAppoint: whoever asks runs no machine himself.
        NoOperator: he does not.
        LastOperator: nobody could run it any more.
    """
    if by.role is not Role.OPERATOR:
        raise NotYoursToAppoint(role=Role.OPERATOR)
    today = day_in_shanghai(at)
    if login not in operators(session, today):
        raise NoOperator(login=login)
    _check_not_last_operator(session, login, today)
    for seat in session.exec(
        select(Appointment).where(
            Appointment.person == login,
            Appointment.community == EVERYWHERE,
            Appointment.role == Role.OPERATOR,
            or_(col(Appointment.until).is_(None), col(Appointment.until) >= today),
        )
    ):
        seat.until = today - timedelta(days=1)
        session.add(seat)
    end_sign_ins(session, login, Ending.OFFICE, at=at)


def forget_access(session: Session, *, by: Actor, at: datetime) -> int:
    """Delete what is remembered of access for longer than it is kept (个人信息保护法 Art. 19); gives how many records."""
    old = delete(AccessRecord).where(col(AccessRecord.at) < at - ACCESS_KEPT)
    return len(session.execute(old.returning(col(AccessRecord.no))).all())


def _check_not_last_operator(session: Session, login: str, today: date) -> None:
    at_once = select(Appointment.no).where(
        Appointment.community == EVERYWHERE, Appointment.role == Role.OPERATOR
    )
    session.exec(
        at_once.order_by(col(Appointment.no)).with_for_update()
    ).all()  # else two could take each other away
    if set(operators(session, today)) == {login}:
        raise LastOperator(login=login)


def _was_here(session: Session, community: str, login: str) -> bool:
    here = select(Appointment.no).where(Appointment.person == login, Appointment.community == community)
    return session.exec(here.limit(1)).first() is not None


def _check_may_appoint(role: Role, *, by: Actor) -> None:
    if role not in MAY_APPOINT.get(by.role, frozenset()):
        raise NotYoursToAppoint(role=role)


def _check_may_let_in(session: Session, community: str, login: str, *, by: Actor, at: datetime) -> None:
    for role in sorted(roles_given(session, community, [login], day_in_shanghai(at))[login]):
        _check_may_appoint(role, by=by)


def _check_seat(session: Session, community: str, seat: NewSeat, *, by: Actor, at: datetime) -> None:
    if seat.role is Role.OPERATOR:
        raise NotYoursToAppoint(role=seat.role)
    _check_may_appoint(seat.role, by=by)
    if (seat.role in RESIDENTS) != (seat.home is not None):
        raise HomeOfResident(role=seat.role)
    if seat.home is not None:
        standing_home(session, community, seat.home)
    if seat.level is None and seat.role not in LEVEL_OF and seat.role not in RESIDENTS:
        raise LevelMissing(role=seat.role)
    if seat.level is not None and seat.level not in LEVELS.get(seat.role, ()):
        raise LevelOfOthers(role=seat.role, level=seat.level)
    if seat.until is not None and (seat.until < seat.since or seat.until < day_in_shanghai(at)):
        raise DaysOfAppointment(since=seat.since, until=seat.until)
    opened_on = community_of(session, community).opened_on
    if opened_on is not None and seat.since < opened_on:
        raise SeatBeforeOpening(since=seat.since, opened_on=opened_on)


def _check_not_in(session: Session, community: str, name: str, seat: NewSeat) -> None:
    namesake = (
        select(Person.login)
        .join(Appointment, col(Appointment.person) == col(Person.login))
        .where(
            Person.name == name,
            col(Person.active).is_(True),
            Appointment.level == (seat.level or LEVEL_OF.get(seat.role)),
            *_meets(community, seat),
        )
    )
    if (login := session.exec(namesake).first()) is not None:
        raise InvitedAlready(name=name, role=seat.role, login=login)


def _meets(community: str, seat: NewSeat) -> tuple[ColumnElement[bool], ...]:
    """That an appointment is to the same place, on one of the same days."""
    return (
        col(Appointment.community) == community,
        col(Appointment.role) == seat.role,
        col(Appointment.home) == seat.home,
        col(Appointment.building) == seat.building,
        or_(col(Appointment.until).is_(None), col(Appointment.until) >= seat.since),
        col(Appointment.since) <= (seat.until or date.max),
    )


def _seat_entry(
    session: Session, community: str, login: str, seat: NewSeat, *, by: Actor, at: datetime
) -> Posted:
    place = Seat(seat.role, seat.home, seat.level, seat.building)
    appoint(
        session,
        login,
        community,
        place,
        seat.since,
        until=seat.until,
        organisation=seat.organisation,
        by=by,
        at=at,
    )
    scope = {"home": seat.home, "building": seat.building, "organisation": seat.organisation}
    level = seat.level or LEVEL_OF.get(seat.role)
    draft = Draft(
        kind="person.appointed",
        on=day_in_shanghai(at),
        key=f"seat/{login}/{seat.role.value}/{seat.home or ''}/{seat.building or ''}/{seat.since}",
        facts={
            "role": seat.role.value,
            "since": seat.since.isoformat(),
            "until": seat.until.isoformat() if seat.until else None,
            "level": level.value if level else None,
        },
        private={"person": login} | {name: value for name, value in scope.items() if value},
        subject=f"person/{login}",
    )
    return post(session, community, draft, by=by, at=at)


def _free_login(session: Session, community: str, home: str | None) -> str:
    """A name to sign in by that nobody has: the home's own, with a number from the second person of it on."""
    stem = f"{community}-{home}" if home else f"u{secrets.randbelow(900_000) + 100_000}"
    for number in range(1, 100):
        login = stem if number == 1 else f"{stem}-{number}"
        if session.get(Person, login) is None:
            return login
    raise LoginTaken(login=stem)


def _slip(
    session: Session,
    community: str,
    login: str,
    keyring: Keyring,
    *,
    forgets_factor: bool = False,
    by: Actor,
    at: datetime,
) -> Slip:
    _void_slips(session, login, at)
    slip = Slip(
        person=login,
        community=community,
        code=secrets.token_hex(16),
        made_by=by.login,
        made_at=at,
        last_day=day_in_shanghai(at) + SLIP_DAYS,
        forgets_factor=forgets_factor,
    )
    session.add(slip)
    session.flush()
    slip.code = keyring.digest(keyring.code(slip.identity))
    session.add(slip)
    session.flush()
    return slip


def _void_slips(session: Session, login: str, at: datetime) -> None:
    for waiting in session.exec(
        select(Slip).where(Slip.person == login, col(Slip.used_at).is_(None), col(Slip.void_at).is_(None))
    ):
        waiting.void_at = at
        session.add(waiting)
