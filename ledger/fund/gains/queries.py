"""What can be read of gains and of how they were shared out."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Date, case, exists, func, literal, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.db import select_columns
from ledger.errors import Unknown
from ledger.fields import Code
from ledger.fund.gains.rules import Part, PartKind
from ledger.fund.gains.tables import GainsRun, GainsShare
from ledger.fund.queries import balances_by_role
from ledger.journal.tables import Account, Entry, Movement
from ledger.periods import Month

EVER = Month(9999, 12)
KINDS = {"unit": PartKind.HOME, "seller": PartKind.SELLER}
"""The sub-ledgers of the fund's chart, by whose they are."""


class NoGainsRun(Unknown):
    code = "no-gains-run"
    zh = "本小区没有收益分配“{run}”。"
    en = "This community has no run of gains “{run}”."


def gains_run(session: Session, community: str, code: Code) -> GainsRun:
    """One sharing out of gains.

    Raises:
        NoGainsRun: there is none with this code.
    """
    run = session.get(GainsRun, (community, code))
    if run is None:
        raise NoGainsRun(community=community, run=code)
    return run


def gains_runs(session: Session, community: str) -> Sequence[GainsRun]:
    """All of them, the newest period first."""
    return session.exec(
        select(GainsRun)
        .where(GainsRun.community == community)
        .order_by(col(GainsRun.last_on).desc(), GainsRun.code)
    ).all()


def _stands() -> ColumnElement[bool]:
    """That no reversal names the run's entry."""
    reversal = aliased(Entry)
    return ~exists().where(
        col(reversal.community) == GainsRun.community, col(reversal.reverses_no) == GainsRun.entry_no
    )


def run_over(session: Session, community: str, first: date, last: date) -> GainsRun | None:
    """A run that was posted, stands, and covers any day from the first to the last."""
    return session.exec(
        select(GainsRun)
        .where(
            GainsRun.community == community,
            col(GainsRun.entry_no).is_not(None),
            col(GainsRun.first_on) <= last,
            col(GainsRun.last_on) >= first,
            _stands(),
        )
        .order_by(GainsRun.code)
        .limit(1)
    ).first()


def gains_shares_of(session: Session, community: str, code: str) -> Sequence[GainsShare]:
    """How a run is shared out, by home and selling unit; for people who check it, never for the public."""
    return session.exec(
        select(GainsShare)
        .where(GainsShare.community == community, GainsShare.run == code)
        .order_by(GainsShare.bearer)
    ).all()


def gains_of_home(session: Session, community: str, home: str) -> list[tuple[GainsRun, GainsShare]]:
    """What a home got of each run that was posted and stands, newest first; products in fen × days."""
    rows = session.execute(
        select(GainsRun, GainsShare)
        .join(
            GainsShare,
            (col(GainsShare.community) == GainsRun.community) & (col(GainsShare.run) == GainsRun.code),
        )
        .where(
            GainsRun.community == community,
            GainsShare.bearer == home,
            GainsShare.kind == PartKind.HOME,
            col(GainsRun.entry_no).is_not(None),
            _stands(),
        )
        .order_by(col(GainsRun.last_on).desc(), GainsRun.code)
    ).all()
    return [(row[0], row[1]) for row in rows]


def undistributed(session: Session, community: str) -> int:
    """待分配累计收益 as it stands in the books now, in fen."""
    return balances_by_role(session, community, EVER)["gains"]


def changes_of_parts(
    session: Session, community: str, first: date, last: date
) -> list[tuple[Part, date, int]]:
    """What changed each part of the fund up to the last day, in fen, in one statement.

    What was before the first day counts from the first day on. Entries that close one account into another cancel.
    """
    day = case((col(Entry.booked_on) < first, literal(first, Date)), else_=col(Entry.booked_on)).label("day")
    bearer = case((col(Account.ledger) == "unit", col(Movement.home)), else_=col(Movement.party))
    legs = [
        select_columns(
            col(Account.ledger).label("ledger"),
            bearer.label("bearer"),
            day,
            (col(Movement.amount_fen) * sign).label("fen"),
        )
        .join(Movement, (col(Movement.community) == Account.community) & (col(Movement.book) == Account.book))
        .join(Entry, (col(Entry.community) == Movement.community) & (col(Entry.no) == Movement.entry_no))
        .where(
            Account.community == community,
            Account.book == "fund",
            col(Account.ledger).in_(KINDS),
            side == Account.code,
            col(Entry.booked_on) <= last,
        )
        for side, sign in ((col(Movement.credit), 1), (col(Movement.debit), -1))
    ]
    both = union_all(*legs).subquery()
    rows = session.execute(
        select(both.c.ledger, both.c.bearer, both.c.day, func.sum(both.c.fen)).group_by(
            both.c.ledger, both.c.bearer, both.c.day
        )
    )
    return [(Part(KINDS[ledger], bearer), day, int(fen)) for ledger, bearer, day, fen in rows if fen]
