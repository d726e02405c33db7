"""The actions of the maintenance fund: its book, deposits, interest, the end of a month."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from typing import NamedTuple

from sqlmodel import Session, col, select

from ledger.accounts.queries import check_approved
from ledger.community.queries import community as community_of
from ledger.community.queries import firm, kinds_of, standing_home
from ledger.community.queries import home as home_of
from ledger.community.role_rules import Actor
from ledger.community.rules import HomeKind
from ledger.community.tables import Building
from ledger.db import write_rows
from ledger.errors import Refused
from ledger.fields import Amount, Code, Day, Evidence
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.fund.rules import DepositKind, DepositMalformed, brought_over_on, opening_receipt
from ledger.fund.tables import Deposit
from ledger.journal.actions import Posted, open_book, post, replay
from ledger.journal.month_actions import carry_over, close_month
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Draft, Move, read_chart
from ledger.journal.tables import Closing, Entry
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai

FUND = BookCode.FUND.value


class ReceiptUsed(Refused):
    code = "receipt-used"
    zh = "票据号 {receipt_no} 已经用过，同一张票据不能记两次。"
    en = "Receipt {receipt_no} was used before; one receipt is booked once."
    article = "《住宅专项维修资金管理办法》第14条"


class NewDeposit(NamedTuple):
    """A deposit: of a home's owner, or of a selling unit for one building (``unit@building``)."""

    receipt_no: Code
    kind: DepositKind
    amount_fen: Amount
    on: Day
    home: Code | None = None
    party: Code | None = None


def open_fund_book(session: Session, community: str, *, by: Actor, at: datetime) -> None:
    """Open the community's maintenance-fund book."""
    open_book(session, community, read_chart((files("ledger.fund") / "chart.toml").read_text()), by=by, at=at)


def deposit(
    session: Session, community: str, deposits: Sequence[NewDeposit], *, by: Actor, at: datetime
) -> Posted:
    """Book deposits that came in together, in one entry dated by the first; receipts are unique.

    What is brought over (``DepositKind.OPENING``) came in before this ledger began and asks for no approved account:
    a register is imported when there is none yet.

    Raises:
        AccountNotApproved: the fund has no approved account on the day of a deposit.
        AskedDifferently: the first receipt number was booked with other content.
        NoHome, NoFirm: whoever deposited is not registered. HomeEnded: the home was divided or merged.
        DepositMalformed: a deposit is neither of one home nor of a selling unit for one building.
        ReceiptUsed: a receipt number stands twice, here or in the books.
    """
    head(session, community, lock=True)
    first = deposits[0]
    draft = Draft(
        kind="fund.brought-over" if first.kind is DepositKind.OPENING else "fund.deposited",
        on=first.on,
        key=f"deposit/{first.receipt_no}",
        book=FUND,
        asked={"deposits": [[*receipt[:3], receipt.on.isoformat(), *receipt[4:]] for receipt in deposits]},
    )
    if earlier := replay(session, community, draft):
        return earlier
    _check_receipts_new(session, community, [receipt.receipt_no for receipt in deposits])
    kinds = kinds_of(session, community, {receipt.home for receipt in deposits if receipt.home})
    for receipt in deposits:
        _check_whose(session, community, receipt, kinds.keys())
    days = [receipt.on for receipt in deposits if receipt.kind is not DepositKind.OPENING]
    check_approved(session, community, FUND, "bank", *days)
    codes = accounts(session, community, FUND)
    moves = [
        Move(codes["bank"], codes[_credited(receipt, kinds)], receipt.amount_fen, receipt.home, receipt.party)
        for receipt in deposits
    ]
    posted = post(session, community, replace(draft, moves=moves), by=by, at=at)
    write_rows(
        session,
        Deposit,
        [
            {
                "community": community,
                "receipt_no": receipt.receipt_no,
                "home": receipt.home,
                "party": receipt.party,
                "kind": receipt.kind,
                "amount_fen": receipt.amount_fen,
                "deposited_on": receipt.on,
                "entry_no": posted.no,
            }
            for receipt in deposits
        ],
    )
    return posted


