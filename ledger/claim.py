"""Which LEDGER_HOME uses a database: one at a time, for as long as a server or a command of it runs.

Two homes have two sets of keys and two memories of what was signed, so that a log which both write proves nothing. The
claim is a lock of the engine, shared by all processes of one home, and gone with the last of them however it ended: on
PostgreSQL an advisory lock whose number is the home's, in a transaction that stays open, so that it holds behind a pooler
too; beside a SQLite file a locked file in which the home's number stands.
"""

from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import TextIO

from sqlalchemy import Engine, text

from ledger.errors import Refused

CLASS = 0x6D696E67
"""The first half of our advisory locks: "ming"."""


class UsedByAnotherHome(Refused):
    code = "used-by-another-home"
    zh = "数据库 {database} 正由另一个 LEDGER_HOME 的服务器或命令使用，这里什么也没有做：两套密钥不能写同一本账。请用那一个 LEDGER_HOME，或先停下它。"
    en = "The database {database} is in use by a server or a command of another LEDGER_HOME, so nothing was done: two sets of keys must not write one ledger. Use that LEDGER_HOME, or stop it first."


class Claim:
    """That the home of this number uses a database, until the process ends or the claim is let go."""

    def __init__(self, engine: Engine, home: str) -> None:
        """
        Raises:
            UsedByAnotherHome: another one does.
        """
        hold = _OnPostgresql if engine.dialect.name == "postgresql" else _BesideFile
        self._held = hold(engine, home)
        if not self._held.is_ours:
            self.let_go()
            raise UsedByAnotherHome(database=engine.url.render_as_string(hide_password=True))

    def let_go(self) -> None:
        """Another home may use it from now on, unless another process of this one does."""
        self._held.let_go()


class _OnPostgresql:
    def __init__(self, engine: Engine, home: str) -> None:
        number = int(home[:7], 16)
        self._connection = engine.connect()
        self._connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        # Ours first and then a look at the others': of two that come together at least one sees the other.
        self._connection.execute(
            text("SELECT pg_advisory_xact_lock_shared(:class, :number)"), {"class": CLASS, "number": number}
        )
        others = self._connection.execute(
            text(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :class AND objid <> :number "
                "AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ),
            {"class": CLASS, "number": number},
        ).scalar_one()
        self.is_ours = others == 0

    def let_go(self) -> None:
        self._connection.close()


class _BesideFile:
    def __init__(self, engine: Engine, home: str) -> None:
        self._file: TextIO | None = None
        try:
            self._file = open(Path(f"{engine.url.database}-used").resolve(), "a+")  # noqa: SIM115 held until it is let go
        except OSError:  # where no file can be made, nothing can be written: the database itself says so
            self.is_ours = True
            return
        try:
            flock(self._file, LOCK_EX | LOCK_NB)
            self._file.truncate(0)
            self._file.write(home)
            self._file.flush()
        except BlockingIOError:
            pass
        # Between the two locks another may come first; then it is his number that stands here.
        flock(self._file, LOCK_SH)
        self._file.seek(0)
        self.is_ours = self._file.read() == home

    def let_go(self) -> None:
        if self._file:
            self._file.close()
