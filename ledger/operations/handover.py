"""物业服务合同与交接: how a firm's contract stands, its end, and what it hands over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pydantic import Field as Limit
from pydantic import model_validator
from sqlmodel import Session

from ledger.community.role_rules import Role
from ledger.community.rules import FirmKind
from ledger.errors import LedgerError
from ledger.fields import Out, Provisional
from ledger.handover import actions
from ledger.handover.contract_actions import conclude, prolong
from ledger.handover.queries import (
    decisions_used,
    items,
    open_handovers,
    renewal_calendar,
    service_seen,
    services,
    signatures,
)
from ledger.handover.rules import Cause, ItemKind, ItemState, Side, Standing, Treatment, check_signable
from ledger.handover.tables import HandoverItem
from ledger.operations.choices import firms, handover_items, passed
from ledger.operations.circles import OFFICE
from ledger.operations.labels import on_paper
from ledger.operations.operation import Choice, Field, Listing, Operation, Part, Record, Said
from ledger.votes.rules import Matter

BOTH_SIDES = (Role.MANAGER, Role.COMMITTEE)
TOLD = {
    "number": Field(Said("合同编号", "Contract number")),
    "firm": Field(Said("物业企业", "Property firm")),
    "starts_on": Field(Said("开始日", "Begins on")),
    "ends_on": Field(Said("到期日", "Ends on")),
    "last_day": Field(Said("合同最后一天", "Last day of the contract")),
    "cause": Field(Said("终止原因", "Why it ends")),
    "no": Field(Said("第几项", "Item")),
    "subject": Field(Said("内容", "What")),
}


def unused(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The votes on the firm that passed, and by which no contract was made and none prolonged."""
    used = {use.motion for use in decisions_used(session, community) if not use.ends}
    return [vote for vote in passed(Matter.FIRM)(session, community, today) if vote.value not in used]


RESOLUTION = Field(
    Said("业主决议", "The owners' resolution"),
    hint=Said(
        "选聘、续聘由业主共同决定（民法典第278条第（四）项、第947条）。选通过的表决。",
        "Hiring and renewing are the owners' to decide (Civil Code, Arts. 278 (4), 947). Choose the vote that passed.",
    ),
    choices=unused,
)


class ServiceListedOut(Out):
    number: str
    firm: str
    starts_on: date
    ends_on: date
    standing: Standing
    cause: Cause | None
    last_day: date | None
    handover_by: date | None
    handover_by_provisional: Provisional = Limit(validation_alias="handover_by")
    taken_over_on: date | None
    refused_on: date | None


class ServiceOut(ServiceListedOut):
    may_charge: bool
    signed: list[Side]
    items_listed: int
    items_open: int
    items_missing: int
    list_sha256: str | None


class CalendarOut(Out):
    decide_by: date
    firm_notice_by: date
    dismissal_notice_by: date
    last_day: date
    handover_by: date
    handover_by_provisional: Provisional = Limit(validation_alias="handover_by")


class EndingOut(Out):
    contract: str
    cause: Cause
    noticed_on: date
    last_day: date
    motion: str | None
    evidence: str
    handover_by: date
    handover_by_provisional: Provisional = Limit(validation_alias="handover_by")
    noticed_by: str
    taken_over_on: date | None
    refused_on: date | None


class HandoverItemOut(Out):
    no: int
    kind: ItemKind
    subject: str
    amount_fen: int | None
    state: ItemState
    note: str
    treatment: Treatment | None


class MissingItemOut(HandoverItemOut):
    contract: str


class HandoverListOut(Out):
    """The whole list, as it is after a step."""

    items: list[HandoverItemOut]

    @model_validator(mode="before")
    @classmethod
    def _of_rows(cls, rows: Sequence[HandoverItem]) -> dict[str, Any]:
        return {"items": rows}


class HandoverSignedOut(Out):
    contract: str
    side: Side
    by_login: str
    signed_at: datetime
    entry_no: int


class OpenHandoversOut(Out):
    overdue: list[EndingOut]
    missing: list[MissingItemOut]


def can_be_listed(service: Mapping[str, Any]) -> bool:
    """Whether the list may still be written: notice was given and nobody has signed."""
    return service["last_day"] is not None and not service["signed"]


def can_be_marked(service: Mapping[str, Any]) -> bool:
    return can_be_listed(service) and service["items_listed"] > 0


def can_be_passed_on(service: Mapping[str, Any]) -> bool:
    return can_be_listed(service) and any(item.kind is ItemKind.PREPAID for item in service["items"])


def can_be_signed(service: Mapping[str, Any]) -> bool:
    """Whether a side is still to sign, and everything on the list was looked at."""
    try:
        check_signable(item.state for item in service["items"])
    except LedgerError:
        return False
    return len(service["signed"]) < len(Side)


