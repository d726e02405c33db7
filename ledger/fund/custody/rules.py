"""Who keeps the fund, and what may be handed over. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Malformed, Refused
from ledger.words import Coded

ARTICLE = "《住宅专项维修资金管理办法》第15条第（三）项"


class AccountLevel(StrEnum):
    """By what the bank account is opened: the property-management area, or the building (Art. 10; 上海 Art. 66)."""

    AREA = "area"
    BUILDING = "building"


class HandedPart(NamedTuple):
    """A part that changes hands: the role of its account, whose it is (empty for gains), and the fen."""

    role: str
    bearer: str
    fen: int


class NoticeAhead(Malformed):
    code = "handover-notice-ahead"
    zh = "通知日期 {noticed_on} 在今天之后，请核对。"
    en = "The day of the notice {noticed_on} is ahead of today; check it."


class KeptThereAlready(Refused):
    code = "kept-there-already"
    zh = "维修资金现在已经是“{keeper}”，不用划转。"
    en = "The fund is {keeper} already; there is nothing to hand over."
    article = ARTICLE


class HandoverPending(Refused):
    code = "handover-pending"
    zh = "划转 {handover} 还没有办完，不能同时另办一次。"
    en = "The hand-over {handover} is not finished; there cannot be a second one beside it."
    article = ARTICLE


class HandoverNotReady(Refused):
    code = "handover-not-ready"
    zh = "划转 {handover} 还没有转出，不能接收。"
    en = "The hand-over {handover} has not been released; it cannot be taken over."
    article = ARTICLE


class NotCarriedOver(Refused):
    code = "not-carried-over"
    zh = "维修资金还有没有结转的收支（{accounts}），结转后才能划转。"
    en = "The fund has income or expenditure that is not carried over ({accounts}); carry it over first."
    article = "《住宅专项维修资金会计核算办法》"


class StillOpen(Refused):
    code = "custody-still-open"
    zh = "划转前须先结清 {accounts}（到期兑付、收回备用金、付清返还款）。"
    en = "Before the hand-over {accounts} must be settled: bonds cashed, advances returned, refunds paid."
    article = ARTICLE


class NothingToHandOver(Refused):
    code = "nothing-to-hand-over"
    zh = "维修资金没有余额，没有可以划转的。"
    en = "The fund holds nothing that could be handed over."


NET = ("commodity", "public_owner", "public_seller", "gains")
SETTLED = ("bonds", "advance", "house_loss")


def check_only_money(balances: Mapping[str, int]) -> None:
    """See that the fund is bank money and net assets and nothing else; balances by account role, in fen.

    Raises:
        StillOpen: bonds, advances or refunds are open.
        NotCarriedOver: income or expenditure stands.
        NothingToHandOver: there is nothing, or gains are below nought.
    """
    if standing := _standing(balances, SETTLED):
        raise StillOpen(accounts=standing)
    if standing := _standing(balances, balances.keys() - {"bank", *NET, *SETTLED}):
        raise NotCarriedOver(accounts=standing)
    if balances["bank"] <= 0 or balances["gains"] < 0:
        raise NothingToHandOver()


def _standing(balances: Mapping[str, int], roles: Iterable[str]) -> list[Coded]:
    return [Coded("account", role) for role in sorted(roles) if balances[role]]
