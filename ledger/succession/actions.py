"""The actions by which a home becomes several, or several become one."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import or_
from sqlmodel import Session, col, select

from ledger.community.actions import appoint
from ledger.community.queries import came_from, head_keys, standing_home
from ledger.community.role_rules import Actor, Role, Seat
from ledger.community.rules import AreaSource, HomeKind, passed_on
from ledger.community.tables import Appointment, HandOver, Holder, Home, Succession
from ledger.fields import Code, Day, Evidence
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.fund.succession_actions import pass_parts
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.register.queries import check_named_alike, last_holder
from ledger.register.rules import HomeThere, OwnerMissing
from ledger.succession.queries import obstacles
from ledger.succession.rules import (
    Joined,
    MergedHome,
    NewParts,
    Others,
    PartsTooFew,
    StandsOpen,
    check_areas,
    check_joined,
    check_since,
)


class _Owner(NamedTuple):
    name: str
    phone: str
    person_key: str
    stays: bool
    """Whether it is whoever owned what ended, so that he goes on signing in."""


def divide_home(
    session: Session,
    community: str,
    home: Code,
    parts: NewParts,
    area_source: AreaSource,
    since: Day,
    document: Evidence,
    area_document: Evidence | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Divide a home into several from a day on, by a paper: it ends the day before, and its history stays.

    They lie where it lay and are what it was, with areas in dm² that add up to its own unless ``area_document`` corrects
    it. Its part of the fund and its first deposit pass to them by area, to the fen, in one entry (165号令 Art. 28), and its
    owner with his sign-in, but where another is named. They are charged for every month that was not charged yet and ends
    on that day or later; bills and rolls of announced votes do not move. A mistake is put right by merging them again.

    Raises:
        NoHome, HomeEnded; FileMissing; HomeThere: a door is taken. PartsTooFew. OwnerMissing: an unsold home has no owner.
        SuccessionAhead, SuccessionTooEarly, AreasDiffer. StandsOpen: something of it has to be over first.
        AskedDifferently: it was divided otherwise. MonthClosed: today's month is closed.
    """
    head(session, community, lock=True)
    codes = [f"{home.rpartition('-')[0]}-{part.door}" for part in parts]
    draft = Draft(
        kind="home.divided",
        on=day_in_shanghai(at),
        key=f"divided/{home}",
        asked={
            "parts": [[part.door, part.area_dm2, bool(part.name.strip())] for part in parts],
            "area_source": area_source,
            "since": since.isoformat(),
            "document": document,
            "area_document": area_document,
        },
        facts={"since": since.isoformat(), "homes": len(parts)},
        private={"home": home, "became": " ".join(codes)},
        attachments=[paper for paper in (document, area_document) if paper],
        subject=f"home/{home}",
    )
    if earlier := replay(session, community, draft):
        for code, part in zip(codes, parts, strict=True):
            if part.name.strip():
                check_named_alike(session.get(Holder, (community, code, since)), part.name, part.phone, home)
        return earlier
    if len(parts) < 2:
        raise PartsTooFew(home=home)
    old = standing_home(session, community, home)
    if old.kind is HomeKind.UNSOLD and any(part.name.strip() for part in parts):
        raise OwnerMissing(home=home)
    check_areas(old.area_dm2, sum(part.area_dm2 for part in parts), corrected=area_document is not None)
    _check_may_end(session, [old], since, day_in_shanghai(at))
    before = _owner_of(session, old)
    begun = _begin(session, [old], [(part.door, part.area_dm2) for part in parts], area_source)
    owners = {
        code: _Owner(part.name.strip(), part.phone, secrets.token_hex(8), stays=False)
        if part.name.strip()
        else before
        for code, part in zip(codes, parts, strict=True)
    }
    _succeed(session, [old], begun, owners, since, draft, by=by, at=at)
    return post(session, community, draft, by=by, at=at)


