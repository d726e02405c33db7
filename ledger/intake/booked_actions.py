"""The actions that find the entries of bank lines whose money an action has booked already.

It is a deposit, a payment to a contractor, interest, a refund; the line books nothing. Several lines that are one entry
together, such as deposits booked in one sum, are joined by a person.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, update
from sqlmodel import Session

from ledger.accounts.queries import account as account_of
from ledger.accounts.tables import ApprovedAccount
from ledger.community.queries import profile
from ledger.community.role_rules import Actor
from ledger.db import table_of
from ledger.fields import EntryNumber
from ledger.intake.booked_queries import free_entries, free_lines
from ledger.intake.booked_rules import BY_HAND, EntryTaken, LinesDoNotMakeEntry, LineTaken, pairs
from ledger.intake.marks import Direction
from ledger.intake.queries import line
from ledger.intake.rules import COUNT_NOTHING, CountsNothing, LineId, LineState, LineTakenBack
from ledger.intake.tables import BankLine
from ledger.journal.queries import accounts
from ledger.log.queries import head
from ledger.log.row_actions import note_changed
from ledger.periods import day_in_shanghai
from ledger.words import yuan


def match_booked(
    session: Session, community: str, account: ApprovedAccount, *, by: Actor, at: datetime
) -> int:
    """Find the entries of an account's lines that have none; gives how many were found."""
    head(session, community, lock=True)
    lines = free_lines(session, account)
    if not lines:
        return 0
    first, last = min(side.on for side in lines), max(side.on for side in lines)
    days = int(profile(session, community, day_in_shanghai(at))["intake.match_days"])
    code = accounts(session, community, account.book)[account.role]
    reach = timedelta(days=4 * days)  # a line that names its entry's number may be that far away
    entries = free_entries(session, account, code, first - reach, last + reach)
    matches = pairs(lines, entries, days)
    _say(session, community, [(pair.line, pair.entry, pair.why) for pair in matches])
    return len(matches)


def join(
    session: Session, community: str, lines: Sequence[LineId], entry: EntryNumber, *, by: Actor, at: datetime
) -> None:
    """Say by hand that one line, or several of one account together, are the bank's side of an entry.

    Raises:
        NoLine, NoAccount; LineTaken: a line has its entry already. LineTakenBack, CountsNothing: it counts no more.
        EntryTaken: the entry is no free entry of the lines' account.
        LinesDoNotMakeEntry: the sums differ.
    """
    head(session, community, lock=True)
    bank_lines = [line(session, community, *line_id) for line_id in dict.fromkeys(lines)]
    for bank_line in bank_lines:
        if bank_line.state is LineState.TAKEN_BACK:
            raise LineTakenBack()
        if bank_line.state in COUNT_NOTHING:
            raise CountsNothing(state=bank_line.state)
        if bank_line.entry_no is not None or bank_line.direction not in (Direction.IN, Direction.OUT):
            raise LineTaken(no=bank_line.entry_no or 0)
    account = account_of(session, community, bank_lines[0].account)
    code = accounts(session, community, account.book)[account.role]
    free = {e.name: e for e in free_entries(session, account, code, date(1900, 1, 1), date(9999, 12, 31))}
    if entry not in free or any(bank_line.account != account.code for bank_line in bank_lines):
        raise EntryTaken(no=entry)
    total = sum(
        bank_line.amount_fen if bank_line.direction == Direction.IN else -bank_line.amount_fen
        for bank_line in bank_lines
    )
    if total != free[entry].fen:
        raise LinesDoNotMakeEntry(lines=yuan(total), no=entry, entry=yuan(free[entry].fen))
    why = BY_HAND.format(by=by.login, no=entry)
    _say(session, community, [(line_id, entry, why) for line_id in dict.fromkeys(lines)])
    for bank_line in bank_lines:
        session.refresh(bank_line)


def part(session: Session, community: str, which: LineId, *, by: Actor, at: datetime) -> BankLine:
    """Take a line and its entry apart again; nothing was booked by joining them.

    Raises:
        NoLine; LineTaken: the line was not joined, but booked by its import.
    """
    head(session, community, lock=True)
    bank_line = line(session, community, *which)
    if bank_line.state is not LineState.BOOKED:
        raise LineTaken(no=bank_line.entry_no or 0)
    bank_line.state, bank_line.entry_no, bank_line.why = LineState.KEPT, None, ""
    bank_line.resolved_by = by.login
    session.add(bank_line)
    return bank_line


def _say(session: Session, community: str, matches: Sequence[tuple[LineId, int, str]]) -> None:
    if not matches:
        return
    table = table_of(BankLine)
    statement = (
        update(table)
        .where(
            table.c.community == community,
            table.c.account == bindparam("a"),
            table.c.fingerprint == bindparam("f"),
            table.c.occurrence == bindparam("o"),
        )
        .values(state=LineState.BOOKED, entry_no=bindparam("no"), why=bindparam("words"))
    )
    rows: list[Mapping[str, object]] = [
        {"a": which.account, "f": which.fingerprint, "o": which.occurrence, "no": no, "words": why}
        for which, no, why in matches
    ]
    session.connection().execute(statement, rows)
    note_changed(session, BankLine, [(community, *which) for which, _, _ in matches])
