"""What is stored of a firm's going."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.handover.rules import Cause, ItemKind, ItemState, Side, Treatment


class Ending(SQLModel, table=True):
    """The end of a service contract: who gave notice when, of which last day."""

    __tablename__ = "service_ending"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "contract"], ["service_contract.community", "service_contract.number"]
        ),
    )

    community: str = Field(primary_key=True)
    contract: str = Field(primary_key=True)
    cause: Cause = Field(sa_type=words(Cause))
    noticed_on: date
    last_day: date
    motion: str | None = None
    evidence: str
    """SHA-256 of the written notice."""
    handover_by: date
    noticed_by: str
    taken_over_on: date | None = None
    """The first day of whoever serves next."""
    refused_on: date | None = None
    """The day on which the firm refused to hand over; from its last day on it is paid nothing (Art. 949)."""


class HandoverItem(SQLModel, table=True):
    """Something on the list. ``subject`` and ``note`` are private."""

    __tablename__ = "handover_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "contract"], ["service_ending.community", "service_ending.contract"]
        ),
    )

    community: str = Field(primary_key=True)
    contract: str = Field(primary_key=True)
    no: int = Field(primary_key=True)
    kind: ItemKind = Field(sa_type=words(ItemKind))
    subject: str
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    state: ItemState = Field(default=ItemState.LISTED, sa_type=words(ItemState))
    note: str = ""
    treatment: Treatment | None = Field(default=None, sa_type=words(Treatment))
    """Of a prepaid fee: refunded, unless the owners' side decides that it is passed on."""


class HandoverSignature(SQLModel, table=True):
    """One side's signature under the list as it then was. Append-only."""

    __tablename__ = "handover_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "contract"], ["service_ending.community", "service_ending.contract"]
        ),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    contract: str = Field(primary_key=True)
    side: Side = Field(primary_key=True, sa_type=words(Side))
    by_login: str
    signed_at: datetime = Field(sa_type=Instant)
    list_sha256: str
    entry_no: int = Field(sa_type=BigInteger)
