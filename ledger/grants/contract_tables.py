"""What is stored of works contracts."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

CONTRACT = (["community", "contract"], ["works_contract.community", "works_contract.number"])


class WorksContract(SQLModel, table=True):
    """施工合同 of a package. ``retention_e2`` is in hundredths of a per cent of each bill. Append-only."""

    __tablename__ = "works_contract"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "works", "package"], ["package.community", "package.works", "package.code"]
        ),
        CheckConstraint("price_fen > 0", name="price_positive"),
    )

    community: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    works: str
    package: str
    contractor: str = Field(foreign_key="firm.code")
    price_fen: int = Field(sa_type=BigInteger)
    signed_on: date
    retention_e2: int
    defects_months: int
    """缺陷责任期 from acceptance."""


class ChangeOrder(SQLModel, table=True):
    """变更签证: what a contract costs more (or less) and why. Approved, it is append-only."""

    __tablename__ = "change_order"
    __table_args__ = (
        ForeignKeyConstraint(*CONTRACT),
        CheckConstraint("amount_fen <> 0", name="changes_something"),
        CheckConstraint("approved_by <> requested_by", name="two_people"),
    )

    community: str = Field(primary_key=True)
    contract: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)
    reason: str
    requested_by: str
    requested_on: date
    approved_by: str | None = None
    approved_on: date | None = None


class DefectClaim(SQLModel, table=True):
    """A defect that the contractor has to put right before its retention money is paid. Settled, it is append-only."""

    __tablename__ = "defect_claim"
    __table_args__ = (ForeignKeyConstraint(*CONTRACT),)

    community: str = Field(primary_key=True)
    contract: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    what: str
    raised_by: str
    raised_on: date
    settled_by: str | None = None
    settled_on: date | None = None
