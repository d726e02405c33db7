"""How a firm's contract ends, and what must be handed over. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field

from ledger.community.rules import Role
from ledger.errors import Malformed, NotAllowed, Refused
from ledger.fields import LongNote, Text

ItemNumber = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class Cause(StrEnum):
    """Why it ends: the owners dismiss it, its term is over, the firm will not renew, it ran on and one side ends it."""

    DISMISSED = "dismissed"
    EXPIRED = "expired"
    FIRM_LEAVES = "firm_leaves"
    INDEFINITE_ENDED = "indefinite_ended"


class Standing(StrEnum):
    """How a service contract stands on a day; INDEFINITE is 民法典 Art. 948."""

    FUTURE = "future"
    RUNNING = "running"
    INDEFINITE = "indefinite"
    ENDED = "ended"


class ItemKind(StrEnum):
    PREPAID = "prepaid"
    DEPOSIT = "deposit"
    UNPAID = "unpaid"
    CONTRACT = "contract"
    ROOM = "room"
    KEYS = "keys"
    FILES = "files"
    EQUIPMENT = "equipment"


class Treatment(StrEnum):
    """What becomes of a prepaid fee: given back, or passed on to whoever serves next."""

    REFUND = "refund"
    FORWARD = "forward"


class ItemState(StrEnum):
    LISTED = "listed"
    HANDED = "handed"
    MISSING = "missing"


class Side(StrEnum):
    FIRM = "firm"
    OWNERS = "owners"


BY_HAND = frozenset({ItemKind.ROOM, ItemKind.KEYS, ItemKind.FILES, ItemKind.EQUIPMENT})
"""What no book knows of."""

ARTICLES = {
    Cause.DISMISSED: "《民法典》第946条",
    Cause.EXPIRED: "《民法典》第947条",
    Cause.FIRM_LEAVES: "《民法典》第947条第二款",
    Cause.INDEFINITE_ENDED: "《民法典》第948条",
}


class NoticeTooLate(Refused):
    code = "firm-notice-too-late"
    zh = "须提前 {days} 日书面通知：{noticed_on} 通知，合同最早到{earliest}终止，不能是 {last_day}。"
    en = "Written notice of {days} days is needed: given on {noticed_on} the contract ends on {earliest} at the earliest, not on {last_day}."


class EndingWrong(Refused):
    code = "ending-wrong"
    zh = "合同（{starts_on} 至 {ends_on}）不能以“{cause}”在 {last_day} 终止：期内解聘须在到期前，到期和不续签须在到期日，不定期合同须在到期后。"
    en = "A contract of {starts_on} to {ends_on} cannot end by “{cause}” on {last_day}: a dismissal lies inside the term, expiry on its last day, an indefinite contract after it."


class NotTheirNotice(NotAllowed):
    code = "not-their-notice"
    zh = "“{cause}”不能由{role}发出通知。"
    en = "A notice of “{cause}” is not the {role}'s to give."
    article = "《民法典》第946–948条"


class ItemsOpen(Refused):
    code = "handover-items-open"
    zh = "还有 {open} 项没有写明已移交或缺失，不能签字。"
    en = "{open} items are neither handed over nor missing; nobody signs before."
    article = "《民法典》第949条"


class HandoverSigned(Refused):
    code = "handover-signed"
    zh = "移交清单已经有人签字，不能再改。"
    en = "The hand-over list has been signed and is changed no more."
    article = "《民法典》第949条"


class NotByHand(Malformed):
    code = "item-not-by-hand"
    zh = "“{kind}”由账本列出，不能手工添加。"
    en = "Items of “{kind}” come from the books and are not added by hand."


class NotPrepaid(Refused):
    code = "handover-item-not-prepaid"
    zh = "第 {no} 项不是预收物业费，谈不上退还或转交。"
    en = "Item {no} is no prepaid fee; it is neither refunded nor passed on."
    article = "《物业服务纠纷解释》第3条"


class MissingWithoutNote(Malformed):
    code = "missing-without-note"
    zh = "第 {no} 项缺失，请写明缺什么。"
    en = "Item {no} is missing: say what."


class NothingToHandOver(Refused):
    code = "handover-empty"
    zh = "移交清单是空的，不能签字：请先由账本列出并补充钥匙、资料、设备。"
    en = "The hand-over list is empty; draw it up from the books and add keys, files and equipment first."
    article = "《民法典》第949条"


class Calendar(NamedTuple):
    """The days that count back and forth from a contract's last day."""

    decide_by: date
    firm_notice_by: date
    dismissal_notice_by: date
    last_day: date
    handover_by: date


