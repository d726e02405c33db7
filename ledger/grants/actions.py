"""The actions of works money that belong to every source: open its book, receive, take a wrong receipt back."""

from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.queries import firm
from ledger.community.role_rules import Actor
from ledger.fields import Code
from ledger.grants.plan_queries import planned_by_works
from ledger.grants.queries import cash, subject_of, works_of
from ledger.grants.rules import (
    SOURCE_OF,
    FundStaysHome,
    LinkedReceipt,
    NotAReceipt,
    Receipt,
    Source,
    book_of,
    chart_of,
    check_amount,
    check_free,
    check_planned,
)
from ledger.grants.spent_queries import free
from ledger.journal.actions import Posted, open_book, post, replay, reverse
from ledger.journal.queries import accounts, books, entry, entry_by_key, lock_for
from ledger.journal.rules import Draft, Move, read_chart
from ledger.log.queries import head


def open_grant_book(session: Session, community: str, source: Source, *, by: Actor, at: datetime) -> None:
    """Open the book of one restricted source.

    Raises:
        FundStaysHome: the maintenance fund has its own.
    """
    chart = read_chart((files("ledger.grants") / "chart.toml").read_text())
    open_book(session, community, chart_of(source, chart), by=by, at=at)


def open_planned_books(
    session: Session, community: str, planned: Mapping[Source, int], *, by: Actor, at: datetime
) -> None:
    """Give each source that a plan counts on for the first time its book; the maintenance fund has its own."""
    there = {book.code for book in books(session, community)}
    for source, fen in planned.items():
        if fen and book_of(source) not in there:
            open_grant_book(session, community, source, by=by, at=at)


def receive(
    session: Session,
    community: str,
    receipt: Receipt,
    *,
    key: str,
    payer: str | None = None,
    link: str | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book works money that came in from a source, in fen.

    ``payer`` is the firm that paid, where one did; ``link`` is shared with the entry of another book that paid it.

    Raises:
        AmountNotPositive; NoWorks; NoBook: the source has no book here; NoFirm.
        FundStaysHome: money of the maintenance fund.
        SourceNotPlanned: no package of the works counts on the source.
        AccountNotApproved: the source's book has no approved account on the day.
    """
    source, works, amount_fen, on = receipt
    check_amount(amount_fen)
    if source is Source.MAINTENANCE_FUND:
        raise FundStaysHome()
    works_of(session, community, works)
    if payer is not None:
        firm(session, payer)
    key = lock_for(session, community, key)
    codes = accounts(session, community, book_of(source))
    draft = Draft(
        kind="grant.received",
        on=on,
        key=key,
        book=book_of(source),
        moves=[Move(codes["bank"], codes["received"], amount_fen, party=payer or source.value)],
        facts={"works": works},
        subject=subject_of(works),
        link=link,
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_planned(works, planned_by_works(session, community, works), source)
    check_approved(session, community, book_of(source), "bank", on)
    return post(session, community, draft, by=by, at=at)


def take_receipt(
    session: Session,
    community: str,
    receipt: Receipt,
    reference: Code,
    payer: Code | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book works money that came in from a source, in fen, once for each of its documents.

    Once more when what was booked of a document was taken back.

    ``reference`` is the number of the document; ``payer`` is the firm that paid, where one did.

    Raises:
        AskedDifferently: the document was booked with other facts; and what else `receive` refuses.
    """
    key = f"grant/{receipt.source.value}/{reference}"
    return receive(session, community, receipt, key=key, payer=payer, by=by, at=at)


def take_back(session: Session, community: str, no: int, *, reason: str, by: Actor, at: datetime) -> Posted:
    """Reverse a receipt that was booked wrongly (红字冲销), while its money is still there.

    Raises:
        NoEntry; NotAReceipt; AlreadyReversed; MonthClosed.
        LinkedReceipt: it came out of another book of the community.
        PurposeShort: it is spent, or set aside as retention money.
    """
    head(session, community, lock=True)
    wrong = entry(session, community, no)
    if wrong.kind != "grant.received" or wrong.book not in SOURCE_OF:
        raise NotAReceipt(no=no)
    if wrong.link is not None:
        raise LinkedReceipt(no=no)
    key = f"reversal/{no}"
    if entry_by_key(session, community, key) is None:
        moved = next(movement for movement in cash(session, community) if movement.no == no)
        check_free(moved.works, moved.source, free(session, community, moved.works)[moved.source], moved.fen)
    return reverse(session, community, no, reason=reason, key=key, by=by, at=at)
