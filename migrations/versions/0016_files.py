"""Photographs and papers become files, kept once by content, with what each of them proves.

Until now repairs and votes each kept bytes in a table of their own, so that no other operation could name them and
nothing said what they prove. What was kept moves as it is, with the uses that can be told from tickets, sheets,
proxies, postings and rulings. The tables that named a vote's paper name the file now; SQLite writes them anew for it,
and they are put back in ink.
"""

import sqlalchemy as sa
from alembic import op

from ledger.db import Instant

revision = "0016"
down_revision = "0015"

KINDS = ("photo", "paper", "invoice", "sheet", "contract", "spreadsheet", "other")
SHOWN_TO = ("committee", "staff", "resident", "public")
PURPOSES = (
    "damage", "completion", "survey", "acceptance", "posting", "invoice", "ballot_sheet", "proxy", "ruling",
    "contract", "quotation", "inspection", "price_review", "application", "order", "expert_note", "audit",
)  # fmt: skip
NAMING = {"sheet_entry": "sheet", "proxy": "paper", "vote_objection": "ruling"}
STAYING = ("community", "sha256", "kind", "media_type", "size", "shown_to", "original_sha256", "by_login", "taken_in_at")
USES = (
    ("photo", "'ticket/' || ticket", "completion", "by_login", "at", "ticket_step"),
    ("sheet", "'motion/' || motion", "ballot_sheet", "entered_by", "entered_at", "sheet_entry"),
    ("paper", "'motion/' || motion", "proxy", "recorded_by", "recorded_at", "proxy"),
    ("ruling", "'motion/' || motion", "ruling", "changed_by", "changed_at", "vote_objection"),
)


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, native_enum=False, length=40, name="filekind"), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("shown_to", sa.Enum(*SHOWN_TO, native_enum=False, length=40, name="shownto"), nullable=False),
        sa.Column("original_sha256", sa.String(), nullable=True),
        sa.Column("captured_on", sa.Date(), nullable=True),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("by_login", sa.String(), nullable=False),
        sa.Column("taken_in_at", Instant(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.CheckConstraint("(body IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_stored_file_erased")),
        sa.ForeignKeyConstraint(["community"], ["community.code"], name=op.f("fk_stored_file_community")),
        sa.PrimaryKeyConstraint("community", "sha256", name=op.f("pk_stored_file")),
        sqlite_strict=True,
    )
    op.create_index("ix_stored_file_original", "stored_file", ["community", "original_sha256"])
    op.create_table(
        "file_use",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("purpose", sa.Enum(*PURPOSES, native_enum=False, length=40, name="purpose"), nullable=False),
        sa.Column("by_login", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "sha256"], ["stored_file.community", "stored_file.sha256"],
            name=op.f("fk_file_use_community_sha256"),
        ),
        sa.PrimaryKeyConstraint("community", "sha256", "subject", "purpose", name=op.f("pk_file_use")),
        sqlite_strict=True,
    )
    op.create_index("ix_file_use_subject", "file_use", ["community", "subject"])
    _move()
    for table, column in NAMING.items():
        with op.batch_alter_table(table, table_kwargs={"sqlite_strict": True}) as batch:
            name = f"fk_{table}_community_{column}"
            batch.drop_constraint(op.f(name), type_="foreignkey")
            batch.create_foreign_key(
                op.f(name), "stored_file", ["community", column], ["community", "sha256"]
            )
    op.drop_table("vote_paper")
    op.drop_table("photo")
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _move() -> None:
    into = (
        "INSERT INTO stored_file (community, sha256, kind, media_type, name, size, body, shown_to, by_login, taken_in_at) "
    )
    op.execute(
        into + "SELECT community, sha256, 'paper', media_type, '', length(body), body, 'committee', kept_by, kept_at "
        "FROM vote_paper"
    )
    op.execute(
        into + "SELECT p.community, p.sha256, 'photo', p.media_type, '', length(p.body), p.body, 'resident', "
        "coalesce((SELECT min(s.by_login) FROM ticket_step s WHERE s.community = p.community AND s.photo = p.sha256), ''), "
        "p.taken_in_at FROM photo p WHERE NOT EXISTS "
        "(SELECT 1 FROM stored_file f WHERE f.community = p.community AND f.sha256 = p.sha256)"
    )
    for column, subject, purpose, by, at, table in USES:
        op.execute(
            "INSERT INTO file_use (community, sha256, subject, purpose, by_login, at) "
            f"SELECT community, {column}, {subject}, '{purpose}', min({by}), min({at}) FROM {table} "
            f"WHERE {column} IS NOT NULL GROUP BY community, {column}, {subject}"
        )
    op.execute(
        "INSERT INTO file_use (community, sha256, subject, purpose, by_login, at) "
        "SELECT m.community, m.posted_paper, 'motion/' || m.code, 'posting', f.by_login, f.taken_in_at FROM motion m "
        "JOIN stored_file f ON f.community = m.community AND f.sha256 = m.posted_paper"
    )


def _guard_on_postgresql() -> None:
    same = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in STAYING)
    op.execute(
        "CREATE FUNCTION mingbai_file_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NOT (NEW.body IS NULL AND OLD.erased_at IS NULL AND NEW.name = '' AND {same} "
        "AND num_nonnulls(NEW.captured_on, NEW.latitude_e6, NEW.longitude_e6) = 0) THEN "
        "RAISE EXCEPTION 'mingbai: a stored file can only be erased'; END IF; RETURN NEW; END $$"
    )
    for name, when, level, does in (
        ("stored_file_erased_only", "UPDATE ON stored_file", "ROW", "mingbai_file_erased_only"),
        ("stored_file_stays", "DELETE OR TRUNCATE ON stored_file", "STATEMENT", "mingbai_ink"),
    ):
        op.execute(f"CREATE TRIGGER {name} BEFORE {when} FOR EACH {level} EXECUTE FUNCTION {does}()")
        op.execute(f"ALTER TABLE stored_file ENABLE ALWAYS TRIGGER {name}")
    _ink_on_postgresql("file_use")


def _guard_on_sqlite() -> None:
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in STAYING)
    op.execute(
        "CREATE TRIGGER stored_file_erased_only BEFORE UPDATE ON stored_file "
        f"WHEN NOT (NEW.body IS NULL AND OLD.erased_at IS NULL AND NEW.name = '' AND {same} "
        "AND coalesce(NEW.captured_on, NEW.latitude_e6, NEW.longitude_e6) IS NULL) "
        "BEGIN SELECT RAISE(ABORT, 'mingbai: a stored file can only be erased'); END"
    )
    op.execute(
        "CREATE TRIGGER stored_file_stays BEFORE DELETE ON stored_file "
        "BEGIN SELECT RAISE(ABORT, 'mingbai: stored_file is in ink: never changed, never deleted'); END"
    )
    for table in ("file_use", "sheet_entry", "proxy"):
        _ink_on_sqlite(table)


def _ink_on_postgresql(table: str) -> None:
    for name, when, level in (
        (f"{table}_is_ink", "UPDATE OR DELETE", "ROW"),
        (f"{table}_is_ink_whole", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {level} EXECUTE FUNCTION mingbai_ink()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _ink_on_sqlite(table: str) -> None:
    for when in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_is_ink_{when} BEFORE {when.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'mingbai: {table} is in ink: never changed, never deleted'); END"
        )