class Item(NamedTuple):
    """Something to hand over: what, of whom or which, and how much if it is money (fen)."""

    kind: ItemKind
    subject: str
    amount_fen: int | None = None


@dataclass(frozen=True)
class NewItem:
    """Something that is added to the list by hand: a room, keys, papers, equipment."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: ItemKind
    subject: Text


@dataclass(frozen=True)
class Mark:
    """What was found of an item: handed over, or missing and what of it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    no: ItemNumber
    state: ItemState
    note: LongNote = ""


def calendar(last_day: date, decide: int, firm_notice: int, dismissal: int, handover: int) -> Calendar:
    """The renewal calendar of a contract; all terms in calendar days, by the profile."""
    return Calendar(
        last_day - timedelta(days=decide),
        last_day - timedelta(days=firm_notice),
        last_day - timedelta(days=dismissal),
        last_day,
        last_day + timedelta(days=handover),
    )


def check_notice(
    cause: Cause, starts_on: date, ends_on: date, noticed_on: date, last_day: date, days: int
) -> None:
    """See that a notice fits the contract and comes in time; the day of the notice does not count (Art. 201).

    Raises:
        EndingWrong: the last day does not go with the cause. NoticeTooLate: fewer days than the law asks.
    """
    fits = {
        Cause.DISMISSED: starts_on <= last_day < ends_on,
        Cause.EXPIRED: last_day == ends_on,
        Cause.FIRM_LEAVES: last_day == ends_on,
        Cause.INDEFINITE_ENDED: last_day > ends_on,
    }[cause]
    if not fits:
        raise EndingWrong(
            cause=cause,
            starts_on=starts_on,
            ends_on=ends_on,
            last_day=last_day,
            article=ARTICLES[cause],
        )
    earliest = noticed_on + timedelta(days=days)
    if last_day < earliest:
        raise NoticeTooLate(
            days=days, noticed_on=noticed_on, earliest=earliest, last_day=last_day, article=ARTICLES[cause]
        )


def check_whose_notice(cause: Cause, role: Role) -> None:
    """See that the owners' side dismisses and the firm's side leaves; either ends an indefinite contract.

    Raises:
        NotTheirNotice.
    """
    firms = role is Role.MANAGER
    if (cause is Cause.FIRM_LEAVES and not firms) or (cause in (Cause.DISMISSED, Cause.EXPIRED) and firms):
        raise NotTheirNotice(cause=cause, role=role)


def standing(starts_on: date, ends_on: date, last_day: date | None, on: date) -> Standing:
    """How a contract stands on a day; ``last_day`` is the one that was given notice of, if any."""
    if on < starts_on:
        return Standing.FUTURE
    if last_day is not None and on > last_day:
        return Standing.ENDED
    return Standing.RUNNING if on <= ends_on else Standing.INDEFINITE


def may_charge_until(last_day: date, refused_on: date | None, taken_over_on: date | None) -> date | None:
    """The last day for which a firm that goes may charge: to the contract's end, and on until the next one takes over.

    It serves on until then and is paid for it (民法典 Art. 950), so the day is None while nobody has taken over;
    one that refuses to hand over is paid nothing after its last day (Art. 949).
    """
    if refused_on is not None:
        return last_day
    return None if taken_over_on is None else max(last_day, taken_over_on - timedelta(days=1))


def check_signable(states: Iterable[ItemState]) -> None:
    """See that everything on the list was looked at.

    Raises:
        NothingToHandOver, ItemsOpen.
    """
    marks = list(states)
    if not marks:
        raise NothingToHandOver()
    if still := marks.count(ItemState.LISTED):
        raise ItemsOpen(open=still)
