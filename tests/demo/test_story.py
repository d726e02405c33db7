"""Two months of a small sample community, built through the real doors on both databases."""

import json
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from ledger.community.queries import person, roles
from ledger.demo.people import EVERYBODY, PASSWORD
from ledger.demo.place import MEIYUAN, daoxiang
from ledger.demo.story import build
from ledger.fees.queries import collection
from ledger.findings.identities import identities
from ledger.fund.queries import project
from ledger.fund.rules import ProjectState
from ledger.intake.queries import suspense
from ledger.intake.rules import WHY
from ledger.intake.tables import StatementFile
from ledger.journal.fsck import problems
from ledger.journal.queries import books, held, trial_balance
from ledger.log.queries import head
from ledger.log.signer import Signer
from ledger.periods import Month, Period
from ledger.publishing import Press
from ledger.repairs.tables import Ticket
from ledger.votes.queries import count, posting, resolution
from ledger.votes.rules import Matter
from ledger.votes.sheets.queries import unmatched
from tests.community.databases import a_database

SMALL = replace(
    MEIYUAN, blocks=tuple(replace(MEIYUAN.blocks[n], stairwells=1) for n in (0, 7)), shops=1, unsold=2
)
FIRST, LAST = Month(2026, 4), Month(2026, 5)
MAY = Period.parse("2026-05")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def press(request, tmp_path_factory):
    """The sample, built once in a database of each kind; nothing below changes it."""
    home = tmp_path_factory.mktemp("sample")
    with a_database(request, home) as database:
        press = Press(database, Signer(home / "keys"), home / "fonts", "https://x.example")
        build(press, "x.example", (SMALL,), {}, FIRST, LAST, lambda words: None)
        yield press


@pytest.fixture
def session(press):
    with press.database.reading() as session:
        yield session


def test_it_all_adds_up(press, session):
    assert list(problems(session, "meiyuan", press.signer)) == []
    assert {i.id for i in identities(session, "meiyuan", MAY) if not i.holds} == {
        "I8"
    }  # no fund statement yet


def test_every_stream_moved(session):
    charged = collection(session, "meiyuan", Period.parse("2026"), LAST.last)
    assert 0 < charged.received_fen < charged.charged_fen
    assert charged.homes == 24
    assert project(session, "meiyuan", "2026-02").state is ProjectState.PAID
    assert {file.profile for file in session.exec(select(StatementFile))} == {
        "wechat",
        "alipay",
        "icbc",
        "cmb",
        "boc",
    }
    assert 2 * 16 <= len(session.exec(select(Ticket)).all()) <= 2 * 26
    for book in books(session, "meiyuan"):
        assert any(row.debit_fen for row in trial_balance(session, "meiyuan", book.code, FIRST, LAST)), (
            book.code
        )


def test_the_owners_changed_their_convention_by_a_vote_that_two_people_entered(session):
    voted = resolution(session, "meiyuan", "2026-01", Matter.CONVENTION, LAST.last)
    assert count(session, "meiyuan", "2026-01").quorum
    assert posting(session, voted, LAST.last).days_late == 0
    assert unmatched(session, "meiyuan", "2026-01") == []


def test_no_statement_was_odd(session):
    """ICBC masks its balances; beyond that the sample's files are as its banks write them."""
    for file in session.exec(select(StatementFile)):
        assert {warning["code"] for warning in json.loads(file.warnings)} <= {"balance-unreadable"}, file.name


def test_every_month_is_closed_and_the_newest_receipts_of_nobody_are_left_to_resolve(session):
    assert head(session, "meiyuan").closed_through == str(LAST)
    for line in suspense(session, "meiyuan"):
        assert line.why == WHY["nothing"]


def test_everybody_has_a_role_and_signs_in_with_the_printed_password(session):
    for player in EVERYBODY:
        assert player.role in roles(session, player.login, "meiyuan", LAST.last)
    assert PasswordHasher().verify(person(session, "mei").password, PASSWORD)


BUILT = {}


def test_the_same_sample_is_built_everywhere(press, session):
    """Keys, salts and handles differ; not one fen does."""
    rows = {
        book.code: trial_balance(session, "meiyuan", book.code, FIRST, LAST)
        for book in books(session, "meiyuan")
    }
    BUILT[press.database.engine.dialect.name] = rows, held(session, "meiyuan", "fee", "arrears")

    assert all(each == BUILT["sqlite"] for each in BUILT.values())


def test_the_area_has_the_size_it_claims():
    samples = daoxiang()
    homes = [b.stairwells * b.floors * b.doors for s in samples for b in s.blocks]

    assert (sum(homes), sum(len(s.blocks) for s in samples)) == (14_188, 453)
    assert sum(s.total_area_dm2 for s in samples) == 102_890_000
