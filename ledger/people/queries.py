"""Questions about sign-ins, slips, and what is remembered of access."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, and_, bindparam, func, literal, not_, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from ledger.community.role_rules import EVERYWHERE, Level, Role
from ledger.community.tables import Appointment, Demo, Person
from ledger.db import Page, Prepared
from ledger.errors import Unknown
from ledger.people.rules import REMEMBERED, SECOND_FACTOR, WHOLE_WITH_FACTOR, Event
from ledger.people.tables import AccessRecord, SecondFactor, SignIn, Slip
from ledger.periods import day_in_shanghai

NEWEST_FIRST = (col(AccessRecord.at).desc(), col(AccessRecord.no).desc())


class NoSignInOfYours(Unknown):
    code = "no-sign-in-of-yours"
    zh = "您没有这次登录，或者它已经结束。"
    en = "You have no such sign-in, or it is over."


class NoPersonHere(Unknown):
    code = "no-person-here"
    zh = "本小区没有这样一个人或身份：{login}。"
    en = "There is no such person or seat in this community: {login}."


class NoHomesThere(Unknown):
    code = "no-homes-there"
    zh = "本小区的 {building} 幢没有登记房屋，或者没有等着用的登录条。"
    en = "No home of building {building} is registered here, or no slip waits there."


class NoSlip(Unknown):
    code = "no-slip"
    zh = "没有第 {no} 号登录条，或者它已经用过、作废。"
    en = "There is no slip {no}, or it was used or made void."


def _needs_factor(whose: ColumnElement[str] | Mapped[str], on: ColumnElement[date]) -> ColumnElement[bool]:
    strict = select(Appointment.no).where(
        Appointment.person == whose,
        or_(*(col(Appointment.role) == role for role in sorted(SECOND_FACTOR))),
        col(Appointment.since) <= on,
        or_(col(Appointment.until).is_(None), col(Appointment.until) >= on),
    )
    return and_(strict.exists(), not_(select(Demo).exists()))


_STANDS = Prepared(
    select(SignIn.person).where(
        SignIn.id == bindparam("its_id"),
        col(SignIn.ended_at).is_(None),
        col(SignIn.until) > bindparam("moment"),
        or_(
            not_(_needs_factor(col(SignIn.person), bindparam("on", type_=Date))),
            # as `SignIn.with_factor` has it of one that goes on
            and_(col(SignIn.since) >= bindparam("since"), col(SignIn.until) <= bindparam("until")),
        ),
    )
)


def stands(session: Session, sign_in: str, now: datetime) -> bool:
    """Whether a sign-in still goes on: not ended, and not past its absolute end.

    One that began by a password alone does not while its person holds a role that signs in with a second factor, from the
    first day of that seat: he signs in anew.
    """
    asked = {
        "its_id": sign_in,
        "moment": now,
        "on": day_in_shanghai(now),
        "since": now - WHOLE_WITH_FACTOR,
        "until": now + WHOLE_WITH_FACTOR,
    }
    return bool(_STANDS.ask(session, asked))


def lacks_factor(session: Session, sign_in: str, now: datetime) -> bool:
    """Whether a sign-in is not ended and yet stands no more, for it began by a password alone."""
    begun = session.get(SignIn, sign_in)
    if begun is None or begun.ended_at is not None or begun.until <= now or begun.with_factor:
        return False
    return needs_factor(session, begun.person, now)


def sign_ins(session: Session, login: str, now: datetime) -> Sequence[SignIn]:
    """A person's sign-ins that go on, the one used last first."""
    kept = session.exec(
        select(SignIn)
        .where(SignIn.person == login, col(SignIn.ended_at).is_(None), col(SignIn.until) > now)
        .order_by(col(SignIn.seen_at).desc())
    ).all()
    return [of for of in kept if of.with_factor] if needs_factor(session, login, now) else kept


def needs_factor(session: Session, login: str, now: datetime) -> bool:
    """Whether a person holds a role today that signs in with a second factor; in the demo nobody does."""
    return session.exec(select(_needs_factor(literal(login), literal(day_in_shanghai(now))))).one()


def factor(session: Session, login: str) -> SecondFactor | None:
    """A person's authenticator, when there is one."""
    return session.get(SecondFactor, login)


class Tries(NamedTuple):
    """What counts for a wait: see `ledger.people.rules.free_at`."""

    here: list[datetime]
    everywhere: int
    network: int
    network_last: datetime | None
    known: bool


def tries(session: Session, login: str, network: str, now: datetime) -> Tries:
    """The wrong tries of the last hour that count against an account and a network."""
    since = now - REMEMBERED
    recent = session.exec(
        select(AccessRecord.at, AccessRecord.event)
        .where(
            AccessRecord.login == login,
            AccessRecord.network == network,
            col(AccessRecord.at) > since,
            col(AccessRecord.event).in_([Event.REFUSED, Event.SIGNED_IN]),
        )
        .order_by(col(AccessRecord.at), col(AccessRecord.no))
    ).all()
    here: list[datetime] = []
    for at, event in recent:
        here = [*here, at] if event is Event.REFUSED else []
    known = session.exec(
        select(SignIn.id).where(SignIn.person == login, SignIn.network == network).limit(1)
    ).first()
    return Tries(
        here,
        _refused(session, since, AccessRecord.login == login)[0],
        *_refused(session, since, AccessRecord.network == network),
        known is not None,
    )


