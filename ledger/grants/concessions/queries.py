"""What can be read of concession contracts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import Code
from ledger.grants.concessions.rules import ConcessionState
from ledger.grants.concessions.tables import Concession, ConcessionPayment


class NoConcession(Unknown):
    code = "no-concession"
    zh = "本小区没有特许经营合同“{number}”。"
    en = "This community has no concession “{number}”."


def concession(session: Session, community: str, number: Code) -> Concession:
    """One concession.

    Raises:
        NoConcession.
    """
    row = session.get(Concession, (community, number))
    if row is None:
        raise NoConcession(community=community, number=number)
    return row


def concessions(session: Session, community: str) -> Sequence[Concession]:
    """Every concession, by number."""
    return session.exec(
        select(Concession).where(Concession.community == community).order_by(Concession.number)
    ).all()


def concessions_seen(
    session: Session,
    community: str,
    today: date,
    days: Annotated[int, Field(ge=0, le=36_500)] = 180,
) -> list[dict[str, Any]]:
    """Every concession; ``expiring`` are the running ones whose last day is past or within so many days."""
    soon = {contract.number for contract in expiring(session, community, today, days)}
    return [
        {**contract.model_dump(), "expiring": contract.number in soon}
        for contract in concessions(session, community)
    ]


def payments_of(session: Session, community: str, number: Code) -> Sequence[ConcessionPayment]:
    """The entries that were named as money of a concession."""
    return session.exec(
        select(ConcessionPayment)
        .where(ConcessionPayment.community == community, ConcessionPayment.number == number)
        .order_by(col(ConcessionPayment.entry_no))
    ).all()


def expiring(session: Session, community: str, on: date, days: int) -> list[Concession]:
    """The running concessions whose last day is past or within so many calendar days, soonest first."""
    return list(
        session.exec(
            select(Concession)
            .where(
                Concession.community == community,
                Concession.state == ConcessionState.RUNNING,
                col(Concession.ends_on) <= on + timedelta(days=days),
            )
            .order_by(col(Concession.ends_on), Concession.number)
        )
    )
