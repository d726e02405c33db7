"""What is stored of an evaluation."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.db import Instant


class Evaluation(SQLModel, table=True):
    """A scored period: canonical bytes of the scorecard with all inputs. Append-only."""

    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    rubric: str
    body: bytes
    sha256: str
    evaluated_by: str
    evaluated_at: datetime = Field(sa_type=Instant)
