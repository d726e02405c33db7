"""The actions of a firm's coming and staying: a service contract is concluded, or its term prolonged."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.queries import community as community_of
from ledger.community.queries import firm
from ledger.community.role_rules import Actor
from ledger.community.tables import ServiceContract
from ledger.fields import Code, Day, Evidence
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.handover.queries import decisions_used, last_term, service, term
from ledger.handover.rules import (
    ServiceThere,
    Term,
    Use,
    check_brought_over,
    check_conclusion,
    check_prolongation,
    check_property_firm,
    check_unused,
)
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter


class NewService(NamedTuple):
    """A service contract: with which firm, from when to when, and how the firm is paid (包干制, or 酬金制)."""

    number: Code
    firm: Code
    starts_on: Day
    ends_on: Day
    lump_sum: bool = True


def conclude(
    session: Session,
    community: str,
    new: NewService,
    document: Evidence,
    motion: Code | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Register a contract with a property firm: the first, one that is renewed, or that of another firm.

    It rests on the owners' decision about the firm (民法典 Arts. 278 (四), 939, 947) and follows the last contract: a
    renewal after its term, another firm's after the day on which it ends; the decision that ended that one may make the
    new one too. The first that is entered may have been
    concluded before the books began here, and then names no decision of theirs. ``document`` is the signed contract.

    Raises:
        NoFirm; FirmIsNone: it is no property firm. DecisionMissing; NoResolutionPassed; ResolutionUsed. FileMissing.
        ServiceThere: the number is taken. ServiceBackwards: it would end before it begins.
        ServiceGoesOn: another firm's contract has not been ended. ServiceOverlaps: the last one still runs then.
        AskedDifferently: the number was registered with other facts.
    """
    head(session, community, lock=True)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="service.concluded",
        on=today,
        key=f"service/{new.number}",
        facts={
            "contract": new.number,
            "firm": new.firm,
            "starts_on": new.starts_on.isoformat(),
            "ends_on": new.ends_on.isoformat(),
            "lump_sum": new.lump_sum,
            "motion": motion,
        },
        attachments=[document],
        subject=f"service/{new.number}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    hired = firm(session, new.firm)
    check_property_firm(hired.name, hired.kind)
    if session.get(ServiceContract, (community, new.number)) is not None:
        raise ServiceThere(number=new.number)
    last = last_term(session, community)
    if motion is not None:
        resolution(session, community, motion, Matter.FIRM, today)
        replaces = Use(motion, last.number, ends=True) if last else None
        check_unused(motion, decisions_used(session, community), replaces)
    else:
        check_brought_over(new.starts_on, community_of(session, community).opened_on or today, last)
    check_conclusion(Term(new.number, new.firm, new.starts_on, new.ends_on), last)
    use_file(session, community, document, f"service/{new.number}", Purpose.CONTRACT, by=by, at=at)
    session.add(ServiceContract(community=community, motion=motion, **new._asdict()))
    session.flush()
    return post(session, community, draft, by=by, at=at)


def prolong(
    session: Session,
    community: str,
    number: Code,
    ends_on: Day,
    motion: Code,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Prolong a service contract to a later day by a supplementary agreement, which the owners have decided.

    Raises:
        NoServiceContract; NoResolutionPassed; ResolutionUsed; FileMissing.
        ServiceEnds: notice of its end was given. NotLonger: the day is not later.
        ServiceOverlaps: a later contract begins before that day.
        AskedDifferently: it was prolonged to that day on other grounds.
    """
    head(session, community, lock=True)
    contract = service(session, community, number)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="service.prolonged",
        on=today,
        key=f"service/{number}/to/{ends_on}",
        facts={"contract": number, "ends_on": ends_on.isoformat(), "motion": motion},
        attachments=[document],
        subject=f"service/{number}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    resolution(session, community, motion, Matter.FIRM, today)
    check_unused(motion, decisions_used(session, community))
    running = term(session, community, number)
    check_prolongation(running, ends_on, last_term(session, community) or running)
    use_file(session, community, document, f"service/{number}", Purpose.CONTRACT, by=by, at=at)
    contract.ends_on = ends_on
    session.add(contract)
    session.flush()
    return post(session, community, draft, by=by, at=at)
