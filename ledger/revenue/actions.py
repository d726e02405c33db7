"""The actions of public revenue: its book, contracts, the year's end.

Receipts are in `receipt_actions`, costs in `cost_actions`, deposits in `deposit_actions`.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import firm, profile
from ledger.community.role_rules import Actor
from ledger.db import write_rows
from ledger.fields import Amount, Code, Day, Note, Text, Year
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, open_book, post, replay
from ledger.journal.queries import accounts
from ledger.journal.rules import CARRIED_OVER, BookCode, Draft, Move
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai
from ledger.revenue.queries import (
    began,
    chart,
    check_covered,
    check_part,
    times_carried_over,
    to_carry_over,
)
from ledger.revenue.queries import contract as contract_of
from ledger.revenue.rules import (
    WHOLE,
    Award,
    Category,
    ContractExists,
    ContractState,
    NoResolution,
    NotRunning,
    Part,
    RenewalWrong,
    ScrapIsTheFunds,
    TooLateForPaper,
    YearOpen,
    check_award,
    check_term,
    instalments,
    is_over,
    state_of,
)
from ledger.revenue.site_queries import letting, site
from ledger.revenue.site_rules import SiteTaken
from ledger.revenue.tables import Instalment, RevenueContract
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter

REVENUE = BookCode.REVENUE.value


@dataclass(frozen=True)
class NewContract:
    """A contract on common parts; ``every_months`` spreads its price over instalments.

    ``resolution`` is the code of the motion that allows it. With ``resolved_on`` it is the number of a paper of
    the owners' assembly of that day, which only a contract that ran before the ledger may rest on. ``award`` says
    how the counterparty was found; only a contract on paper may leave it out.
    """

    number: Code
    category: Category
    counterparty: Code
    object: Text
    starts_on: Day
    ends_on: Day
    price_fen: Amount
    every_months: Annotated[int, Field(strict=True, ge=1, le=120)]
    resolution: Note = ""
    resolved_on: Day | None = None
    award: Award | None = None
    part: Part = WHOLE
    site: Code | None = None
    renews: Code | None = None


def open_revenue_book(session: Session, community: str, *, by: Actor, at: datetime) -> None:
    """Open the community's public-revenue book."""
    open_book(session, community, chart(), by=by, at=at)


def sign_contract(
    session: Session, community: str, new: NewContract, *, by: Actor, at: datetime
) -> RevenueContract:
    """Register a contract with the instalments it promises; those due before the ledger began are not in it.

    Raises:
        NoResolution, NoResolutionPassed: no resolution of the owners (民法典 Art. 278 (八), 3/4) allows it.
        NotCovered: an owner whose part is used was not asked. TooLateForPaper: it must be voted on here.
        MethodUnproved, RenewalWrong: how the counterparty was found is not proved. FileMissing: its proof is no file.
        ScrapIsTheFunds: scrap is no public revenue. SiteTaken, NoSite: the site is let, or is none.
        ContractExists, ContractBackwards, TermTooLong; NoFirm: the counterparty is not registered; NobodyThere: the part is empty.
    """
    head(session, community, lock=True)
    draft = _signing(new, day_in_shanghai(at))
    if replay(session, community, draft):
        return contract_of(session, community, new.number)
    _check_new(session, community, new, day_in_shanghai(at))
    began_on = began(session, community)
    award = new.award
    if award and award.evidence:
        use_file(
            session, community, award.evidence, f"contract/{new.number}", Purpose.QUOTATION, by=by, at=at
        )
    signed = RevenueContract(
        community=community,
        number=new.number,
        category=new.category,
        counterparty=new.counterparty,
        object=new.object,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        price_fen=new.price_fen,
        resolution=new.resolution,
        resolved_on=new.resolved_on,
        brought_over=new.resolved_on is not None,
        beneficiary_building=new.part.building,
        beneficiary_stairwell=new.part.stairwell,
        method=award.method if award else None,
        evidence=award.evidence if award else None,
        quotes=award.quotes if award else 0,
        reason=award.reason if award else "",
        renews=new.renews,
        site=new.site,
    )
    session.add(signed)
    session.flush()  # the instalments name the contract
    write_rows(
        session,
        Instalment,
        [
            {"community": community, "contract": new.number, "due_on": due_on, "amount_fen": fen}
            for due_on, fen in instalments(new.price_fen, new.starts_on, new.ends_on, new.every_months)
            if due_on >= began_on
        ],
    )
    post(session, community, draft, by=by, at=at)
    return signed


