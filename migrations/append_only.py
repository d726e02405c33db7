"""What makes a table append-only, for every migration that adds one."""

from alembic import op

REFUSAL = "is append-only: never changed, never deleted"


def append_only(*tables: str) -> None:
    """Let the database refuse every change and every deletion of what stands in these tables.

    On PostgreSQL also for whoever replays a log (``ENABLE ALWAYS``). SQLite forgets the triggers of a table that is
    altered by copying it: call it for such a table again. The triggers keep the names of the first migrations.
    """
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(
            "CREATE OR REPLACE FUNCTION mingbai_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'mingbai: % {REFUSAL}', TG_TABLE_NAME; END $$"
        )
    for table in tables:
        if on_postgresql:
            for name, when, level in (
                (f"{table}_is_ink", "UPDATE OR DELETE", "ROW"),
                (f"{table}_is_ink_whole", "TRUNCATE", "STATEMENT"),
            ):
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {level} EXECUTE FUNCTION mingbai_append_only()"
                )
                op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        else:
            for when in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_is_ink_{when} BEFORE {when.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} {REFUSAL}'); END"
                )
