"""Opening an area, a register workbook of 453 buildings read, checked and stored; and 200 changes of it seen before they are made.

The floor only reads the cells. What opening asks is a clean workbook: one with faults is refused after the reading and
writes nothing. Seeing changes is trying all of them and keeping nothing.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from openpyxl import load_workbook
from sqlmodel import Session

from bench.databases import Engines
from bench.measuring import Goal, Line
from bench.place import AT, BY
from ledger.community.queries import homes
from ledger.demo.place import daoxiang, register_of
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.intake.register import import_register
from ledger.intake.register_changes_actions import change_register
from ledger.intake.register_changes_layout import GUIDE, SHEETS, TITLE
from ledger.intake.register_changes_queries import differences
from ledger.intake.register_changes_rules import ChangeKind
from ledger.intake.register_workbook import written
from ledger.people.keyring import Keyring
from ledger.register.rules import TransferCause

SECONDS = Goal("<=", 30, " s")
SEEN = Goal("<=", 3, " s")
CHANGES = 200


def lines(engines: Engines) -> Iterator[Line]:
    samples = daoxiang()
    content = register_of(samples, {"daoxiang-area": "稻香片区（样例）"})
    start = perf_counter()
    rows = sum(sheet.max_row for sheet in load_workbook(BytesIO(content)))
    floor = perf_counter() - start
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as directory:
            keyring = Keyring(Path(directory) / "people.key")
            start = perf_counter()
            with ground.database.writing() as session:
                imported = import_register(
                    session, content, host="bench.example", keyring=keyring, by=BY, at=AT
                )
            took = perf_counter() - start
            yield Line(
                "open an area from its register",
                ground.engine,
                f"{imported.homes:,} homes, {rows:,} rows",
                f"{took:.1f} s",
                f"{floor:.1f} s",
                took,
                SECONDS,
            )
            with ground.database.writing() as session:
                yield _changes_seen(session, samples[0].code, ground.engine)


def _changes_seen(session: Session, community: str, engine: str) -> Line:
    """How long it takes until 200 homes that change hands are shown, each with its holder before and after."""
    document = keep_file(session, community, b"%PDF-1.7 papers", "", FileKind.PAPER, by=BY, at=AT).sha256
    sold = [
        {"home": home.code, "since": AT.date(), "name": "买方 李", "cause": TransferCause.SALE}
        for home in homes(session, community)
        if home.seller is None
    ][:CHANGES]
    content = written(TITLE, GUIDE, SHEETS, {ChangeKind.HOLDER: sold})
    start = perf_counter()
    shown = differences(session, community, content, lambda _kind: BY)
    with session.begin_nested() as trial:
        change_register(session, community, content, document, lambda _kind: BY, by=BY, at=AT)
        trial.rollback()
    took = perf_counter() - start
    return Line(
        "see changes before they are made", engine, f"{len(shown)} changes", f"{took:.2f} s", "", took, SEEN
    )
