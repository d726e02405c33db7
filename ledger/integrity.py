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
UNIQUE = MIGRATIONS / "unique_indexes.txt"
"""Every unique index, in the same way: what stands in it cannot be there twice."""

_TRIGGERS = {
    "postgresql": (
        "SELECT tgrelid::regclass || '.' || tgname, tgenabled::text || ' ' || pg_get_triggerdef(t.oid, true) "
        "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace UNION ALL "
        "SELECT proname || '()', prosrc FROM pg_proc WHERE proname LIKE 'mingbai%' "
        "AND pronamespace = current_schema()::regnamespace"
    ),
    "sqlite": "SELECT tbl_name || '.' || name, sql FROM sqlite_schema WHERE type = 'trigger'",
}
_UNIQUE = {
    "postgresql": (
        "SELECT i.indrelid::regclass || '.' || c.relname, "
        "i.indisvalid::text || ' ' || regexp_replace(pg_get_indexdef(c.oid), ' ON [^ ]+ ', ' ') "
        "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indisunique AND c.relnamespace = current_schema()::regnamespace"
    ),
    # what is unique by the table's own definition cannot be dropped without it, and has no text of its own
    "sqlite": "SELECT tbl_name || '.' || name, sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE %'",
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
    for problem in (*trigger_problems(session), *index_problems(session)):
        yield "", problem


def trigger_problems(session: Session) -> Iterator[Problem]:
    """Triggers that are missing, switched off or not as the migrations made them: the database would refuse less."""
    return _compared(session, "trigger", guards(session), TRIGGERS)


def index_problems(session: Session) -> Iterator[Problem]:
    """Unique indexes that are missing or not as the migrations made them: the database would take the same twice."""
    return _compared(session, "index", unique_indexes(session), UNIQUE)


def _compared(session: Session, check: str, there: Mapping[str, str], file: Path) -> Iterator[Problem]:
    expected = _expected(session.get_bind().dialect.name, file)
    for name in sorted(expected):
        if name not in there:
            yield Problem(check, name, "it is missing: the database no longer refuses what it refused")
        elif there[name] != expected[name]:
            yield Problem(check, name, "it is switched off, or not as it was made")
    for name in sorted(there.keys() - expected.keys()):
        yield Problem(check, name, "no migration made it")


def guards(session: Session) -> dict[str, str]:
    """The triggers of this database and the functions behind them, by name, each with the digest of its text."""
    return _digests(session, _TRIGGERS)


def unique_indexes(session: Session) -> dict[str, str]:
    """The unique indexes of this database, by name, each with the digest of its text."""
    return _digests(session, _UNIQUE)


def _digests(session: Session, asked: Mapping[str, str]) -> dict[str, str]:
    rows = session.execute(text(asked[session.get_bind().dialect.name])).all()
    return {name: sha256(" ".join(words.split()).encode()).hexdigest()[:32] for name, words in rows}


@cache
def _expected(dialect: str, file: Path) -> Mapping[str, str]:
    lines = [line.split() for line in file.read_text("utf-8").splitlines()]
    return {name: digest for of, name, digest in lines if of == dialect}
