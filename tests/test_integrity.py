"""Whatever is altered behind the ledger's back is found and named, in every table in which a fact stands."""

import json
import re
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select, text, update
from sqlmodel import Session, SQLModel

from ledger.access.background import sign_grown
from ledger.community.tables import CalendarDay, Community, Home
from ledger.config import Config
from ledger.db import Database, write_rows
from ledger.installation import Installation
from ledger.integrity import (
    TRIGGERS,
    UNIQUE,
    everything_wrong,
    guards,
    index_problems,
    trigger_problems,
    unique_indexes,
)
from ledger.log.note import Checkpoint, Verifier, fingerprint, paper_groups, parse_note, sign
from ledger.log.queries import NotSignedYet, head, latest_signed
from ledger.log.row_queries import installation_problems, row_problems, shape_of
from ledger.log.row_rules import (
    BY_LEAF,
    DERIVED,
    LOG,
    NO_FACTS,
    NOT_SEALED,
    SECRETS,
    key_text,
    next_link,
    row_digest,
    shape,
)
from ledger.log.signer import KeyOfLogForged, LogRewritten, Signer
from ledger.log.tables import Leaf, RowSeal
from ledger.noticeboard.queries import notice, notices
from ledger.operations.books import check_report, lobby_sheet
from ledger.publishing import publish_evaluation
from ledger.reports import lobby
from ledger.words import yuan
from tests.cast import SU
from tests.community.databases import a_database
from tests.factories import a_community, a_home
from tests.journal.shell import take_the_triggers_off
from tests.mutations import CELL, WAYS, a_small_sample, shell, unseen
from tests.public_site.meiyuan import PUBLISHED
from tests.public_site.meiyuan import build as build_published
from tests.public_site.meiyuan import publish_accounts as publish_again
from tests.reports.reading import pages_of, text_of

SEED, SAMPLE = 20261130, 50
TOLD = Path("docs/integrity.md")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(request, tmp_path_factory):
    """Two months of a small sample; whatever is altered in it is undone."""
    home = tmp_path_factory.mktemp("sample")
    with a_database(request, home) as database:
        settings = {"LEDGER_HOME": str(home), "LEDGER_HOST": "x.example"}
        installation = Installation.of(Config.from_env(settings), database)
        a_small_sample(installation)
        yield installation


def test_e4_nothing_is_wrong_with_what_was_written_by_the_program_alone(installation):
    with installation.database.reading() as session:
        assert list(everything_wrong(session, ["meiyuan"], installation.signer)) == []


def test_e4_f1_fifty_random_alterations_are_all_found_and_named(installation):
    """The thousand is ``python -m bench mutations``."""
    random = Random(SEED)
    ways = [random.choice(WAYS) for _ in range(SAMPLE)]
    with shell(installation.database, installation.signer, ["meiyuan"]) as altering:
        assert list(unseen(altering, ways, random)) == []


def test_f1_a_balance_of_a_month_that_nobody_closed_is_named(installation):
    with shell(installation.database, installation.signer, ["meiyuan"]) as altering:
        altering.connection.execute(
            text(
                "INSERT INTO closing_balance (community, month, book, account, opening_fen, debit_fen, credit_fen, closing_fen) "
                "VALUES ('meiyuan', '2030-01', 'fee', '1001', 0, 0, 0, 0)"
            )
        )
        assert [(problem.check, problem.where) for problem in altering.problems()] == [
            ("closing", "2030-01 fee/1001")
        ]


def test_f1_every_missing_trigger_is_named(installation):
    with installation.database.engine.connect() as connection:
        listed = {line.split()[1] for line in TRIGGERS.read_text("utf-8").splitlines()}
        assert len(listed) > 149
        on_postgresql = connection.dialect.name == "postgresql"
        connection.execute(
            text(
                "DROP TRIGGER ballot_is_ink ON ballot"
                if on_postgresql
                else "DROP TRIGGER ballot_is_ink_update"
            )
        )
        with Session(connection) as session:
            named = [problem.where for problem in trigger_problems(session)]
        connection.rollback()
    assert named == ["ballot.ballot_is_ink" if on_postgresql else "ballot.ballot_is_ink_update"]


