"""Take a backup while the server works."""

import os
import shutil
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from ledger.backup.dump import dump, tables_in
from ledger.backup.durable import keep_names, new_file, replace_file
from ledger.backup.heads import disagreeing, proved_logs
from ledger.backup.keys import check_passphrase, keys_of, memory_of, sealed
from ledger.backup.rules import (
    FORMAT,
    KEYS,
    MANIFEST,
    SIGNER,
    BackupDamaged,
    Log,
    LogBroken,
    LogHead,
    Manifest,
    TableFile,
    read_manifest,
)
from ledger.config import Config
from ledger.db import Database, stands_at
from ledger.log import note
from ledger.log.signer import Signer
from ledger.progress import Progress

LAST = "last-backup.json"


class LastBackup(BaseModel):
    """When the last backup was taken and where it was put; ``manifest`` is the SHA-256 of its manifest."""

    taken_at: datetime
    directory: str
    manifest: str


class Taken(NamedTuple):
    """A backup that is whole and on the disk."""

    directory: Path
    manifest: Manifest


def last_backup(home: Path) -> LastBackup | None:
    """The last backup that was taken of this home; None where there was none, or what tells of it cannot be read."""
    try:
        return LastBackup.model_validate_json((home / LAST).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def take_backup(
    database: Database,
    config: Config,
    into: Path,
    passphrase: bytes,
    progress: Progress,
    *,
    at: datetime,
) -> Taken:
    """Put a backup into a new directory, named by the instant, under ``into``. ``progress`` counts the tables.

    All rows are of one snapshot; others write meanwhile. What cannot be finished leaves nothing behind.

    Raises:
        PassphraseShort.
        LogBroken: a log does not add up, or does not continue what was signed.
        OSError: a file cannot be written; the error names it.
    """
    check_passphrase(passphrase)
    directory = into / f"{at:%Y%m%dT%H%M%SZ}"
    partial = directory.with_name(f"{directory.name}.partial")
    into.mkdir(parents=True, exist_ok=True)
    if directory.exists():
        raise FileExistsError(17, "exists", str(directory))
    partial.mkdir(mode=0o700)
    try:
        (partial / "tables").mkdir(mode=0o700)
        signer = Signer(config.keys)
        # The signer's memory is read before the snapshot, which then holds all of it; the keys after it, so that none of
        # the snapshot's logs is without its key.
        signed, memory = signer.memory().values(), memory_of(config.home)
        with database.reading() as session:
            schema = stands_at(session)
            logs = proved_logs(session, signed)
            if beyond := disagreeing(logs, signed):
                raise LogBroken(origin=beyond[0].origin)
            files: list[TableFile] = []
            tables = tables_in(session)
            for table in tables:
                files.append(dump(session, table, partial))
                progress(len(files), len(tables))
        signer.verifier(SIGNER)  # makes the key, so that it is among the others
        keys = sealed(keys_of(config.home) | memory, passphrase)
        _write(partial / KEYS, keys)
        manifest = Manifest(
            format=FORMAT,
            app=version("mingbai"),
            schema_=schema,
            taken_at=at,
            keys_sha256=sha256(keys).hexdigest(),
            tables=tuple(files),
            logs=tuple(map(_head, logs.values())),
        )
        endorsed = signer.endorse(manifest.text, SIGNER).encode()
        _write(partial / MANIFEST, endorsed)
        for folder in (partial / "tables", partial):
            keep_names(folder)
        os.rename(partial, directory)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    keep_names(into)
    last = LastBackup(taken_at=at, directory=str(directory.absolute()), manifest=sha256(endorsed).hexdigest())
    replace_file(config.home / LAST, last.model_dump_json(indent=1).encode())
    return Taken(directory, manifest)


def backups_in(directory: Path, verifier: note.Verifier) -> list[Taken]:
    """The backups under a directory that this home has taken, the newest first; what is none of them is passed by."""
    taken = []
    for manifest in sorted(directory.glob(f"*/{MANIFEST}"), reverse=True):
        with suppress(BackupDamaged, OSError):
            taken.append(Taken(manifest.parent, read_manifest(manifest.read_bytes(), verifier)))
    return taken


def _write(file: Path, content: bytes) -> None:
    with new_file(file) as handle:
        handle.write(content)


def _head(log: Log) -> LogHead:
    return LogHead(
        community=log.community, origin=log.head.origin, size=log.head.size, root=log.head.root.hex()
    )
