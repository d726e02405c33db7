"""What a request asks: statements of the database, and the deepest row of calls of ours from its route to a row."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from flask import Flask
from sqlalchemy import event

ROUTE, DATABASE = ("ledger.api.routes", "_write"), "ledger.db"


@dataclass
class Tally:
    """Statements, and the chain of our calls below the route when a row was written."""

    statements: int = 0
    chain: tuple[str, ...] = field(default=())

    @property
    def calls(self) -> int:
        return len(self.chain)

    def hear(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.statements += 1
        if statement.lstrip().upper().startswith("INSERT"):
            self.chain = max(self.chain, tuple(_ours(sys._getframe(1))), key=len)


def _ours(frame: FrameType | None) -> Iterator[str]:
    """Our calls on the stack, from the one that writes the row up to the first below the route."""
    in_database = ""
    while frame is not None:
        module, name = frame.f_globals["__name__"], frame.f_code.co_qualname
        if module == DATABASE:
            in_database = name
        elif module.startswith("ledger.") and not name.endswith(">"):
            if (module, name) == ROUTE:
                return
            if in_database:  # how a row is written there is one call
                yield f"{DATABASE}.{in_database}"
                in_database = ""
            yield f"{module}.{name}"
        frame = frame.f_back


@contextmanager
def counting(app: Flask) -> Iterator[Tally]:
    """Counts what an application asks of its database while the block runs, writing and reading; never nothing."""
    tally, database = Tally(), app.extensions["database"]
    for engine in (database.engine, database.reader):
        event.listen(engine, "after_cursor_execute", tally.hear)
    try:
        yield tally
    finally:
        for engine in (database.engine, database.reader):
            event.remove(engine, "after_cursor_execute", tally.hear)
    assert tally.statements, "nothing was heard: is this the application that was asked?"
