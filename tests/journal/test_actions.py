"""Posting: one entry, one number, one leaf; and the same key never twice."""

import json
from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import func, select

from ledger.community.queries import NoHome
from ledger.journal.actions import open_book, post, post_all, replay
from ledger.journal.fsck import problems
from ledger.journal.queries import (
    NoBook,
    NoEntry,
    account_called,
    accounts,
    entry,
    entry_by_key,
    held,
    home_history,
    moves_of,
    trial_balance,
    turnover_by_kind,
    voucher_number,
)
from ledger.journal.rules import AskedDifferently, BookThere, Move, MovementWrong, NothingToPost, Overspent
from ledger.journal.tables import Balance, Entry, Movement
from ledger.log.leaf import LeafMalformed
from ledger.log.queries import head, leaf, private_fields
from ledger.log.tables import Leaf
from ledger.money import MOST_FEN
from tests.cast import MEI, NOON
from tests.journal.purse import (
    CODE,
    DAY,
    HANDLES,
    JULY,
    ONE,
    OPENED,
    PURSE,
    TWO,
    a_draft,
    a_memo,
    a_purse,
    again,
    into,
    out_of,
    write,
)


def written(session):
    """How many entries, movements and leaves there are."""
    return [session.exec(select(func.count()).select_from(table)).one() for table in (Entry, Movement, Leaf)]


def totals(session, book="purse"):
    """Debit and credit of July by account, where there are any."""
    rows = trial_balance(session, CODE, book, JULY, JULY)
    return {row.account: (row.debit_fen, row.credit_fen) for row in rows if row.debit_fen or row.credit_fen}


def test_an_entry_has_the_next_number_and_the_next_leaf(session):
    posted = write(session, into(ONE, 500))

    assert posted == (3, 3, True)
    assert (head(session, CODE).last_no, head(session, CODE).tree_size) == (3, 4)
    row = entry(session, CODE, 3)
    assert (row.book, row.month, row.booked_on, row.by_login) == ("purse", "2026-07", DAY, "mei")
    assert (row.prev_no, row.leaf_index, row.posted_at) == (2, 3, NOON)
    assert moves_of(session, CODE, 3) == [into(ONE, 500)]
    sealed = json.loads(leaf(session, CODE, 3).body)
    assert (sealed["seq"], sealed["i"], sealed["period"], sealed["date"]) == (3, 3, "2026-07", "2026-07-15")
    assert sealed["lines"][0] == {"a": "1001", "f": "purse", "s": "D", "n": 500, "h": HANDLES[ONE]}


def test_balances_run_with_the_entries(session):
    write(session, into(ONE, 500), into(TWO, 300))
    write(session, out_of(ONE, 120))

    assert totals(session) == {"1001": (800, 120), "4001": (0, 800), "5001": (120, 0)}
    assert held(session, CODE, "purse", "unit") == {ONE: 380, TWO: 300}
    assert list(problems(session, CODE)) == []


def test_a_movement_between_two_accounts_of_one_sub_ledger_counts_on_both_sides(session):
    write(session, into(ONE, 500))
    write(session, Move("4001", "3001", 500, ONE))
    assert held(session, CODE, "purse", "unit") == {ONE: 500}
    assert list(problems(session, CODE)) == []


def test_a_sub_ledger_by_party_is_kept_by_party(session):
    write(session, Move("1001", "2001", 70, None, "anju"), Move("1001", "2001", 5, None, "other"))
    write(session, Move("2001", "1001", 30, None, "anju"))
    assert held(session, CODE, "purse", "firm") == {"anju": 40, "other": 5}
    assert held(session, CODE, "purse", "firm", ["anju", "nobody"]) == {"anju": 40, "nobody": 0}


def test_many_entries_are_written_in_order_under_dense_numbers(session):
    drafts = [a_draft(into(ONE, n)) for n in range(1, 8)]

    posted = post_all(session, CODE, drafts, by=MEI, at=NOON)

    assert posted == [(n, n, True) for n in range(3, 10)]
    assert [moves_of(session, CODE, posting.no)[0].amount_fen for posting in posted] == list(range(1, 8))
    leaves = [json.loads(leaf(session, CODE, index).body) for index in range(1, 10)]
    for before, after in pairwise(leaves):
        assert after["prev"] == leaf(session, CODE, before["i"]).hash.hex()
    assert list(problems(session, CODE)) == []


