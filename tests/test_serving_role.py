"""Two roles on PostgreSQL: one owns and migrates, one serves and can lift no rule."""

import json

import pytest
from click.testing import CliRunner
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel

from ledger.cli.commands import main
from ledger.db import Database, create_engine, migrate
from ledger.log.row_rules import DERIVED
from ledger.serving_role import KEPT_BY_TRIGGERS, serving_roles
from tests.cast import MEI
from tests.cli.conftest import build
from tests.doors import PASSWORD, Caller, application

OWNER, SERVER = "the owner", "the-server"


def as_role(url, role):
    return (
        create_engine(url)
        .url.set(drivername="postgresql", username=role)
        .render_as_string(hide_password=False)
    )


@pytest.fixture
def addresses(postgres, counter):
    """The addresses of an empty database as its owner, who is no superuser, and as the role that is to serve it."""
    name = f"roles_{next(counter)}"
    admin = create_engine(postgres).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for role in (OWNER, SERVER):
            connection.execute(text(f'CREATE ROLE "{role}" LOGIN'))
        connection.execute(text(f'CREATE DATABASE {name} OWNER "{OWNER}"'))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    yield as_role(url, OWNER), as_role(url, SERVER)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        for role in (SERVER, OWNER):
            connection.execute(text(f'DROP ROLE "{role}"'))
    admin.dispose()


@pytest.fixture
def command(tmp_path):
    def run(url, *words, expect=0):
        env = {"LEDGER_HOME": str(tmp_path / "home"), "LEDGER_DATABASE_URL": url}
        ended = CliRunner().invoke(main, list(words), env=env)
        assert ended.exit_code == expect, ended.output
        return ended

    return run


FORBIDDEN = (
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "ALTER TABLE entry DISABLE TRIGGER entry_in_order",
    "DROP TRIGGER entry_is_ink ON entry",
    "CREATE OR REPLACE FUNCTION mingbai_ink() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "ALTER FUNCTION mingbai_ink() RENAME TO gone",
    "DROP FUNCTION mingbai_movements() CASCADE",
    "SET session_replication_role = replica",
    "TRUNCATE movement",
    "TRUNCATE person CASCADE",
    "ALTER TABLE entry ADD COLUMN note text",
    "ALTER TABLE leaf OWNER TO CURRENT_USER",
    "DROP TABLE balance CASCADE",
    "DROP INDEX ix_sign_in_person",
    "CREATE TABLE mine (a integer)",
    "CREATE TEMPORARY TABLE entry (a integer)",
    "CREATE SCHEMA mine",
    "UPDATE closing SET month = ''",
    "UPDATE movement SET amount_fen = 1",
    "DELETE FROM leaf",
    "DELETE FROM ledger_head",
    "UPDATE balance SET debit_fen = 0",
    "INSERT INTO balance SELECT * FROM balance",
    "UPDATE subledger_balance SET credit_fen = 10000000",
    "TRUNCATE holder",
    "TRUNCATE private_field",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE TRIGGER mine BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION mingbai_ink()",
)


def test_f11_the_whole_small_story_runs_as_the_role_that_serves_and_it_can_lift_no_rule(
    addresses, command, tmp_path
):
    owner, server = addresses
    command(owner, "init")
    command(owner, "grant", SERVER)

    database = Database(server)
    build(database)  # homes, deposits, six months charged, a payment, a month closed
    app = application(database, tmp_path / "home")
    client = app.test_client()
    came = client.post("/api/v1/sessions", json={"login": "mei", "password": PASSWORD})
    assert came.status_code == 201
    fees = Caller(client, MEI)("GET", "/communities/meiyuan/fees/homes/1-1-101", 200)
    assert fees
    prepared = command(server, "--json", "disclose", "meiyuan", "2026-H1", "--as", "mei")
    digest = json.loads(prepared.stdout)["sha256"]
    command(server, "disclose", "meiyuan", "2026-H1", "--check", digest, "--as", "chen")
    command(server, "disclose", "meiyuan", "2026-H1", "--publish", "--as", "lin")
    assert client.get("/meiyuan/half-year/2026-H1/").status_code == 200
    command(server, "fsck")

    with database.engine.connect() as connection:
        for statement in FORBIDDEN:
            with pytest.raises(ProgrammingError) as refused:
                connection.execute(text(statement))
            assert isinstance(refused.value.orig, InsufficientPrivilege), statement
            connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM entry")).scalar_one() > 6
        for table in SQLModel.metadata.tables:
            with pytest.raises(ProgrammingError) as refused:
                connection.execute(text(f"TRUNCATE {table} CASCADE"))
            assert isinstance(refused.value.orig, InsufficientPrivilege), table
            connection.rollback()
    app.extensions["database"].close()
    database.close()


def test_f11_what_a_later_migration_adds_is_given_to_the_role_that_serves(addresses, command):
    owner, server = addresses
    migrate(owner, "0020")
    command(owner, "grant", SERVER)
    engine = create_engine(owner)
    assert serving_roles(engine) == [SERVER]
    engine.dispose()

    command(owner, "migrate")

    with create_engine(server).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM access_record")).scalar_one() == 0


def test_the_role_that_serves_migrates_nothing_and_is_told_so(addresses, command):
    owner, server = addresses
    migrate(owner, "0020")
    command(owner, "grant", SERVER)
    said = command(server, "migrate", expect=1).stderr
    assert "没有权限" in said
    assert "may not do this" in said


@pytest.mark.parametrize(
    ("role", "words"), [("nobody", "没有“nobody”这个角色"), (OWNER, "所有者"), ("postgres", "超级用户")]
)
def test_a_role_that_cannot_be_limited_is_refused(addresses, command, role, words):
    owner, _ = addresses
    migrate(owner)
    as_superuser = as_role(owner, "postgres")
    assert words in command(as_superuser, "grant", role, expect=1).stderr
    assert words in command(owner, "grant", role, expect=1).stderr


def test_f11_what_triggers_keep_is_what_is_derived():
    assert KEPT_BY_TRIGGERS == DERIVED


def test_sqlite_has_no_roles(sqlite_url, command):
    assert "SQLite" in command(sqlite_url, "grant", "x", expect=1).stderr
