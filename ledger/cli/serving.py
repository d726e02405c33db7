"""The command that serves. It loads little itself: the workers load the application."""

import click
from granian import Granian
from granian.constants import Interfaces

from ledger.cli.context import CommandContext
from ledger.community.queries import demo_day


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.pass_obj
def serve(context: CommandContext, port: int, host: str, workers: int) -> None:
    """Serve the public board, the desk and the JSON door."""
    with context.database.reading() as session:
        day = demo_day(session, context.config.day)
    context.say(f"http://{host}:{port}/  /desk/  /api/v1/", port=port, day=day)
    Granian(
        "ledger.web:from_env",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        log_access=False,
        workers_kill_timeout=30,  # a worker that is stuck must not keep the server from stopping
    ).serve()
