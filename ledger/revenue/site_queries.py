"""What can be read of the places that are let."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import PeriodText
from ledger.periods import Period
from ledger.revenue.site_rules import days_let
from ledger.revenue.site_tables import Site
from ledger.revenue.tables import RevenueContract


class NoSite(Unknown):
    code = "no-site"
    zh = "本小区没有点位“{site}”。"
    en = "This community has no site “{site}”."


class Occupancy(NamedTuple):
    """A site and the days between two on which it was let, of those on which it was there."""

    site: Site
    days_let: int
    days: int


def site(session: Session, community: str, code: str) -> Site:
    """One site.

    Raises:
        NoSite: there is none with this code.
    """
    location = session.get(Site, (community, code))
    if location is None:
        raise NoSite(community=community, site=code)
    return location


def letting(session: Session, community: str, code: str, first: date, last: date) -> RevenueContract | None:
    """The contract that lets a site on a day between two, if there is one."""
    ends_on = func.coalesce(RevenueContract.terminated_on, RevenueContract.ends_on)
    return session.exec(
        select(RevenueContract)
        .where(
            RevenueContract.community == community,
            RevenueContract.site == code,
            col(RevenueContract.starts_on) <= last,
            ends_on >= first,
        )
        .order_by(RevenueContract.number)
        .limit(1)
    ).first()


def occupancy(session: Session, community: str, first: date, last: date) -> list[Occupancy]:
    """Every site with the days between two, both included, on which it was let; by code."""
    sites = session.exec(
        select(Site).where(Site.community == community, col(Site.since) <= last).order_by(Site.code)
    ).all()
    terms: dict[str, list[tuple[date, date]]] = {}
    for contract in session.exec(
        select(RevenueContract).where(
            RevenueContract.community == community, col(RevenueContract.site).is_not(None)
        )
    ):
        terms.setdefault(contract.site or "", []).append(
            (contract.starts_on, contract.terminated_on or contract.ends_on)
        )
    return [
        Occupancy(
            location,
            days_let(max(first, location.since), last, terms.get(location.code, ())),
            (last - max(first, location.since)).days + 1,
        )
        for location in sites
    ]


def sites_let(
    session: Session, community: str, today: date, period: PeriodText | None = None
) -> list[dict[str, Any]]:
    """Every site with the days of a period, this year unless another is named, on which it was let; by code."""
    span = Period.parse(period or str(today.year))
    return [
        {**record.site.model_dump(), "days_let": record.days_let, "days": record.days}
        for record in occupancy(session, community, span.first, span.last)
    ]
