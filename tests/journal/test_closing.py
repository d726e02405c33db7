"""Mistakes are put right in red, months are closed for good, income and expenditure are carried over."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from ledger.journal.actions import post, reverse
from ledger.journal.fsck import problems
from ledger.journal.month_actions import carry_over
from ledger.journal.month_queries import uncleared
from ledger.journal.month_rules import AccountNotCleared, MonthRunning
from ledger.journal.queries import NoEntry, closing_balances, entry, held, moves_of, trial_balance
from ledger.journal.rules import AlreadyReversed, AskedDifferently, MonthClosed, Move, Overspent, trial_root
from ledger.journal.tables import Closing
from ledger.log.queries import head, leaf, private_fields
from ledger.log.tables import Leaf
from ledger.periods import Month
from tests.cast import MEI, NOON
from tests.journal.purse import (
    AUGUST,
    CODE,
    IN_AUGUST,
    JULY,
    JUNE,
    ONE,
    TWO,
    a_draft,
    a_memo,
    a_purse,
    close,
    into,
    out_of,
    write,
)


def take_back(session, no, *, key="reversal", reason="记错了户", at=IN_AUGUST):
    return reverse(session, CODE, no, reason=reason, key=key, by=MEI, at=at)


def figures(session, month=JULY):
    """Opening, debit, credit and closing by account, where there is anything."""
    rows = trial_balance(session, CODE, "purse", month, month)
    by_account = {r.account: (r.opening_fen, r.debit_fen, r.credit_fen, r.closing_fen) for r in rows}
    return {account: row for account, row in by_account.items() if any(row)}


def carry(session, month=JULY):
    return carry_over(session, CODE, "purse", month, by=MEI, at=NOON)


def test_a_reversal_is_the_entry_again_in_red_dated_today(session):
    wrong = write(session, into(ONE, 500), into(TWO, 7), subject="receipt/9")

    posted = take_back(session, wrong.no)

    red = entry(session, CODE, posted.no)
    assert moves_of(session, CODE, posted.no) == [into(ONE, -500), into(TWO, -7)]
    assert (red.reverses_no, red.original_on, red.booked_on) == (
        wrong.no,
        date(2026, 7, 15),
        date(2026, 8, 3),
    )
    assert (red.book, red.subject) == ("purse", "receipt/9")
    assert held(session, CODE, "purse", "unit") == {ONE: 0, TWO: 0}
    assert figures(session, AUGUST) == {"1001": (507, -507, 0, 0), "4001": (507, 0, -507, 0)}
    sealed = json.loads(leaf(session, CODE, posted.leaf_index).body)
    assert (sealed["rev"], sealed["original"], sealed["lines"][0]["n"]) == (wrong.no, "2026-07-15", -500)
    assert private_fields(session, CODE, [posted.leaf_index])[posted.leaf_index] == {"reason": "记错了户"}
    assert list(problems(session, CODE)) == []


def test_an_entry_is_reversed_once(session):
    wrong = write(session, into(ONE, 500))
    first = take_back(session, wrong.no)

    assert take_back(session, wrong.no) == first._replace(fresh=False)
    with pytest.raises(AlreadyReversed):
        take_back(session, wrong.no, key="another")
    assert held(session, CODE, "purse", "unit") == {ONE: 0}


def test_the_key_of_one_reversal_does_not_reverse_another_entry(session):
    one, same, memo, other = (
        write(session, into(ONE, 500)),
        write(session, into(ONE, 500)),
        post(session, CODE, a_memo(), by=MEI, at=NOON),
        post(session, CODE, a_memo(), by=MEI, at=NOON),
    )
    take_back(session, one.no, key="money")
    take_back(session, memo.no, key="memo")

    with pytest.raises(AskedDifferently):
        take_back(session, same.no, key="money")
    with pytest.raises(AskedDifferently):
        take_back(session, other.no, key="memo")


def test_a_reversal_asked_for_again_tomorrow_is_the_same(session):
    wrong = write(session, into(ONE, 500))
    first = take_back(session, wrong.no)
    tomorrow = datetime(2026, 8, 4, 4, tzinfo=UTC)
    assert take_back(session, wrong.no, at=tomorrow) == first._replace(fresh=False)


def test_a_reversal_can_be_reversed(session):
    wrong = write(session, into(ONE, 500))
    red = take_back(session, wrong.no)

    black = take_back(session, red.no, key="after all")

    assert moves_of(session, CODE, black.no) == [into(ONE, 500)]
    assert held(session, CODE, "purse", "unit") == {ONE: 500}
    with pytest.raises(AlreadyReversed):
        take_back(session, wrong.no, key="third")


def test_a_memorandum_can_be_reversed(session):
    memo = post(session, CODE, a_memo(), by=MEI, at=NOON)
    assert entry(session, CODE, take_back(session, memo.no).no).reverses_no == memo.no


def test_what_is_not_there_is_not_reversed(session):
    with pytest.raises(NoEntry):
        take_back(session, 99)


def test_money_that_is_spent_cannot_be_taken_back(database):
    with database.writing() as session:
        wrong = write(session, into(ONE, 500))
        write(session, out_of(ONE, 1))
    with pytest.raises(Overspent), database.writing() as session:
        take_back(session, wrong.no)


def test_an_entry_of_a_closed_month_is_reversed_in_the_open_one(session):
    wrong = write(session, into(ONE, 500))
    close(session)
    with pytest.raises(MonthClosed):
        take_back(session, wrong.no, at=NOON)

    red = take_back(session, wrong.no)

    assert entry(session, CODE, red.no).month == "2026-08"
    assert entry(session, CODE, red.no).original_on == date(2026, 7, 15)
    assert closing_balances(session, CODE, JULY)[0].debit_fen == 0
    assert list(problems(session, CODE)) == []


def test_closing_snapshots_every_account_and_seals_the_snapshot(session):
    write(session, into(ONE, 40), on=date(2026, 6, 3))
    write(session, into(ONE, 500), out_of(ONE, 120))
    write(session, into(TWO, 9), on=date(2026, 8, 1))

    closed = close(session)

    assert figures(session)["1001"] == (40, 500, 120, 420)
    rows = [
        (r.book, r.account, r.opening_fen, r.debit_fen, r.credit_fen, r.closing_fen)
        for r in closing_balances(session, CODE, JULY)
    ]
    assert len(rows) == 10
    assert ("purse", "1001", 40, 500, 120, 420) in rows
    sealed = json.loads(leaf(session, CODE, closed.leaf_index).body)
    assert sealed["kind"] == "period-close"
    assert (sealed["month"], sealed["rows"], sealed["root"]) == ("2026-07", 10, trial_root(rows))
    assert closed.trial_root == sealed["root"]
    assert head(session, CODE).closed_through == "2026-07"
    assert session.get(Closing, (CODE, str(JULY))) == closed
    assert session.get(Closing, (CODE, str(JUNE))) is None
    assert list(problems(session, CODE)) == []


def test_closing_a_month_closes_all_before_it(session):
    write(session, into(ONE, 5), on=date(2026, 6, 3))
    close(session)
    for on in (date(2026, 7, 31), date(2026, 6, 1), date(2020, 1, 1)):
        with pytest.raises(MonthClosed):
            write(session, into(ONE, 5), on=on)
        with pytest.raises(MonthClosed):
            post(session, CODE, a_memo(on=on), by=MEI, at=NOON)
    write(session, into(ONE, 5), on=date(2026, 8, 1))


def test_what_was_posted_before_is_still_found_after_the_month_is_closed(session):
    draft = a_draft(into(ONE, 5))
    first = post(session, CODE, draft, by=MEI, at=NOON)
    close(session)
    assert post(session, CODE, draft, by=MEI, at=NOON) == first._replace(fresh=False)


def test_a_month_is_closed_once_and_none_before_it(session):
    close(session)
    for month in (JULY, JUNE):
        with pytest.raises(MonthClosed):
            close(session, month)
    close(session, AUGUST)
    assert head(session, CODE).closed_through == "2026-08"


@pytest.mark.parametrize(
    ("at", "over"),
    [
        (datetime(2026, 7, 31, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 31, 16, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 1, tzinfo=UTC), False),
    ],
)
def test_a_month_is_closed_when_it_is_over_in_shanghai(session, at, over):
    if over:
        close(session, at=at)
    else:
        with pytest.raises(MonthRunning):
            close(session, at=at)
        assert head(session, CODE).closed_through == ""


def test_a_clearing_account_is_nought_or_explained(session):
    write(session, Move("1099", "3101", 30))
    write(session, Move("1099", "3101", 99), on=date(2026, 8, 1))
    assert uncleared(session, CODE, JULY) == {("purse", "1099"): 30}
    size = head(session, CODE).tree_size
    for exceptions in ({}, {"other/1099": "x"}):
        with pytest.raises(AccountNotCleared, match=r"钱袋.*1099"):
            close(session, exceptions=exceptions)
    assert head(session, CODE).tree_size == size

    closed = close(session, exceptions={"purse/1099": "在途，8 月 1 日到账"})

    fields = private_fields(session, CODE, [closed.leaf_index])[closed.leaf_index]
    assert fields == {
        "purse/1099": "在途，8 月 1 日到账",
        "who": {"by": "mei", "role": "manager"},
    }
    assert all("在途" not in body.decode() for body in session.exec(select(Leaf.body)))


def test_a_clearing_account_that_came_back_to_nought_needs_no_word(session):
    write(session, Move("1099", "3101", 30), on=date(2026, 6, 3))
    write(session, Move("1001", "1099", 30))
    close(session)


def test_an_empty_month_is_closed_too(session):
    close(session, Month(2026, 5), at=NOON)
    assert len(closing_balances(session, CODE, Month(2026, 5))) == 10
    assert list(problems(session, CODE)) == []


def test_closing_one_community_leaves_the_others_open(session):
    a_purse(session, "other")
    close(session)
    write(session, into(ONE, 5), code="other")


def test_income_and_expenditure_are_carried_over_to_where_they_belong(session):
    write(session, into(ONE, 500), into(TWO, 300), Move("1001", "4101", 12))
    write(session, out_of(ONE, 120))
    before = held(session, CODE, "purse", "unit")

    carry(session)

    assert {account: row[3] for account, row in figures(session).items() if row[3]} == {
        "1001": 692, "3001": 680, "3101": 12,
    }  # fmt: skip
    assert held(session, CODE, "purse", "unit") == before == {ONE: 380, TWO: 300}
    assert list(problems(session, CODE)) == []


def test_what_is_carried_over_is_carried_once_and_the_rest_later(session):
    assert carry(session) is None
    write(session, into(ONE, 500))
    first = carry(session)
    assert first.fresh
    assert carry(session) is None

    write(session, out_of(ONE, 20))
    second = carry(session)

    assert moves_of(session, CODE, second.no) == [Move("3001", "5001", 20, ONE)]
    assert carry(session) is None
    assert entry(session, CODE, second.no).booked_on == date(2026, 7, 31)


def test_income_that_turned_negative_is_carried_the_other_way(session):
    wrong = write(session, into(ONE, 500), into(TWO, 900), on=date(2026, 7, 1))
    carry(session)
    take_back(session, wrong.no)

    posted = carry(session, AUGUST)

    assert moves_of(session, CODE, posted.no) == [
        Move("3001", "4001", 500, ONE),
        Move("3001", "4001", 900, TWO),
    ]
    assert {row[3] for row in figures(session, AUGUST).values()} == {0}


def test_months_that_are_still_open_are_carried_over_with_the_one_that_is_closed(session):
    write(session, into(ONE, 500), on=date(2026, 6, 3))
    write(session, into(ONE, 30))

    posted = carry(session)

    assert moves_of(session, CODE, posted.no) == [Move("4001", "3001", 530, ONE)]
    assert entry(session, CODE, posted.no).month == "2026-07"


def test_a_closed_month_is_carried_over_no_more(session):
    write(session, into(ONE, 500))
    close(session)
    before = head(session, CODE)
    assert carry(session) is None
    assert head(session, CODE) == before
