"""A month's repairs in a sample community: reported, judged, repaired, confirmed, followed up."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from hashlib import sha512
from random import Random
from zlib import compress, crc32

from sqlmodel import Session

from ledger.community.queries import warranty
from ledger.community.tables import Component, Home
from ledger.demo.people import CHEN, HE, MEI, WEN
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.periods import SHANGHAI, Month
from ledger.repairs import actions
from ledger.repairs.rules import Category, Priority, Route, State
from ledger.repairs.tables import Ticket

WORDS = (
    (Category.LIGHTING, "楼道灯不亮", Priority.P3, None),
    (Category.LIGHTING, "单元门口路灯闪", Priority.P3, "lamps"),
    (Category.DOOR, "单元门关不上", Priority.P3, None),
    (Category.DRAIN, "厨房下水返水", Priority.P3, "pipes-{b}"),
    (Category.DRAIN, "化粪池满溢", Priority.P2, "drain"),
    (Category.LEAK, "顶楼天花板渗水", Priority.P3, "roof-{b}"),
    (Category.LEAK, "外墙渗水到卧室", Priority.P3, "wall-{b}"),
    (Category.WATER, "四楼以上没有水", Priority.P2, "pump"),
    (Category.POWER, "楼道整单元停电", Priority.P2, None),
    (Category.CLEANING, "垃圾桶满了没人收", Priority.P3, None),
    (Category.GREENING, "树枝压到晾衣杆", Priority.P3, "green"),
    (Category.ROAD, "车位地砖松动", Priority.P3, "road"),
    (Category.SECURITY, "大门道闸抬不起来", Priority.P3, "gate"),
    (Category.COMPLAINT, "夜里施工太吵", Priority.P3, None),
    (Category.COMPLAINT, "保洁好几天没来", Priority.P3, None),
)


def live_through_tickets(
    session: Session, community: str, month: Month, homes: Sequence[Home], random: Random
) -> None:
    """Between 16 and 26 tickets a month; most in time, a few late, sent back, or still open at the end."""
    for _ in range(random.randrange(16, 27)):
        home = random.choice(homes)
        category, title, priority, component = random.choice(WORDS)
        day = month.first + timedelta(days=random.randrange(0, 24))
        at = datetime.combine(day, time(8 + random.randrange(11), random.randrange(60)), SHANGHAI).astimezone(
            UTC
        )
        report = actions.Report(
            category=category,
            title=title,
            building=home.building,
            component=component.format(b=home.building) if component else None,
            home=home.code if random.random() < 0.6 else None,
            reporter="居民来电",
            urgent=priority is Priority.P2,
        )
        no = actions.log_ticket(session, community, report, by=WEN.actor, at=at).no
        _repair(session, community, no, priority, at, random)


def _repair(
    session: Session, community: str, no: int, priority: Priority, at: datetime, random: Random
) -> None:
    at += timedelta(minutes=random.randrange(2, 12))
    judged = actions.triage(session, community, no, priority, by=MEI.actor, at=at)
    to = _repairer(session, judged)
    actions.assign(session, community, no, to, by=MEI.actor, at=at)
    slow = random.random() < 0.13
    travel = random.randrange(8, 18) if priority is Priority.P2 else random.randrange(40, 900)
    at += timedelta(minutes=travel * (3 if slow else 1))
    actions.arrive(session, community, no, by=WEN.actor, at=at)
    if random.random() < 0.015:
        return
    at += timedelta(minutes=random.randrange(30, 2_400) * (3 if slow else 1))
    _finish(session, community, no, at)
    if random.random() < 0.05:
        at += timedelta(days=2)
        actions.assign(session, community, no, to, by=MEI.actor, at=at)
        actions.arrive(session, community, no, by=WEN.actor, at=at + timedelta(hours=2))
        at += timedelta(hours=5)
        _finish(session, community, no, at)
    actions.verify(session, community, no, by=CHEN.actor, at=at + timedelta(hours=20))
    if random.random() < 0.93:
        at += timedelta(days=3)
        rating = random.choices((5, 4, 3, 2), (48, 35, 12, 5))[0]
        ticket = actions.follow_up(session, community, no, rating, by=HE.actor, at=at)
        if ticket.state is State.FOLLOWED_UP:
            actions.close(session, community, no, by=MEI.actor, at=at + timedelta(hours=1))


def _repairer(session: Session, ticket: Ticket) -> str:
    """Who is sent: whoever owes the warranty, else the firm's own worker."""
    part = session.get(Component, (ticket.community, ticket.component)) if ticket.component else None
    owed = warranty(session, part) if part and ticket.route is Route.WARRANTY else None
    return owed.contractor if owed else WEN.login


def _finish(session: Session, community: str, no: int, at: datetime) -> None:
    taken = picture(crc32(f"{no}/{at}".encode()))
    photo = keep_file(session, community, taken, "", FileKind.PHOTO, by=WEN.actor, at=at).sha256
    actions.finish(session, community, no, photo=photo, note="已修好，现场拍照", by=WEN.actor, at=at)


SQUARES, SIDE = 9, 4
"""Of a stand-in for a photograph: squares in a row and in a column, and pixels of one."""


def picture(number: int) -> bytes:
    """A small PNG of 9 × 9 squares whose light comes of its number: a stand-in for a photograph that looks like no other."""
    squares = (sha512(number.to_bytes(4, "big")).digest() * 2)[: SQUARES * SQUARES]
    tint = number * 37 % 60, number * 59 % 60, number * 83 % 60
    rows = b"".join(
        (b"\x00" + b"".join(bytes(level * 3 // 4 + more for more in tint) * SIDE for level in line)) * SIDE
        for line in (squares[at : at + SQUARES] for at in range(0, len(squares), SQUARES))
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + crc32(kind + data).to_bytes(4, "big")

    header = (SQUARES * SIDE).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", compress(rows)) + chunk(b"IEND", b"")
    )
