"""业主: who holds each home, and a home that changes hands."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.queries import ended_on, successions
from ledger.community.queries import home as one_home
from ledger.community.role_rules import Actor, Role
from ledger.community.rules import HomeKind
from ledger.community.tables import Succession
from ledger.fields import Code, Out
from ledger.operations.choices import all_tenants, homes, homes_to_merge_with, tenants
from ledger.operations.circles import REGISTRARS
from ledger.operations.operation import Declared, Field, Listing, Operation, Part, Record, Said
from ledger.operations.register import SuccessionOut
from ledger.register.holder_actions import (
    change_holder,
    correct_holder,
    correct_tenancy,
    move_in,
    move_out,
    strike_out_tenancy,
)
from ledger.register.place_actions import correct_area
from ledger.register.queries import holders as held_homes
from ledger.register.queries import last_holder, tenancies
from ledger.register.tables import Tenancy
from ledger.succession.actions import divide_home, merge_homes

NOBODY = {"since": None, "name": "", "phone": ""}


class HolderRowOut(Out):
    home: str
    since: date | None
    name: str


class HolderOut(HolderRowOut):
    phone: str
    ended_on: date | None


class TenancyOut(Out):
    tenant: str = Limit(validation_alias="name")
    phone: str
    rents_since: date = Limit(validation_alias="since")
    rents_until: date | None = Limit(validation_alias="until")


def holder(session: Session, community: str, home: Code) -> Mapping[str, Any]:
    """Whoever was registered last for a home, with his telephone: personal data; nothing where nobody was.

    Raises:
        NoHome.
    """
    of = one_home(session, community, home).code
    last = last_holder(session, community, of)
    facts = {"since": last.since, "name": last.name, "phone": last.phone} if last else NOBODY
    return {"home": of, **facts, "ended_on": ended_on(session, community, of)}


def stands(row: Mapping[str, Any]) -> bool:
    """Whether a home was neither divided nor merged."""
    return row["ended_on"] is None


def became_of(session: Session, community: str, home: Code) -> Sequence[Succession]:
    """What a home came of, and what it became."""
    return successions(session, community, home)


def tenants_of(session: Session, community: str, home: Code, *, by: Actor) -> Sequence[Tenancy]:
    """Who rents and rented a home, the latest first; its owner sees those of his own time, and of none before him."""
    rented = tenancies(session, community, home)
    last = last_holder(session, community, home)
    if by.role is not Role.OWNER or last is None:
        return rented
    return [tenancy for tenancy in rented if tenancy.until is None or tenancy.until >= last.since]


def area_now(session: Session, community: str, home: str) -> Mapping[str, Any]:
    """What is registered of a home's area, to begin a correction with."""
    row = one_home(session, community, home)
    return {"area_dm2": row.area_dm2, "area_source": row.area_source}


WRONG_TENANCY = {
    "since": Field(Said("登记为哪天起租的那一位", "Which tenant: registered since"), choices=all_tenants),
    "document": Field(
        Said("能说明登记有误的材料", "What shows that it was wrong"),
        hint=Said("租赁合同、业主说明等。", "The lease, the owner's word, or the like."),
    ),
}

SUCCESSIONS = Said("分户合户", "Divided and merged")
LIFE = {"ended_on": Field(Said("最后一天", "Last day"))}


