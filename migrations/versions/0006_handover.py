"""Handing over when the property firm goes: its notice, the list, the marks, both signatures.

Everything is new, so it costs nothing on a full database. Signatures are in ink.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table('service_ending',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('contract', sa.String(), nullable=False),
    sa.Column('cause', sa.Enum('dismissed', 'expired', 'firm_leaves', 'indefinite_ended', native_enum=False, length=40, name='cause'), nullable=False),
    sa.Column('noticed_on', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('motion', sa.String(), nullable=True),
    sa.Column('evidence', sa.String(), nullable=False),
    sa.Column('handover_by', sa.Date(), nullable=False),
    sa.Column('noticed_by', sa.String(), nullable=False),
    sa.Column('taken_over_on', sa.Date(), nullable=True),
    sa.Column('refused_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['community', 'contract'], ['service_contract.community', 'service_contract.number'], name=op.f('fk_service_ending_community_contract')),
    sa.PrimaryKeyConstraint('community', 'contract', name=op.f('pk_service_ending')),
    sqlite_strict=True,
    )
    op.create_table('handover_item',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('contract', sa.String(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('prepaid', 'deposit', 'unpaid', 'contract', 'room', 'keys', 'files', 'equipment', native_enum=False, length=40, name='itemkind'), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.Enum('listed', 'handed', 'missing', native_enum=False, length=40, name='itemstate'), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('treatment', sa.Enum('refund', 'forward', native_enum=False, length=40, name='treatment'), nullable=True),
    sa.ForeignKeyConstraint(['community', 'contract'], ['service_ending.community', 'service_ending.contract'], name=op.f('fk_handover_item_community_contract')),
    sa.PrimaryKeyConstraint('community', 'contract', 'no', name=op.f('pk_handover_item')),
    sqlite_strict=True,
    )
    op.create_table('handover_signature',
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('contract', sa.String(), nullable=False),
    sa.Column('side', sa.Enum('firm', 'owners', native_enum=False, length=40, name='side'), nullable=False),
    sa.Column('by_login', sa.String(), nullable=False),
    sa.Column('signed_at', Instant(), nullable=False),
    sa.Column('list_sha256', sa.String(), nullable=False),
    sa.Column('entry_no', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['community', 'contract'], ['service_ending.community', 'service_ending.contract'], name=op.f('fk_handover_signature_community_contract')),
    sa.ForeignKeyConstraint(['community', 'entry_no'], ['entry.community', 'entry.no'], name=op.f('fk_handover_signature_community_entry_no')),
    sa.PrimaryKeyConstraint('community', 'contract', 'side', name=op.f('pk_handover_signature')),
    sqlite_strict=True,
    )
    table = "handover_signature"
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
        return
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_is_ink_{deed.lower()} BEFORE {deed} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
        )
