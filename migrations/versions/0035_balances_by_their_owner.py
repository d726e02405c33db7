"""On PostgreSQL the running balances are kept in the name of whoever owns them.

Until now the role that serves had to be allowed to write them, and so could write a balance that no movement makes: the floors
under restricted money rest on it. The function behind the trigger writes as the owner from now on. It names no schema, for a
restore gives the schema another name; the role that serves can make nothing that it could take for the real tables.
"""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER FUNCTION mingbai_movements() SECURITY DEFINER")