def _refused(session: Session, since: datetime, whose: bool) -> tuple[int, datetime | None]:
    refused = select(func.count(), func.max(AccessRecord.at))
    return session.exec(
        refused.where(whose, AccessRecord.event == Event.REFUSED, col(AccessRecord.at) > since)
    ).one()


def open_slip(session: Session, code: str, today: date) -> Slip | None:
    """The slip with this digest, if it can still be used on a day."""
    slip = session.exec(select(Slip).where(Slip.code == code).with_for_update()).first()
    if slip is None or slip.used_at or slip.void_at or slip.last_day < today:
        return None
    return slip


def slips(session: Session, community: str) -> Sequence[Slip]:
    """The slips of a community that nobody has used yet, the newest first."""
    return session.exec(
        select(Slip)
        .where(Slip.community == community, col(Slip.used_at).is_(None), col(Slip.void_at).is_(None))
        .order_by(col(Slip.no).desc())
    ).all()


def slips_of_homes(session: Session, community: str, homes: Collection[str]) -> Sequence[Slip]:
    """The slips that wait for people of these homes, by home."""
    query = (
        select(Slip)
        .join(Appointment, col(Appointment.person) == Slip.person)
        .where(
            Slip.community == community,
            Appointment.community == community,
            col(Appointment.home).in_(homes),
            col(Slip.used_at).is_(None),
            col(Slip.void_at).is_(None),
        )
        .order_by(col(Appointment.home), col(Slip.no))
    )
    return list({paper.no: paper for paper in session.exec(query)}.values())


class SeatHeld(NamedTuple):
    """A seat with its person: who, as what, for what, from when to when, and when he was last seen."""

    appointment: int
    login: str
    name: str
    role: Role
    home: str | None
    building: str | None
    level: Level | None
    organisation: str
    since: date
    until: date | None
    active: bool
    waiting: bool
    """Whether he has not set a password yet."""


def seats_held(session: Session, community: str, login: str | None = None) -> Sequence[SeatHeld]:
    """Every seat of a community that was ever given, the standing ones first, or those of one person."""
    query = (
        select(Appointment, Person)
        .join(Person, col(Person.login) == Appointment.person)
        .where(Appointment.community == community)
        .order_by(
            col(Appointment.until).is_not(None),
            col(Appointment.until).desc(),
            Person.name,
            col(Appointment.no),
        )
    )
    if login is not None:
        query = query.where(Appointment.person == login)
    return [
        SeatHeld(
            seat.no or 0,
            seat.person,
            whose.name,
            seat.role,
            seat.home,
            seat.building,
            seat.level,
            seat.organisation,
            seat.since,
            seat.until,
            whose.active,
            not whose.password,
        )
        for seat, whose in session.exec(query)
    ]


def slip(session: Session, community: str, no: int) -> Slip:
    """A slip of a community that can still be used.

    Raises:
        NoSlip: there is none, or it was used or made void.
    """
    paper = session.get(Slip, no)
    if paper is None or paper.community != community or paper.used_at or paper.void_at:
        raise NoSlip(no=no)
    return paper


def roles_given(
    session: Session, community: str, logins: Collection[str], today: date
) -> Mapping[str, frozenset[Role]]:
    """What a slip of each of them lets act as: every role ever given here, and what he is or will be elsewhere."""
    given = select(Appointment.person, Appointment.role).where(
        col(Appointment.person).in_(logins),
        or_(
            col(Appointment.community) == community,
            col(Appointment.until).is_(None),
            col(Appointment.until) >= today,
        ),
    )
    roles: dict[str, set[Role]] = {login: set() for login in logins}
    for login, role in session.exec(given):
        roles[login].add(Role(role))
    return {login: frozenset(held) for login, held in roles.items()}


def operators(session: Session, on: date) -> Sequence[str]:
    """Who may run the machine on a day, by sign-in name."""
    return session.exec(
        select(Appointment.person)
        .join(Person, col(Person.login) == Appointment.person)
        .where(
            Appointment.community == EVERYWHERE,
            Appointment.role == Role.OPERATOR,
            col(Person.active).is_(True),
            col(Appointment.since) <= on,
            (col(Appointment.until).is_(None)) | (col(Appointment.until) >= on),
        )
    ).all()


def access_records(session: Session, login: str, since: datetime, limit: int = 500) -> Sequence[AccessRecord]:
    """What is remembered of a person's access since an instant, the newest first."""
    his = select(AccessRecord).where(AccessRecord.login == login, col(AccessRecord.at) >= since)
    return session.exec(his.order_by(*NEWEST_FIRST).limit(limit)).all()


def access_of_community(
    session: Session, community: str, login: str | None, since: datetime, *, page: int, size: int
) -> Page:
    """What is remembered of access to a community since an instant, of one person or of everybody: a page, the newest first.

    These are the readings there, by whomever, and the sign-ins of all who hold or held a seat there.
    """
    people = select(Appointment.person).where(Appointment.community == community)
    where = [
        col(AccessRecord.community).in_((community, "")),
        or_(col(AccessRecord.community) == community, col(AccessRecord.login).in_(people)),
        col(AccessRecord.at) >= since,
    ]
    if login is not None:
        where.append(col(AccessRecord.login) == login)
    total = session.exec(select(func.count()).select_from(AccessRecord).where(*where)).one()
    of_them = select(AccessRecord).where(*where).order_by(*NEWEST_FIRST)
    return Page(session.exec(of_them.limit(size).offset((page - 1) * size)).all(), total)
