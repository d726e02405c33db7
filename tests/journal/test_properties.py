"""Whatever people do, in whatever order: after every action the books, the log and the model say the same."""

import itertools
import shutil
from datetime import UTC, datetime, timedelta
from json import loads

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from ledger.community.rules import HomeKind
from ledger.community.tables import Home
from ledger.db import Database
from ledger.errors import LedgerError
from ledger.journal.actions import post_all, reverse
from ledger.journal.fsck import problems
from ledger.journal.month_actions import carry_over, close_month
from ledger.journal.month_rules import AccountNotCleared, MonthRunning
from ledger.journal.queries import closing_balances, held, moves_of, trial_balance
from ledger.journal.rules import (
    AlreadyReversed,
    AskedDifferently,
    MonthClosed,
    Move,
    Overspent,
    ReversedBefore,
)
from ledger.journal.tables import Entry
from ledger.log import merkle
from ledger.log.actions import sign_head
from ledger.log.leaf import canonical
from ledger.log.queries import head, tiles
from ledger.log.signer import Signer
from ledger.log.tables import Leaf, SignedHead
from ledger.periods import Month, day_in_shanghai
from tests.cast import MEI
from tests.conftest import postgres_copy
from tests.journal.model import ACCOUNTS, Model, Written
from tests.journal.purse import CODE, ONE, TWO, a_draft, a_memo, a_purse
from tests.log import trees

SECRET = "王小明 13800000000"
FIRMS = ["anju", "factory"]
BOOKS = ("purse", "other")
amounts = st.one_of(st.integers(1, 300), st.integers(1, 10**9))
kinds = st.sampled_from(["into", "into", "out", "firm in", "firm out", "to transit", "from transit", "gain"])
some_moves = st.lists(st.tuples(kinds, st.integers(0, 5), amounts, st.booleans()), min_size=1, max_size=3)
days_ago = st.integers(0, 50)