SERVICE = Record(
    path="/services/<path:number>",
    title=Said("一份物业服务合同", "One service contract"),
    roles=OFFICE,
    query=service_seen,
    gives=ServiceOut,
    state=("standing", "ends_on", "last_day", "taken_over_on", "refused_on", "signed", "list_sha256"),
    parts={
        "calendar": Part(
            title=Said("续聘日历", "Renewal calendar"), query=renewal_calendar, gives=CalendarOut, many=False
        ),
        "items": Part(title=Said("移交清单", "Hand-over list"), query=items, gives=HandoverItemOut),
        "signatures": Part(title=Said("移交签字", "Signatures"), query=signatures, gives=HandoverSignedOut),
    },
    facts=TOLD,
)

DECLARED = (
    Listing(
        path="/services",
        title=Said("物业服务合同", "Service contracts"),
        roles=OFFICE,
        query=services,
        gives=ServiceListedOut,
        key="services",
        record=SERVICE,
        columns=("number", "firm", "starts_on", "ends_on", "standing", "last_day", "handover_by"),
        facts=TOLD,
        empty=Said("还没有登记物业服务合同。", "No service contract is registered yet."),
    ),
    SERVICE,
    Operation(
        path="/services",
        title=Said("登记物业服务合同", "Register a service contract"),
        roles=(Role.COMMITTEE,),
        does=conclude,
        seals=("service.concluded",),
        fields={
            "number": on_paper(Said("合同编号", "Contract number"), "WY-2026-01"),
            "firm": Field(
                Said("物业企业", "Property firm"),
                hint=Said(
                    "续聘选原来的企业；换企业要先登记原合同的终止通知。",
                    "To renew, the present firm; before another is hired, notice must end the present contract.",
                ),
                choices=firms(FirmKind.PROPERTY),
            ),
            "starts_on": Field(Said("开始日", "Begins on")),
            "ends_on": Field(Said("到期日", "Ends on")),
            "motion": replace(
                RESOLUTION,
                hint=Said(
                    "选聘、续聘由业主共同决定（民法典第278条第（四）项、第947条）。选通过的表决；启用日以前就在履行的第一份合同不选。",
                    "Hiring and renewing are the owners' to decide (Civil Code, Arts. 278 (4), 947). Choose the vote that passed; leave it out for the first contract if it runs since before the opening day.",
                ),
            ),
            "document": Field(Said("签好的合同", "The signed contract")),
        },
        confirms=True,
    ),
    Operation(
        path="/services/<path:number>/prolongation",
        title=Said("延长合同期限", "Prolong the contract"),
        roles=(Role.COMMITTEE,),
        does=prolong,
        seals=("service.prolonged",),
        fields={
            "ends_on": Field(Said("延长到哪天", "New last day")),
            "motion": RESOLUTION,
            "document": Field(Said("补充协议", "Supplementary agreement")),
        },
        on=SERVICE,
        offered=lambda service: service["last_day"] is None,
        confirms=True,
    ),
    Operation(
        path="/services/<path:number>/notice",
        title=Said("通知终止合同", "Give notice that the contract ends"),
        roles=BOTH_SIDES,
        does=actions.give_notice,
        gives=EndingOut,
        seals=("service.notice",),
        fields={
            "cause": Field(
                Said("终止原因", "Why it ends"),
                hint=Said(
                    "业主一方解聘或到期不续聘，企业一方不再续约；不定期合同双方都可以终止。",
                    "The owners dismiss or let it expire, the firm leaves; either side ends a contract without term.",
                ),
            ),
            "last_day": Field(
                Said("合同最后一天", "Last day of the contract"),
                hint=Said(
                    "解聘提前六十日、企业不续约提前九十日书面通知（民法典第946至948条）。",
                    "Written notice: sixty days to dismiss, ninety for a firm that leaves (Civil Code, Arts. 946-948).",
                ),
            ),
            "motion": Field(
                Said("业主决议", "The owners' resolution"),
                needed=True,
                hint=Said(
                    "业主一方通知时必填（民法典第278条第（四）项）。",
                    "Needed when the owners give notice (Civil Code, Art. 278 (4)).",
                ),
                choices=passed(Matter.FIRM),
            ),
            "evidence": Field(Said("书面通知", "The written notice")),
        },
        on=SERVICE,
        turns_back=True,
        offered=lambda service: service["last_day"] is None,
        confirms=True,
    ),
    Listing(
        path="/services/<path:number>/handover",
        title=Said("移交清单", "Hand-over list"),
        roles=OFFICE,
        query=items,
        gives=HandoverItemOut,
        key="items",
        columns=("no", "kind", "subject", "amount_fen", "state", "note", "treatment"),
        totals=("amount_fen",),
        facts=TOLD,
        empty=Said(
            "清单还是空的。先由账本列出，再补钥匙、资料和设备。",
            "The list is empty. Draw it up from the books, then add keys, papers and equipment.",
        ),
    ),
    Operation(
        path="/services/<path:number>/handover",
        title=Said("由账本列出移交清单", "Draw the list up from the books"),
        roles=BOTH_SIDES,
        does=actions.draw_up,
        gives=HandoverListOut,
        seals=("handover.drawn-up",),
        on=SERVICE,
        offered=can_be_listed,
    ),
    Operation(
        path="/services/<path:number>/handover/items",
        title=Said("补充用房、钥匙、资料、设备", "Add rooms, keys, papers, equipment"),
        roles=BOTH_SIDES,
        does=actions.add_items,
        gives=HandoverListOut,
        fields={
            "items": Field(
                Said("要移交的", "What is handed over"),
                hint=Said(
                    "只补用房、钥匙、资料和设备；和钱有关的由账本列出。",
                    "Rooms, keys, papers and equipment only; what is money comes from the books.",
                ),
            ),
            "subject": TOLD["subject"],
        },
        on=SERVICE,
        offered=can_be_listed,
    ),
    Operation(
        path="/services/<path:number>/handover/marks",
        title=Said("逐项写明已移交或缺失", "Say what was handed over and what is missing"),
        roles=(Role.COMMITTEE,),
        does=actions.mark,
        gives=HandoverListOut,
        fields={
            "no": Field(Said("哪一项", "Which item"), choices=handover_items(), within="number"),
            "note": Field(
                Said("缺什么", "What is missing"), hint=Said("缺失的必须写明。", "Needed when it is missing.")
            ),
        },
        on=SERVICE,
        offered=can_be_marked,
    ),
    Operation(
        path="/services/<path:number>/handover/passed-on",
        title=Said("预收物业费转交下一家", "Let prepaid fees go to the next firm"),
        roles=(Role.COMMITTEE,),
        does=actions.pass_on,
        gives=HandoverListOut,
        fields={
            "numbers": Field(
                Said("转交哪些", "Which prepaid fees"),
                hint=Said(
                    "只有预收的物业费；不转交的退还业主（物业服务纠纷解释第3条）。",
                    "Prepaid fees only; what is not passed on goes back to its owner.",
                ),
                choices=handover_items(ItemKind.PREPAID),
                within="number",
            )
        },
        on=SERVICE,
        offered=can_be_passed_on,
    ),
    Operation(
        path="/services/<path:number>/handover/signature",
        title=Said("在移交清单上签字", "Sign the hand-over list"),
        roles=BOTH_SIDES,
        does=actions.sign,
        gives=HandoverSignedOut,
        seals=("handover.signed",),
        on=SERVICE,
        offered=can_be_signed,
        confirms=True,
    ),
    Operation(
        path="/services/<path:number>/takeover",
        title=Said("登记下一家接手的日子", "Enter the first day of whoever serves next"),
        roles=(Role.COMMITTEE,),
        does=actions.take_over,
        gives=EndingOut,
        seals=("handover.taken-over",),
        fields={
            "on": Field(
                Said("接手第一天", "First day of the next"),
                hint=Said(
                    "在这以前原企业继续服务，可以收费（民法典第950条）。",
                    "Until then the old firm serves and may charge (Civil Code, Art. 950).",
                ),
            ),
            "document": Field(Said("交接记录或新合同", "Record of the take-over, or the next contract")),
        },
        on=SERVICE,
        offered=lambda service: service["last_day"] is not None,
        confirms=True,
    ),
    Operation(
        path="/services/<path:number>/refusal",
        title=Said("登记企业拒不移交", "Enter that the firm refuses to hand over"),
        roles=(Role.COMMITTEE,),
        does=actions.refuse_handover,
        gives=EndingOut,
        seals=("handover.refused",),
        fields={
            "on": Field(
                Said("拒绝移交的日子", "Day of the refusal"),
                hint=Said(
                    "登记后企业不得再收合同终止以后的物业费（民法典第949条）。",
                    "The firm may then charge nothing for the time after its contract (Civil Code, Art. 949).",
                ),
            ),
            "document": Field(
                Said("拒绝移交的书面答复或现场记录", "The refusal in writing, or a record of it")
            ),
        },
        on=SERVICE,
        turns_back=True,
        offered=lambda service: service["last_day"] is not None,
        confirms=True,
    ),
    Record(
        path="/handovers/open",
        title=Said("逾期和缺失的移交", "Hand-overs that are late, and what is missing"),
        roles=OFFICE,
        query=open_handovers,
        gives=OpenHandoversOut,
        facts=TOLD,
        empty=Said("没有逾期或缺失的移交。", "No hand-over is late, and nothing is missing."),
    ),
)
