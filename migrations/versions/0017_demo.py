"""The demo says of itself that it is one, and on which day it stands.

Its sign-ins are printed for everybody to read, and what is late in it is late on one day only. So the database that
``mingbai demo`` builds names the day that is today in it; where no day is named the books are real, and neither the
demo's password nor a day of one's own is taken.

For an hour migration 0016 followed 0014; a database of that hour is taken through 0015 here.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    if "by_role" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("entry")}:
        context.script.get_revision("0015").module.upgrade()
    op.create_table(
        "demo",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_demo")),
        sqlite_strict=True,
    )
