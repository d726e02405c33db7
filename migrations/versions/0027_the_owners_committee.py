"""The owners' committee by its terms: elected, filed, changed, ended; its hand-over and its audits.

Who sat on it was known only as people with a seat, and nothing said for which years they were elected, on what that rests,
what they hand over when it is over, and that an audit falls due.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "committee_term",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("elected_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("motion", sa.String(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filing", sa.String(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("end_motion", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"], ["community.code"], name=op.f("fk_committee_term_community")
        ),
        sa.PrimaryKeyConstraint("community", "no", name=op.f("pk_committee_term")),
        sqlite_strict=True,
    )
    op.create_table(
        "committee_member",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("leaving", sa.String(length=40), nullable=True),
        sa.Column("motion", sa.String(), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("handed_over", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community", "term"],
            ["committee_term.community", "committee_term.no"],
            name=op.f("fk_committee_member_community_term"),
        ),
        sa.ForeignKeyConstraint(["person"], ["person.login"], name=op.f("fk_committee_member_person")),
        sa.PrimaryKeyConstraint("community", "term", "person", "since", name=op.f("pk_committee_member")),
        sqlite_strict=True,
    )
    op.create_table(
        "committee_handover",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("kept", sa.String(length=40), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "term"],
            ["committee_term.community", "committee_term.no"],
            name=op.f("fk_committee_handover_community_term"),
        ),
        sa.PrimaryKeyConstraint("community", "term", "kept", name=op.f("pk_committee_handover")),
        sqlite_strict=True,
    )
    op.create_table(
        "committee_audit",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("head", sa.String(), nullable=True),
        sa.Column("fell_due_on", sa.Date(), nullable=False),
        sa.Column("accountant", sa.String(), nullable=False),
        sa.Column("engaged_on", sa.Date(), nullable=False),
        sa.Column("engagement", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("report", sa.String(), nullable=True),
        sa.Column("opinion", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["community", "term"],
            ["committee_term.community", "committee_term.no"],
            name=op.f("fk_committee_audit_community_term"),
        ),
        sa.PrimaryKeyConstraint("community", "term", "no", name=op.f("pk_committee_audit")),
        sqlite_strict=True,
    )
