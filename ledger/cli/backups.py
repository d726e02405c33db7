"""Commands that take a backup and put one back."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from tqdm import tqdm

import ledger.tables  # noqa: F401 - each is sealed or looked at
from ledger.backup.keys import first_line
from ledger.backup.restoring import Word, restore
from ledger.backup.rules import LEAST_PASSPHRASE
from ledger.backup.taking import take_backup
from ledger.cli.context import OPERATOR, CommandContext, shown_on
from ledger.db import newest

PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="a file whose first line seals the keys; asked for when there is none",
)


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@PASSPHRASE
@click.pass_obj
def backup(context: CommandContext, directory: Path, passphrase_file: Path | None) -> None:
    """Take a backup into a new directory under DIR, while the server works.

    The books, pictures and papers stand in it as they are: keep DIR where only you can read it. The keys are sealed with a
    passphrase, which nobody can tell you again.
    """
    passphrase = _passphrase(passphrase_file, confirm=True)
    with tqdm(desc="backup", unit="table", disable=context.json or not sys.stderr.isatty()) as bar:
        taken = take_backup(
            context.database,
            context.config,
            directory,
            passphrase,
            lambda part, whole: shown_on(bar, part, whole),
            at=datetime.now(UTC),
        )
    manifest = taken.manifest
    context.say(
        f"{taken.directory}: {manifest.rows:,} rows of {len(manifest.tables)} tables, "
        f"{len(manifest.logs)} logs, {manifest.size:,} bytes",
        directory=str(taken.directory),
        tables=len(manifest.tables),
        rows=manifest.rows,
        logs=len(manifest.logs),
        bytes=manifest.size,
    )


@click.command("restore")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@PASSPHRASE
@click.option("--replace", is_flag=True, help="move aside the books that the database holds")
@click.option(
    "--older", default="", metavar="REASON", help="lose what was written or signed after this backup"
)
@click.pass_context
def restore_command(
    ctx: click.Context, directory: Path, passphrase_file: Path | None, replace: bool, older: str
) -> None:
    """Put the backup in DIR in the place of the database and of the keys; stop the server first.

    Everything is checked before anything changes: each byte against the signed manifest, each log against what was signed.
    Everybody has to sign in again, and printed slips are void. If it is cut off, run it again.
    """
    context: CommandContext = ctx.obj
    passphrase = _passphrase(passphrase_file)
    with tqdm(desc="restore", unit="table", disable=context.json or not sys.stderr.isatty()) as bar:
        restored = restore(
            context.config,
            directory,
            passphrase,
            Word(replace, older.strip()),
            lambda _table: bar.update(),
            by=OPERATOR,
            at=datetime.now(UTC),
        )
    if restored.manifest.schema_ != newest():
        from ledger.cli.running import migrate_command

        ctx.invoke(migrate_command)
    words = f"{context.database_name}: restored as of {restored.manifest.taken_at:%Y-%m-%d %H:%M} UTC"
    words += f"; what stood there is {restored.kept}" if restored.kept else ""
    words += f"; noted in {len(restored.noted)} logs" if restored.noted else ""
    context.say(
        words,
        database=context.database_name,
        taken_at=restored.manifest.taken_at,
        rows=restored.manifest.rows,
        kept=restored.kept,
        noted=list(restored.noted),
        remade=list(restored.remade),
    )
    if restored.remade:
        click.echo(
            "有的余额与备份里的不同，已按分录重新算过：请运行 mingbai fsck。\n"
            "Some balances were not those of the backup and were made again from the movements: run mingbai fsck.",
            err=True,
        )


def _passphrase(file: Path | None, *, confirm: bool = False) -> bytes:
    """What seals the keys: from a file or asked for, never an argument that others on the machine can read."""
    if file is None:
        asked: str = click.prompt(
            f"口令 / passphrase (≥ {LEAST_PASSPHRASE})",
            hide_input=True,
            confirmation_prompt=confirm,
            err=True,
        )
        return asked.encode()
    return first_line(file)
