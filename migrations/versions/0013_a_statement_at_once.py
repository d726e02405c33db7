"""PostgreSQL looks once at all rows of a statement, where it looked at each for each of its rules.

Until now it read every CHECK anew for each statement and asked foreign keys for each movement and each charge: half
of the time that a month's charges took, and a tenth of a single entry. From now on triggers hold the rows of a
statement to the same rules at once, and a replica's role cannot switch them off, as it could a foreign key. That an
account is of the movement's book is told by the foreign key of its balance, so a balance is now never deleted, on
either database. Entries that concern nothing in particular leave the index by subject. What was refused still is; no
row is touched.
"""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.drop_index("ix_entry_subject", "entry")
    there = text("subject IS NOT NULL")
    op.create_index(
        "ix_entry_subject",
        "entry",
        ["community", "subject"],
        sqlite_where=there,
        postgresql_where=there,
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ("balance", "subledger_balance"):
        if postgresql:
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION mingbai_ink()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays")
        else:
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
            )
    if postgresql:
        script = Path(__file__).with_name("0013_a_statement_at_once.postgresql.sql").read_text("utf-8")
        for statement in script.split("-- ---\n")[1:]:
            op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
