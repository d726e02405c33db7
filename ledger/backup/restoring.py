"""Restore a backup: read and proved whole, built aside, changed over in one step, carried on from where it was cut off."""

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import DatabaseError

from ledger.backup.actions import end_access, note_restored
from ledger.backup.durable import digest_of
from ledger.backup.heads import disagreeing, proved_logs
from ledger.backup.keys import opened, put_back
from ledger.backup.load import load
from ledger.backup.places import Place, place_of
from ledger.backup.rules import (
    KEYS,
    MANIFEST,
    SIGNER,
    BackupDamaged,
    BackupNewer,
    BackupOlder,
    DatabaseHolds,
    Log,
    Manifest,
    NoBackup,
    RestoreRunning,
    read_manifest,
)
from ledger.backup.unfinished import Head, Unfinished, clear, leave, left_in
from ledger.community.queries import demo_day
from ledger.community.role_rules import Actor
from ledger.config import Config
from ledger.db import Database, migrate, newest, select_columns
from ledger.log import note
from ledger.log.queries import HEAD_OF_ANY_VERSION, head, head_in
from ledger.log.row_actions import seal_as_they_stand
from ledger.log.signer import Signer
from ledger.periods import standing_on
from ledger.serving_role import grant_serving, serving_roles

LOCK = "restore.lock"


class Word(NamedTuple):
    """The operator's word: that a database is replaced, and why a backup is used that is older than what was signed."""

    replace: bool = False
    older: str = ""


class Restored(NamedTuple):
    """What was restored: where the other database is now, and which running balances came out otherwise than they were."""

    manifest: Manifest
    kept: str | None
    remade: tuple[str, ...]
    noted: tuple[str, ...]


class _Backup(NamedTuple):
    directory: Path
    manifest: Manifest
    digest: str
    keys: dict[str, bytes]


def restore(
    config: Config,
    directory: Path,
    passphrase: bytes,
    word: Word,
    progress: Callable[[str], object],
    *,
    by: Actor,
    at: datetime,
) -> Restored:
    """Put a backup in the place of the database and of the keys. ``progress`` hears each table that is read.

    Whatever is refused is refused before anything has changed. What was cut off is finished by doing it again.

    Raises:
        NoBackup, BackupDamaged, PassphraseWrong, BackupNewer: it cannot be used.
        DatabaseHolds: there are books already, and nobody said that they are to be replaced.
        BackupOlder: it does not continue a log that is known here, and nobody said why it is to be used all the same.
        DatabaseBusy, RestoreRunning: somebody else is at work.
    """
    backup = _read(directory, passphrase)
    with _alone(config.home):
        place = place_of(config.database_url)
        left = left_in(config.home)
        if left and left.manifest == backup.digest and (place.built() or place.stands()):
            place.check_free()
        else:
            left = _build(config, place, backup, word, progress, by=by, at=at)
            place.check_free()
            leave(config.home, left)
        kept = place.switch(left.kept) if place.built() else None
        put_back(config.home, backup.keys, left.kept)
        signer = Signer(config.keys)
        for following in left.heads:
            signer.remember(following.checkpoint)
        clear(config.home)
    return Restored(backup.manifest, kept, left.remade, tuple(following.origin for following in left.heads))


def _read(directory: Path, passphrase: bytes) -> _Backup:
    """All of a backup but the rows, which are held against their digests."""
    if not (directory / MANIFEST).is_file():
        raise NoBackup(directory=str(directory))
    sealed = _bytes(directory / KEYS)
    keys = opened(sealed, passphrase)
    signed = _bytes(directory / MANIFEST)
    manifest = read_manifest(signed, _verifier(keys))
    if sha256(sealed).hexdigest() != manifest.keys_sha256:
        raise BackupDamaged(file=KEYS)
    check_tables(directory, manifest)
    if manifest.schema_ > newest():
        raise BackupNewer(there=manifest.schema_, newest=newest())
    return _Backup(directory, manifest, sha256(signed).hexdigest(), keys)


def check_tables(directory: Path, manifest: Manifest) -> None:
    """See that the files of all tables are those of the manifest.

    Raises:
        BackupDamaged: the first that is not there, or is another.
    """
    for file in manifest.tables:
        if not (directory / file.path).is_file() or digest_of(directory / file.path) != file.sha256:
            raise BackupDamaged(file=file.path)


