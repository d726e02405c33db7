"""What looks wrong: red flags as candidates for a person to look at, never verdicts. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.handover.rules import ContractTask, ItemKind
from ledger.words import period as period_words
from ledger.words import subject, told, yuan


class Severity(StrEnum):
    """How heavy a red flag is."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"


class Flag(StrEnum):
    """The red flags that are computed, by their numbers."""

    SPLITTING = "R03"
    EXCLUDED = "R05"
    PAPER_REUSED = "R08"
    PICTURE_REUSED = "R09"
    NOT_BOOKED = "R12"
    LATE_REMITTANCE = "R14"
    EMERGENCY_ABUSE = "R23"
    HANDOVER_GAPS = "R32"
    CONTRACT_UNDECIDED = "R35"
    """Beyond the list of the domain: nobody decided in time who serves next, so the contract goes on."""


SEVERITY: Mapping[Flag, Severity] = {
    Flag.SPLITTING: Severity.HIGH,
    Flag.EXCLUDED: Severity.HIGH,
    Flag.PAPER_REUSED: Severity.HIGH,
    Flag.PICTURE_REUSED: Severity.HIGH,
    Flag.NOT_BOOKED: Severity.HIGH,
    Flag.LATE_REMITTANCE: Severity.MEDIUM,
    Flag.EMERGENCY_ABUSE: Severity.MEDIUM,
    Flag.HANDOVER_GAPS: Severity.HIGH,
    Flag.CONTRACT_UNDECIDED: Severity.MEDIUM,
}


class Candidate(NamedTuple):
    """Something that a red flag put before a person: about what, since which day, and on which article it rests."""

    flag: Flag
    subject: str
    on: date
    zh: str
    en: str
    article: str

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.flag]


class Use(NamedTuple):
    """A use of the fund as the flag for splitting sees it.

    ``place`` is the scope from the widest part inwards (building, stairwell, side; empty for the whole
    community), ``homes`` how many bear the cost.
    """

    code: str
    on: date
    budget_fen: int
    contractor: str
    component: str
    place: tuple[str, ...]
    homes: int


class Link(StrEnum):
    """What two uses have in common, so that they may be one that was split."""

    CONTRACTOR = "contractor"
    COMPONENT = "component"
    SCOPE = "scope"


class Limit(NamedTuple):
    """An amount from which a use needs something more, and what that is."""

    fen: int
    what_zh: str
    what_en: str
    article: str


class Terms(NamedTuple):
    """When uses that belong together look split: within how many days, how near below the limit, and how long for those."""

    days: int
    overlap_pct: int
    band_pct: int
    band_days: int


class Splitting(NamedTuple):
    """Uses that are each below a limit and look like one above it."""

    uses: tuple[Use, ...]
    links: tuple[Link, ...]
    limit: Limit

    @property
    def total_fen(self) -> int:
        return sum(use.budget_fen for use in self.uses)

    @property
    def on(self) -> date:
        return self.uses[-1].on


def overlap(one: Use, other: Use, pct: int) -> bool:
    """Whether two scopes share so many per cent of the homes of the wider one.

    Scopes lie inside one another or apart: a stairwell in its building, a building in the community.
    """
    short, long = sorted((one.place, other.place), key=len)
    inside = long[: len(short)] == short
    return inside and min(one.homes, other.homes) * 100 >= max(one.homes, other.homes) * pct


def splittings(uses: Iterable[Use], limit: Limit, terms: Terms) -> list[Splitting]:
    """The uses that may have been split to stay below a limit (R03), the earliest first.

    They have a contractor, a component or most of the scope in common, and either at least two within the days
    add up to the limit, or at least three lie just below it. A group inside of a larger one is not named again.
    """
    joined: Mapping[Link, Callable[[Use, Use], bool]] = {
        Link.CONTRACTOR: lambda one, other: one.contractor == other.contractor,
        Link.COMPONENT: lambda one, other: one.component == other.component,
        Link.SCOPE: lambda one, other: overlap(one, other, terms.overlap_pct),
    }
    small = sorted((use for use in uses if use.budget_fen < limit.fen), key=lambda use: (use.on, use.code))
    links: dict[tuple[Use, ...], list[Link]] = {}
    for n, first in enumerate(small):
        for link, belongs in joined.items():
            group = [use for use in small[n:] if belongs(first, use)]
            for together in _suspicious(group, limit, terms):
                links.setdefault(together, []).append(link)
    largest = [uses for uses in links if not any(set(uses) < set(others) for others in links)]
    return [Splitting(uses, tuple(links[uses]), limit) for uses in largest]


