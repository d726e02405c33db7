"""Every row that states a fact is sealed: a digest of each of its states, in a chain to which the log commits.

Only what a leaf tells by itself could be held to the log. Tickets, ballots, bank lines, notices, the register could be
altered by whoever has the database, and nothing that recomputes the books saw it.
"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import REFUSAL

revision = "0030"
down_revision = "0029"

CHANGED = "NEW.salt IS NOT NULL OR " + " OR ".join(
    f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in ("community", "no", "name", "key", "digest")
)


def upgrade() -> None:
    op.create_table(
        "row_seal",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("community", "no", name=op.f("pk_row_seal")),
        sqlite_strict=True,
    )
    standing = sa.text("salt IS NOT NULL")
    op.create_index(
        "ix_row_seal_standing",
        "row_seal",
        ["community", "name", "key"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "row_seal_head",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community", name=op.f("pk_row_seal_head")),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION mingbai_salt_goes_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {CHANGED} THEN RAISE EXCEPTION 'mingbai: % {REFUSAL}', TG_TABLE_NAME; END IF; "
            "RETURN NEW; END $$"
        )
        for name, when, level, does in (
            ("row_seal_is_ink", "UPDATE ON row_seal", "ROW", "mingbai_salt_goes_only"),
            ("row_seal_stays", "DELETE ON row_seal", "ROW", "mingbai_append_only"),
            ("row_seal_is_ink_whole", "TRUNCATE ON row_seal", "STATEMENT", "mingbai_append_only"),
            ("row_seal_head_stays", "DELETE ON row_seal_head", "ROW", "mingbai_append_only"),
            ("row_seal_head_stays_whole", "TRUNCATE ON row_seal_head", "STATEMENT", "mingbai_append_only"),
        ):
            op.execute(f"CREATE TRIGGER {name} BEFORE {when} FOR EACH {level} EXECUTE FUNCTION {does}()")
            op.execute(f"ALTER TABLE {when.rpartition(' ')[2]} ENABLE ALWAYS TRIGGER {name}")
        return
    changed = CHANGED.replace("IS DISTINCT FROM", "IS NOT")
    for name, when, table in (
        ("row_seal_is_ink_update", f"UPDATE ON row_seal WHEN {changed}", "row_seal"),
        ("row_seal_stays", "DELETE ON row_seal", "row_seal"),
        ("row_seal_head_stays", "DELETE ON row_seal_head", "row_seal_head"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, 'mingbai: {table} {REFUSAL}'); END"
        )
