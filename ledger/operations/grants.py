"""改造资金: what each source plans, commits, brings in and gives, by works and package, and the way of every yuan.

The manager records and asks; the committee or the street approves.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import FUND_USES, Role
from ledger.fields import Out
from ledger.grants import plan_actions
from ledger.grants.actions import take_receipt
from ledger.grants.package_actions import accept_package, correct_package, register_package, register_works
from ledger.grants.plan_queries import plan_seen, plans_seen, pledges
from ledger.grants.rules import Source
from ledger.grants.spent_queries import contracts_of
from ledger.grants.walk_queries import package_seen, packages_seen, where_from, where_to, works_money
from ledger.operations.choices import OF, firms, fund_payments, parts
from ledger.operations.circles import OFFICE, OVERSIGHT, REGISTRARS, STREET
from ledger.operations.labels import label, own_code
from ledger.operations.operation import Choice, Declared, Field, Listing, Operation, Part, Record, Said

APPROVERS = (Role.COMMITTEE, STREET)


class WorksSourceOut(Out):
    source: Source
    planned_fen: int
    committed_fen: int
    received_fen: int
    spent_fen: int
    returned_fen: int
    held_fen: int
    in_kind_fen: int


class OnePackageOut(Out):
    works: str
    package: str
    name: str
    contractor: str
    price_fen: int
    changes_fen: int
    paid_fen: int
    held_fen: int
    gap_fen: int
    plan_version: int
    accepted_on: date | None


class WorksPackageOut(OnePackageOut):
    planned: Mapping[Source, int]


class WorksFlowOut(Out):
    source: Source
    works: str
    package: str
    payee: str
    fen: int


class WorksMoneyOut(Out):
    month: str
    planned_fen: int
    received_fen: int
    spent_fen: int
    returned_fen: int
    held_fen: int
    sources: list[WorksSourceOut]
    packages: list[WorksPackageOut]
    flows: list[WorksFlowOut]


class CameInOut(Out):
    entry: int = Limit(validation_alias="no")
    source: Source
    on: date
    what: str = Limit(validation_alias="kind")

    def __str__(self) -> str:
        return f"{self.entry} · {self.on}"


class WentOutOut(Out):
    entry: int = Limit(validation_alias="no")
    works: str
    package: str | None
    payee: str = Limit(validation_alias="party")
    on: date
    what: str = Limit(validation_alias="kind")

    def __str__(self) -> str:
        return f"{self.entry} · {self.on} · {self.payee}"


class TraceOut(Out):
    fen: int
    came_in: CameInOut | None
    went_out: WentOutOut


class PlanVersionOut(Out):
    works: str
    package: str
    version: int
    reason: str
    requested_by: str
    requested_on: date
    approved_by: str | None
    approved_on: date | None


class WorksPlanOut(PlanVersionOut):
    planned: Mapping[Source, int]


class PlannedOut(Out):
    source: Source
    planned_fen: int


class PledgeOut(Out):
    document: str
    source: Source
    amount_fen: int
    signed_on: date


class ContractOfPackageOut(Out):
    number: str
    contractor: str
    price_fen: int
    changes_fen: int
    billed_fen: int
    held_fen: int
    signed_on: date


class SubsidyOut(Out):
    document: str
    works: str
    package: str
    approved_on: date
    eligible_fen: int
    pct: int
    subsidy_fen: int


class FundPaymentNamedOut(Out):
    entry_no: int
    works: str
    package: str
    amount_fen: int


def planned_rows(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each source is to give by a plan, a row a source, in fen."""
    return [{"source": source, "planned_fen": fen} for source, fen in row["planned"].items()]


def next_version(row: Mapping[str, Any]) -> dict[str, int]:
    """The number of the plan that follows the one which a package has."""
    return {"version": row["plan_version"] + 1}