def as_held(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is registered of a holder now."""
    return {"name": row["name"], "phone": row["phone"]}


HOLDER = Record(
    path="/holders/<home>",
    title=Said("业主", "Holder"),
    personal=True,
    roles=(*REGISTRARS, Role.OWNER.of("home")),
    query=holder,
    gives=HolderOut,
    heading="home",
    parts={
        "tenancies": Part(title=Said("租户", "Tenants"), query=tenants_of, gives=TenancyOut),
        "successions": Part(title=SUCCESSIONS, query=became_of, gives=SuccessionOut),
    },
    facts={
        "since": Field(Said("持有起始日", "Holds it since")),
        "name": Field(Said("业主姓名", "Name of the holder")),
        **LIFE,
    },
)
NEW_AREA = {
    "area_source": Field(Said("面积出自", "Where the areas come from")),
    "area_document": Field(
        Said("更正面积的文件", "Paper by which the area is corrected"),
        hint=Said("面积之和与原来不一样才附。", "Only where the areas do not add up to what they were."),
    ),
    "since": Field(
        Said("从哪天起", "From which day on"),
        hint=Said(
            "不动产登记簿上的那一天。还没有计收的月份，到这一天还没有过完的，按新的户收；以前的账单和已公告的表决不变。",
            "The day in the register of real estate. A month that is not charged yet and ends on that day or later is charged to what is "
            "new; bills and announced votes stay as they are.",
        ),
    ),
    "document": Field(
        Said("不动产权证书或登记证明", "Certificates of ownership, or the proof of registration")
    ),
}

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/holders",
        title=Said("业主名册", "Holders of homes"),
        personal=True,
        roles=REGISTRARS,
        query=held_homes,
        gives=HolderRowOut,
        key="holders",
        record=HOLDER,
        facts=HOLDER.facts,
        empty=Said("还没有登记房屋。", "No home is registered yet."),
    ),
    HOLDER,
    Operation(
        path="/holders/<home>/transfer",
        title=Said("登记新业主", "Register a new holder"),
        roles=(Role.COMMUNITY_OFFICE,),
        does=change_holder,
        seals=("home.held",),
        on=HOLDER,
        offered=stands,
        confirms=True,
        fields={
            "name": Field(Said("新业主姓名", "Name of the new holder")),
            "cause": Field(Said("怎么取得的", "By what it became his")),
            "kind": Field(
                Said("原来未售的，现在是哪种房屋", "What an unsold home is now"),
                hint=Said("只有登记为未售的才填。", "Only for a home that is registered as unsold."),
                members={kind: False for kind in HomeKind if kind is not HomeKind.UNSOLD},
            ),
            "since": Field(
                Said("权属登记日", "Day of the registration"),
                hint=Said("不动产登记簿上记载的那一天。", "The day in the register of real estate."),
            ),
            "document": Field(
                Said("权属证明", "Proof of ownership"),
                hint=Said(
                    "不动产权证书、继承或判决文书，先拍照或扫描。",
                    "The certificate, or the paper of inheritance or of a court, as a scan or picture.",
                ),
            ),
            "holds_also": Field(
                Said("他在本小区的另一户", "Another home of his here"),
                hint=Said(
                    "一人有多户的，表决时只算一人；没有就不填。",
                    "Whoever has several is one head in votes; leave it out where there is none.",
                ),
                choices=homes,
            ),
        },
    ),
    Operation(
        path="/holders/<home>/correction",
        title=Said("更正业主姓名或电话", "Correct the holder's name or telephone"),
        roles=(Role.COMMUNITY_OFFICE,),
        does=correct_holder,
        seals=("home.holder-corrected",),
        on=HOLDER,
        offered=lambda row: stands(row) and row["since"] is not None,
        begins=as_held,
        confirms=True,
        fields={
            "name": Field(Said("业主姓名", "Name of the holder")),
            "document": Field(
                Said("证明材料", "What shows it"),
                hint=Said(
                    "身份证件或权属证明，先拍照或扫描。",
                    "A paper of identity or of the title, as a scan or picture.",
                ),
            ),
            "reason": Field(Said("错在哪里", "What was wrong")),
        },
    ),
    Operation(
        path="/holders/<home>/tenants",
        title=Said("登记租户入住", "Register a tenant"),
        roles=REGISTRARS,
        does=move_in,
        seals=("home.let",),
        on=HOLDER,
        offered=stands,
        fields={
            "name": Field(Said("租户姓名", "Name of the tenant")),
            "since": Field(Said("起租日", "Rents it since")),
            "until": Field(
                Said("租到哪天", "Last day"),
                hint=Said("没有约定就不填。", "Leave it out where none was agreed."),
            ),
            "document": Field(
                Said("租赁备案或业主告知书", "Record of the lease, or the owner's notice"),
                hint=Said(
                    "业主出租房屋要告诉物业（民法典第945条）；不用交租金数目。",
                    "Owners tell the firm that they let a home (Civil Code, Art. 945); the rent need not show.",
                ),
            ),
        },
    ),
    Operation(
        path="/holders/<home>/tenants/end",
        title=Said("登记租户搬出", "Register that a tenant moved out"),
        roles=REGISTRARS,
        does=move_out,
        seals=("home.left",),
        on=HOLDER,
        confirms=True,
        fields={
            "since": Field(Said("哪天起租的那一位", "Which tenant: he rents it since"), choices=tenants),
            "until": Field(
                Said("最后一天", "Last day"),
                hint=Said(
                    "从第二天起他不能再登录查看这一户。",
                    "From the day after he signs in for this home no longer.",
                ),
            ),
            "document": Field(
                Said("退租证明或业主告知书", "Proof that the lease ended, or the owner's notice")
            ),
        },
    ),
    Operation(
        path="/holders/<home>/tenants/correction",
        title=Said("更正租户登记", "Correct what is registered of a tenant"),
        roles=REGISTRARS,
        does=correct_tenancy,
        seals=("home.let", "home.struck-out"),
        on=HOLDER,
        confirms=True,
        fields={
            **WRONG_TENANCY,
            "name": Field(Said("租户姓名", "Name of the tenant")),
            "rents_since": Field(Said("应是哪天起租", "Rents it since, rightly")),
            "until": Field(
                Said("租到哪天", "Last day"),
                hint=Said(
                    "没有约定、也没有搬出就不填。",
                    "Leave it out where none was agreed and he has not moved out.",
                ),
            ),
            "reason": Field(Said("错在哪里", "What was wrong")),
        },
    ),
    Operation(
        path="/holders/<home>/tenants/striking-out",
        title=Said("租户登记作废", "Strike out a tenancy entered by mistake"),
        roles=REGISTRARS,
        does=strike_out_tenancy,
        seals=("home.struck-out",),
        on=HOLDER,
        turns_back=True,
        confirms=True,
        fields={
            **WRONG_TENANCY,
            "reason": Field(
                Said("为什么作废", "Why it is struck out"),
                hint=Said(
                    "如登记错了房号：作废以后在对的那一户重新登记。",
                    "Such as a wrong home: strike it out and register the tenant at the right one.",
                ),
            ),
        },
    ),
    Operation(
        path="/holders/<home>/area",
        title=Said("更正建筑面积", "Correct the floor area"),
        roles=(Role.COMMUNITY_OFFICE,),
        does=correct_area,
        seals=("home.area-corrected",),
        on=HOLDER,
        offered=stands,
        begins=area_now,
        confirms=True,
        fields={
            "area_dm2": Field(
                Said("建筑面积（㎡）", "Floor area (m²)"),
                hint=Said(
                    "以后收费、分摊和表决按新面积；以前的账单和已公告的表决不变。",
                    "Fees, shares and votes go by it from now on; bills and announced votes stay as they are.",
                ),
            ),
            "document": Field(Said("不动产权证书或测绘报告", "Certificate of ownership or survey")),
        },
    ),
    Operation(
        path="/holders/<home>/division",
        title=Said("分户", "Divide the home"),
        roles=(Role.COMMUNITY_OFFICE,),
        does=divide_home,
        seals=("book.widened", "fund.part-passed", "home.divided"),
        on=HOLDER,
        offered=stands,
        confirms=True,
        fields={
            "parts": Field(
                Said("分成哪几户", "The homes that it becomes"),
                hint=Said(
                    "室号都用新的。维修资金余额和首期交存按面积分给各户，一分不差；各户还是原来的业主，另有业主的写姓名。分错了，"
                    "再合成一户。单户的减免要在新的户上重新申请。",
                    "All doors are new ones. Its part of the fund and its first deposit go to them by area, to the fen; they are its owner's, but "
                    "where another is named. A mistake is put right by merging them again. A waiver of its own is asked for anew.",
                ),
            ),
            "parts.door": Field(Said("室号", "Door")),
            "parts.area_dm2": Field(Said("建筑面积（㎡）", "Floor area (m²)")),
            "parts.name": Field(Said("另有业主的，姓名", "Name of another owner")),
            **NEW_AREA,
        },
    ),
    Operation(
        path="/holders/<home>/merger",
        title=Said("合户", "Merge it with other homes"),
        roles=(Role.COMMUNITY_OFFICE,),
        does=merge_homes,
        seals=("book.widened", "fund.part-passed", "home.merged"),
        on=HOLDER,
        offered=stands,
        confirms=True,
        fields={
            "others": Field(
                Said("和哪几户合", "With which homes"),
                hint=Said(
                    "要在同一幢，性质相同，登记的是同一位业主。",
                    "Homes of the same building and kind, and of the same owner on record.",
                ),
                choices=homes_to_merge_with,
                within="home",
            ),
            "door": Field(
                Said("新的室号", "Its new door"),
                hint=Said(
                    "不能用登记过的。各户的维修资金余额和首期交存都转到新的户。合错了，再分户。",
                    "None that is registered. The parts of the fund and the first deposits pass to it. A mistake is put right by dividing it again.",
                ),
            ),
            "area_dm2": Field(Said("建筑面积（㎡）", "Floor area (m²)")),
            **NEW_AREA,
        },
    ),
)
