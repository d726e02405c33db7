"""公共收益: contracts on common parts, places that are let, receipts, proved costs, the closing of a year."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field as Limit
from pydantic import model_validator
from sqlmodel import Session

from ledger.accounts.queries import approved
from ledger.community.role_rules import Role
from ledger.fields import Out
from ledger.journal.actions import Posted
from ledger.journal.rules import BookCode
from ledger.operations.choices import firms, passed, revenue_contracts
from ledger.operations.circles import OFFICE
from ledger.operations.labels import on_paper, own_code
from ledger.operations.operation import Choice, Field, Listing, Operation, Part, Record, Said
from ledger.revenue import actions, cost_actions, receipt_actions
from ledger.revenue.contract_queries import (
    completeness,
    contract_seen,
    contracts_in,
    costs_of,
    instalments_of,
    receipts_on,
    year_seen,
)
from ledger.revenue.electricity_actions import pay_electricity_on
from ledger.revenue.rules import Category, ContractState, CostKind, Method
from ledger.revenue.site_actions import register_site
from ledger.revenue.site_queries import sites_let
from ledger.votes.rules import Matter

PART = Field(
    Said("收益属于哪部分业主", "Whose income it is"),
    hint=Said(
        "只属于一幢或一个单元的才填；都不填就是全体业主的。",
        "Only if it belongs to one building or stairwell; left empty it is everybody's.",
    ),
)
BANK_REFERENCE = Field(
    Said("银行流水号或收据号", "Number of the bank line or receipt"),
    hint=Said("同一个号只登记一次。", "One number is booked once."),
)
CONTRACT_FACTS = {
    "number": Field(Said("合同编号", "Contract number")),
    "object": Field(Said("租的是什么", "What is let")),
    "due_fen": Field(Said("到期应收", "Due so far")),
    "received_fen": Field(Said("已收", "Received")),
    "starts_on": Field(Said("开始日", "Begins on")),
    "ends_on": Field(Said("到期日", "Ends on")),
    "kind": Field(Said("成本种类", "Kind of cost")),
}


class ContractSignedOut(Out):
    number: str
    category: Category
    counterparty: str
    object: str
    starts_on: date
    ends_on: date
    price_fen: int
    resolution: str
    resolved_on: date | None
    brought_over: bool
    beneficiary_building: str | None
    beneficiary_stairwell: str | None
    method: Method | None
    evidence: str | None
    quotes: int
    reason: str
    renews: str | None
    site: str | None
    terminated_on: date | None


class ContractOut(ContractSignedOut):
    state: ContractState
    due_fen: int
    received_fen: int
    deposit_fen: int
    electricity_fen: int

    @property
    def contract(self) -> str:
        """Its number, by the name that it has in addresses and in other requests."""
        return self.number


class InstalmentOut(Out):
    due_on: date
    amount_fen: int


class ContractReceiptOut(Out):
    entry_no: int
    amount_fen: int = Limit(validation_alias="fen")
    received_on: date = Limit(validation_alias="day")


class ContractCostOut(Out):
    entry_no: int
    kind: CostKind
    voucher_no: str
    amount_fen: int = Limit(validation_alias="fen")
    paid_on: date = Limit(validation_alias="day")


class SiteOut(Out):
    code: str
    name: str
    category: Category
    building: str | None
    stairwell: str | None
    since: date


class SiteLetOut(SiteOut):
    days_let: int
    days: int


class MissingIncomeOut(Out):
    contract: str
    site: str | None
    expected_fen: int
    received_fen: int
    since: date
    days: int


class ExcessIncomeOut(Out):
    contract: str
    promised_fen: int
    received_fen: int


class CostClaimOut(Out):
    code: str
    entry_no: int
    kind: CostKind
    contract: str | None
    amount_fen: int
    claimed_on: date
    claimed_by: str


class CompletenessOut(Out):
    on: date
    missing: list[MissingIncomeOut]
    above: list[ExcessIncomeOut]
    unproved: list[CostClaimOut]


class RevenueYearOut(Out):
    year: int
    over: bool
    surplus_fen: int
    carried_over: int


class YearCarriedOut(Out):
    """The entry, or that there was nothing to carry over."""

    entry: int | None = None
    leaf: int | None = None
    nothing_to_carry: bool = False

    @model_validator(mode="before")
    @classmethod
    def _of_entry(cls, posted: Posted | None) -> dict[str, Any]:
        return {"entry": posted.no, "leaf": posted.leaf_index} if posted else {"nothing_to_carry": True}


def revenue_accounts(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The approved accounts of public revenue, by the name that a receipt knows them by."""
    return [
        Choice(account.role, f"{account.bank} {account.number}")
        for account in approved(session, community, BookCode.REVENUE, on=today)
    ]


