"""What the fund may pay for, how a bill is borne, and which steps a use goes through. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.community.rules import HomeKind, Warranty
from ledger.errors import NotAllowed, Refused
from ledger.fields import Code
from ledger.fund.rules import Deposited
from ledger.fund.uses.bought_rules import refused_by, said_against
from ledger.money import Fen, split
from ledger.periods import years_after
from ledger.words import yuan


class ScopeKind(StrEnum):
    """Who bears the cost (受益人和负担人相一致)."""

    COMMUNITY = "community"
    BUILDING = "building"
    STAIRWELL = "stairwell"
    SIDE = "side"


class Term(StrEnum):
    """What of a use has to happen by a day: the decision, the filing of it, the posting of what was spent."""

    DECIDE = "decide"
    FILE = "file"
    POST = "post"


OF_A_USE = "fund/"
"""How the motions on one use begin, and on its overrun."""
COLLECTIVE = "fund-collective/"
"""How the motions of collective votes begin: no other vote lets a use go without one of its own."""


class NotForTheFund(Refused):
    """One of the rules N1–N7: the fund may not pay for this."""

    code = "not-for-the-fund"
    zh = "维修资金不能支付：{reason_zh}。应走：{route_zh}。规则 {rule}"
    en = "The fund may not pay for this: {reason_en}. Route: {route_en}. Rule {rule}"


class ScopeEmpty(Refused):
    code = "scope-empty"
    zh = "列支范围内没有房屋。"
    en = "There are no homes in the scope that would bear the cost."
    article = "《住宅专项维修资金管理办法》第19条"


class ScopeWrong(Refused):
    code = "scope-wrong"
    zh = "列支范围与部位不符：{component} 属于 {building} 幢，费用由该幢业主承担。"
    en = "The scope does not fit the part: {component} belongs to building {building}, whose owners bear the cost."
    article = "《住宅专项维修资金管理办法》第19条"


class GuaranteeOver(Refused):
    code = "guarantee-over"
    zh = "保修不能到{until}为止：工程{on}才验收。"
    en = "The warranty cannot end on {until}: the works are accepted on {on} only."


class ProjectExists(Refused):
    code = "project-exists"
    zh = "项目编号 {project} 已经用过，请换一个。"
    en = "The project code {project} is taken; choose another."


class NotPreauthorised(Refused):
    code = "not-preauthorised"
    zh = "项目 {project} 不在集合表决的授权之内：{why_zh}。"
    en = "Project {project} is outside of what the collective vote authorised: {why_en}."
    article = "建办房〔2015〕52号（集合表决）；《民法典》第278条第（五）项"


class SharesDiffer(Refused):
    code = "shares-differ"
    zh = "项目 {project} 分摊合计 {shares} 元，与付款合计 {paid} 元不符，不能确认分摊。"
    en = "The shares of project {project} add up to {shares} yuan and its payments to {paid} yuan; they cannot be confirmed."
    article = "《住宅专项维修资金管理办法》第20条"


class AppliesInEmergency(NotAllowed):
    code = "committee-applies-in-emergency"
    zh = "业主委员会只在紧急情况下申请使用维修资金；平常由物业企业或居委会申请，业主委员会审核。"
    en = "The owners' committee applies for the fund in an emergency only; at other times the property firm or the residents' committee does, and the committee decides."
    article = "《民法典》第281条第二款"


class ApprovedAboveVoted(Refused):
    code = "approved-above-voted"
    zh = "批准 {approved} 元超过业主表决的预算 {budget} 元；超出部分须重新表决。"
    en = "Approving {approved} yuan is above the {budget} yuan the owners voted on; the excess needs another vote."
    article = "《民法典》第278条第（五）项"


class Rule(StrEnum):
    """The rules of what the fund may pay, in the order in which they are tried."""

    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    N4 = "N4"
    N5 = "N5"
    N6 = "N6"
    N7 = "N7"
    M1 = "M1"
    Y2 = "Y2"
    Y1 = "Y1"


class Refusal(NamedTuple):
    reason_zh: str
    reason_en: str
    route_zh: str
    route_en: str
    article: str


REFUSALS: Mapping[Rule, Refusal] = {
    Rule.N1: Refusal(
        "专有部分由业主自己维修",
        "exclusive parts are the owner's",
        "业主自修",
        "the owner",
        "《住宅专项维修资金管理办法》第18条",
    ),
    Rule.N2: Refusal(
        "仍在保修期内",
        "it is within the warranty",
        "向保修单位索赔",
        "a warranty claim",
        "《住宅专项维修资金管理办法》第25条第（一）项",
    ),
    Rule.N3: Refusal(
        "属于供水、供电、供气、供热、通信等专营单位的设施",
        "it belongs to a utility",
        "专营单位",
        "the utility",
        "《住宅专项维修资金管理办法》第25条第（二）项；《物业管理条例》第51条",
    ),
    Rule.N4: Refusal(
        "由明确的人为损坏造成",
        "an identified person damaged it",
        "向责任人追偿",
        "a claim against that person",
        "《住宅专项维修资金管理办法》第25条第（三）项",
    ),
    Rule.N5: Refusal(
        "按物业服务合同属于物业企业的日常养护",
        "daily upkeep under the service contract",
        "物业企业",
        "the property firm",
        "《住宅专项维修资金管理办法》第25条第（四）项；《物业服务收费管理办法》第11条",
    ),
    Rule.N6: Refusal(
        "其他规定或约定禁止列支",
        "another rule or contract forbids it",
        "不得列支",
        "not from the fund",
        "",
    ),
    Rule.N7: Refusal(
        "与维修、更新、改造无关（新建设施、工资、办公、餐饮、礼品、津贴）",
        "it is not repair, renewal or alteration (new facilities, wages, office, meals, gifts, allowances)",
        "不得列支",
        "not from the fund",
        "《住宅专项维修资金管理办法》第18条",
    ),
}


OLD_LIFT_YEARS = 15
"""建办房〔2015〕52号 encourages renewing lifts that are older."""


@dataclass(frozen=True)
class Object:
    """What is to be repaired, as far as the rules need to know it. ``lift_since`` is when a lift went into service.

    ``title`` is what the plan is called and ``payee`` the name of whoever would be paid: their words decide beside the ticks.
    """

    exclusive: bool = False
    warranty: Warranty | None = None
    utility: bool = False
    damaged_by_known_person: bool = False
    daily_upkeep: bool = False
    forbidden_elsewhere: bool = False
    unrelated_to_repair: bool = False
    unclear: bool = False
    lift_since: date | None = None
    ageing_friendly: bool = False
    title: str = ""
    payee: str = ""
    greenery: bool = False


def judged(thing: Object, on: date) -> Rule:
    """The first rule that hits: N1–N7 keep the fund from paying, M1 asks for a second person, Y2 and Y1 allow.

    Words of what the fund never pays refuse a title; where a common part of such a place is repaired, and of a payee, they
    ask for the second person.
    """
    old_lift = thing.lift_since is not None and years_after(thing.lift_since, OLD_LIFT_YEARS) < on
    against = said_against(thing.title)
    refused = refused_by(thing.title, against)
    doubtful = bool(against) or bool(said_against(thing.payee)) or thing.greenery
    tests = (
        (Rule.N1, thing.exclusive),
        (Rule.N2, thing.warranty is not None and thing.warranty.accepted_on <= on <= thing.warranty.until),
        (Rule.N3, thing.utility),
        (Rule.N4, thing.damaged_by_known_person),
        (Rule.N5, thing.daily_upkeep or Rule.N5 in refused),
        (Rule.N6, thing.forbidden_elsewhere),
        (Rule.N7, thing.unrelated_to_repair or Rule.N7 in refused),
        (Rule.M1, thing.unclear or doubtful),
        (Rule.Y2, old_lift or thing.ageing_friendly),
    )
    return next((rule for rule, holds in tests if holds), Rule.Y1)


def check_fund_may_pay(thing: Object, on: date) -> Rule:
    """See that none of N1–N7 stands against it; gives the rule under which the fund may pay.

    Raises:
        NotForTheFund: the first that does, with its article and where the repair belongs instead.
    """
    rule = judged(thing, on)
    if rule in REFUSALS:
        raise NotForTheFund(rule=rule.value, **REFUSALS[rule]._asdict())
    return rule


class Bearer(NamedTuple):
    """A home in scope: its kind, its area in dm², and the selling unit or developer if it has one."""

    home: str
    kind: HomeKind
    area_dm2: int
    seller: str | None = None


class Borne(NamedTuple):
    """One bearer's part of a bill. ``kind`` is a home kind, ``seller`` or ``developer``."""

    bearer: str
    kind: str
    share_fen: Fen
    charged_fen: Fen
    shortfall_fen: Fen


