"""居民出资, 捐赠 and 特许经营: what homes owe and paid towards works, what was given for a purpose, who runs what.

What homes owe and paid is for the office, and nobody else gets more than totals.
"""

from datetime import date

from ledger.community.role_rules import Role
from ledger.fields import Out
from ledger.grants.concessions.actions import end_concession, name_payment, sign_concession
from ledger.grants.concessions.queries import concession, concessions_seen, payments_of
from ledger.grants.concessions.rules import ConcessionKind, ConcessionState, Direction
from ledger.grants.contributions.actions import (
    ask_refund,
    pay_refund,
    raise_levy,
    take_contributions,
    use_contributions,
)
from ledger.grants.contributions.queries import (
    contribution,
    contributions,
    levies_seen,
    levy_seen,
    refund,
    refunds,
)
from ledger.grants.contributions.rules import Basis, ItemClass
from ledger.grants.donations.actions import ask_spending, open_purpose, pay_spending, take_donation
from ledger.grants.donations.queries import by_purpose, purpose_seen, spending, spendings, spendings_for
from ledger.operations.choices import concession_entries, homes, passed, purposes
from ledger.operations.circles import OFFICE
from ledger.operations.grants import APPROVERS, PACKAGE
from ledger.operations.labels import label, on_paper, own_code
from ledger.operations.operation import Declared, Field, Listing, Operation, Part, Record, Said
from ledger.operations.works_contracts import WorksEntriesOut
from ledger.votes.rules import Matter

WHO_SEES_HOMES = (Role.MANAGER, Role.COMMITTEE, Role.AUDITOR)
WHO_GIVES = (Role.MANAGER, Role.COMMUNITY_OFFICE)


class LevyRaisedOut(Out):
    code: str
    works: str
    package: str
    item_class: ItemClass
    basis: Basis
    total_fen: int
    agreement: str
    raised_by: str
    raised_on: date


class LevyOut(LevyRaisedOut):
    homes: int
    due_fen: int
    paid_fen: int
    refunded_fen: int
    used_fen: int

    @property
    def levy(self) -> str:
        """The code, by the name that it has in addresses."""
        return self.code


class HomeDueOut(Out):
    levy: str
    home: str
    due_fen: int
    paid_fen: int
    refunded_fen: int
    used_fen: int
    held_fen: int


class ContributionRefundOut(Out):
    number: str
    levy: str
    home: str
    amount_fen: int
    reason: str
    requested_by: str
    requested_on: date
    approved_by: str | None
    approved_on: date | None


class HandedOverOut(Out):
    community_entry: int
    grant_entry: int


class DonationPurposeOpenedOut(Out):
    code: str
    name: str
    opened_on: date


class DonationPurposeOut(Out):
    code: str
    name: str
    received_fen: int
    spent_fen: int
    left_fen: int
    donors: list[str]

    @property
    def purpose(self) -> str:
        """The code, by the name that it has in addresses."""
        return self.code


class DonationSpendingOut(Out):
    number: str
    purpose: str
    payee: str
    what: str
    amount_fen: int
    requested_by: str
    requested_on: date
    approved_by: str | None
    approved_on: date | None


class ConcessionOut(Out):
    number: str
    kind: ConcessionKind
    firm: str
    what: str
    service_level: str
    exit_terms: str
    resolution: str
    share_e2: int
    starts_on: date
    ends_on: date
    state: ConcessionState
    ended_on: date | None


class ConcessionRowOut(ConcessionOut):
    expiring: bool


class ConcessionPaymentOut(Out):
    entry_no: int
    number: str
    direction: Direction
    amount_fen: int


PURPOSE_FIELD = Field(Said("捐赠用途", "Purpose"), choices=purposes)
PAID_ON = Field(Said("付款日", "Paid on"))
BASIS = Field(Said("按什么分摊", "Shared by"))
USED = Field(Said("已用于工程", "Gone into the works"))
HELD = Field(Said("已交还没用", "Paid and not used"))

LEVY = Record(
    path="/works/levies/<path:levy>",
    title=Said("一项居民出资", "One levy"),
    roles=OFFICE,
    query=levy_seen,
    held_as={"levy": "code"},
    gives=LevyOut,
    heading="code",
    state=("paid_fen", "refunded_fen", "used_fen"),
    facts={"basis": BASIS, "used_fen": USED, "homes": Field(Said("户数", "Homes"))},
)

