"""The actions about what is built: works and their packages are registered, accepted, and put right."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, NamedTuple

from pydantic import Field
from sqlmodel import Session, select

from ledger.community.queries import component, firm, profile
from ledger.community.role_rules import FUND_USES, Actor
from ledger.community.rules import usual_warranty_until
from ledger.community.tables import Component, Package, Works
from ledger.db import write_rows
from ledger.fields import Amount, AmountOrNought, Code, Day, Evidence, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.grants.actions import open_planned_books
from ledger.grants.contract_rules import PAYABLE, ContractorWrong, defects_until
from ledger.grants.payout_rules import PayoutKind
from ledger.grants.plan_queries import fund_entries
from ledger.grants.plan_rules import check_plan
from ledger.grants.queries import NoWorks, package_of, subject_of, works_of
from ledger.grants.rules import (
    AcceptanceNotCorrected,
    AcceptedAhead,
    AcceptedAlready,
    AcceptedEarly,
    ComponentOfAnother,
    ContractorPaid,
    PackageThere,
    PackageUnchanged,
    PlanNotThePrice,
    RetentionReleased,
    Source,
    WorksThere,
)
from ledger.grants.spent_queries import contracts_of, standing
from ledger.grants.tables import Funding
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import moves_of
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


class RightPackage(NamedTuple):
    """What is right of a package that was registered: its name, who does it, the day on which it was accepted if it was."""

    name: Text
    contractor: Code
    accepted_on: Day | None = None


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
    _check_day(begun, on, today)
    use_file(session, community, document, subject_of(works, package), Purpose.ACCEPTANCE, by=by, at=at)
    accepted.accepted_on = on
    session.add(accepted)
    _cover(session, accepted, components, on)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def correct_package(
    session: Session,
    community: str,
    works: Code,
    package: Code,
    right: RightPackage,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Correct a package's name, its contractor and the day on which it was accepted, by a paper; its price and plan stay.

    ``document`` is the contract or the record of the acceptance that says how it is. The warranties that run on its
    components run from the right day (建设工程质量管理条例 Art. 40), as long as the profile says of that day.

    Raises:
        NoPackage; FileMissing. PackageUnchanged: it is registered just so.
        AcceptanceNotCorrected: it would become accepted or not. AcceptedEarly, AcceptedAhead.
        NoFirm; ContractorWrong: the firm does no works.
        ContractorPaid: a contract with the present one, or a payment of the fund to it, rests on the package.
        RetentionReleased: retention money was paid out that was not due yet by the right day.
    """
    seen = head(session, community, lock=True)
    begun = _renovation(session, community, works)
    wrong = package_of(session, community, works, package)
    if (wrong.name, wrong.contractor, wrong.accepted_on) == right:
        raise PackageUnchanged(package=wrong.name)
    draft = Draft(
        kind="works.package-corrected",
        on=day_in_shanghai(at),
        key=f"package/{works}/{package}/{seen.last_no}",
        asked={"name": right.name, "document": document},
        facts={
            "works": works,
            "package": package,
            "contractor": right.contractor,
            "on": right.accepted_on.isoformat() if right.accepted_on else None,
        },
        attachments=[document],
        subject=subject_of(works, package),
    )
    if right.contractor != wrong.contractor:
        _check_contractor(session, wrong, right.contractor)
    if right.accepted_on != wrong.accepted_on:
        if right.accepted_on is None or wrong.accepted_on is None:
            raise AcceptanceNotCorrected(package=wrong.name)
        _check_day(begun, right.accepted_on, draft.on)
        _check_released(session, wrong, right.accepted_on)
    purpose = Purpose.CONTRACT if right.accepted_on == wrong.accepted_on else Purpose.ACCEPTANCE
    use_file(session, community, document, subject_of(works, package), purpose, by=by, at=at)
    moved = right.accepted_on != wrong.accepted_on
    wrong.name, wrong.contractor, wrong.accepted_on = right
    session.add(wrong)
    if moved and right.accepted_on is not None:
        _cover(session, wrong, (), right.accepted_on)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def _check_day(begun: Works, on: date, today: date) -> None:
    if on > today:
        raise AcceptedAhead(on=on)
    if begun.started_on is not None and on < begun.started_on:
        raise AcceptedEarly(on=on, started=begun.started_on)


def _check_contractor(session: Session, package: Package, right: str) -> None:
    new = firm(session, right)
    if new.kind not in PAYABLE:
        raise ContractorWrong(firm=new.name, kind=new.kind)
    contracts = [
        contract["number"]
        for contract in contracts_of(session, package.community, package.works, package.code)
        if contract["contractor"] == package.contractor
    ]
    entries = [
        entry
        for entry in fund_entries(session, package.community, package.works, package.code)
        if any(move.party == package.contractor for move in moves_of(session, package.community, entry))
    ]
    if contracts or entries:
        present = firm(session, package.contractor)
        raise ContractorPaid(
            package=package.name, firm=present.name, contracts=contracts or ["—"], entries=entries or ["—"]
        )


def _check_released(session: Session, package: Package, on: date) -> None:
    """See that what was released of retention money was due if the package was accepted on a day."""
    months = {
        contract["number"]: contract["defects_months"]
        for contract in contracts_of(session, package.community, package.works, package.code)
    }
    for payout in standing(session, package.community):
        if payout.kind is not PayoutKind.RELEASE or payout.contract not in months:
            continue
        if payout.on <= defects_until(on, months[payout.contract]):
            raise RetentionReleased(
                package=package.name,
                on=on,
                contract=payout.contract,
                released=payout.on,
                payout=payout.payout,
            )


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
        part.warranty_until = usual_warranty_until(part.kind, on, local)
        session.add(part)
