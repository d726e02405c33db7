"""The deeds of the property fee: tariffs, monthly charges, payments."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from typing import NamedTuple

from sqlmodel import Session, col, select

from ledger.community.rules import Actor
from ledger.db import write_rows
from ledger.fees.queries import chargeable, charged, outstanding, prices
from ledger.fees.rules import Basis, apply_payment, monthly_fees
from ledger.fees.tables import Applied, Charge, Tariff
from ledger.journal.actions import Posted, open_book, post, post_all, replay, reverse
from ledger.journal.queries import accounts, held
from ledger.journal.rules import BookCode, Draft, Move, read_chart
from ledger.journal.tables import Entry
from ledger.log.queries import head
from ledger.periods import Month

FEE = BookCode.FEE.value


class Payment(NamedTuple):
    """Money that came in: for a home, or for nobody yet (``home`` None goes to suspense).

    ``key`` names the payment for good; ``into`` is the role of the account it came into.
    """

    key: str
    home: str | None
    amount_fen: int
    on: date
    into: str = "bank"
    memo: str = ""


class Charged(NamedTuple):
    """What charging a month did: homes, the sum in fen, and what prepayments covered at once."""

    posted: Posted
    homes: int
    total_fen: int
    prepaid_fen: int


def open_fee_book(session: Session, community: str, *, by: Actor, at: datetime) -> None:
    """Open the community's property-fee book."""
    open_book(session, community, read_chart((files("ledger.fees") / "chart.toml").read_text()), by=by, at=at)


