"""Commands of whoever runs the machine: make, check, sign."""

import sys

import click
from tqdm import tqdm

import ledger.tables  # noqa: F401 - each is sealed or looked at
from ledger.cli.context import OPERATOR, CommandContext, one_after_another, places
from ledger.cli.people import let_first_operator_in
from ledger.community.actions import seed_profiles
from ledger.community.queries import communities, community
from ledger.errors import Refused
from ledger.files.actions import let_go_of_uploads
from ledger.integrity import everything_wrong
from ledger.journal.actions import seal_at_upgrade
from ledger.log.row_actions import seal_as_they_stand
from ledger.log.signer import Signer
from ledger.people.actions import forget_access
from ledger.periods import Month, months_between
from ledger.publishing import sign_heads
from ledger.serving_role import grant_serving

MOST_AT_ONCE = 200
"""Tickets in one transaction, so that whoever reports one meanwhile does not wait long."""


@click.command("migrate")
@click.pass_obj
def migrate_command(context: CommandContext) -> None:
    """Bring the database up to date, with the local numbers that this version knows; edited ones stay.

    Entries whose leaves do not say who wrote them are sealed as they stand now, and so is every row of a version that
    sealed none.
    """
    context.migrate()
    with context.database.writing() as session:
        seal_as_they_stand(session)  # before this version writes anything
    with context.database.writing() as session:
        seed_profiles(session, by=OPERATOR, at=context.now)
    with context.database.reading() as session:
        codes = [place.code for place in communities(session)]
    for code in codes:
        with context.database.writing() as session:
            seal_at_upgrade(session, code, by=OPERATOR, at=context.now)
    context.say(f"{context.database_name}: up to date", database=context.database_name)


@click.command()
@click.pass_context
def init(ctx: click.Context) -> None:
    """Make LEDGER_HOME with its secret, and the database; print a one-time link for the first operator.

    A log's key is made when it is first signed.
    """
    ctx.invoke(migrate_command)
    let_first_operator_in(ctx.obj)


@click.command()
@click.argument("role")
@click.pass_obj
def grant(context: CommandContext, role: str) -> None:
    """Give a PostgreSQL role what a server needs, and no more; to be run as the role that owns the tables.

    It reads and writes rows; it lifts no trigger, truncates, alters and makes nothing. `mingbai migrate` gives it what new
    tables need.
    """
    grant_serving(context.database.engine, role)
    context.say(f"{role}: serves {context.database_name}", role=role)


@click.command()
@click.pass_obj
def forget(context: CommandContext) -> None:
    """Delete what must not be kept longer, for a timer: records of access after three years, files of unfinished forms,
    answers to requests after a year, and who reported the tickets that have been over for the years of the local number.
    """
    from ledger.access.performing import forget_answers
    from ledger.erasure.actions import strip_tickets

    with context.database.writing() as session:
        records = forget_access(session, by=OPERATOR, at=context.clock)
        uploads = let_go_of_uploads(session, by=OPERATOR, at=context.now)
        answers = forget_answers(session, by=OPERATOR, at=context.now)
        codes = [place.code for place in communities(session)]
    tickets = 0
    for code in codes:
        stripped = MOST_AT_ONCE
        while stripped == MOST_AT_ONCE:
            with context.database.writing() as session:
                stripped = strip_tickets(session, code, MOST_AT_ONCE, by=OPERATOR, at=context.now)
            tickets += stripped
    context.say(
        f"{records} records of access, {uploads} files and {answers} answers deleted, {tickets} tickets stripped of people",
        access_records=records,
        uploads=uploads,
        answers=answers,
        tickets=tickets,
    )


class DatabaseInUse(Refused):
    code = "database-in-use"
    zh = "数据库 {database} 里已有小区，样例只建在空库里。"
    en = "The database {database} holds communities already; the sample goes into an empty one."


@click.command()
@click.option("--scale", type=click.Choice(["community", "area"]), default="community", show_default=True)
@click.pass_obj
def demo(context: CommandContext, scale: str) -> None:
    """Build the sample: one community with three years of history, or an area of 14,188 homes with one."""
    from ledger.community.rules import DEMO_PASSWORD
    from ledger.demo.people import EVERYBODY
    from ledger.demo.place import MEIYUAN, daoxiang
    from ledger.demo.story import build

    context.migrate()
    with context.database.reading() as session:
        if communities(session):
            raise DatabaseInUse(database=context.database_name)
    samples, areas, first = (
        ((MEIYUAN,), {}, Month(2023, 7))
        if scale == "community"
        else (daoxiang(), {"daoxiang-area": "稻香片区（样例）"}, Month(2025, 7))
    )
    months = tuple(months_between(first, Month(2026, 6)))
    with tqdm(total=len(samples) * len(months), desc="sample", unit="month", disable=context.json) as bar:

        def told(words: str) -> None:
            if not words.startswith("register"):
                bar.update()

        build(context.installation, samples, areas, months, told)
    for sample in samples:
        context.say(f"{sample.name}: {context.config.site}/{sample.code}/", community=sample.code)
    for player in EVERYBODY:
        context.say(
            f"  {player.login:8} {DEMO_PASSWORD}  {player.name}", login=player.login, role=player.role
        )


@click.command()
@click.argument("place", metavar="[COMMUNITY]", required=False)
@click.pass_obj
def fsck(context: CommandContext, place: str | None) -> None:
    """Recompute everything and name all that is wrong: books, log, what the signer remembers, every row that states a fact."""
    signer, bad = Signer(context.config.keys), 0
    memory = signer.memory()
    with context.database.reading() as session:
        codes = [community(session, place).code] if place else [c.code for c in communities(session)]
        for code, problem in everything_wrong(session, codes, signer, memory):
            bad += 1
            context.say(f"{code}: {problem}" if code else str(problem), community=code, **problem._asdict())
    if bad:
        click.echo(f"账目有 {bad} 处对不上。\n{bad} problems were found.", err=True)
        sys.exit(1)
    context.say("everything adds up", problems=0)


@click.command()
@click.argument("place", metavar="[COMMUNITY]", required=False)
@click.pass_obj
def sign(context: CommandContext, place: str | None) -> None:
    """Have the heads of the logs signed."""

    def sign_one(code: str) -> None:
        for head in sign_heads(context.installation, [code], at=context.now):
            context.say(f"{code}: {head.tree_size} leaves", community=code, size=head.tree_size)

    one_after_another(places(context, place, place is None), "sign", sign_one)
