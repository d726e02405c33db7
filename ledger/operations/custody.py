"""维修资金由谁管: its hand-over, and money that goes back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.queries import with_kept_day
from ledger.community.role_rules import Role
from ledger.fields import Code, Out, Provisional
from ledger.fund.custody.actions import notify_handover, release_fund, take_over_fund
from ledger.fund.custody.queries import account_level, handover, handovers
from ledger.fund.custody.rules import AccountLevel
from ledger.fund.custody.tables import Handover
from ledger.fund.power_queries import keeper
from ledger.fund.power_rules import Power, ever
from ledger.fund.returns.actions import ask_refund, declare_loss, pay_return
from ledger.fund.returns.queries import fund_return, fund_returns
from ledger.fund.returns.rules import Payee, ReturnKind
from ledger.fund.rules import Keeper
from ledger.operations.choices import deposits_left
from ledger.operations.circles import CHECKERS, OFFICE
from ledger.operations.labels import own_code
from ledger.operations.operation import Declared, Field, Listing, Operation, Record, Said
from ledger.operations.uses import has


class FundHandoverOut(Out):
    code: str
    to: Keeper
    noticed_on: date
    due_on: date
    due_on_provisional: Provisional = Limit(validation_alias="due_on")
    noticed_by: str
    total_fen: int | None
    released_by: str | None
    released_on: date | None
    released_entry: int | None
    taken_by: str | None
    taken_on: date | None
    taken_entry: int | None


class FundHandoverSeenOut(FundHandoverOut):
    late: bool


class CustodyOut(Out):
    keeper: Keeper
    account_level: AccountLevel
    handovers: list[FundHandoverSeenOut]


class FundReturnOut(Out):
    code: str
    kind: ReturnKind
    payee: Payee
    home: str | None
    party: str | None
    receipt_no: str | None
    amount_fen: int
    asked_by: str
    asked_on: date
    paid_by: str | None
    paid_on: date | None
    paid_entry: int | None


class FundLossOut(Out):
    returns: list[str]


def _seen(session: Session, transfer: Handover, today: date) -> Mapping[str, Any]:
    shown = with_kept_day(session, transfer.community, transfer, "due_on")
    return {**shown.model_dump(), "late": (transfer.taken_on or today) > transfer.due_on}


def handovers_seen(session: Session, community: str, today: date) -> Sequence[Mapping[str, Any]]:
    """The hand-overs, newest first, and whether each is or was late."""
    return [_seen(session, transfer, today) for transfer in handovers(session, community)]


def handover_seen(session: Session, community: str, code: Code, today: date) -> Mapping[str, Any]:
    """One hand-over, and whether it is or was late.

    Raises:
        NoHandover: there is none with this code.
    """
    return _seen(session, handover(session, community, code), today)


def custody(session: Session, community: str, today: date) -> Mapping[str, Any]:
    """Who keeps the fund today, by what its account is opened, and the hand-overs."""
    return {
        "keeper": keeper(session, community, today),
        "account_level": account_level(session, community, today),
        "handovers": handovers_seen(session, community, today),
    }


HANDOVER = Record(
    path="/custody/handovers/<path:code>",
    title=Said("一次维修资金划转", "One hand-over of the fund"),
    roles=OFFICE,
    query=handover_seen,
    gives=FundHandoverSeenOut,
    heading="code",
    state=("released_entry", "taken_entry"),
    facts={"to": Field(Said("划转给谁", "Handed over to"))},
)
RETURN = Record(
    path="/custody/returns/<path:code>",
    personal=True,
    title=Said("一笔返还", "One return"),
    roles=CHECKERS,
    query=fund_return,
    gives=FundReturnOut,
    amount=("amount_fen",),
    heading="code",
    state=("amount_fen", "paid_entry"),
)

DECLARED: tuple[Declared, ...] = (
    Record(
        path="/custody",
        title=Said("维修资金由谁管", "Who keeps the fund"),
        roles=OFFICE,
        query=custody,
        gives=CustodyOut,
        facts=HANDOVER.facts,
    ),
    Listing(
        path="/custody/handovers",
        title=Said("维修资金划转", "Hand-overs of the fund"),
        roles=OFFICE,
        query=handovers_seen,
        gives=FundHandoverSeenOut,
        key="handovers",
        record=HANDOVER,
        columns=("code", "to", "noticed_on", "due_on", "released_on", "taken_on", "total_fen", "late"),
        facts=HANDOVER.facts,
        empty=Said("还没有划转过。", "Nothing was handed over yet."),
    ),
    HANDOVER,
    Operation(
        path="/custody/handovers",
        title=Said("登记划转通知", "Take down the notice of a hand-over"),
        roles=ever(Power.NOTIFY_HANDOVER),
        does=notify_handover,
        gives=FundHandoverOut,
        seals=("custody.noticed",),
        fields={
            "code": own_code("HZ-2026-01"),
            "to": Field(Said("划转给谁", "Handed over to")),
            "noticed_on": Field(
                Said("通知日", "Noticed on"),
                hint=Said(
                    "收到通知后三十天内要划转（《住宅专项维修资金管理办法》第15条第（三）项）。",
                    "It is due within thirty days (《住宅专项维修资金管理办法》 Art. 15 (3)).",
                ),
            ),
        },
    ),
    Operation(
        path="/custody/handovers/<path:code>/release",
        title=Said("转出", "Hand everything over"),
        roles=ever(Power.SIGN_HANDOVER),
        does=release_fund,
        seals=("carried-over", "custody.released"),
        on=HANDOVER,
        fits=has(Power.SIGN_HANDOVER),
        offered=lambda handed: handed["released_entry"] is None,
        confirms=True,
        fields={"on": Field(Said("转出日", "Day of the release"))},
    ),
    Operation(
        path="/custody/handovers/<path:code>/taking",
        title=Said("接收", "Take everything over"),
        roles=ever(Power.SIGN_HANDOVER),
        does=take_over_fund,
        seals=("custody.taken",),
        on=HANDOVER,
        fits=has(Power.SIGN_HANDOVER),
        offered=lambda handed: handed["released_entry"] is not None and handed["taken_entry"] is None,
        confirms=True,
        fields={
            "on": Field(
                Said("接收日", "Day of the taking over"),
                hint=Said(
                    "由接收方的人签，不能和转出的是同一人。", "By the other side, and by another person."
                ),
            )
        },
    ),
    Listing(
        path="/custody/returns",
        personal=True,
        title=Said("返还的维修资金", "Money that goes back"),
        roles=CHECKERS,
        query=fund_returns,
        gives=FundReturnOut,
        key="returns",
        record=RETURN,
        columns=("code", "kind", "payee", "home", "party", "amount_fen", "asked_on", "paid_on"),
        totals=("amount_fen",),
        empty=Said("没有要返还的。", "Nothing goes back."),
    ),
    RETURN,
    Operation(
        path="/custody/refunds",
        title=Said("申请退还交存", "Ask that a deposit be given back"),
        roles=(Role.MANAGER,),
        does=ask_refund,
        gives=FundReturnOut,
        seals=("return.asked",),
        fields={
            "code": own_code("TK-2026-01"),
            "receipt_no": Field(
                Said("交存的票据号", "Receipt of the deposit"),
                hint=Said(
                    "还没退完的交存都可以选。", "Each deposit of which something is left to give back."
                ),
                choices=deposits_left,
            ),
            "reason": Field(
                Said("为什么退", "Why"),
                hint=Said("多交了，或者购房合同解除了。", "Overpaid, or the purchase was rescinded."),
            ),
        },
    ),
    Operation(
        path="/custody/losses",
        title=Said("登记房屋灭失", "Declare homes lost"),
        roles=(Role.MANAGER,),
        does=declare_loss,
        gives=FundLossOut,
        seals=("fund.house-lost", "fund.loss-accrued"),
        confirms=True,
        fields={
            "code": own_code("MS-2026-01"),
            "homes": Field(Said("灭失的房屋", "Homes that are lost")),
            "gone": Field(
                Said("已经不存在的售房单位", "Selling units that are no more"),
                hint=Said(
                    "它们的钱上缴同级国库（《住宅专项维修资金管理办法》第29条）。",
                    "Their money goes to the treasury (《住宅专项维修资金管理办法》 Art. 29).",
                ),
            ),
        },
    ),
    Operation(
        path="/custody/returns/<path:code>/payment",
        title=Said("支付返还", "Pay it"),
        roles=ever(Power.GIVE_BACK),
        does=pay_return,
        seals=("fund.returned",),
        on=RETURN,
        fits=has(Power.GIVE_BACK),
        offered=lambda record: record.paid_entry is None,
        confirms=True,
        fields={
            "on": Field(
                Said("付款日", "Paid on"),
                hint=Said("申请的人不能付款。", "Whoever asked for it does not pay it."),
            )
        },
    ),
)
