"""The action by which the parts of homes that end pass to the homes that they become."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.community.rules import HomeKind, passed_on
from ledger.community.tables import Home
from ledger.journal.actions import Posted, post, widen_book
from ledger.journal.queries import held
from ledger.journal.rules import AccountRow, BookCode, Chart, Draft, Element, Move
from ledger.periods import day_in_shanghai

FUND = BookCode.FUND.value
_ACCOUNT = AccountRow(
    "2901", "passing", "分户合户过渡", "Divided and merged homes", Element.LIABILITY, None, 0, True, None
)
PASSING = Chart(FUND, "住宅专项维修资金", "Maintenance fund", (), (_ACCOUNT,))
"""Through which a part goes from one home to another: a movement names one home. Nought after each entry."""


def pass_parts(
    session: Session,
    community: str,
    ended: Sequence[Home],
    begun: Sequence[Home],
    key: str,
    *,
    by: Actor,
    at: datetime,
) -> Posted | None:
    """Pass the whole parts of homes that end to those that they become, by area, in one entry; None where nothing is held.

    All are of one kind, so that the money stays in the account of that kind.

    Raises:
        AskedDifferently; MonthClosed: today's month is closed.
    """
    codes = [home.code for home in ended]
    have = {home: fen for home, fen in held(session, community, FUND, "unit", codes).items() if fen}
    if not have:
        return None
    roles = widen_book(session, community, PASSING, by=by, at=at)
    part = roles["public_owner" if ended[0].kind is HomeKind.SOLD_PUBLIC else "commodity"]
    areas = {home.code: home.area_dm2 for home in begun}
    after = passed_on(have, dict.fromkeys(have, areas))
    moves = [Move(part, roles[_ACCOUNT.role], fen, home) for home, fen in sorted(have.items())]
    moves += [Move(roles[_ACCOUNT.role], part, fen, home) for home, fen in sorted(after.items()) if fen]
    draft = Draft("fund.part-passed", day_in_shanghai(at), f"{key}/fund", FUND, moves)
    return post(session, community, draft, by=by, at=at)