def _build(
    config: Config,
    place: Place,
    backup: _Backup,
    word: Word,
    progress: Callable[[str], object],
    *,
    by: Actor,
    at: datetime,
) -> Unfinished:
    standing, roles = _standing(config.database_url, place, word)
    known = [*Signer(config.keys).memory().values(), *standing]
    sizes = {log.origin: log.size for log in backup.manifest.logs}
    for checkpoint in known:
        size = sizes.get(checkpoint.origin, 0)
        if checkpoint.size > size and not word.older:
            raise BackupOlder(origin=checkpoint.origin, size=size, signed=checkpoint.size)
    place.check_free()
    place.prepare()
    try:
        migrate(place.aside, backup.manifest.schema_)
        database = Database(place.aside)
        try:
            with database.filling() as session:
                remade = load(session, backup.directory, backup.manifest.tables, progress)
            if backup.manifest.schema_ != newest():
                migrate(place.aside)
                with database.writing() as session:
                    seal_as_they_stand(session)
            for role in roles:
                grant_serving(database.engine, role)
            heads = _settle(database, backup.manifest, known, word, config, by=by, at=at)
        finally:
            database.close()
        place.finish()
    except BaseException:
        place.discard()
        raise
    return Unfinished(
        manifest=backup.digest, kept=f"before_{at:%Y%m%dT%H%M%SZ}".lower(), heads=heads, remade=tuple(remade)
    )


def _settle(
    database: Database,
    manifest: Manifest,
    known: Sequence[note.Checkpoint],
    word: Word,
    config: Config,
    *,
    by: Actor,
    at: datetime,
) -> tuple[Head, ...]:
    """Prove the logs of what was built, note in those that are older what is lost, and sign everybody out.

    Gives the heads that the signer continues from where they are not those that it remembers.
    """
    with database.writing() as session:
        if day := demo_day(session, config.day):
            at = standing_on(day, at)
        logs = proved_logs(session, known)
        if {log.head for log in logs.values()} != {log.checkpoint for log in manifest.logs}:
            raise BackupDamaged(file=MANIFEST)
        lost = disagreeing(logs, known)
        if lost and not word.older:
            raise _older(logs.get(lost[0].origin), lost[0])
        end_access(session, by=by, at=at)
        heads = []
        for checkpoint in lost:
            log = logs.get(checkpoint.origin)
            if log is None:
                heads.append(Head(origin=checkpoint.origin, size=0, root=""))
                continue
            note_restored(session, log, manifest, checkpoint, word.older, by=by, at=at)
            noted = head(session, log.community)
            heads.append(Head(origin=noted.origin, size=noted.tree_size, root=noted.root.hex()))
    return tuple(heads)


def _older(log: Log | None, lost: note.Checkpoint) -> BackupOlder:
    return BackupOlder(origin=lost.origin, size=log.head.size if log else 0, signed=lost.size)


def _standing(url: str, place: Place, word: Word) -> tuple[list[note.Checkpoint], Sequence[str]]:
    """The heads of the database that stands there, and the roles that serve from it; none where it cannot be read.

    Raises:
        DatabaseHolds: there are books in it, or nobody can tell, and nobody said that it is to be replaced.
    """
    if not place.stands():
        return [], []
    database = Database(url)
    try:
        roles = serving_roles(database.engine)
        with database.reading() as session:
            rows = session.execute(select_columns(*HEAD_OF_ANY_VERSION)).all()
    except DatabaseError:
        if not word.replace:
            raise DatabaseHolds() from None
        return [], []
    finally:
        database.close()
    if rows and not word.replace:
        raise DatabaseHolds()
    heads = map(head_in, rows)
    return [note.Checkpoint(head.origin, head.tree_size, head.root) for head in heads], roles


def _verifier(keys: Mapping[str, bytes]) -> note.Verifier:
    try:
        key = Ed25519PrivateKey.from_private_bytes(keys[f"keys/{SIGNER}.key"])
    except (KeyError, ValueError):
        raise BackupDamaged(file=KEYS) from None
    return note.Verifier(SIGNER, key.public_key().public_bytes_raw())


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise BackupDamaged(file=file.name) from None


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with open(home / LOCK, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RestoreRunning() from None
        yield
