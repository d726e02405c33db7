"""Of whom something is kept, what still needs it, and what is refused. Pure."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Refused, Unknown
from ledger.words import Coded, word


class Tie(StrEnum):
    """What somebody was to a home."""

    HOLDER = "holder"
    TENANT = "tenant"


class Former(NamedTuple):
    """Somebody who holds or rents a home no longer, from his first day to his last.

    ``erasure_no`` is the entry by which his name and telephone were erased; ``head`` the key by which a holder counts in votes.
    """

    tie: Tie
    home: str
    since: date
    until: date
    name: str
    phone: str
    erasure_no: int | None
    head: str = ""


class Need(StrEnum):
    """What still needs to know who somebody was."""

    DEBT = "debt"
    DISPUTE = "dispute"
    REFUND = "refund"
    FUND_RETURN = "fund_return"
    TOPUP = "topup"
    LEVY = "levy"
    VOTE = "vote"
    OBJECTION = "objection"
    TICKET = "ticket"


def needed_for(need: Need, which: object) -> Coded:
    """A need as a refusal names it: which debt, vote or ticket."""
    zh, en = (f"{which} {word(need, language=language)}" for language in ("zh", "en"))
    return Coded("erasure.Need", need.value, (zh, en))


class NoFormerResident(Unknown):
    code = "no-former-resident"
    zh = "{home} 没有自{since}起、现在已经不是的{tie}。"
    en = "Nobody who was {tie} of {home} from {since} on has ceased to be that."


class StillNeeded(Refused):
    code = "resident-still-needed"
    zh = "{home} 自{since}起的{tie}，姓名和电话还不能删除：{needs}。"
    en = "The name and telephone of the {tie} of {home} from {since} on cannot be erased yet: {needs}."
    article = "《个人信息保护法》第47条"


class ErasedBefore(Refused):
    code = "resident-erased-before"
    zh = "{home} 自{since}起的{tie}，姓名和电话已由第 {no} 号凭证删除。"
    en = "The name and telephone of the {tie} of {home} from {since} on were erased by entry {no}."
