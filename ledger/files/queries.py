"""What can be read of files. The bytes are read by `body_of` alone."""

from collections.abc import Collection, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from ledger.community.role_rules import Actor
from ledger.db import select_columns, unread
from ledger.fields import Upload
from ledger.files.rules import HELD, ON_THE_SPOT, PICTURES, FileErased, FileKind, FileMissing, alike
from ledger.files.tables import FileUse, HeldUpload, PictureLook, StoredFile

_WITHOUT_BYTES = unread(StoredFile.body, raiseload=True)


class Proof(NamedTuple):
    """A use of a file, and the file."""

    use: FileUse
    file: StoredFile


def stored(session: Session, community: str, sha256: str) -> StoredFile:
    """A file by its digest, erased or not.

    Raises:
        FileMissing: none with this digest was taken in here.
    """
    query = select(StoredFile).where(StoredFile.community == community, StoredFile.sha256 == sha256)
    file = session.exec(query.options(_WITHOUT_BYTES)).first()
    if file is None:
        raise FileMissing(sha256=sha256)
    return file


def as_it_came(session: Session, community: str, digest: str) -> StoredFile | None:
    """The file that came in as bytes with this digest, or is kept as such; None when there is none."""
    query = select(StoredFile).where(
        StoredFile.community == community,
        (col(StoredFile.sha256) == digest) | (col(StoredFile.original_sha256) == digest),
    )
    return session.exec(query.options(_WITHOUT_BYTES).order_by(col(StoredFile.sha256) != digest)).first()


def stored_among(session: Session, community: str, digests: Collection[str]) -> Sequence[StoredFile]:
    """The files behind some digests, as far as they are here and were not erased."""
    query = select(StoredFile).where(
        StoredFile.community == community,
        col(StoredFile.sha256).in_(digests),
        col(StoredFile.erased_at).is_(None),
    )
    return session.exec(query.options(_WITHOUT_BYTES)).all()


def subjects_of(session: Session, community: str, sha256: str) -> Sequence[str]:
    """What a file proves something of, such as ``ticket/12``."""
    query = select(FileUse.subject).where(FileUse.community == community, FileUse.sha256 == sha256)
    return session.exec(query.order_by(FileUse.subject)).all()


def is_stored(
    session: Session, community: str, sha256: str, kinds: Set[FileKind] = frozenset(FileKind)
) -> bool:
    """Whether a file with this digest, of one of these kinds, is here and was not erased."""
    query = select(StoredFile.sha256).where(
        StoredFile.community == community,
        StoredFile.sha256 == sha256,
        col(StoredFile.kind).in_(kinds),
        col(StoredFile.erased_at).is_(None),
    )
    return session.exec(query).first() is not None


def check_file(session: Session, community: str, sha256: str, kinds: Set[FileKind]) -> None:
    """See that a file of one of these kinds was taken in before it is named as a proof.

    Raises:
        FileMissing: it was not, or it was erased.
    """
    if not is_stored(session, community, sha256, kinds):
        raise FileMissing(sha256=sha256)


def files_of(session: Session, community: str, subject: str) -> Sequence[Proof]:
    """The files that prove something of a subject, in the order in which they were named."""
    query = (
        select(FileUse, StoredFile)
        .where(
            FileUse.community == community,
            FileUse.subject == subject,
            StoredFile.community == FileUse.community,
            StoredFile.sha256 == FileUse.sha256,
        )
        .options(_WITHOUT_BYTES)
        .order_by(col(FileUse.at), col(FileUse.sha256), col(FileUse.purpose))
    )
    return [Proof(*row) for row in session.exec(query).all()]


def files(session: Session, community: str) -> Sequence[StoredFile]:
    """Every file that was taken in, newest first, without its bytes."""
    query = select(StoredFile).where(StoredFile.community == community).options(_WITHOUT_BYTES)
    return session.exec(query.order_by(col(StoredFile.taken_in_at).desc(), col(StoredFile.sha256))).all()


def uses_of(session: Session, community: str, sha256: str) -> Sequence[FileUse]:
    """What a file proves, in the order in which it was named."""
    query = select(FileUse).where(FileUse.community == community, FileUse.sha256 == sha256)
    return session.exec(query.order_by(col(FileUse.at), col(FileUse.subject), col(FileUse.purpose))).all()


def pictures_of_alone(session: Session, community: str, subject: str) -> Sequence[StoredFile]:
    """The photographs that are here and prove something of one subject and of nothing else, by digest."""
    uses = select(FileUse.sha256).where(FileUse.community == community)
    of_it = uses.where(FileUse.subject == subject)
    of_another = uses.where(FileUse.subject != subject, FileUse.sha256 == StoredFile.sha256).exists()
    query = select(StoredFile).where(
        StoredFile.community == community,
        col(StoredFile.sha256).in_(of_it),
        StoredFile.kind == FileKind.PHOTO,
        col(StoredFile.erased_at).is_(None),
        ~of_another,
    )
    return session.exec(query.options(_WITHOUT_BYTES).order_by(StoredFile.sha256)).all()


def showing_the_same(session: Session, community: str) -> list[frozenset[str]]:
    """The pictures that show the same though their bytes differ, by digest."""
    query = select_columns(PictureLook.sha256, PictureLook.look).where(PictureLook.community == community)
    return alike(dict(session.execute(query).all()))


def used_elsewhere(session: Session, community: str, digests: Collection[str]) -> Set[str]:
    """Those of some pictures that prove something else too, themselves or by another that shows the same."""
    if not digests:
        return frozenset()
    same = {sha256: group for group in showing_the_same(session, community) for sha256 in group}
    asked = {sha256: same.get(sha256, frozenset({sha256})) for sha256 in digests}
    everyone = frozenset().union(*asked.values())
    rows = session.execute(
        select_columns(FileUse.sha256, FileUse.subject, FileUse.purpose)
        .join(
            StoredFile,
            (col(StoredFile.community) == FileUse.community) & (col(StoredFile.sha256) == FileUse.sha256),
        )
        .where(
            FileUse.community == community,
            col(FileUse.sha256).in_(everyone),
            col(FileUse.purpose).in_(ON_THE_SPOT),
            col(StoredFile.media_type).in_(PICTURES),
        )
    )
    uses: dict[str, set[tuple[str, str]]] = {}
    for sha256, subject, purpose in rows:
        uses.setdefault(sha256, set()).add((subject, purpose))
    return {
        sha256
        for sha256, group in asked.items()
        if len(set().union(*(uses.get(one, set()) for one in group))) > 1
    }


def body_of(session: Session, community: str, sha256: str) -> bytes:
    """The bytes of a file.

    Raises:
        FileMissing: none with this digest was taken in here.
        FileErased: they were erased.
    """
    query = select(StoredFile.body).where(StoredFile.community == community, StoredFile.sha256 == sha256)
    rows = session.exec(query).all()
    if not rows:
        raise FileMissing(sha256=sha256)
    (body,) = rows
    if body is None:
        raise FileErased(sha256=sha256)
    return body


def held_upload(session: Session, community: str, sha256: str, *, by: Actor, at: datetime) -> Upload | None:
    """A file that is held for whoever sent it; None when it is no longer, or was never his."""
    upload = session.get(HeldUpload, (community, by.login, sha256))
    return Upload(upload.name, upload.body) if upload and upload.at >= at - HELD else None
