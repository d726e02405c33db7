"""The actions of the fund's share: deciding it, and paying it."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.role_rules import Actor
from ledger.db import write_rows
from ledger.fields import Amount, Code, Day, QuarterText
from ledger.journal.actions import Posted, post, post_all, replay
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import Period, day_in_shanghai
from ledger.revenue.remittance.queries import local, share, shares_by_part
from ledger.revenue.remittance.rules import (
    MoreThanDue,
    NotThePeriod,
    PeriodOpen,
    ShareBelowLocalLeast,
    ShareMalformed,
    is_its_period,
)
from ledger.revenue.remittance.tables import FundShare, Remitted
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter
from ledger.words import Coded

SharePct = Annotated[int, Field(strict=True, ge=0, le=100)]
PaymentNumber = Annotated[int, Field(strict=True, ge=1, le=1_000)]
REVENUE, FUND = BookCode.REVENUE.value, BookCode.FUND.value


def decide_share(
    session: Session, community: str, since: Day, pct: SharePct, *, motion: Code, by: Actor, at: datetime
) -> FundShare:
    """Enter the share for the fund that the owners decided, in per cent, for periods that end from a day on.

    Raises:
        NoResolutionPassed: no resolution (民法典 Art. 278 (九)) says so.
        ShareBelowLocalLeast: the place asks for more. ShareMalformed: no per cent.
    """
    head(session, community, lock=True)
    if not 0 <= pct <= 100:
        raise ShareMalformed(pct=pct)
    draft = Draft(
        "revenue.share-decided",
        day_in_shanghai(at),
        f"revenue-share/{since}",
        facts={"since": since.isoformat(), "pct": pct, "motion": motion},
    )
    if replay(session, community, draft):
        return session.get_one(FundShare, (community, since))
    resolution(session, community, motion, Matter.OTHER, day_in_shanghai(at))
    least = local(session, community, since).least_pct
    if pct < least:
        raise ShareBelowLocalLeast(pct=pct, least_pct=least)
    decided = FundShare(community=community, since=since, pct=pct, motion=motion)
    session.add(decided)
    session.flush()
    post(session, community, draft, by=by, at=at)
    return decided


def remit(
    session: Session,
    community: str,
    period: QuarterText,
    on: Day,
    *,
    amount_fen: Amount | None = None,
    number: PaymentNumber = 1,
    by: Actor,
    at: datetime,
) -> tuple[Posted, Posted] | None:
    """Pay a period's share of public revenue into the fund: one entry in each book, linked.

    Without ``amount_fen`` all that is still due. ``number`` counts the payments of the period: the same number
    twice is one payment, whatever came in for the period since. Nothing is booked when nothing is due.

    Raises:
        NotThePeriod: the place pays by another kind of period. PeriodOpen: it is not over on that day.
        MoreThanDue: less is still due. Overspent: there is not enough in the account.
        AccountNotApproved: the fund has no approved account on the day.
    """
    head(session, community, lock=True)
    link = f"remittance/{period}/{number}"
    asked: dict[str, Json] = {"period": period, "number": number, "amount_fen": amount_fen}
    out = Draft("revenue.remitted", on, f"{link}/out", REVENUE, asked=asked, link=link)
    into = Draft("fund.revenue", on, f"{link}/in", FUND, asked=asked, link=link)
    if (paid := replay(session, community, out)) and (received := replay(session, community, into)):
        return paid, received
    of = Period.parse(period)
    terms = local(session, community, of.last)
    if not is_its_period(terms, of):
        kind = Coded("period", "year" if terms.yearly else "quarter")
        raise NotThePeriod(period=period, kind=kind)
    if on <= of.last:
        raise PeriodOpen(period=period, last=of.last)
    owing = share(session, community, of)
    left = owing.due_fen - owing.paid_fen
    amount = left if amount_fen is None else amount_fen
    if amount_fen is None and left <= 0:
        return None
    if amount > left:
        raise MoreThanDue(period=period, left_fen=max(0, left), amount_fen=amount)
    ours, funds = accounts(session, community, REVENUE), accounts(session, community, FUND)
    check_approved(session, community, FUND, "bank", on)
    out = replace(out, moves=[Move(ours["use_fund"], ours["bank"], amount)])
    into = replace(into, moves=[Move(funds["bank"], funds["operating"], amount)])
    paid, received = post_all(session, community, [out, into], by=by, at=at)
    write_rows(
        session,
        Remitted,
        [
            {
                "community": community,
                "period": period,
                "number": number,
                "building": part.building or "",
                "stairwell": part.stairwell or "",
                "amount_fen": fen,
                "remitted_on": on,
                "revenue_entry": paid.no,
                "fund_entry": received.no,
            }
            for part, fen in shares_by_part(session, community, of, amount).items()
        ],
    )
    return paid, received
