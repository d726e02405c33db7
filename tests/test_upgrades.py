"""Every schema that landed, filled by the code of its day, is brought to today's, and the books still add up.

``tests/upgrades.json.xz`` holds the rows that the stories of each version left in its database: by migration, story and table.
Attachments are cut short there, for printed pages are large.
"""

import base64
import json
import lzma
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, DateTime, Engine, MetaData, text

from ledger.community.queries import communities
from ledger.db import Database, create_engine, migrate, newest
from ledger.journal.fsck import problems
from tests.test_migrations import empty_url  # noqa: F401 the fixture
from tests.test_serving_role import command  # noqa: F401 the fixture

ROWS = Path(__file__).with_name("upgrades.json.xz")


@cache
def filled() -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = json.loads(lzma.decompress(ROWS.read_bytes()))
    return content


def stories() -> list[tuple[str, str]]:
    return [
        (revision, story) for revision, by_story in sorted(filled().items()) for story in sorted(by_story)
    ]


def shaped(value: Any, kind: Any) -> Any:
    """A value as it stands in the file, for a column of this kind."""
    if isinstance(value, dict):
        return base64.b64decode(value["b"])
    if value is None:
        return None
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return value


def pour(engine: Engine, tables: dict[str, Any]) -> None:
    """Put the rows where they were, as a restore does: past the triggers, which have seen them once."""
    on_postgresql = engine.dialect.name == "postgresql"
    schema = MetaData()
    schema.reflect(engine)
    with engine.begin() as connection:
        if on_postgresql:
            connection.execute(text("SET LOCAL TimeZone = 'UTC'"))
            kept = connection.execute(
                text(
                    "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal"
                )
            ).all()
            for table in schema.tables:
                connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL'))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            kept = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            for name, _ in kept:
                connection.execute(text(f"DROP TRIGGER {name}"))
        for name, table in tables.items():
            target = schema.tables[name]
            connection.execute(target.delete())  # what the migration itself put there
            kinds = [target.c[column].type for column in table["columns"]]
            rows = [
                dict(zip(table["columns"], map(shaped, row, kinds), strict=True))
                if on_postgresql
                else dict(zip(table["columns"], (shaped(value, None) for value in row), strict=True))
                for row in table["rows"]
            ]
            names = ", ".join(f'"{column}"' for column in table["columns"])
            values = ", ".join(f":{column}" for column in table["columns"])
            connection.execute(text(f'INSERT INTO "{name}" ({names}) VALUES ({values})'), rows)
        if on_postgresql:
            for table in schema.tables:
                connection.execute(text(f'ALTER TABLE "{table}" ENABLE TRIGGER ALL'))
            for table, name, enabled in kept:
                if enabled == "A":
                    connection.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"))
        else:
            for _, statement in kept:
                connection.exec_driver_sql(statement)


def counted(engine: Engine) -> Iterator[tuple[str, int]]:
    for table in ("entry", "movement", "leaf", "charge", "applied", "signed_head", "notice", "ballot"):
        with engine.connect() as connection:
            yield table, connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_every_schema_that_landed_is_here():
    landed = "0002 0003 0004 0006 0007 0008 0009 0010 0011 0012 0013 0014 0016 0017 0018 0019 0020"
    assert sorted(filled()) == landed.split()
    assert max(filled()) < newest()


@pytest.mark.parametrize(("revision", "story"), stories())
def test_a_filled_database_of_an_earlier_version_is_brought_to_todays(empty_url, command, revision, story):  # noqa: F811
    migrate(empty_url, revision)
    engine = create_engine(empty_url)
    pour(engine, filled()[revision][story])
    before = dict(counted(engine))
    assert before["entry"] > 0

    command(empty_url, "migrate")

    after = dict(counted(engine))
    engine.dispose()
    database = Database(empty_url)
    with database.reading() as session:
        bad = [str(problem) for place in communities(session) for problem in problems(session, place.code)]
    database.close()
    assert bad == []
    sealed = after["entry"] - before["entry"]
    assert sealed in (0, 1)  # entries of older leaves are sealed by one more
    assert after == before | {"entry": after["entry"], "leaf": before["leaf"] + sealed}
