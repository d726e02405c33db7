"""A former holder or tenant of a home whose name and telephone were erased says by which entry, and so does a ticket.

The note of a step of a ticket, which is private, can be erased from now on; all else of a step stays in ink. No row is
touched: what was never erased names no entry. The record of access is looked through by community from the newest on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    for table in ("holder", "tenancy", "ticket"):
        op.add_column(table, sa.Column("erasure_no", sa.BigInteger(), nullable=True))
    op.create_index("ix_access_record_community", "access_record", ["community", "at"])
    if op.get_bind().dialect.name == "postgresql":
        _notes_can_go_on_postgresql()
    else:
        _notes_can_go_on_sqlite()


def _notes_can_go_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION mingbai_ticket_step_ink() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.note = '' THEN OLD.note := ''; IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'mingbai: ticket_step is in ink: never changed, never deleted'; END $$"
    )
    op.execute("DROP TRIGGER ticket_step_is_ink ON ticket_step")
    for name, deed, function in (
        ("ticket_step_is_ink_update", "UPDATE", "mingbai_ticket_step_ink"),
        ("ticket_step_is_ink_delete", "DELETE", "mingbai_ink"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON ticket_step FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
        op.execute(f"ALTER TABLE ticket_step ENABLE ALWAYS TRIGGER {name}")


def _notes_can_go_on_sqlite() -> None:
    kept = "community ticket line state by_login at photo".split()
    new, old = (", ".join(f"{row}.{name}" for name in kept) for row in ("NEW", "OLD"))
    op.execute("DROP TRIGGER ticket_step_is_ink_update")
    op.execute(
        "CREATE TRIGGER ticket_step_is_ink_update BEFORE UPDATE ON ticket_step "
        f"WHEN NEW.note <> '' OR ({new}) IS NOT ({old}) "
        "BEGIN SELECT RAISE(ABORT, 'mingbai: ticket_step is in ink: never changed, never deleted'); END"
    )
