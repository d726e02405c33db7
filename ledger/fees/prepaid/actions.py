"""The actions of prepayments: to pay what is due, and to go back to who paid."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import home as one_home
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.fees.prepaid.queries import receipt, refund, refunded
from ledger.fees.prepaid.rules import (
    Ground,
    RefundAboveReceipt,
    RefundState,
    check_next,
    paid_rows,
    paying,
    refundable,
)
from ledger.fees.prepaid.tables import Refund
from ledger.fees.queries import debts
from ledger.fees.rules import FEE, apply_payment
from ledger.fees.tables import Applied, SurchargePaid
from ledger.fields import Amount, Code, EntryNumber
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts, held
from ledger.journal.rules import Draft, Move
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai


def settle(
    session: Session,
    community: str,
    homes: Iterable[str] | None,
    *,
    on: date,
    key: str,
    month: Month | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Let prepayments pay what their homes owe, of a month or at all; gives the sum in fen."""
    prepaid = {h: fen for h, fen in held(session, community, FEE, "prepaid", homes).items() if fen > 0}
    if not prepaid:
        return 0
    used = {
        home: apply_payment(prepaid[home], due).paid
        for home, due in debts(session, community, prepaid, month).items()
    }
    if not used:
        return 0
    codes = accounts(session, community, FEE)
    moves = [m for home, paid in used.items() for m in paying(paid, codes["prepaid"], codes, home)]
    draft = Draft(kind="fees.prepaid-applied", on=on, key=key, book=FEE, moves=moves, ahead=month is not None)
    posted = post(session, community, draft, by=by, at=at)
    applied, on_top = paid_rows(community, [(posted.no, on, home, paid) for home, paid in used.items()])
    write_rows(session, Applied, applied)
    write_rows(session, SurchargePaid, on_top)
    return sum(move.amount_fen for move in moves)


def request_refund(
    session: Session,
    community: str,
    code: Code,
    home: Code,
    receipt: Annotated[EntryNumber, Field(strict=True)],
    amount_fen: Amount,
    ground: Ground,
    *,
    by: Actor,
    at: datetime,
) -> Refund:
    """Ask for a prepayment to be given back the way it came, by the entry of the receipt that brought it.

    Raises:
        RefundAboveReceipt: the receipt, or what is left of the prepayment, is smaller.
        NoHome; NoReceipt: the entry is no standing receipt of this home.
        AskedDifferently: the code names another refund.
    """
    head(session, community, lock=True)
    one_home(session, community, home)
    facts: dict[str, Json] = {"fen": amount_fen, "ground": ground.value, "receipt": receipt}
    draft = Draft(
        kind="fees.refund-requested",
        on=day_in_shanghai(at),
        key=f"refund/{code}/requested",
        facts=facts,
        asked={"home": home},
    )
    if replay(session, community, draft):
        return refund(session, community, code)
    asked = Refund(
        community=community,
        code=code,
        home=home,
        receipt_no=receipt,
        amount_fen=amount_fen,
        ground=ground,
        requested_by=by.login,
        requested_at=at,
    )
    _check(session, asked)
    session.add(asked)
    session.flush()
    post(session, community, draft, by=by, at=at)
    return asked


def _check(session: Session, asked: Refund) -> str:
    """See that a refund can be paid; gives the account that its receipt came into."""
    account, fen = receipt(session, asked.community, asked.receipt_no, asked.home)
    prepaid = held(session, asked.community, FEE, "prepaid", [asked.home])[asked.home]
    left = refundable(fen, refunded(session, asked.community, asked.receipt_no), prepaid)
    if asked.amount_fen > left:
        raise RefundAboveReceipt(
            receipt=asked.receipt_no, left_fen=left, home=asked.home, asked_fen=asked.amount_fen
        )
    return account


def approve_refund(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Posted:
    """Release a refund: out of the account into which its receipt came. Done twice it is done once.

    Raises:
        SamePerson: whoever asked for it may not release it.
        RefundDecided: it was rejected; RefundAboveReceipt: the prepayment has been used since.
    """
    head(session, community, lock=True)
    asked = refund(session, community, code)
    draft = Draft(
        kind="fees.refunded",
        on=day_in_shanghai(at),
        key=f"refund/{code}/paid",
        book=FEE,
        asked={"home": asked.home, "fen": asked.amount_fen},
        subject=f"refund/{code}",
        approved_by=by.login,
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_different_people([(Duty.ASK, asked.requested_by)], step=Duty.APPROVE, by=by)
    check_next(code, asked.state, RefundState.PAID)
    account = _check(session, asked)
    codes = accounts(session, community, FEE)
    moves = [Move(codes["prepaid"], account, asked.amount_fen, asked.home)]
    posted = post(session, community, replace(draft, moves=moves), by=by, at=at)
    asked.state, asked.decided_by, asked.decided_at = RefundState.PAID, by.login, at
    asked.entry_no = posted.no
    session.add(asked)
    session.flush()
    return posted


def reject_refund(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Posted:
    """Say no to a refund.

    Raises:
        SamePerson; RefundDecided: it was paid or rejected before.
    """
    head(session, community, lock=True)
    asked = refund(session, community, code)
    draft = Draft(kind="fees.refund-rejected", on=day_in_shanghai(at), key=f"refund/{code}/rejected")
    if earlier := replay(session, community, draft):
        return earlier
    check_different_people([(Duty.ASK, asked.requested_by)], step=Duty.APPROVE, by=by)
    check_next(code, asked.state, RefundState.REJECTED)
    asked.state, asked.decided_by, asked.decided_at = RefundState.REJECTED, by.login, at
    session.add(asked)
    return post(session, community, draft, by=by, at=at)
