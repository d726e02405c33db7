"""What can be read of management modes."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from ledger.community.queries import community as one_community
from ledger.community.rules import Mode
from ledger.community.tables import ServiceContract
from ledger.fees.modes.rules import MEANS, Answers, Money
from ledger.fees.modes.tables import ModePeriod
from ledger.fees.rules import Span, gaps_after


def modes(session: Session, community: str) -> Sequence[ModePeriod]:
    """Every mode that a community was managed in, oldest first."""
    return session.exec(
        select(ModePeriod).where(ModePeriod.community == community).order_by(col(ModePeriod.since))
    ).all()


class ModeMeant(NamedTuple):
    """A mode from a day on, with what it means: where the money comes from, who answers, and whether it must end."""

    mode: Mode
    since: date
    until: date | None
    money: Money
    answers: Answers
    must_end: bool


def modes_meant(session: Session, community: str) -> Sequence[ModeMeant]:
    """How a community was managed, oldest first, and what that means."""
    return [
        ModeMeant(term.mode, term.since, term.until, *MEANS[term.mode]) for term in modes(session, community)
    ]


def mode_on(session: Session, community: str, on: date) -> Mode:
    """How a community is managed on a day; before its first dated mode, as the register says."""
    history = [term.mode for term in modes(session, community) if term.since <= on]
    return history[-1] if history else one_community(session, community).mode


def gaps(session: Session, community: str) -> list[Span]:
    """The days on which nobody may charge, because the firm went and whoever comes next is not entered yet."""
    contracts = session.execute(
        select(col(ServiceContract.starts_on), col(ServiceContract.may_charge_until)).where(
            ServiceContract.community == community
        )
    ).all()
    return gaps_after(
        [(starts_on, until) for starts_on, until in contracts], [m.since for m in modes(session, community)]
    )
