"""Everything that can be recomputed, recomputed: what `mingbai fsck` tells."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from ledger.db import MIGRATIONS
from ledger.journal.fsck import problems
from ledger.log import note
from ledger.log.queries import NoLog, head
from ledger.log.row_queries import Problem, installation_problems, whatever_stops
from ledger.log.signer import Signer
from ledger.noticeboard.fsck import notice_problems

TRIGGERS = MIGRATIONS / "triggers.txt"
"""Every trigger and every function behind one, as the migrations make them: dialect, name, digest of its text."""

_ASKED = {
    "postgresql": (
        "SELECT tgrelid::regclass || '.' || tgname, tgenabled::text || ' ' || pg_get_triggerdef(t.oid, true) "
        "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace UNION ALL "
        "SELECT proname || '()', prosrc FROM pg_proc WHERE proname LIKE 'mingbai%' "
        "AND pronamespace = current_schema()::regnamespace"
    ),
    "sqlite": "SELECT tbl_name || '.' || name, sql FROM sqlite_schema WHERE type = 'trigger'",
}


def everything_wrong(
    session: Session,
    codes: Sequence[str],
    signer: Signer,
    memory: Mapping[str, note.Checkpoint] | None = None,
) -> Iterator[tuple[str, Problem]]:
    """What is wrong with the database, the rows of the installation and these communities, each with its community."""
    for problem in installation_problems(session):
        yield "", problem
    for code in codes:
        try:
            head(session, code)
        except NoLog:
            yield code, Problem("head", f"ledger_head {code}", "the end of its log is gone")
            continue
        for problem in problems(session, code, signer, memory):
            yield code, problem
        for problem in whatever_stops(code, notice_problems(session, code)):
            yield code, problem
    for problem in trigger_problems(session):
        yield "", problem


def trigger_problems(session: Session) -> Iterator[Problem]:
    """Triggers that are missing, switched off or not as the migrations made them: the database would refuse less."""
    dialect = session.get_bind().dialect.name
    there, expected = guards(session), _expected(dialect)
    for name in sorted(expected):
        if name not in there:
            yield Problem("trigger", name, "it is missing: the database no longer refuses what it refused")
        elif there[name] != expected[name]:
            yield Problem("trigger", name, "it is switched off, or not as it was made")
    for name in sorted(there.keys() - expected.keys()):
        yield Problem("trigger", name, "no migration made it")


def guards(session: Session) -> dict[str, str]:
    """The triggers of this database and the functions behind them, by name, each with the digest of its text."""
    rows = session.execute(text(_ASKED[session.get_bind().dialect.name])).all()
    return {name: sha256(" ".join(words.split()).encode()).hexdigest()[:32] for name, words in rows}


@cache
def _expected(dialect: str, file: Path = TRIGGERS) -> Mapping[str, str]:
    lines = [line.split() for line in file.read_text("utf-8").splitlines()]
    return {name: digest for of, name, digest in lines if of == dialect}
