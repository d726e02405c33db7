"""What can be read of treasury bonds."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import Code
from ledger.fund.bonds.tables import Bond


class NoBond(Unknown):
    code = "no-bond"
    zh = "本小区没有国债“{bond}”。"
    en = "This community has no bond “{bond}”."


def bond(session: Session, community: str, code: Code) -> Bond:
    """One bond.

    Raises:
        NoBond: there is none with this code.
    """
    row = session.get(Bond, (community, code))
    if row is None:
        raise NoBond(community=community, bond=code)
    return row


def bonds(session: Session, community: str) -> Sequence[Bond]:
    """The bonds, by the day on which they mature."""
    return session.exec(
        select(Bond).where(Bond.community == community).order_by(col(Bond.matures_on), col(Bond.code))
    ).all()