def test_f1_a_missing_unique_index_is_named(installation):
    """Without it an entry could be reversed twice."""
    with installation.database.engine.connect() as connection:
        connection.execute(text("DROP INDEX uq_entry_reversed_once"))
        with Session(connection) as session:
            named = [(problem.check, problem.where) for problem in index_problems(session)]
        connection.rollback()
    assert named == [("index", "entry.uq_entry_reversed_once")]


@pytest.mark.parametrize(("file", "those_of"), [(TRIGGERS, guards), (UNIQUE, unique_indexes)])
def test_f1_the_triggers_and_indexes_that_are_known_are_those_of_a_new_database(database, file, those_of):
    with database.reading() as session:
        dialect = session.get_bind().dialect.name
        lines = [f"{dialect} {name} {digest}" for name, digest in sorted(those_of(session).items())]
    known = file.read_text("utf-8").splitlines()
    assert [line for line in known if line.startswith(dialect)] == lines


def test_e4_the_document_says_of_every_table_what_its_truth_rests_on():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", TOLD.read_text("utf-8"), re.MULTILINE)
    rests = {
        name: "log" if name in LOG else "leaf" if name in BY_LEAF else "derived" if name in DERIVED
        else "no fact" if name in NO_FACTS else "row seal"
        for name in SQLModel.metadata.tables
    }  # fmt: skip
    assert dict(rows) == rests
    assert [name for name, _ in rows] == sorted(rests)


def test_e4_no_table_is_left_out_by_a_name_that_no_table_has():
    assert NOT_SEALED | SECRETS.keys() <= SQLModel.metadata.tables.keys()


def test_f1_a_published_notice_whose_bytes_are_others_is_held_to_its_leaf(installation):
    with shell(installation.database, installation.signer, ["meiyuan"]) as altering:
        connection = altering.connection
        connection.execute(text("UPDATE notice SET body = :body"), {"body": b"{}"})
        connection.execute(text("UPDATE attachment SET body = :body"), {"body": b"x"})
        said = {
            (problem.check, problem.finding) for problem in altering.problems() if problem.check == "notice"
        }
    assert ("notice", "its bytes are not those that its leaf seals") in said


SEEN_BY_NOBODY = {
    "a notice's body": ("UPDATE notice SET body = :body", "notice"),
    "its files by one byte": ("UPDATE attachment SET body = :body", "attachment"),
    "every line of the bank": ("UPDATE bank_line SET amount_fen = 1", "bank_line"),
    "all times of tickets": ("UPDATE ticket SET arrived_at = reported_at, done_at = reported_at", "ticket"),
    "the steps of tickets": ("UPDATE ticket_step SET at = (SELECT min(at) FROM ticket_step)", "ticket_step"),
    "tickets taken away": ("DELETE FROM ticket", "ticket"),
    "ballots": ("UPDATE ballot SET choice = 'against'", "ballot"),
    "rolls": ("UPDATE roll_home SET area_dm2 = area_dm2 + 1", "roll_home"),
    "by whom": ("UPDATE entry SET by_login = 'mei'", "entry"),
    "approved by whom": ("UPDATE entry SET approved_by = 'mei'", "entry"),
    "when": ("UPDATE entry SET posted_at = (SELECT min(posted_at) FROM entry)", "entry"),
    "the payee": ("UPDATE movement SET party = 'X'", "entry"),
    "how far an account may go": ("UPDATE account SET floor_fen = -100000000", "account"),
}
"""What was altered once and not seen, and by what `fsck` names it: its table, or the entry that it is of."""