def bring_over(
    session: Session,
    community: str,
    amount_fen: Amount,
    document: Evidence,
    home: Code | None = None,
    party: Code | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book what a home, or a selling unit for a building, brings into the fund from the books before, in fen, once.

    It is dated the day before the month of the opening day, so that the first month begins with it. ``document`` is the
    statement of whoever kept the fund.

    Raises:
        what `deposit` refuses; MonthClosed: a month was closed since. FileMissing.
    """
    head(session, community, lock=True)
    whose = home or party or ""
    building = home_of(session, community, home).building if home else whose.partition("@")[2]
    today = day_in_shanghai(at)
    on = brought_over_on(community_of(session, community).opened_on or today, today)
    receipt = opening_receipt(building, whose)
    new = NewDeposit(receipt, DepositKind.OPENING, amount_fen, on, home, party)
    posted = deposit(session, community, [new], by=by, at=at)
    if posted.fresh:
        use_file(session, community, document, f"deposit/{receipt}", Purpose.HANDOVER, by=by, at=at)
    return posted


def _check_whose(session: Session, community: str, new: NewDeposit, known: Collection[str]) -> None:
    """See that a deposit is of one registered home, or of a selling unit for a building that is there."""
    if (new.home is None) == (new.party is None):
        raise DepositMalformed(receipt_no=new.receipt_no, whose=" ".join(filter(None, (new.home, new.party))))
    if new.party is None:
        if new.home not in known:
            standing_home(session, community, new.home or "")
        return
    seller, _, building = new.party.partition("@")
    firm(session, seller)
    if session.get(Building, (community, building)) is None:
        raise DepositMalformed(receipt_no=new.receipt_no, whose=new.party)


def _credited(new: NewDeposit, kinds: Mapping[str, HomeKind]) -> str:
    """The role of the account a deposit goes to: income of the period, or the fund itself when brought over."""
    if new.party:
        whose = "seller"
    else:
        whose = "owner" if kinds[new.home or ""] is HomeKind.SOLD_PUBLIC else "commodity"
    if new.kind is DepositKind.OPENING:
        return whose if whose == "commodity" else f"public_{whose}"
    return f"deposits_{whose}"


def _check_receipts_new(session: Session, community: str, receipts: Sequence[str]) -> None:
    query = select(Deposit.receipt_no).where(
        Deposit.community == community, col(Deposit.receipt_no).in_(receipts)
    )
    seen = set(session.exec(query))
    for receipt_no in receipts:
        if receipt_no in seen:
            raise ReceiptUsed(receipt_no=receipt_no)
        seen.add(receipt_no)


def end_month(
    session: Session, community: str, month: Month, *, exceptions: dict[str, str], by: Actor, at: datetime
) -> Closing:
    """Carry the fund over and close the month, and every one open before it, of all the community's books."""
    carry_fund_over(session, community, month, by=by, at=at)
    return close_month(session, community, month, exceptions=exceptions, by=by, at=at)


def carry_fund_over(session: Session, community: str, month: Month, *, by: Actor, at: datetime) -> None:
    """Close the fund's income and expenditure into net assets (期末结转), through a month and all open before it.

    Each month is carried over on a last day of its own, so that December's deposits go into the year they came
    in, though January be the first month to be closed.
    """
    closed_through = head(session, community, lock=True).closed_through
    moved = session.exec(
        select(Entry.month)
        .where(
            Entry.community == community,
            Entry.book == FUND,
            col(Entry.month) > closed_through,
            col(Entry.month) <= str(month),
        )
        .distinct()
        .order_by(Entry.month)
    ).all()
    for open_month in moved:
        carry_over(session, community, FUND, Month.parse(open_month), by=by, at=at)
