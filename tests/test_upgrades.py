"""Every schema that landed, filled by the code of its day, is brought to today's, and the books still add up.

``tests/upgrades.json.xz`` holds the rows that the stories of each version left in its database: by migration, story and table.
Attachments are cut short there, for printed pages are large. Where a migration was still changed after it landed, the version
is named by its commit too, and ``tests/landed.json.xz`` holds its migrations as they were then, and the signer's files.
"""

import base64
import json
import lzma
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import Boolean, Date, DateTime, Engine, MetaData, inspect, text

from ledger.community.queries import communities
from ledger.db import MIGRATIONS, Database, create_engine, migrate, newest
from ledger.journal.fsck import problems
from ledger.log.row_queries import installation_problems
from ledger.log.signer import Signer
from tests.test_migrations import (
    described,
    empty_url,  # noqa: F401 the fixture
)
from tests.test_serving_role import command  # noqa: F401 the fixture

FIRST = "0002-af11748"


def read(name: str) -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = json.loads(
        lzma.decompress(Path(__file__).with_name(name).read_bytes())
    )
    return content


@cache
def filled() -> dict[str, dict[str, Any]]:
    return read("upgrades.json.xz")


@cache
def landed() -> dict[str, dict[str, Any]]:
    return read("landed.json.xz")


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


def migrate_as_then(url: str, version: str, folder: Path) -> None:
    """Make the schema as the migrations of that version made it."""
    if version not in landed():
        migrate(url, version)
        return
    scripts, newest_then = landed()[version]["migrations"], version[:4]
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (folder / "versions").iterdir():
        if file.name[:4] > newest_then or file.name in scripts:
            file.unlink()
    for name, script in scripts.items():
        if script is not None:
            (folder / "versions" / name).write_text(script, "utf-8")
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("sqlalchemy.url", url)
    alembic.upgrade(config, "head")


def put_keys_back(version: str, home: Path) -> None:
    """The signer's files of that version, where it has any, under the names that they had."""
    (home / "keys").mkdir(parents=True)
    for name, content in landed().get(version, {}).get("keys", {}).items():
        (home / "keys" / name).write_bytes(base64.b64decode(content))


def guarded(engine: Engine) -> dict[str, object]:
    """What the database itself refuses: its checks, triggers and functions, as they are written."""
    inspector = inspect(engine)
    rules: dict[str, object] = {
        f"{table}.{check['name']}": check["sqltext"]
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }
    asked = (
        "SELECT tgrelid::regclass || '.' || tgname, tgenabled::text || pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal UNION ALL "
        "SELECT proname || '()', pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'mingbai%'"
        if engine.dialect.name == "postgresql"
        else "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    )
    with engine.connect() as connection:
        return rules | dict(connection.execute(text(asked)).all())


NEW: dict[bool, tuple[object, object]] = {}


def of_a_new_one(url: str) -> tuple[object, object]:
    """How a new database on the same engine is made; looked up once for each engine."""
    on_sqlite = url.startswith("sqlite")
    if on_sqlite not in NEW:
        engine = create_engine(url)
        NEW[on_sqlite] = described(engine), guarded(engine)
        engine.dispose()
    return NEW[on_sqlite]


def counted(engine: Engine) -> Iterator[tuple[str, int]]:
    for table in ("entry", "movement", "leaf", "charge", "applied", "signed_head", "notice", "ballot"):
        with engine.connect() as connection:
            yield table, connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_every_schema_that_landed_is_here():
    """Every number that was once the newest; and each that another version had under the same number."""
    numbers = "0002 0003 0004 0006 0007 0008 0009 0010 0011 0012 0013 0014 0016 0017 0018 0019 0020 0022 0023 0024 0029 0031"
    others = "0002-af11748 0002-7c438bf 0002-d715ed0 0002-53d37cc 0016-8e337f4 0021-62ecb99 0023-aec7915 0023-edc81a0"
    assert sorted(filled()) == sorted([*numbers.split(), *others.split()])
    assert sorted(landed()) == sorted(others.split())
    assert max(filled()) < newest()


@pytest.mark.parametrize(("revision", "story"), stories())
def test_a_filled_database_of_an_earlier_version_is_brought_to_todays(
    url,
    empty_url,  # noqa: F811
    command,  # noqa: F811
    tmp_path,
    revision,
    story,
):
    migrate_as_then(empty_url, revision, tmp_path / "migrations")
    put_keys_back(revision, tmp_path / "home")
    engine = create_engine(empty_url)
    pour(engine, filled()[revision][story])
    before = dict(counted(engine))
    assert before["entry"] > 0

    command(empty_url, "migrate")

    after = dict(counted(engine))
    assert (described(engine), guarded(engine)) == of_a_new_one(url)
    engine.dispose()
    database = Database(empty_url)
    with database.reading() as session:
        bad = [str(problem) for place in communities(session) for problem in problems(session, place.code)]
        bad += map(str, installation_problems(session))
    database.close()
    assert bad == []
    sealed = after["entry"] - before["entry"]
    assert sealed in (0, 1)  # entries of older leaves are sealed by one more
    assert after == before | {"entry": after["entry"], "leaf": before["leaf"] + sealed}


@pytest.fixture
def first(empty_url, tmp_path):  # noqa: F811
    """A database of the very first version, without the keys that signed its heads."""
    migrate_as_then(empty_url, FIRST, tmp_path / "migrations")
    engine = create_engine(empty_url)
    for story in filled()[FIRST].values():
        pour(engine, story)
    engine.dispose()
    return empty_url


def test_the_heads_of_the_first_version_get_the_key_that_signed_them_and_its_log_is_signed_on(
    first,
    command,  # noqa: F811
    tmp_path,
):
    put_keys_back(FIRST, tmp_path / "home")

    command(first, "migrate")
    command(first, "sign")

    database, signer = Database(first), Signer(tmp_path / "home" / "keys")
    with database.reading() as session:
        (place,) = communities(session)
        assert list(problems(session, place.code, signer)) == []
        heads = session.execute(text("SELECT note, vkey FROM signed_head ORDER BY tree_size")).all()
        ((origin, size),) = session.execute(text("SELECT origin, tree_size FROM ledger_head")).all()
    database.close()
    assert len(heads) == 2
    assert {vkey for _, vkey in heads} == {signer.verifier(origin).vkey}
    assert signer.memory()[origin].size == size


@pytest.mark.parametrize("other", [False, True])
def test_without_the_key_of_that_time_the_upgrade_says_what_to_put_back_and_goes_on_with_it(
    first,
    command,  # noqa: F811
    tmp_path,
    other,
):
    keys = tmp_path / "home" / "keys"
    if other:
        Signer(keys).verifier("test.example/log/meiyuan")

    refused = command(first, "migrate", expect=1)

    zh, en = refused.stderr.splitlines()
    assert "请把当时 LEDGER_HOME 的密钥目录放回来" in zh
    assert "Put the key directory of that LEDGER_HOME back and run mingbai migrate once more" in en
    shutil.rmtree(keys, ignore_errors=True)
    put_keys_back(FIRST, tmp_path / "home")
    command(first, "migrate")
    command(first, "fsck")
