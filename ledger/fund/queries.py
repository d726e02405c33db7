"""What can be read of the fund."""

from collections.abc import Collection, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.rules import HomeKind
from ledger.community.tables import Home
from ledger.errors import Unknown
from ledger.fund.rules import Bearer, Deposited
from ledger.fund.tables import Deposit, Project, ScopeHome, Share


class NoProject(Unknown):
    code = "no-project"
    zh = "{community} 没有维修项目“{project}”。"
    en = "{community} has no project “{project}”."


def project(session: Session, community: str, code: str) -> Project:
    """One use of the fund.

    Raises:
        NoProject: there is none with this code.
    """
    found = session.get(Project, (community, code))
    if found is None:
        raise NoProject(community=community, project=code)
    return found


def projects(session: Session, community: str) -> Sequence[Project]:
    """The uses of the fund, newest first."""
    return session.exec(
        select(Project)
        .where(Project.community == community)
        .order_by(col(Project.proposed_on).desc(), Project.code)
    ).all()


def bearers(session: Session, community: str, code: str) -> list[Bearer]:
    """The homes that bear a project's cost, as frozen when it was planned."""
    rows = session.exec(
        select(ScopeHome)
        .where(ScopeHome.community == community, ScopeHome.project == code)
        .order_by(ScopeHome.home)
    )
    return [Bearer(row.home, row.kind, row.area_dm2, row.seller) for row in rows]


def shares(session: Session, community: str, code: str) -> Sequence[Share]:
    """How a paid project was borne."""
    return session.exec(
        select(Share).where(Share.community == community, Share.project == code).order_by(Share.bearer)
    ).all()


def deposited(session: Session, community: str, buildings: Collection[str]) -> dict[str, Deposited]:
    """What selling units and their buyers have deposited for some buildings, by selling unit, in fen."""
    by_owner = session.execute(
        select(Home.seller, func.sum(Deposit.amount_fen))
        .join(Home, (col(Home.community) == Deposit.community) & (col(Home.code) == Deposit.home))
        .where(
            Deposit.community == community,
            Home.kind == HomeKind.SOLD_PUBLIC,
            col(Home.building).in_(buildings),
        )
        .group_by(Home.seller)
    ).all()
    owners = {seller: int(fen) for seller, fen in by_owner}
    sellers: dict[str, int] = {}
    for party, fen in session.execute(
        select(Deposit.party, func.sum(Deposit.amount_fen))
        .where(Deposit.community == community, col(Deposit.party).is_not(None))
        .group_by(Deposit.party)
    ):
        seller, _, building = party.partition("@")
        if building in buildings:
            sellers[seller] = sellers.get(seller, 0) + int(fen)
    return {s: Deposited(sellers.get(s, 0), owners.get(s, 0)) for s in sellers.keys() | owners.keys() if s}
