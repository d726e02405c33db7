"""The actions that begin a fee book: bring over arrears, prepayments and money, enter months charged on paper.

Arrears keep their months, so that payments find the oldest first and limitation runs from the right day. Their
other side is the account of what was brought over and no income of this book: the firm has earned them before.
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.db import write_rows
from ledger.fees.rules import BROUGHT_OVER, FEE, charged_on
from ledger.fees.tables import Charge
from ledger.journal.actions import Posted, post, post_all
from ledger.journal.queries import accounts, lock_free, time_in
from ledger.journal.rules import Draft, Move
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai


def bring_over(
    session: Session,
    community: str,
    on: date,
    *,
    arrears: Mapping[tuple[str, Month], int],
    prepaid: Mapping[str, int],
    money: Mapping[str, int],
    by: Actor,
    at: datetime,
) -> Posted:
    """Bring arrears by home and month, prepayments by home and money by account role over, in one entry; in fen.

    Done twice it is done once. It asks for no approved account: the money came in before this ledger began.

    Raises:
        AskedDifferently: something else was brought over before.
        NoHome, MonthClosed, NothingToPost.
    """
    head(session, community, lock=True)
    codes = accounts(session, community, FEE)
    other = codes["brought_over"]
    moves = [
        *(Move(codes["receivable"], other, fen, home) for (home, _), fen in sorted(arrears.items())),
        *(Move(codes[role], other, fen) for role, fen in sorted(money.items())),
        *(Move(other, codes["prepaid"], fen, home) for home, fen in sorted(prepaid.items())),
    ]
    debts: list[Json] = [[home, str(month), fen] for (home, month), fen in sorted(arrears.items())]
    asked: dict[str, Json] = {
        "arrears": debts,
        "prepaid": dict(sorted(prepaid.items())),
        "money": dict(sorted(money.items())),
    }
    draft = Draft("fees.brought-over", on, BROUGHT_OVER, FEE, moves, asked=asked)
    posted = post(session, community, draft, by=by, at=at)
    if posted.fresh:
        rows = [
            {
                "community": community,
                "home": home,
                "month": str(month),
                "run": 1,
                "amount_fen": fen,
                "entry_no": posted.no,
            }
            for (home, month), fen in sorted(arrears.items())
        ]
        write_rows(session, Charge, rows)
    return posted


def charge_billed(
    session: Session, community: str, billed: Mapping[Month, Mapping[str, int]], *, by: Actor, at: datetime
) -> list[Posted]:
    """Enter months as they were charged on paper, by home in fen: an entry for each, as ``charge_month`` leaves it.

    A month that stands in the books already is left as it is; one that was taken back is entered anew.

    Raises:
        NoHome, MonthClosed.
    """
    keys, books = lock_free(session, community, [f"charge/{month}" for month in billed])
    codes = accounts(session, community, FEE)
    runs = {month: time_in(keys[f"charge/{month}"]) for month in billed}
    drafts = [
        Draft(
            kind="fees.charged",
            on=charged_on(month, runs[month], day_in_shanghai(at)),
            key=keys[f"charge/{month}"],
            book=FEE,
            moves=[
                Move(codes["receivable"], codes["fees"], fen, home) for home, fen in sorted(homes.items())
            ],
            asked={"month": str(month)},
        )
        for month, homes in sorted(billed.items())
    ]
    posted = post_all(session, community, drafts, by=by, at=at, locked=books)
    rows = [
        {
            "community": community,
            "home": home,
            "month": str(month),
            "run": runs[month],
            "amount_fen": fen,
            "entry_no": entry.no,
        }
        for (month, homes), entry in zip(sorted(billed.items()), posted, strict=True)
        if entry.fresh
        for home, fen in sorted(homes.items())
    ]
    write_rows(session, Charge, rows)
    return posted
