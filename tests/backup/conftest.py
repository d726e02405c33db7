"""Machines of both kinds of database. The sample is built once on each, every test works on copies of it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ledger.community.tables import Person
from ledger.config import kept_secret
from ledger.db import Database
from ledger.people.keyring import Keyring
from ledger.people.sign_ins import Origin, open_sign_in
from ledger.people.tables import Slip
from tests.backup.machines import Machine
from tests.cast import NOON
from tests.conftest import postgres_copy
from tests.public_site.meiyuan import build

ENGINES = ("sqlite", "postgresql")


def _furnish(url: str, home: Path) -> None:
    """梅园新村 with a published half-year, somebody signed in, and a slip that nobody has used."""
    database = Database(url)
    home.mkdir(mode=0o700)
    kept_secret(home / "secret")
    build(database, home / "keys")
    keyring = Keyring(home / "keys" / "people.key")
    with database.writing() as session:
        session.add(Person(login="ouyang", name="欧阳海棠", password="-", since=NOON))
        session.flush()
        open_sign_in(session, "ouyang", Origin("203.0.113.7", "phone"), at=NOON)
        session.add(
            Slip(
                person="ouyang",
                community="meiyuan",
                code=keyring.digest("K7Q4-9D2M"),
                made_by="mei",
                made_at=NOON,
                last_day=NOON.date(),
            )
        )
    database.close()


@pytest.fixture(scope="session")
def sample_file(sqlite_template, tmp_path_factory) -> tuple[Path, Path]:
    """The sample in a SQLite file, and its home."""
    folder = tmp_path_factory.mktemp("sample")
    file = Path(shutil.copy(sqlite_template, folder / "sample.db"))
    _furnish(f"sqlite:///{file}", folder / "home")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file, folder / "home"


@pytest.fixture(scope="session")
def sample_template(postgres_template, tmp_path_factory) -> Iterator[Path]:
    """The home of the sample in the database ``backed_up`` of the suite's server."""
    home = tmp_path_factory.mktemp("sample") / "home"
    with postgres_copy(postgres_template, "backed_up") as url:
        _furnish(url, home)
        yield home


class Machines:
    """Makes machines, and throws them away: ``machines("sqlite", "sample")`` has the sample, ``"migrated"`` a database
    without books, ``"nothing"`` none."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._value = request.getfixturevalue
        self._folder = folder
        self._databases: dict[str, ExitStack] = {}

    def __call__(self, engine: str, what: str) -> Machine:
        if engine == "sqlite":
            machine = self._on_sqlite()
            file = Path(machine.url.removeprefix("sqlite:///"))
            if what == "migrated":
                shutil.copy(self._value("sqlite_template"), file)
            if what == "sample":
                sample, home = self._value("sample_file")
                shutil.copy(sample, file)
                shutil.copytree(home, machine.home)
            return machine
        if what == "sample":
            home = self._value("sample_template")
            machine = self._on_postgresql("backed_up")
            shutil.copytree(home, machine.home)
            return machine
        return self._on_postgresql({"migrated": "migrated", "nothing": "template0"}[what])

    def copy(self, machine: Machine) -> Machine:
        """Another machine as this one is."""
        if machine.url.startswith("sqlite"):
            other = self._on_sqlite()
            shutil.copy(*(url.removeprefix("sqlite:///") for url in (machine.url, other.url)))
        else:
            other = self._on_postgresql(machine.url.partition("?")[0].rpartition("/")[2])
        shutil.copytree(machine.home, other.home)
        return other

    def drop(self, machine: Machine) -> None:
        """Throw a machine away."""
        shutil.rmtree(machine.folder)
        if stack := self._databases.pop(machine.url, None):
            stack.close()

    def close(self) -> None:
        for stack in self._databases.values():
            stack.close()

    def _on_sqlite(self) -> Machine:
        folder = self._new_folder()
        return Machine(folder, f"sqlite:///{folder / 'ledger.db'}")

    def _on_postgresql(self, of: str) -> Machine:
        number = next(self._value("counter"))
        stack = ExitStack()
        url = stack.enter_context(postgres_copy(self._value("postgres_template"), f"machine_{number}", of=of))
        self._databases[url] = stack
        return Machine(self._new_folder(), url)

    def _new_folder(self) -> Path:
        folder = self._folder / f"machine-{next(self._value('counter'))}"
        folder.mkdir()
        return folder


@pytest.fixture
def machines(request, tmp_path) -> Iterator[Machines]:
    machines = Machines(request, tmp_path)
    yield machines
    machines.close()


@pytest.fixture(params=ENGINES)
def engine(request) -> str:
    return request.param


@pytest.fixture
def today(machines, engine) -> Machine:
    """A machine with the sample on it."""
    return machines(engine, "sample")


@pytest.fixture
def another(machines, engine) -> Machine:
    """A machine on which nothing is yet."""
    return machines(engine, "nothing")
