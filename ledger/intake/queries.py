"""What can be read of imported statements."""

from collections.abc import Sequence, Set
from contextlib import suppress
from datetime import date
from typing import Annotated

from pydantic import Field
from sqlalchemy import func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.accounts.tables import ApprovedAccount
from ledger.db import Page, select_columns
from ledger.errors import Unknown
from ledger.fields import Code, Digest, PageNumber, PageSize, Search
from ledger.intake.identity_rules import REFUND, Before, Days
from ledger.intake.marks import Direction
from ledger.intake.rules import VOIDABLE, LineAction, LineId, LineState, NoStatementFile
from ledger.intake.tables import BankLine, LineStep, PayerSalt, StatementFile, StatementTakenBack
from ledger.log.queries import head
from ledger.money import AmountMalformed, fen
from ledger.periods import Month, day_in_shanghai, months_between

AT_ONCE = 5_000
"""So many numbers are asked for by one list."""


class NoLine(Unknown):
    code = "no-line"
    zh = "没有这笔流水：{fingerprint}。"
    en = "There is no such line: {fingerprint}."


def imported(session: Session, community: str, sha256: str) -> StatementFile | None:
    """The record of a file that was imported before."""
    return session.get(StatementFile, (community, sha256))


def statement_file(session: Session, community: str, sha256: Digest) -> StatementFile:
    """A statement that was imported, whether it stands or was taken back.

    Raises:
        NoStatementFile: it was not imported.
    """
    file = imported(session, community, sha256)
    if file is None:
        raise NoStatementFile(sha256=sha256)
    return file


