"""What paying debts moves, and what may be refunded. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from ledger.errors import Refused
from ledger.fees.rules import Owed, Part
from ledger.journal.rules import Move


class Ground(StrEnum):
    """Why a prepayment is given back."""

    OVERPAID = "overpaid"
    CONTRACT_ENDED = "contract_ended"
    UNLAWFUL_CHARGE = "unlawful_charge"


class RefundState(StrEnum):
    REQUESTED = "requested"
    PAID = "paid"
    REJECTED = "rejected"


NEXT: Mapping[RefundState, frozenset[RefundState]] = {
    RefundState.REQUESTED: frozenset({RefundState.PAID, RefundState.REJECTED}),
    RefundState.PAID: frozenset(),
    RefundState.REJECTED: frozenset(),
}
"""What a refund may become."""


class RefundDecided(Refused):
    code = "refund-decided"
    zh = "退款 {refund} 的状态是 {state}，不能再处理。"
    en = "The refund {refund} is {state}, so nothing more can be done to it."


class RefundAboveReceipt(Refused):
    code = "refund-above-receipt"
    zh = "第 {receipt} 号收款只有 {left_fen:money} 元可退给 {home}，申请退 {asked_fen:money} 元：退款原路退回，不超过原收款和预收余额。"
    en = "Of receipt {receipt} only {left_fen:money} yuan can go back to {home}, {asked_fen:money} yuan were asked: a refund goes back the way the money came, and no further than the prepayment."
    article = "《物业服务纠纷解释》第2–3条"


def check_next(refund: str, state: RefundState, wanted: RefundState) -> None:
    """See that a refund may become what is wanted.

    Raises:
        RefundDecided: it may not, as it stands.
    """
    if wanted not in NEXT[state]:
        raise RefundDecided(refund=refund, state=state)


def refundable(receipt_fen: int, refunded_fen: int, prepaid_fen: int) -> int:
    """How much of a receipt can be given back: what was not refunded of it, and no more than is still prepaid; fen."""
    return max(0, min(receipt_fen - refunded_fen, prepaid_fen))


def paying(
    paid: Mapping[Owed, int],
    source: str,
    codes: Mapping[str, str],
    home: str,
    *,
    party: str | None = None,
    memo: str | None = None,
) -> list[Move]:
    """The movements that pay debts of a home out of an account: the fee, then what is owed on top of it."""
    principal = sum(fen for debt, fen in paid.items() if debt.part is Part.PRINCIPAL)
    on_top = sum(paid.values()) - principal
    moves = [Move(source, codes["receivable"], principal, home, party, memo)] if principal else []
    return moves + ([Move(source, codes["surcharges"], on_top, home, party, memo)] if on_top else [])


Row = dict[str, object]


def paid_rows(
    community: str, paid: Iterable[tuple[int, date, str, Mapping[Owed, int]]]
) -> tuple[list[Row], list[Row]]:
    """The rows of what entries paid, given as (entry, day received, home, fen by debt): of the fee, and on top of it."""
    fee: list[Row] = []
    on_top: list[Row] = []
    for no, on, home, debts in paid:
        for debt, fen in debts.items():
            row: Row = {
                "community": community,
                "entry_no": no,
                "home": home,
                "month": debt.month,
                "amount_fen": fen,
                "received_on": on,
            }
            if debt.part is Part.PRINCIPAL:
                fee.append(row)
            else:
                on_top.append({**row, "part": debt.part})
    return fee, on_top
