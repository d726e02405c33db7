"""What is stored of paper ballots. Append-only."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.db import Instant, words
from ledger.votes.rules import Choice


class SheetEntry(SQLModel, table=True):
    """What one person read off a sheet for one home. The 1st and 2nd ``turn`` are a pair, the 3rd and 4th too."""

    __tablename__ = "sheet_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "motion", "home"], ["roll_home.community", "roll_home.motion", "roll_home.home"]
        ),
        ForeignKeyConstraint(["community", "sheet"], ["stored_file.community", "stored_file.sha256"]),
    )

    community: str = Field(primary_key=True)
    motion: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    sheet: str
    choice: Choice = Field(sa_type=words(Choice))
    returned_on: date
    entered_by: str
    entered_at: datetime = Field(sa_type=Instant)
