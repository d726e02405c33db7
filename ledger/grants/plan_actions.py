"""Who is to pay what of a works package: versions of the plan, pledges, subsidies, gifts in kind.

The register's rows are version 1. A later version replaces the whole plan of a package, says why, and holds
from its approval by another person; none is overwritten. A pledge (拨款文件、出资协议) and a subsidy by the rule of
its day bind a source more tightly than the plan. What a utility waives or builds itself is a memorandum with
a value: it is shown beside the money and never counts as cash.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session, func, select

from ledger.community.queries import profile
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.fields import Amount, AmountOrNought, Code, Day, EntryNumber, Text
from ledger.grants.actions import open_planned_books
from ledger.grants.plan_queries import plan_version, planned, pledged, rows_of
from ledger.grants.plan_rules import (
    NotFromTheFund,
    PlanOutOfTurn,
    PledgeAbovePlan,
    check_not_below_used,
    check_plan,
    subsidy_of,
)
from ledger.grants.plan_tables import FundPayment, GiftInKind, PlanRow, PlanVersion, Pledge, Subsidy
from ledger.grants.queries import package_of
from ledger.grants.rules import Funding, Source, check_amount, check_planned
from ledger.grants.spent_queries import used
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts, moves_of
from ledger.journal.queries import entry as entry_of
from ledger.journal.rules import BookCode, Draft
from ledger.log.queries import head
from ledger.periods import check_past, day_in_shanghai
from ledger.words import yuan

LaterVersion = Annotated[int, Field(strict=True, ge=2, le=10_000)]
"""The register's plan is version 1."""