def _suspicious(group: Sequence[Use], limit: Limit, terms: Terms) -> set[tuple[Use, ...]]:
    """The uses of a group, counted from its first one, that reach the limit together or lie just below it."""
    since = group[0].on
    near = tuple(use for use in group if (use.on - since).days <= terms.days)
    band = tuple(
        use
        for use in group
        if (use.on - since).days <= terms.band_days and use.budget_fen * 100 >= limit.fen * terms.band_pct
    )
    groups = set()
    if len(near) >= 2 and sum(use.budget_fen for use in near) >= limit.fen:
        groups.add(near)
    if len(band) >= 3:
        groups.add(band)
    return groups


def split_candidate(split: Splitting) -> Candidate:
    """A splitting in words."""
    codes = "、".join(use.code for use in split.uses)
    days = (split.on - split.uses[0].on).days
    links = told(split.links, "zh")
    limit = split.limit
    return Candidate(
        Flag.SPLITTING,
        codes,
        split.on,
        f"维修项目 {codes} 在 {days} 天内先后提出（{links}），各低于 {yuan(limit.fen)} 元，"
        f"合计 {yuan(split.total_fen)} 元：疑似拆分，以避开{limit.what_zh}",
        f"Uses {codes} were proposed within {days} days ({told(split.links, 'en')}), each below "
        f"{yuan(limit.fen)} yuan and {yuan(split.total_fen)} yuan together: perhaps split to stay clear of {limit.what_en}",
        limit.article,
    )


def perhaps_excluded(project: str, said: Iterable[str], on: date) -> Candidate:
    """A use whose title or payee speaks of what the fund does not pay for (R05), with the words."""
    zh, en = (told(list(dict.fromkeys(said)), language) for language in ("zh", "en"))
    return Candidate(
        Flag.EXCLUDED,
        project,
        on,
        f"维修项目 {project} 的名称或收款单位含有“{zh}”：疑似列支了维修资金不能支付的事项",
        f"The title or the payee of use {project} says “{en}”: perhaps nothing that the fund may pay for",
        "《住宅专项维修资金管理办法》第18条、第25条第（四）项",
    )


def _proved(uses: Iterable[tuple[str, StrEnum]]) -> tuple[str, str, str]:
    """What something proves: the subjects, and it all in words, Chinese and English."""
    named = sorted(set(uses))
    zh, en = (
        told([f"{subject(which, language)} {told(purpose, language)}" for which, purpose in named], language)
        for language in ("zh", "en")
    )
    return "、".join(dict.fromkeys(which for which, _ in named)), zh, en


def paper_reused(uses: Iterable[tuple[str, StrEnum]], on: date) -> Candidate:
    """A price review, an audit or an invoice whose paper proves something else too (R08), given as `picture_reused` is."""
    subjects, zh, en = _proved(uses)
    return Candidate(
        Flag.PAPER_REUSED,
        subjects,
        on,
        f"审价、审计或发票的材料还用作别的证明：{zh}",
        f"The paper of a price review, an audit or an invoice proves something else too: {en}",
        "《住宅专项维修资金管理办法》第22、23条",
    )


def picture_reused(uses: Iterable[tuple[str, StrEnum]], on: date) -> Candidate:
    """One picture that proves several things (R09), given by what each is of and which it is; ``on`` is the last use."""
    subjects, zh, en = _proved(uses)
    return Candidate(
        Flag.PICTURE_REUSED,
        subjects,
        on,
        f"同一张照片用作几件事的证明：{zh}",
        f"One picture proves several things: {en}",
        "《住宅专项维修资金管理办法》第22、23条",
    )


def instalment_missing(contract: str, left_fen: int, since: date, days: int) -> Candidate:
    """An instalment of public revenue that was not booked (R12); ``since`` is the day on which it fell due."""
    return Candidate(
        Flag.NOT_BOOKED,
        contract,
        since,
        f"公共收益合同 {contract} 有 {yuan(left_fen)} 元自 {told(since, 'zh')} 起到期未入账，已 {days} 天",
        f"{yuan(left_fen)} yuan of revenue contract {contract} fell due on {told(since, 'en')} and were not booked for {days} days",
        "《民法典》第282条",
    )


