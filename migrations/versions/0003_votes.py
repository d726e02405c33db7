"""Votes with a notice, days of voting and sealed ballots.

Until now a vote could be opened and counted within a minute, and nobody could check his ballot. Columns are only
added, so it is quick on a full database and no trigger is lost. Motions from before get the days on which they
were opened and closed; one that is still open keeps its ballots and can be counted, but takes no more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for column in (
        sa.Column('opens_on', sa.Date(), nullable=False, server_default='1970-01-01'),
        sa.Column('closes_on', sa.Date(), nullable=False, server_default='1970-01-01'),
        sa.Column('deemed_clause', sa.String(), nullable=True),
        sa.Column('closed_by', sa.String(), nullable=True),
    ):
        op.add_column('motion', column)
    for column in (
        sa.Column('way', sa.Enum('electronic', 'paper', native_enum=False, length=40, name='way'), nullable=False, server_default='paper'),
        sa.Column('leaf_index', sa.BigInteger(), nullable=True),
    ):
        op.add_column('ballot', column)
    op.add_column('home', sa.Column('side', sa.String(), nullable=True))
    day = {
        "postgresql": "({} AT TIME ZONE 'Asia/Shanghai')::date",
        "sqlite": "date({}, '+8 hours')",
    }[op.get_bind().dialect.name]
    op.execute(
        f"UPDATE motion SET opens_on = {day.format('opened_at')}, "  # noqa: S608 - two constants
        f"closes_on = {day.format('coalesce(closed_at, opened_at)')}"
    )
