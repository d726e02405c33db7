"""减免和退款: each asked for by one person and decided by another."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.role_rules import Role
from ledger.fees.prepaid import actions as refunding
from ledger.fees.prepaid.queries import owed_back, refund, refunds
from ledger.fees.prepaid.rules import NEXT as NEXT_OF_REFUND
from ledger.fees.prepaid.rules import Ground, RefundState
from ledger.fees.prepaid.tables import Refund
from ledger.fees.waivers import actions
from ledger.fees.waivers.queries import waiver, waivers
from ledger.fees.waivers.rules import NEXT, Kind, State
from ledger.fees.waivers.tables import Waiver
from ledger.fields import Out
from ledger.operations.choices import fee_receipts
from ledger.operations.fees import HOME, SECOND, STAFF
from ledger.operations.labels import own_code
from ledger.operations.operation import Field, Listing, Operation, Record, Said, by_another_than

READERS = (*STAFF, Role.COMMITTEE, Role.COMMUNITY_OFFICE)
"""Those who ask and decide, and who look after them; not the board."""
BY_ANOTHER = Said("不能由申请人自己决定。", "Not by the person who asked.")


class WaiverOut(Out):
    code: str
    kind: Kind
    home: str | None
    first: str
    last: str
    percent: int | None
    amount_fen: int | None
    basis: str
    state: State
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class RefundOut(Out):
    code: str
    home: str
    receipt_no: int
    amount_fen: int
    ground: Ground
    state: RefundState
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    entry_no: int | None


class OwedBackOut(Out):
    home: str
    fen: int


def may_become(state: State) -> Callable[[Waiver], bool]:
    """Whether a waiver may take a step, as the rule of its states says."""
    return lambda record: state in NEXT[record.state]


def refund_may_become(state: RefundState) -> Callable[[Refund], bool]:
    """Whether a refund may take a step, as the rule of its states says."""
    return lambda record: state in NEXT_OF_REFUND[record.state]


def to_give_back(session: Session, community: str, today: date) -> Sequence[dict[str, object]]:
    """What homes still hold prepaid although no contract charges any more (物业服务纠纷解释 Art. 3), by home."""
    return [{"home": home, "fen": fen} for home, fen in sorted(owed_back(session, community, today).items())]


WAIVER = Record(
    path="/fees/waivers/<code>",
    personal=True,
    title=Said("一项减免", "One waiver"),
    roles=READERS,
    query=waiver,
    gives=WaiverOut,
    state=("state", "home", "first", "last", "percent", "amount_fen"),
)

REFUND = Record(
    path="/fees/refunds/<code>",
    personal=True,
    title=Said("一笔退款", "One refund"),
    roles=READERS,
    query=refund,
    gives=RefundOut,
    amount=("amount_fen",),
    state=("state", "home", "receipt_no", "amount_fen"),
    facts={"receipt_no": Field(Said("收款凭证号", "Entry of the receipt"))},
)

DECLARED = (
    Listing(
        path="/fees/waivers",
        personal=True,
        title=Said("减免", "Waivers"),
        roles=READERS,
        query=waivers,
        gives=WaiverOut,
        key="waivers",
        record=WAIVER,
        columns=(
            "code",
            "kind",
            "home",
            "first",
            "last",
            "percent",
            "amount_fen",
            "state",
            "requested_by",
        ),
        empty=Said("还没有减免。由物业经理先申请。", "No waiver yet. The manager asks for the first."),
    ),
    WAIVER,
    Operation(
        path="/fees/waivers",
        title=Said("申请减免", "Ask for a waiver"),
        roles=(Role.MANAGER,),
        does=actions.request_waiver,
        gives=WaiverOut,
        seals=("fees.waiver-requested",),
        fields={
            "code": own_code("JM-2026-01"),
            "home": Field(Said("房屋", "Home"), hint=Said("不选就是全小区。", "None chosen: every home.")),
            "first": Field(Said("从哪个月", "First month")),
            "last": Field(Said("到哪个月", "Last month")),
            "percent": Field(
                Said("减免百分之几", "Per cent"),
                hint=Said("和每月金额填一项。", "This or the amount a month, one of them."),
                needed=True,
            ),
            "amount_fen": Field(Said("每月减免金额", "Amount a month"), needed=True),
            "basis": Field(
                Said("依据", "Basis"),
                hint=Said(
                    "空置没有规定或约定的不能减免（民法典第944条）。",
                    "An empty home is let off only by a rule or the contract (Civil Code Art. 944).",
                ),
            ),
        },
    ),
    Operation(
        path="/fees/waivers/<code>/approval",
        title=Said("批准减免", "Grant the waiver"),
        roles=SECOND,
        does=actions.approve_waiver,
        seals=("fees.prepaid-applied", "fees.waived", "fees.waiver-approved"),
        on=WAIVER,
        offered=may_become(State.APPROVED),
        fits=by_another_than("requested_by"),
        confirms=True,
    ),
    Operation(
        path="/fees/waivers/<code>/rejection",
        title=Said("不批准减免", "Refuse the waiver"),
        roles=SECOND,
        does=actions.reject_waiver,
        seals=("fees.waiver-rejected",),
        fields={"reason": Field(Said("原因", "Reason"), hint=BY_ANOTHER)},
        on=WAIVER,
        turns_back=True,
        offered=may_become(State.REJECTED),
        fits=by_another_than("requested_by"),
    ),
    Operation(
        path="/fees/waivers/<code>/withdrawal",
        title=Said("撤回减免", "Take the waiver back"),
        roles=(Role.COMMITTEE, Role.COMMUNITY_OFFICE),
        does=actions.withdraw_waiver,
        seals=("fees.prepaid-applied", "fees.waiver-undone", "fees.waiver-withdrawn"),
        fields={
            "reason": Field(
                Said("原因", "Reason"),
                hint=Said("减掉的钱重新算欠费。", "What it took off is owed again."),
            )
        },
        on=WAIVER,
        turns_back=True,
        offered=may_become(State.WITHDRAWN),
        confirms=True,
    ),
    Listing(
        path="/fees/refunds",
        personal=True,
        title=Said("退款", "Refunds"),
        roles=READERS,
        query=refunds,
        gives=RefundOut,
        key="refunds",
        record=REFUND,
        columns=("code", "home", "amount_fen", "ground", "receipt_no", "state", "requested_by"),
        totals=("amount_fen",),
        facts={"receipt_no": Field(Said("收款凭证号", "Entry of the receipt"))},
        empty=Said("还没有退款。由物业经理先申请。", "No refund yet. The manager asks for the first."),
    ),
    REFUND,
    Operation(
        path="/fees/refunds",
        title=Said("申请退款", "Ask for a refund"),
        roles=(Role.MANAGER,),
        does=refunding.request_refund,
        gives=RefundOut,
        seals=("fees.refund-requested",),
        fields={
            "code": own_code("TF-2026-01"),
            "receipt": Field(
                Said("退哪笔收款", "Which receipt"),
                choices=fee_receipts,
                within="home",
                hint=Said(
                    "钱从哪笔收款退回哪里，不超过那笔收款和预交余额。",
                    "It goes back the way it came: no more than that receipt and the prepayment.",
                ),
            ),
        },
        on=HOME,
        offered=lambda account: account.prepaid_fen > 0,
    ),
    Operation(
        path="/fees/refunds/<code>/approval",
        title=Said("批准退款", "Release the refund"),
        roles=SECOND,
        does=refunding.approve_refund,
        seals=("fees.refunded",),
        on=REFUND,
        offered=refund_may_become(RefundState.PAID),
        fits=by_another_than("requested_by"),
        confirms=True,
    ),
    Operation(
        path="/fees/refunds/<code>/rejection",
        title=Said("不批准退款", "Refuse the refund"),
        roles=SECOND,
        does=refunding.reject_refund,
        seals=("fees.refund-rejected",),
        on=REFUND,
        turns_back=True,
        offered=refund_may_become(RefundState.REJECTED),
        fits=by_another_than("requested_by"),
    ),
    Listing(
        path="/fees/owed-back",
        personal=True,
        title=Said("合同终止后应退的预交", "Prepayments to give back after a contract's end"),
        roles=STAFF,
        query=to_give_back,
        gives=OwedBackOut,
        key="owed_back",
        record=HOME,
        columns=("home", "fen"),
        totals=("fen",),
        facts={"fen": Field(Said("应退金额", "To give back"))},
        empty=Said(
            "没有应退的预交：还有合同在收费，或各户都没有预交。",
            "Nothing to give back: a contract charges still, or nobody has prepaid.",
        ),
    ),
)
