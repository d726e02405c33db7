"""转入维修资金: the fund's share of public revenue, as the owners decided it, and its payment."""

from datetime import date
from typing import Any

from pydantic import Field as Limit
from pydantic import model_validator

from ledger.community.role_rules import Role
from ledger.fields import Out, Provisional
from ledger.journal.actions import Posted
from ledger.operations.choices import passed
from ledger.operations.circles import OFFICE
from ledger.operations.operation import Field, Operation, Part, Record, Said
from ledger.revenue.remittance.actions import decide_share, remit
from ledger.revenue.remittance.queries import paid_for, share_seen
from ledger.votes.rules import Matter


class FundShareOut(Out):
    since: date
    pct: int
    motion: str


class ShareDueOut(Out):
    period: str
    due_on: date
    due_on_provisional: Provisional = Limit(validation_alias="due_on")
    due_fen: int
    paid_fen: int
    on_time_fen: int
    left_fen: int
    paid_on: date | None


class SharePaymentOut(Out):
    entry_no: int
    amount_fen: int = Limit(validation_alias="fen")
    paid_on: date = Limit(validation_alias="day")


class RemittedOut(Out):
    """The entries in both books, or that nothing was due."""

    revenue_entry: int | None = None
    fund_entry: int | None = None
    nothing_due: bool = False

    @model_validator(mode="before")
    @classmethod
    def _of_entries(cls, entries: tuple[Posted, Posted] | None) -> dict[str, Any]:
        if entries is None:
            return {"nothing_due": True}
        paid, received = entries
        return {"revenue_entry": paid.no, "fund_entry": received.no}


SHARE = Record(
    path="/revenue/shares/<period>",
    title=Said("一个期间应转入维修资金的", "What a period owes the fund"),
    roles=OFFICE,
    query=share_seen,
    gives=ShareDueOut,
    state=("due_fen", "paid_fen"),
    parts={"payments": Part(title=Said("已转的各笔", "Payments"), query=paid_for, gives=SharePaymentOut)},
    facts={
        "due_fen": Field(Said("应转入维修资金", "Due to the fund")),
        "paid_fen": Field(Said("已转入", "Paid in")),
        "due_on": Field(Said("最迟哪天转", "To be paid by")),
        "paid_on": Field(Said("转入日", "Paid on")),
    },
)

DECLARED = (
    SHARE,
    Operation(
        path="/revenue/shares",
        title=Said("登记业主定的转入比例", "Enter the fund's share that the owners decided"),
        roles=(Role.COMMITTEE,),
        does=decide_share,
        gives=FundShareOut,
        seals=("revenue.share-decided",),
        fields={
            "pct": Field(
                Said("转入百分之几", "Share in per cent"),
                hint=Said("不能低于当地规定的下限。", "Not below what the local rules ask for at least."),
            ),
            "motion": Field(
                Said("业主决议", "The owners' resolution"),
                hint=Said(
                    "比例由业主表决确定（民法典第278条第（九）项）。选通过的表决。",
                    "The owners vote on the share (Civil Code, Art. 278 (9)). Choose the vote that passed.",
                ),
                choices=passed(Matter.OTHER),
            ),
        },
        confirms=True,
    ),
    Operation(
        path="/revenue/remittances",
        title=Said("转入维修资金", "Pay the share into the fund"),
        roles=(Role.MANAGER,),
        does=remit,
        gives=RemittedOut,
        seals=("fund.revenue", "revenue.remitted"),
        fields={
            "period": Field(
                Said("期间", "Period"),
                hint=Said("按季度写 2026-Q1，按年写 2026。", "A quarter as 2026-Q1, a year as 2026."),
            ),
            "on": Field(
                Said("转账日", "Paid on"), hint=Said("期间过完以后才能转。", "After the period is over.")
            ),
            "amount_fen": Field(
                Said("金额", "Amount"),
                hint=Said("不填就是还没转的全部。", "Left empty, all that is still due."),
            ),
            "number": Field(
                Said("本期第几笔", "Which payment of the period"),
                hint=Said("分几笔转的，第二笔写 2。", "When it is paid in parts, the second is 2."),
            ),
        },
        on=SHARE,
        offered=lambda owing: owing["left_fen"] > 0,
        confirms=True,
    ),
)
