"""Two months of a small sample community, built through the real doors on both databases."""

import json
import re
from dataclasses import replace
from html import unescape
from itertools import combinations
from zlib import crc32

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from ledger.accounts.queries import accounts_of
from ledger.community.queries import person, seats
from ledger.community.rules import DEMO_PASSWORD
from ledger.config import Config
from ledger.demo.people import EVERYBODY
from ledger.demo.place import MEIYUAN, daoxiang
from ledger.demo.story import build
from ledger.demo.tickets import picture
from ledger.fees.queries import collection
from ledger.files.developing import look_of
from ledger.files.queries import stored
from ledger.files.rules import FileKind, is_alike
from ledger.findings.identities import identities
from ledger.findings.queries import candidates
from ledger.findings.rules import Flag
from ledger.fund.uses.queries import project
from ledger.fund.uses.step_and_emergency_rules import ProjectState
from ledger.fund.uses.step_tables import ProjectStep
from ledger.fund.uses.tables import Project
from ledger.grants.contributions.queries import totals
from ledger.grants.rules import Source
from ledger.grants.walk_queries import by_package, by_source, walk
from ledger.installation import Installation
from ledger.intake.queries import suspense
from ledger.intake.reconciliation.queries import reconciliations
from ledger.intake.rules import WHY
from ledger.intake.tables import StatementFile
from ledger.journal.fsck import problems
from ledger.journal.queries import books, held, trial_balance
from ledger.log.queries import head
from ledger.operations.registry import LISTINGS, RECORDS
from ledger.periods import Month, Period, months_between
from ledger.repairs.tables import Ticket
from ledger.votes.queries import count, posting, resolution
from ledger.votes.rules import Matter
from ledger.votes.sheet_queries import unmatched
from tests.cast import HUANG
from tests.community.databases import a_database
from tests.desk.conftest import Visitor
from tests.doors import application

SMALL = replace(
    MEIYUAN, blocks=tuple(replace(MEIYUAN.blocks[n], stairwells=1) for n in (0, 7)), shops=1, unsold=2
)
FIRST, LAST = Month(2026, 4), Month(2026, 5)
MAY = Period.parse("2026-05")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(request, tmp_path_factory):
    """The sample, built once in a database of each kind; nothing below changes it."""
    home = tmp_path_factory.mktemp("sample")
    with a_database(request, home) as database:
        settings = {"LEDGER_HOME": str(home), "LEDGER_HOST": "x.example"}
        installation = Installation.of(Config.from_env(settings), database)
        build(installation, (SMALL,), {}, tuple(months_between(FIRST, LAST)), lambda words: None)
        yield installation


@pytest.fixture
def session(installation):
    with installation.database.reading() as session:
        yield session


def test_it_all_adds_up(installation, session):
    assert list(problems(session, "meiyuan", installation.signer)) == []
    assert [i.id for i in identities(session, "meiyuan", MAY) if not i.holds] == []


def test_b1_b7_b8_its_uses_are_approved_by_the_authority_and_each_picture_proves_one_thing(session):
    approved = {use.approved_by for use in session.exec(select(Project)) if use.approved_on}
    pictures = {
        file.kind
        for step in session.exec(select(ProjectStep))
        if (photo := json.loads(step.papers).get("photo"))
        for file in [stored(session, "meiyuan", photo)]
    }
    flags = {one.flag for one in candidates(session, "meiyuan", FIRST.first, LAST.last)}

    assert approved == {HUANG.login}
    assert pictures == {FileKind.PHOTO}
    assert not flags & {Flag.SPLITTING, Flag.EXCLUDED, Flag.PICTURE_REUSED}


def test_a10_no_two_of_its_stand_ins_for_photographs_look_alike():
    looks = [look_of(picture(crc32(f"{ticket}/taken".encode()))) for ticket in range(600)]

    assert all(looks)
    assert not any(is_alike(one, other) for one, other in combinations(looks, 2))


