"""Tenants from a day to a day, and the day from which a community keeps its books here; files held for no community yet.

Who rents a home was known only as somebody who signs in; and nothing said where the books begin, so that a month, a
disclosure or a score of the time before could be made. A register that opens a community is held like any other file
that came with a form, though its community is not there: what is held for a day is dropped and held anew. A service
contract names the owners' decision that it rests on, so that one decision makes one contract.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "tenancy",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("home", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "home"], ["home.community", "home.code"], name=op.f("fk_tenancy_community_home")
        ),
        sa.PrimaryKeyConstraint("community", "home", "since", name=op.f("pk_tenancy")),
        sqlite_strict=True,
    )
    op.add_column("community", sa.Column("opened_on", sa.Date(), nullable=True))
    op.add_column("service_contract", sa.Column("motion", sa.String(), nullable=True))
    op.drop_table("held_upload")
    op.create_table(
        "held_upload",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("by_login", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("community", "by_login", "sha256", name=op.f("pk_held_upload")),
        sqlite_strict=True,
    )
    op.create_index("ix_held_upload_at", "held_upload", ["at"])
