"""The books and the log are written in ink.

Until now only the code kept people from changing an entry. An auditor asks what keeps a person with a
database shell from it; from now on the database does: unbalanced, commingled, late, overspent, numbered with
a gap, changed or deleted is refused by it, on both databases. No row is touched, so it is safe on a full one.
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

INK = (
    "entry movement leaf subtree signed_head closing closing_balance notice attachment charge applied deposit "
    "scope_home share roll_home ballot revenue_receipt revenue_cost remittance ticket_step evaluation"
).split()


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    script = (Path(__file__).parent / f"0002_ink.{dialect}.sql").read_text()
    for statement in script.split("-- ---\n")[1:]:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%") if dialect == "postgresql" else statement)
    for table in INK:
        if dialect == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_is_ink BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION mingbai_ink()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_is_ink_whole BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION mingbai_ink()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_ink")
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_ink_whole")
        else:
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_is_ink_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
                )
    for table in ("private_field", "ledger_head"):
        if dialect == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION mingbai_ink()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
            )
