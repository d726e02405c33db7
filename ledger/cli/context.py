"""What every command shares: settings and database, who it is done for, how a refusal is told."""

import errno
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, ProgrammingError
from tqdm import tqdm

from ledger.backup.unfinished import check_finished
from ledger.claim import Claim
from ledger.community.queries import communities, community, demo_day, seats
from ledger.community.role_rules import Actor, Condition, Role, actor_among
from ledger.config import Config
from ledger.db import Database, migrate
from ledger.errors import FileUnusable, LedgerError, NotAllowed, Refused
from ledger.people.keyring import Keyring
from ledger.periods import Month, day_in_shanghai, standing_on
from ledger.serving_role import grant_serving, serving_roles

if TYPE_CHECKING:
    from ledger.installation import Installation

INSUFFICIENT_PRIVILEGE = "42501"
"""What PostgreSQL calls it when a role may not do something."""
DISK_FULL = "53100"

OPERATOR = Actor("operator", Role.OPERATOR)


class DatabaseUnusable(Refused):
    code = "database-unusable"
    zh = "LEDGER_DATABASE_URL 所指的数据库用不了：{why}。新库请先运行 mingbai migrate。"
    en = "The database of LEDGER_DATABASE_URL cannot be used: {why}. A new one needs mingbai migrate first."


class DatabaseFault(StrEnum):
    """Why a database cannot be used."""

    ADDRESS = "address"
    NO_TABLES = "no_tables"
    NO_DATABASE = "no_database"
    UNREACHABLE = "unreachable"
    FULL = "full"
    DAMAGED = "damaged"
    DENIED = "denied"
    OTHER = "other"


class NoSignIn(NotAllowed):
    code = "no-sign-in"
    zh = "没有“{login}”这个用户，或者已停用。"
    en = "There is nobody who signs in as “{login}”, or no longer."


class CommandContext:
    """The settings and the database of one command."""

    def __init__(self, as_json: bool) -> None:
        self.json = as_json

    @cached_property
    def config(self) -> Config:
        """The settings; a command that asks for none makes no home."""
        return Config.from_env()

    @cached_property
    def now(self) -> datetime:
        """The instant of this command; in the demo, of the day on which the demo stands."""
        now = self.clock
        with self.database.reading() as session:
            day = demo_day(session, self.config.day)
        return standing_on(day, now) if day else now

    @cached_property
    def clock(self) -> datetime:
        """What the clock of the machine said when it was first asked."""
        return datetime.now(UTC)

    @cached_property
    def database(self) -> Database:
        """The database, claimed for this home until the command ends.

        Raises:
            RestoreUnfinished; UsedByAnotherHome.
        """
        check_finished(self.config.home)
        database = Database(self.config.database_url)
        self._claim = Claim(database.engine, self.config.number)
        return database

    def migrate(self) -> None:
        """Bring the database up to the newest migration, and give the roles that serve what they need of it.

        Raises:
            UsedByAnotherHome; KeyOfHeadLost.
        """
        migrate(self.database.address, keys=self.config.keys)
        for role in serving_roles(self.database.engine):
            grant_serving(self.database.engine, role)

    def close(self) -> None:
        """Let the database go, if the command came to need it."""
        if "database" in vars(self):
            self._claim.let_go()
            self.database.close()

    @property
    def database_file(self) -> Path | None:
        """Where the database lies, if it is a file."""
        url = make_url(self.config.database_url)
        return Path(url.database).absolute() if url.drivername == "sqlite" and url.database else None

    @property
    def database_name(self) -> str:
        """The database's address as it may be shown: without its password."""
        return make_url(self.config.database_url).render_as_string(hide_password=True)

    @cached_property
    def installation(self) -> "Installation":
        from ledger.installation import Installation

        installation = Installation.of(self.config, self.database)
        installation.hold_to_signatures()
        return installation

    @cached_property
    def keyring(self) -> Keyring:
        return Keyring(self.config.keys / "people.key")

    def say(self, words: str, **facts: Any) -> None:
        with tqdm.external_write_mode():  # a progress bar is not in the middle of the words
            click.echo(json.dumps(facts, ensure_ascii=False, default=str) if self.json else words)

    def actor_in(
        self, place: str, login: str, allowed: Sequence[Role | Condition], named: Mapping[str, object]
    ) -> Actor:
        """The person for whom an operation is done, in the first of its roles that he holds here.

        Raises:
            NoSignIn; RoleMissing, NotYourHome: as `ledger.community.role_rules.actor_among`.
        """
        with self.database.reading() as session:
            held = seats(session, login, place or None, day_in_shanghai(self.now))
        if held is None:
            raise NoSignIn(login=login)
        return actor_among(login, held, allowed, named)