def _signing(new: NewContract, on: date) -> Draft:
    award = new.award
    terms = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(new).items()} | {
        "part": list(new.part),
        "award": [award.method, award.evidence, award.quotes, award.reason] if award else None,
    }
    facts: dict[str, Json] = {
        "contract": new.number,
        "category": new.category.value,
        "starts_on": new.starts_on.isoformat(),
        "ends_on": new.ends_on.isoformat(),
        "price_fen": new.price_fen,
        "part": list(new.part),
        "site": new.site,
        "renews": new.renews,
        "motion": None if new.resolved_on else new.resolution,
        "resolved_on": new.resolved_on.isoformat() if new.resolved_on else None,
        "method": award.method.value if award else None,
        "quotes": award.quotes if award else 0,
        "evidence": award.evidence if award else None,
    }
    private = {"object": new.object, "resolution": new.resolution, "reason": award.reason if award else ""}
    return Draft(
        "revenue.signed",
        on,
        f"revenue-contract/{new.number}",
        asked=terms,
        facts=facts,
        private=private,
        subject=f"contract/{new.number}",
    )


def _check_new(session: Session, community: str, new: NewContract, today: date) -> None:
    if new.category is Category.SCRAP:
        raise ScrapIsTheFunds()
    if not new.resolution.strip():
        raise NoResolution(number=new.number)
    check_term(new.starts_on, new.ends_on)
    if session.get(RevenueContract, (community, new.number)) is not None:
        raise ContractExists(number=new.number)
    firm(session, new.counterparty)
    check_part(session, community, new.part)
    if new.resolved_on is None:
        resolution(session, community, new.resolution, Matter.COMMON_PARTS_BUSINESS, today)
        check_covered(session, community, new.resolution, new.part)
    elif max(new.resolved_on, new.starts_on) > (began_on := began(session, community)):
        raise TooLateForPaper(number=new.number, starts_on=new.starts_on, began=began_on)
    if new.award or new.resolved_on is None:
        quotes_min = profile(session, community, today)["revenue.quotes_min"]
        check_award(new.number, new.award, new.renews, quotes_min)
    if new.renews is not None:
        old = contract_of(session, community, new.renews)
        if (
            old.counterparty != new.counterparty
            or new.starts_on <= old.starts_on
            or new.starts_on <= (old.terminated_on or old.ends_on)
        ):
            raise RenewalWrong(number=new.number, renews=new.renews)
    if new.site is not None:
        site(session, community, new.site)
        taken = letting(session, community, new.site, new.starts_on, new.ends_on)
        if taken is not None:
            raise SiteTaken(site=new.site, contract=taken.number)


def terminate(
    session: Session,
    community: str,
    contract: Code,
    last_day: Day,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> RevenueContract:
    """End a contract early: its schedule is cut after a day, and its site is free from the next.

    Raises:
        NoContract; NotRunning: it does not run on that day, or was ended before.
    """
    head(session, community, lock=True)
    agreement = contract_of(session, community, contract)
    draft = Draft(
        "revenue.terminated",
        day_in_shanghai(at),
        f"revenue-contract/{contract}/end",
        asked={"last_day": last_day.isoformat()},
        facts={"contract": contract, "last_day": last_day.isoformat()},
        private={"reason": reason},
        subject=f"contract/{contract}",
    )
    if replay(session, community, draft):
        return agreement
    running = state_of(agreement.ends_on, agreement.terminated_on, last_day) is ContractState.ACTIVE
    if not running or last_day < agreement.starts_on or agreement.terminated_on is not None:
        raise NotRunning(number=contract, on=last_day)
    agreement.terminated_on = last_day
    session.add(agreement)
    session.flush()
    post(session, community, draft, by=by, at=at)
    return agreement


def close_year(session: Session, community: str, year: Year, *, by: Actor, at: datetime) -> Posted | None:
    """Carry what the year's income and expenditure came to into the surplus (期末结转), in its December.

    Nothing is booked when nothing stands on them. What is booked in December afterwards is carried over when it is
    done again; a December that is closed stays as it is.

    Raises:
        YearOpen: the year is not over. MonthClosed: its December is closed.
    """
    head(session, community, lock=True)
    december = Month(year, 12)
    if not is_over(year, day_in_shanghai(at)):
        raise YearOpen(year=year, last=december.last)
    surplus = accounts(session, community, REVENUE)["surplus"]
    standing = to_carry_over(session, community, year)
    if not standing:
        return None
    moves = [
        Move(surplus, account, net) if net > 0 else Move(account, surplus, -net) for account, net in standing
    ]
    number = times_carried_over(session, community, december) + 1
    key = f"carry-over/{REVENUE}/{december}/{number}"
    draft = Draft(CARRIED_OVER, december.last, key, REVENUE, moves)
    return post(session, community, draft, by=by, at=at)
