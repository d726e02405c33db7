"""What the fund may pay for, how a bill is borne, and which steps a use goes through. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.community.rules import HomeKind, Warranty
from ledger.errors import Refused
from ledger.fund.rules import Deposited
from ledger.money import Fen, split, yuan


class ScopeKind(StrEnum):
    """Who bears the cost (受益人和负担人相一致)."""

    COMMUNITY = "community"
    BUILDING = "building"
    STAIRWELL = "stairwell"


class EmergencyCase(StrEnum):
    """建办房〔2015〕52号; an emergency waives the vote and nothing else."""

    LIFT = "lift"
    FIRE = "fire"
    ROOF_WALL_LEAK = "roof_wall_leak"
    WATER_PUMP = "water_pump"
    DRAIN = "drain"
    FACADE_FALL = "facade_fall"
    WALL_ROAD_COLLAPSE = "wall_road_collapse"
    OTHER_SAFETY = "other_safety"


class ProjectState(StrEnum):
    DRAFT = "draft"
    VOTING = "voting"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    PAID = "paid"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class NotForTheFund(Refused):
    """One of the rules N1–N7: the fund may not pay for this."""

    code = "not-for-the-fund"
    zh = "维修资金不能支付：{reason_zh}。应走：{route_zh}。规则 {rule}"
    en = "The fund may not pay for this: {reason_en}. Route: {route_en}. Rule {rule}"


class ScopeEmpty(Refused):
    code = "scope-empty"
    zh = "列支范围内没有房屋。"
    en = "There are no homes in the scope that would bear the cost."
    article = "住宅专项维修资金管理办法 第19条"


class ScopeWrong(Refused):
    code = "scope-wrong"
    zh = "列支范围与部位不符：{component} 属于 {building} 幢，费用由该幢业主承担。"
    en = "The scope does not fit the part: {component} belongs to building {building}, whose owners bear the cost."
    article = "住宅专项维修资金管理办法 第19条"


class VoteMissing(Refused):
    code = "vote-missing"
    zh = "使用维修资金须经承担费用的业主表决通过；项目 {project} 没有通过的表决。"
    en = "Using the fund needs a passed vote of the owners who bear the cost; project {project} has none."
    article = "《民法典》第278条第（五）项"


class ProjectNotReady(Refused):
    code = "project-not-ready"
    zh = "项目 {project} 现在是“{state}”，不能{deed_zh}。"
    en = "Project {project} is {state}; it cannot be {deed_en}."
    article = "domain/01 §1.8"


class BillAboveApproved(Refused):
    code = "bill-above-approved"
    zh = "账单 {bill} 元超过批准的 {approved} 元；超出部分须重新申请。"
    en = (
        "The bill of {bill} yuan is above the approved {approved} yuan; the excess must be applied for again."
    )
    article = "domain/01 §1.8（超预算重新表决）"


class ProjectExists(Refused):
    code = "project-exists"
    zh = "项目编号 {project} 已经用过，请换一个。"
    en = "The project code {project} is taken; choose another."


class ApprovedAboveVoted(Refused):
    code = "approved-above-voted"
    zh = "批准 {approved} 元超过业主表决的预算 {budget} 元；超出部分须重新表决。"
    en = "Approving {approved} yuan is above the {budget} yuan the owners voted on; the excess needs another vote."
    article = "《民法典》第278条第（五）项；domain/01 §1.8"


class FundEmpty(Refused):
    code = "fund-empty"
    zh = "承担费用的各户在维修资金里都没有余额，项目 {project} 没有可以列支的钱，须由业主自筹。"
    en = "None of those who bear project {project} has anything in the fund; the owners have to pay in cash."


class PayeeWrong(Refused):
    code = "payee-wrong"
    zh = "维修资金只能付给签约的施工、鉴定或监理单位，不能付给 {payee}（{kind}）。"
    en = "The fund pays only the contracted works, appraisal or supervision unit, not {payee} ({kind})."
    article = "住宅专项维修资金管理办法 第22、23条"


class Ground(StrEnum):
    """Why the fund may not pay, in the order in which the rules are tried (`domain/01` §1.5)."""

    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    N4 = "N4"
    N5 = "N5"
    N6 = "N6"
    N7 = "N7"


class Refusal(NamedTuple):
    reason_zh: str
    reason_en: str
    route_zh: str
    route_en: str
    article: str


REFUSALS: Mapping[Ground, Refusal] = {
    Ground.N1: Refusal(
        "专有部分由业主自己维修",
        "exclusive parts are the owner's",
        "业主自修",
        "the owner",
        "住宅专项维修资金管理办法 第18条",
    ),
    Ground.N2: Refusal(
        "仍在保修期内",
        "it is within the warranty",
        "向保修单位索赔",
        "a warranty claim",
        "住宅专项维修资金管理办法 第25条第（一）项",
    ),
    Ground.N3: Refusal(
        "属于供水、供电、供气、供热、通信等专营单位的设施",
        "it belongs to a utility",
        "专营单位",
        "the utility",
        "住宅专项维修资金管理办法 第25条第（二）项；物业管理条例 第51条",
    ),
    Ground.N4: Refusal(
        "由明确的人为损坏造成",
        "an identified person damaged it",
        "向责任人追偿",
        "a claim against that person",
        "住宅专项维修资金管理办法 第25条第（三）项",
    ),
    Ground.N5: Refusal(
        "按物业服务合同属于物业企业的日常养护",
        "daily upkeep under the service contract",
        "物业企业",
        "the property firm",
        "住宅专项维修资金管理办法 第25条第（四）项；物业服务收费管理办法 第11条",
    ),
    Ground.N6: Refusal(
        "其他规定或约定禁止列支",
        "another rule or contract forbids it",
        "不得列支",
        "not from the fund",
        "江西省住宅专项维修资金管理规定 第五项（示例）",
    ),
    Ground.N7: Refusal(
        "与维修、更新、改造无关（新建设施、工资、办公、餐饮、礼品、津贴）",
        "it is not repair, renewal or alteration (new facilities, wages, office, meals, gifts, allowances)",
        "不得列支",
        "not from the fund",
        "住宅专项维修资金管理办法 第18条",
    ),
}


@dataclass(frozen=True)
class Object:
    """What is to be repaired, as far as the rules N1–N7 need to know it."""

    exclusive: bool = False
    warranty: Warranty | None = None
    utility: bool = False
    damaged_by_known_person: bool = False
    daily_upkeep: bool = False
    forbidden_elsewhere: bool = False
    unrelated_to_repair: bool = False


def ground_against(thing: Object, on: date) -> Ground | None:
    """The first rule that keeps the fund from paying, or None when it may pay (`domain/01` §1.5)."""
    tests = (
        (Ground.N1, thing.exclusive),
        (Ground.N2, thing.warranty is not None and thing.warranty.accepted_on <= on <= thing.warranty.until),
        (Ground.N3, thing.utility),
        (Ground.N4, thing.damaged_by_known_person),
        (Ground.N5, thing.daily_upkeep),
        (Ground.N6, thing.forbidden_elsewhere),
        (Ground.N7, thing.unrelated_to_repair),
    )
    return next((ground for ground, holds in tests if holds), None)


def check_fund_may_pay(thing: Object, on: date) -> None:
    """See that none of N1–N7 stands against it.

    Raises:
        NotForTheFund: the first that does, with its article and where the repair belongs instead.
    """
    if ground := ground_against(thing, on):
        raise NotForTheFund(rule=ground.value, **REFUSALS[ground]._asdict())


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
    """Say what each bears of a bill, by (kind, home or firm), in two steps (165号令 Arts. 20–21; `domain/01` §1.7).

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


