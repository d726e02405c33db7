"""文件: what was taken in as evidence, shown to those whom it may be shown to, and erased by law."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.role_rules import RESIDENTS, Actor, Role
from ledger.fields import LARGEST_NUMBER, Digest, Out
from ledger.files.actions import erase_file
from ledger.files.queries import body_of, files, stored, stored_among, subjects_of, used_elsewhere, uses_of
from ledger.files.rules import (
    CSV,
    JPEG,
    PDF,
    PICTURES,
    PNG,
    WEBP,
    XLSX,
    FileKind,
    FileNotShown,
    Purpose,
    ShownTo,
    may_see,
)
from ledger.files.tables import StoredFile
from ledger.operations.circles import STREET
from ledger.operations.operation import (
    Declared,
    Document,
    Field,
    File,
    Listing,
    Operation,
    Part,
    Record,
    Said,
)
from ledger.repairs.queries import NoTicket, ticket_seen

ENDS = {XLSX: "xlsx", CSV: "csv"}
"""What is saved, not looked at, with the end of its name."""


class Evidence(NamedTuple):
    """What stands behind a digest, and whether whoever asks may see it."""

    kind: FileKind
    shown: bool
    elsewhere: bool
    """Whether the same picture proves something else too, by what it shows."""


def evidence_behind(
    session: Session, community: str, digests: Collection[str], *, by: Actor
) -> Mapping[str, Evidence]:
    """The stored files behind some digests."""
    among = stored_among(session, community, digests)
    pictures = [file.sha256 for file in among if file.media_type in PICTURES]
    again = used_elsewhere(session, community, pictures) if by.role not in RESIDENTS else ()
    return {
        file.sha256: Evidence(file.kind, _may_see(session, file, by), file.sha256 in again) for file in among
    }


def file_seen(session: Session, community: str, sha256: Digest, *, by: Actor) -> File:
    """A file as it is kept, without the name that it came under, which is private.

    Raises:
        FileMissing, FileErased.
        FileNotShown: it may not be shown to whoever asks.
    """
    file = stored(session, community, sha256)
    if not _may_see(session, file, by):
        raise FileNotShown()
    name = f"{sha256[:12]}.{ENDS[file.media_type]}" if file.media_type in ENDS else ""
    return File(body_of(session, community, sha256), file.media_type, name)


def _may_see(session: Session, file: StoredFile, by: Actor) -> bool:
    concerns = by.role in RESIDENTS and any(
        _concerns(session, file.community, subject, by)
        for subject in subjects_of(session, file.community, file.sha256)
    )
    return may_see(file.shown_to, file.by_login, concerns, by=by)


def _concerns(session: Session, community: str, subject: str, by: Actor) -> bool:
    """Whether what a file proves something of is a resident's own: his home, or a ticket that he sees."""
    what, _, which = subject.partition("/")
    if what == "home":
        return which in by.homes
    if what != "ticket" or not which.isdecimal() or int(which) > LARGEST_NUMBER:
        return False
    try:
        ticket_seen(session, community, int(which), by=by)
    except NoTicket:
        return False
    return True


ERASERS = (Role.COMMUNITY_OFFICE, STREET)
"""Whoever decides on a request for erasure: neither the firm that works with the data nor whoever runs the machine."""
REQUEST = {
    "document": Field(
        Said("删除申请", "The request"),
        hint=Said(
            "当事人或有关单位的书面申请，先拍照或扫描。",
            "What the person or the office wrote, as a scan or picture.",
        ),
    ),
    "reason": Field(
        Said("为什么删除", "Why it is erased"),
        hint=Said(
            "不公开；日志只记日期和申请的摘要值。",
            "Not public: the log gets the day and the request's digest.",
        ),
    ),
}


class FileRowOut(Out):
    sha256: str
    kind: FileKind
    taken_in_at: datetime
    by_login: str
    erased_at: datetime | None


class FileOut(FileRowOut):
    media_type: str
    size: int
    shown_to: ShownTo


class FileUseOut(Out):
    subject: str
    purpose: Purpose
    by_login: str
    at: datetime


FILE = Record(
    path="/files/<sha256>",
    title=Said("文件", "File"),
    roles=ERASERS,
    query=stored,
    gives=FileOut,
    state=("sha256", "erased_at"),
    facts={"sha256": Field(Said("文件", "File")), "size": Field(Said("大小（字节）", "Size (bytes)"))},
    parts={"uses": Part(title=Said("证明什么", "What it proves"), query=uses_of, gives=FileUseOut)},
)

CONTENT = Document(
    path="/files/<sha256>/content",
    title=Said("一份文件", "A file"),
    roles=(
        Role.SUPERVISOR,
        Role.AUDITOR,
        Role.COMMITTEE,
        Role.COMMUNITY_OFFICE,
        Role.MANAGER,
        Role.WORKER,
        Role.OWNER,
        Role.TENANT,
        Role.OPERATOR,
    ),
    makes=file_seen,
    media_types=(JPEG, PNG, WEBP, PDF, XLSX, CSV),
)
"""Whoever sees more comes first among its roles: who holds several sees by the widest."""

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/files",
        title=Said("收到的文件", "Files taken in"),
        roles=ERASERS,
        query=files,
        gives=FileRowOut,
        key="files",
        record=FILE,
        facts=FILE.facts,
        columns=("taken_in_at", "kind", "by_login", "erased_at"),
        empty=Said("还没有收到过文件。", "No file was taken in yet."),
    ),
    FILE,
    CONTENT,
    Operation(
        path="/files/<sha256>/erasure",
        title=Said("依法删除文件", "Erase the file by law"),
        roles=ERASERS,
        does=erase_file,
        gives=FileOut,
        seals=("file.erased",),
        on=FILE,
        confirms=True,
        turns_back=True,
        offered=lambda file: file.erased_at is None,
        fields=REQUEST,
    ),
)
