"""A person holds several homes in one role, and an appointment says of which organisation it is.

Until now the second home of an owner was refused or hid the first, and a supervisor of the street could not be told
from one of the housing authority, so that either approved the money of the fund. Appointments get a number of their
own; those on record stay as they are. A supervisor's level is taken to be the street, which holds no money.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ROLES = ("manager", "worker", "owner", "tenant", "committee", "community_office", "supervisor", "auditor", "operator")
LEVELS = (
    "property_firm", "owners_committee", "community_office", "street", "housing_authority", "custodian", "audit_firm",
)  # fmt: skip
LEVEL_OF = {
    "manager": "property_firm",
    "worker": "property_firm",
    "committee": "owners_committee",
    "community_office": "community_office",
    "auditor": "audit_firm",
    "supervisor": "street",
}


def upgrade() -> None:
    op.create_table(
        "appointment_seat",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("role", sa.Enum(*ROLES, native_enum=False, length=40, name="role"), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("home", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("level", sa.Enum(*LEVELS, native_enum=False, length=40, name="level"), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.login"], name=op.f("fk_appointment_person")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_appointment_seat")),
        sqlite_strict=True,
    )
    levels = " ".join(f"WHEN '{role}' THEN '{level}'" for role, level in LEVEL_OF.items())
    op.execute(
        "INSERT INTO appointment_seat (person, community, role, since, until, home, organisation, level) "
        f"SELECT person, community, role, since, until, home, '', CASE role {levels} END FROM appointment "
        "ORDER BY person, community, role, since"
    )
    op.drop_table("appointment")
    op.rename_table("appointment_seat", "appointment")
    op.execute(
        "CREATE UNIQUE INDEX uq_appointment ON appointment (person, community, role, since, coalesce(home, ''))"
    )