def runs(contract: Mapping[str, Any]) -> bool:
    """Whether a contract can still be ended early: it runs, and nobody has ended it."""
    return contract["state"] is ContractState.ACTIVE and contract["terminated_on"] is None


INTO = Field(Said("存进哪个账户", "Into which account"), choices=revenue_accounts)
OF_CONTRACT = Field(
    Said("为哪份合同", "For which contract"),
    hint=Said(
        "除税费外都要写明合同。",
        "Everything but tax names its contract.",
    ),
    needed=True,
    choices=revenue_contracts,
)

CONTRACT = Record(
    path="/revenue/contracts/<path:contract>",
    title=Said("一份经营合同", "One contract"),
    roles=OFFICE,
    query=contract_seen,
    held_as={"contract": "number"},
    gives=ContractOut,
    amount=("price_fen",),
    heading="object",
    state=("state", "terminated_on", "received_fen", "deposit_fen", "electricity_fen"),
    parts={
        "instalments": Part(title=Said("应收各期", "Instalments"), query=instalments_of, gives=InstalmentOut),
        "receipts": Part(title=Said("收到的钱", "What came in"), query=receipts_on, gives=ContractReceiptOut),
        "costs": Part(title=Said("有票据的成本", "Proved costs"), query=costs_of, gives=ContractCostOut),
    },
    facts=CONTRACT_FACTS,
)
YEAR = Record(
    path="/revenue/years/<int:year>",
    title=Said("公共收益的一个年度", "One year of public revenue"),
    roles=OFFICE,
    query=year_seen,
    gives=RevenueYearOut,
    state=("over", "surplus_fen", "carried_over"),
    facts={
        "surplus_fen": Field(Said("还没结转的收支差额", "Still to be carried over")),
        "carried_over": Field(Said("已结转几次", "Times carried over")),
    },
)

