"""The works money of a half-year, as plain numbers and words: sources, packages, flows and levies, in totals only."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.role_rules import FUND_USES
from ledger.community.tables import Component, Package
from ledger.disclosure.rules import Figures
from ledger.grants.contributions.queries import totals
from ledger.grants.walk_queries import by_package, by_source, streams
from ledger.periods import Period
from ledger.words import label, word


def works(session: Session, code: str, period: Period, names: Mapping[str, str], least: int) -> Figures:
    """The works money up to the period's last month, in fen; ``names`` are those of the firms by code.

    Totals only: a levy on fewer than ``least`` homes would point at them, and is left out.
    """
    packages = session.exec(
        select(Package)
        .where(Package.community == code, Package.works != FUND_USES)
        .order_by(Package.works, Package.code)
    ).all()
    called = {(p.works, p.code): p.name for p in packages}
    return {
        "sources": _sources(session, code, period),
        "packages": _packages(session, code, period, packages, names),
        "flows": _flows(session, code, period, called, names),
        "levies": _levies(session, code, period, called, least),
    }


def _sources(session: Session, code: str, period: Period) -> list[Any]:
    return [
        {
            "source": s.source.value,
            "zh": word(s.source),
            "en": label(s.source, language="en"),
            "planned_fen": s.planned_fen,
            "committed_fen": s.committed_fen,
            "received_fen": s.received_fen,
            "spent_fen": s.spent_fen,
            "returned_fen": s.returned_fen,
            "held_fen": s.held_fen,
            "in_kind_fen": s.in_kind_fen,
        }
        for s in by_source(session, code, period.end)
    ]


def _packages(
    session: Session, code: str, period: Period, packages: Sequence[Package], names: Mapping[str, str]
) -> list[Any]:
    """Each package with the last day on which any part of it is still under warranty."""
    covered = {
        (works, package): until
        for works, package, until in session.execute(
            select(Component.works, Component.package, func.max(Component.warranty_until))
            .where(Component.community == code, col(Component.package).is_not(None))
            .group_by(col(Component.works), col(Component.package))
        )
    }
    money = by_package(session, code, period.end)
    return [
        {
            "works": p.works,
            "code": p.code,
            "name": p.name,
            "contractor": names.get(p.contractor, p.contractor),
            "price_fen": money[p.works, p.code].price_fen,
            "changes_fen": money[p.works, p.code].changes_fen,
            "paid_out_fen": money[p.works, p.code].paid_fen,
            "held_fen": money[p.works, p.code].held_fen,
            "gap_fen": money[p.works, p.code].gap_fen,
            "plan_version": money[p.works, p.code].plan_version,
            "accepted_on": p.accepted_on.isoformat() if p.accepted_on else None,
            "warranty_until": until.isoformat() if (until := covered.get((p.works, p.code))) else None,
        }
        for p in packages
    ]


def _flows(
    session: Session,
    code: str,
    period: Period,
    called: Mapping[tuple[str, str], str],
    names: Mapping[str, str],
) -> list[Any]:
    return [
        {
            "source": stream.source.value,
            "zh": word(stream.source),
            "en": label(stream.source, language="en"),
            "works": stream.works,
            "package": stream.package,
            "name": called[stream.works, stream.package],
            "payee": names.get(stream.payee, stream.payee),
            "fen": stream.fen,
        }
        for stream in streams(session, code, period.end)
    ]


def _levies(
    session: Session, code: str, period: Period, called: Mapping[tuple[str, str], str], least: int
) -> list[Any]:
    return [
        {
            "code": total.levy.code,
            "works": total.levy.works,
            "name": called[total.levy.works, total.levy.package],
            "homes": total.homes,
            "due_fen": total.due_fen,
            "paid_in_fen": total.paid_fen,
            "refunded_fen": total.refunded_fen,
            "used_fen": total.used_fen,
        }
        for total in totals(session, code)
        if total.levy.raised_on <= period.last and total.homes >= least
    ]
