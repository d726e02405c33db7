"""The command line over a real SQLite file: one small town is built once, every test works on a copy of it."""

import json
import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ledger.cli.commands import main
from ledger.community.actions import appoint
from ledger.community.role_rules import Role, Seat
from ledger.db import Database
from ledger.fees.charge_actions import charge_month
from ledger.fees.payment_actions import Payment, receive
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.fund.actions import end_month
from ledger.log.queries import leaf, proof
from ledger.log.signer import Signer
from ledger.periods import Month, Period, day_in_shanghai, noon
from ledger.reports.fonts import fontconfig_file
from tests.cast import MEI
from tests.doors import HOMES, furnish
from tests.factories import a_community, a_deposit, a_home

TODAY = noon(date(2026, 8, 3))


class Clock:
    """Stands at noon of 3 August 2026 in Shanghai, whenever the tests run, until a test lets days pass."""

    def __init__(self) -> None:
        self.at = TODAY

    def now(self, zone: Any) -> Any:
        return self.at.astimezone(zone)

    def waits(self, days: int) -> str:
        self.at += timedelta(days=days)
        return str(day_in_shanghai(self.at))


def build(database: Database) -> None:
    """meiyuan: six homes, January to June charged, paid in part and closed. guiyuan: one home, nothing booked."""
    furnish(database)
    with database.writing() as session:
        a_deposit(session, dict.fromkeys(HOMES, 300_000), on=date(2026, 1, 5))
        for month in Period.parse("2026-H1").months:
            charge_month(session, "meiyuan", month, by=MEI, at=noon(month.first))
        payment = Payment("p-1", HOMES[0], 21_600, date(2026, 3, 5), memo="欧阳海棠 13900001234")
        receive(session, "meiyuan", [payment], by=MEI, at=TODAY)
        end_month(session, "meiyuan", Month(2026, 6), exceptions={}, by=MEI, at=TODAY)
        a_community(session, "guiyuan")
        a_home(session, community="guiyuan")
        appoint(session, "mei", "guiyuan", Seat(Role.MANAGER), date(2026, 1, 1), by=MEI, at=TODAY)
        set_tariff(
            session,
            "guiyuan",
            "*",
            NewPrice(date(2026, 1, 1), Basis.PER_M2, 5_000),
            "决议 2",
            by=MEI,
            at=TODAY,
        )


@pytest.fixture(scope="session")
def town(sqlite_template, tmp_path_factory) -> Path:
    file = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("town") / "town.db"))
    database = Database(f"sqlite:///{file}")
    build(database)
    database.close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


OFFICES = {"charge-month", "close-month", "disclose", "evaluate", "import"}
"""Commands that somebody does by his office."""


class Desk:
    """Somebody at the command line. What a command raises and does not tell is a failure of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "ledger.db"
        self.env = {"LEDGER_HOME": str(folder / "home"), "LEDGER_DATABASE_URL": f"sqlite:///{self.file}"}

    def __call__(self, *words: object, expect: int = 0, **env: str) -> Result:
        """Where nobody is named who does it, the manager does."""
        if not {"--as", "register"} & set(words) and OFFICES & set(map(str, words)):
            words = (*words, "--as", "mei")
        result = CliRunner().invoke(main, [str(word) for word in words], env=self.env | env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == expect, f"{words}: {result.exit_code}\n{result.output}"
        return result

    def json(self, *words: object, expect: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self("--json", *words, expect=expect).stdout.splitlines()]

    def refused(self, *words: object) -> str:
        """What a command that exits 1 says on stderr; it says it twice, and nothing on stdout."""
        result = self(*words, expect=1)
        zh, en = result.stderr.splitlines()
        assert result.stdout == ""
        assert not zh.isascii(), zh
        assert en != zh
        return f"{zh}\n{en}"

    def rows(self, table: str) -> int:
        connection = sqlite3.connect(self.file)
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        connection.close()
        return count

    def by_hand(self, statement: str) -> None:
        """What somebody with a shell writes: with the triggers off meanwhile."""
        connection = sqlite3.connect(self.file)
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount == 1, statement
        for _, made in triggers:
            connection.execute(made)
        connection.commit()
        connection.close()

    def proof_files(self, index: int) -> tuple[Path, Path, Path]:
        """A proof of meiyuan's, its leaf and a policy, as a reader downloads them from the public site."""
        database = Database(self.env["LEDGER_DATABASE_URL"])
        with database.reading() as session:
            text, body = proof(session, "meiyuan", index).text, leaf(session, "meiyuan", index).body
        database.close()
        written, bytes_, policy = (self.folder / name for name in ("x.tlog-proof", "x.leaf", "policy"))
        written.write_text(text, "utf-8")
        bytes_.write_bytes(body)
        policy.write_text(f"# keys\nlog {self.key('meiyuan')}\n\nquorum none\n", "utf-8")
        return written, bytes_, policy

    def key(self, community: str) -> str:
        """The public key of a community's log, as a policy names it."""
        return Signer(self.folder / "home" / "keys").verifier(f"test.example/log/{community}").vkey


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("ledger.cli.context.datetime", clock)
    return clock


@pytest.fixture(scope="session")
def fonts(tmp_path_factory) -> Path:
    """Where the embedded fonts are unpacked, once."""
    return fontconfig_file(tmp_path_factory.mktemp("fonts")).parent


@pytest.fixture
def desk(town, fonts, tmp_path, clock) -> Desk:
    """The command line over a copy of the town."""
    desk = Desk(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "fonts").symlink_to(fonts)
    shutil.copy(town, desk.file)
    return desk


@pytest.fixture
def empty(sqlite_template, tmp_path, clock) -> Desk:
    """The command line over a migrated database without a community."""
    desk = Desk(tmp_path)
    shutil.copy(sqlite_template, desk.file)
    return desk


@pytest.fixture
def nothing(tmp_path, clock) -> Desk:
    """The command line before there is a database."""
    return Desk(tmp_path)