def shares_of_bill(
    bill_fen: int, bearers: Sequence[Bearer], deposited: Mapping[str, Deposited]
) -> dict[tuple[str, str], Fen]:
    """Say what each bears of a bill, by (kind, home or firm), in two steps (165号令 Arts. 20–21).

    First by area onto groups: commodity, non-residential, the sold public homes of each selling unit,
    the unsold homes of each developer. Then inside each group: by area; a selling unit and its buyers in
    proportion to what each deposited, the buyers' part by area; a developer bears his group whole.

    Raises:
        ScopeEmpty: nobody bears it.
    """
    if not bearers:
        raise ScopeEmpty()
    groups: dict[tuple[str, ...], list[Bearer]] = {}
    for bearer in bearers:
        firm = (bearer.seller or "",) if bearer.kind in (HomeKind.SOLD_PUBLIC, HomeKind.UNSOLD) else ()
        groups.setdefault((bearer.kind.value, *firm), []).append(bearer)
    parts = split(bill_fen, {group: sum(b.area_dm2 for b in members) for group, members in groups.items()})
    shares: dict[tuple[str, str], Fen] = {}
    for group, members in groups.items():
        kind, part = group[0], parts[group]
        if kind == HomeKind.UNSOLD.value:
            shares["developer", group[1]] = part
            continue
        if kind == HomeKind.SOLD_PUBLIC.value:
            seller_fen, owners_fen = deposited.get(group[1], Deposited(0, 0))
            if seller_fen + owners_fen > 0:
                two = split(part, {"owners": owners_fen, "seller": seller_fen})
                shares["seller", group[1]], part = two["seller"], two["owners"]
        for home, fen in split(part, {b.home: b.area_dm2 for b in members}).items():
            shares[kind, home] = fen
    return shares


