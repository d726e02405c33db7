"""备份: taken from the desk into the directory of the settings, and what lies there. Restoring is for a shell: the server is stopped."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel

from ledger.backup.keys import first_line
from ledger.backup.rules import SIGNER
from ledger.backup.taking import Taken, backups_in, take_backup
from ledger.community.role_rules import Actor, Role
from ledger.errors import FileUnusable, Refused
from ledger.fields import Out
from ledger.installation import Installation
from ledger.operations.operation import Call, Declared, Field, Listing, Operation, Said


class NowhereToBackUp(Refused):
    code = "nowhere-to-back-up"
    zh = "服务器还没有设置备份放在哪里、用什么口令封钥匙：请管机器的人按运行手册设好，重启服务器后再备份。"
    en = "The server has not been told where backups go and what seals their keys: have it set on the machine as the guide says, start the server again, and then back up."


class BackupShown(NamedTuple):
    """A backup as it lies on the disk. ``size`` is in bytes."""

    directory: str
    taken_at: datetime
    rows: int
    size: int


class BackupOut(Out):
    directory: str
    taken_at: datetime
    rows: int
    size: int


def backups(installation: Installation) -> Sequence[BackupShown]:
    """The backups of this installation that lie in the directory of the settings, the newest first."""
    directory = installation.config.backups
    if directory is None:
        return []
    return [_shown(taken) for taken in backups_in(directory, installation.signer.verifier(SIGNER))]


def make_backup(call: Call) -> Taken:
    """Take a backup while everybody works.

    Raises:
        NowhereToBackUp: the settings do not say where and with what passphrase.
        PassphraseShort; LogBroken; FileUnusable: a file cannot be read or written.
    """
    installation, config = call.installation, call.installation.config
    if config.backups is None or config.backup_passphrase is None:
        raise NowhereToBackUp()
    try:
        passphrase = first_line(config.backup_passphrase)
        return take_backup(
            installation.database, config, config.backups, passphrase, call.progress, at=call.at
        )
    except OSError as error:
        raise FileUnusable.of(error) from error


def backed_up(prepared: Taken, *, by: Actor, at: datetime) -> BackupShown:
    """Take a backup into a new directory beside the others, while everybody works: books, pictures, papers, and the sealed keys."""
    return _shown(prepared)


def _shown(taken: Taken) -> BackupShown:
    return BackupShown(
        taken.directory.name, taken.manifest.taken_at, taken.manifest.rows, taken.manifest.size
    )


def _always(_asked: BaseModel) -> bool:
    return True


FACTS = {
    "directory": Field(Said("目录", "Directory")),
    "taken_at": Field(Said("备份时间", "Taken at")),
    "rows": Field(Said("行数", "Rows")),
    "size": Field(Said("字节", "Bytes")),
}
DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/backups",
        title=Said("备份", "Backups"),
        roles=(Role.OPERATOR,),
        everywhere=True,
        query=backups,
        gives=BackupOut,
        key="backups",
        facts=FACTS,
        empty=Said("设定的目录里还没有备份。", "There is no backup in the directory of the settings yet."),
    ),
    Operation(
        path="/backups",
        title=Said("现在备份", "Back up now"),
        roles=(Role.OPERATOR,),
        everywhere=True,
        prepares=make_backup,
        does=backed_up,
        gives=BackupOut,
        takes_long=_always,
        fields=FACTS,
    ),
)
