"""The migrated database is the one the tables describe, on both engines, and the way there only goes up."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import column, inspect, text
from sqlalchemy import table as any_table
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from ledger.db import Instant, create_engine, migrate
from ledger.journal.rules import read_chart

for file in sorted(Path("ledger").rglob("*tables.py")):
    import_module(".".join(file.with_suffix("").parts))

VERSIONS = sorted(Path("migrations/versions").glob("*.py"))


def described(engine) -> dict[str, object]:
    """Every table with its columns, keys, foreign keys, uniques, checks and indexes."""
    inspector = inspect(engine)
    schema: dict[str, object] = {}
    for table in sorted(inspector.get_table_names()):
        if table == "alembic_version":
            continue
        schema[table] = {
            "columns": {
                c["name"]: (str(c["type"]).upper(), c["nullable"]) for c in inspector.get_columns(table)
            },
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(
                (
                    tuple(f["constrained_columns"]),
                    f["referred_table"],
                    tuple(f["referred_columns"]),
                    f["options"].get("initially"),
                )
                for f in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(tuple(u["column_names"]) for u in inspector.get_unique_constraints(table)),
            "checks": sorted(c["name"] or "" for c in inspector.get_check_constraints(table)),
            "indexes": sorted(
                (i["name"] or "", tuple(i["column_names"]), bool(i["unique"]))
                for i in inspector.get_indexes(table)
                if not i.get("duplicates_constraint")
            ),
        }
    return schema


@pytest.fixture
def empty_url(url, tmp_path) -> Iterator[str]:
    """A second, empty database on the same engine."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'fresh.db'}"
        return
    admin = create_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE fresh"))
    yield re.sub(r"/test_\d+", "/fresh", url)
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE fresh WITH (FORCE)"))
    admin.dispose()


def test_the_migrated_schema_is_the_one_of_the_tables(url, empty_url):
    migrated, fresh = create_engine(url), create_engine(empty_url)

    SQLModel.metadata.create_all(fresh)

    tables, expected = described(migrated), described(fresh)
    assert tables.keys() == expected.keys()
    for table in tables:
        assert tables[table] == expected[table], table
    migrated.dispose()
    fresh.dispose()


def test_a_vote_from_before_its_days_were_kept_gets_the_days_on_which_it_was_open(empty_url):
    migrate(empty_url, "0002")
    engine = create_engine(empty_url)
    opened, closed = datetime(2026, 5, 3, 16, 30, tzinfo=UTC), datetime(2026, 5, 9, 4, tzinfo=UTC)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO community VALUES ('c', NULL, '某小区', '', '', 'national_default', NULL, 'market', :no)"
            ),
            {"no": False},
        )
        names = ("community", "code", "matter", "question", "state", "opened_by")
        motion = any_table(
            "motion", *map(column, names), column("opened_at", Instant), column("closed_at", Instant)
        )
        for code, at in (("old", closed), ("open", None)):
            row = dict(zip(names, ("c", code, "other", "?", "open", "chen"), strict=True))
            connection.execute(motion.insert().values(**row, opened_at=opened, closed_at=at))

    migrate(empty_url)

    with engine.connect() as connection:
        days = connection.execute(text("SELECT code, opens_on, closes_on FROM motion ORDER BY code")).all()
    assert [tuple(map(str, row)) for row in days] == [
        ("old", "2026-05-04", "2026-05-09"),
        ("open", "2026-05-04", "2026-05-04"),
    ]
    engine.dispose()


def test_the_fee_books_that_were_open_get_the_accounts_of_the_new_chart(empty_url):
    (file,) = (file for file in VERSIONS if file.name.endswith("_fees.py"))
    before = re.search(r'down_revision = "(\d+)"', file.read_text("utf-8"))[1]
    chart = read_chart(Path("ledger/fees/chart.toml").read_text("utf-8"))
    migrate(empty_url, before)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO community (code, name, name_en, address, jurisdiction, mode, transferred) "
            "VALUES ('old', 'old', '', '', 'national_default', 'market', false)",
            "INSERT INTO ledger_head (community, origin, tree_size, frontier, last_no, last_hash, closed_through) "
            "VALUES ('old', 'x.example/old', 0, :nothing, 0, '', '')",
            "INSERT INTO book (community, code, zh, en) VALUES ('old', 'fee', '', ''), ('old', 'fund', '', '')",
        ):
            connection.execute(text(statement), {"nothing": b""} if ":nothing" in statement else {})

    migrate(empty_url)

    with engine.connect() as connection:
        added = connection.execute(
            text(
                "SELECT code, role, zh, en, element, ledger FROM account WHERE community = 'old' ORDER BY code"
            )
        ).all()
    engine.dispose()
    asked = [(a.code, a.role, a.zh, a.en, a.element.value, a.ledger) for a in chart.accounts]
    assert [tuple(row) for row in added] == [
        row for row in asked if row[0] in {"1123", "4002", "4003", "5101", "5102"}
    ]