HOME_DUE = Record(
    path="/works/levies/<path:levy>/homes/<path:home>",
    title=Said("一户的出资", "What one home bears"),
    personal=True,
    roles=WHO_SEES_HOMES,
    query=contribution,
    gives=HomeDueOut,
    heading="home",
    state=("paid_fen", "refunded_fen", "used_fen"),
    facts={"used_fen": USED, "held_fen": HELD},
)

REFUND = Record(
    path="/works/refunds/<path:number>",
    personal=True,
    title=Said("一笔居民出资退款", "One refund"),
    roles=(Role.MANAGER, *APPROVERS, Role.AUDITOR),
    query=refund,
    gives=ContributionRefundOut,
    amount=("amount_fen",),
    heading="number",
    state=("home", "amount_fen", "reason", "approved_by"),
)

PURPOSE = Record(
    path="/works/donations/purposes/<path:purpose>",
    title=Said("一项捐赠用途", "One purpose of donations"),
    roles=OFFICE,
    query=purpose_seen,
    held_as={"purpose": "code"},
    gives=DonationPurposeOut,
    heading="name",
    state=("left_fen",),
    parts={
        "spendings": Part(title=Said("支出", "Spendings"), query=spendings_for, gives=DonationSpendingOut)
    },
)

SPENDING = Record(
    path="/works/donations/spendings/<path:number>",
    title=Said("一笔捐赠支出", "One spending of donations"),
    roles=OFFICE,
    query=spending,
    gives=DonationSpendingOut,
    amount=("amount_fen",),
    heading="number",
    state=("payee", "amount_fen", "what", "approved_by"),
)

