"""物业费: prices, what contracts say of it, hand-overs, charges and payments; and a home's own account."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AliasPath, BeforeValidator, model_validator
from pydantic import Field as Limit

from ledger.community.role_rules import Role
from ledger.community.rules import HomeKind
from ledger.fees.charge_actions import charge_month, hand_over, take_back_charges
from ledger.fees.payment_actions import correct_payment, take_payment
from ledger.fees.queries import BookedPayment, home_account, paid_with, payment_booked, payments, tariffs
from ledger.fees.rules import Basis, Happened, Part, Pricing
from ledger.fees.tariff_actions import change_tariff, set_terms
from ledger.fields import Out
from ledger.operations import operation
from ledger.operations.choices import passed, payers, published, service_contracts
from ledger.operations.circles import OVERSIGHT
from ledger.operations.operation import Field, Listing, Operation, Record, Said
from ledger.votes.rules import Matter

STAFF = (Role.MANAGER, OVERSIGHT, Role.AUDITOR)
"""Who may see which homes owe what; nobody else, and never the public."""
SECOND = (Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.MANAGER)
"""Who may decide what a manager asked for; never the person who asked."""
BASIS = Field(Said("计费方式", "Charged"))
THE_KIND = Field(
    Said("适用房屋种类", "Kind of homes"),
    hint=Said("不选就是所有房屋。", "None chosen: for all homes."),
)


def lines_of(text: str) -> list[str]:
    """The services of a package, as they are stored."""
    return text.split("\n") if text else []


class TariffOut(Out):
    applies_to: HomeKind | Literal["*"]
    since: date
    basis: Basis
    rate_e4: int
    resolution: str
    pricing: Pricing
    items: Annotated[list[str], BeforeValidator(lines_of)]


class AccountLineOut(Out):
    on: date
    what: Happened
    month: str
    part: Part
    amount_fen: int
    entry_no: int


class DueOut(Out):
    month: str
    part: Part
    fen: int


class HomeAccountOut(Out):
    home: str
    owed_fen: int
    prepaid_fen: int
    owed: list[DueOut]
    lines: list[AccountLineOut]


class FeePaymentOut(Out):
    entry: int
    on: date
    home: str | None
    payer: str | None
    amount_fen: int
    booked_by: str
    reversed_by_entry: int | None


class ChargedOut(Out):
    entry: int = Limit(validation_alias=AliasPath("posted", "no"))
    homes: int
    total_fen: int
    prepaid_fen: int
    fresh: bool = Limit(validation_alias=AliasPath("posted", "fresh"))


class EntryIfAnyOut(Out):
    """Where an entry stands; where none was booked because nothing was due, just that."""

    entry: int | None = Limit(None, validation_alias="no", exclude_if=lambda no: no is None)
    leaf: int | None = Limit(None, validation_alias="leaf_index", exclude_if=lambda leaf: leaf is None)
    nothing_due: bool = Limit(False, exclude_if=lambda nothing: not nothing)

    @model_validator(mode="before")
    @classmethod
    def none_was_booked(cls, posted: object) -> object:
        return {"nothing_due": True} if posted is None else posted


HOME = Record(
    path="/fees/homes/<home>",
    title=Said("一户的物业费账", "A home's fee account"),
    personal=True,
    roles=(Role.OWNER.of("home"), Role.TENANT.of("home"), *STAFF),
    query=home_account,
    gives=HomeAccountOut,
    amount=("owed_fen",),
    heading="home",
    state=("owed_fen", "prepaid_fen"),
    facts={
        "owed": Field(Said("还欠哪些", "What is owed")),
        "lines": Field(Said("明细", "Every line")),
        "what": Field(Said("什么账", "What")),
        "part": Field(Said("哪一种", "Part")),
        "fen": Field(Said("金额", "Amount")),
    },
)

PAYMENT = Record(
    path="/fees/payments/<int:entry>",
    title=Said("一笔物业费收款", "A payment of the fee"),
    personal=True,
    roles=STAFF,
    query=payment_booked,
    gives=FeePaymentOut,
    amount=("amount_fen",),
    state=("home", "amount_fen", "reversed_by_entry"),
    parts={"paid": operation.Part(title=Said("抵了哪些欠费", "What it paid"), query=paid_with, gives=DueOut)},
    facts={
        "part": Field(Said("哪一种", "Part")),
        "fen": Field(Said("金额", "Amount")),
    },
)

PAYMENT_FIELDS = {
    "reference": Field(
        Said("收据号", "Number of the slip"),
        hint=Said("每张收据只能登记一次。", "A slip is booked once only."),
    ),
    "payer": Field(
        Said("代付的人", "Who paid instead"),
        hint=Said("业主自己交的不用选。", "Leave it when the owner paid."),
        choices=payers,
    ),
    "months": Field(
        Said("交款人指定的月份", "Months that the payer names"),
        hint=Said(
            "每行一个，如 2026-07；不写就先抵最早的欠费（民法典第560条）。",
            "One on each line, as 2026-07; without any the oldest debt is paid first (Civil Code Art. 560).",
        ),
    ),
}


def as_booked(row: BookedPayment) -> Mapping[str, Any]:
    """What stands in the form of a correction: the payment as it was booked, without its slip."""
    return {"home": row.home, "amount_fen": row.amount_fen, "on": row.on, "payer": row.payer}


DECLARED = (
    Listing(
        path="/fees/payments",
        title=Said("物业费收款", "Payments of the fee"),
        personal=True,
        roles=STAFF,
        query=payments,
        gives=FeePaymentOut,
        key="payments",
        record=PAYMENT,
        columns=("entry", "on", "home", "payer", "amount_fen", "booked_by", "reversed_by_entry"),
        totals=("amount_fen",),
        empty=Said("还没有收款。收到钱后在这里登记。", "No payment yet. Book the first one here."),
    ),
    PAYMENT,
    HOME,
    Operation(
        path="/fees/payments",
        title=Said("登记收款", "Book a payment"),
        roles=(Role.MANAGER,),
        does=take_payment,
        seals=("fees.received",),
        fields=PAYMENT_FIELDS,
        on=HOME,
        confirms=True,
    ),
    Operation(
        path="/fees/payments/<int:entry>/correction",
        title=Said("更正收款", "Put a payment right"),
        roles=(Role.MANAGER,),
        does=correct_payment,
        seals=("fees.prepaid-applied", "fees.received", "reversal"),
        fields=PAYMENT_FIELDS
        | {
            "reason": Field(
                Said("哪里错了", "What was wrong"),
                hint=Said(
                    "原收款用红字冲销，按这里填的重新登记。",
                    "The wrong receipt is reversed in red and booked anew as entered here.",
                ),
            )
        },
        on=PAYMENT,
        turns_back=True,
        offered=lambda payment: payment.reversed_by_entry is None,
        begins=as_booked,
        confirms=True,
    ),
    Operation(
        path="/months/<month>/charges",
        title=Said("计收当月物业费", "Charge a month's fee"),
        roles=(Role.MANAGER,),
        does=charge_month,
        gives=ChargedOut,
        seals=("fees.charged", "fees.prepaid-applied", "fees.waived"),
        confirms=True,
    ),
    Listing(
        path="/fees/tariffs",
        title=Said("收费标准", "Prices of the service"),
        roles=tuple(Role),
        query=tariffs,
        gives=TariffOut,
        key="tariffs",
        columns=("applies_to", "since", "basis", "rate_e4", "pricing", "resolution", "items"),
        facts={"basis": BASIS, "resolution": Field(Said("依据", "Rests on"))},
        empty=Said("还没有收费标准。请先登记标准和依据。", "No price yet. Set one, with what it rests on."),
    ),
    Operation(
        path="/months/<month>/charges/reversal",
        title=Said("撤回一个月的收费", "Take the charges of a month back"),
        roles=(Role.MANAGER,),
        does=take_back_charges,
        seals=("fees.prepaid-applied", "fees.waiver-undone", "reversal"),
        confirms=True,
        fields={
            "reason": Field(
                Said("为什么撤回", "Why they are taken back"),
                hint=Said(
                    "整月红字冲销，预存的退回预存（别的月份有欠费的，先抵欠费），原凭证和红字凭证都保留；更正以后这个月可以重新计收。",
                    "The whole month is reversed in red and both entries stay; prepayments come back, to other debts first. Once what "
                    "was wrong is put right the month can be charged anew.",
                ),
            )
        },
    ),
    Operation(
        path="/fees/tariffs",
        title=Said("登记收费标准", "Set a price"),
        roles=(Role.COMMITTEE, Role.COMMUNITY_OFFICE),
        does=change_tariff,
        seals=("fees.tariff",),
        fields={
            "applies_to": THE_KIND,
            "basis": BASIS,
            "reference": Field(
                Said("依据的编号", "What it rests on"),
                hint=Said(
                    "市场调节价写业主表决的编号（民法典第278条），政府指导价写价格文件文号；启用日以前就在收的写合同条款。",
                    "For a market price the owners' vote (Civil Code Art. 278), for a guided one its price document; the clause of the contract for one that held before the opening day.",
                ),
                choices=passed(Matter.OTHER),
                free=True,
            ),
            "items": Field(
                Said("套餐里的服务", "Services in the package"),
                hint=Said("只有套餐收费才写，每行一项。", "For a package only: one service on each line."),
            ),
            "audit_sha256": Field(
                Said("公示过的审计结果", "Audit that was published"),
                hint=Said(
                    "当地要求调价前公示上年度审计的，选那份公示。",
                    "Where an audit must be published before a change of price, choose it.",
                ),
                choices=published,
            ),
        },
        confirms=True,
    ),
    Operation(
        path="/fees/terms",
        title=Said("登记合同里的收费约定", "Enter what a contract says of the fee"),
        roles=(Role.COMMITTEE, Role.COMMUNITY_OFFICE),
        does=set_terms,
        seals=("fees.terms",),
        fields={
            "contract": Field(Said("服务合同", "Service contract"), choices=service_contracts),
            "late_daily_e6": Field(
                Said("违约金日率（%）", "Late fee a day (%)"),
                hint=Said(
                    "合同没有约定就空着，那样不能收违约金（民法典第585条）。",
                    "Empty when the contract has none; then none can be charged (Civil Code Art. 585).",
                ),
            ),
        },
        confirms=True,
    ),
    Operation(
        path="/fees/hand-overs",
        title=Said("登记交房", "Enter homes handed over"),
        roles=(Role.MANAGER,),
        does=hand_over,
        seals=("fees.handed-over",),
        fields={
            "developer": Field(
                Said("开发企业", "Developer"),
                hint=Said("交房以前的物业费由它交。", "It pays the fee until the hand-over."),
            )
        },
    ),
)
