"""Approved accounts, mappings, what was done with a line, and the month's reconciliation.

Until now a statement went into the account role that its importer named, and nobody held the bank against the
books. From now on it goes into an account that two people agreed on, and each month is reconciled and sealed.
A bank line learns whose history it belongs to and which entry took its money out of a wallet. Nothing
that was imported changes. A reconciliation is a draft until it is confirmed, and in ink from then on.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant

revision = "0004"
down_revision = "0003"

INK = ("line_step", "statement_profile", "reconciled_account", "reconciling_item")
DEEDS = ("resolved", "settled", "return_asked", "returned", "undone")


def upgrade() -> None:
    op.create_table(
        "approved_account",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("settles_as", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["community", "book"], ["book.community", "book.code"], name=op.f("fk_approved_account_community_book")),
        sa.ForeignKeyConstraint(["community", "replaces"], ["approved_account.community", "approved_account.code"], name=op.f("fk_approved_account_community_replaces")),
        sa.PrimaryKeyConstraint("community", "code", name=op.f("pk_approved_account")),
        sqlite_strict=True,
    )
    op.create_table(
        "payer_salt",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.code"], name=op.f("fk_payer_salt_community")),
        sa.PrimaryKeyConstraint("community", name=op.f("pk_payer_salt")),
        sqlite_strict=True,
    )
    op.create_table(
        "statement_profile",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("declared", sa.String(), nullable=False),
        sa.Column("sample", sa.String(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.code"], name=op.f("fk_statement_profile_community")),
        sa.PrimaryKeyConstraint("community", "name", name=op.f("pk_statement_profile")),
        sqlite_strict=True,
    )
    op.add_column("bank_line", sa.Column("payer", sa.String(), nullable=False, server_default=""))
    op.add_column("bank_line", sa.Column("settled_entry", sa.BigInteger(), nullable=True))
    op.create_index("ix_bank_line_fingerprint", "bank_line", ["community", "fingerprint", "occurrence"])
    op.create_index("ix_bank_line_entry", "bank_line", ["community", "entry_no"])
    op.create_table(
        "line_step",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("deed", sa.Enum(*DEEDS, native_enum=False, length=40, name="stepdeed"), nullable=False),
        sa.Column("home", sa.String(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by_login", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "account", "fingerprint", "occurrence"],
            ["bank_line.community", "bank_line.account", "bank_line.fingerprint", "bank_line.occurrence"],
            name=op.f("fk_line_step_community_account_fingerprint_occurrence"),
        ),
        sa.ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"], name=op.f("fk_line_step_community_home")),
        sa.ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"], name=op.f("fk_line_step_community_entry_no")),
        sa.PrimaryKeyConstraint("community", "account", "fingerprint", "occurrence", "no", name=op.f("pk_line_step")),
        sqlite_strict=True,
    )
    op.create_table(
        "reconciliation",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("closings", sa.String(), nullable=False),
        sa.Column("openings", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("book_fen", sa.BigInteger(), nullable=False),
        sa.Column("bank_fen", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by", sa.String(), nullable=False),
        sa.Column("prepared_at", Instant(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("entry_no", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["community", "book"], ["book.community", "book.code"], name=op.f("fk_reconciliation_community_book")),
        sa.ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"], name=op.f("fk_reconciliation_community_entry_no")),
        sa.PrimaryKeyConstraint("community", "book", "role", "month", name=op.f("pk_reconciliation")),
        sqlite_strict=True,
    )
    of_month = (
        ["community", "book", "role", "month"],
        ["reconciliation.community", "reconciliation.book", "reconciliation.role", "reconciliation.month"],
    )
    op.create_table(
        "reconciled_account",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(*of_month, name=op.f("fk_reconciled_account_community_book_role_month")),
        sa.ForeignKeyConstraint(["community", "account"], ["approved_account.community", "approved_account.code"], name=op.f("fk_reconciled_account_community_account")),
        sa.PrimaryKeyConstraint("community", "book", "role", "month", "account", name=op.f("pk_reconciled_account")),
        sqlite_strict=True,
    )
    op.create_table(
        "reconciling_item",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("side", sa.Enum("opening", "books", "bank", native_enum=False, length=40, name="side"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(*of_month, name=op.f("fk_reconciling_item_community_book_role_month")),
        sa.PrimaryKeyConstraint("community", "book", "role", "month", "key", name=op.f("pk_reconciling_item")),
        sqlite_strict=True,
    )
    for table in INK:
        _ink(table)
    _ink("reconciliation", when="OLD.confirmed_by IS NOT NULL")


def _ink(table: str, when: str = "") -> None:
    """Refuse changes of a table's rows: of all, or of those that ``when`` tells."""
    condition = f"WHEN ({when}) " if when else ""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_is_ink BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW {condition}EXECUTE FUNCTION mingbai_ink()"
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
            f"CREATE TRIGGER {table}_is_ink_{deed.lower()} BEFORE {deed} ON {table} {condition}"
            f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
        )
