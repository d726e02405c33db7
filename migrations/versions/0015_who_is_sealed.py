"""An entry's leaf says when it was posted and commits to who did it, and the row keeps what opens the commitment.

Until now by whom, approved by whom and when stood in the row alone, where whoever has the database could alter them
and no check would tell. From now on the row names the role too and keeps the salt of the commitment; the salt is all of
an entry that can ever be changed, and only to nothing, when somebody's data are to be erased. Entries from before stay
as they are; ``mingbai migrate`` seals their rows as they stand by a memorandum in each log.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

KEPT = (
    "community no prev_no leaf_index book kind month booked_on posted_at by_login by_role approved_by key asked subject "
    "reverses_no original_on link"
).split()


def upgrade() -> None:
    op.add_column("entry", sa.Column("by_role", sa.String(), nullable=True))
    op.add_column("entry", sa.Column("who_salt", sa.LargeBinary(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION mingbai_entry_ink() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF TG_OP = 'UPDATE' AND OLD.who_salt IS NOT NULL AND NEW.who_salt IS NULL THEN "
            "OLD.who_salt := NULL; IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF; END IF; "
            "RAISE EXCEPTION 'mingbai: entry is in ink: never changed, never deleted'; END $$"
        )
        op.execute("DROP TRIGGER entry_is_ink ON entry")
        op.execute(
            "CREATE TRIGGER entry_is_ink BEFORE UPDATE OR DELETE ON entry "
            "FOR EACH ROW EXECUTE FUNCTION mingbai_entry_ink()"
        )
        op.execute("ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_is_ink")
        return
    new, old = (", ".join(f'{row}."{name}"' for name in KEPT) for row in ("NEW", "OLD"))
    op.execute("DROP TRIGGER entry_is_ink_update")
    op.execute(
        "CREATE TRIGGER entry_is_ink_update BEFORE UPDATE ON entry "
        f"WHEN NEW.who_salt IS NOT NULL OR OLD.who_salt IS NULL OR ({new}) IS NOT ({old}) "
        "BEGIN SELECT RAISE(ABORT, 'mingbai: entry is in ink: never changed, never deleted'); END"
    )
