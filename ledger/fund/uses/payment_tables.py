"""What is stored of the payments for a use."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fund.uses.payment_rules import Stage


class ProjectPayment(SQLModel, table=True):
    """付款: one bill of a use. ``charged_fen`` of it came out of the fund; the rest is asked in cash. Append-only."""

    __tablename__ = "project_payment"
    __table_args__ = (
        ForeignKeyConstraint(["community", "project"], ["project.community", "project.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    project: str = Field(primary_key=True)
    no: int = Field(primary_key=True)
    stage: Stage = Field(sa_type=words(Stage))
    amount_fen: int = Field(sa_type=BigInteger)
    charged_fen: int = Field(sa_type=BigInteger)
    payee: str = Field(foreign_key="firm.code")
    invoice_no: str
    paid_on: date
    entry_no: int = Field(sa_type=BigInteger)


class Share(SQLModel, table=True):
    """分摊: what one home, selling unit or developer bears of a payment. Append-only.

    ``charged_fen`` came out of its part of the fund; ``shortfall_fen`` is asked of it in cash.
    """

    __tablename__ = "payment_share"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "project", "payment"],
            ["project_payment.community", "project_payment.project", "project_payment.no"],
        ),
        CheckConstraint("share_fen = charged_fen + shortfall_fen", name="adds_up"),
    )

    community: str = Field(primary_key=True)
    project: str = Field(primary_key=True)
    payment: int = Field(primary_key=True)
    bearer: str = Field(primary_key=True)
    kind: str
    share_fen: int = Field(sa_type=BigInteger)
    charged_fen: int = Field(sa_type=BigInteger)
    shortfall_fen: int = Field(sa_type=BigInteger)