def change_plan(
    session: Session,
    community: str,
    works: Code,
    package: Code,
    version: LaterVersion,
    planned: Mapping[Source, AmountOrNought],
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> PlanVersion:
    """Ask for another plan of a package: what each source is to give, in fen; it replaces the whole plan.

    It holds from its approval (`approve_plan`). ``version`` is the next number, so that two people who change
    the same plan notice each other; the same version with the same content is the same request.

    Raises:
        NoPackage; PlanWrong; PlanOutOfTurn: another version is next, or one waits for approval.
    """
    check_plan(planned)
    package_of(session, community, works, package)
    head(session, community, lock=True)
    on = day_in_shanghai(at)
    draft = Draft(
        kind="grant.plan-asked",
        on=on,
        key=f"grant-plan/{works}/{package}/{version}/asked",
        asked={"reason": reason},
        facts={
            "works": works,
            "package": package,
            "version": version,
            "planned": {source.value: fen for source, fen in planned.items()},
        },
        private={"reason": reason},
    )
    if replay(session, community, draft):
        return plan_version(session, community, works, package, version)
    last = session.exec(
        select(func.max(PlanVersion.version)).where(
            PlanVersion.community == community, PlanVersion.works == works, PlanVersion.package == package
        )
    ).one()
    waits = last and plan_version(session, community, works, package, last).approved_on is None
    due = last if waits else (last or 1) + 1
    if waits or version != due:
        raise PlanOutOfTurn(package=package, due=due, version=version)
    asked = PlanVersion(
        community=community, works=works, package=package, version=version, reason=reason,
        requested_by=by.login, requested_on=on,
    )  # fmt: skip
    session.add(asked)
    session.flush()  # the rows name the version
    same = {"community": community, "works": works, "package": package, "version": version}
    write_rows(
        session, PlanRow, [{**same, "source": source, "planned_fen": fen} for source, fen in planned.items()]
    )
    post(session, community, draft, by=by, at=at)
    return asked


def approve_plan(
    session: Session,
    community: str,
    works: Code,
    package: Code,
    version: LaterVersion,
    *,
    by: Actor,
    at: datetime,
) -> PlanVersion:
    """Let a version of a plan hold from today; a source that it counts on for the first time gets its book.

    Raises:
        NoPlanVersion; SamePerson: who asked for it.
        PlanBelowUsed: a source has paid more already.
    """
    head(session, community, lock=True)
    asked = plan_version(session, community, works, package, version)
    draft = Draft(
        kind="grant.plan-approved",
        on=day_in_shanghai(at),
        key=f"grant-plan/{works}/{package}/{version}/approved",
        facts={"works": works, "package": package, "version": version},
        approved_by=by.login,
    )
    if replay(session, community, draft):
        return asked
    check_different_people([(Duty.ASK, asked.requested_by)], step=Duty.APPROVE, by=by)
    spent = used(session, community).get((works, package), {})
    plan = rows_of(session, asked)
    check_not_below_used(package, plan, spent)
    asked.approved_by, asked.approved_on = by.login, day_in_shanghai(at)
    session.add(asked)
    post(session, community, draft, by=by, at=at)
    open_planned_books(session, community, plan, by=by, at=at)
    return asked


def pledge(
    session: Session,
    community: str,
    document: Code,
    works: Code,
    package: Code,
    source: Source,
    amount_fen: Amount,
    signed_on: Day,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Register what a source commits itself to in writing, in fen, by the number of the document.

    Raises:
        AmountNotPositive; DayToCome; NoPackage; SourceNotPlanned.
        PledgeAbovePlan: its pledges to the package would be more than it is planned to give.
    """
    check_amount(amount_fen)
    check_past(signed_on, day_in_shanghai(at))
    package_of(session, community, works, package)
    head(session, community, lock=True)
    row = Pledge(
        community=community, document=document, works=works, package=package, source=source,
        amount_fen=amount_fen, signed_on=signed_on,
    )  # fmt: skip
    draft = _document(
        "grant.pledged", f"grant-pledge/{document}", Funding(works, package, source), amount_fen, at
    )
    if earlier := replay(session, community, draft):
        return earlier
    plan = planned(session, community).get((works, package), {})
    check_planned(works, plan, source, package)
    total = pledged(session, community).get((works, package, source), 0) + amount_fen
    if total > plan[source]:
        raise PledgeAbovePlan(package=package, pledged=yuan(total), planned=yuan(plan[source]), source=source)
    session.add(row)
    return post(session, community, draft, by=by, at=at)


def approve_subsidy(
    session: Session,
    community: str,
    document: Code,
    works: Code,
    package: Code,
    eligible_fen: Amount,
    approved_on: Day,
    *,
    by: Actor,
    at: datetime,
) -> Subsidy:
    """Compute a subsidy by the rule of the day of its approval: the profile's share of the eligible cost.

    Rounded down to the fen. What the plan had counted on beyond it shows as a gap at once.

    Raises:
        AmountNotPositive; DayToCome; NoPackage; NoProfileValue: no rule for that day.
    """
    check_amount(eligible_fen)
    check_past(approved_on, day_in_shanghai(at))
    package_of(session, community, works, package)
    pct = profile(session, community, approved_on)["grants.subsidy_pct"]
    subsidy_fen = subsidy_of(eligible_fen, pct)
    head(session, community, lock=True)
    draft = Draft(
        kind="grant.subsidy",
        on=day_in_shanghai(at),
        key=f"grant-subsidy/{document}",
        facts={
            "works": works, "package": package, "approved_on": approved_on.isoformat(),
            "eligible_fen": eligible_fen, "pct": pct, "subsidy_fen": subsidy_fen,
        },
    )  # fmt: skip
    if replay(session, community, draft):
        return session.get_one(Subsidy, (community, document))
    row = Subsidy(
        community=community, document=document, works=works, package=package, approved_on=approved_on,
        eligible_fen=eligible_fen, pct=pct, subsidy_fen=subsidy_fen,
    )  # fmt: skip
    session.add(row)
    post(session, community, draft, by=by, at=at)
    return row


def give_in_kind(
    session: Session,
    community: str,
    document: Code,
    gift: Funding,
    value_fen: Amount,
    given_on: Day,
    *,
    basis: Text,
    by: Actor,
    at: datetime,
) -> Posted:
    """Record what a source waived or built itself: a memorandum with its value in fen and how it was valued.

    No book moves; it is shown beside the five sources' money, never as money.

    Raises:
        AmountNotPositive; DayToCome; NoPackage.
    """
    check_amount(value_fen)
    check_past(given_on, day_in_shanghai(at))
    package_of(session, community, gift.works, gift.package)
    head(session, community, lock=True)
    draft = _document("grant.in-kind", f"grant-in-kind/{document}", gift, value_fen, at, basis)
    if earlier := replay(session, community, draft):
        return earlier
    posted = post(session, community, draft, by=by, at=at)
    session.add(
        GiftInKind(
            community=community, document=document, **gift._asdict(), value_fen=value_fen, given_on=given_on,
            entry_no=posted.no,
        )
    )  # fmt: skip
    return posted


def name_fund_payment(
    session: Session,
    community: str,
    works: Code,
    package: Code,
    entry: EntryNumber,
    *,
    by: Actor,
    at: datetime,
) -> FundPayment:
    """Say that a payment in the maintenance fund's own book bore a part of a package; nothing moves here.

    Raises:
        NoPackage; NoEntry; AskedDifferently: the payment is named for another package.
        NotFromTheFund: the entry did not pay money out of the fund's bank.
        SourceNotPlanned: the package does not count on the fund.
    """
    package_of(session, community, works, package)
    head(session, community, lock=True)
    paid = entry_of(session, community, entry)
    if paid.book != BookCode.FUND or paid.reverses_no is not None:
        raise NotFromTheFund(no=entry, package=package)
    bank = accounts(session, community, BookCode.FUND.value)["bank"]
    fen = sum(move.amount_fen for move in moves_of(session, community, entry) if move.credit == bank)
    if fen <= 0:
        raise NotFromTheFund(no=entry, package=package)
    draft = Draft(
        kind="grant.fund-named",
        on=day_in_shanghai(at),
        key=f"grant-fund/{entry}",
        facts={"works": works, "package": package, "entry": entry, "fen": fen},
    )
    if replay(session, community, draft):
        return session.get_one(FundPayment, (community, entry))
    plan = planned(session, community).get((works, package), {})
    check_planned(works, plan, Source.MAINTENANCE_FUND, package)
    named = FundPayment(community=community, entry_no=entry, works=works, package=package, amount_fen=fen)
    session.add(named)
    post(session, community, draft, by=by, at=at)
    return named


def _document(
    kind: str,
    key: str,
    funding: Funding,
    fen: int,
    at: datetime,
    basis: str = "",
) -> Draft:
    return Draft(
        kind=kind,
        on=day_in_shanghai(at),
        key=key,
        asked={"basis": basis},
        facts={**funding._asdict(), "fen": fen},
        private={"basis": basis} if basis else {},
    )
