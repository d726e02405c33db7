"""What the government paid into the public account for housing safety (房屋安全管理资金), and the payments asked for out of it.

Both are in ink: a payment that is made is an entry of its own, so that nothing here is ever changed.
"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import append_only

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "safety_grant",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("receipt_no", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "entry_no"],
            ["entry.community", "entry.no"],
            name=op.f("fk_safety_grant_community_entry_no"),
        ),
        sa.PrimaryKeyConstraint("community", "receipt_no", name=op.f("pk_safety_grant")),
        sqlite_strict=True,
    )
    op.create_table(
        "safety_payment",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("building", sa.String(), nullable=True),
        sa.Column("payee", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_safety_payment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["community"], ["community.code"], name=op.f("fk_safety_payment_community")
        ),
        sa.ForeignKeyConstraint(
            ["community", "building"],
            ["building.community", "building.code"],
            name=op.f("fk_safety_payment_community_building"),
        ),
        sa.ForeignKeyConstraint(["payee"], ["firm.code"], name=op.f("fk_safety_payment_payee")),
        sa.PrimaryKeyConstraint("community", "number", name=op.f("pk_safety_payment")),
        sqlite_strict=True,
    )
    append_only("safety_grant", "safety_payment")
