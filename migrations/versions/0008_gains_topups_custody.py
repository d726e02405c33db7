"""Gains, top-ups, custody and returns of the fund get tables of their own.

Interest runs, bonds, plans to top the fund up, hand-overs of its custody, lost houses and refunds have until now
been deeds without a record beside the book. What people are owed or have paid is in ink. All tables are new, so it
costs nothing on a full database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INK = "gains_share topup_due topup_paid handover_part custody lost_house".split()


def upgrade() -> None:
    op.create_table('topup',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('basis', sa.Enum('target', 'total', name='basis', native_enum=False, length=40), nullable=False),
    sa.Column('building', sa.String(), nullable=True),
    sa.Column('target_pct', sa.Integer(), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Enum('planned', 'voting', 'adopted', 'rejected', name='planstate', native_enum=False, length=40), nullable=False),
    sa.Column('planned_by', sa.String(), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('motion', sa.String(), nullable=True),
    sa.Column('adopted_by', sa.String(), nullable=True),
    sa.Column('adopted_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['community', 'building'], ['building.community', 'building.code'], name=op.f('fk_topup_community_building')),
    sa.ForeignKeyConstraint(['community', 'motion'], ['motion.community', 'motion.code'], name=op.f('fk_topup_community_motion')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_topup_community')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_topup')),
    sqlite_strict=True,
    )
    op.create_table('bond',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('series', sa.String(), nullable=False),
    sa.Column('cost_fen', sa.BigInteger(), nullable=False),
    sa.Column('sellers_fen', sa.BigInteger(), nullable=False),
    sa.Column('sellers_consent', sa.String(), nullable=True),
    sa.Column('issued_from', sa.Date(), nullable=False),
    sa.Column('issued_until', sa.Date(), nullable=False),
    sa.Column('matures_on', sa.Date(), nullable=False),
    sa.Column('motion', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('planned', 'held', 'matured', name='bondstate', native_enum=False, length=40), nullable=False),
    sa.Column('planned_by', sa.String(), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('bought_by', sa.String(), nullable=True),
    sa.Column('bought_on', sa.Date(), nullable=True),
    sa.Column('bought_entry', sa.BigInteger(), nullable=True),
    sa.Column('interest_fen', sa.BigInteger(), nullable=True),
    sa.Column('matured_on', sa.Date(), nullable=True),
    sa.Column('matured_entry', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('cost_fen > 0 AND sellers_fen BETWEEN 0 AND cost_fen', name=op.f('ck_bond_cost')),
    sa.ForeignKeyConstraint(['community', 'bought_entry'], ['entry.community', 'entry.no'], name=op.f('fk_bond_community_bought_entry')),
    sa.ForeignKeyConstraint(['community', 'matured_entry'], ['entry.community', 'entry.no'], name=op.f('fk_bond_community_matured_entry')),
    sa.ForeignKeyConstraint(['community', 'motion'], ['motion.community', 'motion.code'], name=op.f('fk_bond_community_motion')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_bond_community')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_bond')),
    sqlite_strict=True,
    )
    op.create_table('gains_run',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('income_fen', sa.BigInteger(), nullable=False),
    sa.Column('prepared_by', sa.String(), nullable=False),
    sa.Column('prepared_on', sa.Date(), nullable=False),
    sa.Column('posted_by', sa.String(), nullable=True),
    sa.Column('posted_on', sa.Date(), nullable=True),
    sa.Column('entry_no', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('income_fen > 0', name=op.f('ck_gains_run_income_positive')),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_gains_run_community_entry_no')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_gains_run_community')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_gains_run')),
    sqlite_strict=True,
    )
    op.create_table('handover',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('to', sa.Enum('pre_transfer', 'post_transfer', name='keeper', native_enum=False, length=40), nullable=False),
    sa.Column('noticed_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('noticed_by', sa.String(), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=True),
    sa.Column('released_by', sa.String(), nullable=True),
    sa.Column('released_on', sa.Date(), nullable=True),
    sa.Column('released_entry', sa.BigInteger(), nullable=True),
    sa.Column('taken_by', sa.String(), nullable=True),
    sa.Column('taken_on', sa.Date(), nullable=True),
    sa.Column('taken_entry', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['community', 'released_entry'], ['entry.community', 'entry.no'], name=op.f('fk_handover_community_released_entry')),
    sa.ForeignKeyConstraint(['community', 'taken_entry'], ['entry.community', 'entry.no'], name=op.f('fk_handover_community_taken_entry')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_handover_community')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_handover')),
    sqlite_strict=True,
    )
    op.create_table('lost_house',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('loss', sa.String(), nullable=False),
    sa.Column('lost_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_lost_house_community_home')),
    sa.PrimaryKeyConstraint('community', 'home', name=op.f('pk_lost_house')),
    sqlite_strict=True,
    )
    op.create_table('topup_due',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('plan', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum('first', 'topup', 'establish', 'opening', name='depositkind', native_enum=False, length=40), nullable=False),
    sa.Column('due_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('due_fen > 0', name=op.f('ck_topup_due_due_positive')),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_topup_due_community_home')),
    sa.ForeignKeyConstraint(['community', 'plan'], ['topup.community', 'topup.code'], name=op.f('fk_topup_due_community_plan')),
    sa.PrimaryKeyConstraint('community', 'plan', 'home', name=op.f('pk_topup_due')),
    sqlite_strict=True,
    )
    op.create_table('custody',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('handover', sa.String(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('keeper', sa.Enum('pre_transfer', 'post_transfer', name='keeper', native_enum=False, length=40), nullable=False),
    sa.ForeignKeyConstraint(['community', 'handover'], ['handover.community', 'handover.code'], name=op.f('fk_custody_community_handover')),
    sa.PrimaryKeyConstraint('community', 'handover', name=op.f('pk_custody')),
    sqlite_strict=True,
    )
    op.create_table('fund_return',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum('refund', 'loss', name='returnkind', native_enum=False, length=40), nullable=False),
    sa.Column('payee', sa.Enum('owner', 'seller', 'treasury', name='payee', native_enum=False, length=40), nullable=False),
    sa.Column('home', sa.String(), nullable=True),
    sa.Column('party', sa.String(), nullable=True),
    sa.Column('receipt_no', sa.String(), nullable=True),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('paid_by', sa.String(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('paid_entry', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_fund_return_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_fund_return_community_home')),
    sa.ForeignKeyConstraint(['community', 'paid_entry'], ['entry.community', 'entry.no'], name=op.f('fk_fund_return_community_paid_entry')),
    sa.ForeignKeyConstraint(['community', 'receipt_no'], ['deposit.community', 'deposit.receipt_no'], name=op.f('fk_fund_return_community_receipt_no')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_fund_return_community')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_fund_return')),
    sqlite_strict=True,
    )
    op.create_table('gains_share',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('run', sa.String(), nullable=False),
    sa.Column('bearer', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum('home', 'seller', name='partkind', native_enum=False, length=40), nullable=False),
    sa.Column('product', sa.BigInteger(), nullable=False),
    sa.Column('share_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('product > 0 AND share_fen >= 0', name=op.f('ck_gains_share_not_negative')),
    sa.ForeignKeyConstraint(['community', 'run'], ['gains_run.community', 'gains_run.code'], name=op.f('fk_gains_share_community_run')),
    sa.PrimaryKeyConstraint('community', 'run', 'bearer', name=op.f('pk_gains_share')),
    sqlite_strict=True,
    )
    op.create_table('handover_part',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('handover', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('bearer', sa.String(), nullable=False),
    sa.Column('fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('fen > 0', name=op.f('ck_handover_part_fen_positive')),
    sa.ForeignKeyConstraint(['community', 'handover'], ['handover.community', 'handover.code'], name=op.f('fk_handover_part_community_handover')),
    sa.PrimaryKeyConstraint('community', 'handover', 'role', 'bearer', name=op.f('pk_handover_part')),
    sqlite_strict=True,
    )
    op.create_table('topup_paid',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('receipt_no', sa.String(), nullable=False),
    sa.Column('plan', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'plan', 'home'], ['topup_due.community', 'topup_due.plan', 'topup_due.home'], name=op.f('fk_topup_paid_community_plan_home')),
    sa.ForeignKeyConstraint(['community', 'receipt_no'], ['deposit.community', 'deposit.receipt_no'], name=op.f('fk_topup_paid_community_receipt_no')),
    sa.PrimaryKeyConstraint('community', 'receipt_no', name=op.f('pk_topup_paid')),
    sqlite_strict=True,
    )
    for table in INK:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_is_ink BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION mingbai_ink()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_is_ink_whole BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION mingbai_ink()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_ink")
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_ink_whole")
        else:
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_is_ink_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
                )
