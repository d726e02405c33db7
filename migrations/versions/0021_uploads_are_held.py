"""A file that came with a form which was not in order is held until the form is sent again.

Until now a statement, a workbook or a photograph had to be chosen again whenever anything else in the form was wrong,
though the page said that it was still there. It is held for a day for whoever sent it and then deleted: it is no
evidence, so it is not append-only.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "held_upload",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("by_login", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.code"], name=op.f("fk_held_upload_community")),
        sa.PrimaryKeyConstraint("community", "by_login", "sha256", name=op.f("pk_held_upload")),
        sqlite_strict=True,
    )
    op.create_index("ix_held_upload_at", "held_upload", ["at"])
