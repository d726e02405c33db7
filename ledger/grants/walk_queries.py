"""What every source planned, committed, brought, paid and got back; where each yuan came from and went to.

The walk from a yuan's source to its use and back, to the fen, is derived from the journal, not stored: the entries are
append-only and taken in the order of their numbers, so it can be recomputed by anybody and never changes once told.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session

from ledger.fields import Code, EntryNumber
from ledger.grants.contract_queries import changes, works_contracts
from ledger.grants.contract_tables import WorksContract
from ledger.grants.plan_queries import Of, fund_payments, gifts, planned, pledged, subsidies, versions
from ledger.grants.plan_rules import Coverage, secured_by
from ledger.grants.queries import CashMove, NoPackage, cash, packages
from ledger.grants.rules import Source
from ledger.grants.spent_queries import billed, held
from ledger.grants.walk_rules import Draw, Flow, draws
from ledger.periods import Month


class SourceFigures(NamedTuple):
    """One source of works money, in fen.

    Received less returned less spent is what its book holds; ``held_fen`` of that is retention money. What it gave
    in kind stands beside the money and is part of no other figure.
    """

    source: Source
    planned_fen: int
    committed_fen: int
    received_fen: int
    spent_fen: int
    returned_fen: int
    held_fen: int
    in_kind_fen: int


class PackageFigures(NamedTuple):
    """One package, in fen: its cost by contracts and approved changes, what was paid and is retained of it."""

    works: str
    package: str
    price_fen: int
    changes_fen: int
    paid_fen: int
    held_fen: int
    gap_fen: int
    plan_version: int


class Stream(NamedTuple):
    """What a source has paid to a payee for a package, in fen."""

    source: Source
    works: str
    package: str
    payee: str
    fen: int


class WorksMoney(NamedTuple):
    """The works money of a community through a month, in fen; ``packages`` as `packages_seen` tells them."""

    month: str
    sources: Sequence[SourceFigures]
    packages: Sequence[dict[str, Any]]
    flows: Sequence[Stream]

    @property
    def planned_fen(self) -> int:
        return sum(source.planned_fen for source in self.sources)

    @property
    def received_fen(self) -> int:
        return sum(source.received_fen for source in self.sources)

    @property
    def spent_fen(self) -> int:
        return sum(source.spent_fen for source in self.sources)

    @property
    def returned_fen(self) -> int:
        return sum(source.returned_fen for source in self.sources)

    @property
    def held_fen(self) -> int:
        return sum(source.held_fen for source in self.sources)


class Trace(NamedTuple):
    """One step of the walk: so many fen of the receipt ``came_in`` went out by the payment ``went_out``."""

    went_out: CashMove
    came_in: CashMove | None
    fen: int


def by_source(session: Session, community: str, through: Month) -> list[SourceFigures]:
    """Planned and actual of every source that has any, by the end of a month."""
    last = through.last
    totals: dict[Source, dict[str, int]] = {source: defaultdict(int) for source in Source}
    for plan in planned(session, community, last).values():
        for source, fen in plan.items():
            totals[source]["planned"] += fen
    for (_, _, source), fen in pledged(session, community, last).items():
        totals[source]["committed"] += fen
    for moved in cash(session, community, last):
        kind = moved.kind.removeprefix("grant.")
        totals[moved.source][kind] += moved.fen if kind == "received" else -moved.fen
    for of in held(session, community, last).values():
        for source, fen in of.items():
            totals[source]["held"] += fen
    for gift in gifts(session, community, last):
        totals[gift.source]["in_kind"] += gift.value_fen
    borne = sum(fund_payments(session, community, last).values())
    totals[Source.MAINTENANCE_FUND].update(received=borne, spent=borne)
    return [
        SourceFigures(
            source,
            t["planned"],
            t["committed"],
            t["received"],
            t["spent"],
            t["returned"],
            t["held"],
            t["in_kind"],
        )
        for source, t in totals.items()
        if any(t.values())
    ]


def coverage(session: Session, community: str, on: date = date.max) -> dict[Of, Coverage]:
    """Whether the cost of every package is covered on a day: contracts and changes, else the register's price."""
    plans, given = planned(session, community, on), subsidies(session, community)
    costs = {of: sum(costs) for of, costs in _costs(session, community, on).items()}
    return {
        (p.works, p.code): Coverage(
            costs.get((p.works, p.code), p.price_fen),
            plans.get((p.works, p.code), {}),
            secured_by(plans.get((p.works, p.code), {}), given.get((p.works, p.code))),
        )
        for p in packages(session, community)
    }


