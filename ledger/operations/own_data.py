"""我的个人信息: what the ledger keeps of whoever asks, as one workbook (个人信息保护法 Art. 45)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlmodel import Session

from ledger.community.queries import NoHome, person
from ledger.community.role_rules import EVERYWHERE, Actor, NotYourHome, Role
from ledger.fees.queries import home_account
from ledger.fees.rules import Part
from ledger.fund.unit_queries import unit_ledger
from ledger.operations.labels import label
from ledger.operations.operation import Declared, Document, File, Said
from ledger.operations.workbooks import XLSX
from ledger.people.queries import access_records, seats_held, sign_ins
from ledger.people.rules import ACCESS_KEPT
from ledger.register.queries import last_holder, tenancies
from ledger.repairs.queries import tickets
from ledger.reports.workbook import Sheet, Yuan, xlsx_bytes
from ledger.votes.queries import motions, own_ballot
from ledger.votes.rules import NoBallot
from ledger.words import told

WIDTH = 20
HEADINGS: Mapping[str, Said] = {
    "login": Said("登录名", "Sign-in name"),
    "name": Said("姓名", "Name"),
    "part": Said("哪一部分", "Part"),
    "way": Said("怎么投的", "How it was cast"),
    "event": Said("做了什么", "What happened"),
    "network": Said("网络地址", "Network address"),
    "device": Said("设备", "Device"),
    "seen_at": Said("最近用过", "Last used"),
}
"""What a column is called where the label of its name means something else elsewhere."""
MOST_TICKETS, MOST_RECORDS = 10_000, 100_000
"""More than one person leaves behind."""


def own_data(session: Session, community: str, *, by: Actor, at: datetime, today: date) -> File:
    """Who he is here, what he owns and rents, what his homes were charged and paid, what he reported of them and how he
    voted, where he is signed in, and every access under his name that is still remembered.

    Whoever holds his home in the register by another name than his own is not shown, nor what he wrote down for others.
    """
    me = person(session, by.login)
    name = me.name if me else ""
    seats = [*seats_held(session, community, by.login), *seats_held(session, EVERYWHERE, by.login)]
    owned = sorted(
        {
            seat.home
            for seat in seats
            if seat.role is Role.OWNER and seat.home and seat.since <= today <= (seat.until or today)
        }
    )
    sheets = [
        _sheet(Said("本人", "Me"), ("login", "name", "since"), [me] if me else []),
        _sheet(Said("身份", "Seats"), ("role", "home", "building", "organisation", "since", "until"), seats),
        _sheet(
            Said("租住", "Tenancies"),
            ("home", "since", "until", "name", "phone"),
            (
                tenancy
                for home in sorted({seat.home for seat in seats if seat.home})
                for tenancy in tenancies(session, community, home)
                if tenancy.name == name
            ),
        ),
        *_of_homes(session, community, Actor(by.login, Role.OWNER, frozenset(owned)), name, today),
        _sheet(
            Said("登录着的设备", "Signed in"),
            ("device", "network", "since", "seen_at", "until"),
            sign_ins(session, by.login, at),
        ),
        _sheet(
            Said("访问记录", "Access"),
            ("at", "event", "network", "community", "what"),
            access_records(session, by.login, at - ACCESS_KEPT, MOST_RECORDS),
        ),
    ]
    return File(xlsx_bytes(sheets), XLSX, f"{community}-{by.login}.xlsx")


def _of_homes(session: Session, community: str, me: Actor, name: str, today: date) -> Iterator[Sheet]:
    """What the homes that are his today were charged and paid, and what he reported of them and voted for them."""
    owned = sorted(me.homes)
    held = (last_holder(session, community, home) for home in owned)
    yield _sheet(
        Said("登记的房屋", "Homes"),
        ("home", "since", "name", "phone"),
        (holder for holder in held if holder and holder.name == name),
    )
    yield _sheet(
        Said("物业费", "Fees"),
        ("home", "on", "what", "month", "part", "amount_fen", "entry_no"),
        (
            {"home": home, **line._asdict(), "part": Part(line.part)}
            for home in owned
            for line in home_account(session, community, home, by=me).lines
        ),
    )
    yield _sheet(
        Said("维修资金", "Fund"),
        ("home", "on", "kind", "in_fen", "out_fen", "balance_fen"),
        (
            {"home": home, **line._asdict()}
            for home in owned
            for line in unit_ledger(session, community, home, today).lines
        ),
    )
    yield _sheet(
        Said("报修", "Tickets"),
        ("no", "reported_at", "home", "title", "reporter", "state"),
        (
            ticket
            for ticket in tickets(session, community, size=MOST_TICKETS, by=me).rows
            if ticket.recorded_by == me.login
            and (ticket.home in owned or (owned and ticket.home is None and not ticket.reporter))
        ),
    )
    yield _sheet(
        Said("选票", "Ballots"),
        ("motion", "home", "choice", "way", "cast_at"),
        _ballots(session, community, me, today),
    )


def _ballots(session: Session, community: str, me: Actor, today: date) -> Iterator[dict[str, Any]]:
    for motion in motions(session, community):
        for home in sorted(me.homes):
            with suppress(NoBallot, NoHome, NotYourHome):  # it did not vote, or not by him
                ballot = own_ballot(session, community, motion.code, home, by=me, today=today)
                yield {"motion": motion.code, **ballot._asdict()}


def _sheet(title: Said, names: Sequence[str], rows: Iterable[Any]) -> Sheet:
    header = [f"{said.zh} {said.en}" for said in (HEADINGS.get(name) or label(name) for name in names)]
    shown = [[_cell(name, _fact(row, name)) for name in names] for row in rows]
    return Sheet(f"{title.zh} {title.en}", header, [WIDTH] * len(names), shown)


def _fact(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else getattr(row, name)


def _cell(name: str, fact: Any) -> object:
    if fact is None:
        return ""
    if name.endswith("_fen"):
        return Yuan(fact)
    return told(fact, "zh") if isinstance(fact, Enum | datetime) else fact


DECLARED: tuple[Declared, ...] = (
    Document(
        path="/me/data.xlsx",
        title=Said("我的个人信息", "What is kept of me"),
        roles=tuple(Role),
        personal=True,
        makes=own_data,
        media_types=(XLSX,),
    ),
)