def as_registered(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is registered of a package, to begin a correction with."""
    return {name: row[name] for name in ("name", "contractor", "accepted_on")}


def renovations(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The works of renovation: what the maintenance fund repaired is none of them."""
    return [works for works in OF["works"](session, community, today) if works.value != FUND_USES]


OF_RENOVATION = Field(label("works"), choices=renovations)
PLANNED = Part(title=Said("各来源计划", "Planned by source"), query=planned_rows, gives=PlannedOut)
RETAINED = Field(Said("留存质保金", "Retention money held"))

WORKS_MONEY = Record(
    path="/works",
    title=Said("改造资金总账", "Works money by source and package"),
    roles=OFFICE,
    query=works_money,
    gives=WorksMoneyOut,
    state=("planned_fen",),
    facts={
        "package": Field(Said("标段", "Package")),
        "held_fen": RETAINED,
        "fen": Field(Said("已付", "Paid")),
    },
)

PACKAGE = Record(
    path="/works/<path:works>/packages/<path:package>",
    title=Said("一个标段", "One works package"),
    roles=OFFICE,
    query=package_seen,
    gives=OnePackageOut,
    heading="name",
    state=("plan_version", "price_fen", "changes_fen", "accepted_on"),
    facts={"held_fen": RETAINED},
    parts={
        "planned": PLANNED,
        "contracts": Part(
            title=Said("工程合同", "Contracts"), query=contracts_of, gives=ContractOfPackageOut
        ),
        "pledges": Part(title=Said("出资承诺", "Pledges"), query=pledges, gives=PledgeOut),
    },
)

PLAN = Record(
    path="/works/<path:works>/packages/<path:package>/plans/<int:version>",
    title=Said("一版出资计划", "One version of a plan"),
    roles=OFFICE,
    query=plan_seen,
    gives=PlanVersionOut,
    state=("reason", "approved_by"),
    parts={"planned": PLANNED},
)

DECLARED: tuple[Declared, ...] = (
    WORKS_MONEY,
    Listing(
        path="/works/packages",
        title=Said("标段", "Works packages"),
        roles=OFFICE,
        query=packages_seen,
        gives=WorksPackageOut,
        key="packages",
        record=PACKAGE,
        columns=("works", "package", "name", "contractor", "price_fen", "changes_fen", "paid_fen", "gap_fen"),
        totals=("price_fen", "changes_fen", "paid_fen", "held_fen", "gap_fen"),
        empty=Said(
            "还没有改造工程。先在“住户与小区”里导入登记表。",
            "There are no works yet. Import the register first, under “Homes”.",
        ),
    ),
    PACKAGE,
    Listing(
        path="/works/plans",
        title=Said("出资计划的各版", "Versions of the plans"),
        roles=OFFICE,
        query=plans_seen,
        gives=WorksPlanOut,
        key="versions",
        record=PLAN,
        columns=("works", "package", "version", "reason", "requested_by", "requested_on", "approved_by"),
        empty=Said(
            "计划还没有改过，用的是登记表里的第一版。要改，请打开一个标段申请。",
            "No plan was changed: the first version, from the register, holds. To change one, open a package.",
        ),
    ),
    PLAN,
    Listing(
        path="/works/walk/from/<int:no>",
        title=Said("一笔付款的钱从哪里来", "Which receipts a payment was made of"),
        roles=OFFICE,
        query=where_from,
        gives=TraceOut,
        key="steps",
        columns=("came_in", "went_out", "fen"),
        totals=("fen",),
        empty=Said("这张凭证没有付出改造资金。", "This entry paid no works money."),
    ),
    Listing(
        path="/works/walk/to/<int:no>",
        title=Said("一笔到账的钱用到哪里", "Which payments a receipt went into"),
        roles=OFFICE,
        query=where_to,
        gives=TraceOut,
        key="steps",
        columns=("came_in", "went_out", "fen"),
        totals=("fen",),
        empty=Said("这笔钱还没有用出去。", "Nothing of this money has been paid out yet."),
    ),
    Operation(
        path="/works/receipts",
        title=Said("登记改造资金到账", "Book works money that came in"),
        roles=(Role.MANAGER,),
        does=take_receipt,
        seals=("grant.received",),
        fields={
            "works": OF_RENOVATION,
            "payer": Field(Said("哪家单位付的", "Which firm paid"), choices=firms()),
            "reference": Field(
                Said("拨款或到账单据号", "Number of the payment document"),
                hint=Said("同一个单据号只记一次。", "One number is booked once."),
            ),
        },
        on=WORKS_MONEY,
        confirms=True,
    ),
    Operation(
        path="/works/plans",
        title=Said("申请变更出资计划", "Ask for another plan"),
        roles=(Role.MANAGER,),
        does=plan_actions.change_plan,
        gives=PlanVersionOut,
        seals=("grant.plan-asked",),
        begins=next_version,
        fields={
            "version": Field(
                Said("第几版", "Version"),
                hint=Said("已按现在的下一版填好。", "Filled in with the one after the present."),
            ),
            "planned": Field(
                Said("各来源计划出多少", "What each source is to give"),
                hint=Said(
                    "每个来源都要写，没写的算不出资；另一个人批准后才生效。",
                    "Name every source that pays: who is not named gives nothing. It holds once another person approves it.",
                ),
            ),
        },
        on=PACKAGE,
    ),
    Operation(
        path="/works/plans/approvals",
        title=Said("批准出资计划", "Approve the plan"),
        roles=APPROVERS,
        does=plan_actions.approve_plan,
        gives=PlanVersionOut,
        seals=("book.opened", "grant.plan-approved"),
        on=PLAN,
        offered=lambda plan: plan["approved_on"] is None,
        confirms=True,
    ),
    Operation(
        path="/works/pledges",
        title=Said("登记出资承诺", "Register what a source commits itself to"),
        roles=(Role.MANAGER,),
        does=plan_actions.pledge,
        seals=("grant.pledged",),
        fields={
            "document": Field(Said("文件或协议编号", "Number of the document")),
            "amount_fen": Field(
                Said("承诺金额", "Committed amount"),
                hint=Said("不能超过计划金额。", "Not above the plan."),
            ),
        },
        on=PACKAGE,
        confirms=True,
    ),
    Operation(
        path="/works/subsidies",
        title=Said("核定补助", "Compute a subsidy"),
        roles=(OVERSIGHT,),
        does=plan_actions.approve_subsidy,
        gives=SubsidyOut,
        seals=("grant.subsidy",),
        fields={
            "document": Field(Said("批准文件编号", "Number of the approval")),
            "approved_on": Field(
                Said("批准日", "Approved on"),
                hint=Said("补助比例按这一天的规定。", "The rule of this day gives the per cent."),
            ),
        },
        on=PACKAGE,
        confirms=True,
    ),
    Operation(
        path="/works/gifts-in-kind",
        title=Said("登记减免或实物出资", "Record what a source waived or built itself"),
        roles=(Role.MANAGER,),
        does=plan_actions.give_in_kind,
        seals=("grant.in-kind",),
        fields={
            "document": Field(Said("文件编号", "Number of the document")),
            "given_on": Field(Said("减免或完成的日子", "Given on")),
            "basis": Field(Said("怎么估的价", "How it was valued")),
            "value_fen": Field(
                Said("折合金额", "Value"),
                hint=Said("只作备查，不算收到的钱。", "A memorandum only, never counted as money."),
            ),
        },
        on=PACKAGE,
        confirms=True,
    ),
    Operation(
        path="/works/fund-payments",
        title=Said("指明维修资金承担的付款", "Name a payment of the maintenance fund"),
        roles=(Role.MANAGER,),
        does=plan_actions.name_fund_payment,
        gives=FundPaymentNamedOut,
        seals=("grant.fund-named",),
        fields={
            "entry": Field(
                Said("维修资金的哪笔付款", "Which payment of the fund"),
                choices=fund_payments,
                hint=Said(
                    "钱留在维修资金账里，直接付给施工单位（维修资金管理办法第22条）。",
                    "The money stays in the fund's own book and goes straight to the contractor.",
                ),
            ),
        },
        on=PACKAGE,
        confirms=True,
    ),
    Operation(
        path="/works/projects",
        title=Said("登记改造工程", "Register works"),
        roles=REGISTRARS,
        does=register_works,
        seals=("works.registered",),
        on=WORKS_MONEY,
        fields={
            "code": own_code("2026"),
            "name": Field(Said("工程名称", "Name of the works")),
            "document": Field(Said("立项批复", "Approval of the project")),
        },
    ),
    Operation(
        path="/works/packages",
        title=Said("登记标段", "Register a works package"),
        roles=APPROVERS,
        does=register_package,
        seals=("works.package-registered", "book.opened"),
        fields={
            "code": own_code("A"),
            "works": OF_RENOVATION,
            "name": Field(Said("标段名称", "Name of the package")),
            "planned": Field(
                Said("各来源计划出多少", "What each source is to give"),
                hint=Said("合计要等于标段价款。", "Together they make up the price."),
            ),
            "document": Field(Said("中标通知书或合同", "Award or contract")),
        },
        confirms=True,
    ),
    Operation(
        path="/works/corrections",
        title=Said("更正标段", "Correct the package"),
        roles=APPROVERS,
        does=correct_package,
        seals=("works.package-corrected",),
        on=PACKAGE,
        begins=as_registered,
        fields={
            "name": Field(Said("标段名称", "Name of the package")),
            "accepted_on": Field(
                Said("验收合格日", "Accepted on"),
                hint=Said(
                    "改了这一天，各部位的保修期按新的日子重新算；还没有验收的空着。",
                    "The warranties on its components are worked out anew from this day; empty where it is not accepted yet.",
                ),
            ),
            "document": Field(Said("合同或验收记录", "Contract, or record of the acceptance")),
        },
        confirms=True,
    ),
    Operation(
        path="/works/acceptances",
        title=Said("登记标段验收", "Enter that a package was accepted"),
        roles=(Role.COMMITTEE, Role.COMMUNITY_OFFICE),
        does=accept_package,
        seals=("works.package-accepted",),
        on=PACKAGE,
        offered=lambda package: package["accepted_on"] is None,
        fields={
            "works": OF_RENOVATION,
            "on": Field(
                Said("验收合格日", "Accepted on"),
                hint=Said(
                    "保修期从这一天起算（建设工程质量管理条例第40条）。",
                    "Warranties run from this day (Regulations on Construction Quality, Art. 40).",
                ),
            ),
            "components": Field(
                Said("这个标段做了哪些部位", "Components that it made"),
                hint=Said(
                    "登记表里已归到这个标段的不用再选。",
                    "Those which the register names for it need not be chosen again.",
                ),
                choices=parts,
            ),
            "document": Field(Said("验收记录", "Record of the acceptance")),
        },
        confirms=True,
    ),
)
