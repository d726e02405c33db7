"""The actions of files: keep one, name it as a proof, erase it; and erase of an entry what concerns a person."""

from collections.abc import Set
from datetime import datetime
from hashlib import sha256 as digest_of

from sqlalchemy import delete
from sqlmodel import Session, col

from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.community.tables import Person
from ledger.fields import AddressText, EntryNumber, Evidence, Text, Upload
from ledger.files.developing import Capture, Developed, develop
from ledger.files.queries import as_it_came, check_file, pictures_of_alone, stored, uses_of
from ledger.files.rules import (
    HELD,
    PICTURES,
    SERVES,
    SHOWN,
    Erasable,
    FileErased,
    FileKind,
    NothingToErase,
    ProofOfItself,
    Purpose,
    ShownTo,
    check_entry_erasable,
    check_erasable,
    check_kept_size,
    check_serves,
    judge,
    plain_name,
)
from ledger.files.tables import FileUse, HeldUpload, PictureLook, StoredFile
from ledger.journal.actions import Posted, erase_who, post
from ledger.journal.queries import entry as entry_of
from ledger.journal.rules import WORDS_ERASED, Draft
from ledger.log.actions import erase
from ledger.log.queries import head, private_digests
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

    A picture is written anew (`developing.develop`), so that the digest of what is kept is another than that of what
    came in. Without ``shown_to`` its kind says who may see it.

    Raises:
        FileRefused, FileTooLarge: it is nothing that this kind accepts.
        PictureUnreadable, PictureTooLarge: it is a picture that cannot be decoded.
        FileErased: it was here and was erased.
    """
    media_type = judge(body, kind)
    original = digest_of(body).hexdigest()
    file = as_it_came(session, community, original)
    if file is None:
        kept, look, capture = (
            develop(body, media_type) if media_type in PICTURES else Developed(body, None, Capture())
        )
        check_kept_size(kept)
        digest = digest_of(kept).hexdigest()
        head(session, community, lock=True)  # else two could keep the same file at once
        file = as_it_came(session, community, digest)
    if file is not None:
        if file.erased_at is not None:
            raise FileErased(sha256=file.sha256)
        return file
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
    if look is not None:
        session.add(PictureLook(community=community, sha256=digest, look=look))
    return new


def let_go_of_uploads(session: Session, *, by: Actor, at: datetime) -> int:
    """Delete the files of forms that nobody sent again in time; gives how many."""
    old = delete(HeldUpload).where(col(HeldUpload.at) < at - HELD)
    return len(session.execute(old.returning(col(HeldUpload.sha256))).all())


def hold_upload(session: Session, community: str, upload: Upload, *, by: Actor, at: datetime) -> str:
    """Hold a file for whoever sent it with a form that was not in order, and give its digest.

    Whatever is no longer held is deleted with it.
    """
    session.get(Person, by.login, with_for_update=True)  # else it could come twice at once
    let_go_of_uploads(session, by=by, at=at)
    digest = digest_of(upload.body).hexdigest()
    held = session.get(HeldUpload, (community, by.login, digest))
    if held is None:
        held = HeldUpload(
            community=community,
            by_login=by.login,
            sha256=digest,
            name=plain_name(upload.name),
            body=upload.body,
            at=at,
        )
    held.at = at
    session.add(held)
    return digest


def use_file(
    session: Session,
    community: str,
    sha256: str,
    subject: str,
    purpose: Purpose,
    *,
    kinds: Set[FileKind] | None = None,
    by: Actor,
    at: datetime,
) -> FileUse:
    """Name a stored file as the proof of something; naming it again for the same changes nothing.

    Its kind is one of those that may prove it (`rules.SERVES`), or one of ``kinds`` where fewer do.

    Raises:
        FileMissing: it was not taken in, or it was erased.
        FileOfAnotherKind: it is of none of these kinds.
    """
    check_file(session, community, sha256, frozenset(FileKind))
    file = stored(session, community, sha256)
    check_serves(sha256, file.kind, file.media_type, SERVES[purpose] if kinds is None else kinds)
    use = session.get(FileUse, (community, sha256, subject, purpose))
    if use is None:
        use = FileUse(
            community=community, sha256=sha256, subject=subject, purpose=purpose, by_login=by.login, at=at
        )
        session.add(use)
        session.flush()  # the same file may be named twice in one action
    return use


def erase_file(
    session: Session,
    community: str,
    sha256: AddressText,
    reason: Text,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> StoredFile:
    """Erase the bytes of a file, its name, and when and where it was taken; the log says that it was done.

    The digest and what it proved stay. ``document`` is the request for it (个人信息保护法 Art. 47), ``reason`` is private.

    Raises:
        FileMissing: none with this digest was taken in here, or the request was not.
        FileErased: it was erased before.
        FileKept: it has to be kept some years yet.
        ProofOfItself: the request is the file itself.
    """
    head(session, community, lock=True)
    file = stored(session, community, sha256)
    if file.erased_at is not None:
        raise FileErased(sha256=sha256)
    if document == sha256:
        raise ProofOfItself()
    today = day_in_shanghai(at)
    proves = [use.purpose for use in uses_of(session, community, sha256)]
    check_erasable(file.kind, proves, day_in_shanghai(file.taken_in_at), today)
    use_file(session, community, document, f"file/{sha256}", Purpose.ERASURE, by=by, at=at)
    _erase(session, file, reason=reason, document=document, by=by, at=at)
    return file


def erase_pictures(session: Session, community: str, subject: str, *, by: Actor, at: datetime) -> int:
    """Erase the pictures that prove something of one subject and of nothing else, as `erase_file`; gives how many.

    Nobody asked for it: the term is over for which they were kept (个人信息保护法 Art. 19).
    """
    head(session, community, lock=True)
    pictures = pictures_of_alone(session, community, subject)
    for file in pictures:
        _erase(session, file, by=by, at=at)
    return len(pictures)


def _erase(
    session: Session, file: StoredFile, *, reason: str = "", document: str = "", by: Actor, at: datetime
) -> None:
    draft = Draft(
        kind="file.erased",
        on=day_in_shanghai(at),
        key=f"file.erased/{file.sha256}",
        facts={"file": file.sha256, "kind": file.kind.value},
        private={"reason": reason} if reason else {},
        attachments=[document] if document else [],
        subject=f"file/{file.sha256}",
    )
    post(session, file.community, draft, by=by, at=at)
    file.body, file.name, file.erased_at = None, "", at
    file.captured_on = file.latitude_e6 = file.longitude_e6 = None
    session.add(file)
    session.execute(
        delete(PictureLook).where(
            col(PictureLook.community) == file.community, col(PictureLook.sha256) == file.sha256
        )
    )
    session.flush()  # the bytes are gone for whoever reads next


def erase_from_entry(
    session: Session,
    community: str,
    no: EntryNumber,
    what: Erasable,
    reason: Text,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Erase what proves in the log who did an entry, or what it says privately; the log says so and no proof changes.

    ``document`` is the request for it (个人信息保护法 Art. 47), ``reason`` is private.

    Raises:
        NoEntry: there is none with this number.
        FileMissing: the request was not taken in as a file.
        EntryKept: it has to be kept some years yet.
        NothingToErase: there is nothing of the kind, or it was erased before.
        SamePerson: it is his own entry.
    """
    head(session, community, lock=True)
    entry = entry_of(session, community, no)
    today = day_in_shanghai(at)
    check_entry_erasable(no, entry.kind, entry.booked_on, today)
    check_different_people([(Duty.REGISTER, entry.by_login)], step=Duty.ERASE, by=by)
    use_file(session, community, document, f"entry/{no}", Purpose.ERASURE, by=by, at=at)
    digests = private_digests(session, community, entry.leaf_index)
    if not (entry.who_salt if what is Erasable.WHO else digests):
        raise NothingToErase(no=no)
    if what is Erasable.WHO:
        return erase_who(session, community, no, request=document, reason=reason, by=by, at=at)
    for digest in digests:
        erase(session, community, entry.leaf_index, digest, request=document, at=at)
    draft = Draft(
        kind=WORDS_ERASED,
        on=today,
        key=f"{WORDS_ERASED}/{no}",
        facts={"of": entry.leaf_index, "request": document},
        private={"reason": reason},
    )
    return post(session, community, draft, by=by, at=at)
