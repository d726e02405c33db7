"""What can be read of works money: the works it is for, and every yuan that came into or left its books."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.community.role_rules import FUND_USES
from ledger.community.tables import Package, Works
from ledger.db import select_columns
from ledger.errors import Unknown
from ledger.grants.rules import SOURCE_OF, Source
from ledger.journal.tables import Account, Entry, Movement


class NoWorks(Unknown):
    code = "no-works"
    zh = "本小区没有改造工程“{works}”。"
    en = "This community has no works “{works}”."


class NoPackage(Unknown):
    code = "no-package"
    zh = "工程 {works} 没有标段“{package}”。"
    en = "The works {works} have no package “{package}”."


class CashMove(NamedTuple):
    """What one entry moved at the bank of a source, in fen: in when positive, out when negative.

    ``kind`` of a reversal is the kind of what it reverses; ``package`` is None for money not yet spent on one.
    """

    no: int
    source: Source
    works: str
    package: str | None
    on: date
    kind: str
    party: str
    fen: int
    reverses_no: int | None


def works_of(session: Session, community: str, code: str) -> Works:
    """One renovation project.

    Raises:
        NoWorks: there is none with this code.
    """
    row = session.get(Works, (community, code))
    if row is None:
        raise NoWorks(community=community, works=code)
    return row


def package_of(session: Session, community: str, works: str, code: str) -> Package:
    """One package of the works.

    Raises:
        NoPackage: there is none with this code.
    """
    package = session.get(Package, (community, works, code))
    if package is None:
        raise NoPackage(community=community, works=works, package=code)
    return package


def packages(session: Session, community: str) -> Sequence[Package]:
    """Every package of every renovation of a community; what its maintenance fund repaired is none."""
    return session.exec(
        select(Package)
        .where(Package.community == community, Package.works != FUND_USES)
        .order_by(Package.works, Package.code)
    ).all()


def subject_of(works: str, package: str | None = None) -> str:
    """The subject under which an entry is about works, or about a package of them."""
    return f"works/{works}/{package}" if package else f"works/{works}"


def cash(session: Session, community: str, through: date = date.max) -> list[CashMove]:
    """Every movement at the banks of works money until a day, in the order written. Three statements.

    A reversal stands for itself, on its own day.
    """
    reversed_one = aliased(Entry)
    bank = aliased(Account)
    amount = case(
        (col(Movement.debit) == bank.code, col(Movement.amount_fen)), else_=-col(Movement.amount_fen)
    )
    rows = session.execute(
        select_columns(
            Entry.no,
            Entry.book,
            Entry.subject,
            Entry.booked_on,
            func.coalesce(reversed_one.kind, Entry.kind),
            func.coalesce(Movement.party, ""),
            amount,
            Entry.reverses_no,
        )
        .join(Movement, (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no))
        .join(
            bank,
            (col(bank.community) == Entry.community)
            & (col(bank.book) == Entry.book)
            & (col(bank.role) == "bank")
            & ((col(bank.code) == Movement.debit) | (col(bank.code) == Movement.credit)),
        )
        .join(
            reversed_one,
            (col(reversed_one.community) == Entry.community) & (col(reversed_one.no) == Entry.reverses_no),
            isouter=True,
        )
        .where(
            Entry.community == community,
            col(Entry.book).in_(SOURCE_OF),
            col(Entry.booked_on) <= through,
        )
        .order_by(col(Entry.no), col(Movement.line))
    ).all()
    about: dict[str | None, tuple[str, str | None]] = {}
    for code in session.exec(select(Works.code).where(Works.community == community)):
        about[subject_of(code)] = (code, None)
    for package in packages(session, community):
        about[subject_of(package.works, package.code)] = (package.works, package.code)

    def place(subject: str | None) -> tuple[str, str | None]:
        return about.get(subject, (subject or "", None))

    return [
        CashMove(
            no,
            SOURCE_OF[book],
            *place(subject),
            on,
            kind,
            party,
            int(fen),
            reverses,
        )
        for no, book, subject, on, kind, party, fen, reverses in rows
    ]
