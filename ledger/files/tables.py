"""What is stored of files."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from ledger.db import Instant, words
from ledger.files.rules import FileKind, Purpose, ShownTo


class StoredFile(SQLModel, table=True):
    """A file by the digest of its bytes as they are kept. Never changed, never deleted; it can only be erased.

    ``name``, the day and the place of capture are private: they are shown with no file, and erased with it.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        CheckConstraint("(body IS NULL) = (erased_at IS NOT NULL)", name="erased"),
        Index("ix_stored_file_original", "community", "original_sha256"),
    )

    community: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    kind: FileKind = Field(sa_type=words(FileKind))
    media_type: str
    name: str = ""
    """As it was uploaded."""
    size: int
    """Bytes, as it is kept."""
    body: bytes | None
    shown_to: ShownTo = Field(sa_type=words(ShownTo))
    original_sha256: str | None = None
    """The digest of a picture as it came in, before it was written anew."""
    captured_on: date | None = None
    latitude_e6: int | None = None
    """Millionths of a degree, north positive."""
    longitude_e6: int | None = None
    """Millionths of a degree, east positive."""
    by_login: str
    taken_in_at: datetime = Field(sa_type=Instant)
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class PictureLook(SQLModel, table=True):
    """What a picture looks like (`developing.look_of`): derived from its bytes, and gone when they are erased."""

    __tablename__ = "picture_look"
    __table_args__ = (
        ForeignKeyConstraint(["community", "sha256"], ["stored_file.community", "stored_file.sha256"]),
    )

    community: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    look: str


class HeldUpload(SQLModel, table=True):
    """A file that came with a form which was not in order, held for whoever sent it until the form is sent again.

    It is no evidence yet: nobody else sees it, and it is deleted once it is no longer held.
    """

    __tablename__ = "held_upload"
    __table_args__ = (Index("ix_held_upload_at", "at"),)

    community: str = Field(primary_key=True)
    by_login: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    name: str
    body: bytes
    at: datetime = Field(sa_type=Instant)


class FileUse(SQLModel, table=True):
    """What a file proves: of a subject such as ``ticket/12``, for one purpose. Append-only."""

    __tablename__ = "file_use"
    __table_args__ = (
        ForeignKeyConstraint(["community", "sha256"], ["stored_file.community", "stored_file.sha256"]),
        Index("ix_file_use_subject", "community", "subject"),
    )

    community: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    purpose: Purpose = Field(primary_key=True, sa_type=words(Purpose))
    by_login: str
    at: datetime = Field(sa_type=Instant)
