"""Public revenue with its proof: methods, sites, claims, partial payments into the fund, uses.

Columns of the contract are only added, but for "competitive", which is replaced by the method with its evidence.
Contracts from before rest on a resolution on paper, so they count as brought over. The payments into the fund move
into a table that takes several for one period; open revenue books get the account of other decided uses. Quick on
a full database: contracts and remittances are few.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant

revision = "0005"
down_revision = "0004"

INK = ("revenue_other_receipt", "revenue_cost_claim", "remitted", "revenue_fund_share")
CATEGORIES = (
    "parking_common", "parking_temp", "ad_lift", "ad_gate_lightbox_wall", "venue_rent", "room_rent",
    "parcel_locker", "vending", "ev_charging", "telecom_site", "club_pool", "compensation", "scrap", "interest",
    "other",
)  # fmt: skip
USES = (
    "fund", "repairs", "owners", "audit", "offset", "benefit", "other", "investment", "loan", "guarantee",
)  # fmt: skip


def upgrade() -> None:
    for column in (
        sa.Column('resolved_on', sa.Date(), nullable=True),
        sa.Column('brought_over', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('beneficiary_stairwell', sa.String(), nullable=True),
        sa.Column('method', sa.Enum('tender', 'quotes', 'negotiation', 'renewal', native_enum=False, length=40, name='method'), nullable=True),
        sa.Column('evidence', sa.String(), nullable=True),
        sa.Column('quotes', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('reason', sa.String(), nullable=False, server_default=''),
        sa.Column('renews', sa.String(), nullable=True),
        sa.Column('site', sa.String(), nullable=True),
        sa.Column('terminated_on', sa.Date(), nullable=True),
    ):
        op.add_column('revenue_contract', column)
    op.execute("UPDATE revenue_contract SET brought_over = TRUE")
    op.execute("ALTER TABLE revenue_contract DROP COLUMN competitive")
    op.add_column('revenue_cost', sa.Column('contract', sa.String(), nullable=True))
    _tables()
    op.execute(
        "INSERT INTO remitted (community, period, number, building, stairwell, amount_fen, remitted_on, "
        "revenue_entry, fund_entry) SELECT community, quarter, 1, '', '', amount_fen, remitted_on, "
        "revenue_entry, fund_entry FROM remittance"
    )
    op.drop_table('remittance')
    op.execute(
        "INSERT INTO account (community, book, code, role, zh, en, element, side, clearing) "
        "SELECT community, code, 'PR6107', 'use_other', '使用—业主大会决定的其他事项', "
        "'Use, other as the assembly decides', 'expense', 'D', FALSE FROM book WHERE code = 'revenue'"
    )
    for table in INK:
        _in_ink(table)


def _tables() -> None:
    op.create_table('revenue_site',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('category', sa.Enum(*CATEGORIES, native_enum=False, length=40, name='category'), nullable=False),
    sa.Column('building', sa.String(), nullable=True),
    sa.Column('stairwell', sa.String(), nullable=True),
    sa.Column('since', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_revenue_site_community')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_revenue_site')),
    sqlite_strict=True,
    )
    op.create_table('revenue_other_receipt',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('category', sa.Enum(*CATEGORIES, native_enum=False, length=40, name='category'), nullable=False),
    sa.Column('building', sa.String(), nullable=True),
    sa.Column('stairwell', sa.String(), nullable=True),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_revenue_other_receipt_community_entry_no')),
    sa.PrimaryKeyConstraint('community', 'entry_no', name=op.f('pk_revenue_other_receipt')),
    sqlite_strict=True,
    )
    op.create_table('revenue_cost_claim',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Enum('tax', 'energy', 'staff', 'management', native_enum=False, length=40, name='costkind'), nullable=False),
    sa.Column('contract', sa.String(), nullable=True),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('claimed_on', sa.Date(), nullable=False),
    sa.Column('claimed_by', sa.String(), nullable=False),
    sa.Column('claimed_at', Instant(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_revenue_cost_claim_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_revenue_cost_claim_community_entry_no')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_revenue_cost_claim')),
    sqlite_strict=True,
    )
    op.create_table('remitted',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('building', sa.String(), nullable=False),
    sa.Column('stairwell', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('remitted_on', sa.Date(), nullable=False),
    sa.Column('revenue_entry', sa.BigInteger(), nullable=False),
    sa.Column('fund_entry', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'fund_entry'], ['entry.community', 'entry.no'], name=op.f('fk_remitted_community_fund_entry')),
    sa.ForeignKeyConstraint(['community', 'revenue_entry'], ['entry.community', 'entry.no'], name=op.f('fk_remitted_community_revenue_entry')),
    sa.PrimaryKeyConstraint('community', 'period', 'number', 'building', 'stairwell', name=op.f('pk_remitted')),
    sqlite_strict=True,
    )
    op.create_table('revenue_fund_share',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('pct', sa.Integer(), nullable=False),
    sa.Column('motion', sa.String(), nullable=False),
    sa.CheckConstraint('pct BETWEEN 0 AND 100', name=op.f('ck_revenue_fund_share_per_cent')),
    sa.ForeignKeyConstraint(['community', 'motion'], ['motion.community', 'motion.code'], name=op.f('fk_revenue_fund_share_community_motion')),
    sa.PrimaryKeyConstraint('community', 'since', name=op.f('pk_revenue_fund_share')),
    sqlite_strict=True,
    )
    op.create_table('revenue_use',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum(*USES, native_enum=False, length=40, name='use'), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('motion', sa.String(), nullable=False),
    sa.Column('building', sa.String(), nullable=True),
    sa.Column('stairwell', sa.String(), nullable=True),
    sa.Column('payee', sa.String(), nullable=True),
    sa.Column('requested_by', sa.String(), nullable=False),
    sa.Column('requested_at', Instant(), nullable=False),
    sa.Column('approved_by', sa.String(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('entry_no', sa.BigInteger(), nullable=True),
    sa.Column('other_entry', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_revenue_use_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_revenue_use_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'motion'], ['motion.community', 'motion.code'], name=op.f('fk_revenue_use_community_motion')),
    sa.ForeignKeyConstraint(['community', 'other_entry'], ['entry.community', 'entry.no'], name=op.f('fk_revenue_use_community_other_entry')),
    sa.ForeignKeyConstraint(['payee'], ['firm.code'], name=op.f('fk_revenue_use_payee')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_revenue_use')),
    sqlite_strict=True,
    )


def _in_ink(table: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_is_ink_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
            )
        return
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
