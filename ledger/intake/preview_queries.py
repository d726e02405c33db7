"""What importing a file would do, row by row, before anything is written."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from sqlmodel import Session

from ledger.accounts.queries import approved_account
from ledger.community.queries import standing_codes
from ledger.fees.queries import outstanding
from ledger.intake.again_queries import sort_out
from ledger.intake.identity_rules import Days, days_of
from ledger.intake.lines import Line, Profile
from ledger.intake.marks import Direction
from ledger.intake.oddities import RowWarning
from ledger.intake.queries import payers, salt
from ledger.intake.rules import WHY, Known, Match, Receipt, matches, payer_key
from ledger.intake.statement import check_past_lines, read_statement
from ledger.intake.tables import BankLine
from ledger.journal.rules import BookCode

MOST_SHOWN = 200
"""So many rows of a file are shown."""


class Fate(StrEnum):
    """What becomes of a row of a file."""

    CREDITED = "credited"
    SUSPENSE = "suspense"
    KEPT = "kept"
    KNOWN = "known"
    DOUBTFUL = "doubtful"
    NOTHING = "nothing"


class Foreseen(NamedTuple):
    """A row of a file as it would be booked: why in words, and what is odd about it, in both languages."""

    row: int
    occurred_on: date | None
    direction: Direction | None
    amount_fen: int | None
    counterparty: str
    remark: str
    fate: Fate
    home: str | None
    why: str
    odd: str


def homes_of(
    session: Session, community: str, incoming: Sequence[Line | BankLine], salted: str
) -> list[Match]:
    """The home of each receipt, or None with the reason: none is for a home that was divided or merged unless a person says so."""
    if not incoming:
        return []
    codes = standing_codes(session, community)
    owed = {
        home: sum(fen for _, fen in due)
        for home, due in outstanding(session, community).items()
        if home in codes
    }
    seen = {payer: here for payer, of in payers(session, community).items() if (here := of & codes)}
    known = Known(codes, owed, seen)
    return matches(
        [
            Receipt(line.remark, payer_key(salted, line.counterparty), line.amount_fen, line.counterparty)
            for line in incoming
        ],
        known,
    )


def foreseen(
    session: Session, community: str, content: bytes, profile: Profile, into: str, today: date
) -> list[Foreseen]:
    """The first rows of a file as they would be booked into an account.

    Raises:
        StatementUnreadable, LineToCome, AccountNotApproved: as when it is imported.
    """
    statement = read_statement(content, profile)
    check_past_lines(statement.lines, today)
    days = days_of(statement.lines) or Days(today, today)
    account = approved_account(session, community, into, days.first, days.last)
    seen = sort_out(session, account, statement.lines, profile.name, sha256(content).hexdigest())
    moving = {line.row: line for line in [*seen.fresh, *seen.awakened]}
    fates = {line.row: (Fate.DOUBTFUL, Match(None, WHY["doubtful"])) for line in seen.doubtful}
    if account.book == BookCode.FEE:
        incoming = [line for line in moving.values() if line.direction is Direction.IN]
        for line, match in zip(
            incoming, homes_of(session, community, incoming, salt(session, community) or ""), strict=True
        ):
            fates[line.row] = (Fate.CREDITED if match.home else Fate.SUSPENSE, match)
    for row, line in moving.items():
        counts = line.direction in (Direction.IN, Direction.OUT)
        fates.setdefault(row, (Fate.KEPT if counts else Fate.NOTHING, Match(None, line.kind)))
    known = (Fate.KNOWN, Match(None, ""))
    shown = [moving.get(line.row, line) for line in statement.lines]
    return _told(
        shown, {line.row: fates.get(line.row, known) for line in shown}, [*statement.warnings, *seen.warnings]
    )


def foreseen_by_mapping(
    session: Session, community: str, lines: Sequence[Line], warnings: Sequence[RowWarning]
) -> list[Foreseen]:
    """The first rows of a file that nothing was imported of, as they would be booked into an account of the fee."""
    incoming = [line for line in lines if line.direction is Direction.IN]
    fates = {
        line.row: (Fate.KEPT if line.direction is Direction.OUT else Fate.NOTHING, Match(None, line.kind))
        for line in lines
    }
    for line, match in zip(
        incoming, homes_of(session, community, incoming, salt(session, community) or ""), strict=True
    ):
        fates[line.row] = (Fate.CREDITED if match.home else Fate.SUSPENSE, match)
    return _told(lines, fates, warnings)


def _told(
    lines: Sequence[Line], fates: dict[int, tuple[Fate, Match]], warnings: Sequence[RowWarning]
) -> list[Foreseen]:
    odd: dict[int, list[RowWarning]] = defaultdict(list)
    for warning in warnings:
        odd[warning.row].append(warning)
    rows = []
    for line in lines:
        fate, match = fates[line.row]
        rows.append(
            Foreseen(
                line.row,
                line.occurred_on,
                line.direction,
                line.amount_fen,
                line.counterparty,
                line.remark,
                fate,
                match.home,
                match.why,
                in_words(odd.pop(line.row, [])),
            )
        )
    rows += [
        Foreseen(row, None, None, None, "", "", Fate.NOTHING, None, "", in_words(said))
        for row, said in odd.items()
    ]
    return sorted(rows, key=lambda row: (not row.odd, row.row))[:MOST_SHOWN]


def in_words(warnings: Sequence[RowWarning]) -> str:
    """Warnings as one sentence in both languages."""
    if not warnings:
        return ""
    return f"{'；'.join(w.zh for w in warnings)} / {'; '.join(w.en for w in warnings)}"
