"""What every command shares: settings and database, who it is done for, how a refusal is told."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from sqlmodel import Session

from ledger.community.queries import communities, community, person, roles
from ledger.community.rules import Actor, Role
from ledger.config import Config
from ledger.db import Database
from ledger.errors import LedgerError, NotAllowed
from ledger.log.signer import Signer
from ledger.periods import day_in_shanghai
from ledger.publishing import Press

OPERATOR = Actor("operator", Role.OPERATOR)


class Office:
    """The settings and the database of one command."""

    def __init__(self, as_json: bool) -> None:
        self.json = as_json
        self.config = Config.from_env()
        self.now = datetime.now(UTC)

    @property
    def database(self) -> Database:
        return Database(self.config.database_url)

    @property
    def press(self) -> Press:
        return Press(self.database, Signer(self.config.keys), self.config.fonts, self.config.site)

    def say(self, words: str, **facts: Any) -> None:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str) if self.json else words)

    def actor(self, session: Session, login: str | None, place: str, *allowed: Role) -> Actor:
        """Whoever the command is done for: the operator, or a person who holds one of the roles."""
        if login is None:
            return OPERATOR
        held = roles(session, login, place, day_in_shanghai(self.now)) if person(session, login) else {}
        for role in allowed:
            if role in held:
                return Actor(login, role)
        raise NotAllowed(what=f"{login}: {', '.join(allowed)}")


class Cli(click.Group):
    """Turns refusals into a sentence on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LedgerError as error:
            click.echo(error.sentence("zh"), err=True)
            click.echo(error.sentence("en"), err=True)
            sys.exit(1)


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--json", "as_json", is_flag=True, help="machine-readable output")
@click.pass_context
def main(ctx: click.Context, as_json: bool) -> None:
    """Mingbai 明白账: the maintenance and transparency ledger."""
    ctx.obj = Office(as_json)


def acting_as(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--as", "login", metavar="LOGIN", help="the person who does it")(command)


dry_run = click.option("--dry-run", is_flag=True, help="say what would happen, write nothing")


class DryRun(Exception):
    """Ends a transaction without keeping it."""


def places(office: Office, place: str | None, every: bool) -> list[str]:
    if every == (place is not None):
        raise click.UsageError("name a COMMUNITY or say --all")
    with office.database.reading() as session:
        return [c.code for c in communities(session)] if every else [community(session, place or "").code]
