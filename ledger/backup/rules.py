"""What a backup says of itself, and what is refused of it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from ledger.errors import LedgerError, Malformed, Refused, Unknown
from ledger.log import note

FORMAT = 1
SIGNER = "mingbai-backup"
"""The name under which an installation signs its manifests: no log has it, for an origin names a host."""
MANIFEST, KEYS = "manifest", "keys.enc"
LEAST_PASSPHRASE = 12
"""Bytes. The keys travel with the backup, so nobody slows down who guesses."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class BackupDamaged(Malformed):
    code = "backup-damaged"
    zh = "备份里的 {file} 读不出来，或者与签过名的清单不符，什么也没有恢复：请换一份备份。"
    en = "In this backup {file} cannot be read or is not what the signed manifest says, so nothing was restored: use another backup."


class NoBackup(Unknown):
    code = "no-backup"
    zh = "{directory} 里没有备份：请写到带日期的那一层目录。"
    en = "There is no backup in {directory}: name the directory with the date in its name."


class PassphraseWrong(Malformed):
    code = "passphrase-wrong"
    zh = "口令不对，或者备份里的密钥文件被改动过，什么也没有恢复。"
    en = "The passphrase is wrong, or the file of the keys was changed, so nothing was restored."


class PassphraseShort(Malformed):
    code = "passphrase-short"
    zh = "口令太短：至少要 {least} 个字节。拿到备份的人可以一直猜下去。"
    en = "The passphrase is too short: it needs {least} bytes at least, for whoever has the backup can go on guessing."


class BackupNewer(Refused):
    code = "backup-newer"
    zh = "这份备份的数据库是第 {there} 版，这个程序只认得到第 {newest} 版：请先升级程序再恢复。"
    en = "The database in this backup is at migration {there} and this version knows {newest} at most: upgrade the program first."


class BackupOlder(Refused):
    """The backup's log does not continue a head that was signed here, or the log of the database that it would replace."""

    code = "backup-older"
    zh = (
        "这份备份接不上已有的日志：{origin} 在备份里有 {size} 条，这里已经记到 {signed} 条，恢复后差的就没有了。"
        "确实要用它，请加 --older 并写明原因；原因和条数会记进日志。"
    )
    en = (
        "This backup does not continue what is known here: {origin} has {size} leaves in it and {signed} here, and what is between "
        "would be lost. If it must be used, say --older with the reason; the reason and both sizes go into the log."
    )


class DatabaseHolds(Refused):
    code = "database-holds"
    zh = "数据库里已有小区的账，没有恢复：确实要换掉它，请加 --replace；原来的会移到旁边，不会删除。"
    en = "The database holds the books of communities, so nothing was restored: to replace them say --replace; they are moved aside and not deleted."


class DatabaseBusy(Refused):
    code = "database-busy"
    zh = "还有程序连着数据库，没有恢复：请先停下服务器。"
    en = "A program is still connected to the database, so nothing was restored: stop the server first."


class RestoreRunning(Refused):
    code = "restore-running"
    zh = "另一个恢复正在进行。"
    en = "Another restore is running."


class RestoreUnfinished(Refused):
    code = "restore-unfinished"
    zh = "上一次恢复没有做完，在做完以前什么也不能用：请用同一份备份再运行一次 mingbai restore。"
    en = "The last restore was cut off, and nothing can be used until it is finished: run mingbai restore again with the same backup."


class LogBroken(Refused):
    code = "log-broken"
    zh = "日志 {origin} 自己对不上，或者与签过名的不符，没有备份：请运行 mingbai fsck 看是哪里。"
    en = "The log {origin} does not add up or is not what was signed, so no backup was made: mingbai fsck says where."


class Kind(StrEnum):
    """How the values of a column are written."""

    TEXT = "text"
    NUMBER = "number"
    BYTES = "bytes"


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableFile(_Plain):
    """The file of one table: its rows in the order of their key, each a JSON list of the columns' values."""

    table: Name
    columns: dict[Name, Kind]
    rows: int
    size: int
    sha256: Digest

    @property
    def path(self) -> str:
        return path_of(self.table)


class LogHead(_Plain):
    """The head of one community's log in the snapshot; ``root`` is hexadecimal."""

    community: str
    origin: str
    size: int
    root: Digest

    @property
    def checkpoint(self) -> note.Checkpoint:
        return note.Checkpoint(self.origin, self.size, bytes.fromhex(self.root))


class Manifest(_Plain):
    """What is in a backup. ``schema_`` is the number of the database's last migration."""

    format: int
    app: str
    schema_: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
    taken_at: datetime
    keys_sha256: Digest
    tables: tuple[TableFile, ...]
    logs: tuple[LogHead, ...]

    @property
    def text(self) -> str:
        return self.model_dump_json(indent=1) + "\n"

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.tables)

    @property
    def size(self) -> int:
        """Bytes of all tables as they lie in the backup."""
        return sum(file.size for file in self.tables)


def path_of(table: str) -> str:
    """Where the rows of a table are in a backup."""
    return f"tables/{table}.jsonl.gz"


def read_manifest(signed: bytes, verifier: note.Verifier) -> Manifest:
    """The manifest in a signed note.

    Raises:
        BackupDamaged: it is none, or that key has not signed it.
    """
    try:
        text = note.verified(signed.decode(), [verifier])[0].text
        manifest = Manifest.model_validate_json(text)
    except (UnicodeDecodeError, ValidationError, LedgerError):
        raise BackupDamaged(file=MANIFEST) from None
    if manifest.format != FORMAT:
        raise BackupDamaged(file=MANIFEST)
    return manifest


class Log(NamedTuple):
    """A log as its leaves make it: its head, and the roots that it had at some earlier sizes."""

    community: str
    head: note.Checkpoint
    roots: Mapping[int, bytes]

    def begins_with(self, earlier: note.Checkpoint) -> bool:
        return not earlier.size or self.roots.get(earlier.size) == earlier.root
