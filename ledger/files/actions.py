"""The actions of files: keep one, name it as a proof, erase it."""

from datetime import datetime
from hashlib import sha256 as digest_of

from sqlmodel import Session

from ledger.community.rules import Actor
from ledger.files.pictures import Capture, develop
from ledger.files.queries import as_it_came, check_file, stored
from ledger.files.rules import (
    PICTURES,
    SHOWN,
    FileErased,
    FileKind,
    Purpose,
    ShownTo,
    check_kept_size,
    judge,
    plain_name,
)
from ledger.files.tables import FileUse, StoredFile
from ledger.journal.actions import post
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai


def keep_file(
    session: Session,
    community: str,
    body: bytes,
    name: str,
    kind: FileKind,
    *,
    shown_to: ShownTo | None = None,
    by: Actor,
    at: datetime,
) -> StoredFile:
    """Keep a file, judged by its content; the same content is kept once, as what it first came in as.

    A picture is written anew (`pictures.develop`), so that the digest of what is kept is another than that of what
    came in. Without ``shown_to`` its kind says who may see it.

    Raises:
        FileRefused, FileTooLarge: it is nothing that this kind accepts.
        PictureUnreadable, PictureTooLarge: it is a picture that cannot be decoded.
        FileErased: it was here and was erased.
    """
    media_type = judge(body, kind)
    original = digest_of(body).hexdigest()
    found = as_it_came(session, community, original)
    if found is None:
        kept, capture = develop(body, media_type) if media_type in PICTURES else (body, Capture())
        check_kept_size(kept)
        digest = digest_of(kept).hexdigest()
        head(session, community, lock=True)  # else two could keep the same file at once
        found = as_it_came(session, community, digest)
    if found is not None:
        if found.erased_at is not None:
            raise FileErased(sha256=found.sha256)
        return found
    new = StoredFile(
        community=community,
        sha256=digest,
        kind=kind,
        media_type=media_type,
        name=plain_name(name),
        size=len(kept),
        body=kept,
        shown_to=shown_to or SHOWN[kind],
        original_sha256=original if digest != original else None,
        captured_on=capture.on,
        latitude_e6=capture.latitude_e6,
        longitude_e6=capture.longitude_e6,
        by_login=by.login,
        taken_in_at=at,
    )
    session.add(new)
    session.flush()  # what it proves names it
    return new


def use_file(
    session: Session,
    community: str,
    sha256: str,
    subject: str,
    purpose: Purpose,
    *,
    by: Actor,
    at: datetime,
) -> FileUse:
    """Name a stored file as the proof of something; naming it again for the same changes nothing.

    Raises:
        FileMissing: it was not taken in, or it was erased.
    """
    check_file(session, community, sha256, frozenset(FileKind))
    found = session.get(FileUse, (community, sha256, subject, purpose))
    if found is None:
        found = FileUse(
            community=community, sha256=sha256, subject=subject, purpose=purpose, by_login=by.login, at=at
        )
        session.add(found)
        session.flush()  # the same file may be named twice in one action
    return found


def erase_file(
    session: Session, community: str, sha256: str, reason: str, *, by: Actor, at: datetime
) -> StoredFile:
    """Erase the bytes of a file, its name, and when and where it was taken; the log says that it was done.

    The digest and what it proved stay. ``reason`` is private.

    Raises:
        FileMissing: none with this digest was taken in here.
        FileErased: it was erased before.
    """
    head(session, community, lock=True)
    found = stored(session, community, sha256)
    if found.erased_at is not None:
        raise FileErased(sha256=sha256)
    draft = Draft(
        kind="file.erased",
        on=day_in_shanghai(at),
        key=f"file.erased/{sha256}",
        facts={"file": sha256, "kind": found.kind.value},
        private={"reason": reason},
        subject=f"file/{sha256}",
    )
    post(session, community, draft, by=by, at=at)
    found.body, found.name, found.erased_at = None, "", at
    found.captured_on = found.latitude_e6 = found.longitude_e6 = None
    session.add(found)
    session.flush()  # the bytes are gone for whoever reads next
    return found