def merge_homes(
    session: Session,
    community: str,
    home: Code,
    others: Others,
    new: MergedHome,
    since: Day,
    document: Evidence,
    area_document: Evidence | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Merge a home with others of its owner into one from a day on, by a paper: they end the day before, and their history stays.

    The new one lies in the stairwell of ``home``, with an area in dm² that is theirs in all unless ``area_document`` corrects
    it. Their parts of the fund and first deposits pass to it in one entry (165号令 Art. 28), and their owner with his
    sign-in. It is charged for every month that was not charged yet and ends on that day or later; bills and rolls of
    announced votes do not move. A mistake is put right by dividing it again.

    Raises:
        NoHome, HomeEnded; FileMissing; HomeThere: the door is taken.
        MergedWithItself; HomesApart: not of one building, kind or seller. OwnersDiffer.
        SuccessionAhead, SuccessionTooEarly, AreasDiffer. StandsOpen: something of them has to be over first.
        AskedDifferently: it was merged otherwise. MonthClosed: today's month is closed.
    """
    head(session, community, lock=True)
    merged = [home, *others]
    draft = Draft(
        kind="home.merged",
        on=day_in_shanghai(at),
        key=f"merged/{home}",
        asked={
            "others": [*others],
            **new._asdict(),
            "since": since.isoformat(),
            "document": document,
            "area_document": area_document,
        },
        facts={"since": since.isoformat(), "homes": len(merged)},
        private={"home": " ".join(merged), "became": f"{home.rpartition('-')[0]}-{new.door}"},
        attachments=[paper for paper in (document, area_document) if paper],
        subject=f"home/{home}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    ended = [standing_home(session, community, code) for code in merged]
    heads = head_keys(session, community, ended, since)
    check_joined([Joined(old.code, old.building, old.kind, old.seller, heads[old.code]) for old in ended])
    check_areas(sum(old.area_dm2 for old in ended), new.area_dm2, corrected=area_document is not None)
    _check_may_end(session, ended, since, day_in_shanghai(at))
    begun = _begin(session, ended, [(new.door, new.area_dm2)], new.area_source)
    _succeed(session, ended, begun, {begun[0].code: _owner_of(session, ended[0])}, since, draft, by=by, at=at)
    return post(session, community, draft, by=by, at=at)


def _check_may_end(session: Session, ended: Sequence[Home], since: date, today: date) -> None:
    """See that homes may end on the day before: they stood and had their owner then, and nothing of them is open.

    Raises:
        SuccessionAhead, SuccessionTooEarly, StandsOpen.
    """
    for old in ended:
        holder = last_holder(session, old.community, old.code)
        days = [succession.since for succession in came_from(session, old.community, old.code)]
        days += [holder.since] if holder else []
        check_since(old.code, since, max(days, default=None), today)
    if still := obstacles(session, ended[0].community, [old.code for old in ended], since):
        raise StandsOpen(open=still)


def _owner_of(session: Session, home: Home) -> _Owner | None:
    holder = last_holder(session, home.community, home.code)
    return _Owner(holder.name, holder.phone, holder.person_key, stays=True) if holder else None


def _begin(
    session: Session, ended: Sequence[Home], doors: Sequence[tuple[str, int]], area_source: AreaSource
) -> list[Home]:
    """Register the homes that begin, given by door and area, in the stairwell of the first that ends, on its side if they all lie there.

    Raises:
        HomeThere.
    """
    first = ended[0]
    areas: dict[str, int] = {}
    for door, area_dm2 in doors:
        code = f"{first.building}-{first.stairwell}-{door}"
        if code in areas or session.get(Home, (first.community, code)) is not None:
            raise HomeThere(home=code)
        areas[code] = area_dm2
    deposits = passed_on({"": sum(old.first_deposit_fen for old in ended)}, {"": areas})
    begun = [
        Home(
            community=first.community,
            code=code,
            building=first.building,
            stairwell=first.stairwell,
            door=code.rpartition("-")[2],
            side=first.side if {old.side for old in ended} == {first.side} else None,
            kind=first.kind,
            area_dm2=area_dm2,
            area_source=area_source,
            first_deposit_fen=deposits[code],
            seller=first.seller,
            handle=secrets.token_hex(8),
        )
        for code, area_dm2 in areas.items()
    ]
    session.add_all(begun)
    session.flush()
    return begun


def _succeed(
    session: Session,
    ended: Sequence[Home],
    begun: Sequence[Home],
    owners: Mapping[str, _Owner | None],
    since: date,
    draft: Draft,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write down which home became which, and pass on owners, sign-ins, days of hand-over and parts of the fund."""
    community = ended[0].community
    for paper in draft.attachments:
        for of in (*ended, *begun):
            use_file(session, community, paper, f"home/{of.code}", Purpose.TITLE, by=by, at=at)
    session.add_all(
        Succession(
            community=community, home=old.code, became=new.code, since=since, document=draft.attachments[0]
        )
        for old in ended
        for new in begun
    )
    handed = [row for old in ended if (row := session.get(HandOver, (community, old.code)))]
    for new in begun:
        if (owner := owners[new.code]) is not None:
            session.add(
                Holder(
                    community=community,
                    home=new.code,
                    since=since,
                    name=owner.name,
                    phone=owner.phone,
                    person_key=owner.person_key,
                )
            )
        if handed:
            last = max(handed, key=lambda row: row.handed_over_on)
            session.add(
                HandOver(
                    community=community,
                    home=new.code,
                    handed_over_on=last.handed_over_on,
                    developer=last.developer,
                )
            )
    session.flush()
    stays = [new.code for new in begun if (owner := owners[new.code]) is not None and owner.stays]
    _seat(session, ended, stays, since, by=by, at=at)
    pass_parts(session, community, ended, begun, draft.key, by=by, at=at)


def _seat(
    session: Session, ended: Sequence[Home], begun: Sequence[str], since: date, *, by: Actor, at: datetime
) -> None:
    """Let whoever signs in as owner of what ended sign in for what it became; for what ended he goes on: its history is his."""
    community = ended[0].community
    sitting = session.exec(
        select(Appointment)
        .where(
            Appointment.community == community,
            Appointment.role == Role.OWNER,
            col(Appointment.home).in_([old.code for old in ended]),
            or_(col(Appointment.until).is_(None), col(Appointment.until) >= since),
        )
        .order_by(col(Appointment.no))
    )
    for login, seat in {seat.person: seat for seat in sitting}.items():
        for home in begun:
            first = max(seat.since, since)
            appoint(session, login, community, Seat(Role.OWNER, home), first, until=seat.until, by=by, at=at)
