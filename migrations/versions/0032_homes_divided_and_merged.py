"""Which home became which: homes that are divided or merged on a day, by a paper.

Nothing ended a home: one that became two was charged and asked for good beside what it became.
"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import append_only

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "home_succession",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("home", sa.String(), nullable=False),
        sa.Column("became", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.CheckConstraint("home <> became", name=op.f("ck_home_succession_another_home")),
        sa.ForeignKeyConstraint(
            ["community", "home"],
            ["home.community", "home.code"],
            name=op.f("fk_home_succession_community_home"),
        ),
        sa.ForeignKeyConstraint(
            ["community", "became"],
            ["home.community", "home.code"],
            name=op.f("fk_home_succession_community_became"),
        ),
        sa.PrimaryKeyConstraint("community", "home", "became", name=op.f("pk_home_succession")),
        sqlite_strict=True,
    )
    op.create_index("ix_home_succession_became", "home_succession", ["community", "became"])
    append_only("home_succession")
