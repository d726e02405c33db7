"""Every command by its name, each loaded when it is asked for: to list them must not wait for what they need."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import click


class Lazy(NamedTuple):
    """Where a command is, and what it does in a line."""

    module: str
    name: str
    words: str


COMMANDS: Mapping[str, Lazy] = {
    "backup": Lazy("backups", "backup", "Take a backup while the server works."),
    "charge-month": Lazy("months", "charge_month_command", "Charge every home its property fee for a month."),
    "check": Lazy("checking", "check", "Look at everything that must be well; for a timer."),
    "close-month": Lazy("months", "close_month_command", "Close a month for good."),
    "demo": Lazy("running", "demo", "Build the sample community or area."),
    "disclose": Lazy("months", "disclose", "Prepare, check or publish the accounts of a period."),
    "do": Lazy("do", "do", "Do one of the operations, for the person named by --as."),
    "evaluate": Lazy("months", "evaluate", "Score the property firm; --publish puts it on the board."),
    "export": Lazy("files", "export", "Take data out."),
    "forget": Lazy("running", "forget", "Delete what must not be kept longer; for a timer."),
    "fsck": Lazy("running", "fsck", "Recompute everything and say what does not add up."),
    "grant": Lazy("running", "grant", "Give a PostgreSQL role what a server needs, and no more."),
    "import": Lazy("files", "import_group", "Bring files in."),
    "init": Lazy("running", "init", "Make LEDGER_HOME with its secret, and the database."),
    "migrate": Lazy("running", "migrate_command", "Bring the database up to date."),
    "person": Lazy("people", "person_group", "Let in whoever runs the machine."),
    "report": Lazy("documents", "report", "Write documents."),
    "restore": Lazy("backups", "restore_command", "Put a backup in the place of the database and the keys."),
    "roles": Lazy("do", "roles", "Who may do what."),
    "serve": Lazy("serving", "serve", "Serve the public board, the desk and the JSON door."),
    "show": Lazy("do", "show", "Show a list or a record, or save a document."),
    "sign": Lazy("running", "sign", "Have the heads of the logs signed."),
    "work": Lazy("working", "work", "Work in the background; serve begins one worker by itself."),
    "verify": Lazy("files", "verify", "Check a .tlog-proof against a leaf. Asks no server."),
}


def refuse_no_text(args: Sequence[str], ctx: click.Context | None = None) -> None:
    """See that what was typed is text: a name of a file in another encoding comes as half characters.

    Raises:
        click.UsageError: it is not.
    """
    for word in args:
        if word.encode(errors="replace").decode() != word:
            raise click.UsageError(f"不是文字 / no text: {word!a}", ctx)


class Commands(click.Group):
    """Knows its commands by name, and turns refusals into a sentence on stderr and exit code 1."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        refuse_no_text(args, ctx)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        source = COMMANDS.get(name)
        if source is None:
            return None
        command: click.Command = getattr(import_module(f"ledger.cli.{source.module}"), source.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].words) for name in sorted(COMMANDS)])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from ledger.cli.context import refused

            refused(error)
        sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--json", "as_json", is_flag=True, help="machine-readable output: a JSON object a line")
@click.pass_context
def main(ctx: click.Context, as_json: bool) -> None:
    """Mingbai 明白账: the maintenance and transparency ledger."""
    from ledger.cli.context import CommandContext

    ctx.obj = CommandContext(as_json)
    ctx.call_on_close(ctx.obj.close)
