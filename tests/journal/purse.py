"""The smallest community with money: one log, two books, two homes; and short names for what is done with them.

The book ``purse`` has an account that may not be overdrawn, a sub-ledger by home that may not be overdrawn, one
by party, a clearing account, and income and expenditure that close into others. The book ``other`` is there so
that there is something to mix up.
"""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime

from ledger.community.rules import HomeKind
from ledger.community.tables import Building, Community, Home, Stairwell
from ledger.journal.actions import open_book, post
from ledger.journal.month_actions import close_month
from ledger.journal.rules import AccountRow, Chart, Draft, Element, LedgerRow, Move
from ledger.log.actions import open_log
from ledger.periods import Month
from tests.cast import MEI, NOON

CODE = "meiyuan"
ONE, TWO = "1-1-101", "1-1-102"
HANDLES = {ONE: "a1a1a1a1a1a1a1a1", TWO: "b2b2b2b2b2b2b2b2"}
OPENED = datetime(2026, 1, 2, 4, 0, tzinfo=UTC)
JUNE, JULY, AUGUST = Month(2026, 6), Month(2026, 7), Month(2026, 8)
DAY = date(2026, 7, 15)
IN_AUGUST = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
IN_SEPTEMBER = datetime(2026, 9, 3, 4, 0, tzinfo=UTC)
numbers = itertools.count(1)


def account(code, role, element, *, ledger=None, floor_fen=None, clearing=False, closes_to=None):
    return AccountRow(code, role, role, role, element, ledger, floor_fen, clearing, closes_to)


PURSE = Chart(
    "purse",
    "钱袋",
    "Purse",
    (LedgerRow("unit", "home", "C", 0), LedgerRow("firm", "party", "C", 0)),
    (
        account("1001", "bank", Element.ASSET, floor_fen=0),
        account("1099", "transit", Element.ASSET, clearing=True),
        account("2001", "owed", Element.LIABILITY, ledger="firm"),
        account("3001", "shares", Element.NET, ledger="unit"),
        account("3101", "gains", Element.NET),
        account("4001", "deposits", Element.INCOME, ledger="unit", closes_to="shares"),
        account("4101", "interest", Element.INCOME, closes_to="gains"),
        account("5001", "repairs", Element.EXPENSE, ledger="unit", closes_to="shares"),
    ),
)
OTHER = Chart(
    "other",
    "另一套",
    "Other",
    (),
    (account("1001", "bank", Element.ASSET, floor_fen=0), account("7001", "own", Element.NET)),
)


def a_purse(session, code=CODE, *, homes=(ONE, TWO)):
    """A community with its log and both books; numbers 1 and 2 and leaves 0 to 2 are taken."""
    session.add(Community(code=code, name="梅园新村"))
    session.flush()
    session.add(Building(community=code, code="1"))
    session.flush()
    session.add(Stairwell(community=code, building="1", code="1"))
    session.flush()
    for home in homes:
        session.add(
            Home(
                community=code, code=home, building="1", stairwell="1", door=home, kind=HomeKind.COMMODITY,
                area_dm2=8_000, handle=HANDLES.get(home, f"{next(numbers):016x}"),
            )
        )  # fmt: skip
    session.flush()
    open_log(session, code, f"test.example/log/{code}", at=OPENED)
    for chart in (PURSE, OTHER):
        open_book(session, code, chart, by=MEI, at=OPENED)
    return code


def into(home, amount_fen, memo=None):
    """Money of a home comes in."""
    return Move("1001", "4001", amount_fen, home, memo=memo)


def out_of(home, amount_fen, memo=None):
    """Money of a home is spent on repairs."""
    return Move("5001", "1001", amount_fen, home, memo=memo)


def a_draft(*moves, on=DAY, book="purse", kind="tried", key=None, **more):
    return Draft(kind=kind, on=on, key=key or f"key-{next(numbers)}", book=book, moves=list(moves), **more)


def a_memo(kind="remembered", on=DAY, key=None, **more):
    """A memorandum: an entry without money."""
    return Draft(kind=kind, on=on, key=key or f"key-{next(numbers)}", **more)


def write(session, *moves, code=CODE, at=NOON, **more):
    """Post one entry of these moves."""
    return post(session, code, a_draft(*moves, **more), by=MEI, at=at)


def close(session, month=JULY, *, code=CODE, exceptions=None, at=None):
    """Close a month soon after it is over."""
    after = month.plus(1)
    at = at or datetime(after.year, after.number, 3, 4, 0, tzinfo=UTC)
    return close_month(session, code, month, exceptions=exceptions or {}, by=MEI, at=at)


def again(draft, **changes):
    """The same draft with some of it changed."""
    return replace(draft, **changes)