def _costs(session: Session, community: str, on: date) -> dict[Of, tuple[int, int]]:
    """Prices and approved changes of the contracts signed by a day, of every package that has one."""
    costs: dict[Of, tuple[int, int]] = {}
    changed = changes(session, community, on)
    for contract in _signed(session, community, on):
        of = (contract.works, contract.package)
        price, more = costs.get(of, (0, 0))
        costs[of] = (price + contract.price_fen, more + changed.get(contract.number, 0))
    return costs


def _signed(session: Session, community: str, on: date) -> list[WorksContract]:
    return [contract for contract in works_contracts(session, community) if contract.signed_on <= on]


def by_package(session: Session, community: str, through: Month) -> dict[Of, PackageFigures]:
    """Every package with its cost, its payments and its gap by the end of a month."""
    last = through.last
    costs, covered = _costs(session, community, last), coverage(session, community, last)
    bills, kept = billed(session, community, last), held(session, community, last)
    paid: dict[Of, int] = defaultdict(int)
    for stream in streams(session, community, through):
        paid[stream.works, stream.package] += stream.fen
    retained: dict[Of, int] = defaultdict(int)
    for contract in works_contracts(session, community):
        if contract.number in bills:
            retained[contract.works, contract.package] += sum(kept[contract.number].values())
    newest = {
        (v.works, v.package): v.version
        for v in versions(session, community)
        if v.approved_on and v.approved_on <= last
    }
    figures = {}
    for p in packages(session, community):
        of = (p.works, p.code)
        price, more = costs.get(of, (p.price_fen, 0))
        figures[of] = PackageFigures(
            *of, price, more, paid[of], retained[of], covered[of].gap_fen, newest.get(of, 1)
        )
    return figures


def streams(session: Session, community: str, through: Month) -> list[Stream]:
    """Sources → packages → payees: what was paid by the end of a month, reversals taken off; largest sources first.

    What the maintenance fund bore is paid to the package's contractor.
    """
    total: dict[tuple[Source, str, str, str], int] = defaultdict(int)
    for moved in cash(session, community, through.last):
        if moved.package is not None and moved.kind == "grant.spent":
            total[moved.source, moved.works, moved.package, moved.party] -= moved.fen
    contractor = {(p.works, p.code): p.contractor for p in packages(session, community)}
    for of, fen in fund_payments(session, community, through.last).items():
        total[(Source.MAINTENANCE_FUND, *of, contractor[of])] += fen
    order = list(Source)
    return [
        Stream(*key, fen)
        for key, fen in sorted(total.items(), key=lambda flow: (order.index(flow[0][0]), flow[0][1:]))
        if fen
    ]


def works_money(session: Session, community: str, today: date) -> WorksMoney:
    """Planned, committed, received, spent, returned, retained, in kind; cost, gap and plan of every package."""
    this = Month.of(today)
    return WorksMoney(
        str(this),
        by_source(session, community, this),
        packages_seen(session, community, today),
        streams(session, community, this),
    )


def packages_seen(session: Session, community: str, today: date) -> list[dict[str, Any]]:
    """Every package with its name, its contractor, its figures and what each source is planned to give."""
    plans = planned(session, community)
    figures = by_package(session, community, Month.of(today))
    return [
        {
            "name": package.name,
            "contractor": package.contractor,
            "accepted_on": package.accepted_on,
            **figures[package.works, package.code]._asdict(),
            "planned": plans.get((package.works, package.code), {}),
        }
        for package in packages(session, community)
    ]


def package_seen(session: Session, community: str, works: Code, package: Code, today: date) -> dict[str, Any]:
    """One package, as the list tells it.

    Raises:
        NoPackage.
    """
    for row in packages_seen(session, community, today):
        if (row["works"], row["package"]) == (works, package):
            return row
    raise NoPackage(community=community, works=works, package=package)


def where_from(session: Session, community: str, no: EntryNumber) -> list[Trace]:
    """The receipts that a payment was made of, oldest first; their fen add up to the payment."""
    return [trace for trace in walk(session, community) if trace.went_out.no == no]


def where_to(session: Session, community: str, no: EntryNumber) -> list[Trace]:
    """The payments that a receipt went into, oldest first; what is missing to the receipt is still there."""
    return [trace for trace in walk(session, community) if trace.came_in and trace.came_in.no == no]


def walk(session: Session, community: str) -> list[Trace]:
    """Every step from a receipt to a payment, in the order of the payments."""
    moves = cash(session, community)
    by_no = {moved.no: moved for moved in moves}
    return [_trace(by_no, draw) for draw in draws(_flows(moves))]


def _flows(moves: Sequence[CashMove]) -> list[Flow]:
    return [Flow(moved.no, moved.source, moved.works, moved.fen) for moved in moves]


def _trace(by_no: dict[int, CashMove], draw: Draw) -> Trace:
    came_in = by_no[draw.came_in] if draw.came_in is not None else None
    return Trace(by_no[draw.went_out], came_in, draw.fen)
