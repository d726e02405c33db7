"""What is stored of who lives in a home without owning it."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel


class Tenancy(SQLModel, table=True):
    """租赁: who rents a home from a day on, to a last day where one is known. Personal data: never public."""

    __table_args__ = (ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),)

    community: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    until: date | None = None
    name: str
    phone: str = ""
    erasure_no: int | None = Field(default=None, sa_type=BigInteger)
    """The entry by which his name and telephone were erased."""
