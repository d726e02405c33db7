"""欠费: who owes, demands with their proof, disputes, late fees, awards; and the year's collection."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AliasPath, PlainSerializer
from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.queries import since_opening
from ledger.community.role_rules import Role
from ledger.fees.dunning import actions
from ledger.fees.dunning.queries import debtors, dispute, disputes
from ledger.fees.dunning.rules import Measure, TimeBar
from ledger.fees.queries import received_from, snapshots
from ledger.fees.waivers.queries import waived_by_kind
from ledger.fees.waivers.rules import Kind
from ledger.fields import MonthText, Out, Provisional, Year
from ledger.operations.books import ENTRY
from ledger.operations.circles import OFFICE
from ledger.operations.fees import HOME, STAFF, EntryIfAnyOut
from ledger.operations.labels import own_code
from ledger.operations.operation import EntryOut, Field, Listing, Operation, Record, Said
from ledger.periods import Period, check_begun

HEARERS = (*STAFF, Role.COMMUNITY_OFFICE, Role.COMMITTEE)
"""Who sees disputes: those who note them, those who end them, and who look after them."""
SURCHARGES = frozenset({"fees.costs-claimed", "fees.late-charged"})
"""Entries that charge homes something on top of the fee."""
Share = Annotated[
    Fraction, PlainSerializer(lambda share: [share.numerator, share.denominator], return_type=list[int])
]
"""A share, as numerator and denominator."""


class DebtorOut(Out):
    home: str
    fee_fen: int = Limit(validation_alias="principal_fen")
    surcharge_fen: int
    oldest: MonthText
    step: Measure | None = Limit(None, validation_alias=AliasPath("step", "measure"))
    pay_by: date | None = Limit(None, validation_alias=AliasPath("step", "pay_by"))
    pay_by_provisional: Provisional = Limit(False, validation_alias=AliasPath("step", "pay_by"))
    claim_runs_out_on: date = Limit(validation_alias=AliasPath("claim", "runs_out_on"))
    claim: TimeBar = Limit(validation_alias=AliasPath("claim", "state"))


class DemandedOut(Out):
    entry: int = Limit(validation_alias=AliasPath("posted", "no"))
    leaf: int = Limit(validation_alias=AliasPath("posted", "leaf_index"))
    homes: int


class DisputeOut(Out):
    code: str
    home: str
    first: str
    last: str
    opened_on: date
    ended_on: date | None
    reason: str


class SnapshotOut(Out):
    on: date
    charged_fen: int
    waived_fen: int
    received_fen: int
    arrears_opening_fen: int
    arrears_received_fen: int
    homes: int
    homes_paid: int
    cr1: Share | None
    cr2: Share | None
    cr3: Share | None
    cr4: Share | None


class CollectionOut(Out):
    snapshots: list[SnapshotOut]
    waived: dict[Kind, int]
    received_from: dict[str, int]


def collection_of_year(session: Session, community: str, year: Year, today: date) -> Mapping[str, Any]:
    """The collection of a year on its two fixed days, 31 December and 31 January with the month of grace; as it is today
    where a day is still to come.

    With what was waived of it by kind, and what payers other than the owners paid; in fen.

    Raises:
        PeriodToCome: it has not begun. BeforeOpening: it is over before the books begin.
    """
    period = Period.parse(str(year))
    check_begun(period, today)
    since_opening(session, community, period)
    by_day = {min(day, today): snapshot for day, snapshot in snapshots(session, community, year).items()}
    shares = ("cr1", "cr2", "cr3", "cr4")
    return {
        "snapshots": [
            {"on": day, **snapshot._asdict(), **{name: getattr(snapshot, name) for name in shares}}
            for day, snapshot in by_day.items()
        ],
        "waived": waived_by_kind(session, community, period),
        "received_from": received_from(session, community, period),
    }


DISPUTE = Record(
    path="/fees/disputes/<code>",
    personal=True,
    title=Said("一件收费异议", "One dispute"),
    roles=HEARERS,
    query=dispute,
    gives=DisputeOut,
    state=("ended_on",),
    facts={"opened_on": Field(Said("提出日", "Opened on"))},
)

COLLECTION = Record(
    path="/fees/collection/<int:year>",
    title=Said("一年的收缴率", "The collection of a year"),
    roles=OFFICE,
    query=collection_of_year,
    gives=CollectionOut,
    facts={
        "charged_fen": Field(Said("应收", "Charged")),
        "homes": Field(Said("应交户数", "Homes charged")),
    },
)

DECLARED = (
    Listing(
        path="/fees/debtors",
        title=Said("欠费户", "Homes in arrears"),
        personal=True,
        roles=STAFF,
        query=debtors,
        without=("homes",),
        gives=DebtorOut,
        key="debtors",
        record=HOME,
        columns=(
            "home",
            "fee_fen",
            "surcharge_fen",
            "oldest",
            "step",
            "pay_by",
            "claim",
            "claim_runs_out_on",
        ),
        totals=("fee_fen", "surcharge_fen"),
        facts={
            "fee_fen": Field(Said("到期未交的物业费", "Fee due and not paid")),
            "step": Field(Said("催交到哪一步", "Last step")),
        },
        empty=Said("没有到期未交的物业费。", "Nobody owes what is due."),
    ),
    Operation(
        path="/fees/demands",
        title=Said("登记催交", "Write down a demand"),
        roles=(Role.MANAGER, Role.COMMITTEE),
        does=actions.demand,
        gives=DemandedOut,
        seals=("fees.demanded",),
        fields={
            "code": own_code("CJ-2026-01"),
            "measure": Field(
                Said("做了什么", "What was done"),
                hint=Said(
                    "依次是提醒、业委会督促、催缴函、起诉；不得停水停电、锁门禁、公开姓名（民法典第944条）。",
                    "In order: reminder, urging by the committee, letter, suit. Cutting power or water, locking the entry and naming in public are forbidden (Civil Code Art. 944).",
                ),
            ),
            "on": Field(Said("送达日", "Delivered on")),
            "proof": Field(Said("送达证明", "Proof of delivery")),
        },
    ),
    Listing(
        path="/fees/disputes",
        personal=True,
        title=Said("收费异议", "Disputes of the fee"),
        roles=HEARERS,
        query=disputes,
        gives=DisputeOut,
        key="disputes",
        record=DISPUTE,
        columns=("code", "home", "first", "last", "opened_on", "ended_on"),
        facts={"opened_on": Field(Said("提出日", "Opened on"))},
        empty=Said(
            "没有收费异议。业主提出后在这里登记，期间不计违约金。",
            "No dispute. Write down the first here; no late fee grows meanwhile.",
        ),
    ),
    DISPUTE,
    Operation(
        path="/fees/disputes",
        title=Said("登记收费异议", "Write down a dispute"),
        roles=(Role.MANAGER, Role.COMMUNITY_OFFICE),
        does=actions.open_dispute,
        seals=("fees.dispute-opened",),
        fields={
            "code": own_code("YY-2026-01"),
            "first": Field(Said("从哪个月", "First month")),
            "last": Field(Said("到哪个月", "Last month")),
            "on": Field(
                Said("提出日", "Opened on"),
                hint=Said("从这天起不计违约金。", "No late fee grows from this day."),
            ),
            "reason": Field(Said("业主的理由", "The owner's reason")),
        },
    ),
    Operation(
        path="/fees/disputes/<code>/end",
        title=Said("了结异议", "End the dispute"),
        roles=(Role.COMMUNITY_OFFICE, Role.COMMITTEE),
        does=actions.end_dispute,
        seals=("fees.dispute-ended",),
        fields={
            "on": Field(
                Said("了结日", "Ended on"),
                hint=Said("第二天起恢复计违约金。", "Lateness counts again from the next day."),
            )
        },
        on=DISPUTE,
        offered=lambda record: record.ended_on is None,
    ),
    Operation(
        path="/fees/late-fees",
        title=Said("计收违约金", "Charge late fees"),
        roles=(Role.MANAGER,),
        does=actions.charge_late_fees,
        gives=EntryIfAnyOut,
        seals=("fees.late-charged",),
        fields={
            "until": Field(
                Said("算到哪天", "Up to"),
                hint=Said(
                    "合同有约定才能收，超过上限的部分不计（民法典第585条）。",
                    "Only where the contract has a late fee, and never above the cap (Civil Code Art. 585).",
                ),
            )
        },
        confirms=True,
    ),
    Operation(
        path="/fees/awards",
        title=Said("登记判决的追索费用", "Claim the costs that a court awarded"),
        roles=(Role.MANAGER,),
        does=actions.claim_costs,
        gives=EntryOut,
        seals=("fees.costs-claimed", "fees.prepaid-applied"),
        fields={
            "month": Field(Said("哪个月的欠费", "Month of the debt")),
            "document": Field(Said("裁判文书", "Ruling")),
        },
        on=HOME,
        confirms=True,
    ),
    Operation(
        path="/fees/surcharges/<int:no>/reversal",
        title=Said("撤回违约金或追索费用", "Take back late fees or awarded costs"),
        roles=(Role.MANAGER,),
        does=actions.take_back_surcharges,
        seals=("fees.prepaid-applied", "reversal"),
        fields={
            "reason": Field(
                Said("为什么撤回", "Why they are taken back"),
                hint=Said(
                    "整张凭证红字冲销，各户不再欠这笔；原凭证和红字凭证都保留，更正以后可以重新计收。",
                    "The whole entry is reversed in red and no home owes it any more; both entries stay, and what is right can be charged anew.",
                ),
            )
        },
        on=ENTRY,
        turns_back=True,
        offered=lambda shown: shown["what"] in SURCHARGES and shown["reversed_by_entry"] is None,
        confirms=True,
    ),
    COLLECTION,
)