def test_a_large_batch_is_written_as_a_small_one(session):
    drafts = [a_draft(into(ONE, 3), out_of(ONE, 1)) for _ in range(600)]
    post_all(session, CODE, drafts, by=MEI, at=NOON)
    assert held(session, CODE, "purse", "unit") == {ONE: 1_200}
    assert list(problems(session, CODE)) == []


def test_nothing_is_posted_when_there_is_nothing_to_post(session):
    before = written(session)
    assert post_all(session, CODE, [], by=MEI, at=NOON) == []
    assert written(session) == before


def test_the_same_key_with_the_same_content_gives_the_first_answer(session):
    draft = a_draft(into(ONE, 500))
    first = post(session, CODE, draft, by=MEI, at=NOON)
    before = written(session)

    second = post(session, CODE, draft, by=MEI, at=NOON)

    assert second == first._replace(fresh=False)
    assert replay(session, CODE, draft) == second
    assert replay(session, CODE, a_draft(into(ONE, 500))) is None
    assert written(session) == before


def test_the_same_key_with_other_content_is_refused(session):
    draft = a_draft(into(ONE, 500))
    post(session, CODE, draft, by=MEI, at=NOON)
    before = written(session)

    for other in (again(draft, moves=[into(ONE, 501)]), again(draft, moves=[into(TWO, 500)])):
        with pytest.raises(AskedDifferently) as refusal:
            post(session, CODE, other, by=MEI, at=NOON)
        assert refusal.value.facts["key"] == draft.key
        with pytest.raises(AskedDifferently):
            replay(session, CODE, other)
    assert written(session) == before


def test_a_batch_of_which_half_was_written_before_is_completed(session):
    drafts = [a_draft(into(ONE, n)) for n in range(1, 5)]
    post_all(session, CODE, drafts[1:3], by=MEI, at=NOON)

    posted = post_all(session, CODE, drafts, by=MEI, at=NOON)

    assert [(posting.no, posting.fresh) for posting in posted] == [
        (5, True),
        (3, False),
        (4, False),
        (6, True),
    ]
    assert held(session, CODE, "purse", "unit") == {ONE: 10}


def test_the_same_key_twice_in_one_batch_is_written_once(session):
    draft, other = a_draft(into(ONE, 500)), a_draft(into(ONE, 1))

    posted = post_all(session, CODE, [draft, other, draft], by=MEI, at=NOON)

    assert posted == [(3, 3, True), (4, 4, True), (3, 3, False)]
    assert held(session, CODE, "purse", "unit") == {ONE: 501}


def test_the_same_key_for_two_things_in_one_batch_is_refused(session):
    draft = a_draft(into(ONE, 500))
    other = again(draft, moves=[into(ONE, 501)])
    before = written(session)
    for batch in ([draft, other], [other, draft]):
        with pytest.raises(AskedDifferently):
            post_all(session, CODE, batch, by=MEI, at=NOON)
    assert written(session) == before

    post(session, CODE, draft, by=MEI, at=NOON)
    for batch in ([draft, other], [other, draft]):
        with pytest.raises(AskedDifferently):
            post_all(session, CODE, batch, by=MEI, at=NOON)


def test_keys_of_two_communities_do_not_meet(session):
    a_purse(session, "other")
    draft = a_draft(into(ONE, 500))
    assert post(session, CODE, draft, by=MEI, at=NOON).fresh
    assert post(session, "other", again(draft, moves=[into(ONE, 1)]), by=MEI, at=NOON).fresh
    assert held(session, CODE, "purse", "unit") == {ONE: 500}
    assert held(session, "other", "purse", "unit") == {ONE: 1}