def statement_files(session: Session, community: str, *, page: PageNumber = 1, size: PageSize = 50) -> Page:
    """The statements that were imported, the last first; those taken back too."""
    total = session.exec(
        select(func.count()).select_from(StatementFile).where(StatementFile.community == community)
    ).one()
    rows = session.exec(
        select(StatementFile)
        .where(StatementFile.community == community)
        .order_by(col(StatementFile.imported_at).desc(), StatementFile.sha256)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return Page(rows, total)


def takings_back(session: Session, community: str, sha256: Digest) -> Sequence[StatementTakenBack]:
    """How often a statement was taken back, by whom and why, in order."""
    return session.exec(
        select(StatementTakenBack)
        .where(StatementTakenBack.community == community, StatementTakenBack.sha256 == sha256)
        .order_by(col(StatementTakenBack.no))
    ).all()


def lines_standing(session: Session, community: str, sha256: str) -> Sequence[BankLine]:
    """The lines that came in first with a statement and count, in its order."""
    return session.exec(
        select(BankLine)
        .where(
            BankLine.community == community,
            BankLine.file == sha256,
            col(BankLine.state).not_in((LineState.TAKEN_BACK, LineState.VOIDED, LineState.SAME)),
        )
        .order_by(col(BankLine.row), BankLine.account, BankLine.fingerprint, col(BankLine.occurrence))
    ).all()


def steps_of_statement(session: Session, community: str, sha256: str) -> Sequence[LineStep]:
    """What was done with the lines that came in first with a statement, in order."""
    return session.exec(
        select(LineStep)
        .join(
            BankLine,
            (col(BankLine.community) == LineStep.community)
            & (col(BankLine.account) == LineStep.account)
            & (col(BankLine.fingerprint) == LineStep.fingerprint)
            & (col(BankLine.occurrence) == LineStep.occurrence),
        )
        .where(LineStep.community == community, BankLine.file == sha256)
        .order_by(LineStep.account, LineStep.fingerprint, col(LineStep.occurrence), col(LineStep.no))
    ).all()


def lines_taken_back(
    session: Session, community: str, account: str, first: date, last: date
) -> dict[tuple[str, int], BankLine]:
    """The lines of an account between two days whose statement was taken back, by (fingerprint, occurrence)."""
    rows = session.exec(
        select(BankLine).where(
            BankLine.community == community,
            BankLine.account == account,
            BankLine.state == LineState.TAKEN_BACK,
            col(BankLine.occurred_on) >= first,
            col(BankLine.occurred_on) <= last,
        )
    )
    return {(row.fingerprint, row.occurrence): row for row in rows}


def lines_before(
    session: Session, community: str, first: date, last: date, numbers: Set[str] = frozenset()
) -> list[Before[LineId]]:
    """The lines of all accounts between two days in the order in which they came in, and then those of other days with one of some numbers.

    What a person said to be a line that came in before is none of its own.
    """
    query = (
        select_columns(
            BankLine.account,
            BankLine.fingerprint,
            BankLine.occurrence,
            StatementFile.profile,
            BankLine.order_no,
            BankLine.occurred_on,
            BankLine.direction,
            BankLine.amount_fen,
            BankLine.balance_fen,
            BankLine.counterparty,
            BankLine.remark,
            BankLine.status,
        )
        .join(
            StatementFile,
            (col(StatementFile.community) == BankLine.community)
            & (col(StatementFile.sha256) == BankLine.file),
        )
        .where(
            BankLine.community == community,
            col(BankLine.state).not_in((LineState.SAME, LineState.TAKEN_BACK)),
        )
        .order_by(col(StatementFile.imported_at), StatementFile.sha256, col(BankLine.row))
    )
    near = col(BankLine.occurred_on).between(first, last)
    rows = list(session.execute(query.where(near)))
    ordered = sorted(numbers)
    for begin in range(0, len(ordered), AT_ONCE):
        some = col(BankLine.order_no).in_(ordered[begin : begin + AT_ONCE])
        rows += session.execute(query.where(~near, some))
    return [
        Before(LineId(account, name, occurrence), profile, number, on, Direction(way), fen, balance, *words)
        for account, name, occurrence, profile, number, on, way, fen, balance, *words in rows
    ]


def said_same(session: Session, community: str, account: str, first: date, last: date) -> list[BankLine]:
    """The lines of an account between two days of which a person said that they came in before."""
    return list(
        session.exec(
            select(BankLine).where(
                BankLine.community == community,
                BankLine.account == account,
                BankLine.state == LineState.SAME,
                col(BankLine.occurred_on).between(first, last),
            )
        )
    )


def refunds_waiting(session: Session, community: str, account: str) -> list[BankLine]:
    """The refunds of an account that came in without the receipt that they return."""
    return list(
        session.exec(
            select(BankLine).where(
                BankLine.community == community,
                BankLine.account == account,
                BankLine.state == LineState.KEPT,
                BankLine.direction == Direction.NEUTRAL.value,
                or_(col(BankLine.status).contains(REFUND), col(BankLine.why).contains(REFUND)),
            )
        )
    )


def files_of(session: Session, community: str, account: str) -> list[Days]:
    """The days of the files that were imported into an account."""
    rows = session.execute(
        select_columns(StatementFile.first_on, StatementFile.last_on, StatementFile.ordered).where(
            StatementFile.community == community,
            StatementFile.account == account,
            col(StatementFile.first_on).is_not(None),
            col(StatementFile.taken_back_no).is_(None),
        )
    )
    return [Days(first, last, ordered) for first, last, ordered in rows if first and last]


def without_statement(session: Session, community: str, month: Month) -> list[ApprovedAccount]:
    """The approved accounts that stood in a month and of which no statement of it was imported, by book and code.

    A statement tells of a month when it reaches the month's end, or came in after it. Statements that hold only the first
    or the last day of a month are those of the month before or after, but for one that lies within the month.
    """
    files = session.execute(
        select_columns(
            StatementFile.account, StatementFile.first_on, StatementFile.last_on, StatementFile.imported_at
        ).where(
            StatementFile.community == community,
            col(StatementFile.taken_back_no).is_(None),
            col(StatementFile.first_on) <= month.last,
            col(StatementFile.last_on) >= month.first,
        )
    )
    days: dict[str, set[date]] = {}
    reaching, whole = set(), set()
    for account, first, last, imported_at in files:
        days.setdefault(account, set()).update((max(first, month.first), min(last, month.last)))
        came_after = month.last < day_in_shanghai(imported_at)
        if last >= month.last or came_after:
            reaching.add(account)
        if month.first <= first and last <= month.last and came_after:
            whole.add(account)
    edges = ({month.first}, {month.last})
    held = whole | {account for account in reaching if days[account] not in edges}
    return list(
        session.exec(
            select(ApprovedAccount)
            .where(
                ApprovedAccount.community == community,
                col(ApprovedAccount.approved_by).is_not(None),
                ApprovedAccount.opened_on <= month.last,
                or_(col(ApprovedAccount.closed_on).is_(None), col(ApprovedAccount.closed_on) >= month.first),
                col(ApprovedAccount.code).not_in(held),
            )
            .order_by(ApprovedAccount.book, ApprovedAccount.code)
        )
    )


def lacking_statement(session: Session, community: str, month: Month) -> list[ApprovedAccount]:
    """The accounts without a statement of a month that is to be closed, or of one still open before it that is closed with it."""
    closed_through = head(session, community).closed_through
    first = Month.parse(closed_through).plus(1) if closed_through else month
    accounts = (
        account
        for open_month in months_between(first, month)
        for account in without_statement(session, community, open_month)
    )
    return list({account.code: account for account in accounts}.values())


def payers(session: Session, community: str) -> dict[str, set[str]]:
    """The homes that each payer has paid for: by what remarks named and what people confirmed, not undone."""
    seen: dict[str, set[str]] = {}
    rows = session.execute(
        select(BankLine.payer, BankLine.home)
        .where(
            BankLine.community == community,
            BankLine.payer != "",
            col(BankLine.home).is_not(None),
            col(BankLine.state).in_([LineState.MATCHED, LineState.RESOLVED]),
        )
        .distinct()
    )
    for payer, home in rows:
        seen.setdefault(payer, set()).add(home)
    return seen


def salt(session: Session, community: str) -> str | None:
    """The community's salt of payers; None before its first import."""
    payer_salt = session.get(PayerSalt, community)
    return payer_salt.salt if payer_salt else None


def suspense(session: Session, community: str) -> Sequence[BankLine]:
    """Receipts that nobody could be found for yet, oldest first."""
    return session.exec(
        select(BankLine)
        .where(BankLine.community == community, BankLine.state == LineState.SUSPENSE)
        .order_by(col(BankLine.occurred_on), col(BankLine.fingerprint))
    ).all()


SORTED_BY = ("occurred_on", "amount_fen", "counterparty")
LineOrder = Annotated[str, Field(pattern=f"^-?({'|'.join(SORTED_BY)})$")]


def lines(
    session: Session,
    community: str,
    *,
    state: LineState | None = LineState.SUSPENSE,
    account: Code | None = None,
    words: Search = "",
    sort: LineOrder = "occurred_on",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Page:
    """Lines of statements: those in suspense, or of any state; searched, sorted and paged.

    ``words`` is looked for in payer, remark and order number; an amount in yuan finds lines of that amount.
    """
    query = select(BankLine).where(BankLine.community == community)
    if state is not None:
        query = query.where(BankLine.state == state)
    if account is not None:
        query = query.where(BankLine.account == account)
    if words:
        places = (col(BankLine.counterparty), col(BankLine.remark), col(BankLine.order_no))
        conditions = [place.contains(words, autoescape=True) for place in places]
        with suppress(AmountMalformed):
            conditions.append(col(BankLine.amount_fen) == fen(words))
        query = query.where(or_(*conditions))
    inside = query.subquery()
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(inside.c.amount_fen), 0)).select_from(inside)
    ).one()
    first = col(getattr(BankLine, sort.removeprefix("-")))
    ordered = query.order_by(
        first.desc() if sort.startswith("-") else first,
        col(BankLine.occurred_on),
        BankLine.fingerprint,
        col(BankLine.occurrence),
    )
    shown = session.exec(ordered.offset((page - 1) * size).limit(size)).all()
    return Page(shown, int(count), {"count": int(count), "amount_fen": int(total)})


