"""The process dies in the middle: there is a whole entry or none, and the same key finds it or writes it."""

import multiprocessing
import os
import signal

import pytest
from sqlalchemy import event
from sqlmodel import func, select

from ledger.db import Database
from ledger.journal.actions import post_all
from ledger.journal.fsck import problems
from ledger.journal.queries import held
from ledger.journal.tables import Entry, Movement
from ledger.log.actions import sign_head
from ledger.log.queries import head
from ledger.log.signer import Signer
from tests.cast import MEI, NOON
from tests.journal.purse import CODE, ONE, a_draft, close, into, out_of

CONTEXT = multiprocessing.get_context("fork")


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def drafts(count):
    return [a_draft(into(ONE, 5, memo="geheim"), out_of(ONE, 2), key=f"crash-{n}") for n in range(count)]


def write_and_die(url, count, after):
    """Post in one transaction; die after so many statements, or behind the commit."""
    database = Database(url)
    left = iter(range(after))
    event.listen(
        database.engine, "after_cursor_execute", lambda *_: die() if next(left, None) is None else None
    )
    with database.writing() as session:
        post_all(session, CODE, drafts(count), by=MEI, at=NOON)
    die()


def write_until_killed(url, count, began):
    database = Database(url)
    event.listen(database.engine, "after_cursor_execute", lambda *_: began.set())
    with database.writing() as session:
        post_all(session, CODE, drafts(count), by=MEI, at=NOON)
    signal.pause()


def statements(database, count):
    """How many statements it takes to post, without posting."""
    seen = []
    event.listen(database.engine, "after_cursor_execute", lambda *_: seen.append(1))
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        post_all(session, CODE, drafts(count), by=MEI, at=NOON)
        raise ZeroDivisionError
    database.close()
    return len(seen)


def whole_entries(database):
    """How many entries were posted, each whole and in the log, once the database came to itself."""
    with database.writing() as session:
        head(session, CODE, lock=True)  # waits for what the dead process left behind
        assert list(problems(session, CODE)) == []
        entries = session.exec(select(func.count()).select_from(Entry)).one() - 2
        assert session.exec(select(func.count()).select_from(Movement)).one() == 2 * entries
        assert head(session, CODE).tree_size == 3 + entries
        assert held(session, CODE, "purse", "unit") == ({ONE: 3 * entries} if entries else {})
    return entries


def post_again(database, count):
    with database.writing() as session:
        return post_all(session, CODE, drafts(count), by=MEI, at=NOON)


def test_a_process_killed_after_any_statement_leaves_nothing_or_all(database, url):
    count = 2
    total = statements(database, count)
    assert total >= 6
    for after in range(total):
        work = CONTEXT.Process(target=write_and_die, args=(url, count, after))
        work.start()
        work.join()
        assert work.exitcode == -signal.SIGKILL
        assert whole_entries(database) == 0, after
        database.close()

    work = CONTEXT.Process(target=write_and_die, args=(url, count, 10_000))
    work.start()
    work.join()

    assert whole_entries(database) == count
    assert post_again(database, count) == [(3, 3, False), (4, 4, False)]
    assert whole_entries(database) == count


def test_a_process_killed_during_a_large_batch_leaves_nothing_or_all(database, url):
    count = 600
    for delay in (0, 0.02, 0.06, 0.1, 0.15):
        began = CONTEXT.Event()
        work = CONTEXT.Process(target=write_until_killed, args=(url, count, began))
        work.start()
        assert began.wait(30)
        work.join(delay)
        os.kill(work.pid, signal.SIGKILL)
        work.join()
        entries = whole_entries(database)
        assert entries in (0, count)
        database.close()
        if entries:
            break

    answers = post_again(database, count)

    assert [answer.no for answer in answers] == list(range(3, 3 + count))
    assert whole_entries(database) == count
    assert not any(answer.fresh for answer in post_again(database, count))


def close_and_die(url, after):
    database = Database(url)
    left = iter(range(after))
    event.listen(
        database.engine, "after_cursor_execute", lambda *_: die() if next(left, None) is None else None
    )
    with database.writing() as session:
        close(session)
    die()


def test_a_month_is_closed_wholly_or_not(database, url):
    after, closed = 0, ""
    while not closed:
        work = CONTEXT.Process(target=close_and_die, args=(url, after))
        work.start()
        work.join()
        assert work.exitcode == -signal.SIGKILL
        with database.writing() as session:
            closed = head(session, CODE, lock=True).closed_through
            assert list(problems(session, CODE)) == []
        database.close()
        after += 1 if after < 12 else 100
    assert closed == "2026-07"
    assert after > 6


def sign_and_die(url, keys):
    database = Database(url)
    event.listen(database.engine, "commit", die)
    with database.writing() as session:
        sign_head(session, CODE, Signer(keys), at=NOON)


def test_a_signature_that_was_lost_with_its_process_is_given_again(database, url, tmp_path):
    work = CONTEXT.Process(target=sign_and_die, args=(url, tmp_path / "keys"))
    work.start()
    work.join()
    assert work.exitcode == -signal.SIGKILL

    signer = Signer(tmp_path / "keys")
    with database.writing() as session:
        sign_head(session, CODE, signer, at=NOON)
    post_again(database, 1)
    with database.writing() as session:
        sign_head(session, CODE, signer, at=NOON)
        assert list(problems(session, CODE, signer)) == []
