"""What a line is known again by, and from which days its file holds lines.

A line was known by every cell of its row, so that an order whose status, kind or remark had changed was booked again, and
so was one that another mapping read. What a statement covers tells how many lines there are that are just alike.
The head keeps when its last entry was posted, so that a clock which runs back is seen before it posts another.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant
from ledger.log.leaf import instant_text

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("statement_file", sa.Column("first_on", sa.Date(), nullable=True))
    op.add_column("statement_file", sa.Column("last_on", sa.Date(), nullable=True))
    op.add_column(
        "statement_file", sa.Column("ordered", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("bank_line", sa.Column("status", sa.String(), nullable=False, server_default=""))
    for column, of in (("first_on", "min"), ("last_on", "max")):
        op.execute(
            f"UPDATE statement_file SET {column} = (SELECT {of}(occurred_on) FROM bank_line "
            "WHERE bank_line.community = statement_file.community AND bank_line.file = statement_file.sha256)"
        )
    op.add_column("ledger_head", sa.Column("last_at", sa.String(), nullable=False, server_default=""))
    entry = sa.table("entry", sa.column("community"), sa.column("posted_at", Instant()))
    head = sa.table("ledger_head", sa.column("community"), sa.column("last_at"))
    newest = sa.select(entry.c.community, sa.func.max(entry.c.posted_at)).group_by(entry.c.community)
    for community, at in op.get_bind().execute(newest).all():
        op.execute(head.update().where(head.c.community == community).values(last_at=instant_text(at)))
