"""What may become of a deposit. Pure."""

from ledger.errors import Refused


class DepositTooSmall(Refused):
    code = "deposit-too-small"
    zh = "合同 {number} 的押金只有 {held_fen:money} 元，不能退还或没收 {amount_fen:money} 元。"
    en = "Only {held_fen:money} yuan are held on contract {number}; {amount_fen:money} yuan can be neither returned nor forfeited."


def holder(counterparty: str, number: str) -> str:
    """Whose deposit it is in the sub-ledger: the counterparty, under one contract."""
    return f"{counterparty}@{number}"
