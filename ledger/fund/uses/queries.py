"""What can be read of the uses of the fund."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fund.uses.rules import Bearer
from ledger.fund.uses.tables import Project, ScopeHome, Share
from ledger.journal.tables import Entry


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


def paid_on(session: Session, community: str) -> dict[str, date]:
    """The day on which each paid project was paid, by its code."""
    return dict(
        session.execute(
            select(Project.code, Entry.booked_on)
            .join(Entry, (col(Entry.community) == Project.community) & (col(Entry.no) == Project.paid_entry))
            .where(Project.community == community)
        ).all()  # type: ignore[arg-type]
    )
