"""Two people at once: money is spent once, a key is one entry, a month is closed with all that is in it."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlmodel import func, select

from ledger.db import Database
from ledger.journal.actions import open_book, post, reverse
from ledger.journal.fsck import problems
from ledger.journal.queries import closing_balances, held
from ledger.journal.rules import MonthClosed, Overspent
from ledger.journal.tables import Entry, Movement
from ledger.log.actions import sign_head
from ledger.log.queries import head, proof
from ledger.log.signer import Signer
from tests.cast import MEI, NOON
from tests.journal.purse import (
    CODE,
    DAY,
    IN_AUGUST,
    IN_SEPTEMBER,
    JULY,
    ONE,
    PURSE,
    TWO,
    a_draft,
    a_memo,
    close,
    into,
    out_of,
    write,
)


def at_once(*actions):
    """Run the actions in a thread each, started together; gives their answers or their exceptions, in order."""
    start = threading.Barrier(len(actions))

    def run(action):
        start.wait()
        try:
            return action()
        except Exception as refusal:
            return refusal

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def posting(database, draft, at=NOON):
    def action():
        with database.writing() as session:
            return post(session, CODE, draft, by=MEI, at=at)

    return action


def clean(database):
    with database.reading() as session:
        return list(problems(session, CODE)) == []


def test_two_payments_race_for_the_last_yuan_and_one_gets_it(database):
    for round_ in range(50):
        with database.writing() as session:
            write(session, into(ONE, 100))

        answers = at_once(*[posting(database, a_draft(out_of(ONE, 100))) for _ in range(2)])

        assert sorted(type(answer).__name__ for answer in answers) == ["Overspent", "Posted"], (
            round_,
            answers,
        )
    with database.reading() as session:
        assert held(session, CODE, "purse", "unit") == {ONE: 0}
        assert head(session, CODE).last_no == 2 + 2 * 50
    assert clean(database)


def test_many_payments_spend_what_is_there_and_no_more(database):
    with database.writing() as session:
        write(session, into(ONE, 500), into(TWO, 500))

    answers = at_once(*[posting(database, a_draft(out_of(ONE, 90))) for _ in range(12)])

    refusals = [answer for answer in answers if isinstance(answer, Overspent)]
    assert len(refusals) == 7
    assert sorted(answer.no for answer in answers if not isinstance(answer, Overspent)) == [4, 5, 6, 7, 8]
    with database.reading() as session:
        assert held(session, CODE, "purse", "unit") == {ONE: 50, TWO: 500}
    assert clean(database)


def test_one_key_sent_twenty_times_at_once_is_one_entry(database):
    draft = a_draft(into(ONE, 100))

    answers = at_once(*[posting(database, draft) for _ in range(20)])

    assert {answer[:2] for answer in answers} == {(3, 3)}
    assert sum(answer.fresh for answer in answers) == 1
    with database.reading() as session:
        assert held(session, CODE, "purse", "unit") == {ONE: 100}
    assert clean(database)


def test_one_key_with_two_contents_at_once_is_one_entry_and_one_refusal(database):
    for round_ in range(10):
        key = f"webhook-{round_}"
        answers = at_once(
            *[posting(database, a_draft(into(ONE, amount_fen), key=key)) for amount_fen in (1, 2)]
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["AskedDifferently", "Posted"], answers


def test_an_entry_is_reversed_once_however_many_ask_at_once(database):
    def reversing(no, key):
        def action():
            with database.writing() as session:
                return reverse(session, CODE, no, reason="x", key=key, by=MEI, at=IN_AUGUST)

        return action

    for round_ in range(10):
        with database.writing() as session:
            wrong = write(session, into(ONE, 100))
        answers = at_once(*[reversing(wrong.no, f"reversal-{round_}-{n}") for n in range(3)])
        kinds = sorted(type(answer).__name__ for answer in answers)
        assert kinds == ["AlreadyReversed", "AlreadyReversed", "Posted"], answers
    assert clean(database)


def test_a_closed_month_holds_all_that_was_posted_before_it_and_nothing_after(database):
    month, refused, in_time = JULY, 0, 0
    for _ in range(4):
        posters = [
            posting(database, a_draft(into(ONE, 1), on=date(month.year, month.number, 15)), at=IN_SEPTEMBER)
            for _ in range(8)
        ]

        def closer(month=month):
            with database.writing() as session:
                return close(session, month)

        *answers, closed = at_once(*posters, closer)

        assert closed.month == str(month)
        late = [answer for answer in answers if isinstance(answer, MonthClosed)]
        posted = [answer for answer in answers if not isinstance(answer, Exception)]
        assert len(late) + len(posted) == 8, answers
        assert all(entry.leaf_index < closed.leaf_index for entry in posted)
        with database.reading() as session:
            (bank,) = [
                row
                for row in closing_balances(session, CODE, month)
                if (row.book, row.account) == ("purse", "1001")
            ]
            assert bank.debit_fen == len(posted)
        refused, in_time, month = refused + len(late), in_time + len(posted), month.plus(1)
    assert clean(database)
    assert refused + in_time == 32


def test_books_opened_at_once_do_not_wait_for_each_other_forever(database):
    def opening(name):
        def action():
            with database.writing() as session:
                return open_book(session, CODE, PURSE._replace(book=name), by=MEI, at=NOON)

        return action

    answers = at_once(*[opening(f"grant-{n}") for n in range(6)])

    assert sorted(answer.no for answer in answers) == list(range(3, 9)), answers
    assert clean(database)


def test_readers_see_whole_entries_while_others_write(database):
    stop = threading.Event()
    seen = []

    def reader():
        while not stop.is_set() or len(seen) < 3:
            with database.reading() as session:
                faults = list(problems(session, CODE))
                entries = session.exec(select(func.count()).select_from(Entry)).one()
                lines = session.exec(select(func.count()).select_from(Movement)).one()
                seen.append((faults, lines - 2 * (entries - 2)))

    with ThreadPoolExecutor(2) as pool:
        reading = pool.submit(reader)
        for _ in range(25):
            posting(database, a_draft(into(ONE, 2), out_of(ONE, 1)))()
        stop.set()
        reading.result()
    assert all(view == ([], 0) for view in seen), next(view for view in seen if view != ([], 0))


def test_heads_are_signed_while_others_write(database, tmp_path):
    signer = Signer(tmp_path / "keys")

    def sign():
        with database.writing() as session:
            return sign_head(session, CODE, signer, at=NOON)

    for _ in range(4):
        answers = at_once(
            sign,
            *[posting(database, a_memo(on=DAY)) for _ in range(3)],
            sign,
            posting(database, a_memo(on=DAY)),
        )
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    sign()
    with database.reading() as session:
        assert proof(session, CODE, 18).index == 18
        assert list(problems(session, CODE, signer)) == []


def post_from_a_process(url, keys, start, results):
    database = Database(url)
    start.wait()
    for key in keys:
        try:
            results.put(posting(database, a_draft(out_of(ONE, 10), key=key))())
        except Overspent:
            results.put(None)
    database.close()


def test_processes_share_the_money_and_the_keys(database, url):
    with database.writing() as session:
        write(session, into(ONE, 55))
    database.close()  # no connection is carried into another process
    context = multiprocessing.get_context("fork")
    start, results = context.Barrier(4), context.Queue()
    keys = [f"k{n}" for n in range(8)]
    work = [
        context.Process(target=post_from_a_process, args=(url, keys[n:] + keys[:n], start, results))
        for n in range(4)
    ]
    for process in work:
        process.start()
    answers = [results.get(timeout=300) for _ in range(32)]
    for process in work:
        process.join()

    posted = {answer.no for answer in answers if answer}
    assert len(posted) == sum(answer.fresh for answer in answers if answer) == 5
    with database.reading() as session:
        assert held(session, CODE, "purse", "unit") == {ONE: 5}
    assert clean(database)
