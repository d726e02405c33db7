"""Works money from plan to return: plans, contracts, payouts, contributions, donations, concessions.

Until now a source of works money had a plan and a book, and nothing told which contract, change order or home an
amount belonged to. Everything is new and no row is touched, so it costs nothing on a full database. What is signed,
charged, received or paid is in ink; what waits for a second person may change until that person has decided.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INK = (
    "plan_row pledge subsidy gift_in_kind works_fund_payment works_contract payout_part levy contribution_due "
    "contribution_receipt contribution_use donation_purpose concession_payment"
).split()
DECIDED = {
    "plan_version": "approved_on",
    "change_order": "approved_on",
    "payout": "approved_on",
    "contribution_refund": "approved_on",
    "donation_spending": "approved_on",
    "defect_claim": "settled_on",
}
"""Tables whose rows are in ink once this day is set; before it they may be decided, never deleted."""


def upgrade() -> None:
    op.create_table('concession',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum('epc_o', 'ppp', 'invest_and_run', name='concessionkind', native_enum=False, length=40), nullable=False),
    sa.Column('firm', sa.String(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('service_level', sa.String(), nullable=False),
    sa.Column('exit_terms', sa.String(), nullable=False),
    sa.Column('resolution', sa.String(), nullable=False),
    sa.Column('share_e2', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('running', 'ended', 'terminated', name='concessionstate', native_enum=False, length=40), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_concession_ends_after_start')),
    sa.CheckConstraint('share_e2 BETWEEN 0 AND 10000', name=op.f('ck_concession_share_possible')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_concession_community')),
    sa.ForeignKeyConstraint(['firm'], ['firm.code'], name=op.f('fk_concession_firm')),
    sa.PrimaryKeyConstraint('community', 'number', name=op.f('pk_concession')),
    sqlite_strict=True,
    )
    op.create_table('donation_purpose',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_donation_purpose_community')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_donation_purpose')),
    sqlite_strict=True,
    )
    op.create_table('donation_spending',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('payee', sa.String(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('requested_by', sa.String(), nullable=False),
    sa.Column('requested_on', sa.Date(), nullable=False),
    sa.Column('approved_by', sa.String(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_donation_spending_amount_positive')),
    sa.CheckConstraint('approved_by <> requested_by', name=op.f('ck_donation_spending_two_people')),
    sa.ForeignKeyConstraint(['community', 'purpose'], ['donation_purpose.community', 'donation_purpose.code'], name=op.f('fk_donation_spending_community_purpose')),
    sa.ForeignKeyConstraint(['payee'], ['firm.code'], name=op.f('fk_donation_spending_payee')),
    sa.PrimaryKeyConstraint('community', 'number', name=op.f('pk_donation_spending')),
    sqlite_strict=True,
    )
    op.create_table('gift_in_kind',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('works', sa.String(), nullable=False),
    sa.Column('package', sa.String(), nullable=False),
    sa.Column('source', sa.Enum('government', 'utility', 'residents', 'social_capital', 'public_revenue', 'maintenance_fund', name='source', native_enum=False, length=40), nullable=False),
    sa.Column('value_fen', sa.BigInteger(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('value_fen > 0', name=op.f('ck_gift_in_kind_value_positive')),
    sa.ForeignKeyConstraint(['community', 'works', 'package'], ['package.community', 'package.works', 'package.code'], name=op.f('fk_gift_in_kind_community_works_package')),
    sa.PrimaryKeyConstraint('community', 'document', name=op.f('pk_gift_in_kind')),
    sqlite_strict=True,
    )
    op.create_table('levy',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('works', sa.String(), nullable=False),
    sa.Column('package', sa.String(), nullable=False),
    sa.Column('item_class', sa.Enum('basic', 'improving', 'raising', 'personal', name='itemclass', native_enum=False, length=40), nullable=False),
    sa.Column('basis', sa.Enum('area', 'household', name='basis', native_enum=False, length=40), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=False),
    sa.Column('agreement', sa.String(), nullable=False),
    sa.Column('raised_by', sa.String(), nullable=False),
    sa.Column('raised_on', sa.Date(), nullable=False),
    sa.CheckConstraint('total_fen > 0', name=op.f('ck_levy_total_positive')),
    sa.ForeignKeyConstraint(['community', 'works', 'package'], ['package.community', 'package.works', 'package.code'], name=op.f('fk_levy_community_works_package')),
    sa.PrimaryKeyConstraint('community', 'code', name=op.f('pk_levy')),
    sqlite_strict=True,
    )
    op.create_table('plan_version',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('works', sa.String(), nullable=False),
    sa.Column('package', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('requested_by', sa.String(), nullable=False),
    sa.Column('requested_on', sa.Date(), nullable=False),
    sa.Column('approved_by', sa.String(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.CheckConstraint('approved_by <> requested_by', name=op.f('ck_plan_version_two_people')),
    sa.CheckConstraint('version > 1', name=op.f('ck_plan_version_after_the_first')),
    sa.ForeignKeyConstraint(['community', 'works', 'package'], ['package.community', 'package.works', 'package.code'], name=op.f('fk_plan_version_community_works_package')),
    sa.PrimaryKeyConstraint('community', 'works', 'package', 'version', name=op.f('pk_plan_version')),
    sqlite_strict=True,
    )
    op.create_table('pledge',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('works', sa.String(), nullable=False),
    sa.Column('package', sa.String(), nullable=False),
    sa.Column('source', sa.Enum('government', 'utility', 'residents', 'social_capital', 'public_revenue', 'maintenance_fund', name='source', native_enum=False, length=40), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_pledge_amount_positive')),
    sa.ForeignKeyConstraint(['community', 'works', 'package'], ['package.community', 'package.works', 'package.code'], name=op.f('fk_pledge_community_works_package')),
    sa.PrimaryKeyConstraint('community', 'document', name=op.f('pk_pledge')),
    sqlite_strict=True,
    )
    op.create_table('subsidy',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('works', sa.String(), nullable=False),
    sa.Column('package', sa.String(), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=False),
    sa.Column('eligible_fen', sa.BigInteger(), nullable=False),
    sa.Column('pct', sa.Integer(), nullable=False),
    sa.Column('subsidy_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('eligible_fen > 0 AND subsidy_fen <= eligible_fen', name=op.f('ck_subsidy_within_cost')),
    sa.ForeignKeyConstraint(['community', 'works', 'package'], ['package.community', 'package.works', 'package.code'], name=op.f('fk_subsidy_community_works_package')),
    sa.PrimaryKeyConstraint('community', 'document', name=op.f('pk_subsidy')),
    sqlite_strict=True,
    )
    op.create_table('works_contract',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('works', sa.String(), nullable=False),
    sa.Column('package', sa.String(), nullable=False),
    sa.Column('contractor', sa.String(), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('retention_e2', sa.Integer(), nullable=False),
    sa.Column('defects_months', sa.Integer(), nullable=False),
    sa.CheckConstraint('price_fen > 0', name=op.f('ck_works_contract_price_positive')),
    sa.ForeignKeyConstraint(['community', 'works', 'package'], ['package.community', 'package.works', 'package.code'], name=op.f('fk_works_contract_community_works_package')),
    sa.ForeignKeyConstraint(['contractor'], ['firm.code'], name=op.f('fk_works_contract_contractor')),
    sa.PrimaryKeyConstraint('community', 'number', name=op.f('pk_works_contract')),
    sqlite_strict=True,
    )
    op.create_table('change_order',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('contract', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('requested_by', sa.String(), nullable=False),
    sa.Column('requested_on', sa.Date(), nullable=False),
    sa.Column('approved_by', sa.String(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_change_order_changes_something')),
    sa.CheckConstraint('approved_by <> requested_by', name=op.f('ck_change_order_two_people')),
    sa.ForeignKeyConstraint(['community', 'contract'], ['works_contract.community', 'works_contract.number'], name=op.f('fk_change_order_community_contract')),
    sa.PrimaryKeyConstraint('community', 'contract', 'number', name=op.f('pk_change_order')),
    sqlite_strict=True,
    )
    op.create_table('concession_payment',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('direction', sa.Enum('in', 'out', name='direction', native_enum=False, length=40), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_concession_payment_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'number'], ['concession.community', 'concession.number'], name=op.f('fk_concession_payment_community_number')),
    sa.PrimaryKeyConstraint('community', 'entry_no', name=op.f('pk_concession_payment')),
    sqlite_strict=True,
    )
    op.create_table('contribution_due',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('levy', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('due_fen', sa.BigInteger(), nullable=False),
    sa.Column('consent', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'home'], ['home.community', 'home.code'], name=op.f('fk_contribution_due_community_home')),
    sa.ForeignKeyConstraint(['community', 'levy'], ['levy.community', 'levy.code'], name=op.f('fk_contribution_due_community_levy')),
    sa.PrimaryKeyConstraint('community', 'levy', 'home', name=op.f('pk_contribution_due')),
    sqlite_strict=True,
    )
    op.create_table('defect_claim',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('contract', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('raised_by', sa.String(), nullable=False),
    sa.Column('raised_on', sa.Date(), nullable=False),
    sa.Column('settled_by', sa.String(), nullable=True),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['community', 'contract'], ['works_contract.community', 'works_contract.number'], name=op.f('fk_defect_claim_community_contract')),
    sa.PrimaryKeyConstraint('community', 'contract', 'number', name=op.f('pk_defect_claim')),
    sqlite_strict=True,
    )
    op.create_table('donation',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('receipt_no', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('donor', sa.String(), nullable=False),
    sa.Column('unnamed', sa.Boolean(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_donation_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'purpose'], ['donation_purpose.community', 'donation_purpose.code'], name=op.f('fk_donation_community_purpose')),
    sa.PrimaryKeyConstraint('community', 'receipt_no', name=op.f('pk_donation')),
    sqlite_strict=True,
    )
    op.create_table('payout',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum('bill', 'release', 'return', name='payoutkind', native_enum=False, length=40), nullable=False),
    sa.Column('works', sa.String(), nullable=False),
    sa.Column('contract', sa.String(), nullable=True),
    sa.Column('payee', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('requested_by', sa.String(), nullable=False),
    sa.Column('requested_on', sa.Date(), nullable=False),
    sa.Column('approved_by', sa.String(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.CheckConstraint('approved_by <> requested_by', name=op.f('ck_payout_two_people')),
    sa.ForeignKeyConstraint(['community', 'contract'], ['works_contract.community', 'works_contract.number'], name=op.f('fk_payout_community_contract')),
    sa.ForeignKeyConstraint(['community', 'works'], ['works.community', 'works.code'], name=op.f('fk_payout_community_works')),
    sa.PrimaryKeyConstraint('community', 'number', name=op.f('pk_payout')),
    sqlite_strict=True,
    )
    op.create_table('plan_row',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('works', sa.String(), nullable=False),
    sa.Column('package', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('source', sa.Enum('government', 'utility', 'residents', 'social_capital', 'public_revenue', 'maintenance_fund', name='source', native_enum=False, length=40), nullable=False),
    sa.Column('planned_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('planned_fen >= 0', name=op.f('ck_plan_row_planned_not_negative')),
    sa.ForeignKeyConstraint(['community', 'works', 'package', 'version'], ['plan_version.community', 'plan_version.works', 'plan_version.package', 'plan_version.version'], name=op.f('fk_plan_row_community_works_package_version')),
    sa.PrimaryKeyConstraint('community', 'works', 'package', 'version', 'source', name=op.f('pk_plan_row')),
    sqlite_strict=True,
    )
    op.create_table('works_fund_payment',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('works', sa.String(), nullable=False),
    sa.Column('package', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_works_fund_payment_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'works', 'package'], ['package.community', 'package.works', 'package.code'], name=op.f('fk_works_fund_payment_community_works_package')),
    sa.PrimaryKeyConstraint('community', 'entry_no', name=op.f('pk_works_fund_payment')),
    sqlite_strict=True,
    )
    op.create_table('contribution_receipt',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('receipt_no', sa.String(), nullable=False),
    sa.Column('levy', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_contribution_receipt_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'levy', 'home'], ['contribution_due.community', 'contribution_due.levy', 'contribution_due.home'], name=op.f('fk_contribution_receipt_community_levy_home')),
    sa.PrimaryKeyConstraint('community', 'receipt_no', name=op.f('pk_contribution_receipt')),
    sqlite_strict=True,
    )
    op.create_table('contribution_refund',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('levy', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('requested_by', sa.String(), nullable=False),
    sa.Column('requested_on', sa.Date(), nullable=False),
    sa.Column('approved_by', sa.String(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_contribution_refund_amount_positive')),
    sa.CheckConstraint('approved_by <> requested_by', name=op.f('ck_contribution_refund_two_people')),
    sa.ForeignKeyConstraint(['community', 'levy', 'home'], ['contribution_due.community', 'contribution_due.levy', 'contribution_due.home'], name=op.f('fk_contribution_refund_community_levy_home')),
    sa.PrimaryKeyConstraint('community', 'number', name=op.f('pk_contribution_refund')),
    sqlite_strict=True,
    )
    op.create_table('contribution_use',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('levy', sa.String(), nullable=False),
    sa.Column('home', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_contribution_use_community_entry_no')),
    sa.ForeignKeyConstraint(['community', 'levy', 'home'], ['contribution_due.community', 'contribution_due.levy', 'contribution_due.home'], name=op.f('fk_contribution_use_community_levy_home')),
    sa.PrimaryKeyConstraint('community', 'levy', 'home', 'entry_no', name=op.f('pk_contribution_use')),
    sqlite_strict=True,
    )
    op.create_table('payout_part',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('payout', sa.String(), nullable=False),
    sa.Column('source', sa.Enum('government', 'utility', 'residents', 'social_capital', 'public_revenue', 'maintenance_fund', name='source', native_enum=False, length=40), nullable=False),
    sa.Column('paid_fen', sa.BigInteger(), nullable=False),
    sa.Column('retained_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('paid_fen > 0', name=op.f('ck_payout_part_pays_something')),
    sa.ForeignKeyConstraint(['community', 'payout'], ['payout.community', 'payout.number'], name=op.f('fk_payout_part_community_payout')),
    sa.PrimaryKeyConstraint('community', 'payout', 'source', name=op.f('pk_payout_part')),
    sqlite_strict=True,
    )

    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in INK:
        _refuse(table, "update", "", postgresql)
    for table, day in DECIDED.items():
        _refuse(table, "update", f"WHEN (OLD.{day} IS NOT NULL) ", postgresql)
    for table in (*INK, *DECIDED):
        _refuse(table, "delete", "", postgresql)
        if postgresql:
            op.execute(
                f"CREATE TRIGGER {table}_is_ink_whole BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION mingbai_ink()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_ink_whole")


def _refuse(table: str, deed: str, when: str, postgresql: bool) -> None:
    name = f"{table}_is_ink_{deed}"
    if postgresql:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table} "
            f"FOR EACH ROW {when}EXECUTE FUNCTION mingbai_ink()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
        )
