"""The actions about costs: vote a budget, book a cost, take the remuneration."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.queries import firm, service_contract
from ledger.community.role_rules import Actor
from ledger.db import write_rows
from ledger.fees.budgets.queries import received_fen
from ledger.fees.budgets.rules import (
    CostLine,
    CostVoucherMissing,
    MonthNotOver,
    NotRemuneration,
    check_budget,
    check_line,
    remuneration,
)
from ledger.fees.budgets.tables import BudgetLine, FeeCost
from ledger.fees.queries import fee_terms
from ledger.fees.rules import FEE
from ledger.fields import Amount, CalendarMonth, Code, Day, Year
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts, lock_for
from ledger.journal.rules import Draft, Move
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter


def _check_remuneration(session: Session, community: str, on: date) -> None:
    contract = service_contract(session, community, on)
    if contract is None or contract.lump_sum:
        raise NotRemuneration(on=on)


def adopt_budget(
    session: Session,
    community: str,
    year: Year,
    lines: Mapping[CostLine, Amount],
    motion: Code,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter the budget that the owners voted for a year, in fen by cost line; sealed in the log.

    Raises:
        NotRemuneration: the year's contract is 包干制.
        BudgetEmpty, NotAFeeCost; NoResolutionPassed: the motion has not passed.
        AskedDifferently: the year has another budget.
    """
    head(session, community, lock=True)
    facts: dict[str, Json] = {"year": year, **{line.value: fen for line, fen in sorted(lines.items())}}
    draft = Draft(
        kind="fees.budget",
        on=day_in_shanghai(at),
        key=f"fee-budget/{year}",
        facts=facts,
        asked={"motion": motion},
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_budget(lines)
    _check_remuneration(session, community, date(year, 12, 31))
    resolution(session, community, motion, Matter.OTHER, day_in_shanghai(at))
    write_rows(
        session,
        BudgetLine,
        [
            {"community": community, "year": year, "line": line, "amount_fen": fen, "motion": motion}
            for line, fen in lines.items()
        ],
    )
    return post(session, community, draft, by=by, at=at)


def book_cost(
    session: Session,
    community: str,
    line: CostLine,
    amount_fen: Amount,
    on: Day,
    *,
    voucher: Code,
    payee: Code,
    link: str | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Pay a cost of the service out of the fee, with its voucher and its line. A voucher is booked once; once more when
    what was booked was reversed.

    The shares of one bundled cost in the books of several communities are tied together by a link of their own.

    Raises:
        NotAFeeCost: it is major or medium repair.
        CostVoucherMissing; AskedDifferently: the voucher was booked with other content.
        Overspent: there is not so much in the bank. NoFirm: the payee is not registered.
    """
    check_line(line)
    if not voucher.strip():
        raise CostVoucherMissing()
    firm(session, payee)
    key = lock_for(session, community, f"fee-cost/{voucher}")
    codes = accounts(session, community, FEE)
    draft = Draft(
        kind="fees.cost",
        on=on,
        key=key,
        book=FEE,
        moves=[Move(codes["cost"], codes["bank"], amount_fen, party=payee)],
        asked={"line": line.value, "fen": amount_fen, "on": on.isoformat(), "payee": payee, "link": link},
        subject=f"fee-cost/{line.value}",
        link=link,
    )
    posted = post(session, community, draft, by=by, at=at)
    if posted.fresh:
        row = {
            "community": community,
            "entry_no": posted.no,
            "line": line,
            "amount_fen": amount_fen,
            "voucher": voucher,
            "payee": payee,
            "spent_on": on,
        }
        write_rows(session, FeeCost, [row])
    return posted


def take_remuneration(
    session: Session, community: str, month: CalendarMonth, *, by: Actor, at: datetime
) -> Posted | None:
    """Let the firm take what the contract agrees for a month that is over; nothing is booked when it is nothing.

    Once a month; once more when what was taken was reversed, from what came in as the books then say.

    Raises:
        NotRemuneration: the contract is 包干制 or agrees no remuneration.
        MonthNotOver; Overspent: there is not so much in the bank.
    """
    key = lock_for(session, community, f"remuneration/{month}")
    draft = Draft(
        kind="fees.remuneration",
        on=day_in_shanghai(at),
        key=key,
        book=FEE,
        asked={"month": str(month)},
        subject=f"remuneration/{month}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    if day_in_shanghai(at) <= month.last:
        raise MonthNotOver(month=month)
    _check_remuneration(session, community, month.last)
    terms = fee_terms(session, community, month.last)
    if terms is None or (terms.remuneration_e4 is None and terms.remuneration_fen is None):
        raise NotRemuneration(on=month.last)
    came = received_fen(session, community, month)
    amount = remuneration(came, terms.remuneration_e4, terms.remuneration_fen)
    if not amount:
        return None
    codes = accounts(session, community, FEE)
    moves = [Move(codes["remuneration"], codes["bank"], amount)]
    return post(session, community, replace(draft, moves=moves), by=by, at=at)
