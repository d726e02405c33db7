"""What can be read of the plans of works money."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import Code, Number
from ledger.grants.plan_tables import FundPayment, GiftInKind, PlanRow, PlanVersion, Pledge, Subsidy
from ledger.grants.rules import Source
from ledger.grants.tables import Funding
from ledger.journal.tables import Entry

Of = tuple[str, str]
"""A package by (works, package)."""


class NoPlanVersion(Unknown):
    code = "no-plan-version"
    zh = "{package} 没有第 {version} 版出资计划。"
    en = "{package} has no version {version} of its plan."


def plan_version(
    session: Session, community: str, works: Code, package: Code, version: Number
) -> PlanVersion:
    """One later version of a plan.

    Raises:
        NoPlanVersion.
    """
    plan = session.get(PlanVersion, (community, works, package, version))
    if plan is None:
        raise NoPlanVersion(package=package, version=version)
    return plan


def versions(session: Session, community: str) -> Sequence[PlanVersion]:
    """Every later version of every plan, in order."""
    return session.exec(
        select(PlanVersion)
        .where(PlanVersion.community == community)
        .order_by(PlanVersion.works, PlanVersion.package, col(PlanVersion.version))
    ).all()


def rows_of(session: Session, version: PlanVersion) -> dict[Source, int]:
    """What a later version plans, by source, in fen."""
    rows = session.exec(
        select(PlanRow).where(
            PlanRow.community == version.community,
            PlanRow.works == version.works,
            PlanRow.package == version.package,
            PlanRow.version == version.version,
        )
    )
    return {row.source: row.planned_fen for row in rows}


def plans_seen(session: Session, community: str) -> list[dict[str, Any]]:
    """Every later version of every plan, in order, with what each source is to give. Two statements."""
    plans: dict[tuple[str, str, int], dict[Source, int]] = defaultdict(dict)
    for row in session.exec(select(PlanRow).where(PlanRow.community == community)):
        plans[row.works, row.package, row.version][row.source] = row.planned_fen
    return [
        {**version.model_dump(), "planned": plans[version.works, version.package, version.version]}
        for version in versions(session, community)
    ]


def plan_seen(
    session: Session, community: str, works: Code, package: Code, version: Number
) -> dict[str, Any]:
    """One later version, as the list tells it.

    Raises:
        NoPlanVersion.
    """
    plan = plan_version(session, community, works, package, version)
    return {**plan.model_dump(), "planned": rows_of(session, plan)}


def pledges(session: Session, community: str, works: Code, package: Code) -> Sequence[Pledge]:
    """What sources have committed to a package in writing, by the day of signing."""
    return session.exec(
        select(Pledge)
        .where(Pledge.community == community, Pledge.works == works, Pledge.package == package)
        .order_by(col(Pledge.signed_on), Pledge.document)
    ).all()


def planned(session: Session, community: str, on: date = date.max) -> dict[Of, dict[Source, int]]:
    """The plan of every package as it stood on a day, by source, in fen."""
    plans: dict[Of, dict[Source, int]] = defaultdict(dict)
    for first in session.exec(select(Funding).where(Funding.community == community)):
        plans[first.works, first.package][first.source] = first.planned_fen
    later = session.execute(
        select(PlanRow)
        .join(
            PlanVersion,
            (col(PlanVersion.community) == PlanRow.community)
            & (col(PlanVersion.works) == PlanRow.works)
            & (col(PlanVersion.package) == PlanRow.package)
            & (col(PlanVersion.version) == PlanRow.version),
        )
        .where(PlanRow.community == community, col(PlanVersion.approved_on) <= on)
        .order_by(col(PlanRow.version))
    ).scalars()
    seen: dict[Of, int] = {}
    for row in later:
        of = (row.works, row.package)
        if seen.get(of) != row.version:
            seen[of] = row.version
            plans[of] = {}
        plans[of][row.source] = row.planned_fen
    return dict(plans)


def planned_by_works(session: Session, community: str, works: str) -> dict[Source, int]:
    """What every source is to give to all packages of the works, in fen."""
    total: dict[Source, int] = defaultdict(int)
    for (of, _), plan in planned(session, community).items():
        if of == works:
            for source, fen in plan.items():
                total[source] += fen
    return dict(total)


def pledged(session: Session, community: str, on: date = date.max) -> dict[tuple[str, str, Source], int]:
    """What every source has committed to every package in writing, in fen."""
    rows = session.execute(
        select(Pledge.works, Pledge.package, Pledge.source, func.sum(Pledge.amount_fen))
        .where(Pledge.community == community, col(Pledge.signed_on) <= on)
        .group_by(Pledge.works, Pledge.package, col(Pledge.source))
    ).all()
    return {(works, package, source): int(fen) for works, package, source, fen in rows}


def subsidies(session: Session, community: str) -> dict[Of, int]:
    """The subsidies approved for every package that has any, in fen."""
    rows = session.execute(
        select(Subsidy.works, Subsidy.package, func.sum(Subsidy.subsidy_fen))
        .where(Subsidy.community == community)
        .group_by(Subsidy.works, Subsidy.package)
    ).all()
    return {(works, package): int(fen) for works, package, fen in rows}


def gifts(session: Session, community: str, on: date = date.max) -> Sequence[GiftInKind]:
    """What was given in kind until a day."""
    return session.exec(
        select(GiftInKind)
        .where(GiftInKind.community == community, col(GiftInKind.given_on) <= on)
        .order_by(GiftInKind.document)
    ).all()


def fund_entries(session: Session, community: str, works: str, package: str) -> Sequence[int]:
    """The payments of the maintenance fund that bore a part of a package and stand, by entry."""
    reversal = aliased(Entry)
    undone = exists().where(
        (col(reversal.community) == FundPayment.community)
        & (col(reversal.reverses_no) == FundPayment.entry_no)
    )
    return session.exec(
        select(FundPayment.entry_no)
        .where(
            FundPayment.community == community,
            FundPayment.works == works,
            FundPayment.package == package,
            ~undone,
        )
        .order_by(col(FundPayment.entry_no))
    ).all()


def fund_payments(session: Session, community: str, on: date = date.max) -> Mapping[Of, int]:
    """What the maintenance fund bore of every package until a day, in fen; a reversed payment does not count."""
    undone = select(Entry.reverses_no).where(
        Entry.community == community, col(Entry.reverses_no).is_not(None), col(Entry.booked_on) <= on
    )
    rows = session.execute(
        select(FundPayment.works, FundPayment.package, func.sum(FundPayment.amount_fen))
        .join(
            Entry, (col(Entry.community) == FundPayment.community) & (col(Entry.no) == FundPayment.entry_no)
        )
        .where(
            FundPayment.community == community,
            col(Entry.booked_on) <= on,
            col(FundPayment.entry_no).not_in(undone),
        )
        .group_by(FundPayment.works, FundPayment.package)
    ).all()
    return {(works, package): int(fen) for works, package, fen in rows}
