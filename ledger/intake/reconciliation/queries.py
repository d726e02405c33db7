"""What can be read of reconciliations, and the worksheet of a month as the books and lines stand now."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlmodel import Session, col, select

from ledger import fields
from ledger.accounts.queries import approved
from ledger.accounts.tables import ApprovedAccount
from ledger.errors import Refused
from ledger.intake.reconciliation.rules import (
    AccountNotReconciledHere,
    ClosingMissing,
    Item,
    NoStatement,
    NothingPrepared,
    Side,
    Worksheet,
    check_foots,
    explained,
)
from ledger.intake.reconciliation.span import Span
from ledger.intake.reconciliation.tables import ReconciledAccount, Reconciliation, ReconcilingItem
from ledger.journal.queries import accounts, called
from ledger.periods import Month
from ledger.words import Coded


def reconciliations(
    session: Session, community: str, book: fields.Code | None = None
) -> Sequence[Reconciliation]:
    """Every reconciliation of a community or of one book, drafts too, newest first."""
    query = select(Reconciliation).where(Reconciliation.community == community)
    if book is not None:
        query = query.where(Reconciliation.book == book)
    return session.exec(
        query.order_by(col(Reconciliation.month).desc(), Reconciliation.book, Reconciliation.role)
    ).all()


def confirmed(session: Session, community: str, book: str, role: str) -> Sequence[Reconciliation]:
    """The months of an account of a book that are sealed, from the first on."""
    return session.exec(
        select(Reconciliation)
        .where(
            Reconciliation.community == community,
            Reconciliation.book == book,
            Reconciliation.role == role,
            col(Reconciliation.confirmed_by).is_not(None),
        )
        .order_by(Reconciliation.month)
    ).all()


def reconciliation(session: Session, community: str, book: str, role: str, month: Month) -> Reconciliation:
    """What was prepared for a month, confirmed or not.

    Raises:
        NothingPrepared: nobody has begun.
    """
    record = session.get(Reconciliation, (community, book, role, str(month)))
    if record is None:
        raise NothingPrepared(
            book=called(session, community, book), role=Coded("account", role), month=str(month)
        )
    return record


def items_of(session: Session, which: Reconciliation) -> Sequence[ReconcilingItem]:
    """The items with which a month was sealed."""
    return session.exec(
        select(ReconcilingItem)
        .where(
            ReconcilingItem.community == which.community,
            ReconcilingItem.book == which.book,
            ReconcilingItem.role == which.role,
            ReconcilingItem.month == which.month,
        )
        .order_by(col(ReconcilingItem.on), ReconcilingItem.key)
    ).all()


def prepared(session: Session, which: Reconciliation) -> Worksheet:
    """The worksheet of what was prepared, as books and lines stand now."""
    return worksheet(
        session,
        which.community,
        which.book,
        which.role,
        Month.parse(which.month),
        json.loads(which.closings),
        openings=json.loads(which.openings),
        reasons=json.loads(which.reasons),
    )


def begun(
    session: Session, community: str, book: str, role: str, month: Month
) -> dict[str, list[dict[str, Any]]]:
    """The accounts whose statements a month needs, with the balances in fen told before, and its items with their reasons.

    What the ledger can explain by itself is left out; an item without a reason has an empty one.
    """
    draft = session.get(Reconciliation, (community, book, role, str(month)))
    closings = json.loads(draft.closings) if draft else {}
    openings = json.loads(draft.openings) if draft else {}
    reasons = json.loads(draft.reasons) if draft else {}
    if draft:
        with suppress(Refused):  # the statements no longer foot: what was told before is left
            sheet = prepared(session, draft)
            reasons = {item.key: item.reason for item in sheet.items if not item.by_ledger}
    there = {
        account.code
        for account in approved(session, community, book, role)
        if account.opened_on <= month.last
    }
    return {
        "statements": [
            {"account": code, "closing_fen": closings.get(code), "opening_fen": openings.get(code)}
            for code in sorted(there)
        ],
        "reasons": [{"item": key, "reason": reason} for key, reason in reasons.items()],
    }


def worksheet(
    session: Session,
    community: str,
    book: str,
    role: str,
    month: Month,
    closings: Mapping[str, int],
    *,
    openings: Mapping[str, int],
    reasons: Mapping[str, str],
) -> Worksheet:
    """The reconciliation of an account of a book for a month, from its first reconciled month on.

    ``closings`` are the statements' balances at the month's end by account, ``openings`` those with which an
    account begins, nought where none is told; in fen. An item that was sealed with a reason keeps it until it
    clears or another is given. The number of statements of SQL is fixed.

    Raises:
        NoStatement, ClosingMissing, AccountNotReconciledHere.
        StatementDoesNotFoot: an opening balance with its lines is not the closing balance.
        NoSuchItem: a reason is given for what is no item.
    """
    seals = [seal for seal in confirmed(session, community, book, role) if seal.month < str(month)]
    first = Month.parse(seals[0].month).first if seals else month.first
    sealed = _sealed(session, community, book, role)
    there = [
        account
        for account in approved(session, community, book, role)
        if account.opened_on <= month.last
        and (account.closed_on is None or account.closed_on >= month.first or _left(sealed, account.code))
    ]
    _check_told(book, role, month, there, closings, openings)
    code = accounts(session, community, book)[role]
    these = sorted({account.code for account in there} | sealed.keys())
    span = Span(session, community, book, code, first, month.last, these)
    statements = tuple(
        span.statement(
            account.code,
            closings[account.code],
            openings.get(account.code, 0),
            sealed.get(account.code, ()),
            seals,
            month,
        )
        for account in there
    )
    for statement in statements:
        check_foots(statement)
    begun = sum(
        sealed[account_code][0].opening_fen if account_code in sealed else openings.get(account_code, 0)
        for account_code in these
    )
    book_before, book_fen = span.balance_before(), span.balance()
    items = span.items()
    if gap := book_before - begun:
        items = [Item("opening", Side.OPENING, first, gap), *items]
    keys = {item.key for item in items}
    kept_reasons = (
        {item.key: item.reason for item in items_of(session, seals[-1]) if item.key in keys} if seals else {}
    )
    return Worksheet(
        book, role, str(month), book_fen, statements, explained(items, kept_reasons | dict(reasons))
    )


def _sealed(session: Session, community: str, book: str, role: str) -> dict[str, list[ReconciledAccount]]:
    """Every account's sealed statements, oldest first."""
    rows = session.exec(
        select(ReconciledAccount)
        .where(
            ReconciledAccount.community == community,
            ReconciledAccount.book == book,
            ReconciledAccount.role == role,
        )
        .order_by(ReconciledAccount.month)
    )
    by_account: dict[str, list[ReconciledAccount]] = {}
    for row in rows:
        by_account.setdefault(row.account, []).append(row)
    return by_account


def _left(sealed: Mapping[str, Sequence[ReconciledAccount]], account: str) -> bool:
    """Whether an account that was closed still had money at its last seal."""
    return account in sealed and sealed[account][-1].closing_fen != 0


def _check_told(
    book: str,
    role: str,
    month: Month,
    there: Sequence[ApprovedAccount],
    closings: Mapping[str, int],
    openings: Mapping[str, int],
) -> None:
    if not there:
        raise NoStatement(book=Coded("book", book), role=Coded("account", role), month=str(month))
    codes = {account.code for account in there}
    for code in sorted({*closings, *openings} - codes):
        raise AccountNotReconciledHere(
            account=code, book=Coded("book", book), role=Coded("account", role), month=str(month)
        )
    for code in sorted(codes - closings.keys()):
        raise ClosingMissing(account=code, month=str(month))