@pytest.mark.parametrize("what", SEEN_BY_NOBODY)
def test_f1_what_was_altered_all_over_a_table_is_named_by_it(installation, what):
    statement, table = SEEN_BY_NOBODY[what]
    with shell(installation.database, installation.signer, ["meiyuan"]) as altering:
        values = {"body": b"{}"} if ":body" in statement else {}
        altered = altering.connection.execute(text(statement), values).rowcount
        named = [str(problem) for problem in altering.problems()]
    assert altered
    assert any(re.search(rf"\b{table}\b", problem) for problem in named), named[:9]


def test_f1_when_all_triggers_are_dropped_all_are_named(installation):
    with installation.database.engine.connect() as connection:
        dialect = connection.dialect.name
        if dialect == "postgresql":
            with Session(connection) as session:
                triggers = [name.partition(".")[::2] for name in guards(session)]
            for table, name in triggers:
                if name:
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
        else:
            take_the_triggers_off(connection)
        with Session(connection) as session:
            named = {problem.where for problem in trigger_problems(session)}
        connection.rollback()
    known = {line.split()[1] for line in TRIGGERS.read_text("utf-8").splitlines() if line.startswith(dialect)}
    dropped = {name for name in known if dialect == "sqlite" or "." in name}
    assert len(dropped) >= 149
    assert dropped <= named


def test_f1_e4_a_cell_altered_in_every_table_at_once_is_named_for_each(installation):
    """Five hundred cells of 66 tables were altered at once, and nothing was said."""
    random = Random(SEED)
    with (
        shell(installation.database, installation.signer, ["meiyuan"]) as altering,
        ExitStack() as alterations,
    ):
        made = [
            alterations.enter_context(altering.altered(CELL, random, [table])) for table in altering.tables
        ]
        problems = altering.problems()
        assert len(made) > 60
        assert [mutation for mutation in made if not any(map(mutation.names, problems))] == []


def test_e4_a_row_that_was_changed_back_by_hand_to_an_earlier_state_is_found(installation):
    """Its earlier state was sealed too, but another stands in its place since."""
    with shell(installation.database, installation.signer, ["meiyuan"]) as altering:
        no = altering.connection.execute(
            text("SELECT min(no) FROM ticket WHERE state = 'closed'")
        ).scalar_one()
        altering.connection.execute(text("UPDATE ticket SET done_at = arrived_at WHERE no = :no"), {"no": no})
        assert [problem.where for problem in altering.problems()] == [f"ticket [{no}]"]


def test_b13_the_seal_of_a_charge_from_before_it_said_its_run_holds():
    row = {"community": "x", "home": "1-1-101", "month": "2026-07", "amount_fen": 36_00, "entry_no": 9}
    now, before = shape_of("charge"), shape("charge", row, ("community", "home", "month"))
    first, second = (row | {"run": run} for run in (1, 2))

    assert key_text(now, first) == key_text(before, row) != key_text(now, second)
    assert (
        row_digest(now, first, b"salt")
        == row_digest(before, row, b"salt")
        != row_digest(now, second, b"salt")
    )


def test_e4_the_seals_of_rows_cannot_be_rewritten_without_the_log(installation):
    """Whoever alters a row with its seal, and the whole chain behind it, meets the leaf that commits to the chain."""
    with shell(installation.database, installation.signer, ["meiyuan"]) as altering:
        connection = altering.connection
        forge(
            connection, "UPDATE home SET area_dm2 = area_dm2 + 100 WHERE code = (SELECT min(code) FROM home)"
        )
        said = [str(problem) for problem in altering.problems()]
    assert said
    assert all(problem.startswith("row_seal: leaf ") for problem in said), said


