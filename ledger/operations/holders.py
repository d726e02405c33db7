"""业主: who holds each home, and a home that changes hands."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from ledger.community.queries import home as one_home
from ledger.community.rules import Role
from ledger.fields import Code, Out
from ledger.holders.actions import change_holder
from ledger.holders.queries import Held, last_holder
from ledger.holders.queries import holders as held_homes
from ledger.operations.choices import homes
from ledger.operations.operation import Declared, Field, Listing, Operation, Record, Said

REGISTRARS = (Role.MANAGER, Role.COMMUNITY_OFFICE)
"""Whoever keeps the list of owners: the firm, and the community office that checks it before a vote."""


NOBODY = {"since": None, "name": "", "phone": ""}


class HolderRowOut(Out):
    home: str
    since: date | None
    name: str


class HolderOut(HolderRowOut):
    phone: str


def all_holders(session: Session, community: str, *, building: Code | None = None) -> Sequence[Held]:
    """Every home with its holder, by code: personal data."""
    return held_homes(session, community, building)


def holder(session: Session, community: str, home: Code) -> Mapping[str, Any]:
    """Whoever was registered last for a home, with his telephone: personal data; nothing where nobody was.

    Raises:
        NoHome.
    """
    of = one_home(session, community, home).code
    last = last_holder(session, community, of)
    facts = {"since": last.since, "name": last.name, "phone": last.phone} if last else NOBODY
    return {"home": of, **facts}


HOLDER = Record(
    path="/holders/<home>",
    title=Said("业主", "Holder"),
    personal=True,
    roles=(*REGISTRARS, Role.OWNER.of("home")),
    query=holder,
    gives=HolderOut,
    heading="home",
    facts={
        "since": Field(Said("持有起始日", "Holds it since")),
        "name": Field(Said("业主姓名", "Name of the holder")),
    },
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/holders",
        title=Said("业主名册", "Holders of homes"),
        personal=True,
        roles=REGISTRARS,
        query=all_holders,
        gives=HolderRowOut,
        key="holders",
        record=HOLDER,
        facts=HOLDER.facts,
        empty=Said("还没有登记房屋。", "No home is registered yet."),
    ),
    HOLDER,
    Operation(
        path="/holders/<home>/transfer",
        title=Said("登记新业主", "Register a new holder"),
        roles=REGISTRARS,
        does=change_holder,
        seals=("home.held",),
        on=HOLDER,
        confirms=True,
        fields={
            "name": Field(Said("新业主姓名", "Name of the new holder")),
            "since": Field(
                Said("权属登记日", "Day of the registration"),
                hint=Said("不动产登记簿上记载的那一天。", "The day in the register of real estate."),
            ),
            "document": Field(
                Said("权属证明", "Proof of ownership"),
                hint=Said(
                    "不动产权证书、继承或判决文书，先拍照或扫描。",
                    "The certificate, or the paper of inheritance or of a court, as a scan or picture.",
                ),
            ),
            "holds_also": Field(
                Said("他在本小区的另一户", "Another home of his here"),
                hint=Said(
                    "一人有多户的，表决时只算一人；没有就不填。",
                    "Whoever has several is one head in votes; leave it out where there is none.",
                ),
                choices=homes,
            ),
        },
    ),
)
