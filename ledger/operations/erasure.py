"""旧住户: whoever held or rented a home and does no longer, and the erasure of his name and telephone."""

from datetime import date

from pydantic import Field as Limit

from ledger.erasure.actions import erase_former
from ledger.erasure.queries import former_resident, former_residents
from ledger.erasure.rules import Tie
from ledger.fields import Out
from ledger.operations.files import ERASERS, REQUEST
from ledger.operations.operation import Declared, Field, Listing, Operation, Record, Said


class FormerRowOut(Out):
    home: str
    tie: Tie
    since: date
    until: date
    name: str
    erased_by_entry: int | None = Limit(validation_alias="erasure_no")


class FormerOut(FormerRowOut):
    phone: str


FORMER = Record(
    path="/former-residents/<tie>/<home>/<since>",
    title=Said("旧住户", "Former resident"),
    personal=True,
    roles=ERASERS,
    query=former_resident,
    gives=FormerOut,
    heading="name",
    state=("erased_by_entry",),
    facts={
        "name": Field(Said("姓名", "Name")),
        "since": Field(Said("从哪天", "From")),
        "until": Field(Said("最后一天", "Last day")),
    },
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/former-residents",
        title=Said("旧业主、旧租户", "Former holders and tenants"),
        personal=True,
        roles=ERASERS,
        query=former_residents,
        gives=FormerRowOut,
        key="residents",
        record=FORMER,
        facts=FORMER.facts,
        empty=Said("还没有换过业主，也没有租户搬出。", "No home changed hands and no tenant left yet."),
    ),
    FORMER,
    Operation(
        path="/former-residents/<tie>/<home>/<since>/erasure",
        title=Said("依法删除姓名和电话", "Erase his name and telephone by law"),
        roles=ERASERS,
        does=erase_former,
        seals=("erasure", "resident.erased"),
        on=FORMER,
        confirms=True,
        turns_back=True,
        offered=lambda former: former.erasure_no is None,
        fields=REQUEST,
    ),
)