def forge(connection, statement):
    """Alter rows of homes, and seal them and everything after them anew."""
    connection.execute(text(statement))
    of, chain = shape_of("home"), b""
    homes = {
        key_text(of, row): dict(row)
        for row in connection.execute(select(SQLModel.metadata.tables["home"])).mappings()
    }
    seals = SQLModel.metadata.tables["row_seal"]
    rows = connection.execute(select(seals).where(seals.c.community == "meiyuan").order_by(seals.c.no))
    for count, row in enumerate(rows.mappings().all(), start=1):
        digest = row["digest"]
        if row["name"] == "home" and row["salt"] is not None:
            digest = row_digest(of, homes[row["key"]], row["salt"])
            here = (seals.c.community == "meiyuan") & (seals.c.no == row["no"])
            connection.execute(seals.update().where(here).values(digest=digest))
        chain = next_link(chain, count, row["name"], row["key"], digest)
    connection.execute(
        text("UPDATE row_seal_head SET chain = :chain WHERE community = 'meiyuan'"), {"chain": chain}
    )


def test_e4_what_a_transaction_wrote_in_every_way_is_sealed_and_what_it_undid_is_not(database):
    with database.writing() as session:
        a_community(session)
        a_home(session)
    with suppress(RuntimeError), database.writing() as session:
        a_home(session, "1-1-102")
        raise RuntimeError
    with database.writing() as session:
        kept = session.get_one(Home, ("meiyuan", "1-1-101"))
        kept.area_dm2 += 1
        session.add(kept)
        session.execute(update(Home).values(handle="feedfeedfeedfeed"))
        session.add(CalendarDay(area="", day=date(2026, 5, 1), works=False))
        session.flush()
        session.execute(delete(CalendarDay))
    with database.reading() as session:
        query = select(RowSeal).where(RowSeal.name == "home").order_by(RowSeal.no)
        seals = session.execute(query).scalars().all()
        assert [(seal.no > 0, seal.salt is None) for seal in seals] == [(True, True), (True, False)]
        assert list(installation_problems(session)) == []
        assert list(row_problems(session, "meiyuan")) == []


def test_e4_what_a_savepoint_undid_is_not_sealed_and_what_stood_before_it_is(database):
    with database.writing() as session:
        a_community(session)
        a_home(session)
        for door in ("102", "103"):
            with suppress(RuntimeError), session.begin_nested():
                a_home(session, f"1-1-{door}")
                write_rows(session, CalendarDay, [{"area": "", "day": date(2026, 5, 1), "works": False}])
                raise RuntimeError
            write_rows(session, CalendarDay, [{"area": door, "day": date(2026, 5, 1), "works": False}])
        a_home(session, "1-1-104")

    with database.reading() as session:
        sealed = session.exec(
            select(RowSeal.key).where(RowSeal.name == "home", RowSeal.salt.is_not(None))
        ).all()
        assert len(sealed) == 2
        assert list(installation_problems(session)) == []
        assert list(row_problems(session, "meiyuan")) == []


@pytest.fixture
def sample(sqlite_url, tmp_path):
    """A community with a published half-year, and its installation."""
    database = Database(sqlite_url)
    build_published(database, tmp_path / "keys")
    config = Config.from_env({"LEDGER_HOME": str(tmp_path / "home"), "LEDGER_HOST": "test.example"})
    yield Installation.of(config, database)._replace(signer=Signer(tmp_path / "keys"))
    database.close()


def test_f2_a_publication_that_could_not_be_signed_leaves_nothing_published(sample):
    with sample.database.reading() as session:
        at_head, before = head(session, "meiyuan"), len(notices(session))
    sample.signer.remember(Checkpoint(at_head.origin, at_head.tree_size + 5, bytes(32)))

    with pytest.raises(LogRewritten):
        publish_evaluation(sample, "meiyuan", "2026-H1", why="复核", by=SU, at=PUBLISHED + timedelta(days=9))

    with sample.database.reading() as session:
        assert (head(session, "meiyuan"), len(notices(session))) == (at_head, before)


