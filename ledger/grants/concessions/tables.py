"""What is stored of concession contracts."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.grants.concessions.rules import ConcessionKind, ConcessionState, Direction


class Concession(SQLModel, table=True):
    """特许经营或合作合同. ``share_e2`` is the owners' share of revenue in hundredths of a per cent."""

    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        CheckConstraint("share_e2 BETWEEN 0 AND 10000", name="share_possible"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    community: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    kind: ConcessionKind = Field(sa_type=words(ConcessionKind))
    firm: str = Field(foreign_key="firm.code")
    what: str
    service_level: str
    exit_terms: str
    resolution: str
    share_e2: int
    starts_on: date
    ends_on: date
    state: ConcessionState = Field(default=ConcessionState.RUNNING, sa_type=words(ConcessionState))
    ended_on: date | None = None


class ConcessionPayment(SQLModel, table=True):
    """An entry of any book that belongs to a concession. Append-only."""

    __tablename__ = "concession_payment"
    __table_args__ = (
        ForeignKeyConstraint(["community", "number"], ["concession.community", "concession.number"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    number: str
    direction: Direction = Field(sa_type=words(Direction))
    amount_fen: int = Field(sa_type=BigInteger)