def narrowed(scope: ScopeKind, building: str | None, stairwell: str | None) -> tuple[str | None, str | None]:
    """The building and the stairwell by which a scope picks its homes; what it does not look at is left out.

    Raises:
        ScopeEmpty: it needs one that is not named.
    """
    if scope is ScopeKind.COMMUNITY:
        return None, None
    if building is None or (scope is ScopeKind.STAIRWELL and stairwell is None):
        raise ScopeEmpty()
    return building, stairwell if scope is ScopeKind.STAIRWELL else None


def check_scope_fits(component: str, of_building: str | None, building: str | None) -> None:
    """See that a part of one building is borne there (受益人和负担人相一致, `domain/01` §1.6).

    Raises:
        ScopeWrong: others would pay for it.
    """
    if of_building is not None and building != of_building:
        raise ScopeWrong(component=component, building=of_building)


def check_payable(project: str, state: ProjectState, bill_fen: int, approved_fen: int | None) -> None:
    """See that the works are accepted and the bill is within what was approved.

    Raises:
        ProjectNotReady: they are not accepted, or already paid.
        BillAboveApproved: the bill is higher.
    """
    if state is not ProjectState.ACCEPTED or approved_fen is None:
        raise ProjectNotReady(project=project, state=state, deed_zh="付款", deed_en="paid")
    if bill_fen > approved_fen:
        raise BillAboveApproved(bill=yuan(bill_fen), approved=yuan(approved_fen))
