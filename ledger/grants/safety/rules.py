"""What the public account may pay. Pure."""

from dataclasses import dataclass

from ledger.errors import Refused
from ledger.fields import Amount, Code, Day, Evidence, Text

BOOK = "housing-safety"


class AccountShort(Refused):
    code = "housing-safety-short"
    zh = "房屋安全管理资金公共账户只有 {left_fen:money} 元，不能支付 {amount_fen:money} 元；维修资金、公共收益和物业费都不能补它。"
    en = "The public account for housing safety holds {left_fen:money} yuan, not {amount_fen:money}; neither the fund nor revenue nor fees make up for it."


@dataclass(frozen=True)
class NewGrant:
    """Money that came into the account: ``payer`` is the public body that paid it in, ``document`` its paper."""

    receipt_no: Code
    payer: Text
    amount_fen: Amount
    on: Day
    document: Evidence


@dataclass(frozen=True)
class NewSafetyPayment:
    """A payment that is asked for: what for, to whom, for which building if for one, and the paper behind it."""

    number: Code
    what: Text
    payee: Code
    amount_fen: Amount
    document: Evidence
    building: Code | None = None


def check_left(left_fen: int, amount_fen: int) -> None:
    """See that the account has as much as is asked of it.

    Raises:
        AccountShort.
    """
    if amount_fen > left_fen:
        raise AccountShort(left_fen=left_fen, amount_fen=amount_fen)
