"""What is stored of the places that are let."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.db import words
from ledger.revenue.rules import Category


class Site(SQLModel, table=True):
    """点位: a common part that can be let, in a stairwell, a building, or the whole community."""

    __tablename__ = "revenue_site"
    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    category: Category = Field(sa_type=words(Category))
    building: str | None = None
    stairwell: str | None = None
    since: date