@pytest.mark.parametrize(
    ("moves", "refusal"),
    [([], NothingToPost), ([into(ONE, 0)], MovementWrong), ([into(ONE, -5)], MovementWrong)],
)
def test_one_bad_draft_stops_the_whole_batch(session, moves, refusal):
    before = written(session)
    with pytest.raises(refusal):
        post_all(session, CODE, [a_draft(into(ONE, 5)), a_draft(*moves)], by=MEI, at=NOON)
    assert written(session) == before


def test_a_home_that_is_not_there_is_refused_by_name(session):
    before = written(session)
    for moves in ([into("9-9-909", 5)], [into(ONE, 5)] * 120 + [into("9-9-909", 5)]):
        with pytest.raises(NoHome, match="9-9-909"):
            write(session, *moves)
    assert written(session) == before


@pytest.mark.parametrize(
    ("move", "book"),
    [
        (Move("1001", "9999", 5), "purse"),
        (Move("7001", "1001", 5), "purse"),
        (Move("1001", "7001", 5), "nowhere"),
        (Move("1001", "4001", 5), "purse"),  # without the home that the sub-ledger asks for
        (Move("1001", "2001", 5, ONE), "purse"),  # without the party
    ],
)
def test_the_chart_of_the_book_is_the_only_one(database, move, book):
    with pytest.raises(DBAPIError), database.writing() as session:
        write(session, move, book=book)
    with database.reading() as session:
        assert written(session) == [2, 0, 3]


def test_no_account_goes_below_its_floor(database):
    with database.writing() as session:
        write(session, into(ONE, 500))
    with pytest.raises(Overspent) as refusal, database.writing() as session:
        write(session, Move("3101", "1001", 501))
    assert refusal.value.facts == {"book": "purse", "account": "1001"}
    with database.writing() as session:
        write(session, Move("3101", "1001", 500))
        assert list(problems(session, CODE)) == []


def test_no_home_pays_for_another(database):
    with database.writing() as session:
        write(session, into(ONE, 500), into(TWO, 20))
    with pytest.raises(Overspent) as refusal, database.writing() as session:
        write(session, out_of(TWO, 21))
    assert refusal.value.facts == {"book": "purse", "account": "unit"}
    with database.reading() as session:
        assert account_called(session, CODE, "unit") == ("3001 shares", "3001 shares")
    with database.writing() as session:
        write(session, out_of(TWO, 20))
        assert held(session, CODE, "purse", "unit") == {ONE: 500, TWO: 0}


def test_a_dip_within_one_entry_is_no_overdraft(session):
    write(session, out_of(ONE, 80), into(ONE, 100))
    assert held(session, CODE, "purse", "unit") == {ONE: 20}


def test_one_overspent_entry_takes_its_whole_batch_along(database):
    drafts = [a_draft(into(ONE, 5)), a_draft(out_of(ONE, 6)), a_draft(into(TWO, 5))]
    with pytest.raises(Overspent), database.writing() as session:
        post_all(session, CODE, drafts, by=MEI, at=NOON)
    with database.writing() as session:
        assert written(session) == [2, 0, 3]
        assert session.exec(select(Balance)).all() == []
        assert post_all(session, CODE, drafts[::2], by=MEI, at=NOON)[-1].no == 4


def test_who_swallows_a_refusal_cannot_commit_what_is_left(database):
    def swallow():
        with database.writing() as session:
            with pytest.raises(Overspent):
                write(session, out_of(ONE, 1))
            session.execute(select(1))

    with pytest.raises(DBAPIError):
        swallow()
    with database.reading() as session:
        assert written(session) == [2, 0, 3]


def test_the_largest_amount_is_exact(session):
    write(session, into(ONE, MOST_FEN), Move("1099", "3101", MOST_FEN))
    assert held(session, CODE, "purse", "unit") == {ONE: MOST_FEN}
    assert totals(session)["1001"] == (MOST_FEN, 0)
    assert json.loads(leaf(session, CODE, 3).body)["lines"][0]["n"] == MOST_FEN