def test_e5_rows_that_no_leaf_follows_are_committed_to_in_the_next_round_and_once(sample):
    with sample.database.writing() as session:
        session.get_one(Community, "meiyuan").address = "新地址"
        session.execute(select(Home)).scalars().first().handle = "feedfeedfeedfeed"

    for _ in range(3):
        sign_grown(sample, at=PUBLISHED)

    with sample.database.reading() as session:
        leaves = session.execute(select(Leaf.leaf_index).where(Leaf.kind == "rows")).scalars().all()
        assert len(leaves) == 1
        assert head(session, "meiyuan").tree_size == leaves[0] + 1
        assert latest_signed(session, "meiyuan").tree_size == leaves[0] + 1
        assert list(everything_wrong(session, ["meiyuan"], sample.signer)) == []


def test_e3_the_sheet_for_the_lobby_carries_size_root_and_key_of_a_head_that_covers_its_notice(sample):
    with sample.database.reading() as session:
        signed, published = (
            latest_signed(session, "meiyuan"),
            notice(session, "meiyuan", "half-year", "2026-H1"),
        )
        sheet = lobby_sheet(session, "meiyuan", "2026-H1", installation=sample)
    url = "https://test.example/meiyuan/half-year/2026-H1/"
    paper = f"{signed.tree_size}.{signed.root.hex()}.{fingerprint(signed.vkey)}"
    assert lobby.address(signed, url) == f"{url}#paper={paper}"
    assert signed.tree_size > published.leaf_index
    words, fund = text_of(sheet.body), json.loads(published.body)["fund"]
    assert len(pages_of(sheet.body)) == 1
    for said in (
        f"{yuan(fund['closing_fen'])}元，截至",
        str(signed.tree_size),
        *paper_groups(signed.root.hex()),
        *paper_groups(fingerprint(signed.vkey)),
    ):
        assert said in words, said


def test_e3_no_sheet_is_printed_before_its_notice_is_sealed(sample):
    with sample.database.writing() as session:
        publish_again(session, "meiyuan", why="复核", at=PUBLISHED + timedelta(days=1))
    with sample.database.reading() as session, pytest.raises(NotSignedYet):
        lobby_sheet(session, "meiyuan", "2026-H1", installation=sample)


@pytest.mark.parametrize("forged", ["key", "key and signature", "root", "size"])
def test_f4_no_paper_is_printed_of_a_head_that_the_signer_did_not_sign(installation, forged):
    """The page refused to show it; the sheet for the wall and the check report printed the forged key."""
    with shell(installation.database, installation.signer, ["meiyuan"]) as altering:
        with Session(altering.connection) as session:
            head_there = latest_signed(session, "meiyuan")
            signed = parse_note(head_there.note).text
            lobby_sheet(session, "meiyuan", "2026-H1", installation=installation)
        key, origin = Ed25519PrivateKey.generate(), signed.partition("\n")[0]
        values = {
            "vkey": Verifier(origin, key.public_key().public_bytes_raw()).vkey,
            "note": sign(signed, origin, key),
            "root": bytes(32),
            "tree_size": head_there.tree_size + 1,
        }
        names = {
            "key": ["vkey"],
            "key and signature": ["vkey", "note"],
            "root": ["root"],
            "size": ["tree_size"],
        }
        heads = SQLModel.metadata.tables["signed_head"]
        altering.connection.execute(
            heads.update()
            .where(heads.c.community == "meiyuan", heads.c.tree_size == head_there.tree_size)
            .values({name: values[name] for name in names[forged]})
        )
        with Session(altering.connection) as session:
            with pytest.raises(KeyOfLogForged):
                lobby_sheet(session, "meiyuan", "2026-H1", installation=installation)
            with pytest.raises(KeyOfLogForged):
                check_report(session, "meiyuan", "2026-H1", installation=installation, at=PUBLISHED)


@pytest.mark.parametrize("digits", ["0" * 64, "0123456789abcdef" * 4])
def test_e3_a_mistyped_digit_of_the_paper_is_told_by_its_group(digits):
    for group in paper_groups(digits):
        for place in range(4):
            for other in "0123456789abcdef":
                typed = group[:place] + other + group[place + 1 :]
                assert (paper_groups(typed[:4]) == [typed]) is (typed == group)