def remittance_late(period: str, left_fen: int, due_on: date) -> Candidate:
    """A share of public revenue that is not in the fund by its last day (R14)."""
    return Candidate(
        Flag.LATE_REMITTANCE,
        period,
        due_on,
        f"{period_words(period, 'zh')}应转入维修资金的公共收益还差 {yuan(left_fen)} 元，期限是 {told(due_on, 'zh')}",
        f"{yuan(left_fen)} yuan of public revenue of {period_words(period, 'en')} should have been in the fund by {told(due_on, 'en')}",
        "《物业管理条例》第54条",
    )


def emergency_late(project: str, what: str, due_on: date) -> Candidate:
    """A term of an emergency that passed (R23): ``what`` is ``decide`` or ``post``."""
    zh = {"decide": "申请还没有批复", "post": "使用情况还没有公示"}[what]
    en = {"decide": "its application is not decided", "post": "what was spent is not posted"}[what]
    return Candidate(
        Flag.EMERGENCY_ABUSE,
        project,
        due_on,
        f"应急使用 {project}：{zh}，期限是 {told(due_on, 'zh')}",
        f"Emergency use {project}: {en}; it was due on {told(due_on, 'en')}",
        "建办房〔2015〕52号",
    )


def handover_late(contract: str, due_on: date) -> Candidate:
    """A hand-over that not both sides have signed by its day (R32)."""
    return Candidate(
        Flag.HANDOVER_GAPS,
        contract,
        due_on,
        f"物业服务合同 {contract} 终止后的移交清单到 {told(due_on, 'zh')} 还没有双方签字",
        f"The hand-over list after service contract {contract} was not signed by both sides by {told(due_on, 'en')}",
        "《民法典》第949条",
    )


UNDECIDED: Mapping[ContractTask, tuple[str, str, str]] = {
    ContractTask.DECIDE: (
        "到期前没有按时组织续聘或改聘的决定",
        "nears its end and the decision to renew or replace it was not begun in time",
        "《民法典》第947条",
    ),
    ContractTask.GOES_ON: (
        "已到期，没有下一份合同接上，也没有通知终止，转为不定期合同",
        "is past its term, followed by no contract yet nor ended, and goes on without a term",
        "《民法典》第948条",
    ),
    ContractTask.SUCCESSOR: (
        "已通知终止，最后一天过了还没有定下由谁接管",
        "was ended by notice, and its last day passed without a decision who takes over",
        "《民法典》第950条",
    ),
}


def contract_undecided(task: ContractTask, contract: str, due_on: date) -> Candidate:
    """A service contract whose day passed without a decision (R35): to decide by then, to end, or who takes over."""
    zh, en, article = UNDECIDED[task]
    return Candidate(
        Flag.CONTRACT_UNDECIDED,
        contract,
        due_on,
        f"物业服务合同 {contract} {zh}，那一天是 {told(due_on, 'zh')}",
        f"Service contract {contract} {en}; the day was {told(due_on, 'en')}",
        article,
    )


ITEMS: Mapping[ItemKind, tuple[str, str]] = {
    ItemKind.PREPAID: ("预收物业费", "a prepaid fee"),
    ItemKind.DEPOSIT: ("押金", "a deposit"),
    ItemKind.ELECTRICITY: ("代收未付的充电电费", "electricity of charging to be paid on"),
    ItemKind.UNPAID: ("未付账单", "an unpaid bill"),
    ItemKind.CONTRACT: ("合同", "a contract"),
    ItemKind.ROOM: ("物业用房", "a room"),
    ItemKind.KEYS: ("钥匙", "keys"),
    ItemKind.FILES: ("资料", "files"),
    ItemKind.EQUIPMENT: ("设备", "equipment"),
}
"""What the kinds of items on a hand-over list are called."""


def not_handed_over(contract: str, no: int, kind: ItemKind, due_on: date) -> Candidate:
    """An item on the hand-over list that the firm did not give (R32); what it was stands on the list itself."""
    zh, en = ITEMS[kind]
    return Candidate(
        Flag.HANDOVER_GAPS,
        f"{contract}/{no}",
        due_on,
        f"物业服务合同 {contract} 终止后，移交清单第 {no} 项（{zh}）没有移交",
        f"Item {no} ({en}) of the hand-over list after service contract {contract} was not handed over",
        "《民法典》第949条",
    )