@pytest.mark.parametrize(
    ("taken_over_on", "refused_on", "until"),
    [
        (None, None, None),
        ("2026-10-16", None, "2026-10-15"),
        ("2026-09-01", None, "2026-09-30"),
        ("2026-10-16", "2026-10-02", "2026-09-30"),
    ],
)
def test_a_firm_that_went_before_gets_the_last_day_that_it_may_charge_for(
    empty_url, taken_over_on, refused_on, until
):
    migrate(empty_url, "0011")
    engine = create_engine(empty_url)
    days = {"taken": taken_over_on, "refused": refused_on}
    kind = "text" if engine.dialect.name == "sqlite" else "date"
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO community (code, name, name_en, address, jurisdiction, mode, transferred) "
            "VALUES ('old', 'old', '', '', 'national_default', 'market', false)",
            "INSERT INTO firm (code, name, kind, licence, phone) VALUES ('wuye', '', 'property', '', '')",
            "INSERT INTO service_contract (community, number, firm, starts_on, ends_on, lump_sum) "
            "VALUES ('old', 'WY-1', 'wuye', '2024-01-01', '2026-12-31', true)",
            "INSERT INTO service_ending (community, contract, cause, noticed_on, last_day, evidence, handover_by, "
            "noticed_by, taken_over_on, refused_on) VALUES ('old', 'WY-1', 'dismissed', '2026-07-15', '2026-09-30', "
            f"'', '2026-10-30', 'chen', CAST(:taken AS {kind}), CAST(:refused AS {kind}))",
        ):
            connection.execute(text(statement), days if ":taken" in statement else {})

    migrate(empty_url)

    with engine.connect() as connection:
        last_day = connection.execute(text("SELECT may_charge_until FROM service_contract")).scalar_one()
    engine.dispose()
    assert (last_day and str(last_day)) == until


def test_photographs_and_papers_from_before_become_files_with_what_they_prove(empty_url):
    migrate(empty_url, "0014")
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO community (code, name, name_en, address, jurisdiction, mode, transferred) "
            "VALUES ('old', 'old', '', '', 'national_default', 'market', false)",
            "INSERT INTO photo VALUES ('old', 'aa', 'image/jpeg', :body, '2026-07-01 04:00:00'), "
            "('old', 'bb', 'image/png', :body, '2026-07-02 04:00:00')",
            "INSERT INTO vote_paper VALUES ('old', 'bb', 'image/png', :body, 'he', '2026-07-02 04:00:00')",
            "INSERT INTO ticket (community, no, category, title, reporter, reported_at, recorded_by, state, priority, "
            "reopened) VALUES ('old', 7, 'leak', '', '', '2026-07-01 04:00:00', 'he', 'done', 'P3', false)",
            "INSERT INTO ticket_step (community, ticket, line, state, by_login, at, note, photo) "
            "VALUES ('old', 7, 1, 'done', 'wen', '2026-07-01 04:00:00', '', 'aa')",
            "INSERT INTO motion (community, code, matter, question, state, opened_by, opened_at, opens_on, closes_on, "
            "posted_paper) VALUES ('old', 'M-1', 'other', '', 'closed', 'chen', '2026-07-01 04:00:00', '2026-07-01', "
            "'2026-07-01', 'bb')",
        ):
            connection.execute(text(statement), {"body": b"12345"} if ":body" in statement else {})

    migrate(empty_url)

    with engine.connect() as connection:
        files = connection.execute(
            text("SELECT sha256, kind, size, shown_to, by_login FROM stored_file ORDER BY sha256")
        ).all()
        uses = connection.execute(
            text("SELECT sha256, subject, purpose, by_login FROM file_use ORDER BY sha256")
        ).all()
    assert files == [("aa", "photo", 5, "resident", "wen"), ("bb", "paper", 5, "committee", "he")]
    assert uses == [("aa", "ticket/7", "completion", "wen"), ("bb", "motion/M-1", "posting", "he")]
    engine.dispose()


def test_firms_that_had_one_licence_both_stay_and_no_third_gets_it(empty_url):
    migrate(empty_url, "0025")
    engine = create_engine(empty_url)
    firm = any_table("firm", *map(column, ("code", "name", "kind", "licence", "phone")))
    rows = [("a", "L-1"), ("b", "L-1"), ("c", ""), ("d", ""), ("e", "L-2")]

    def written(connection, code, licence):
        content = {"code": code, "name": code, "kind": "other", "licence": licence, "phone": ""}
        connection.execute(firm.insert().values(**content))

    with engine.begin() as connection:
        for row in rows:
            written(connection, *row)

    migrate(empty_url)

    with engine.begin() as connection:
        marked = connection.execute(text("SELECT code FROM firm WHERE registered_twice")).scalars().all()
        assert connection.execute(text("SELECT count(*) FROM firm")).scalar_one() == 5
        written(connection, "f", "")
    assert marked == ["b"]
    for licence in ("L-1", "L-2"):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            written(connection, "g", licence)
    engine.dispose()


def test_sqlite_tables_are_strict(sqlite_url):
    with create_engine(sqlite_url).connect() as connection:
        loose = [
            name
            for name, strict in connection.execute(
                text("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
            )
            if not strict and name not in ("sqlite_schema", "alembic_version")
        ]

    assert loose == []


def test_migrations_are_numbered_and_only_go_forward():
    numbers = [int(file.name[:4]) for file in VERSIONS]

    assert numbers == list(range(1, len(VERSIONS) + 1))
    for before, file in zip([None, *VERSIONS], VERSIONS, strict=False):
        source = file.read_text("utf-8")
        down = f'"{before.name[:4]}"' if before else "None"
        assert f'revision = "{file.name[:4]}"' in source
        assert f"down_revision = {down}" in source
        assert "def downgrade" not in source


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.name)
def test_a_migration_says_why(file):
    assert re.match(r'"""[A-Z].{40,}', file.read_text("utf-8"), re.DOTALL)
