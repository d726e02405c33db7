"""That a statement was imported by mistake and taken back: by whom, when and why; and whether it stands.

A file of another account could neither be reversed nor undone, and its lines stood in the way of the right ones for ever.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant
from migrations.append_only import append_only

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("statement_file", sa.Column("taken_back_no", sa.Integer(), nullable=True))
    op.create_table(
        "statement_taken_back",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("taken_back_by", sa.String(), nullable=False),
        sa.Column("taken_back_at", Instant(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "sha256"],
            ["statement_file.community", "statement_file.sha256"],
            name=op.f("fk_statement_taken_back_community_sha256"),
        ),
        sa.ForeignKeyConstraint(
            ["community", "entry_no"],
            ["entry.community", "entry.no"],
            name=op.f("fk_statement_taken_back_community_entry_no"),
        ),
        sa.PrimaryKeyConstraint("community", "sha256", "no", name=op.f("pk_statement_taken_back")),
        sqlite_strict=True,
    )
    append_only("statement_taken_back")