def set_tariff(
    session: Session,
    community: str,
    applies_to: str,
    since: date,
    basis: Basis,
    rate_e4: int,
    resolution: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Enter a price from a day on, with what it rests on. ``rate_e4`` is in ten-thousandths of a yuan."""
    session.add(
        Tariff(
            community=community,
            applies_to=applies_to,
            since=since,
            basis=basis,
            rate_e4=rate_e4,
            resolution=resolution,
        )
    )


def charge_month(session: Session, community: str, month: Month, *, by: Actor, at: datetime) -> Charged:
    """Charge every home its fee for a month, in one entry; then apply what was prepaid.

    Done twice it is done once: the first answer comes back, whatever tariffs and homes came in since.

    Raises:
        NoTariff: a home has no price in force on the month's first day.
    """
    head(session, community, lock=True)
    draft = Draft(
        kind="fees.charged", on=month.first, key=f"charge/{month}", book=FEE, asked={"month": str(month)}
    )
    if earlier := replay(session, community, draft):
        return Charged(earlier, *charged(session, community, month))
    fees = monthly_fees(
        chargeable(session, community),
        prices(session, community, month.first),
        community=community,
        month=str(month),
    )
    codes = accounts(session, community, FEE)
    moves = [Move(codes["receivable"], codes["fees"], fen, home) for home, fen in fees.items()]
    posted = post(session, community, replace(draft, moves=moves), by=by, at=at)
    write_rows(
        session,
        Charge,
        [
            {
                "community": community,
                "home": home,
                "month": str(month),
                "amount_fen": fen,
                "entry_no": posted.no,
            }
            for home, fen in fees.items()
        ],
    )
    prepaid = _apply_prepaid(session, community, month, by=by, at=at)
    return Charged(posted, len(fees), sum(fees.values()), prepaid)


def _apply_prepaid(session: Session, community: str, month: Month, *, by: Actor, at: datetime) -> int:
    """Turn what homes prepaid into payment of the month just charged; gives the sum in fen."""
    prepaid = {home: fen for home, fen in held(session, community, FEE, "prepaid").items() if fen > 0}
    if not prepaid:
        return 0
    owed = outstanding(session, community, prepaid, month)
    used = {home: apply_payment(prepaid[home], due).months for home, due in owed.items()}
    codes = accounts(session, community, FEE)
    moves = [
        Move(codes["prepaid"], codes["receivable"], sum(months.values()), home)
        for home, months in used.items()
        if months
    ]
    if not moves:
        return 0
    draft = Draft(
        kind="fees.prepaid-applied", on=month.first, key=f"prepaid-applied/{month}", book=FEE, moves=moves
    )
    posted = post(session, community, draft, by=by, at=at)
    _write_applied(
        session, community, [(posted.no, month.first, home, months) for home, months in used.items()]
    )
    return sum(move.amount_fen for move in moves)


def receive(
    session: Session, community: str, payments: Sequence[Payment], *, by: Actor, at: datetime
) -> list[Posted]:
    """Book payments, an entry each: oldest debt first, the rest prepaid; for nobody yet, to suspense.

    A payment whose key was booked before is found, not booked again.

    Raises:
        MonthClosed: a payment's day lies in a closed month.
        AskedDifferently: a key was used for another payment.
    """
    head(session, community, lock=True)  # what is owed must not change between reading it and paying it
    codes = accounts(session, community, FEE)
    owed = outstanding(session, community, {p.home for p in payments if p.home})
    booked = _booked(session, community, [p.key for p in payments])
    drafts, used = [], []
    for payment in payments:
        moves: list[Move] = []
        months: dict[str, int] = {}
        if payment.key not in booked:  # what was booked before has been applied before
            moves, months = _moves_for(payment, codes, codes[payment.into], owed)
        asked = {
            "home": payment.home,
            "fen": payment.amount_fen,
            "on": payment.on.isoformat(),
            "into": payment.into,
        }
        drafts.append(
            Draft(kind="fees.received", on=payment.on, key=payment.key, book=FEE, moves=moves, asked=asked)
        )
        used.append(months)
    posted = post_all(session, community, drafts, by=by, at=at)
    _write_applied(
        session,
        community,
        [
            (p.no, payment.on, payment.home, months)
            for p, payment, months in zip(posted, payments, used, strict=True)
            if p.fresh and payment.home
        ],
    )
    return posted


def _booked(session: Session, community: str, keys: Sequence[str]) -> set[str]:
    """Which of these payments stand in the books already."""
    return set(session.exec(select(Entry.key).where(Entry.community == community, col(Entry.key).in_(keys))))


def _moves_for(
    payment: Payment, codes: dict[str, str], from_account: str, owed: dict[str, list[tuple[str, int]]]
) -> tuple[list[Move], dict[str, int]]:
    """The movements of one payment, and what it pays by month; ``owed`` is brought up to date."""
    memo = payment.memo or None
    if payment.home is None:
        return [Move(from_account, codes["suspense"], payment.amount_fen, memo=memo)], {}
    due = owed.get(payment.home, [])
    applying = apply_payment(payment.amount_fen, due)
    owed[payment.home] = [
        (month, left) for month, fen in due if (left := fen - applying.months.get(month, 0)) > 0
    ]
    moves = []
    if paid := sum(applying.months.values()):
        moves.append(Move(from_account, codes["receivable"], paid, payment.home, memo=memo))
    if applying.prepaid_fen:
        moves.append(Move(from_account, codes["prepaid"], applying.prepaid_fen, payment.home, memo=memo))
    return moves, dict(applying.months)


def resolve_suspense(
    session: Session, community: str, payment: Payment, *, by: Actor, at: datetime
) -> Posted:
    """Move a receipt out of suspense to the home that a person found it to be for."""
    head(session, community, lock=True)
    codes = accounts(session, community, FEE)
    owed = outstanding(session, community, {payment.home or ""})
    moves, months = _moves_for(payment, codes, codes["suspense"], owed)
    draft = Draft(
        kind="fees.identified",
        on=payment.on,
        key=payment.key,
        book=FEE,
        moves=moves,
        asked={"home": payment.home, "fen": payment.amount_fen},
        approved_by=by.login,
    )
    posted = post(session, community, draft, by=by, at=at)
    if posted.fresh and payment.home:
        _write_applied(session, community, [(posted.no, payment.on, payment.home, months)])
    return posted


def reverse_payment(
    session: Session, community: str, no: int, *, reason: str, by: Actor, at: datetime
) -> Posted:
    """Reverse a receipt that was booked wrongly: in red, and what it paid is owed again.

    Raises:
        AlreadyReversed: it was reversed before.
        Overspent: its prepayment has paid for a later month since; reverse that first.
    """
    return reverse(session, community, no, reason=reason, key=f"reversal/{no}", by=by, at=at)


def _write_applied(
    session: Session, community: str, rows: Sequence[tuple[int, date, str, Mapping[str, int]]]
) -> None:
    write_rows(
        session,
        Applied,
        [
            {
                "community": community,
                "entry_no": no,
                "home": home,
                "month": month,
                "amount_fen": fen,
                "received_on": on,
            }
            for no, on, home, months in rows
            for month, fen in months.items()
        ],
    )