def test_a_book_is_opened_once_and_its_chart_is_sealed(database):
    with database.reading() as session:
        sealed = json.loads(leaf(session, CODE, 1).body)
        assert sealed["kind"] == "memo"
        assert sealed["facts"]["book"] == "purse"
        assert sealed["facts"]["accounts"][0] == ["1001", "asset"]
        assert accounts(session, CODE, "purse")["bank"] == "1001"
        with pytest.raises(NoBook):
            accounts(session, CODE, "nowhere")
    with pytest.raises(BookThere), database.writing() as session:
        open_book(session, CODE, PURSE, by=MEI, at=OPENED)


SECRET = "王小明家漏水，电话 13800000000"


def test_a_private_memo_is_in_the_log_only_as_a_commitment(session):
    draft = a_draft(
        into(ONE, 5, memo=SECRET), into(TWO, 7), private={"reason": SECRET + "!"}, subject="ticket/1"
    )
    posted = post(session, CODE, draft, by=MEI, at=NOON)

    for body in session.exec(select(Leaf.body)):
        for word in ("王小明", "13800000000", ONE, "mei"):
            assert word not in body.decode().replace(CODE, "")
    assert private_fields(session, CODE, [posted.leaf_index]) == {
        posted.leaf_index: {"memo.1": SECRET, "reason": SECRET + "!"}
    }
    sealed = json.loads(leaf(session, CODE, posted.leaf_index).body)
    lines = session.exec(select(Movement).order_by(Movement.line)).all()
    assert lines[0].memo_digest in sealed["sd"]
    assert lines[1].memo_digest is None


def test_the_same_memo_twice_gives_two_digests(session):
    write(session, into(ONE, 5, memo=SECRET), into(ONE, 5, memo=SECRET))
    assert len({movement.memo_digest for movement in session.exec(select(Movement))}) == 2


@pytest.mark.parametrize(("private", "digests"), [(0, 0), (1, 1), (2, 2), (3, 4), (5, 8), (9, 16)])
def test_decoys_hide_how_much_is_private(session, private, digests):
    write(session, into(ONE, 5), private={f"field{n}": SECRET for n in range(private)})
    sealed = json.loads(leaf(session, CODE, 3).body)["sd"]
    assert len(sealed) == len(set(sealed)) == digests
    assert sealed == sorted(sealed)
    assert len(private_fields(session, CODE, [3])[3]) == private


def test_half_a_character_in_a_memo_is_refused_and_nothing_is_written(session):
    before = written(session)
    with pytest.raises(LeafMalformed):
        write(session, into(ONE, 5, memo="\ud83d"))
    assert written(session) == before


def test_vouchers_are_counted_by_book_and_month(session):
    first, second = write(session, into(ONE, 5)), write(session, into(ONE, 5))
    other = write(session, Move("1001", "7001", 5), book="other")
    june = write(session, into(ONE, 5), on=date(2026, 6, 3))
    third = write(session, into(ONE, 5))
    numbers = [voucher_number(session, CODE, posting.no) for posting in (first, second, other, june, third)]
    assert numbers == [1, 2, 1, 1, 3]


def test_an_entry_is_found_by_its_number_its_key_and_its_home(session):
    posted = write(session, into(ONE, 5), into(TWO, 7), key="k1")
    assert entry_by_key(session, CODE, "k1").no == posted.no
    assert entry_by_key(session, CODE, "k2") is None
    assert [movement.amount_fen for _, movement in home_history(session, CODE, TWO)] == [7]
    with pytest.raises(NoEntry):
        entry(session, CODE, 99)


def test_what_moved_is_summed_by_kind(session):
    write(session, into(ONE, 5), kind="deposited")
    write(session, into(TWO, 7), kind="deposited")
    write(session, into(TWO, 9), kind="deposited", on=date(2026, 6, 30))
    assert turnover_by_kind(session, CODE, "purse", JULY.first, JULY.last) == {
        ("deposited", "1001", "4001"): 12
    }


def test_a_memorandum_moves_nothing_and_is_in_the_log(session):
    post(session, CODE, a_memo("voted", facts={"passed": True}), by=MEI, at=NOON)
    assert json.loads(leaf(session, CODE, 3).body)["facts"] == {"passed": True}
    assert totals(session) == {}
    assert list(problems(session, CODE)) == []
