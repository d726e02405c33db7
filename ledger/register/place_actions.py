"""The actions about the place itself: a home's area is corrected, a component registered, the community joins an area."""

from datetime import datetime

from sqlmodel import Session

from ledger.community.queries import building
from ledger.community.queries import community as community_of
from ledger.community.queries import home as home_of
from ledger.community.role_rules import Actor
from ledger.community.rules import AreaSource
from ledger.community.tables import Area, Component
from ledger.fields import Code, Evidence, Note
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.register.queries import area as area_of
from ledger.register.rules import (
    AreaDm2,
    AreaUnchanged,
    AreaUnnamed,
    ComponentThere,
    InAnArea,
    NewComponent,
)


def correct_area(
    session: Session,
    community: str,
    home: Code,
    area_dm2: AreaDm2,
    area_source: AreaSource,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Correct the floor area of a home, in dm², by a paper, for everything that is reckoned from now on.

    What was charged, shared out and put to the vote before keeps the area of its day: bills and rolls are not moved
    (区分所有权解释 Art. 8: the area is that of the register of real estate, before that the measured one, then the contract's).

    Raises:
        NoHome; FileMissing. AreaUnchanged: it is registered so already.
    """
    seen = head(session, community, lock=True)
    corrected = home_of(session, community, home)
    draft = Draft(
        kind="home.area-corrected",
        on=day_in_shanghai(at),
        key=f"area/{home}/{seen.last_no}",
        asked={"area_dm2": area_dm2, "area_source": area_source},
        private={"home": home, "before": str(corrected.area_dm2), "area": str(area_dm2)},
        attachments=[document],
        subject=f"home/{home}",
    )
    if (corrected.area_dm2, corrected.area_source) == (area_dm2, area_source):
        raise AreaUnchanged(home=home)
    use_file(session, community, document, f"home/{home}", Purpose.TITLE, by=by, at=at)
    corrected.area_dm2, corrected.area_source = area_dm2, area_source
    session.add(corrected)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def register_component(
    session: Session, community: str, new: NewComponent, document: Evidence, *, by: Actor, at: datetime
) -> Posted:
    """Register a part or a facility that repairs and inspections can name; ``document`` shows it: a picture, a plan.

    Raises:
        NoBuilding: the building is not of this community. FileMissing.
        ComponentThere: the code is taken.
        AskedDifferently: it was registered with other facts.
    """
    head(session, community, lock=True)
    draft = Draft(
        kind="component.registered",
        on=day_in_shanghai(at),
        key=f"component/{new.code}",
        asked={**new._asdict(), "document": document},
        facts={"component": new.code, "kind": new.kind.value, "building": new.building},
        attachments=[document],
        subject=f"component/{new.code}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    if new.building is not None:
        building(session, community, new.building)
    if there := session.get(Component, (community, new.code)):
        raise ComponentThere(component=new.code, name=there.name)
    use_file(session, community, document, f"component/{new.code}", Purpose.SURVEY, by=by, at=at)
    session.add(Component(community=community, **new._asdict()))
    session.flush()
    return post(session, community, draft, by=by, at=at)


def join_area(
    session: Session,
    community: str,
    area: Code,
    document: Evidence,
    *,
    name: Note = "",
    by: Actor,
    at: datetime,
) -> Posted:
    """Join the community to an area that is renovated and run together; one that is new is named and made.

    The area's calendar holds here from now on. ``document`` is the decision of the street.

    Raises:
        InAnArea: the community is in one already. AreaUnnamed: the area is new and has no name. FileMissing.
    """
    head(session, community, lock=True)
    place = community_of(session, community)
    draft = Draft(
        kind="community.joined",
        on=day_in_shanghai(at),
        key="area",
        asked={"area": area, "document": document},
        facts={"area": area},
        attachments=[document],
    )
    if earlier := replay(session, community, draft):
        return earlier
    if place.area is not None:
        joined = area_of(session, place.area)
        raise InAnArea(name=joined.name if joined else place.area)
    if area_of(session, area) is None:
        if not name.strip():
            raise AreaUnnamed(area=area)
        session.add(Area(code=area, name=name.strip()))
        session.flush()
    use_file(session, community, document, f"community/{community}", Purpose.ORDER, by=by, at=at)
    place.area = area
    session.add(place)
    session.flush()
    return post(session, community, draft, by=by, at=at)
