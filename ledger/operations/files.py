"""文件: what was taken in as evidence, shown to those whom it may be shown to."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.rules import RESIDENTS, Actor, Role
from ledger.fields import LARGEST_NUMBER, Digest
from ledger.files.queries import body_of, stored, stored_among, subjects_of
from ledger.files.rules import CSV, JPEG, PDF, PNG, WEBP, XLSX, FileKind, FileNotShown, may_see
from ledger.files.tables import StoredFile
from ledger.operations.operation import Document, File, Said
from ledger.repairs.queries import NoTicket, ticket_seen

ENDS = {XLSX: "xlsx", CSV: "csv"}
"""What is saved, not looked at, with the end of its name."""


class Evidence(NamedTuple):
    """What stands behind a digest, and whether whoever asks may see it."""

    kind: FileKind
    shown: bool


def evidence_behind(
    session: Session, community: str, digests: Collection[str], *, by: Actor
) -> Mapping[str, Evidence]:
    """The stored files behind some digests."""
    return {
        each.sha256: Evidence(each.kind, _may_see(session, each, by))
        for each in stored_among(session, community, digests)
    }


def file_seen(session: Session, community: str, sha256: Digest, *, by: Actor) -> File:
    """A file as it is kept, without the name that it came under, which is private.

    Raises:
        FileMissing, FileErased.
        FileNotShown: it may not be shown to whoever asks.
    """
    found = stored(session, community, sha256)
    if not _may_see(session, found, by):
        raise FileNotShown()
    name = f"{sha256[:12]}.{ENDS[found.media_type]}" if found.media_type in ENDS else ""
    return File(body_of(session, community, sha256), found.media_type, name)


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


FILE = Document(
    path="/files/<sha256>",
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
