"""An appointment may be for a building, so that whoever leads one sees and does what is of his and no more.

Until now an appointment was for the whole community, or for a home. Those on record stay as they are: for none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("appointment", sa.Column("building", sa.String(), nullable=True))
    op.drop_index("uq_appointment", "appointment")
    op.execute(
        "CREATE UNIQUE INDEX uq_appointment ON appointment "
        "(person, community, role, since, coalesce(home, ''), coalesce(building, ''))"
    )
