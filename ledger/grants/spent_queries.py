"""What was spent of works money, by contract, package and source, and what is still free.

It is read over contracts, plans and payouts together, so that none of them has to read another's and be read by it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from ledger.fields import Code
from ledger.grants.contract_queries import changes, works_contract, works_contracts
from ledger.grants.contract_tables import WorksContract
from ledger.grants.payout_queries import key_of
from ledger.grants.payout_rules import Part, PayoutKind
from ledger.grants.payout_tables import Payout, PayoutPart
from ledger.grants.plan_queries import Of, fund_payments
from ledger.grants.queries import cash
from ledger.grants.rules import OWN_BOOK, SOURCE_OF, Source
from ledger.journal.queries import name_in
from ledger.journal.tables import Entry


class Standing(NamedTuple):
    """A part of a payout that was paid and not reversed."""

    payout: str
    kind: PayoutKind
    works: str
    package: str | None
    contract: str | None
    source: Source
    part: Part
    entry_no: int
    on: date


def standing(session: Session, community: str, on: date = date.max) -> list[Standing]:
    """Every part paid by a day and not reversed by then, in the order paid. Three statements."""
    undone = select(Entry.reverses_no).where(
        Entry.community == community, col(Entry.reverses_no).is_not(None), col(Entry.booked_on) <= on
    )
    entries: dict[str, list[tuple[int, date]]] = defaultdict(list)
    for key, no, day in session.execute(
        select(Entry.key, Entry.no, col(Entry.booked_on)).where(
            Entry.community == community,
            col(Entry.book).in_(SOURCE_OF),
            col(Entry.booked_on) <= on,
            col(Entry.no).not_in(undone),
        )
    ):
        entries[name_in(key)].append((no, day))
    rows = session.execute(
        select(PayoutPart, Payout, WorksContract)
        .join(
            Payout,
            (col(Payout.community) == PayoutPart.community) & (col(Payout.number) == PayoutPart.payout),
        )
        .join(
            WorksContract,
            (col(WorksContract.community) == Payout.community)
            & (col(WorksContract.number) == Payout.contract),
            isouter=True,
        )
        .where(PayoutPart.community == community)
    ).all()
    standings = []
    for part, of, contract in rows:
        for paid in entries.get(key_of(of.number, part.source), ()):
            standings.append(
                Standing(
                    of.number, of.kind, of.works, contract.package if contract else None, of.contract,
                    part.source, Part(part.paid_fen, part.retained_fen), *paid,
                )
            )  # fmt: skip
    return sorted(standings, key=lambda payout: payout.entry_no)


def billed(session: Session, community: str, on: date = date.max) -> dict[str, int]:
    """What was billed and paid or retained on every contract, in fen."""
    total: dict[str, int] = defaultdict(int)
    for payout in standing(session, community, on):
        if payout.contract:
            total[payout.contract] += sum(payout.part)
    return dict(total)


def held(session: Session, community: str, on: date = date.max) -> dict[str, dict[Source, int]]:
    """The retention money still held of every contract, by source, in fen."""
    total: dict[str, dict[Source, int]] = defaultdict(lambda: defaultdict(int))
    for payout in standing(session, community, on):
        if payout.contract:
            total[payout.contract][payout.source] += payout.part.retained_fen
    return {contract: dict(of) for contract, of in total.items()}


def used(session: Session, community: str) -> dict[Of, dict[Source, int]]:
    """What every source has paid for, or has had retained of, every package, in fen."""
    total: dict[Of, dict[Source, int]] = defaultdict(lambda: defaultdict(int))
    for payout in standing(session, community):
        if payout.package:
            total[payout.works, payout.package][payout.source] += sum(payout.part)
    for of, fen in fund_payments(session, community).items():
        total[of][Source.MAINTENANCE_FUND] += fen
    return {of: dict(by) for of, by in total.items()}


def free(session: Session, community: str, works: str) -> dict[Source, int]:
    """What every source has brought in for the works and may still be spent, in fen.

    Received less spent and returned, less the retention money that is set aside in its bank.
    """
    left: dict[Source, int] = dict.fromkeys(OWN_BOOK, 0)
    for moved in cash(session, community):
        if moved.works == works:
            left[moved.source] += moved.fen
    for payout in standing(session, community):
        if payout.works == works:
            left[payout.source] -= payout.part.retained_fen
    return left


def contracts_seen(session: Session, community: str) -> list[dict[str, Any]]:
    """Every works contract with its approved changes, what was billed and what is retained, in fen."""
    return _with_figures(session, community, works_contracts(session, community))


def contract_seen(session: Session, community: str, contract: Code) -> dict[str, Any]:
    """One works contract, as the list tells it.

    Raises:
        NoWorksContract.
    """
    return _with_figures(session, community, [works_contract(session, community, contract)])[0]


def contracts_of(session: Session, community: str, works: Code, package: Code) -> list[dict[str, Any]]:
    """The contracts of one package as `contracts_seen` tells them."""
    return [
        contract
        for contract in contracts_seen(session, community)
        if (contract["works"], contract["package"]) == (works, package)
    ]


def _with_figures(
    session: Session, community: str, contracts: Sequence[WorksContract]
) -> list[dict[str, Any]]:
    more, bills, kept = changes(session, community), billed(session, community), held(session, community)
    return [
        {
            **contract.model_dump(),
            "changes_fen": more.get(contract.number, 0),
            "billed_fen": bills.get(contract.number, 0),
            "held_fen": sum(kept.get(contract.number, {}).values()),
        }
        for contract in contracts
    ]
