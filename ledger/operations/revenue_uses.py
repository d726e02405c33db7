"""公共收益的使用和押金: what the owners spend, and what is held for those who rent."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import model_validator

from ledger.community.role_rules import Role
from ledger.fields import Out
from ledger.journal.actions import Posted
from ledger.operations.choices import passed
from ledger.operations.circles import OFFICE
from ledger.operations.labels import own_code
from ledger.operations.operation import EntryOut, Field, Listing, Operation, Record, Said
from ledger.operations.revenue import BANK_REFERENCE, CONTRACT, PART
from ledger.revenue.deposit_actions import forfeit_deposit, return_deposit, take_deposit
from ledger.revenue.deposit_queries import deposits_held
from ledger.revenue.uses.actions import release_use, request_use
from ledger.revenue.uses.queries import use, uses
from ledger.revenue.uses.rules import Use
from ledger.votes.rules import Matter


class RevenueUseOut(Out):
    code: str
    kind: Use
    amount_fen: int
    purpose: str
    motion: str
    building: str | None
    stairwell: str | None
    payee: str | None
    requested_by: str
    requested_at: datetime
    approved_by: str | None
    paid_on: date | None
    entry_no: int | None
    other_entry: int | None


class UseReleasedOut(Out):
    """The entries of a use: the first in public revenue, a second in the fund or the fee book."""

    entries: list[EntryOut]

    @model_validator(mode="before")
    @classmethod
    def _of_entries(cls, postings: Sequence[Posted]) -> dict[str, Any]:
        return {"entries": postings}


class DepositsOut(Out):
    """What is held in fen, by counterparty and contract (``firm@number``)."""

    deposits: dict[str, int]

    @model_validator(mode="before")
    @classmethod
    def _of_amounts(cls, held: Mapping[str, int]) -> dict[str, Any]:
        return {"deposits": held}


def holds_deposit(contract: Mapping[str, Any]) -> bool:
    """Whether there is a deposit that can go back or be forfeited."""
    return bool(contract["deposit_fen"])


USE = Record(
    path="/revenue/uses/<path:code>",
    title=Said("一笔公共收益的使用", "One use of public revenue"),
    roles=OFFICE,
    query=use,
    gives=RevenueUseOut,
    amount=("amount_fen",),
    heading="purpose",
    state=("amount_fen", "motion", "payee", "approved_by", "entry_no"),
)

DECLARED = (
    Listing(
        path="/revenue/uses",
        title=Said("公共收益的使用", "Uses of public revenue"),
        roles=OFFICE,
        query=uses,
        gives=RevenueUseOut,
        key="uses",
        record=USE,
        columns=("code", "kind", "purpose", "amount_fen", "motion", "requested_by", "approved_by", "paid_on"),
        totals=("amount_fen",),
        empty=Said(
            "还没有人申请使用公共收益。要先有业主表决通过的决议。",
            "Nobody has asked for a use of public revenue yet. The owners' vote comes before that.",
        ),
    ),
    USE,
    Operation(
        path="/revenue/uses",
        title=Said("申请使用公共收益", "Ask for a use of public revenue"),
        roles=(Role.MANAGER,),
        does=request_use,
        gives=RevenueUseOut,
        seals=("revenue.use-requested",),
        fields={
            "code": own_code("SY-2026-01"),
            "kind": Field(
                Said("用在哪里", "What for"),
                hint=Said(
                    "不得投资、出借、担保，有决议也不行。",
                    "Never for investment, loans or guarantees, whoever decides.",
                ),
            ),
            "motion": Field(
                Said("业主决议", "The owners' resolution"),
                hint=Said(
                    "要这部分收益的业主表决同意（民法典第278条第（九）项）。",
                    "The owners whose income it is must have voted for it (Civil Code, Art. 278 (9)).",
                ),
                choices=passed(Matter.OTHER),
            ),
            "part": PART,
            "price_review": Field(
                Said("审价报告", "Price review"),
                hint=Said(
                    "当地规定达到一定金额要先审价的才附。",
                    "Only where the place asks for one from this amount on.",
                ),
            ),
        },
    ),
    Operation(
        path="/revenue/uses/<path:code>/release",
        title=Said("批准并付款", "Approve and pay"),
        roles=(Role.COMMITTEE,),
        does=release_use,
        gives=UseReleasedOut,
        seals=("fees.offset", "fund.revenue", "revenue.used"),
        fields={
            "on": Field(
                Said("付款日", "Paid on"),
                hint=Said("申请的人不能自己批准。", "Whoever asked for it does not approve it."),
            )
        },
        on=USE,
        offered=lambda asked: asked.entry_no is None,
        confirms=True,
    ),
    Record(
        path="/revenue/deposits",
        title=Said("代管的押金", "Deposits held"),
        roles=OFFICE,
        query=deposits_held,
        gives=DepositsOut,
    ),
    Operation(
        path="/revenue/contracts/<path:contract>/deposit",
        title=Said("收押金", "Take a deposit"),
        roles=(Role.MANAGER,),
        does=take_deposit,
        seals=("revenue.deposit-taken",),
        without=("into",),
        fields={
            "amount_fen": Field(
                Said("金额", "Amount"),
                hint=Said("押金是代管的钱，不算收益。", "A deposit is held for its owner and is no income."),
            ),
            "on": Field(Said("收款日", "Received on")),
            "reference": BANK_REFERENCE,
        },
        on=CONTRACT,
        confirms=True,
    ),
    Operation(
        path="/revenue/contracts/<path:contract>/deposit/return",
        title=Said("退押金", "Give the deposit back"),
        roles=(Role.COMMITTEE,),
        does=return_deposit,
        seals=("revenue.deposit-returned",),
        fields={
            "amount_fen": Field(
                Said("退多少", "Amount given back"),
                hint=Said("可以只退一部分。", "It may be a part of it."),
            ),
            "on": Field(Said("付款日", "Paid on")),
            "reference": BANK_REFERENCE,
        },
        on=CONTRACT,
        offered=holds_deposit,
        confirms=True,
    ),
    Operation(
        path="/revenue/contracts/<path:contract>/deposit/forfeiture",
        title=Said("没收押金，转为收益", "Turn the deposit into revenue"),
        roles=(Role.COMMITTEE,),
        does=forfeit_deposit,
        seals=("revenue.deposit-forfeited",),
        fields={
            "motion": Field(
                Said("业主决议", "The owners' resolution"),
                hint=Said(
                    "没收押金要业主表决同意（民法典第278条第（九）项）。",
                    "It takes the owners' vote (Civil Code, Art. 278 (9)).",
                ),
                choices=passed(Matter.OTHER),
            ),
            "on": Field(Said("日期", "Day")),
            "reference": Field(
                Said("单据号", "Reference"), hint=Said("同一个号只登记一次。", "One number is booked once.")
            ),
        },
        on=CONTRACT,
        turns_back=True,
        offered=holds_deposit,
        confirms=True,
    ),
)
