"""What is done in the background: who asked for what, how far it is, what came of it.

Large imports and backups held a request open for as long as they took, and whoever closed the page did not learn what came
of them.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("what_zh", sa.String(), nullable=False),
        sa.Column("what_en", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("outcome_zh", sa.String(), nullable=True),
        sa.Column("outcome_en", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_job")),
        sa.UniqueConstraint("login", "key", name=op.f("uq_job_login_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_job_state", "job", ["state"])
