"""The actions about what is built: works and their packages are registered, and a package is accepted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, NamedTuple

from pydantic import Field
from sqlmodel import Session, select

from ledger.community.queries import component, firm, profile
from ledger.community.role_rules import FUND_USES, Actor
from ledger.community.rules import warranty_until
from ledger.community.tables import Component, Package, Works
from ledger.db import write_rows
from ledger.fields import Amount, AmountOrNought, Code, Day, Evidence, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.grants.actions import open_planned_books
from ledger.grants.contract_rules import PAYABLE, ContractorWrong
from ledger.grants.plan_rules import check_plan
from ledger.grants.queries import NoWorks, package_of, subject_of, works_of
from ledger.grants.rules import (
    AcceptedAhead,
    AcceptedAlready,
    AcceptedEarly,
    ComponentOfAnother,
    PackageThere,
    PlanNotThePrice,
    Source,
    WorksThere,
)
from ledger.grants.tables import Funding
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.words import Coded

Components = Annotated[Sequence[Code], Field(max_length=500)]


class NewPackage(NamedTuple):
    """A package of works: who does it for how much, in fen, and what each source is to give of that."""

    code: Code
    name: Text
    contractor: Code
    price_fen: Amount
    planned: Mapping[Source, AmountOrNought]


def register_works(
    session: Session,
    community: str,
    code: Code,
    name: Text,
    started_on: Day,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Register a renovation project of the community; ``document`` is the approval of the project (立项批复).

    Raises:
        WorksThere: the code is taken. FileMissing.
        AskedDifferently: it was registered with other facts.
    """
    head(session, community, lock=True)
    draft = Draft(
        kind="works.registered",
        on=day_in_shanghai(at),
        key=f"works/{code}",
        asked={"name": name, "document": document},
        facts={"works": code, "started_on": started_on.isoformat()},
        attachments=[document],
        subject=subject_of(code),
    )
    if earlier := replay(session, community, draft):
        return earlier
    if code == FUND_USES:
        raise WorksThere(works=code, name=Coded("book", FUND_USES))
    if there := session.get(Works, (community, code)):
        raise WorksThere(works=code, name=there.name)
    use_file(session, community, document, subject_of(code), Purpose.ORDER, by=by, at=at)
    session.add(Works(community=community, code=code, name=name, started_on=started_on))
    session.flush()
    return post(session, community, draft, by=by, at=at)


def register_package(
    session: Session,
    community: str,
    works: Code,
    new: NewPackage,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Register a package of works with the first version of its plan; each source with a book of its own gets it.

    ``document`` is the award of the tender or the contract.

    Raises:
        NoWorks; PackageThere: the code is taken. NoFirm; ContractorWrong: the firm does no works.
        PlanWrong, PlanEmpty; PlanNotThePrice: the sources do not give the price together. FileMissing.
        AskedDifferently: it was registered with other facts.
    """
    check_plan(new.planned)
    head(session, community, lock=True)
    _renovation(session, community, works)
    plan: dict[str, Json] = {source.value: fen for source, fen in new.planned.items()}
    draft = Draft(
        kind="works.package-registered",
        on=day_in_shanghai(at),
        key=f"package/{works}/{new.code}",
        asked={"name": new.name, "document": document},
        facts={
            "works": works,
            "package": new.code,
            "contractor": new.contractor,
            "price_fen": new.price_fen,
            "planned": plan,
        },
        attachments=[document],
        subject=subject_of(works, new.code),
    )
    if earlier := replay(session, community, draft):
        return earlier
    if there := session.get(Package, (community, works, new.code)):
        raise PackageThere(works=works, package=new.code, name=there.name)
    contractor = firm(session, new.contractor)
    if contractor.kind not in PAYABLE:
        raise ContractorWrong(firm=contractor.name, kind=contractor.kind)
    if (planned_fen := sum(new.planned.values())) != new.price_fen:
        raise PlanNotThePrice(planned_fen=planned_fen, price_fen=new.price_fen)
    use_file(session, community, document, subject_of(works, new.code), Purpose.CONTRACT, by=by, at=at)
    session.add(
        Package(
            community=community,
            works=works,
            code=new.code,
            name=new.name,
            contractor=new.contractor,
            price_fen=new.price_fen,
        )
    )
    session.flush()
    _plan(session, community, works, new)
    posted = post(session, community, draft, by=by, at=at)
    open_planned_books(session, community, new.planned, by=by, at=at)
    return posted


def _plan(session: Session, community: str, works: str, new: NewPackage) -> None:
    """The first version of a package's plan: what each source is to give of it."""
    write_rows(
        session,
        Funding,
        [
            {
                "community": community,
                "works": works,
                "package": new.code,
                "source": source,
                "planned_fen": fen,
            }
            for source, fen in new.planned.items()
            if fen
        ],
    )


def accept_package(
    session: Session,
    community: str,
    works: Code,
    package: Code,
    on: Day,
    document: Evidence,
    *,
    components: Components = (),
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter the day on which a package was accepted: its warranties run from there (建设工程质量管理条例 Art. 40).

    ``components`` are the parts that it made or renewed, beside those which are registered as its own; each is covered
    for as long as the profile says of its kind on that day. ``document`` is the record of the acceptance.

    Raises:
        NoPackage; NoComponent; FileMissing. AcceptedAlready. AcceptedEarly: before the works began.
        AcceptedAhead: the day is to come.
        ComponentOfAnother: the warranty of another package runs on it still.
        AskedDifferently: it was accepted on another day or by another paper.
    """
    head(session, community, lock=True)
    begun = _renovation(session, community, works)
    accepted = package_of(session, community, works, package)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="works.package-accepted",
        on=today,
        key=f"package/{works}/{package}/accepted",
        asked={"document": document},
        facts={
            "works": works,
            "package": package,
            "on": on.isoformat(),
            "components": [*sorted(components)],
        },
        attachments=[document],
        subject=subject_of(works, package),
    )
    if earlier := replay(session, community, draft):
        return earlier
    if accepted.accepted_on is not None:
        raise AcceptedAlready(package=accepted.name, on=accepted.accepted_on)
    if on > today:
        raise AcceptedAhead(on=on)
    if begun.started_on is not None and on < begun.started_on:
        raise AcceptedEarly(on=on, started=begun.started_on)
    use_file(session, community, document, subject_of(works, package), Purpose.ACCEPTANCE, by=by, at=at)
    accepted.accepted_on = on
    session.add(accepted)
    _cover(session, accepted, components, on)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def _renovation(session: Session, community: str, works: str) -> Works:
    """The works, which are none of what the maintenance fund repairs.

    Raises:
        NoWorks.
    """
    if works == FUND_USES:
        raise NoWorks(community=community, works=works)
    return works_of(session, community, works)


def _cover(session: Session, package: Package, named: Sequence[str], on: date) -> None:
    """Put the package's warranty on its components, and on those that it is said to have made."""
    own = select(Component).where(
        Component.community == package.community,
        Component.works == package.works,
        Component.package == package.code,
    )
    covered = {part.code: part for part in session.exec(own)}
    for code in named:
        part = component(session, package.community, code)
        runs = part.warranty_until is not None and part.warranty_until >= on
        if runs and part.package is not None and code not in covered:
            raise ComponentOfAnother(component=part.name, package=part.package)
        covered[code] = part
    local = profile(session, package.community, on)
    for part in covered.values():
        part.works, part.package = package.works, package.code
        part.warranty_until = warranty_until(on, local[f"warranty.years.{part.kind.value}"])
        session.add(part)
