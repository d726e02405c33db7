"""What an entry may say, and what it says to the log."""

import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.journal.rules import (
    MOST_LINES,
    AskedDifferently,
    Element,
    EntryPlace,
    MonthClosed,
    Move,
    MovementWrong,
    NothingToPost,
    Overspent,
    TrialRow,
    check_draft,
    entry_content,
    line_bytes,
    lines_content,
    read_chart,
    reversal_of,
    trial_root,
)
from ledger.log import merkle
from ledger.log.leaf import canonical
from ledger.money import MOST_FEN
from tests.cast import NOON
from tests.journal.purse import HANDLES, ONE, TWO, a_draft, a_memo, again, into, out_of


def content_of(draft):
    place = EntryPlace("o", 7, 5, "ab")
    return entry_content(draft, place, at=NOON, who="w", sd=["d"], handles=HANDLES)


@pytest.mark.parametrize("amount_fen", [1, 100, MOST_FEN])
def test_a_positive_whole_amount_can_be_posted(amount_fen):
    check_draft(a_draft(Move("a", "b", amount_fen)), "")


@pytest.mark.parametrize("amount_fen", [0, -1, MOST_FEN + 1, -MOST_FEN - 1, 1.0, True, "1", None])
def test_another_amount_cannot(amount_fen):
    with pytest.raises(MovementWrong) as refusal:
        check_draft(a_draft(Move("a", "b", 1), Move("c", "d", amount_fen)), "")
    assert refusal.value.facts["line"] == 2


def test_only_a_reversal_is_written_in_red():
    check_draft(a_draft(Move("a", "b", -5), reverses_no=3), "")
    for amount_fen in (0, -MOST_FEN - 1, -5.0):
        with pytest.raises(MovementWrong):
            check_draft(a_draft(Move("a", "b", amount_fen), reverses_no=3), "")


def test_a_movement_goes_from_one_account_to_another():
    with pytest.raises(MovementWrong):
        check_draft(a_draft(Move("a", "a", 5)), "")


def test_an_entry_in_a_book_moves_something_and_a_memorandum_nothing():
    with pytest.raises(NothingToPost):
        check_draft(a_draft(), "")
    check_draft(a_memo(), "")


@pytest.mark.parametrize(
    ("on", "closed_through", "late"),
    [
        (date(2026, 7, 1), "2026-06", False),
        (date(2026, 6, 30), "2026-06", True),
        (date(2026, 6, 1), "2026-06", True),
        (date(2025, 12, 31), "2026-06", True),
        (date(2026, 7, 1), "", False),
        (date(2027, 1, 1), "2026-12", False),
    ],
)
def test_a_closed_month_closes_all_before_it(on, closed_through, late):
    for draft in (a_draft(Move("a", "b", 1), on=on), a_memo(on=on)):
        if late:
            with pytest.raises(MonthClosed):
                check_draft(draft, closed_through)
        else:
            check_draft(draft, closed_through)


def test_a_reversal_is_the_same_in_red_and_its_reversal_the_same_again():
    moves = [into(ONE, 5), Move("a", "b", 7, None, "firm")]
    red = reversal_of(moves)
    assert red == [into(ONE, -5), Move("a", "b", -7, None, "firm")]
    assert reversal_of(red) == moves


def test_a_repeat_is_told_from_another_request_by_what_was_asked():
    draft = a_draft(into(ONE, 5), facts={"n": 1})
    assert draft.asked_digest == again(draft, key="x", on=date(2027, 1, 1)).asked_digest
    others = [
        again(draft, kind="else"),
        again(draft, book="other"),
        again(draft, moves=[into(ONE, 6)]),
        again(draft, moves=[into(TWO, 5)]),
        again(draft, moves=[into(ONE, 5), into(ONE, 5)]),
        again(draft, facts={"n": 2}),
        again(draft, facts={}),
        again(draft, asked={"bill": 5}),
    ]
    assert len({request.asked_digest for request in [draft, *others]}) == len(others) + 1


def test_the_callers_own_words_for_what_was_asked_outrank_the_moves():
    draft = a_draft(into(ONE, 5), asked={"bill": 5})
    assert draft.asked_digest == again(draft, moves=[into(TWO, 9)]).asked_digest
    assert draft.asked_digest != again(draft, asked={"bill": 6}).asked_digest


def test_the_leaf_says_the_lines_of_the_entry_under_handles_and_no_door():
    content = content_of(a_draft(into(ONE, 5, memo="三楼"), out_of(TWO, 3)))
    assert content["lines"] == [
        {"a": "1001", "f": "purse", "n": 5, "s": "D", "h": HANDLES[ONE]},
        {"a": "4001", "f": "purse", "n": 5, "s": "C", "h": HANDLES[ONE]},
        {"a": "5001", "f": "purse", "n": 3, "s": "D", "h": HANDLES[TWO]},
        {"a": "1001", "f": "purse", "n": 3, "s": "C", "h": HANDLES[TWO]},
    ]
    body = canonical(content).decode()
    for word in (ONE, TWO, "三楼"):
        assert word not in body


