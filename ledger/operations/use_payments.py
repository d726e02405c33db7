"""维修资金的付款: from the fund, retention money, and the cash that residents owe for a use."""

from collections.abc import Mapping
from typing import Any

from ledger.community.role_rules import Role
from ledger.community.rules import FirmKind, HomeKind
from ledger.fields import Out
from ledger.fund.power_rules import Power, ever
from ledger.fund.uses.contributions.actions import open_cash_book, pay_on, receive_share
from ledger.fund.uses.contributions.queries import owed_by, register
from ledger.fund.uses.payment_actions import pay, take_back
from ledger.fund.uses.payment_rules import Stage
from ledger.fund.uses.step_and_emergency_rules import Action
from ledger.operations.circles import OVERSIGHT
from ledger.operations.labels import label, on_paper
from ledger.operations.operation import Declared, EntryOut, Field, Listing, Operation, Record, Said
from ledger.operations.uses import ASKERS, USE, has, may_come
from ledger.repairs.actions import release_retention

COLLECTORS = (Role.COMMITTEE, OVERSIGHT, Role.MANAGER, Role.AUDITOR)
"""Who may see what single homes owe in cash."""


class PaidOut(EntryOut):
    charged_fen: int
    shortfall_fen: int


class CashShareOut(Out):
    project: str
    bearer: str
    kind: HomeKind | FirmKind
    owed_fen: int
    received_fen: int
    paid_on_fen: int
    open_fen: int


class CashBookOut(Out):
    book: str


def has_paid(use: Mapping[str, Any]) -> bool:
    """Whether a payment for a use stands."""
    return use["paid_fen"] is not None


CASH_SHARE = Record(
    path="/cash-shares/<bearer>/<path:project>",
    personal=True,
    title=Said("一份自筹款", "One cash share"),
    roles=COLLECTORS,
    query=owed_by,
    gives=CashShareOut,
    state=("owed_fen", "received_fen"),
    facts={
        "kind": Field(Said("类别", "Kind")),
        "bearer": Field(Said("哪一户或售房单位", "Home or selling unit")),
        "owed_fen": Field(Said("应交", "Asked")),
    },
)
INVOICE_AGAIN = Field(
    Said("发票号", "Invoice number"),
    hint=Said("同一张发票不会付两次。", "One invoice is never paid twice."),
)

SCAN = Field(
    Said("发票", "Invoice"),
    hint=Said("发票的照片或 PDF；没有可以不传。", "A photograph or a PDF of it, if there is one."),
)

DECLARED: tuple[Declared, ...] = (
    Operation(
        path="/payments/<path:code>",
        title=Said("从维修资金付款", "Pay from the fund"),
        roles=ever(Power.PAY),
        does=pay,
        gives=PaidOut,
        seals=("fund.paid", "use.pay-advance", "use.pay-final", "use.pay-unit"),
        on=USE,
        fits=has(Power.PAY, *ASKERS, "approved_by"),
        offered=may_come(Action.PAY_ADVANCE, Action.PAY_UNIT, Action.PAY_FINAL),
        confirms=True,
        fields={
            "stage": Field(
                Said("付款阶段", "Stage"),
                hint=Said(
                    "质量保证金到期以后另外返还。", "Retention money is released by a step of its own."
                ),
                members={stage: True for stage in Stage if stage is not Stage.RETENTION},
            ),
            "on": Field(Said("付款日", "Paid on")),
            "invoice_no": INVOICE_AGAIN,
            "invoice": SCAN,
            "payee": Field(
                Said("付给谁", "Payee"),
                hint=Said(
                    "只能付给方案写明的施工、审价、监理单位。",
                    "The contractor, or a unit that the plan names.",
                ),
            ),
            "retention_fen": Field(
                Said("扣留质保金", "Retention money"),
                hint=Said(
                    "不超过结算价的规定比例；不扣就填 0。", "Within the per cent of the law; nought for none."
                ),
            ),
        },
    ),
    Operation(
        path="/retentions/<path:code>",
        title=Said("返还质量保证金", "Release the retention money"),
        roles=ever(Power.PAY),
        does=release_retention,
        gives=PaidOut,
        seals=("fund.paid", "use.release-retention"),
        on=USE,
        fits=has(Power.PAY, *ASKERS, "approved_by"),
        offered=lambda use: (
            use["retention_due"]
            and use["course"].held_back_fen > 0
            and may_come(Action.RELEASE_RETENTION)(use)
        ),
        confirms=True,
        fields={"invoice_no": INVOICE_AGAIN, "invoice": SCAN},
    ),
    Operation(
        path="/payment-reversals/<path:code>",
        title=Said("冲销最后一笔付款", "Take the last payment back"),
        roles=ever(Power.PAY),
        does=take_back,
        gives=PaidOut,
        seals=("reversal", "use.take-back"),
        on=USE,
        fits=has(Power.PAY, *ASKERS, "approved_by"),
        turns_back=True,
        offered=has_paid,
        confirms=True,
        fields={
            "reason": Field(
                Said("为什么冲销", "Why it is taken back"),
                hint=Said("各户的分摊一起冲回。", "The shares of the homes go back with it."),
            )
        },
    ),
    Operation(
        path="/cash-payments/<path:code>",
        title=Said("支付自筹款", "Pay the cash in hand"),
        roles=ever(Power.PAY_CASH),
        does=pay_on,
        seals=("contribution.paid-on",),
        on=USE,
        fits=has(Power.PAY_CASH, *ASKERS, "approved_by"),
        offered=lambda use: use["cash_in_hand_fen"] > 0,
        confirms=True,
        fields={"invoice_no": INVOICE_AGAIN},
    ),
    Listing(
        path="/cash-shares",
        personal=True,
        title=Said("自筹款备查簿", "Cash shares"),
        roles=COLLECTORS,
        query=register,
        gives=CashShareOut,
        key="cash_shares",
        record=CASH_SHARE,
        columns=("project", "bearer", "owed_fen", "received_fen", "open_fen", "paid_on_fen"),
        totals=("owed_fen", "received_fen", "open_fen", "paid_on_fen"),
        facts=CASH_SHARE.facts,
        empty=Said("没有要业主自筹的款。", "Nothing is owed in cash."),
    ),
    CASH_SHARE,
    Operation(
        path="/cash-shares",
        title=Said("收自筹款", "Take in a cash share"),
        roles=(Role.MANAGER,),
        does=receive_share,
        seals=("contribution.received",),
        on=CASH_SHARE,
        fields={"receipt_no": on_paper(label("receipt_no"))},
        offered=lambda owed: owed.open_fen > 0,
        confirms=True,
    ),
    Operation(
        path="/cash-book",
        title=Said("开立自筹款账套", "Open the book of cash shares"),
        roles=(Role.MANAGER,),
        does=open_cash_book,
        gives=CashBookOut,
        seals=("book.opened",),
        confirms=True,
    ),
)
