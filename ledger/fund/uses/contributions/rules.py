"""What is owed in cash, what came in, what is in hand. Pure."""

from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Refused, Unknown
from ledger.words import yuan


class Way(StrEnum):
    """Cash that came in from a bearer, or that went on to the contractor."""

    RECEIVED = "received"
    PAID_ON = "paid_on"


class NothingOwed(Unknown):
    code = "share-not-owed"
    zh = "{bearer} 在项目 {project} 里没有应补交的款。"
    en = "{bearer} owes nothing for project {project}."


class MoreThanOwed(Refused):
    code = "more-than-owed"
    zh = "{bearer} 对项目 {project} 还应补交 {open} 元，收 {amount} 元多了。"
    en = "{bearer} still owes {open} yuan for project {project}; {amount} yuan is more."
    article = "《住宅专项维修资金管理办法》第20、21条"


class NothingInHand(Refused):
    code = "nothing-in-hand"
    zh = "项目 {project} 没有收到尚未支付的自筹款。"
    en = "There is no cash in hand for project {project}."


class Owed(NamedTuple):
    """One bearer's cash share of a use, in fen; ``open_fen`` is below nought when a payment was taken back later."""

    project: str
    bearer: str
    kind: str
    owed_fen: int
    received_fen: int
    paid_on_fen: int

    @property
    def open_fen(self) -> int:
        return self.owed_fen - self.received_fen

    @property
    def in_hand_fen(self) -> int:
        return self.received_fen - self.paid_on_fen

    @property
    def of_home(self) -> bool:
        """Whether a home owes it; else a selling unit or a developer does."""
        return self.kind not in ("seller", "developer")


def check_receivable(owed: Owed, amount_fen: int) -> None:
    """See that no more comes in than is open.

    Raises:
        MoreThanOwed: it is more.
    """
    if amount_fen > owed.open_fen:
        raise MoreThanOwed(
            bearer=owed.bearer, project=owed.project, open=yuan(owed.open_fen), amount=yuan(amount_fen)
        )
