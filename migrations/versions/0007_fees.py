"""The property fee whole: waivers, refunds, late fees, demands, budgets, modes.

Until now a fee was charged and paid, and nothing else could be said of it. Tables are only added, two columns of the
tariff have defaults, and the fee books that are open get the new accounts of their chart, so it is quick and safe on
a full database. What moves money is in ink like the charges and the receipts.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant

revision = "0007"
down_revision = "0006"

INK = "fee_waived surcharge surcharge_paid fee_demand fee_cost fee_budget_line".split()
ACCOUNTS = (
    ("1123", "surcharges", "应收违约金及费用", "Late fees and costs receivable", "asset", "D", "surcharges"),
    ("4002", "late_fees", "违约金收入", "Late-fee income", "income", "C", None),
    ("4003", "costs_recovered", "追索费用收回", "Costs recovered", "income", "C", None),
    ("5101", "cost", "物业服务支出", "Cost of service", "expense", "D", None),
    ("5102", "remuneration", "物业服务酬金", "Remuneration of the firm", "expense", "D", None),
)


def upgrade() -> None:
    op.create_table('mode_period',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('mode', sa.Enum('market', 'state_backstop', 'quasi', 'self', 'emergency', 'bundled', 'basic', name='mode', native_enum=False, length=40), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('reference', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_mode_period_community')),
    sa.PrimaryKeyConstraint('community', 'since', name=op.f('pk_mode_period')),
    sqlite_strict=True,
    )
    op.create_table('fee_budget_line',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('line', sa.Enum('staff', 'upkeep', 'cleaning', 'greening', 'order', 'office', 'depreciation', 'insurance', 'agreed', 'medium_repair', 'major_repair', name='costline', native_enum=False, length=40), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('motion', sa.String(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_fee_budget_line_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'motion'], ['motion.community', 'motion.code'], name=op.f('fk_fee_budget_line_community_motion')),
    sa.PrimaryKeyConstraint('community', 'year', 'line', name=op.f('pk_fee_budget_line')),
    sqlite_strict=True,
    )
    op.create_table('fee_terms',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('contract', sa.String(), nullable=False),
    sa.Column('charges_from', sa.Date(), nullable=True),
    sa.Column('charges_until', sa.Date(), nullable=True),
    sa.Column('due_days', sa.Integer(), nullable=False),
    sa.Column('late_daily_e6', sa.Integer(), nullable=True),
    sa.Column('vacancy_pct', sa.Integer(), nullable=False),
    sa.Column('remuneration_e4', sa.Integer(), nullable=True),
    sa.Column('remuneration_fen', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('due_days >= 0', name=op.f('ck_fee_terms_due_days_not_negative')),
    sa.CheckConstraint('vacancy_pct BETWEEN 0 AND 100', name=op.f('ck_fee_terms_vacancy_is_a_percentage')),
    sa.ForeignKeyConstraint(['community', 'contract'], ['service_contract.community', 'service_contract.number'], name=op.f('fk_fee_terms_community_contract')),
    sa.PrimaryKeyConstraint('community', 'contract', name=op.f('pk_fee_terms')),
    sqlite_strict=True,
    )
    op.create_table('fee_cost',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('line', sa.Enum('staff', 'upkeep', 'cleaning', 'greening', 'order', 'office', 'depreciation', 'insurance', 'agreed', 'medium_repair', 'major_repair', name='costline', native_enum=False, length=40), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('voucher', sa.String(), nullable=False),
    sa.Column('payee', sa.String(), nullable=False),
    sa.Column('spent_on', sa.Date(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_fee_cost_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_fee_cost_community_entry_no')),
    sa.PrimaryKeyConstraint('community', 'entry_no', name=op.f('pk_fee_cost')),
    sqlite_strict=True,
    )
    op.create_table('fee_demand',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('measure', sa.Enum('reminder', 'committee_urging', 'letter', 'suit', 'promise', 'cut_power', 'cut_water', 'cut_heat', 'cut_gas', 'lock_access', 'name_in_public', name='measure', native_enum=False, length=40), nullable=False),
    sa.Column('channel', sa.Enum('signed', 'registered_post', 'sms', 'message', 'witnessed', 'court', name='channel', native_enum=False, length=40), nullable=False),
    sa.Column('proof', sa.String(), nullable=False),
    sa.Column('delivered_on', sa.Date(), nullable=False),
    sa.Column('pay_by', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_fee_demand_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_fee_demand_community_home')),
    sa.PrimaryKeyConstraint('community', 'entry_no', 'home', name=op.f('pk_fee_demand')),
    sqlite_strict=True,
    )
    op.create_index('ix_fee_demand_home', 'fee_demand', ['community', 'home'], unique=False)
    op.create_table('fee_dispute',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('first', sa.String(), nullable=False),
    sa.Column('last', sa.String(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_fee_dispute_community_home')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_fee_dispute')),
    sqlite_strict=True,
    )
    op.create_table('fee_refund',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('receipt_no', sa.BigInteger(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('ground', sa.Enum('overpaid', 'contract_ended', 'unlawful_charge', name='ground', native_enum=False, length=40), nullable=False),
    sa.Column('state', sa.Enum('requested', 'paid', 'rejected', name='refundstate', native_enum=False, length=40), nullable=False),
    sa.Column('requested_by', sa.String(), nullable=False),
    sa.Column('requested_at', Instant(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('decided_at', Instant(), nullable=True),
    sa.Column('entry_no', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_fee_refund_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_fee_refund_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_fee_refund_community_home')),
    sa.ForeignKeyConstraint(['community', 'receipt_no'], ['entry.community', 'entry.no'], name=op.f('fk_fee_refund_community_receipt_no')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_fee_refund')),
    sqlite_strict=True,
    )
    op.create_table('fee_waiver',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=True),
    sa.Column('kind', sa.Enum('vacant', 'low_income', 'service_defect', 'compensation', 'promotion', name='kind', native_enum=False, length=40), nullable=False),
    sa.Column('first', sa.String(), nullable=False),
    sa.Column('last', sa.String(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=True),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('requested', 'approved', 'rejected', 'withdrawn', name='state', native_enum=False, length=40), nullable=False),
    sa.Column('requested_by', sa.String(), nullable=False),
    sa.Column('requested_at', Instant(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('decided_at', Instant(), nullable=True),
    sa.CheckConstraint('(percent IS NULL) <> (amount_fen IS NULL)', name=op.f('ck_fee_waiver_percent_or_amount')),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_fee_waiver_community_home')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_fee_waiver_community')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_fee_waiver')),
    sqlite_strict=True,
    )
    op.create_table('hand_over',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('handed_over_on', sa.Date(), nullable=False),
    sa.Column('developer', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_hand_over_community_home')),
    sa.ForeignKeyConstraint(['developer'], ['firm.code'], name=op.f('fk_hand_over_developer')),
    sa.PrimaryKeyConstraint('community', 'home', name=op.f('pk_hand_over')),
    sqlite_strict=True,
    )
    op.create_table('fee_waived',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('month', sa.String(), nullable=False),
    sa.Column('waiver', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('released_fen', sa.BigInteger(), nullable=False),
    sa.Column('waived_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_fee_waived_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'home', 'month'], ['charge.community', 'charge.home', 'charge.month'], name=op.f('fk_fee_waived_community_home_month')),
    sa.ForeignKeyConstraint(['community', 'waiver'], ['fee_waiver.community', 'fee_waiver.code'], name=op.f('fk_fee_waived_community_waiver')),
    sa.PrimaryKeyConstraint('community', 'entry_no', 'home', 'month', 'waiver', name=op.f('pk_fee_waived')),
    sqlite_strict=True,
    )
    op.create_index('ix_fee_waived_charge', 'fee_waived', ['community', 'home', 'month'], unique=False)
    op.create_index('ix_fee_waived_waiver', 'fee_waived', ['community', 'waiver'], unique=False)
    op.create_table('surcharge',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('month', sa.String(), nullable=False),
    sa.Column('part', sa.Enum('cost', 'interest', 'principal', name='part', native_enum=False, length=40), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_surcharge_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_surcharge_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'home', 'month'], ['charge.community', 'charge.home', 'charge.month'], name=op.f('fk_surcharge_community_home_month')),
    sa.PrimaryKeyConstraint('community', 'entry_no', 'home', 'month', name=op.f('pk_surcharge')),
    sqlite_strict=True,
    )
    op.create_index('ix_surcharge_charge', 'surcharge', ['community', 'home', 'month'], unique=False)
    op.create_table('surcharge_paid',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('month', sa.String(), nullable=False),
    sa.Column('part', sa.Enum('cost', 'interest', 'principal', name='part', native_enum=False, length=40), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_surcharge_paid_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'home', 'month'], ['charge.community', 'charge.home', 'charge.month'], name=op.f('fk_surcharge_paid_community_home_month')),
    sa.PrimaryKeyConstraint('community', 'entry_no', 'home', 'month', 'part', name=op.f('pk_surcharge_paid')),
    sqlite_strict=True,
    )
    op.create_index('ix_surcharge_paid_charge', 'surcharge_paid', ['community', 'home', 'month'], unique=False)
    op.add_column('tariff', sa.Column('pricing', sa.Enum('guided', 'market', name='pricing', native_enum=False, length=40), server_default='market', nullable=False))
    op.add_column('tariff', sa.Column('items', sa.String(), server_default='', nullable=False))

    _widen_open_books()
    _write_in_ink()


def _widen_open_books() -> None:
    """A chart only grows: accounts that no entry names yet are added to the fee books there are."""
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "INSERT INTO subledger (community, book, code, by, side, floor_fen) "
            "SELECT community, code, 'surcharges', 'home', 'D', NULL FROM book WHERE code = 'fee'"
        )
    )
    statement = sa.text(
        "INSERT INTO account (community, book, code, role, zh, en, element, side, ledger, floor_fen, clearing, closes_to) "
        "SELECT community, code, :code, :role, :zh, :en, :element, :side, :ledger, NULL, :clearing, NULL "
        "FROM book WHERE code = 'fee'"
    ).bindparams(
        sa.bindparam("ledger", type_=sa.String()), sa.bindparam("clearing", type_=sa.Boolean())
    )
    for code, role, zh, en, element, side, ledger in ACCOUNTS:
        connection.execute(
            statement,
            {
                "code": code, "role": role, "zh": zh, "en": en, "element": element, "side": side,
                "ledger": ledger, "clearing": False,
            },
        )


def _write_in_ink() -> None:
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