CONCESSION = Record(
    path="/works/concessions/<path:number>",
    title=Said("一份特许经营合同", "One concession"),
    roles=OFFICE,
    query=concession,
    gives=ConcessionOut,
    heading="number",
    state=("state", "ends_on"),
    parts={"payments": Part(title=Said("收付", "Money"), query=payments_of, gives=ConcessionPaymentOut)},
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/works/levies",
        title=Said("居民出资", "Residents' contributions"),
        roles=OFFICE,
        query=levies_seen,
        gives=LevyOut,
        key="levies",
        record=LEVY,
        columns=(
            "code",
            "works",
            "package",
            "item_class",
            "homes",
            "due_fen",
            "paid_fen",
            "refunded_fen",
            "used_fen",
        ),
        totals=("due_fen", "paid_fen", "refunded_fen", "used_fen"),
        facts={"basis": BASIS, "used_fen": USED, "homes": Field(Said("户数", "Homes"))},
        empty=Said(
            "还没有居民出资项目。请打开一个标段登记。", "There is no levy yet. Open a package to raise one."
        ),
    ),
    LEVY,
    Operation(
        path="/works/levies",
        title=Said("登记居民出资项目", "Raise a levy"),
        roles=(Role.MANAGER,),
        does=raise_levy,
        gives=LevyRaisedOut,
        seals=("book.opened", "contribution.raised"),
        fields={
            "code": own_code("CZ-2026-A", Said("出资项目编号", "Code of the levy")),
            "basis": BASIS,
            "total_fen": Field(
                Said("居民共出多少", "What residents bear in all"),
                hint=Said(
                    "不能超过计划里居民出资的金额。", "Not above what the plan counts on from residents."
                ),
            ),
            "consents": Field(
                Said("由哪些户承担", "Homes that bear it"),
                hint=Said(
                    "选房号，写同意书编号。个性化改造每户都要有自己的同意书（民法典第5条）。",
                    "Each home, with the number of its paper. A personal item needs every home's own (Civil Code, art. 5).",
                ),
                choices=homes,
                pair=(Said("房屋", "Home"), Said("同意书编号", "Number of the paper")),
            ),
        },
        on=PACKAGE,
        confirms=True,
    ),
    Listing(
        path="/works/levies/<path:levy>/homes",
        title=Said("各户出资", "What each home owes and paid"),
        personal=True,
        roles=WHO_SEES_HOMES,
        query=contributions,
        gives=HomeDueOut,
        key="homes",
        record=HOME_DUE,
        columns=("home", "due_fen", "paid_fen", "refunded_fen", "used_fen", "held_fen"),
        totals=("due_fen", "paid_fen", "refunded_fen", "used_fen", "held_fen"),
        facts={"used_fen": USED, "held_fen": HELD},
        empty=Said("这个项目没有由任何一户承担。", "No home bears this levy."),
    ),
    HOME_DUE,
    Operation(
        path="/works/levies/<path:levy>/receipts",
        title=Said("登记各户缴款", "Book what homes paid"),
        roles=(Role.MANAGER,),
        does=take_contributions,
        gives=WorksEntriesOut,
        seals=("contribution.received",),
        fields={
            "payments": Field(
                Said("缴款", "Payments"),
                hint=Said("一行一张收据；有一行不对就都不记。", "A receipt a row. All are booked or none."),
            ),
            "receipt_no": on_paper(label("receipt_no")),
            "on": Field(Said("缴款日", "Paid on")),
        },
        on=LEVY,
        confirms=True,
    ),
    Listing(
        path="/works/refunds",
        personal=True,
        title=Said("居民出资退款", "Refunds to homes"),
        roles=REFUND.roles,
        query=refunds,
        gives=ContributionRefundOut,
        key="refunds",
        record=REFUND,
        columns=(
            "number",
            "levy",
            "home",
            "amount_fen",
            "reason",
            "requested_by",
            "requested_on",
            "approved_on",
        ),
        totals=("amount_fen",),
        empty=Said("没有退款申请。", "No refund was asked for."),
    ),
    REFUND,
    Operation(
        path="/works/refunds",
        title=Said("申请退还出资", "Ask for a home's money to be given back"),
        roles=(Role.MANAGER,),
        does=ask_refund,
        gives=ContributionRefundOut,
        seals=("contribution.refund-asked",),
        fields={
            "number": own_code("TK-2026-01", Said("退款编号", "Number of the refund")),
            "amount_fen": Field(
                Said("退多少", "Amount"),
                hint=Said("只能退还没用到工程里的。", "Only what has not gone into the works."),
            ),
        },
        on=HOME_DUE,
        turns_back=True,
        offered=lambda home: home.held_fen > 0,
    ),
    Operation(
        path="/works/refunds/payments",
        title=Said("退款给住户", "Give the home its money back"),
        roles=(Role.COMMITTEE,),
        does=pay_refund,
        seals=("contribution.refunded",),
        fields={"number": Field(Said("退款编号", "Number of the refund")), "on": PAID_ON},
        on=REFUND,
        offered=lambda refund: refund.approved_on is None,
        confirms=True,
    ),
    Operation(
        path="/works/contribution-uses",
        title=Said("把归集的钱拨给工程", "Hand collected money over to the works"),
        roles=(Role.COMMITTEE,),
        does=use_contributions,
        gives=HandedOverOut,
        seals=("contribution.used", "grant.received"),
        fields={
            "number": own_code("BF-2026-01", Said("拨付编号", "Number of the transfer")),
            "amount_fen": Field(
                Said("拨多少", "Amount"),
                hint=Said("按各户已交未用的钱分摊。", "From each home by what it has paid and is not used."),
            ),
        },
        on=LEVY,
        offered=lambda levy: levy["paid_fen"] > levy["refunded_fen"] + levy["used_fen"],
        confirms=True,
    ),
    Listing(
        path="/works/donations/purposes",
        title=Said("捐赠", "Donations by purpose"),
        roles=OFFICE,
        query=by_purpose,
        gives=DonationPurposeOut,
        key="purposes",
        record=PURPOSE,
        columns=("code", "name", "received_fen", "spent_fen", "left_fen", "donors"),
        totals=("received_fen", "spent_fen", "left_fen"),
        empty=Said("还没有捐赠用途。请先设一项用途。", "There is no purpose yet. Open one first."),
    ),
    PURPOSE,
    Operation(
        path="/works/donations/purposes",
        title=Said("设一项捐赠用途", "Open a purpose of donations"),
        roles=WHO_GIVES,
        does=open_purpose,
        gives=DonationPurposeOpenedOut,
        seals=("book.opened", "donation.purpose"),
        fields={
            "code": own_code("JZ-2026-01", Said("用途编号", "Code of the purpose")),
            "name": Field(Said("用在什么上", "What it is for")),
        },
    ),
    Operation(
        path="/works/donations",
        title=Said("登记捐赠", "Book a donation"),
        roles=WHO_GIVES,
        does=take_donation,
        seals=("donation.received",),
        fields={
            "purpose": PURPOSE_FIELD,
            "donor": Field(
                Said("捐赠人", "Donor"),
                hint=Said("姓名不进公开日志。", "The name never goes into the public log."),
            ),
            "receipt_no": on_paper(label("receipt_no")),
            "on": Field(Said("收款日", "Received on")),
        },
        on=PURPOSE,
        confirms=True,
    ),
    Listing(
        path="/works/donations/spendings",
        title=Said("捐赠支出申请", "Spendings of donations"),
        roles=OFFICE,
        query=spendings,
        gives=DonationSpendingOut,
        key="spendings",
        record=SPENDING,
        columns=(
            "number",
            "purpose",
            "payee",
            "what",
            "amount_fen",
            "requested_by",
            "requested_on",
            "approved_on",
        ),
        totals=("amount_fen",),
        empty=Said(
            "没有支出申请。要先设一项捐赠用途，收到捐赠。",
            "No spending was asked for. A purpose and a donation come before that.",
        ),
    ),
    SPENDING,
    Operation(
        path="/works/donations/spendings",
        title=Said("申请使用捐赠", "Ask for donated money to be spent"),
        roles=WHO_GIVES,
        does=ask_spending,
        gives=DonationSpendingOut,
        seals=("donation.spending-asked",),
        fields={
            "purpose": PURPOSE_FIELD,
            "number": on_paper(Said("发票号", "Invoice number")),
            "what": Field(Said("买什么、做什么", "What for")),
            "amount_fen": Field(
                Said("金额", "Amount"),
                hint=Said(
                    "只能用这项用途剩下的钱（公益事业捐赠法第18条）。",
                    "Only what is left for this purpose (Donations Law, art. 18).",
                ),
            ),
        },
        on=PURPOSE,
        offered=lambda purpose: purpose.left_fen > 0,
    ),
    Operation(
        path="/works/donations/payments",
        title=Said("支付捐赠款", "Pay it out of the donations"),
        roles=(Role.COMMITTEE,),
        does=pay_spending,
        seals=("donation.spent",),
        fields={"number": Field(Said("发票号", "Invoice number")), "on": PAID_ON},
        on=SPENDING,
        offered=lambda spending: spending.approved_on is None,
        confirms=True,
    ),
    Listing(
        path="/works/concessions",
        title=Said("特许经营合同", "Concessions"),
        roles=OFFICE,
        query=concessions_seen,
        gives=ConcessionRowOut,
        key="concessions",
        record=CONCESSION,
        columns=("number", "kind", "firm", "what", "share_e2", "starts_on", "ends_on", "state", "expiring"),
        facts={"days": Field(Said("几天内到期算快到期", "Days within which one ends soon"))},
        empty=Said("还没有特许经营合同。", "There is no concession yet."),
    ),
    CONCESSION,
    Operation(
        path="/works/concessions",
        title=Said("登记特许经营合同", "Register a concession"),
        roles=(Role.MANAGER,),
        does=sign_concession,
        gives=ConcessionOut,
        seals=("concession.signed",),
        fields={
            "number": on_paper(Said("合同编号", "Number of the contract"), "TX-2026-01"),
            "firm": Field(Said("经营单位", "Firm")),
            "what": Field(Said("经营什么", "What is run")),
            "resolution": Field(
                Said("业主大会决议", "Resolution of the owners"),
                hint=Said(
                    "选通过的表决，或写纸质决议的文号（民法典第278条第（八）项）。",
                    "The vote that passed, or the number of a resolution on paper (Civil Code, art. 278 (8)).",
                ),
                choices=passed(Matter.COMMON_PARTS_BUSINESS),
                free=True,
            ),
            "share_e2": Field(Said("业主分成（%）", "Owners' share (%)")),
        },
        confirms=True,
    ),
    Operation(
        path="/works/concessions/payments",
        title=Said("指明合同的收付", "Name an entry as money of the concession"),
        roles=(Role.MANAGER,),
        does=name_payment,
        gives=ConcessionPaymentOut,
        seals=("concession.paid",),
        fields={
            "number": Field(Said("合同编号", "Number of the contract")),
            "entry": Field(
                Said("哪笔收付", "Which receipt or payment"),
                choices=concession_entries,
                within="number",
                hint=Said("一张凭证只属于一份合同。", "An entry belongs to one concession only."),
            ),
        },
        on=CONCESSION,
        confirms=True,
    ),
    Operation(
        path="/works/concessions/endings",
        title=Said("终止特许经营合同", "End the concession"),
        roles=APPROVERS,
        does=end_concession,
        gives=ConcessionOut,
        seals=("concession.ended",),
        fields={
            "number": Field(Said("合同编号", "Number of the contract")),
            "state": Field(
                Said("怎么结束的", "How it ended"),
                hint=Said("选已到期或已终止。", "Choose ended or terminated."),
            ),
            "on": Field(Said("终止日", "Ended on")),
        },
        on=CONCESSION,
        turns_back=True,
        offered=lambda signed: signed.state is ConcessionState.RUNNING,
        confirms=True,
    ),
)
