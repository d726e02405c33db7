"""The command of a timer: look at everything, say how it stands, and end with a code for it."""

import sys

import click

from ledger.checks.ground import Ground
from ledger.checks.round import go_round
from ledger.checks.rules import Check, State, worst
from ledger.cli.context import CommandContext, refused
from ledger.installation import Installation
from ledger.log.signer import Signer

MARKS = {State.WELL: "✓", State.LOOK: "！", State.BROKEN: "✗"}


@click.command()
@click.pass_obj
def check(context: CommandContext) -> None:
    """Look at everything that must be well, for a timer.

    Exits 0 when all is well, 1 when there is something to look at, 2 when something is broken or nothing can be read.
    """
    checks: list[Check] = []
    try:
        signer, file, now = Signer(context.config.keys), context.database_file, context.now
        memory = signer.memory()
        with context.database.reading() as session:
            home, queue = context.config.home, Installation.of(context.config, context.database).queue
            ground = Ground(session, signer, memory, home, file, now, context.clock, queue)
            for looked in go_round(ground):
                checks.append(looked)
                _tell(context, looked)
    except Exception as error:
        refused(error)
        sys.exit(State.BROKEN)
    sys.exit(worst(checks))


def _tell(context: CommandContext, check: Check) -> None:
    (zh, en), (remedy_zh, remedy_en) = check.words, check.remedy
    place = f"{check.place}: " if check.place else ""
    context.say(
        f"{MARKS[check.state]} {place}{zh}{remedy_zh}\n  {place}{en} {remedy_en}".rstrip(),
        check=check.name,
        place=check.place,
        state=check.state.name.lower(),
        zh=zh,
        en=en,
        remedy_zh=remedy_zh,
        remedy_en=remedy_en,
    )
