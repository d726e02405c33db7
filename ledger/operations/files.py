"""What was handed in as files, and its erasure when somebody may ask for it."""

from datetime import datetime

from ledger.community.rules import Level, Role
from ledger.fields import Out
from ledger.files.actions import erase_file
from ledger.files.queries import files, stored, uses_of
from ledger.files.rules import FileKind, Purpose, ShownTo
from ledger.operations.operation import Declared, Field, Listing, Operation, Part, Record, Said

ERASERS = (Role.COMMUNITY_OFFICE, Role.SUPERVISOR.at(Level.STREET))
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
    told={"sha256": Field(Said("摘要值", "Digest"))},
    parts={"uses": Part(title=Said("证明什么", "What it proves"), query=uses_of, gives=FileUseOut)},
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/files",
        title=Said("收到的文件", "Files taken in"),
        roles=ERASERS,
        query=files,
        gives=FileRowOut,
        key="files",
        record=FILE,
        told=FILE.told,
        columns=("taken_in_at", "kind", "by_login", "erased_at", "sha256"),
        empty=Said("还没有收到过文件。", "No file was taken in yet."),
    ),
    FILE,
    Operation(
        path="/files/<sha256>/erasure",
        title=Said("依法删除文件", "Erase the file by law"),
        roles=ERASERS,
        does=erase_file,
        gives=FileOut,
        seals=("file.erased",),
        on=FILE,
        confirms=True,
        offered=lambda file: file.erased_at is None,
        fields=REQUEST,
    ),
)
