"""房屋安全管理资金公共账户: government money for the safety of houses, in and out, apart from every other book."""

from datetime import date

from ledger.community.role_rules import Role
from ledger.fields import Out
from ledger.grants.safety.actions import (
    ask_safety_payment,
    open_safety_book,
    pay_safety_payment,
    take_safety_grant,
)
from ledger.grants.safety.queries import safety_account, safety_grants, safety_payment, safety_payments
from ledger.operations.circles import OFFICE, REGISTRARS
from ledger.operations.labels import on_paper
from ledger.operations.operation import Declared, Field, Listing, Operation, Record, Said


class SafetyAccountOut(Out):
    opening_fen: int
    in_fen: int
    out_fen: int
    closing_fen: int


class SafetyGrantOut(Out):
    receipt_no: str
    payer: str
    amount_fen: int
    received_on: date
    document: str
    entry_no: int


class SafetyPaymentOut(Out):
    number: str
    what: str
    building: str | None
    payee: str
    amount_fen: int
    document: str
    requested_by: str
    requested_on: date
    approved_by: str | None
    paid_on: date | None
    entry_no: int | None


ACCOUNT = Record(
    path="/housing-safety",
    title=Said("房屋安全管理资金公共账户", "The public account for housing safety"),
    roles=OFFICE,
    query=safety_account,
    gives=SafetyAccountOut,
    state=("in_fen", "out_fen", "closing_fen"),
    facts={
        "opening_fen": Field(Said("年初余额", "At the start of the year")),
        "closing_fen": Field(Said("现在的余额", "Now")),
    },
)
PAYMENT = Record(
    path="/housing-safety/payments/<path:number>",
    title=Said("公共账户的一笔付款", "One payment of the public account"),
    roles=OFFICE,
    query=safety_payment,
    gives=SafetyPaymentOut,
    amount=("amount_fen",),
    heading="what",
    state=("payee", "amount_fen", "building", "entry_no"),
)

DECLARED: tuple[Declared, ...] = (
    ACCOUNT,
    Operation(
        path="/housing-safety/book",
        title=Said("开设公共账户的账套", "Open the book of the public account"),
        roles=REGISTRARS,
        does=open_safety_book,
        seals=("book.opened",),
        confirms=True,
    ),
    Listing(
        path="/housing-safety/receipts",
        title=Said("公共账户收到的钱", "What came into the public account"),
        roles=OFFICE,
        query=safety_grants,
        gives=SafetyGrantOut,
        key="receipts",
        columns=("receipt_no", "payer", "amount_fen", "received_on", "entry_no"),
        totals=("amount_fen",),
        empty=Said(
            "公共账户还没有到账的钱。登记以前要先开设账套，批准一个专户。",
            "Nothing came into the public account yet. Its book and an approved account come before that.",
        ),
    ),
    Operation(
        path="/housing-safety/receipts",
        title=Said("登记公共账户到账", "Book money of the public account"),
        roles=REGISTRARS,
        does=take_safety_grant,
        seals=("housing-safety.received",),
        fields={
            "receipt_no": on_paper(Said("收据号", "Receipt number")),
            "payer": Field(
                Said("拨款单位", "Paid in by"),
                hint=Said(
                    "政府的钱；业主的维修资金不能进这个账户。",
                    "Government money; the owners' fund never goes into this account.",
                ),
            ),
            "on": Field(Said("到账日", "Came in on")),
            "document": Field(Said("拨款文件", "The paper by which it is granted")),
        },
        confirms=True,
    ),
    Listing(
        path="/housing-safety/payments",
        title=Said("公共账户的付款", "Payments of the public account"),
        roles=OFFICE,
        query=safety_payments,
        gives=SafetyPaymentOut,
        key="payments",
        record=PAYMENT,
        columns=(
            "number",
            "what",
            "building",
            "payee",
            "amount_fen",
            "requested_by",
            "requested_on",
            "approved_by",
            "paid_on",
        ),
        totals=("amount_fen",),
        empty=Said("还没有付款申请。", "No payment was asked for yet."),
    ),
    PAYMENT,
    Operation(
        path="/housing-safety/payments",
        title=Said("申请从公共账户付款", "Ask for a payment of the public account"),
        roles=REGISTRARS,
        does=ask_safety_payment,
        gives=SafetyPaymentOut,
        seals=("housing-safety.payment-asked",),
        fields={
            "number": on_paper(Said("发票号", "Invoice number")),
            "what": Field(Said("付什么", "What for")),
            "building": Field(
                Said("哪一幢", "Building"),
                hint=Said("只为一幢的才填。", "Only where it is for one building."),
            ),
            "document": Field(Said("发票或报告", "Invoice or report")),
        },
    ),
    Operation(
        path="/housing-safety/payments/<path:number>/payment",
        title=Said("从公共账户付款", "Pay it out of the public account"),
        roles=(Role.COMMUNITY_OFFICE,),
        does=pay_safety_payment,
        seals=("housing-safety.paid",),
        on=PAYMENT,
        offered=lambda payment: payment["entry_no"] is None,
        fields={
            "on": Field(
                Said("付款日", "Paid on"),
                hint=Said("申请的人不能自己付。", "Whoever asked for it does not pay it."),
            )
        },
        confirms=True,
    ),
)
