"""Sign-ins that can be ended, second factors, slips that let somebody in, and what is remembered of access.

A token said who and until when, so that nothing but time ended it. From now on it names a sign-in, which its owner, an
office or a new password ends at once.

For an hour this was migration 0021; a database of that hour is taken through what is 0021 now instead.
"""

import sqlalchemy as sa
from alembic import context, op

from ledger.db import Instant

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("sign_in"):
        context.script.get_revision("0021").module.upgrade()
        return
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("refresh", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ending", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.login"], name=op.f("fk_sign_in_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("refresh", name=op.f("uq_sign_in_refresh")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_sign_in_person"), "sign_in", ["person"])
    op.create_index(op.f("ix_sign_in_before"), "sign_in", ["before"])
    op.create_table(
        "second_factor",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.login"], name=op.f("fk_second_factor_person_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_second_factor")),
        sqlite_strict=True,
    )
    op.create_table(
        "slip",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("forgets_factor", sa.Boolean(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("void_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.login"], name=op.f("fk_slip_person_person")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_slip")),
        sa.UniqueConstraint("code", name=op.f("uq_slip_code")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_slip_person"), "slip", ["person"])
    op.create_table(
        "access_record",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_access_record")),
        sqlite_strict=True,
    )
    op.create_index("ix_access_record_account", "access_record", ["login", "network", "at"])
    op.create_index("ix_access_record_network", "access_record", ["network", "at"])
