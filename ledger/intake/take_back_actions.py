"""The action of a statement that was imported by mistake, such as another account's: it is taken back whole.

All that was booked of its lines is reversed in red, and they count nowhere any more; they stay to be seen, with what
was done with them. The same file, or the right one, may be imported afterwards.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from ledger.accounts.queries import account as account_of
from ledger.community.role_rules import Actor
from ledger.fees.payment_actions import reverse_payments
from ledger.fields import Digest, Text
from ledger.intake.queries import lines_standing, statement_file, steps_of_statement, takings_back
from ledger.intake.reconciliation.queries import confirmed
from ledger.intake.rules import (
    LineAction,
    LineId,
    LineState,
    StatementMoneyUsed,
    StatementMonthClosed,
    StatementReconciled,
    StatementTakenBackBefore,
)
from ledger.intake.tables import BankLine, LineStep, StatementFile, StatementTakenBack
from ledger.journal.actions import post
from ledger.journal.rules import Draft, Overspent
from ledger.journal.tables import Entry
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai
from ledger.words import Login

MOST_ROWS = 20
"""So many rows whose money was used are named at once."""


def take_back_statement(
    session: Session, community: str, sha256: Digest, reason: Text, *, by: Actor, at: datetime
) -> StatementTakenBack:
    """Take a statement back that was imported by mistake; what was booked of its lines is reversed in red, all or nothing.

    Its lines count nowhere any more, and one that stood for an entry which an action wrote leaves that entry free. The
    file may be imported again.

    Raises:
        NoStatementFile. StatementTakenBackBefore: it does not stand.
        StatementReconciled: a month is confirmed with it. StatementMonthClosed: its receipts are of a closed month.
        StatementMoneyUsed: money of it was used since, by the rows of the file.
    """
    closed_through = head(session, community, lock=True).closed_through
    file = statement_file(session, community, sha256)
    earlier = takings_back(session, community, sha256)
    if file.taken_back_no is not None:
        last = earlier[-1]
        raise StatementTakenBackBefore(by=Login(last.taken_back_by), on=day_in_shanghai(last.taken_back_at))
    lines = lines_standing(session, community, sha256)
    booked = _booked(session, community, lines, steps_of_statement(session, community, sha256))
    _check_open(session, file, lines, booked, closed_through)
    numbers = _reverse(
        session, community, lines, booked, f"{sha256}/{len(earlier) + 1}", reason, by=by, at=at
    )
    _let_go(session, community, lines, booked, reason, by=by, at=at)
    session.execute(
        update(BankLine)
        .where(col(BankLine.community) == community, col(BankLine.settled_entry).in_(numbers))
        .values(settled_entry=None)
        .execution_options(synchronize_session=False)
    )
    draft = Draft(
        kind="statement.taken-back",
        on=day_in_shanghai(at),
        key=f"statement-taken-back/{sha256}/{len(earlier) + 1}",
        facts={"lines": len(lines), "entries": len(numbers)},
        private={"reason": reason},
        subject=f"account/{file.account}",
    )
    taking = StatementTakenBack(
        community=community, sha256=sha256, no=len(earlier) + 1, account=file.account,
        imported_by=file.imported_by, imported_at=file.imported_at, lines=len(lines), entries=len(numbers),
        reason=reason, taken_back_by=by.login, taken_back_at=at,
        entry_no=post(session, community, draft, by=by, at=at).no,
    )  # fmt: skip
    file.taken_back_no = taking.no
    session.add_all([taking, file])
    session.flush()
    return taking


def _name(line: BankLine | LineStep) -> LineId:
    return LineId(line.account, line.fingerprint, line.occurrence)


def _booked(
    session: Session, community: str, lines: Sequence[BankLine], steps: Sequence[LineStep]
) -> Mapping[LineId, Collection[int]]:
    """The entries that were booked of each line, by its import and since, and that stand."""
    undone = set(
        session.exec(
            select(Entry.reverses_no).where(Entry.community == community, col(Entry.reverses_no).is_not(None))
        )
    )
    booked: dict[LineId, set[int]] = defaultdict(set)
    for line in lines:
        if line.entry_no is not None and line.state is not LineState.BOOKED:
            booked[_name(line)].add(line.entry_no)
    for step in steps:
        if step.entry_no is not None and step.action in (LineAction.RESOLVED, LineAction.SETTLED):
            booked[_name(step)].add(step.entry_no)
    return {name: numbers - undone for name, numbers in booked.items() if numbers - undone}


def _check_open(
    session: Session,
    file: StatementFile,
    lines: Sequence[BankLine],
    booked: Mapping[LineId, Collection[int]],
    closed_through: str,
) -> None:
    community = file.community
    for code in {line.account for line in lines}:
        first = min(Month.of(line.occurred_on) for line in lines if line.account == code)
        account = account_of(session, community, code)
        for seal in confirmed(session, community, account.book, account.role):
            if seal.month >= str(first) and seal.confirmed_at and seal.confirmed_at >= file.imported_at:
                raise StatementReconciled(account=code, month=seal.month)
    months = [str(Month.of(line.occurred_on)) for line in lines if _name(line) in booked]
    if months and min(months) <= closed_through:
        raise StatementMonthClosed(month=min(months))
    gone = [line.row for line in lines if line.state is LineState.RETURNED or line.settled_entry is not None]
    if gone:
        raise StatementMoneyUsed(rows=gone[:MOST_ROWS])


def _reverse(
    session: Session,
    community: str,
    lines: Sequence[BankLine],
    booked: Mapping[LineId, Collection[int]],
    key: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> list[int]:
    """Reverse all that was booked of the lines; when money is missing, find out of which."""
    numbers = [no for of_line in booked.values() for no in of_line]
    try:
        with session.begin_nested():
            reverse_payments(
                session,
                community,
                numbers,
                reason=reason,
                key=f"statement-taken-back/{key}/settled",
                by=by,
                at=at,
            )
    except Overspent:
        with session.begin_nested():
            raise StatementMoneyUsed(
                rows=_used(session, community, lines, booked, reason, by=by, at=at)
            ) from None
    return numbers


def _used(
    session: Session,
    community: str,
    lines: Sequence[BankLine],
    booked: Mapping[LineId, Collection[int]],
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> list[int]:
    """The rows that cannot be reversed after those before them, tried by halves where nothing of it is kept."""
    numbers = [no for line in lines for no in booked.get(_name(line), ())]
    try:
        with session.begin_nested():
            reverse_payments(
                session,
                community,
                numbers,
                reason=reason,
                key=f"statement-tried/{lines[0].file}/{lines[0].row}/{len(lines)}",
                by=by,
                at=at,
            )
    except Overspent:
        if len(lines) == 1:
            return [lines[0].row]
        half = len(lines) // 2
        rows = _used(session, community, lines[:half], booked, reason, by=by, at=at)
        if len(rows) < MOST_ROWS:
            rows += _used(session, community, lines[half:], booked, reason, by=by, at=at)
        return rows[:MOST_ROWS]
    return []


def _let_go(
    session: Session,
    community: str,
    lines: Sequence[BankLine],
    booked: Mapping[LineId, Collection[int]],
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Let the lines count nowhere any more, with a step for each entry that stood behind them."""
    before: dict[LineId, int] = defaultdict(int)
    for step in steps_of_statement(session, community, lines[0].file) if lines else ():
        before[_name(step)] = step.no
    for line in lines:
        name = _name(line)
        parted = [line.entry_no] if line.state is LineState.BOOKED else []
        for entry_no in [*sorted(booked.get(name, ())), *parted] or [None]:
            before[name] += 1
            session.add(
                LineStep(
                    community=community, **name._asdict(), no=before[name], action=LineAction.TAKEN_BACK,
                    home=line.home, amount_fen=line.amount_fen, entry_no=entry_no, note=reason,
                    by_login=by.login, at=at,
                )
            )  # fmt: skip
        line.state, line.home, line.entry_no = LineState.TAKEN_BACK, None, None
        line.resolved_by, line.resolved_entry = None, None
        line.why = f"由 {by.login} 随流水文件撤回 / taken back with its statement by {by.login}"
        session.add(line)
    session.flush()
