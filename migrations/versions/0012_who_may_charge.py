"""A service contract says until when its firm may charge, once the firm has gone.

Until now only the hand-over's own door knew that a firm which was dismissed may charge no more; the month's charging,
which stands lower, did not ask. From now on the contract carries the day, so that no door can forget it. The days of
hand-overs that are on record are worked out once from the ending; a contract without one keeps none.

A use of the fund may be borne by one side of a stairwell; those on record are not.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("project", sa.Column("side", sa.String(), nullable=True))
    op.add_column("service_contract", sa.Column("may_charge_until", sa.Date(), nullable=True))
    contract = sa.table(
        "service_contract",
        sa.column("community", sa.String()),
        sa.column("number", sa.String()),
        sa.column("may_charge_until", sa.Date()),
    )
    ending = sa.table(
        "service_ending",
        sa.column("community", sa.String()),
        sa.column("contract", sa.String()),
        sa.column("last_day", sa.Date()),
        sa.column("taken_over_on", sa.Date()),
        sa.column("refused_on", sa.Date()),
    )
    connection = op.get_bind()
    gone = sa.select(ending).where(ending.c.taken_over_on.is_not(None) | ending.c.refused_on.is_not(None))
    for row in connection.execute(gone).all():
        until = row.last_day
        if row.refused_on is None:
            until = max(until, row.taken_over_on - timedelta(days=1))
        connection.execute(
            contract.update()
            .where(contract.c.community == row.community, contract.c.number == row.contract)
            .values(may_charge_until=until)
        )
