"""An entry says for which kind of body it was done, and its leaf commits to it.

Where there is no owners' committee another body stands in for it, and the role alone no longer told who that was. From
now on the row names the body where it is known, and the commitment to who did it covers it. Entries from before stay as
they are, and so does what their leaves say.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

KEPT = (
    "community no prev_no leaf_index book kind month booked_on posted_at by_login by_role by_level approved_by key asked "
    "subject reverses_no original_on link"
).split()


def upgrade() -> None:
    op.add_column("entry", sa.Column("by_level", sa.String(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        return  # its trigger compares whole rows
    new, old = (", ".join(f'{row}."{name}"' for name in KEPT) for row in ("NEW", "OLD"))
    op.execute("DROP TRIGGER entry_is_ink_update")
    op.execute(
        "CREATE TRIGGER entry_is_ink_update BEFORE UPDATE ON entry "
        f"WHEN NEW.who_salt IS NOT NULL OR OLD.who_salt IS NULL OR ({new}) IS NOT ({old}) "
        "BEGIN SELECT RAISE(ABORT, 'mingbai: entry is in ink: never changed, never deleted'); END"
    )
