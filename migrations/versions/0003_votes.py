"""Votes with a notice, days of voting, sealed ballots, paper and proxies; and objections to their result.

Until now a vote could be opened and counted within a minute, and nobody could check his ballot. Columns are only
added to the tables there are, so it is quick on a full database and no trigger is lost. Motions from before get the days on which they
were opened and closed; one that is still open keeps its ballots and can be counted, but takes no more.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant

revision = "0003"
down_revision = "0002"

INK = ("vote_paper", "sheet_entry", "proxy")


def upgrade() -> None:
    for column in (
        sa.Column('opens_on', sa.Date(), nullable=False, server_default='1970-01-01'),
        sa.Column('closes_on', sa.Date(), nullable=False, server_default='1970-01-01'),
        sa.Column('deemed_clause', sa.String(), nullable=True),
        sa.Column('closed_by', sa.String(), nullable=True),
        sa.Column('posted_on', sa.Date(), nullable=True),
        sa.Column('posted_paper', sa.String(), nullable=True),
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
    op.create_table('vote_paper',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('kept_by', sa.String(), nullable=False),
    sa.Column('kept_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_vote_paper_community')),
    sa.PrimaryKeyConstraint('community', 'sha256', name=op.f('pk_vote_paper')),
    sqlite_strict=True,
    )
    op.create_table('sheet_entry',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('motion', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('sheet', sa.String(), nullable=False),
    sa.Column('choice', sa.Enum('yes', 'no', 'abstain', 'invalid', native_enum=False, length=40, name='choice'), nullable=False),
    sa.Column('returned_on', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.String(), nullable=False),
    sa.Column('entered_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'motion', 'home'], ['roll_home.community', 'roll_home.motion', 'roll_home.home'], name=op.f('fk_sheet_entry_community_motion_home')),
    sa.ForeignKeyConstraint(['community', 'sheet'], ['vote_paper.community', 'vote_paper.sha256'], name=op.f('fk_sheet_entry_community_sheet')),
    sa.PrimaryKeyConstraint('community', 'motion', 'home', 'turn', name=op.f('pk_sheet_entry')),
    sqlite_strict=True,
    )
    op.create_table('proxy',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('motion', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('paper', sa.String(), nullable=False),
    sa.Column('family', sa.Boolean(), nullable=False),
    sa.Column('recorded_by', sa.String(), nullable=False),
    sa.Column('recorded_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'motion', 'home'], ['roll_home.community', 'roll_home.motion', 'roll_home.home'], name=op.f('fk_proxy_community_motion_home')),
    sa.ForeignKeyConstraint(['community', 'paper'], ['vote_paper.community', 'vote_paper.sha256'], name=op.f('fk_proxy_community_paper')),
    sa.PrimaryKeyConstraint('community', 'motion', 'home', name=op.f('pk_proxy')),
    sqlite_strict=True,
    )
    op.create_table('vote_objection',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('motion', sa.String(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('ground', sa.String(), nullable=False),
    sa.Column('raised_by', sa.String(), nullable=False),
    sa.Column('raised_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('raised', 'answered', 'court', 'upheld', 'dismissed', native_enum=False, length=40, name='objectionstate'), nullable=False),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('case_no', sa.String(), nullable=True),
    sa.Column('ruling', sa.String(), nullable=True),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_vote_objection_community_home')),
    sa.ForeignKeyConstraint(['community', 'motion'], ['motion.community', 'motion.code'], name=op.f('fk_vote_objection_community_motion')),
    sa.ForeignKeyConstraint(['community', 'ruling'], ['vote_paper.community', 'vote_paper.sha256'], name=op.f('fk_vote_objection_community_ruling')),
    sa.PrimaryKeyConstraint('community', 'motion', 'no', name=op.f('pk_vote_objection')),
    sqlite_strict=True,
    )
    for table in INK:
        if op.get_bind().dialect.name == "postgresql":
            for suffix, when in (("", "UPDATE OR DELETE"), ("_whole", "TRUNCATE")):
                level = "STATEMENT" if suffix else "ROW"
                op.execute(
                    f"CREATE TRIGGER {table}_is_ink{suffix} BEFORE {when} ON {table} "
                    f"FOR EACH {level} EXECUTE FUNCTION mingbai_ink()"
                )
                op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_ink{suffix}")
        else:
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_is_ink_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
                )
