"""改造工程合同: change orders, defects, and what is asked for and paid on a contract.

The manager records and asks; the committee or the street approves and pays.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import model_validator
from sqlmodel import col

from ledger.community.role_rules import Role
from ledger.fields import Out
from ledger.grants import contract_actions
from ledger.grants.contract_queries import change_order, change_orders, claim_of, claims
from ledger.grants.contract_tables import WorksContract
from ledger.grants.payout_actions import ask_bill, ask_release, ask_return, pay_out
from ledger.grants.payout_queries import part_rows, payout_seen, payouts_of, payouts_seen
from ledger.grants.payout_rules import PayoutKind
from ledger.grants.rules import Source
from ledger.grants.spent_queries import contract_seen, contracts_seen
from ledger.operations import choices
from ledger.operations.circles import OFFICE, STREET
from ledger.operations.grants import APPROVERS, OF_RENOVATION, PACKAGE, RETAINED, WORKS_MONEY
from ledger.operations.labels import on_paper, own_code
from ledger.operations.operation import (
    Declared,
    EntryOut,
    Field,
    Listing,
    Operation,
    Part,
    Record,
    Said,
)


class WorksContractSignedOut(Out):
    number: str
    works: str
    package: str
    contractor: str
    price_fen: int
    signed_on: date
    retention_e2: int
    defects_months: int

    @property
    def contract(self) -> str:
        """The number, by the name that it has in addresses."""
        return self.number


class WorksContractOut(WorksContractSignedOut):
    changes_fen: int
    billed_fen: int
    held_fen: int


class ChangeOrderOut(Out):
    contract: str
    number: str
    amount_fen: int
    reason: str
    requested_by: str
    requested_on: date
    approved_by: str | None
    approved_on: date | None


class DefectOut(Out):
    contract: str
    number: str
    what: str
    raised_by: str
    raised_on: date
    settled_by: str | None
    settled_on: date | None


class PayoutAskedOut(Out):
    number: str
    kind: PayoutKind
    works: str
    contract: str | None
    payee: str
    reason: str
    requested_by: str
    requested_on: date
    approved_by: str | None
    approved_on: date | None


class WorksPayoutOut(PayoutAskedOut):
    paid_fen: int
    retained_fen: int
    open_fen: int


class PayoutShareOut(Out):
    paid_fen: int
    retained_fen: int


class WorksPayoutRowOut(WorksPayoutOut):
    parts: Mapping[Source, PayoutShareOut]


class PayoutPartOut(Out):
    source: Source
    paid_fen: int
    retained_fen: int


class WorksEntriesOut(Out):
    entries: list[EntryOut]

    @model_validator(mode="before")
    @classmethod
    def of_many(cls, posted: Any) -> Any:
        """From the entries themselves."""
        return {"entries": posted} if isinstance(posted, list) else posted


CONTRACT_FIELD = Field(
    Said("工程合同", "Works contract"),
    choices=choices.of(WorksContract, col(WorksContract.number), choices.name_of(WorksContract.contractor)),
)
BILL_FIELD = Field(
    Said("发票金额", "Amount of the bill"),
    hint=Said("质量保证金由系统从里面留存。", "Retention money is kept back of it by itself."),
)

TO_PAY = {
    "paid_fen": Field(Said("付给对方", "To be paid")),
    "retained_fen": RETAINED,
    "open_fen": Field(Said("还没有付", "Not paid yet")),
}

CONTRACT = Record(
    path="/works/contracts/<path:contract>",
    title=Said("一份工程合同", "One works contract"),
    roles=OFFICE,
    query=contract_seen,
    held_as={"contract": "number"},
    gives=WorksContractOut,
    amount=("price_fen",),
    heading="number",
    state=("price_fen", "changes_fen", "billed_fen", "held_fen"),
    facts={"contract": CONTRACT_FIELD, "held_fen": RETAINED},
    parts={
        "change_orders": Part(
            title=Said("变更签证", "Change orders"), query=change_orders, gives=ChangeOrderOut
        ),
        "payouts": Part(title=Said("付款申请", "Payouts"), query=payouts_of, gives=WorksPayoutOut),
        "defects": Part(title=Said("质量缺陷", "Defects"), query=claims, gives=DefectOut),
    },
)

CHANGE_ORDER = Record(
    path="/works/contracts/<path:contract>/change-orders/<path:number>",
    title=Said("一张变更签证", "One change order"),
    roles=OFFICE,
    query=change_order,
    gives=ChangeOrderOut,
    heading="number",
    state=("amount_fen", "reason", "approved_by"),
)

DEFECT = Record(
    path="/works/contracts/<path:contract>/defects/<path:number>",
    title=Said("一项质量缺陷", "One defect"),
    roles=OFFICE,
    query=claim_of,
    gives=DefectOut,
    heading="number",
    state=("what", "settled_by"),
)

PAYOUT = Record(
    path="/works/payouts/<path:number>",
    title=Said("一笔付款申请", "One payment asked for"),
    roles=OFFICE,
    query=payout_seen,
    gives=WorksPayoutOut,
    amount=("paid_fen",),
    heading="number",
    state=("payee", "paid_fen", "retained_fen", "open_fen", "approved_by"),
    facts=TO_PAY,
    parts={"parts": Part(title=Said("各来源承担", "By source"), query=part_rows, gives=PayoutPartOut)},
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/works/contracts",
        title=Said("工程合同", "Works contracts"),
        roles=OFFICE,
        query=contracts_seen,
        gives=WorksContractOut,
        key="contracts",
        record=CONTRACT,
        columns=(
            "number",
            "works",
            "package",
            "contractor",
            "price_fen",
            "changes_fen",
            "billed_fen",
            "held_fen",
        ),
        totals=("price_fen", "changes_fen", "billed_fen", "held_fen"),
        facts={"held_fen": RETAINED},
        empty=Said(
            "还没有工程合同。请打开一个标段登记。", "There is no works contract yet. Open a package first."
        ),
    ),
    CONTRACT,
    Operation(
        path="/works/contracts",
        title=Said("登记工程合同", "Register a works contract"),
        roles=(Role.MANAGER,),
        does=contract_actions.sign_works_contract,
        gives=WorksContractSignedOut,
        seals=("works.contract-signed",),
        fields={
            "number": on_paper(Said("合同编号", "Number of the contract"), "SG-2026-A"),
            "retention_e2": Field(
                Said("质量保证金比例（%）", "Retention (%)"),
                hint=Said(
                    "最多 3%（建设工程质量保证金管理办法第7条）。",
                    "At most 3 % (Measures on retention money, art. 7).",
                ),
            ),
            "defects_months": Field(
                Said("缺陷责任期（月）", "Defects period (months)"),
                hint=Said(
                    "从验收起算，最多 24 个月（建设工程质量保证金管理办法第2条）。",
                    "From acceptance, at most 24 months (Measures on retention money, art. 2).",
                ),
            ),
        },
        on=PACKAGE,
        confirms=True,
    ),
    Listing(
        path="/works/change-orders",
        title=Said("变更签证", "Change orders"),
        roles=OFFICE,
        query=change_orders,
        gives=ChangeOrderOut,
        key="change_orders",
        record=CHANGE_ORDER,
        columns=("contract", "number", "amount_fen", "reason", "requested_by", "requested_on", "approved_by"),
        totals=("amount_fen",),
        facts={"contract": CONTRACT_FIELD},
        empty=Said(
            "没有变更签证。请打开一份工程合同申请。", "There is no change order. Ask for one on a contract."
        ),
    ),
    CHANGE_ORDER,
    Operation(
        path="/works/change-orders",
        title=Said("申请变更签证", "Ask for a change order"),
        roles=(Role.MANAGER,),
        does=contract_actions.ask_change,
        gives=ChangeOrderOut,
        seals=("works.change-asked",),
        fields={
            "contract": CONTRACT_FIELD,
            "number": on_paper(Said("签证编号", "Number of the change order"), "BG-01"),
            "amount_fen": Field(
                Said("增加多少", "By how much"),
                hint=Said(
                    "减少写负数；另一个人批准后才算数。",
                    "Less is negative. It counts once another person approves it.",
                ),
            ),
        },
        on=CONTRACT,
    ),
    Operation(
        path="/works/change-orders/approvals",
        title=Said("批准变更签证", "Approve the change order"),
        roles=APPROVERS,
        does=contract_actions.approve_change,
        gives=ChangeOrderOut,
        seals=("works.change-approved",),
        fields={"contract": CONTRACT_FIELD},
        on=CHANGE_ORDER,
        offered=lambda order: order.approved_on is None,
        confirms=True,
    ),
    Listing(
        path="/works/defects",
        title=Said("质量缺陷", "Defects"),
        roles=OFFICE,
        query=claims,
        gives=DefectOut,
        key="defects",
        record=DEFECT,
        columns=("contract", "number", "what", "raised_by", "raised_on", "settled_by", "settled_on"),
        facts={"contract": CONTRACT_FIELD},
        empty=Said(
            "没有登记过质量缺陷。发现了请打开工程合同登记。",
            "No defect was noted. Note one on its contract.",
        ),
    ),
    DEFECT,
    Operation(
        path="/works/defects",
        title=Said("登记质量缺陷", "Note a defect"),
        roles=(Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE, STREET),
        does=contract_actions.claim_defect,
        gives=DefectOut,
        seals=("works.defect-claimed",),
        fields={
            "contract": CONTRACT_FIELD,
            "number": own_code("QX-01", Said("缺陷编号", "Number of the defect")),
            "what": Field(
                Said("什么缺陷", "What is wrong"),
                hint=Said("修好之前不返还质量保证金。", "Until it is put right the retention money stays."),
            ),
        },
        on=CONTRACT,
    ),
    Operation(
        path="/works/defects/settlements",
        title=Said("缺陷已修好，销号", "It was put right"),
        roles=APPROVERS,
        does=contract_actions.settle_defect,
        gives=DefectOut,
        seals=("works.defect-settled",),
        fields={"contract": CONTRACT_FIELD},
        on=DEFECT,
        offered=lambda defect: defect.settled_on is None,
        confirms=True,
    ),
    Listing(
        path="/works/payouts",
        title=Said("改造资金付款申请", "Payments of works money"),
        roles=OFFICE,
        query=payouts_seen,
        gives=WorksPayoutRowOut,
        key="payouts",
        record=PAYOUT,
        columns=(
            "number",
            "kind",
            "works",
            "contract",
            "payee",
            "paid_fen",
            "retained_fen",
            "requested_on",
            "approved_on",
        ),
        totals=("paid_fen", "retained_fen"),
        facts=TO_PAY,
        empty=Said(
            "还没有付款申请。请打开一份工程合同申请付款。",
            "No payment was asked for. Ask for one on a contract.",
        ),
    ),
    PAYOUT,
    Operation(
        path="/works/bills",
        title=Said("申请付工程款", "Ask for a bill to be paid"),
        roles=(Role.MANAGER,),
        does=ask_bill,
        gives=PayoutAskedOut,
        seals=("works.payout-asked",),
        fields={
            "contract": CONTRACT_FIELD,
            "number": on_paper(Said("发票号", "Invoice number")),
            "amount_fen": BILL_FIELD,
            "parts": Field(
                Said("各来源出多少", "What each source bears"),
                hint=Said("相加等于发票金额。", "Adds up to the bill."),
            ),
        },
        on=CONTRACT,
    ),
    Operation(
        path="/works/releases",
        title=Said("申请返还质量保证金", "Ask for retention money to be paid"),
        roles=(Role.MANAGER,),
        does=ask_release,
        gives=PayoutAskedOut,
        seals=("works.payout-asked",),
        fields={
            "contract": CONTRACT_FIELD,
            "number": own_code("ZB-01", Said("申请编号", "Number of the request")),
            "amount_fen": Field(
                Said("返还金额", "Amount"),
                hint=Said(
                    "缺陷责任期满、缺陷都修好才能返还（建设工程质量保证金管理办法第9、10条）。",
                    "After the defects period and with no defect open (Measures on retention money, art. 9 and 10).",
                ),
            ),
        },
        on=CONTRACT,
        offered=lambda contract: contract["held_fen"] > 0,
    ),
    Operation(
        path="/works/returns",
        title=Said("申请退回出资", "Ask for money to be given back to its source"),
        roles=(Role.MANAGER,),
        does=ask_return,
        gives=PayoutAskedOut,
        seals=("works.payout-asked",),
        fields={
            "number": own_code("TH-01", Said("申请编号", "Number of the request")),
            "works": OF_RENOVATION,
            "source": Field(Said("退给哪个来源", "Back to which source")),
        },
        on=WORKS_MONEY,
    ),
    Operation(
        path="/works/payments",
        title=Said("付款", "Pay it"),
        roles=(Role.COMMITTEE,),
        does=pay_out,
        gives=WorksEntriesOut,
        seals=("grant.returned", "grant.spent"),
        fields={
            "number": Field(Said("发票号或申请编号", "Number of the invoice or request")),
            "on": Field(Said("付款日", "Paid on")),
        },
        on=PAYOUT,
        offered=lambda payout: payout["open_fen"] > 0,
        confirms=True,
    ),
)
