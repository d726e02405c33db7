"""A licence is one firm's, also when two communities register it at the same time.

Where a licence was registered twice before, both firms stay, for contracts name them; the later ones by code are marked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column(
        "firm", sa.Column("registered_twice", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.execute(
        "UPDATE firm SET registered_twice = true WHERE licence <> '' AND EXISTS ("
        "SELECT 1 FROM firm AS earlier WHERE earlier.licence = firm.licence AND earlier.code < firm.code)"
    )
    op.create_index(
        "uq_firm_licence",
        "firm",
        ["licence"],
        unique=True,
        sqlite_where=sa.text("licence <> '' AND NOT registered_twice"),
        postgresql_where=sa.text("licence <> '' AND NOT registered_twice"),
    )
