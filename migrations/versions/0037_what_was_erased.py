"""A former holder or tenant of a home whose name and telephone were erased says by which entry.

No row is touched: what was never erased names none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0035"


def upgrade() -> None:
    for table in ("holder", "tenancy"):
        op.add_column(table, sa.Column("erasure_no", sa.BigInteger(), nullable=True))
