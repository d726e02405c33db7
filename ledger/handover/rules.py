"""How a firm's contract ends, and what must be handed over. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field

from ledger.community.role_rules import Role
from ledger.community.rules import FirmKind
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


class ContractTask(StrEnum):
    """What a contract that nears its end, or has passed it, asks of somebody."""

    DECIDE = "decide"
    FIRM_NOTICE = "firm_notice"
    DISMISSAL_NOTICE = "dismissal_notice"
    ENDS = "ends"
    GOES_ON = "goes_on"
    SUCCESSOR = "successor"
    HAND_OVER = "hand_over"


class ItemKind(StrEnum):
    PREPAID = "prepaid"
    DEPOSIT = "deposit"
    ELECTRICITY = "electricity"
    """Collected with charging and still to be paid on to whoever supplied it."""
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


NEAR = timedelta(days=30)
"""So long before its day a task is told."""
DUTIES = frozenset({ContractTask.DECIDE, ContractTask.ENDS})
"""What stays open when its day is past."""
WHOSE: Mapping[ContractTask, frozenset[Role]] = {
    ContractTask.DECIDE: frozenset({Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR}),
    ContractTask.FIRM_NOTICE: frozenset({Role.MANAGER}),
    ContractTask.DISMISSAL_NOTICE: frozenset({Role.COMMITTEE}),
    ContractTask.ENDS: frozenset({Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR}),
    ContractTask.GOES_ON: frozenset({Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR}),
    ContractTask.SUCCESSOR: frozenset({Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR}),
    ContractTask.HAND_OVER: frozenset({Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE}),
}
"""Whom each task of a contract concerns."""
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


class TakeOverDay(Refused):
    code = "take-over-day"
    zh = "下一家从{on}起接管不对：要在合同最后一天 {last_day} 之后，最晚 {latest}。"
    en = "The next cannot take over on {on}: it is after the last day of the contract, {last_day}, and on {latest} at the latest."
    article = "《民法典》第950条"


class RefusalDay(Refused):
    code = "refusal-day"
    zh = "拒绝移交登记在{on}不对：要在终止通知那天 {noticed_on} 以后，不晚于今天 {today}。"
    en = "The refusal to hand over cannot be of {on}: it is not before the notice of {noticed_on} nor after today, {today}."
    article = "《民法典》第949条"


class NotTheirNotice(NotAllowed):
    code = "not-their-notice"
    zh = "“{cause}”不能由{role}发出通知。"
    en = "A notice of “{cause}” is not the {role}'s to give."
    article = "《民法典》第946–948条"


class FirmIsNone(Refused):
    code = "no-property-firm"
    zh = "“{firm}”登记的是{kind}，不是物业服务企业，不能签物业服务合同。"
    en = "“{firm}” is registered as a {kind}, which is no property firm and concludes no service contract."
    article = "《民法典》第937条"


class ServiceThere(Refused):
    code = "service-there"
    zh = "本小区已经有编号“{number}”的物业服务合同；请用新合同的编号。"
    en = "The community has a service contract “{number}” already; use the number of the new one."


class DecisionMissing(Refused):
    code = "service-decision-missing"
    zh = "选聘物业企业由业主共同决定：请选已通过的表决。只有启用日（{opened_on}）以前就在履行的第一份合同可以不选。"
    en = "Hiring a property firm is for the owners to decide: name the vote that passed. Only the first contract, if it runs since before the opening day ({opened_on}), may lack one."
    article = "《民法典》第278条第（四）项"


class ResolutionUsed(Refused):
    code = "service-resolution-used"
    zh = "决议“{motion}”已经用在合同“{number}”上；再签约、再延长或再终止，要有新的业主决议。"
    en = "The resolution “{motion}” was used for the contract “{number}” already; another contract, term or end needs another decision."
    article = "《民法典》第278条"


class ServiceBackwards(Malformed):
    code = "service-backwards"
    zh = "合同不能在{ends_on}到期：它从{starts_on}开始。"
    en = "The contract cannot end on {ends_on}: it begins on {starts_on}."


class ServiceGoesOn(Refused):
    code = "service-goes-on"
    zh = "“{number}”还没有通知终止：没有终止通知，原企业的合同到期后仍然继续。请先登记终止通知，再与别的企业签约。"
    en = "No notice ends “{number}”: without one the present firm's contract goes on after its term. Enter the notice first, then contract with another firm."
    article = "《民法典》第946–948条"


class ServiceOverlaps(Refused):
    code = "service-overlaps"
    zh = "“{number}”到{until}为止，新合同不能从{starts_on}开始；一个小区同一时间只有一家企业。"
    en = "“{number}” runs to {until}, so another cannot begin on {starts_on}; one firm serves a community at a time."
    article = "《物业管理条例》第33条"


class ServiceEnds(Refused):
    code = "service-ends"
    zh = "“{number}”已经通知在{last_day}终止，不能再延长；要留用，请另签合同。"
    en = "Notice was given that “{number}” ends on {last_day}; it is not prolonged any more. To keep the firm, conclude another contract."


class NotLonger(Malformed):
    code = "service-not-longer"
    zh = "“{number}”现在到{ends_on}为止，要延长到更晚的日子，不能是{asked}。"
    en = "“{number}” runs to {ends_on}; it is prolonged to a later day, not to {asked}."


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


class Term(NamedTuple):
    """A service contract by its days; ``last_day`` is the one on which it ends by notice, if notice was given."""

    number: str
    firm: str
    starts_on: date
    ends_on: date
    last_day: date | None = None


class Use(NamedTuple):
    """What a decision of the owners about the firm was used for: to end a contract, or to make or prolong it."""

    motion: str
    contract: str
    ends: bool


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


def calendar(last_day: date, decide: int, firm_notice: int, dismissal: int, handover_by: date) -> Calendar:
    """The renewal calendar of a contract; all terms in calendar days, by the profile."""
    return Calendar(
        last_day - timedelta(days=decide),
        last_day - timedelta(days=firm_notice),
        last_day - timedelta(days=dismissal),
        last_day,
        handover_by,
    )


def contract_tasks(
    term: Term, days: Calendar, today: date, *, decided: bool = False
) -> list[tuple[ContractTask, date]]:
    """What a contract that nobody has ended and none follows yet asks for on a day, each with its day: what is near or past.

    A notice is a right: its day is told until it is past. Once the term is over the contract goes on without one (民法典
    Art. 948), and that alone is told. Where it is ``decided`` who serves next, though from a later day than the one after
    the term, nobody has to decide any more, and the end of the term is told.
    """
    if today > term.ends_on:
        return [(ContractTask.GOES_ON, term.ends_on)]
    if decided:
        return [(ContractTask.ENDS, term.ends_on)] if term.ends_on - NEAR <= today else []
    due = (
        (ContractTask.DECIDE, days.decide_by),
        (ContractTask.FIRM_NOTICE, days.firm_notice_by),
        (ContractTask.DISMISSAL_NOTICE, days.dismissal_notice_by),
        (ContractTask.ENDS, days.last_day),
    )
    return [(task, on) for task, on in due if on - NEAR <= today and (today <= on or task in DUTIES)]


def check_notice(
    cause: Cause, starts_on: date, ends_on: date, noticed_on: date, last_day: date, days: int
) -> None:
    """See that a notice fits the contract and comes in time; the day of the notice does not count (Art. 201).

    Raises:
        EndingWrong: the last day does not go with the cause. NoticeTooLate: fewer days than the law asks.
    """
    fits = {
        Cause.DISMISSED: starts_on <= last_day <= ends_on,
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


def check_property_firm(firm: str, kind: FirmKind) -> None:
    """See that whoever is to serve a community is a property firm.

    Raises:
        FirmIsNone.
    """
    if kind is not FirmKind.PROPERTY:
        raise FirmIsNone(firm=firm, kind=kind)


def check_brought_over(starts_on: date, opened_on: date, last: Term | None) -> None:
    """See that a contract without a decision of the owners is the first here, and runs since before the books began.

    Raises:
        DecisionMissing.
    """
    if last is not None or starts_on >= opened_on:
        raise DecisionMissing(opened_on=opened_on)


def check_unused(motion: str, uses: Iterable[Use], goes_with: Use | None = None) -> None:
    """See that a decision of the owners was used for nothing, unless for what goes with it.

    To replace the firm is one decision: it ends one contract and makes the one that follows.

    Raises:
        ResolutionUsed.
    """
    for use in uses:
        if use.motion == motion and use != goes_with:
            raise ResolutionUsed(motion=motion, number=use.contract)


def check_conclusion(new: Term, last: Term | None) -> None:
    """See that a new contract has a term and follows the last one.

    Raises:
        ServiceBackwards, ServiceGoesOn, ServiceOverlaps.
    """
    if new.ends_on < new.starts_on:
        raise ServiceBackwards(starts_on=new.starts_on, ends_on=new.ends_on)
    if last is None:
        return
    if last.last_day is None and last.firm != new.firm:
        raise ServiceGoesOn(number=last.number)
    until = last.last_day or last.ends_on
    if new.starts_on <= until:
        raise ServiceOverlaps(number=last.number, until=until, starts_on=new.starts_on)


def check_prolongation(contract: Term, ends_on: date, last: Term) -> None:
    """See that a contract whose term is made longer still runs, and that no other follows it.

    Raises:
        ServiceEnds, NotLonger, ServiceOverlaps.
    """
    if contract.last_day is not None:
        raise ServiceEnds(number=contract.number, last_day=contract.last_day)
    if ends_on <= contract.ends_on:
        raise NotLonger(number=contract.number, ends_on=contract.ends_on, asked=ends_on)
    if last.number != contract.number:
        raise ServiceOverlaps(number=contract.number, until=ends_on, starts_on=last.starts_on)


def standing(starts_on: date, ends_on: date, last_day: date | None, on: date) -> Standing:
    """How a contract stands on a day; ``last_day`` is the one that was given notice of, if any."""
    if on < starts_on:
        return Standing.FUTURE
    if last_day is not None and on > last_day:
        return Standing.ENDED
    return Standing.RUNNING if on <= ends_on else Standing.INDEFINITE


A_YEAR = timedelta(days=366)
"""So long after the end of a contract, or after today, whoever serves next may still be to come."""


def check_take_over(on: date, last_day: date, today: date) -> None:
    """See that the first day of whoever serves next comes after the contract and is not years away.

    Raises:
        TakeOverDay.
    """
    latest = max(last_day, today) + A_YEAR
    if not last_day < on <= latest:
        raise TakeOverDay(on=on, last_day=last_day, latest=latest)


def check_refusal(on: date, noticed_on: date, today: date) -> None:
    """See that a refusal to hand over came after the notice and has come.

    Raises:
        RefusalDay.
    """
    if not noticed_on <= on <= today:
        raise RefusalDay(on=on, noticed_on=noticed_on, today=today)


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
