"""A use of the fund in all its steps, payments and cash shares.

Until now a use was paid at once and whole, and a step left nothing but a name on its row. Shares belong to a payment
now: those of before become shares of a first payment, and a use that was paid counts as apportioned. Columns are only
added to ``project``, so that no trigger is lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INK = ("project_step", "project_payment", "payment_share", "contribution")
ROLES = 'manager', 'worker', 'owner', 'tenant', 'committee', 'community_office', 'supervisor', 'auditor', 'operator'
STATES = (
    'draft', 'surveyed', 'priced', 'posted', 'voting', 'vote_posted', 'applied', 'approved', 'advance_paid', 'in_works',
    'accepted', 'settled', 'final_paid', 'apportioned', 'disclosed', 'archived', 'rejected', 'cancelled', 'overrun_revote',
)  # fmt: skip
DEEDS = (
    'propose', 'review', 'survey', 'price', 'post_plan', 'announce_vote', 'vote_down', 'post_result', 'apply',
    'order_substitute', 'approve', 'refuse', 'pay_advance', 'pay_unit', 'begin', 'accept', 'settle', 'pay_final',
    'release_retention', 'take_back', 'apportion', 'disclose', 'archive', 'cancel',
)  # fmt: skip


def word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def upgrade() -> None:
    for column in (
        sa.Column('rule', word('rule', 'N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7', 'M1', 'Y2', 'Y1'), server_default='Y1', nullable=False),
        sa.Column('preauthorised', sa.String(), nullable=True),
        sa.Column('appraiser', sa.String(), nullable=True),
        sa.Column('monitor', sa.String(), nullable=True),
        sa.Column('applied_by', sa.String(), nullable=True),
        sa.Column('applied_on', sa.Date(), nullable=True),
        sa.Column('settled_fen', sa.BigInteger(), nullable=True),
        sa.Column('retention_fen', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('retention_until', sa.Date(), nullable=True),
    ):
        op.add_column('project', column)
    op.create_table('project_step',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('project', sa.String(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('deed', word('deed', *DEEDS), nullable=False),
    sa.Column('state', word('projectstate', *STATES), nullable=False),
    sa.Column('by_login', sa.String(), nullable=False),
    sa.Column('by_role', word('role', *ROLES), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('papers', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_project_step_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'project'], ['project.community', 'project.code'], name=op.f('fk_project_step_community_project')),
    sa.PrimaryKeyConstraint('community', 'project', 'line', name=op.f('pk_project_step')),
    sqlite_strict=True
    )
    op.create_table('project_payment',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('project', sa.String(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('stage', word('stage', 'advance', 'unit', 'final', 'retention'), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('charged_fen', sa.BigInteger(), nullable=False),
    sa.Column('payee', sa.String(), nullable=False),
    sa.Column('invoice_no', sa.String(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_project_payment_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_project_payment_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'project'], ['project.community', 'project.code'], name=op.f('fk_project_payment_community_project')),
    sa.ForeignKeyConstraint(['payee'], ['firm.code'], name=op.f('fk_project_payment_payee')),
    sa.PrimaryKeyConstraint('community', 'project', 'no', name=op.f('pk_project_payment')),
    sqlite_strict=True
    )
    op.create_table('payment_share',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('project', sa.String(), nullable=False),
    sa.Column('payment', sa.Integer(), nullable=False),
    sa.Column('bearer', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('share_fen', sa.BigInteger(), nullable=False),
    sa.Column('charged_fen', sa.BigInteger(), nullable=False),
    sa.Column('shortfall_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('share_fen = charged_fen + shortfall_fen', name=op.f('ck_payment_share_adds_up')),
    sa.ForeignKeyConstraint(['community', 'project', 'payment'], ['project_payment.community', 'project_payment.project', 'project_payment.no'], name=op.f('fk_payment_share_community_project_payment')),
    sa.PrimaryKeyConstraint('community', 'project', 'payment', 'bearer', name=op.f('pk_payment_share')),
    sqlite_strict=True
    )
    op.create_table('contribution',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('bearer', sa.String(), nullable=False),
    sa.Column('project', sa.String(), nullable=False),
    sa.Column('way', word('way', 'received', 'paid_on'), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_contribution_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_contribution_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'project'], ['project.community', 'project.code'], name=op.f('fk_contribution_community_project')),
    sa.PrimaryKeyConstraint('community', 'entry_no', 'bearer', name=op.f('pk_contribution')),
    sqlite_strict=True
    )
    op.execute(
        "INSERT INTO project_payment SELECT p.community, p.code, 1, 'final', "
        "CAST((SELECT sum(s.share_fen) FROM share s WHERE s.community = p.community AND s.project = p.code) AS bigint), "
        "p.paid_fen, p.contractor, p.invoice_no, e.booked_on, p.paid_entry "
        "FROM project p JOIN entry e ON e.community = p.community AND e.no = p.paid_entry WHERE p.state = 'paid'"
    )
    op.execute(
        "INSERT INTO payment_share SELECT community, project, 1, bearer, kind, share_fen, charged_fen, shortfall_fen "
        "FROM share"
    )
    op.drop_table('share')
    op.execute("UPDATE project SET state = 'apportioned' WHERE state = 'paid'")
    dialect = op.get_bind().dialect.name
    for table in INK:
        if dialect == "postgresql":
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
