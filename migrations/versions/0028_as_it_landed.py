"""Databases that the first days' versions made become what a new one is.

Some migrations were still changed on the day on which they landed, so that a database stands at the same number and yet is
another: signed heads without the public key that signed them, CHECKs that pass where a number is NULL, triggers that refuse
less, a service contract that names no decision, uploads that can be held for an existing community only. What is as it should
be stays untouched. The public key of an old head is proved by its signature, and where no key proves it the upgrade stops.
The files of the signer get the names of today too.
"""

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy import text

from ledger.db import Instant
from ledger.log.signer import Signer

revision = "0028"
down_revision = "0027"

LOOSE = {
    "leaf": ("(leaf_index > 0 AND prev_index =", "(prev_index IS NOT NULL AND prev_index ="),
    "entry": ("(no > 1 AND prev_no =", "(prev_no IS NOT NULL AND prev_no ="),
}
"""The CHECKs ``no_gap`` of SQLite, as they were and as they are."""


def upgrade() -> None:
    keys = context.config.attributes["keys"]
    if keys is not None:
        for origin in _origins().values():
            Signer(keys).rename_first_files(origin)
    if "vkey" not in _columns("signed_head"):
        assert keys is not None, "they prove what the first version did not write down"
        _name_the_keys(Signer(keys))
    if "motion" not in _columns("service_contract"):
        op.add_column("service_contract", sa.Column("motion", sa.String(), nullable=True))
    if sa.inspect(op.get_bind()).get_foreign_keys("held_upload"):
        _hold_for_no_community_yet()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE leaf DROP CONSTRAINT IF EXISTS ck_leaf_no_gap_null")
        for statement in _first_triggers("postgresql"):
            if "CREATE FUNCTION mingbai_erased_only()" in statement:
                replacing = statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
                op.get_bind().exec_driver_sql(replacing.replace("%", "%%"))
    else:
        _refuse_as_much_on_sqlite()


def _columns(table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}


def _first_triggers(dialect: str) -> list[str]:
    """What the second migration says."""
    script = Path(__file__).with_name(f"0002_ink.{dialect}.sql").read_text("utf-8")
    return script.split("-- ---\n")[1:]


def _origins() -> dict[str, str]:
    return dict(op.get_bind().execute(text("SELECT community, origin FROM ledger_head")).all())


def _name_the_keys(signer: Signer) -> None:
    """Write the signed heads anew with the key that each signature was made with."""
    bind = op.get_bind()
    old = sa.Table("signed_head", sa.MetaData(), autoload_with=bind)
    origins = _origins()
    heads = [
        {**head, "vkey": signer.prove(origins[head["community"]], head["note"]).vkey}
        for head in bind.execute(sa.select(old)).mappings()
    ]
    op.drop_table("signed_head")
    new = op.create_table(
        "signed_head",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("tree_size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("vkey", sa.String(), nullable=False),
        sa.Column("signed_at", old.c.signed_at.type, nullable=False),
        sa.ForeignKeyConstraint(["community"], ["ledger_head.community"], name=op.f("fk_signed_head_community")),
        sa.PrimaryKeyConstraint("community", "tree_size", name=op.f("pk_signed_head")),
        sqlite_strict=True,
    )
    op.bulk_insert(new, heads)
    if bind.dialect.name == "postgresql":
        for name, when, level in (
            ("signed_head_is_ink", "UPDATE OR DELETE", "ROW"),
            ("signed_head_is_ink_whole", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON signed_head FOR EACH {level} EXECUTE FUNCTION mingbai_ink()"
            )
            op.execute(f"ALTER TABLE signed_head ENABLE ALWAYS TRIGGER {name}")
    else:
        for when in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER signed_head_is_ink_{when.lower()} BEFORE {when} ON signed_head "
                "BEGIN SELECT RAISE(ABORT, 'mingbai: signed_head is in ink: never changed, never deleted'); END"
            )


def _hold_for_no_community_yet() -> None:
    op.drop_table("held_upload")
    op.create_table(
        "held_upload",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("by_login", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("community", "by_login", "sha256", name=op.f("pk_held_upload")),
        sqlite_strict=True,
    )
    op.create_index("ix_held_upload_at", "held_upload", ["at"])


def _refuse_as_much_on_sqlite() -> None:
    """The triggers of the second migration as it is now; and the two CHECKs, which SQLite changes in its schema alone."""
    run = op.get_bind().exec_driver_sql
    for name in ("entry_numbered", "leaf_numbered"):  # said by the CHECKs since
        run(f"DROP TRIGGER IF EXISTS {name}")
    for statement in _first_triggers("sqlite"):
        for name in re.findall(r"^CREATE TRIGGER (\w+)", statement, re.MULTILINE):
            run(f"DROP TRIGGER IF EXISTS {name}")
        run(statement)
    tables = dict(run("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").all())
    if not any(loose in tables[table] for table, (loose, _) in LOOSE.items()):
        return
    version = run("PRAGMA schema_version").scalar_one()
    run("PRAGMA writable_schema = ON")
    for table, (loose, tight) in LOOSE.items():
        run(
            "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
            (loose, tight, table),
        )
    run(f"PRAGMA schema_version = {version + 1}")
    run("PRAGMA writable_schema = RESET")
