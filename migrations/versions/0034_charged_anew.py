"""A month whose charges were taken back can be charged anew: a charge says the how many-eth of its month it is.

What was paid, waived and charged on top named the charge by a foreign key; now a trigger asks that the month was charged to
the home, the first time or a later one. No row is touched. SQLite copies the tables, and what guards them is put back.
"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0034"
down_revision = "0033"

ON_CHARGES = ("applied", "fee_waived", "surcharge", "surcharge_paid")
REFUSED = "mingbai: it belongs to a month that was charged to the home"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def _on_postgresql() -> None:
    op.add_column("charge", sa.Column("run", sa.Integer(), nullable=False, server_default="1"))
    for table in ON_CHARGES:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_community_home_month")
    op.execute(
        "ALTER TABLE charge DROP CONSTRAINT pk_charge, ADD CONSTRAINT pk_charge PRIMARY KEY (community, home, month, run)"
    )
    op.execute(
        "CREATE FUNCTION mingbai_of_a_charge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NOT EXISTS (SELECT 1 FROM charge c "
        "WHERE c.community = NEW.community AND c.home = NEW.home AND c.month = NEW.month) "
        f"THEN RAISE EXCEPTION '{REFUSED}'; END IF; RETURN NEW; END $$"
    )
    for table in ON_CHARGES:
        op.execute(
            f"CREATE TRIGGER {table}_of_a_charge BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION mingbai_of_a_charge()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_of_a_charge")


def _on_sqlite() -> None:
    for table in ON_CHARGES:
        _copied(table, r",\s*CONSTRAINT \S+ FOREIGN KEY\(community, home, month\) REFERENCES charge [^)]*\)", "")
    _copied(
        "charge",
        r"(CONSTRAINT \S+ PRIMARY KEY) \(community, home, month\)",
        r"\1 (community, home, month, run)",
        "run INTEGER DEFAULT 1 NOT NULL",
    )
    for table in ON_CHARGES:
        op.execute(
            f"CREATE TRIGGER {table}_of_a_charge BEFORE INSERT ON {table} WHEN NOT EXISTS "
            "(SELECT 1 FROM charge c WHERE c.community = NEW.community AND c.home = NEW.home AND c.month = NEW.month) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def _copied(table: str, pattern: str, by: str, column: str | None = None) -> None:
    """Make a table anew with other constraints and perhaps one more column, with its rows, indexes and triggers."""
    bind = op.get_bind()
    parts = bind.execute(
        text("SELECT type, sql FROM sqlite_schema WHERE tbl_name = :of AND sql IS NOT NULL"), {"of": table}
    ).all()
    (made,) = (sql for kind, sql in parts if kind == "table")
    body, changes = re.subn(pattern, by, made[made.index("(") + 1 :])
    assert changes == 1, table
    columns = ", ".join(c["name"] for c in sa.inspect(bind).get_columns(table))
    before = f"{column}, " if column else ""
    bind.exec_driver_sql(f"CREATE TABLE anew ({before}{body}")
    bind.exec_driver_sql(f"INSERT INTO anew ({columns}) SELECT {columns} FROM {table}")
    op.drop_table(table)
    op.rename_table("anew", table)
    for kind, sql in parts:
        if kind != "table":
            bind.exec_driver_sql(sql)