class Ledger(RuleBasedStateMachine):
    """One community and the model of it, on a database of its own."""

    fresh = None
    """Gives a new database and a new signer."""

    def __init__(self):
        super().__init__()
        self.database, self.signer = self.fresh()
        self.model = Model()
        self.homes = [ONE, TWO]
        self.now = datetime(2026, 7, 15, 4, tzinfo=UTC)
        self.keys, self.batches = itertools.count(), itertools.count()
        self.sent = []
        with self.database.writing() as session:
            a_purse(session)

    def teardown(self):
        self.database.close()

    def do(self, action):
        """Do something in a transaction of its own; gives what it gives, or the refusal."""
        try:
            with self.database.writing() as session:
                return action(session)
        except LedgerError as refusal:
            return refusal

    def moves(self, drawn):
        made = []
        for kind, who, amount_fen, secret in drawn:
            home, firm = self.homes[who % len(self.homes)], FIRMS[who % len(FIRMS)]
            memo = SECRET if secret else None
            made.append(
                {
                    "into": Move("1001", "4001", amount_fen, home, None, memo),
                    "out": Move("5001", "1001", amount_fen, home, None, memo),
                    "firm in": Move("1001", "2001", amount_fen, None, firm, memo),
                    "firm out": Move("2001", "1001", amount_fen, None, firm, memo),
                    "to transit": Move("1099", "1001", amount_fen, None, None, memo),
                    "from transit": Move("1001", "1099", amount_fen, None, None, memo),
                    "gain": Move("1001", "4101", amount_fen, None, None, memo),
                }[kind]
            )
        return made

    def next_key(self):
        return f"k{next(self.keys)}"

    def expect_posted(self, drafts):
        """Post drafts whose keys are new, and hold the answer against the model's."""
        after = self.model
        for draft in drafts:
            after = after.with_moves(str(Month.of(draft.on)), draft.moves)
        answer = self.do(lambda session: post_all(session, CODE, drafts, by=MEI, at=self.now))
        if any(str(Month.of(draft.on)) <= self.model.closed_through for draft in drafts):
            assert isinstance(answer, MonthClosed)
        elif after.overspent():
            assert isinstance(answer, Overspent)
        else:
            batch = next(self.batches)
            numbers = range(len(self.model.entries) + 3, len(self.model.entries) + 3 + len(drafts))
            assert [(posting.no, posting.fresh) for posting in answer] == [(no, True) for no in numbers]
            for no, draft in zip(numbers, drafts, strict=True):
                month = str(Month.of(draft.on))
                after.entries.append(
                    Written(no, draft.key, month, list(draft.moves), draft.reverses_no, batch)
                )
            self.model = after
            self.sent += drafts

    def day(self, ago):
        return day_in_shanghai(self.now) - timedelta(days=ago)

    @rule()
    def open_a_home(self):
        code = f"1-1-{200 + len(self.homes)}"
        self.homes.append(code)
        home = Home(
            community=CODE, code=code, building="1", stairwell="1", door=code, kind=HomeKind.COMMODITY,
            area_dm2=8_000, handle=f"{len(self.homes):016x}",
        )  # fmt: skip
        self.do(lambda session: session.add(home))

    @rule(drawn=some_moves, ago=days_ago)
    def post(self, drawn, ago):
        self.expect_posted([a_draft(*self.moves(drawn), on=self.day(ago), key=self.next_key())])

    @rule(batch=st.lists(some_moves, min_size=2, max_size=4), ago=days_ago)
    def post_a_batch(self, batch, ago):
        self.expect_posted(
            [a_draft(*self.moves(drawn), on=self.day(ago), key=self.next_key()) for drawn in batch]
        )

    @rule(ago=days_ago)
    def remember(self, ago):
        self.expect_posted([a_memo(on=self.day(ago), key=self.next_key(), private={"why": SECRET})])

    @rule(which=st.integers(0, 99), changed=st.booleans())
    def send_again(self, which, changed):
        if not self.sent:
            return
        draft = self.sent[which % len(self.sent)]
        known = self.model.by_key(draft.key)
        sent = a_memo("another", key=draft.key) if changed else draft
        answer = self.do(lambda session: post_all(session, CODE, [sent, sent], by=MEI, at=self.now))
        if self.model.reversed_by(known.no):
            assert isinstance(answer, ReversedBefore)
        elif changed:
            assert isinstance(answer, AskedDifferently)
        else:
            assert [(posting.no, posting.fresh) for posting in answer] == [(known.no, False)] * 2

    @rule(drawn=some_moves)
    def change_ones_mind(self, drawn):
        """Posts and rolls back."""
        with pytest.raises((ZeroDivisionError, Overspent, MonthClosed)), self.database.writing() as session:
            post_all(session, CODE, [a_draft(*self.moves(drawn), key=self.next_key())], by=MEI, at=self.now)
            raise ZeroDivisionError

    @rule(which=st.integers(0, 99))
    def take_back(self, which):
        if not self.model.entries:
            return
        wrong = self.model.entries[which % len(self.model.entries)]
        key, month = self.next_key(), str(Month.of(self.day(0)))
        red = [move._replace(amount_fen=-move.amount_fen, memo=None) for move in wrong.moves]
        after = self.model.with_moves(month, red)
        answer = self.do(
            lambda session: reverse(session, CODE, wrong.no, reason=SECRET, key=key, by=MEI, at=self.now)
        )
        if self.model.reversed_by(wrong.no):
            assert isinstance(answer, AlreadyReversed)
        elif month <= self.model.closed_through:
            assert isinstance(answer, MonthClosed)
        elif after.overspent():
            assert isinstance(answer, Overspent)
        else:
            assert answer.no == len(self.model.entries) + 3
            after.entries.append(Written(answer.no, key, month, red, wrong.no, next(self.batches)))
            self.model = after

    @rule(days=st.integers(1, 40))
    def wait(self, days):
        self.now += timedelta(days=days)

    @rule()
    def let_the_clock_jump_back(self):
        self.now -= timedelta(days=3)

    @rule(ago=st.integers(0, 2), explained=st.booleans())
    def close(self, ago, explained):
        month = Month.of(self.day(0)).plus(-ago)
        exceptions = {"purse/1099": SECRET} if explained else {}
        answer = self.do(
            lambda session: close_month(session, CODE, month, exceptions=exceptions, by=MEI, at=self.now)
        )
        if str(month) <= self.model.closed_through:
            assert isinstance(answer, MonthClosed)
        elif self.day(0) <= month.last or (self.model.uncleared(str(month)) and not explained):
            assert isinstance(answer, (AccountNotCleared, MonthRunning))
        else:
            assert answer.month == str(month)
            self.model.closed_through = str(month)
            self.model.closed_after[str(month)] = len(self.model.entries)
            self.model.closings[str(month)] = {
                account: self.model.figures(account, str(month)) for account in ACCOUNTS
            }

    @rule(ago=st.integers(0, 2))
    def carry(self, ago):
        month = Month.of(self.day(0)).plus(-ago)
        before = self.model
        answer = self.do(lambda session: carry_over(session, CODE, "purse", month, by=MEI, at=self.now))
        if answer is None:
            return
        with self.database.reading() as session:
            entry = session.get(Entry, (CODE, answer.no))
            moves = moves_of(session, CODE, answer.no)
        self.model = before.with_moves(str(month), moves)
        self.model.entries.append(Written(answer.no, entry.key, str(month), moves, None, next(self.batches)))
        assert before.closed_through < entry.month == str(month)
        assert +self.model.held == +before.held
        for account in ACCOUNTS.values():
            if account.closes_to:
                closed = self.model.figures(account.code, str(month))[3]
                carried_before = before.figures(account.code, before.closed_through or "0000")[3]
                assert closed == carried_before

    @rule()
    def sign(self):
        signed = self.do(lambda session: sign_head(session, CODE, self.signer, at=self.now))
        assert isinstance(signed, SignedHead)

    @invariant()
    def nothing_is_wrong(self):
        with self.database.reading() as session:
            assert list(problems(session, CODE, self.signer)) == []

    @invariant()
    def the_books_say_what_the_model_says(self):
        months = {when for _, when, _ in self.model.turnover}
        with self.database.reading() as session:
            for month in months:
                at = Month.parse(month)
                for row in trial_balance(session, CODE, "purse", at, at):
                    figures = (row.opening_fen, row.debit_fen, row.credit_fen, row.closing_fen)
                    assert figures == self.model.figures(row.account, month), (row.account, month)
            for book in BOOKS:
                rows = trial_balance(session, CODE, book, Month(2020, 1), Month(2099, 12))
                assert sum(row.debit_fen - row.credit_fen for row in rows) == 0
            for ledger in ("unit", "firm"):
                kept = {who: fen for (code, who), fen in self.model.held.items() if code == ledger and fen}
                assert {who: fen for who, fen in held(session, CODE, "purse", ledger).items() if fen} == kept
            for month, figures in self.model.closings.items():
                rows = closing_balances(session, CODE, Month.parse(month))
                assert figures == {
                    row.account: (row.opening_fen, row.debit_fen, row.credit_fen, row.closing_fen)
                    for row in rows
                    if row.book == "purse"
                }

    @invariant()
    def entries_are_the_models_dense_unique_and_in_time(self):
        with self.database.reading() as session:
            entries = session.exec(select(Entry).where(Entry.no > 2).order_by(Entry.no)).all()
            rows = [(entry.no, entry.key, entry.month, entry.reverses_no) for entry in entries]
            assert head(session, CODE).closed_through == self.model.closed_through
        assert rows == [(entry.no, entry.key, entry.month, entry.reverses) for entry in self.model.entries]
        assert [no for no, *_ in rows] == list(range(3, 3 + len(rows)))
        assert len({key for _, key, *_ in rows}) == len(rows)
        reversals = [entry.reverses for entry in self.model.entries if entry.reverses]
        assert len(set(reversals)) == len(reversals)
        for month, count in self.model.closed_after.items():
            assert all(entry.month > month for entry in self.model.entries[count:])

    @invariant()
    def no_floor_was_ever_broken(self):
        """Holds at the end of every batch; within one, what comes in later pays for what went out before."""
        replayed = Model()
        for _, batch in itertools.groupby(self.model.entries, key=lambda entry: entry.batch):
            for entry in batch:
                replayed = replayed.with_moves(entry.month, entry.moves)
            assert not replayed.overspent()

    @invariant()
    def the_log_is_the_tree_of_its_leaves_and_tells_no_secret(self):
        with self.database.reading() as session:
            rows = session.execute(
                select(Leaf.leaf_index, Leaf.body, Leaf.hash).order_by(Leaf.leaf_index)
            ).all()
            current, tile = head(session, CODE), tiles(session, CODE)
            hashes = [hashed for *_, hashed in rows]
            assert [index for index, *_ in rows] == list(range(current.tree_size))
            assert current.root == trees.mth(hashes)
            for index, body, hashed in rows:
                assert hashed == merkle.leaf_hash(body)
                assert canonical(loads(body)) == body
                assert loads(body)["i"] == index
                for word in (SECRET, "13800000000", *self.homes):
                    assert word not in body.decode()
                path = merkle.inclusion_path(index, current.tree_size, tile)
                assert merkle.verify_inclusion(hashed, index, current.tree_size, path, current.root)
            for signed in session.exec(select(SignedHead)):
                path = merkle.consistency_path(signed.tree_size, current.tree_size, tile)
                assert merkle.verify_consistency(
                    signed.tree_size, current.tree_size, signed.root, current.root, path
                )


def run(fresh, **limits):
    machine = type("Ledger", (Ledger,), {"fresh": staticmethod(fresh)})
    run_state_machine_as_test(
        machine,
        settings=settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, **limits),
    )


def test_books_log_and_model_agree_on_sqlite(sqlite_template, tmp_path):
    numbers = itertools.count()

    def fresh():
        directory = tmp_path / str(next(numbers))
        directory.mkdir()
        file = shutil.copy(sqlite_template, directory / "ledger.db")
        return Database(f"sqlite:///{file}"), Signer(directory / "keys")

    run(fresh, max_examples=10, stateful_step_count=25)


def test_books_log_and_model_agree_on_postgresql(postgres_template, counter, tmp_path):
    copies = []

    def fresh():
        copy = postgres_copy(postgres_template, f"test_{next(counter)}")
        copies.append(copy)
        return Database(copy.__enter__()), Signer(tmp_path / str(len(copies)))

    try:
        run(fresh, max_examples=3, stateful_step_count=12)
    finally:
        for copy in copies:
            copy.__exit__(None, None, None)


def test_the_model_knows_an_overdraft_when_it_sees_one():
    assert not Model().overspent()
    assert Model().with_moves("2026-07", [Move("5001", "1001", 1, ONE)]).overspent()
