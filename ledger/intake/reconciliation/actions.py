"""The actions of reconciliation: prepare, confirm."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from ledger.accounts.queries import approved
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.intake.booked_actions import match_booked
from ledger.intake.reconciliation.queries import confirmed, prepared, reconciliation, worksheet
from ledger.intake.reconciliation.rules import (
    AlreadyReconciled,
    MonthNotOver,
    ReconciledOutOfOrder,
    Worksheet,
    WorksheetChanged,
    check_explained,
)
from ledger.intake.reconciliation.tables import ReconciledAccount, Reconciliation, ReconcilingItem
from ledger.journal.actions import post_all
from ledger.journal.queries import called
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai
from ledger.words import Coded


def prepare_reconciliation(
    session: Session,
    community: str,
    book: str,
    role: str,
    month: Month,
    closings: Mapping[str, int],
    *,
    openings: Mapping[str, int] | None = None,
    reasons: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> Worksheet:
    """Prepare the reconciliation of an account of a book for a month; doing it again makes a new draft.

    Lines look for their entries once more first, since actions may have been booked after the import.

    Args:
        closings: the balance of each approved account's statement at the month's end, in fen.
        openings: with what balance an account begins that was never reconciled before, in fen.
        reasons: why an item is on one side only, by its key.

    Raises:
        MonthNotOver, AlreadyReconciled, ReconciledOutOfOrder, and what `queries.worksheet` refuses.
    """
    head(session, community, lock=True)
    if day_in_shanghai(at) <= month.last:
        raise MonthNotOver(month=str(month))
    seals = confirmed(session, community, book, role)
    if seals and str(month) <= seals[-1].month:
        raise AlreadyReconciled(
            book=called(session, community, book), role=Coded("account", role), month=str(month)
        )
    if seals and (expected := Month.parse(seals[-1].month).plus(1)) != month:
        raise ReconciledOutOfOrder(expected=str(expected), month=str(month))
    for account in approved(session, community, book, role):
        match_booked(session, community, account, by=by, at=at)
    sheet = worksheet(
        session, community, book, role, month, closings, openings=openings or {}, reasons=reasons or {}
    )
    draft = session.get(Reconciliation, (community, book, role, str(month)))
    content: dict[str, Any] = {
        "closings": json.dumps(dict(sorted(closings.items()))),
        "openings": json.dumps(dict(sorted((openings or {}).items()))),
        "reasons": json.dumps(dict(sorted((reasons or {}).items())), ensure_ascii=False),
        "digest": sheet.digest,
        "book_fen": sheet.book_fen,
        "bank_fen": sheet.bank_fen,
        "prepared_by": by.login,
        "prepared_at": at,
    }
    if draft is None:
        draft = Reconciliation(community=community, book=book, role=role, month=str(month), **content)
    else:
        draft.sqlmodel_update(content)
    session.add(draft)
    session.flush()
    return sheet


def confirm_reconciliation(
    session: Session,
    community: str,
    book: str,
    role: str,
    month: Month,
    digest: str,
    *,
    by: Actor,
    at: datetime,
) -> Worksheet:
    """Confirm what another prepared, by the digest that was read, and seal it for good.

    The log gets a ``bank-statement`` memorandum for each account (opening, closing, number and root of its
    lines) and one of the reconciliation: digests and figures, no words.

    Raises:
        NothingPrepared, AlreadyReconciled, SamePerson.
        WorksheetChanged: another draft was read, or books or lines have changed since.
        Unexplained: an item has no reason.
    """
    head(session, community, lock=True)
    draft = reconciliation(session, community, book, role, month)
    if draft.confirmed_by is not None:
        raise AlreadyReconciled(
            book=called(session, community, book), role=Coded("account", role), month=str(month)
        )
    check_different_people([(Duty.PREPARE, draft.prepared_by)], step=Duty.CONFIRM, by=by)
    sheet = prepared(session, draft)
    if not sheet.digest == draft.digest == digest:
        raise WorksheetChanged()
    check_explained(sheet)
    posted = post_all(session, community, _memoranda(sheet, draft, at, by), by=by, at=at)
    draft.confirmed_by, draft.confirmed_at, draft.entry_no = by.login, at, posted[-1].no
    session.add(draft)
    session.flush()  # what follows names it
    own = {"community": community, "book": book, "role": role, "month": str(month)}
    write_rows(
        session,
        ReconciledAccount,
        [
            {
                **own,
                "account": statement.account,
                "opening_fen": statement.opening_fen,
                "closing_fen": statement.closing_fen,
                "lines": statement.lines,
                "late": statement.late,
                "root": statement.root,
            }
            for statement in sheet.statements
        ],
    )
    write_rows(
        session,
        ReconcilingItem,
        [
            {**own, "key": i.key, "side": i.side, "on": i.on, "amount_fen": i.fen, "reason": i.reason}
            for i in sheet.items
        ],
    )
    return sheet


def _memoranda(sheet: Worksheet, draft: Reconciliation, at: datetime, by: Actor) -> list[Draft]:
    on, of = day_in_shanghai(at), f"{sheet.book}/{sheet.role}/{sheet.month}"
    statements = [
        Draft(
            kind="bank-statement",
            on=on,
            key=f"bank-statement/{statement.account}/{sheet.month}",
            facts={
                "account": f"{sheet.book}/{sheet.role}",
                "month": sheet.month,
                "opening": statement.opening_fen,
                "closing": statement.closing_fen,
                "count": statement.lines,
                "root": statement.root,
            },
            subject=f"account/{statement.account}",
            approved_by=by.login,
        )
        for statement in sheet.statements
    ]
    whole = Draft(
        kind="reconciled",
        on=on,
        key=f"reconciled/{of}",
        facts={
            "account": f"{sheet.book}/{sheet.role}",
            "month": sheet.month,
            "books": sheet.book_fen,
            "bank": sheet.bank_fen,
            "items": len(sheet.items),
            "listed": sheet.listed_fen,
            "digest": draft.digest,
        },
        approved_by=by.login,
    )
    return [*statements, whole]
