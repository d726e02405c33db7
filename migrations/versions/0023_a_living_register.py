"""Tenants from a day to a day, and the day from which a community keeps its books here.

Who rents a home was known only as somebody who signs in; and nothing said where the books begin, so that a month, a
disclosure or a score of the time before could be made.
"""

import sqlalchemy as sa
from alembic import op

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
