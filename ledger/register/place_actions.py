"""The actions about the place itself: buildings, homes and components registered, a home's area corrected, an area joined."""

import secrets
from datetime import datetime

from sqlmodel import Session

from ledger.community.queries import building, firm, standing_home
from ledger.community.queries import community as community_of
from ledger.community.role_rules import Actor
from ledger.community.rules import AreaSource
from ledger.community.tables import Area, Building, Component, Holder, Home, Stairwell
from ledger.fields import Code, Evidence, Note
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.register.queries import area as area_of
from ledger.register.queries import check_named_alike, head_already
from ledger.register.rules import (
    AreaDm2,
    AreaUnchanged,
    AreaUnnamed,
    BuildingThere,
    ComponentThere,
    FirstOwner,
    HomeThere,
    InAnArea,
    NewBuilding,
    NewComponent,
    NewHome,
    check_home,
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
        NoHome, HomeEnded; FileMissing. AreaUnchanged: it is registered so already.
    """
    seen = head(session, community, lock=True)
    corrected = standing_home(session, community, home)
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


def register_building(
    session: Session, community: str, new: NewBuilding, document: Evidence, *, by: Actor, at: datetime
) -> Posted:
    """Register a building with its stairwells; ``document`` shows it: a picture, a plan.

    Raises:
        BuildingThere: its code is taken. FileMissing.
        AskedDifferently: it was registered with other facts.
    """
    head(session, community, lock=True)
    stairwells = sorted(set(new.stairwells))
    draft = Draft(
        kind="building.registered",
        on=day_in_shanghai(at),
        key=f"building/{new.code}",
        asked={**new._asdict(), "stairwells": " ".join(stairwells), "document": document},
        facts={"building": new.code, "stairwells": len(stairwells)},
        attachments=[document],
        subject=f"building/{new.code}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    if session.get(Building, (community, new.code)) is not None:
        raise BuildingThere(building=new.code)
    use_file(session, community, document, f"building/{new.code}", Purpose.SURVEY, by=by, at=at)
    session.add(Building(community=community, code=new.code, floors=new.floors, has_lift=new.has_lift))
    session.flush()
    session.add_all(Stairwell(community=community, building=new.code, code=code) for code in stairwells)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def register_home(
    session: Session,
    community: str,
    new: NewHome,
    owner: FirstOwner,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Register a home that the register lacked, with its owner; ``document`` is its certificate or another proof of the right.

    It is charged, shares and votes from now on; months that were charged and votes that were announced do not move. What it
    brings into the fund is booked as a deposit. The log gets the paper's digest.

    Raises:
        NoBuilding; HomeThere: its code is taken. NoFirm; FileMissing. NoHome, HolderOfAnotherName: of the owner's other home.
        SellerMissing: an unsold home, or public housing that was sold, without who sells or sold it; or another with it.
        OwnerMissing: a home without an owner, but an unsold one, or that with one. HolderAhead: his first day is to come.
        AskedDifferently: it was registered with other facts.
    """
    head(session, community, lock=True)
    today = day_in_shanghai(at)
    since = owner.since.isoformat() if owner.since else None
    draft = Draft(
        kind="home.registered",
        on=today,
        key=f"home/{new.code}",
        asked={**new._asdict(), "since": since, "holds_also": owner.holds_also, "document": document},
        private={"home": new.code, "area": str(new.area_dm2)},
        attachments=[document],
        subject=f"home/{new.code}",
    )
    if earlier := replay(session, community, draft):
        if owner.since is not None:
            first = session.get(Holder, (community, new.code, owner.since))
            check_named_alike(first, owner.name, owner.phone, new.code)
        return earlier
    building(session, community, new.building)
    if session.get(Home, (community, new.code)) is not None:
        raise HomeThere(home=new.code)
    check_home(new, owner, today)
    if new.seller is not None:
        firm(session, new.seller)
    if session.get(Stairwell, (community, new.building, new.stairwell)) is None:
        session.add(Stairwell(community=community, building=new.building, code=new.stairwell))
        session.flush()
    use_file(session, community, document, f"home/{new.code}", Purpose.TITLE, by=by, at=at)
    registered = Home(
        community=community,
        code=new.code,
        handle=secrets.token_hex(8),
        **new._asdict() | {"first_deposit_fen": new.first_deposit_fen or 0},
    )
    session.add(registered)
    session.flush()
    if owner.since is not None:
        session.add(
            Holder(
                community=community,
                home=new.code,
                since=owner.since,
                name=owner.name.strip(),
                phone=owner.phone,
                person_key=head_already(session, registered, owner.name, owner.holds_also)
                or secrets.token_hex(8),
            )
        )
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