DECLARED = (
    Listing(
        path="/revenue/contracts",
        title=Said("经营合同", "Contracts"),
        roles=OFFICE,
        query=contracts_in,
        gives=ContractOut,
        key="contracts",
        record=CONTRACT,
        columns=(
            "number",
            "category",
            "object",
            "counterparty",
            "ends_on",
            "state",
            "due_fen",
            "received_fen",
            "deposit_fen",
        ),
        totals=("due_fen", "received_fen", "deposit_fen"),
        facts=CONTRACT_FACTS,
        empty=Said("这段时间没有经营合同。先登记一份。", "No contract ran in this time. Register one first."),
    ),
    CONTRACT,
    Operation(
        path="/revenue/contracts",
        title=Said("登记经营合同", "Register a contract"),
        roles=(Role.MANAGER,),
        does=actions.sign_contract,
        gives=ContractSignedOut,
        seals=("revenue.signed",),
        fields={
            "number": on_paper(Said("合同编号", "Contract number"), "GY-06"),
            "object": CONTRACT_FACTS["object"],
            "starts_on": CONTRACT_FACTS["starts_on"],
            "ends_on": Field(
                Said("到期日", "Ends on"),
                hint=Said(
                    "合同期最长二十年（民法典第705条）。", "Twenty years at most (Civil Code, Art. 705)."
                ),
            ),
            "counterparty": Field(
                Said("租用单位", "Who rents"),
                hint=Said("单位要先登记。", "The firm must be registered first."),
            ),
            "resolution": Field(
                Said("业主决议的编号", "The owners' resolution"),
                hint=Said(
                    "经营共有部分要业主表决同意（民法典第278条第（八）项）。选通过的表决；启用账本以前的合同填纸质决议的文号。",
                    "Business with common parts needs the owners' vote (Civil Code, Art. 278 (8)). Choose the vote that passed; for a contract older than this ledger, enter the number of the resolution on paper.",
                ),
                choices=passed(Matter.COMMON_PARTS_BUSINESS),
                free=True,
            ),
            "resolved_on": Field(
                Said("纸质决议的日期", "Day of the resolution on paper"),
                hint=Said(
                    "只有启用账本以前就在履行的合同才填。",
                    "Only for a contract that is older than this ledger.",
                ),
            ),
            "award": Field(
                Said("对方是怎么选的", "How the other side was chosen"),
                hint=Said(
                    "招标附文件；比价附文件和报价家数；协商写理由；续签写原合同。",
                    "Tender: its papers. Quotes: their papers and number. Negotiation: the reason. Renewal: the earlier contract.",
                ),
            ),
            "part": PART,
            "renews": Field(Said("续签哪份合同", "Renews which contract"), choices=revenue_contracts),
        },
    ),
    Operation(
        path="/revenue/contracts/<path:contract>/end",
        title=Said("提前终止合同", "End the contract early"),
        roles=(Role.COMMITTEE,),
        does=actions.terminate,
        gives=ContractSignedOut,
        seals=("revenue.terminated",),
        fields={
            "last_day": Field(
                Said("合同最后一天", "Last day of the contract"),
                hint=Said("这天以后各期不再应收。", "Nothing falls due after it."),
            )
        },
        on=CONTRACT,
        turns_back=True,
        offered=runs,
        confirms=True,
    ),
    Listing(
        path="/revenue/sites",
        title=Said("可以出租的场地", "Places that are let"),
        roles=OFFICE,
        query=sites_let,
        gives=SiteLetOut,
        key="sites",
        columns=("code", "name", "category", "building", "stairwell", "since", "days_let", "days"),
        facts={"days": Field(Said("这段时间共几天", "Days of the period"))},
        empty=Said("还没有登记场地。先登记一处。", "No place is registered yet. Register one first."),
    ),
    Operation(
        path="/revenue/sites",
        title=Said("登记可以出租的场地", "Register a place that can be let"),
        roles=(Role.MANAGER,),
        does=register_site,
        seals=("site.registered",),
        fields={
            "code": own_code("DW-07"),
            "part": PART,
            "since": Field(Said("从哪天起可以出租", "Can be let since")),
            "document": Field(Said("位置图或照片", "Plan or picture")),
        },
    ),
    Operation(
        path="/revenue/receipts",
        title=Said("登记合同收款", "Book money on a contract"),
        roles=(Role.MANAGER,),
        does=receipt_actions.receive,
        seals=("book.widened", "revenue.received"),
        fields={
            "contract": Field(Said("哪份合同", "Which contract"), choices=revenue_contracts),
            "amount_fen": Field(
                Said("收到的收益", "Revenue received"),
                hint=Said("充电的只填服务费。", "Of charging the service fee alone."),
            ),
            "electricity_fen": Field(
                Said("其中代收的电费", "Electricity collected with it"),
                hint=Said(
                    "只有充电的填，没有就填 0：电费照付给供电的单位，不算收益（发改办价格〔2024〕537号）。",
                    "Of charging only, 0 if there is none: it is paid on to whoever supplied it and is no revenue (notice No. 537 of 2024 on prices of charging).",
                ),
            ),
            "on": Field(
                Said("到账日", "Came in on"),
                hint=Said(
                    "要在合同期内；到期后只收还欠的。",
                    "Within the contract's term; afterwards only what is still owed.",
                ),
            ),
            "reference": BANK_REFERENCE,
            "into": INTO,
        },
        on=CONTRACT,
        confirms=True,
    ),
    Operation(
        path="/revenue/other-receipts",
        title=Said("登记利息、赔偿或残值", "Book interest, compensation or scrap"),
        roles=(Role.MANAGER,),
        does=receipt_actions.receive_other,
        seals=("fund.scrap", "revenue.received"),
        fields={
            "category": Field(
                Said("类别", "Category"),
                hint=Said(
                    "只有利息、赔偿和旧设备残值不用合同；残值直接进维修资金。",
                    "Only interest, compensation and scrap need no contract; scrap goes into the maintenance fund.",
                ),
            ),
            "on": Field(Said("到账日", "Came in on")),
            "reference": BANK_REFERENCE,
            "part": PART,
            "into": INTO,
        },
        confirms=True,
    ),
    Operation(
        path="/revenue/costs",
        title=Said("登记有票据的成本", "Book a proved cost"),
        roles=(Role.MANAGER,),
        does=cost_actions.pay_cost,
        seals=("revenue.cost",),
        fields={
            "kind": CONTRACT_FACTS["kind"],
            "on": Field(Said("付款日", "Paid on")),
            "voucher_no": Field(
                Said("票据号", "Voucher number"),
                hint=Said(
                    "没有票据的成本按零计（建筑物区分所有权解释第14条）。",
                    "A cost without a voucher counts as nought (Interpretation on Strata Ownership, Art. 14).",
                ),
            ),
            "contract": OF_CONTRACT,
        },
        confirms=True,
    ),
    Operation(
        path="/revenue/cost-claims",
        title=Said("登记没有票据的成本", "Keep a cost that has no voucher"),
        roles=(Role.MANAGER,),
        does=cost_actions.claim_cost,
        seals=("revenue.cost-claimed",),
        fields={
            "code": own_code("CB-2026-01"),
            "kind": CONTRACT_FACTS["kind"],
            "amount_fen": Field(
                Said("主张的金额", "Amount claimed"),
                hint=Said(
                    "只作记录，不付款，按零计。", "It is only kept: nothing is paid and it counts as nought."
                ),
            ),
            "on": Field(Said("发生日", "Spent on")),
            "contract": OF_CONTRACT,
        },
    ),
    Operation(
        path="/revenue/contracts/<path:contract>/electricity",
        title=Said("支付代收的电费", "Pay the electricity on"),
        roles=(Role.MANAGER,),
        does=pay_electricity_on,
        seals=("book.widened", "revenue.electricity-paid"),
        on=CONTRACT,
        offered=lambda contract: contract["electricity_fen"] > 0,
        fields={
            "amount_fen": Field(
                Said("付多少", "Amount paid on"),
                hint=Said("不能多过代收未付的。", "No more than was collected and not paid on."),
            ),
            "on": Field(Said("付款日", "Paid on")),
            "supplier": Field(
                Said("供电的单位", "Supplied by"),
                hint=Said("单位要先登记。", "The firm must be registered first."),
                choices=firms(),
            ),
            "voucher_no": Field(Said("电费票据号", "Number of the electricity bill")),
        },
        confirms=True,
    ),
    Record(
        path="/revenue/completeness",
        title=Said("少收、多收和没有票据的", "What is missing, beyond and unproved"),
        roles=OFFICE,
        query=completeness,
        gives=CompletenessOut,
        facts={
            "on": Field(Said("截至", "As of")),
            "since": Field(Said("从哪天起欠", "Owed since")),
            "days": Field(Said("欠了几天", "Days owed")),
        },
    ),
    YEAR,
    Operation(
        path="/revenue/years/<int:year>/closing",
        title=Said("年终结转", "Carry the year over into the surplus"),
        roles=(Role.MANAGER,),
        does=actions.close_year,
        gives=YearCarriedOut,
        seals=("carried-over",),
        on=YEAR,
        offered=lambda year: year["over"] and year["accounts"] > 0,
        confirms=True,
    ),
)
