"""住户与小区: what is registered, and a home's own page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from ledger.community.queries import (
    acting_for_owners,
    appointments,
    area_and_homes,
    communities,
    component,
    components,
    ended_homes,
    ended_on,
    firm,
    home,
    homes,
    successions,
)
from ledger.community.queries import community as community_of
from ledger.community.role_rules import EVERYWHERE, Actor, Level, Role, check_own_home
from ledger.community.rules import ComponentKind, FirmKind, HomeKind, Mode
from ledger.community.tables import Community, Component, Firm, Home, Succession
from ledger.fees.queries import outstanding
from ledger.fees.rules import FEE
from ledger.fields import Code, Out
from ledger.journal.queries import held, home_history
from ledger.operations.choices import areas, stairwells
from ledger.operations.choices import firms as firms_of
from ledger.operations.choices import homes as homes_offered
from ledger.operations.circles import OFFICE, REGISTRARS
from ledger.operations.labels import own_code
from ledger.operations.operation import Declared, Field, Listing, Operation, Part, Record, Said
from ledger.register.firm_actions import correct_firm, register_firm
from ledger.register.place_actions import join_area, register_building, register_component, register_home
from ledger.register.privacy_rules import sees_home
from ledger.register.queries import firms


class CommunityRowOut(Out):
    code: str
    name: str
    name_en: str


class CommunityOut(Out):
    code: str
    name: str
    name_en: str
    address: str
    mode: Mode
    jurisdiction: str
    area: str | None
    area_dm2: int
    homes: int
    buildings: int
    acts_for_owners: Level | None
    acts_by: str


class HomeRowOut(Out):
    code: str
    building: str
    stairwell: str
    side: str | None
    kind: HomeKind
    area_dm2: int
    first_deposit_fen: int


class SuccessionOut(Out):
    since: date
    home: str
    became: str


class ComponentOut(Out):
    code: str
    kind: ComponentKind
    name: str
    building: str | None
    works: str | None
    package: str | None
    warranty_until: date | None


class FirmOut(Out):
    code: str
    name: str
    kind: FirmKind
    licence: str
    phone: str


class OwedMonthOut(Out):
    month: str
    fen: int


class HomeMovementOut(Out):
    entry: int
    leaf: int
    on: date
    what: str
    book: str
    debit: str
    credit: str
    fen: int


class HomeOut(Out):
    home: str
    ended_on: date | None
    area_dm2: int
    kind: HomeKind
    handle: str
    first_deposit_fen: int | None
    fund_fen: int | None
    prepaid_fen: int | None
    owed: list[OwedMonthOut] | None
    movements: list[HomeMovementOut]


def my_communities(session: Session, by: Actor, today: date) -> Sequence[Community]:
    """Those in which the caller holds a role today; all of them for a role held everywhere."""
    mine = {appointment.community for appointment in appointments(session, by.login, today)}
    return [community for community in communities(session) if EVERYWHERE in mine or community.code in mine]


def size_of(session: Session, community: str, today: date) -> Mapping[str, Any]:
    """A community: its size, how it is managed, and which body acts for the owners."""
    place = community_of(session, community)
    area, count, buildings = area_and_homes(session, community)
    body, article = acting_for_owners(session, community, today)
    return {
        **place.model_dump(),
        "area_dm2": area,
        "homes": count,
        "buildings": buildings,
        "acts_for_owners": body,
        "acts_by": article,
    }


def registered(
    session: Session, community: str, *, building: Code | None = None, ended: bool = False
) -> Sequence[Home]:
    """Homes by code, those that stand or those that were divided or merged; without holders, who are personal data."""
    return ended_homes(session, community, building) if ended else homes(session, community, building)


def became_of(session: Session, community: str, code: Code) -> Sequence[Succession]:
    """What a home came of, and what it became."""
    return successions(session, community, code)


def component_seen(session: Session, community: str, code: Code) -> Component:
    """One component with its warranty.

    Raises:
        NoComponent.
    """
    return component(session, community, code)


def registered_components(
    session: Session, community: str, *, building: Code | None = None
) -> Sequence[Component]:
    """Parts and facilities by code; of a building with those of the whole community."""
    return components(session, community, building)


def firm_seen(session: Session, code: Code) -> Firm:
    """One firm.

    Raises:
        NoFirm.
    """
    return firm(session, code)


def registered_firms(session: Session, *, kind: FirmKind | None = None) -> Sequence[Firm]:
    """Every firm that communities here deal with, by name."""
    return [row for row in firms(session) if kind in (None, row.kind)]


def particulars_now(row: Firm) -> Mapping[str, Any]:
    """What is registered of a firm, to begin a correction with."""
    return {"name": row.name, "kind": row.kind, "licence": row.licence, "phone": row.phone}


def accounts_of_home(session: Session, community: str, code: Code, *, by: Actor) -> Mapping[str, Any]:
    """Its part of the fund, what it owes, and every movement; owners and tenants see their own home only.

    What it was charged, paid and owes is left out for whoever may not see that, and so is its part of the fund
    (`ledger.register.privacy_rules.sees_home`).

    Raises:
        NotYourHome, NoHome.
    """
    check_own_home(code, by=by)
    dwelling = home(session, community, code)
    with_fees, with_fund = (sees_home(book, code, by) for book in (FEE, "fund"))
    return {
        "home": dwelling.code,
        "ended_on": ended_on(session, community, code),
        "area_dm2": dwelling.area_dm2,
        "kind": dwelling.kind,
        "handle": dwelling.handle,
        "first_deposit_fen": dwelling.first_deposit_fen if with_fund else None,
        "fund_fen": held(session, community, "fund", "unit", [code])[code] if with_fund else None,
        "prepaid_fen": held(session, community, FEE, "prepaid", [code])[code] if with_fees else None,
        "owed": [
            {"month": month, "fen": fen}
            for month, fen in outstanding(session, community, [code]).get(code, [])
        ]
        if with_fees
        else None,
        "movements": [
            {
                "entry": e.no,
                "leaf": e.leaf_index,
                "on": e.booked_on,
                "what": e.kind,
                "book": m.book,
                "debit": m.debit,
                "credit": m.credit,
                "fen": m.amount_fen,
            }
            for e, m in home_history(session, community, code)
            if sees_home(m.book, code, by)
        ],
    }


COMMUNITY = Record(
    path="",
    title=Said("小区", "The community"),
    roles=tuple(Role),
    query=size_of,
    gives=CommunityOut,
    heading="name",
)
LICENCE = {
    "name": Field(Said("企业名称", "Name of the firm")),
    "kind": Field(Said("哪一类单位", "What kind of firm")),
}
COMPONENT_FACTS = {
    "kind": Field(
        Said("哪一类部位", "What kind of component"),
        hint=Said("保修年限按类别算。", "How long it is under warranty goes by its kind."),
    ),
    "building": Field(
        Said("在哪一幢", "In which building"),
        hint=Said("全小区共用的不填。", "Leave it out where it serves the whole community."),
    ),
}

HOME = Record(
    path="/homes/<code>",
    title=Said("一户的账", "A home's accounts"),
    personal=True,
    roles=(
        Role.OWNER.of("code"),
        Role.TENANT.of("code"),
        Role.MANAGER,
        Role.COMMITTEE,
        Role.SUPERVISOR,
        Role.AUDITOR,
    ),
    query=accounts_of_home,
    gives=HomeOut,
    heading="home",
    known_as=("became", "home"),
    parts={
        "successions": Part(
            title=Said("分户合户", "Divided and merged"), query=became_of, gives=SuccessionOut
        )
    },
    facts={"ended_on": Field(Said("最后一天", "Last day"))},
)

COMPONENT = Record(
    path="/components/<path:code>",
    title=Said("一个部位或设施", "A component"),
    roles=(*OFFICE, Role.WORKER),
    query=component_seen,
    gives=ComponentOut,
    heading="name",
    state=("warranty_until",),
    known_as=("component",),
)

FIRM = Record(
    path="/firms/<path:code>",
    title=Said("一家企业", "A firm"),
    roles=OFFICE,
    query=firm_seen,
    gives=FirmOut,
    heading="name",
    state=("name", "kind", "licence", "phone"),
    known_as=("firm", "contractor", "counterparty", "payee"),
    facts=LICENCE,
)

COMMUNITIES = Listing(
    path="/communities",
    title=Said("我的小区", "The communities I may see"),
    roles=tuple(Role),
    everywhere=True,
    query=my_communities,
    gives=CommunityRowOut,
    key="communities",
)
DECLARED: tuple[Declared, ...] = (
    COMMUNITIES,
    COMMUNITY,
    Listing(
        path="/homes",
        title=Said("房屋", "Homes"),
        roles=OFFICE,
        query=registered,
        gives=HomeRowOut,
        key="homes",
        record=HOME,
        totals=("area_dm2", "first_deposit_fen"),
        facts={"ended": Field(Said("已分户或合户的", "Divided or merged"))},
    ),
    HOME,
    Operation(
        path="/homes",
        title=Said("登记房屋", "Register a home"),
        roles=(Role.COMMUNITY_OFFICE,),
        does=register_home,
        seals=("home.registered",),
        confirms=True,
        fields={
            "building": Field(Said("在哪一幢", "In which building")),
            "stairwell": Field(
                Said("单元", "Stairwell"),
                hint=Said(
                    "这一幢还没有的单元，会一起登记。", "One that the building lacks is registered with it."
                ),
                choices=stairwells,
                free=True,
            ),
            "door": Field(Said("室号", "Door"), hint=Said("例如 501。", "Such as 501.")),
            "kind": Field(Said("房屋性质", "What kind of home")),
            "area_dm2": Field(
                Said("建筑面积（㎡）", "Floor area (m²)"),
                hint=Said(
                    "登记以后才收费、分摊、有表决权；以前的账单和已公告的表决不变。",
                    "It is charged, shares and votes from now on; bills and announced votes stay as they are.",
                ),
            ),
            "first_deposit_fen": Field(
                Said("首期交存（元）", "First deposit (yuan)"),
                hint=Said(
                    "当初交存的维修资金，没有不填。",
                    "What was first paid into the fund; leave it out for none.",
                ),
            ),
            "seller": Field(
                Said("售房或开发单位", "Who sold it or is to sell it"),
                hint=Said(
                    "已售公有住房和未售的填，别的不填。",
                    "Of public housing that was sold, and of unsold homes only.",
                ),
                choices=firms_of(FirmKind.SELLER, FirmKind.DEVELOPER),
            ),
            "side": Field(
                Said("侧", "Side"),
                hint=Said(
                    "单元分两侧的填，例如 东。", "Where something serves one side of the stairwell only."
                ),
            ),
            "name": Field(
                Said("业主姓名", "Name of the owner"),
                hint=Said("未售的不填。", "Leave it out for an unsold home."),
            ),
            "since": Field(Said("从哪天起是业主", "Owner since")),
            "holds_also": Field(
                Said("他在本小区的另一户", "Another home of his here"),
                hint=Said("有就选：几户算一个人。", "If there is one: several homes are one head in votes."),
                choices=homes_offered,
            ),
            "document": Field(
                Said("不动产权证书或其他权属证明", "Certificate of ownership or another proof of the right")
            ),
        },
    ),
    Operation(
        path="/buildings",
        title=Said("登记一幢", "Register a building"),
        roles=REGISTRARS,
        does=register_building,
        seals=("building.registered",),
        fields={
            "code": own_code("20", Said("幢号", "Number of the building")),
            "stairwells": Field(
                Said("单元", "Stairwells"),
                hint=Said("不分单元的填一个 1。", "One, 1, where there are none."),
            ),
            "floors": Field(Said("楼层数", "Floors")),
            "document": Field(Said("照片或图纸", "Picture or plan")),
        },
    ),
    Listing(
        path="/components",
        title=Said("部位与设施", "Components"),
        roles=(*OFFICE, Role.WORKER),
        query=registered_components,
        gives=ComponentOut,
        key="components",
        record=COMPONENT,
        columns=("code", "name", "kind", "building", "package", "warranty_until"),
        empty=Said("还没有登记部位。先登记一个。", "No component is registered yet. Register one first."),
    ),
    COMPONENT,
    Operation(
        path="/components",
        title=Said("登记部位或设施", "Register a component"),
        roles=REGISTRARS,
        does=register_component,
        seals=("component.registered",),
        fields={
            "code": own_code("SB-02"),
            **COMPONENT_FACTS,
            "document": Field(Said("照片或图纸", "Picture or plan")),
        },
    ),
    Listing(
        path="/firms",
        title=Said("企业名册", "Firms"),
        roles=OFFICE,
        query=registered_firms,
        gives=FirmOut,
        key="firms",
        record=FIRM,
        columns=("code", "name", "kind", "licence", "phone"),
        facts=LICENCE,
        empty=Said("还没有登记企业。先登记一家。", "No firm is registered yet. Register one first."),
    ),
    FIRM,
    Operation(
        path="/firms",
        title=Said("登记企业", "Register a firm"),
        roles=(*REGISTRARS, Role.COMMITTEE, Role.OPERATOR),
        does=register_firm,
        seals=("firm.registered",),
        fields={
            "code": own_code("QY-01"),
            **LICENCE,
            "document": Field(
                Said("营业执照", "Business licence"),
                hint=Said(
                    "登记企业不等于签约；合同另外登记。",
                    "Registering a firm hires nobody; its contract is entered on its own.",
                ),
            ),
        },
    ),
    Operation(
        path="/firms/<path:code>/particulars",
        title=Said("更正企业资料", "Correct a firm's particulars"),
        roles=(Role.OPERATOR,),
        does=correct_firm,
        seals=("firm.corrected",),
        on=FIRM,
        begins=particulars_now,
        fields={
            **LICENCE,
            "document": Field(Said("变更后的营业执照", "The licence as it is now")),
        },
    ),
    Operation(
        path="/area",
        title=Said("加入片区", "Join an area"),
        roles=(Role.OPERATOR,),
        does=join_area,
        seals=("community.joined",),
        confirms=True,
        fields={
            "area": Field(Said("片区编号", "Code of the area"), choices=areas, free=True),
            "name": Field(
                Said("新片区的名称", "Name of a new area"),
                hint=Said("已有的片区不用填。", "Leave it out for one that is registered."),
            ),
            "document": Field(Said("街道的文件", "The street's decision")),
        },
    ),
)
