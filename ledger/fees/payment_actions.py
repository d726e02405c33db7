"""Take a payment, say whose one was, put one right.

A payment meets what the payer names, then the oldest debt (民法典 Art. 560), within a debt costs, interest, principal
(Art. 561); the rest is prepaid. Money of nobody yet waits in suspense until a person says whose it is. A key books one
payment, and a wrong one is reversed in red.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, NamedTuple

from pydantic import Field
from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.queries import check_standing, firm
from ledger.community.role_rules import Actor
from ledger.db import write_rows
from ledger.fees.prepaid.actions import settle
from ledger.fees.prepaid.rules import paid_rows, paying
from ledger.fees.queries import check_not_put_right, check_of_no_statement, debts, payment_booked
from ledger.fees.rules import (
    FEE,
    GOVERNMENT,
    CorrectsNothing,
    Into,
    NotOwed,
    Owed,
    apply_payment,
    correcting,
    named_first,
)
from ledger.fees.tables import Applied, SurchargePaid
from ledger.fields import Amount, Code, Day, EntryNumber, MonthText, Text
from ledger.journal.actions import Posted, post_all, reverse, reverse_all
from ledger.journal.queries import (
    Locked,
    accounts,
    asked_of,
    entries_with_moves,
    lock,
    lock_free,
    moves_of,
)
from ledger.journal.rules import AlreadyReversed, Draft, Move
from ledger.log.leaf import Json
from ledger.periods import day_in_shanghai


class Payment(NamedTuple):
    """Money that came in: for a home, or for nobody yet (``home`` None goes to suspense).

    ``key`` names the payment; ``into`` is the role of the account it came into. ``payer`` is set when
    somebody else than the owner pays: a developer's code, or ``government`` for a subsidy. ``months`` are
    those that the payer names, in his order.
    """

    key: str
    home: str | None
    amount_fen: int
    on: date
    into: str = "bank"
    memo: str = ""
    payer: str | None = None
    months: tuple[str, ...] = ()
    corrects: int | None = None
    """The entry in whose place it stands."""


@dataclass(frozen=True)
class Slip:
    """A payment for a home as the office enters it: ``reference`` is the number of its slip.

    ``payer`` and ``months`` are as those of a `Payment`.
    """

    reference: Code
    home: Code
    amount_fen: Amount
    on: Day
    into: Into = Into.BANK
    payer: Code | None = None
    months: Annotated[tuple[MonthText, ...], Field(max_length=120)] = ()

    @property
    def payment(self) -> Payment:
        return Payment(
            key=f"fee-payment/{self.reference}",
            home=self.home,
            amount_fen=self.amount_fen,
            on=self.on,
            into=self.into.value,
            payer=self.payer,
            months=self.months,
        )


def take_payment(session: Session, community: str, slip: Slip, *, by: Actor, at: datetime) -> Posted:
    """Book a payment: what the payer names first, then the oldest debt; costs, interest, fee (民法典 Arts. 560–561).

    What is left over is prepaid. A slip is booked once; once more when what was booked of it was reversed.

    Raises:
        ReversedBefore: what was booked of it was put right by another receipt, which stands.
        NoHome; MonthClosed, AskedDifferently, NotOwed, HomeEnded: as for ``receive``.
    """
    payment = slip.payment
    free, books = lock_free(session, community, [payment.key])
    if free[payment.key] != payment.key:
        check_not_put_right(session, community, payment.key)
    receipt = payment._replace(key=free[payment.key])
    return _receive(session, community, [receipt], books, by=by, at=at)[0]


def receive(
    session: Session, community: str, payments: Sequence[Payment], *, by: Actor, at: datetime
) -> list[Posted]:
    """Book payments, an entry each: what the payer names, then the oldest debt, the rest prepaid; for nobody yet, to suspense.

    A payment whose key was booked before is found, not booked again.

    Raises:
        AccountNotApproved: no account of the role that a payment came into is approved on its day.
        ReversedBefore: what was booked under a key was reversed since.
        MonthClosed: a payment's day lies in a closed month.
        AskedDifferently: a key was used for another payment.
        NotOwed: the payer names a month for which the home owes nothing.
        HomeEnded: it was divided or merged, and less is owed for it. NoFirm: whoever paid is not registered.
    """
    books = lock(session, community, [p.key for p in payments])
    return _receive(session, community, payments, books, by=by, at=at)


def _receive(
    session: Session,
    community: str,
    payments: Sequence[Payment],
    books: Locked,
    *,
    by: Actor,
    at: datetime,
) -> list[Posted]:
    """As `receive`, under the lock: what is owed must not change before it is paid."""
    booked = books.keys
    fresh = [p for p in payments if p.key not in booked]  # what was booked before has been applied before
    for payer in {p.payer for p in fresh if p.payer} - {GOVERNMENT}:
        firm(session, payer)
    _check_accounts(session, community, fresh)
    codes = accounts(session, community, FEE)
    owed = debts(session, community, {p.home for p in fresh if p.home})
    worked: dict[str, tuple[list[Move], Mapping[Owed, int]]] = {}
    for payment in fresh:
        if payment.key not in worked:
            worked[payment.key] = _moves_for(payment, codes, codes[payment.into], owed)
    _check_ahead(session, community, [(payment, worked[payment.key][1]) for payment in fresh])
    drafts = [
        _draft(payment, worked[payment.key][0] if payment.key in worked else ()) for payment in payments
    ]
    posted = post_all(session, community, drafts, by=by, at=at, locked=books)
    _write_paid(
        session,
        community,
        [
            (p.no, payment.on, payment.home, worked[payment.key][1])
            for p, payment in zip(posted, payments, strict=True)
            if p.fresh and payment.home
        ],
    )
    return posted


def _draft(payment: Payment, moves: Sequence[Move] = ()) -> Draft:
    return Draft(
        kind="fees.received",
        on=payment.on,
        key=payment.key,
        book=FEE,
        moves=moves,
        asked=_asked(payment),
        link=None if payment.corrects is None else correcting(payment.corrects),
    )


def _write_paid(
    session: Session, community: str, paid: Sequence[tuple[int, date, str, Mapping[Owed, int]]]
) -> None:
    fee, on_top = paid_rows(community, paid)
    write_rows(session, Applied, fee)
    write_rows(session, SurchargePaid, on_top)


def _asked(payment: Payment) -> dict[str, Json]:
    asked: dict[str, Json] = {
        "home": payment.home,
        "fen": payment.amount_fen,
        "on": payment.on.isoformat(),
        "into": payment.into,
    }
    if payment.payer:
        asked["payer"] = payment.payer
    if payment.months:
        asked["months"] = list(payment.months)
    return asked


def _check_accounts(session: Session, community: str, payments: Sequence[Payment]) -> None:
    """See that each came into an approved account; what is found out about a receipt in suspense came in before."""
    days: dict[str, list[date]] = {}
    for payment in payments:
        if payment.into != "suspense":
            days.setdefault(payment.into, []).append(payment.on)
    for role, its_days in days.items():
        check_approved(session, community, FEE, role, *its_days)


def _moves_for(
    payment: Payment,
    codes: Mapping[str, str],
    from_account: str,
    owed: dict[str, list[tuple[Owed, int]]],
) -> tuple[list[Move], Mapping[Owed, int]]:
    """The movements of one payment, and what it pays by debt; ``owed`` is brought up to date."""
    memo = payment.memo or None
    if payment.home is None:
        suspense = Move(from_account, codes["suspense"], payment.amount_fen, party=payment.payer, memo=memo)
        return [suspense], {}
    due = owed.get(payment.home, [])
    for month in payment.months:
        if all(debt.month != month for debt, _ in due):
            raise NotOwed(home=payment.home, month=month)
    applying = apply_payment(payment.amount_fen, named_first(due, payment.months))
    owed[payment.home] = [(debt, left) for debt, fen in due if (left := fen - applying.paid.get(debt, 0)) > 0]
    moves = paying(applying.paid, from_account, codes, payment.home, party=payment.payer, memo=memo)
    if applying.prepaid_fen:
        moves.append(
            Move(from_account, codes["prepaid"], applying.prepaid_fen, payment.home, payment.payer, memo)
        )
    return moves, applying.paid


def _check_ahead(
    session: Session, community: str, paid: Sequence[tuple[Payment, Mapping[Owed, int]]]
) -> None:
    """See that nothing is paid ahead for a home that was divided or merged.

    Raises:
        HomeEnded.
    """
    ahead = {p.home for p, debts_paid in paid if p.home and sum(debts_paid.values()) < p.amount_fen}
    if ahead:
        check_standing(session, community, ahead)


def resolve_suspense(
    session: Session, community: str, payment: Payment, *, by: Actor, at: datetime
) -> Posted:
    """Move a receipt out of suspense to the home that a person found it to be for.

    Raises:
        HomeEnded: it was divided or merged, and less is owed for it.
    """
    books = lock(session, community, [payment.key])
    codes = accounts(session, community, FEE)
    owed = debts(session, community, {payment.home or ""})
    moves, paid = _moves_for(payment, codes, codes["suspense"], owed)
    _check_ahead(session, community, [(payment, paid)])
    draft = Draft(
        kind="fees.identified",
        on=payment.on,
        key=payment.key,
        book=FEE,
        moves=moves,
        asked={"home": payment.home, "fen": payment.amount_fen},
        approved_by=by.login,
    )
    [posted] = post_all(session, community, [draft], by=by, at=at, locked=books)
    if posted.fresh and payment.home:
        _write_paid(session, community, [(posted.no, payment.on, payment.home, paid)])
    return posted


def reverse_payment(
    session: Session, community: str, no: int, *, reason: str, by: Actor, at: datetime
) -> Posted:
    """Reverse a receipt that was booked wrongly: in red, and what it paid is owed again.

    Raises:
        AlreadyReversed: it was reversed before.
        Overspent: its prepayment has paid for a later month since; reverse that first.
    """
    posted = reverse(session, community, no, reason=reason, key=f"reversal/{no}", by=by, at=at)
    if posted.fresh:
        homes = {move.home for move in moves_of(session, community, no) if move.home}
        on, key = day_in_shanghai(at), f"reversal/{no}/settled"
        settle(session, community, homes, on=on, key=key, by=by, at=at)
    return posted


def reverse_payments(
    session: Session,
    community: str,
    numbers: Collection[int],
    *,
    reason: str,
    key: str,
    by: Actor,
    at: datetime,
) -> None:
    """Reverse all that was booked of several receipts, in one go; what they paid is owed again.

    ``key`` names what prepayments that are left then pay.

    Raises:
        AlreadyReversed; Overspent: what one of them prepaid has paid for a later month since, or left the account.
    """
    if not numbers:
        return
    reverse_all(session, community, numbers, reason=reason, by=by, at=at)
    reversed_ones = entries_with_moves(session, community, numbers)
    homes = {move.home for _, moves in reversed_ones for move in moves if move.home}
    settle(session, community, homes, on=day_in_shanghai(at), key=key, by=by, at=at)


def correct_payment(
    session: Session,
    community: str,
    entry: EntryNumber,
    right: Slip,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> Posted:
    """Put a receipt right: the wrong one reversed in red and the right one booked, both or neither.

    Raises:
        NoPayment: the entry is no receipt of the fee. OfAStatement: it was booked from a line, which is taken back instead.
        CorrectsNothing: what is right is what was booked.
        NoHome; AlreadyReversed; Overspent; AccountNotApproved; MonthClosed: as for ``reverse_payment`` and ``take_payment``.
    """
    check_of_no_statement(session, community, entry)
    if payment_booked(session, community, entry).reversed_by_entry is not None:
        raise AlreadyReversed(no=entry)
    if asked_of(session, community, entry) == _draft(right.payment).asked_digest:
        raise CorrectsNothing(no=entry)
    reverse_payment(session, community, entry, reason=reason, by=by, at=at)
    key = right.payment.key
    free, books = lock_free(session, community, [key])  # the right one may bear the number of the wrong one
    receipt = right.payment._replace(key=free[key], corrects=entry)
    return _receive(session, community, [receipt], books, by=by, at=at)[0]
