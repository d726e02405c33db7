"""Whether somebody may do something with money of a community's fund."""

from datetime import datetime

from sqlmodel import Session

from ledger.community.rules import Actor
from ledger.fund.custody.queries import keeper
from ledger.fund.power_rules import Power, check_power
from ledger.periods import day_in_shanghai


def check_may(session: Session, community: str, power: Power, *, by: Actor, at: datetime) -> None:
    """See that he may, by who keeps the fund on the day of the deed.

    Raises:
        NotYourPower: see `rules.check_power`.
    """
    check_power(power, keeper(session, community, day_in_shanghai(at)), by)
