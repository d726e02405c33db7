"""What may be refunded. Pure."""

from enum import StrEnum

from ledger.errors import Refused


class Ground(StrEnum):
    """Why a prepayment is given back."""

    OVERPAID = "overpaid"
    CONTRACT_ENDED = "contract_ended"
    UNLAWFUL_CHARGE = "unlawful_charge"


class RefundState(StrEnum):
    REQUESTED = "requested"
    PAID = "paid"
    REJECTED = "rejected"


class RefundExists(Refused):
    code = "refund-exists"
    zh = "退款 {refund} 已经登记过。"
    en = "The refund {refund} is there already."


class RefundDecided(Refused):
    code = "refund-decided"
    zh = "退款 {refund} 的状态是 {state}，不能再处理。"
    en = "The refund {refund} is {state}, so nothing more can be done to it."


class RefundAboveReceipt(Refused):
    code = "refund-above-receipt"
    zh = "第 {receipt} 号收款只有 {left_fen} 分可退给 {home}，申请退 {asked_fen} 分：退款原路退回，不超过原收款和预收余额。"
    en = "Of receipt {receipt} only {left_fen} fen can go back to {home}, {asked_fen} fen were asked: a refund goes back the way the money came, and no further than the prepayment."
    article = "《物业服务纠纷解释》第2–3条"


def refundable(receipt_fen: int, refunded_fen: int, prepaid_fen: int) -> int:
    """How much of a receipt can be given back: what was not refunded of it, and no more than is still prepaid; fen."""
    return max(0, min(receipt_fen - refunded_fen, prepaid_fen))