def returns_asked(session: Session, community: str) -> Sequence[BankLine]:
    """The receipts in suspense of which the last that was said is that they go back to their payer, in order."""
    return _last_said(session, community, LineAction.RETURN_ASKED, (LineState.SUSPENSE,))


def voids_asked(session: Session, community: str) -> Sequence[BankLine]:
    """The lines of which the last that was said is that they never were, in order."""
    return _last_said(session, community, LineAction.VOID_ASKED, VOIDABLE)


def _last_said(
    session: Session, community: str, action: LineAction, states: Sequence[LineState]
) -> Sequence[BankLine]:
    later = aliased(LineStep)
    overtaken = select(later.no).where(
        later.community == LineStep.community,
        later.account == LineStep.account,
        later.fingerprint == LineStep.fingerprint,
        later.occurrence == LineStep.occurrence,
        later.no > LineStep.no,
    )
    return session.exec(
        select(BankLine)
        .join(LineStep)
        .where(
            BankLine.community == community,
            col(BankLine.state).in_(states),
            LineStep.action == action,
            ~overtaken.exists(),
        )
        .order_by(col(BankLine.occurred_on), BankLine.fingerprint, col(BankLine.occurrence))
    ).all()


def line(session: Session, community: str, account: str, fingerprint: str, occurrence: int = 1) -> BankLine:
    """One line of a statement.

    Raises:
        NoLine: it was not imported.
    """
    bank_line = session.get(BankLine, (community, account, fingerprint, occurrence))
    if bank_line is None:
        raise NoLine(fingerprint=fingerprint)
    return bank_line


def steps(session: Session, community: str, which: LineId) -> Sequence[LineStep]:
    """What was done with a line since it came in, in order."""
    return session.exec(
        select(LineStep)
        .where(
            LineStep.community == community,
            LineStep.account == which.account,
            LineStep.fingerprint == which.fingerprint,
            LineStep.occurrence == which.occurrence,
        )
        .order_by(col(LineStep.no))
    ).all()


def pending(session: Session, community: str, which: LineId, *requests: LineAction) -> LineStep | None:
    """The request of one of these kinds of which another still decides: nothing was done with the line since."""
    history = steps(session, community, which)
    return history[-1] if history and history[-1].action in requests else None


def next_step(session: Session, community: str, which: LineId) -> int:
    """The number of a line's next step."""
    history = steps(session, community, which)
    return history[-1].no + 1 if history else 1


def statement_lines(session: Session, community: str, book: str, last: date) -> int:
    """How many lines were imported into a book's accounts by a day."""
    return session.exec(
        select(func.count())
        .select_from(BankLine)
        .join(
            ApprovedAccount,
            (col(ApprovedAccount.community) == BankLine.community)
            & (col(ApprovedAccount.code) == BankLine.account),
        )
        .where(
            BankLine.community == community,
            ApprovedAccount.book == book,
            BankLine.state != LineState.TAKEN_BACK,
            col(BankLine.occurred_on) <= last,
        )
    ).one()
