"""What donated money may be spent on. Pure."""

from ledger.errors import Refused
from ledger.words import yuan

BOOK = "donation"


class PurposeEmpty(Refused):
    code = "donation-purpose-short"
    zh = "用途“{purpose}”的捐赠只剩 {left} 元，不能支出 {asked} 元；其他用途的捐赠不能挪用。"
    en = "Only {left} yuan are left of the donations for “{purpose}”, not {asked}; those for other purposes stay with theirs."
    article = "《公益事业捐赠法》第18条"


def check_left(purpose: str, left_fen: int, asked_fen: int) -> None:
    """See that a purpose has as much as is asked of it.

    Raises:
        PurposeEmpty.
    """
    if asked_fen > left_fen:
        raise PurposeEmpty(purpose=purpose, left=yuan(left_fen), asked=yuan(asked_fen))