def test_c4_every_month_of_every_account_is_reconciled_by_two_people(session):
    sheets = reconciliations(session, "meiyuan")
    approved = {(account.book, account.role) for account in accounts_of(session, "meiyuan")}

    assert {("fee", "bank"), ("fee", "wallet"), ("fund", "bank"), ("revenue", "bank")} < approved
    assert {(r.book, r.role, r.month) for r in sheets} == {
        (*account, str(month)) for account in approved for month in (FIRST, LAST)
    }
    assert all(r.prepared_by != r.confirmed_by is not None for r in sheets)


def test_every_stream_moved(session):
    charged = collection(session, "meiyuan", Period.parse("2026"), LAST.last)
    assert 0 < charged.received_fen < charged.charged_fen
    assert charged.homes == 24
    assert project(session, "meiyuan", "2026-02").state is ProjectState.ARCHIVED
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
        assert player.role in {seat.role for seat in seats(session, player.login, "meiyuan", LAST.last)}
    assert PasswordHasher().verify(person(session, "mei").password, DEMO_PASSWORD)


def test_the_same_sample_is_built_everywhere(installation, session, tmp_path_factory, worker_id):
    """Keys, salts and handles differ; not one fen does. Whichever database comes second finds what the first left."""
    rows = {
        book.code: trial_balance(session, "meiyuan", book.code, FIRST, LAST)
        for book in books(session, "meiyuan")
    }
    owed = sorted(held(session, "meiyuan", "fee", "arrears").items())
    mine = tmp_path_factory.getbasetemp()
    of_this_run = mine if worker_id == "master" else mine.parent
    (of_this_run / f"sample-on-{installation.database.engine.dialect.name}.txt").write_text(
        repr((rows, owed))
    )

    assert len({file.read_text() for file in of_this_run.glob("sample-on-*.txt")}) == 1


def test_the_area_has_the_size_it_claims():
    samples = daoxiang()
    homes = [b.stairwells * b.floors * b.doors for s in samples for b in s.blocks]

    assert (sum(homes), sum(len(s.blocks) for s in samples)) == (14_188, 453)
    assert sum(s.total_area_dm2 for s in samples) == 102_890_000


def test_works_money_is_mostly_the_states_and_about_one_per_cent_the_residents(installation):
    """`domain/09` §9.6: what audits of renovations find."""
    with installation.database.reading() as session:
        by = {figures.source: figures for figures in by_source(session, "meiyuan", LAST)}
        (levy,) = totals(session, "meiyuan")
        packages = by_package(session, "meiyuan", LAST)
        walked = walk(session, "meiyuan")

    received = sum(figures.received_fen for figures in by.values())
    assert 70 < by[Source.GOVERNMENT].received_fen * 100 // received < 85
    assert 5 <= by[Source.RESIDENTS].received_fen * 1_000 // received <= 15
    assert 0 < levy.used_fen == levy.paid_fen < levy.due_fen
    assert packages["2022", "B"].changes_fen > 0
    assert packages["2022", "B"].plan_version == 2
    assert all(package.held_fen > 0 and package.gap_fen == 0 for package in packages.values())
    assert sum(trace.fen for trace in walked) == sum(figures.spent_fen for figures in by.values())
    assert all(trace.came_in for trace in walked)


@pytest.mark.parametrize("login", ["an", "mei", "chen", "su"])
def test_every_list_and_record_of_the_sample_can_be_seen(installation, tmp_path_factory, login):
    """Rows that are there find what an answer forgot; an empty community does not."""
    visitor = Visitor(application(installation.database, tmp_path_factory.mktemp("home")).test_client())
    visitor.send("/desk/sign-in", login=login, password=DEMO_PASSWORD)
    seen, crashed = 0, []
    for declaration in LISTINGS + RECORDS:
        if declaration.opens_by_itself:
            page = visitor.get(f"/desk/meiyuan{declaration.path}")
            links = re.findall(r'<th scope="row"[^>]*><a href="(/desk/meiyuan/[^"]+)"', page.text)
            for url in [declaration.path, *links[:2], *links[-1:]]:
                status = (
                    page.status_code if url == declaration.path else visitor.get(unescape(url)).status_code
                )
                seen += status == 200
                if status not in (200, 403):
                    crashed.append((url, status))

    assert crashed == []
    assert seen > 30