def charge_shares(shares: Mapping[tuple[str, str], int], held_fen: Mapping[str, int]) -> list[Borne]:
    """Charge each share to the bearer's part of the fund as far as it goes; the rest is owed in cash.

    ``held_fen`` is by home code or selling unit. A developer has no part in the fund and owes all in cash.
    """
    borne = []
    for (kind, bearer), share in sorted(shares.items()):
        available = 0 if kind == "developer" else max(0, held_fen.get(bearer, 0))
        charged = min(share, available)
        borne.append(Borne(bearer, kind, Fen(share), Fen(charged), Fen(share - charged)))
    return borne


class Scope(NamedTuple):
    """Whose homes bear a use: all, those of a building, of a stairwell, or of a side of one."""

    scope: ScopeKind
    building: Code | None = None
    stairwell: Code | None = None
    side: Code | None = None


def narrowed(
    scope: ScopeKind, building: str | None, stairwell: str | None, side: str | None = None
) -> tuple[str | None, str | None, str | None]:
    """The building, the stairwell and its side by which a scope picks its homes; what it does not look at is left out.

    Raises:
        ScopeEmpty: it needs one that is not named.
    """
    looked_at = {ScopeKind.COMMUNITY: 0, ScopeKind.BUILDING: 1, ScopeKind.STAIRWELL: 2, ScopeKind.SIDE: 3}[
        scope
    ]
    named = (building, stairwell, side)
    if None in named[:looked_at]:
        raise ScopeEmpty()
    one, two, three = (part if n < looked_at else None for n, part in enumerate(named))
    return one, two, three


def check_scope_fits(component: str, of_building: str | None, building: str | None) -> None:
    """See that a part of one building is borne there (受益人和负担人相一致).

    Raises:
        ScopeWrong: others would pay for it.
    """
    if of_building is not None and building != of_building:
        raise ScopeWrong(component=component, building=of_building)


def spot_of(component: str, project: str) -> str:
    """The code of what a use repaired of a component, as a part with a warranty of its own."""
    return f"{component}@{project}"


class Authority(NamedTuple):
    """A collective vote (集合表决) as a use of it sees it: when it passed, what it may cost, what others used."""

    passed_on: date
    each_fen: int
    years: int
    pct: int
    deposited_fen: int
    used_fen: int
    same_bearers: bool
    collective: bool = True


def check_preauthorised(project: str, budget_fen: int, on: date, given: Authority) -> None:
    """See that a use fits a collective vote: each strictly below, within the years, all within the percentage.

    Raises:
        NotPreauthorised: it does not; the sentence says why.
    """
    until = years_after(given.passed_on, given.years)
    tests = (
        (not given.collective, "该议题不是集合表决", "that motion is no collective vote"),
        (not given.same_bearers, "受益业主与表决业主不同", "other owners bear it than voted"),
        (
            budget_fen >= given.each_fen,
            f"单项须低于 {yuan(given.each_fen)} 元",
            f"each has to be below {yuan(given.each_fen)} yuan",
        ),
        (on > until, f"授权已于 {until} 到期", f"it ended on {until}"),
        (
            (given.used_fen + budget_fen) * 100 > given.deposited_fen * given.pct,
            f"累计超过交存总额的 {given.pct}%",
            f"all would be above {given.pct} % of the deposits",
        ),
    )
    for broken, why_zh, why_en in tests:
        if broken:
            raise NotPreauthorised(project=project, why_zh=why_zh, why_en=why_en)