def test_the_leaf_names_its_place_its_number_and_the_entry_before():
    draft = a_draft(
        into(ONE, 5), facts={"n": 1}, original_on=date(2026, 6, 3), reverses_no=2, attachments=["x"]
    )
    content = content_of(draft)
    del content["lines"]
    assert content == {
        "v": 2, "log": "o", "i": 7, "kind": "entry", "seq": 5, "prev": "ab", "period": "2026-07",
        "at": "2026-07-15T04:00:00+00:00", "who": "w",
        "date": "2026-07-15", "what": "tried", "rev": 2, "sd": ["d"], "att": ["x"], "fund": ["purse"],
        "original": "2026-06-03", "facts": {"n": 1},
    }  # fmt: skip


def test_a_memorandum_has_facts_and_no_lines():
    content = content_of(a_memo(facts={"score": 93}))
    assert content["kind"] == "memo"
    assert content["facts"] == {"score": 93}
    assert content.keys().isdisjoint({"fund", "lines", "lines_root"})


def test_what_is_private_never_enters_the_content():
    secret = "王小明 13800000000"
    draft = a_draft(
        into(ONE, 5, memo=secret), private={"reason": secret}, subject=secret, link=secret,
        approved_by=secret, key=secret, asked={"text": secret},
    )  # fmt: skip
    assert secret not in json.dumps(content_of(draft), ensure_ascii=False)


def moves(count):
    return [into(ONE if n % 2 else TWO, n + 1) for n in range(count)]


def test_a_long_entry_puts_the_root_over_its_lines_into_the_leaf():
    short, long = moves(MOST_LINES // 2), moves(MOST_LINES // 2 + 1)
    assert len(lines_content("purse", short, HANDLES)["lines"]) == MOST_LINES
    hashes = [
        merkle.leaf_hash(line) for move in long for line in line_bytes("purse", move, HANDLES[move.home])
    ]
    assert lines_content("purse", long, HANDLES) == {
        "lines_root": merkle.root_of(hashes).hex(),
        "lines_count": MOST_LINES + 2,
        "lines_total": sum(move.amount_fen for move in long),
    }


@given(st.integers(MOST_LINES // 2 + 1, MOST_LINES), st.data())
def test_the_root_over_the_lines_moves_with_every_line(count, data):
    long = moves(count)
    place = data.draw(st.integers(0, count - 1))
    for change in ({"amount_fen": 10**6}, {"debit": "9"}, {"credit": "9"}, {"home": None}):
        changed = [*long[:place], long[place]._replace(**change), *long[place + 1 :]]
        assert lines_content("purse", changed, HANDLES) != lines_content("purse", long, HANDLES)
    swapped = [*long[:-2], long[-1], long[-2]]
    assert lines_content("purse", swapped, HANDLES) != lines_content("purse", long, HANDLES)


def test_a_trial_row_closes_on_its_normal_side():
    for element, closing_fen in (
        (Element.ASSET, 100 + 30 - 50),
        (Element.EXPENSE, 100 + 30 - 50),
        (Element.LIABILITY, 100 - 30 + 50),
        (Element.NET, 100 - 30 + 50),
        (Element.INCOME, 100 - 30 + 50),
    ):
        assert TrialRow("a", "", "", element, 100, 30, 50).closing_fen == closing_fen


def test_the_root_of_a_trial_balance_moves_with_every_figure():
    rows = [("purse", "1001", 0, 5, 3, 2), ("purse", "4001", 0, 0, 5, 5)]
    assert (
        trial_root(rows)
        == merkle.root_of(
            [
                merkle.leaf_hash(b'{"a":"1001","c":3,"d":5,"e":2,"f":"purse","o":0}'),
                merkle.leaf_hash(b'{"a":"4001","c":5,"d":0,"e":5,"f":"purse","o":0}'),
            ]
        ).hex()
    )
    variants = [rows, rows[::-1], rows[:1]]
    for column in range(6):
        changed = list(rows[0])
        changed[column] = changed[column] + ("x" if column < 2 else 1)
        variants.append([tuple(changed), rows[1]])
    roots = [trial_root(variant) for variant in variants]
    assert all(one != other for one, other in pairwise(sorted(roots)))


CHART = """
book = "b"
zh = "账"
en = "Book"

[[ledger]]
code = "unit"
by = "home"
side = "C"
floor_fen = 0

[[account]]
code = "1001"
role = "bank"
zh = "银行"
en = "Bank"
element = "asset"
floor_fen = 0

[[account]]
code = "1099"
role = "transit"
zh = "在途"
en = "Transit"
element = "asset"
clearing = true
"""


def test_a_chart_is_read_from_toml():
    chart = read_chart(CHART)
    assert (chart.book, chart.zh, chart.en) == ("b", "账", "Book")
    assert chart.ledgers[0] == ("unit", "home", "C", 0)
    bank, transit = chart.accounts
    assert (bank.floor_fen, bank.clearing, bank.ledger, bank.closes_to) == (0, False, None, None)
    assert (transit.floor_fen, transit.clearing) == (None, True)


def test_a_chart_with_an_unknown_element_is_refused():
    with pytest.raises(ValueError, match="wealth"):
        read_chart(CHART.replace('element = "asset"', 'element = "wealth"'))


@pytest.mark.parametrize("kind", [AskedDifferently, MonthClosed, Overspent])
def test_refusals_have_a_sentence_in_both_languages(kind):
    refusal = kind(key="k", month="2026-07", closed_through="2026-07", book="purse", account="1001")
    assert refusal.sentence("zh") != refusal.sentence("en")
