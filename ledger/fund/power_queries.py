"""Whether somebody may do something with money of a community's fund."""

from datetime import date, datetime

from sqlmodel import Session, col

from ledger.community.queries import NoCommunity, profile
from ledger.community.role_rules import Actor
from ledger.community.tables import Community
from ledger.db import select_columns
from ledger.fund.power_rules import GIVEN_BY_PLACE, Power, check_power, has_power
from ledger.fund.rules import OTHER, Keeper
from ledger.fund.tables import Custody
from ledger.periods import day_in_shanghai


def may_now(session: Session, community: str, power: Power, *, by: Actor, on: date) -> bool:
    """Whether he may, by who keeps the fund on a day."""
    return has_power(power, keeper(session, community, on), by)


def check_may(session: Session, community: str, power: Power, *, by: Actor, at: datetime) -> None:
    """See that he may, by who keeps the fund on the day of the action.

    Raises:
        NotYourPower: see `rules.check_power`.
    """
    on = day_in_shanghai(at)
    number = GIVEN_BY_PLACE.get(power)
    article = profile(session, community, on).source(number) if number else ""
    check_power(power, keeper(session, community, on), by, article)


def keeper(session: Session, community: str, on: date) -> Keeper:
    """Who keeps the fund on a day; where nothing was handed over yet, who the register says.

    Raises:
        NoCommunity: there is none with this code.
    """
    rows = session.execute(
        select_columns(Community.transferred, Custody.since, Custody.keeper)
        .outerjoin(Custody, col(Custody.community) == Community.code)
        .where(Community.code == community)
        .order_by(col(Custody.since), col(Custody.handover))
    ).all()
    if not rows:
        raise NoCommunity(community=community)
    terms = [(since, keeper_then) for _, since, keeper_then in rows if since is not None]
    if not terms:
        return Keeper.POST_TRANSFER if rows[0][0] else Keeper.PRE_TRANSFER
    before = [keeper_then for since, keeper_then in terms if since <= on]
    return before[-1] if before else OTHER[terms[0][1]]