def shown_on(bar: "tqdm[Any]", part: int, whole: int) -> None:
    """Show on a progress bar how far something is."""
    bar.total = whole
    bar.update(part - bar.n)


def refused(error: Exception) -> None:
    """Say why nothing was done; what is no refusal is raised again.

    Raises:
        the error itself, when it is a fault of ours, or when whoever reads our output has gone.
    """
    if isinstance(error, LedgerError):
        tell(error)
    elif isinstance(error, (ArgumentError, DatabaseError)):
        tell(DatabaseUnusable(why=_fault_of(error)))
    elif isinstance(error, OSError) and error.errno != errno.EPIPE:
        tell(FileUnusable.of(error))
    else:
        raise error


def _fault_of(error: ArgumentError | DatabaseError) -> DatabaseFault:
    if isinstance(error, ArgumentError):
        return DatabaseFault.ADDRESS
    words, state = str(error.orig), getattr(error.orig, "sqlstate", None)
    if state == INSUFFICIENT_PRIVILEGE:
        return DatabaseFault.DENIED
    if isinstance(error, ProgrammingError) or "no such table" in words:
        return DatabaseFault.NO_TABLES
    if "not a database" in words:
        return DatabaseFault.NO_DATABASE
    if "malformed" in words:
        return DatabaseFault.DAMAGED
    if state == DISK_FULL or "is full" in words or "disk I/O error" in words:
        return DatabaseFault.FULL
    return DatabaseFault.UNREACHABLE if isinstance(error, OperationalError) else DatabaseFault.OTHER


def tell(error: LedgerError, whose: str = "") -> None:
    """Say on stderr, in both languages, what was refused."""
    with tqdm.external_write_mode():
        for language in ("zh", "en"):
            click.echo(whose + error.sentence(language), err=True)


def acting_as(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--as", "login", metavar="LOGIN", required=True, help="the person who does it")(
        command
    )


dry_run = click.option("--dry-run", is_flag=True, help="say what would happen, write nothing")


class DryRun(Exception):
    """Ends a transaction without keeping it."""


def places(context: CommandContext, place: str | None, every: bool) -> list[str]:
    if every == (place is not None):
        raise click.UsageError("name a COMMUNITY or say --all")
    with context.database.reading() as session:
        return [c.code for c in communities(session)] if every else [community(session, place or "").code]


def places_and_month(
    context: CommandContext, place: str | None, month: str | None, every: bool
) -> tuple[list[str], Month]:
    """``COMMUNITY MONTH`` or ``--all MONTH``: a month that stands alone comes to us in the community's place."""
    if every and month is None:
        place, month = None, place
    if month is None:
        raise click.UsageError("MONTH is missing")
    return places(context, place, every), Month.parse(month)


def one_after_another(codes: Sequence[str], title: str, action: Callable[[str], None]) -> None:
    """Do an action for each community; among several, one that refuses does not hold up the rest."""
    if len(codes) == 1:
        action(codes[0])
        return
    refused = 0
    for code in tqdm(codes, desc=title, unit="community"):
        try:
            action(code)
        except LedgerError as error:
            refused += 1
            tell(error, f"{code}: ")
    if refused:
        sys.exit(1)
