"""What can be read of a firm's going."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from hashlib import sha256
from json import dumps, loads
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import community as community_of
from ledger.community.queries import end_of_term, kept_day, profile, service_contract, with_kept_day
from ledger.community.role_rules import Role
from ledger.community.rules import Mode, Waiting
from ledger.community.tables import ServiceContract
from ledger.errors import Unknown
from ledger.fields import Code
from ledger.handover.rules import (
    WHOSE,
    Calendar,
    ContractTask,
    Item,
    ItemKind,
    ItemState,
    Standing,
    Term,
    Use,
    calendar,
    contract_tasks,
    standing,
)
from ledger.handover.tables import Ending, HandoverItem, HandoverSignature
from ledger.journal.queries import held
from ledger.journal.tables import Entry
from ledger.log.queries import leaf
from ledger.revenue.deposit_queries import deposits_held
from ledger.revenue.electricity_queries import electricity_held
from ledger.revenue.tables import RevenueContract

NOTICE = "service.notice"
"""The kind of the entry by which notice is given that a contract ends."""


class NoServiceContract(Unknown):
    code = "no-service-contract"
    zh = "本小区没有物业服务合同“{number}”。"
    en = "This community has no service contract “{number}”."


class NoEnding(Unknown):
    code = "no-ending"
    zh = "物业服务合同“{number}”还没有终止通知。"
    en = "No notice was given to end the service contract “{number}”."


class NoItem(Unknown):
    code = "no-handover-item"
    zh = "移交清单没有第 {no} 项。"
    en = "The hand-over list has no item {no}."


def service(session: Session, community: str, number: str) -> ServiceContract:
    """One service contract.

    Raises:
        NoServiceContract: there is none with this number.
    """
    contract = session.get(ServiceContract, (community, number))
    if contract is None:
        raise NoServiceContract(community=community, number=number)
    return contract


def term(session: Session, community: str, number: str) -> Term:
    """A service contract by its days.

    Raises:
        NoServiceContract.
    """
    contract = service(session, community, number)
    end = notice_of(session, community, number)
    return Term(number, contract.firm, contract.starts_on, contract.ends_on, end.last_day if end else None)


def last_term(session: Session, community: str) -> Term | None:
    """The contract that begins last, whether it has begun or not."""
    number = session.exec(
        select(ServiceContract.number)
        .where(ServiceContract.community == community)
        .order_by(col(ServiceContract.starts_on).desc())
        .limit(1)
    ).first()
    return term(session, community, number) if number else None


def ending(session: Session, community: str, number: str) -> Ending:
    """The end of a service contract.

    Raises:
        NoEnding: nobody gave notice.
    """
    notice = notice_of(session, community, number)
    if notice is None:
        raise NoEnding(number=number)
    return notice


def stands(session: Session, community: str, number: str, on: date) -> Standing:
    """How a service contract stands on a day: running, indefinite after its term (民法典 Art. 948), ended.

    Raises:
        NoServiceContract.
    """
    contract = service(session, community, number)
    end = notice_of(session, community, number)
    last_day = end.last_day if end else None
    if end is None and (successor := following(session, contract)) is not None:
        last_day = successor.starts_on - timedelta(days=1)  # without notice: its firm was kept
    return standing(contract.starts_on, contract.ends_on, last_day, on)


def following(session: Session, contract: ServiceContract) -> ServiceContract | None:
    """The contract that begins next after another."""
    return session.exec(
        select(ServiceContract)
        .where(
            ServiceContract.community == contract.community,
            col(ServiceContract.starts_on) > contract.starts_on,
        )
        .order_by(col(ServiceContract.starts_on))
        .limit(1)
    ).first()


def decisions_used(session: Session, community: str) -> list[Use]:
    """What the owners' decisions about the firm were used for, by the entries of the contracts, in their order."""
    numbers = session.exec(select(ServiceContract.number).where(ServiceContract.community == community))
    entries = session.exec(
        select(Entry)
        .where(
            Entry.community == community,
            col(Entry.subject).in_([f"service/{number}" for number in numbers]),
            col(Entry.kind).in_(["service.concluded", "service.prolonged", NOTICE]),
        )
        .order_by(col(Entry.no))
    ).all()
    told_of = [(loads(leaf(session, community, entry.leaf_index).body)["facts"], entry) for entry in entries]
    return [
        Use(facts["motion"], facts["contract"], ends=entry.kind == NOTICE)
        for facts, entry in told_of
        if facts["motion"] is not None
    ]


def firm_may_charge(session: Session, community: str, number: str, on: date) -> bool:
    """Whether the firm of a contract may charge for a day (民法典 Arts. 949, 950).

    Raises:
        NoServiceContract.
    """
    until = service(session, community, number).may_charge_until
    return until is None or on <= until


def renewal_calendar(session: Session, community: str, number: str) -> Calendar:
    """The days that a contract's last day sets, by the profile of that day.

    Raises:
        NoServiceContract.
    """
    contract = service(session, community, number)
    end = notice_of(session, community, number)
    last_day = end.last_day if end else contract.ends_on
    local = profile(session, community, last_day)
    return calendar(
        last_day,
        local["contract.decide_before_days"],
        local["contract.firm_no_renew_notice_days"],
        local["contract.dismiss_notice_days"],
        end_of_term(session, community, last_day, local["contract.handover_days"]),
    )


def services(session: Session, community: str, today: date) -> list[dict[str, Any]]:
    """Every contract with a property firm, the latest first, with how it stands today."""
    query = select(ServiceContract).where(ServiceContract.community == community)
    return [
        _standing(session, contract, today)
        for contract in session.exec(query.order_by(col(ServiceContract.starts_on).desc()))
    ]


def contract_tasks_on(session: Session, community: str, today: date) -> list[tuple[ContractTask, str, date]]:
    """What the present service contract asks for on a day, and what hand-overs are late: task, contract, its day."""
    serving = service_contract(session, community, today)
    tasks = _tasks_of(session, serving, today) if serving else []
    late = [
        (ContractTask.HAND_OVER, end.contract, end.handover_by) for end in overdue(session, community, today)
    ]
    return tasks + late


def _tasks_of(
    session: Session, contract: ServiceContract, today: date
) -> list[tuple[ContractTask, str, date]]:
    """What the contract that began last asks for: to decide in time, or, once it was ended, who serves next."""
    community, number = contract.community, contract.number
    successor = following(session, contract)
    end = notice_of(session, community, number)
    if end is not None and end.noticed_on <= today:
        chosen = successor is not None or end.taken_over_on is not None
        if chosen or community_of(session, community).mode is Mode.SELF:
            return []
        return [(ContractTask.SUCCESSOR, number, end.last_day)]
    if successor is not None and successor.starts_on <= contract.ends_on + timedelta(days=1):
        return []
    days = renewal_calendar(session, community, number)
    tasks = contract_tasks(term(session, community, number), days, today, decided=successor is not None)
    return [(task, number, on) for task, on in tasks]


def waiting_for(session: Session, community: str, roles: Collection[Role], today: date) -> list[Waiting]:
    """What of the service contracts waits for somebody in these roles."""
    return [
        Waiting(task, contract, on)
        for task, contract, on in contract_tasks_on(session, community, today)
        if WHOSE[task] & set(roles)
    ]


def service_seen(session: Session, community: str, number: Code, today: date) -> dict[str, Any]:
    """How a service contract stands today, whether its firm may charge, who has signed the hand-over list, and the
    SHA-256 of the list as it is.

    Raises:
        NoServiceContract.
    """
    listed = items(session, community, number)
    return {
        **_standing(session, service(session, community, number), today),
        "may_charge": firm_may_charge(session, community, number, today),
        "signed": [signature.side for signature in signatures(session, community, number)],
        "items_listed": len(listed),
        "items_open": sum(item.state is ItemState.LISTED for item in listed),
        "items_missing": sum(item.state is ItemState.MISSING for item in listed),
        "list_sha256": list_sha256(listed) if listed else None,
        "items": listed,
    }


def _standing(session: Session, of: ServiceContract, today: date) -> dict[str, Any]:
    end = notice_of(session, of.community, of.number)
    return {
        "number": of.number,
        "firm": of.firm,
        "starts_on": of.starts_on,
        "ends_on": of.ends_on,
        "standing": stands(session, of.community, of.number, today),
        "cause": end.cause if end else None,
        "last_day": end.last_day if end else None,
        "handover_by": kept_day(session, of.community, end.handover_by) if end else None,
        "taken_over_on": end.taken_over_on if end else None,
        "refused_on": end.refused_on if end else None,
    }


def notice_of(session: Session, community: str, number: str) -> Ending | None:
    """The end of a service contract, if somebody gave notice of it."""
    return session.get(Ending, (community, number))


def list_sha256(listed: Sequence[HandoverItem]) -> str:
    """What a list says, as one digest: what is signed, and what a signer has seen."""
    content = [
        [i.no, i.kind.value, i.subject, i.amount_fen, i.state.value, i.note, i.treatment] for i in listed
    ]
    return sha256(dumps(content, ensure_ascii=False).encode()).hexdigest()


def items(session: Session, community: str, number: Code) -> Sequence[HandoverItem]:
    """The list, in its order."""
    return session.exec(
        select(HandoverItem)
        .where(HandoverItem.community == community, HandoverItem.contract == number)
        .order_by(col(HandoverItem.no))
    ).all()


def last_item(session: Session, community: str, number: str) -> int:
    """The number of the last item on the list; nought when it is empty."""
    return session.exec(
        select(func.coalesce(func.max(HandoverItem.no), 0)).where(
            HandoverItem.community == community, HandoverItem.contract == number
        )
    ).one()


def signatures(session: Session, community: str, number: str) -> Sequence[HandoverSignature]:
    """Who signed, by side."""
    return session.exec(
        select(HandoverSignature)
        .where(HandoverSignature.community == community, HandoverSignature.contract == number)
        .order_by(col(HandoverSignature.side))
    ).all()


def missing_items(session: Session, community: str) -> list[tuple[HandoverItem, date]]:
    """What firms that went did not hand over, each with the day by which it was due: facts for the findings."""
    rows = session.exec(
        select(HandoverItem, col(Ending.handover_by))
        .join(
            Ending,
            (col(Ending.community) == HandoverItem.community)
            & (col(Ending.contract) == HandoverItem.contract),
        )
        .where(HandoverItem.community == community, HandoverItem.state == ItemState.MISSING)
        .order_by(HandoverItem.contract, col(HandoverItem.no))
    )
    return [(item, kept_day(session, community, due_on)) for item, due_on in rows]


def overdue(session: Session, community: str, on: date) -> Sequence[Ending]:
    """The hand-overs past their day that not both sides have signed; one that was refused is signed by nobody."""
    signed = (
        select(func.count())
        .select_from(HandoverSignature)
        .where(HandoverSignature.community == Ending.community, HandoverSignature.contract == Ending.contract)
        .correlate(Ending)
        .scalar_subquery()
    )
    late = session.exec(
        select(Ending)
        .where(
            Ending.community == community,
            col(Ending.handover_by) < on,
            col(Ending.refused_on).is_(None),
            signed < 2,
        )
        .order_by(Ending.contract)
    )
    return [with_kept_day(session, community, end, "handover_by") for end in late]


def open_handovers(session: Session, community: str, today: date) -> dict[str, Any]:
    """The hand-overs that are late, and what firms that went did not hand over."""
    return {
        "overdue": overdue(session, community, today),
        "missing": [item for item, _ in missing_items(session, community)],
    }


def from_the_books(session: Session, community: str, last_day: date) -> list[Item]:
    """What the books say is to be handed over: prepaid fees and unpaid bills by home, deposits and the electricity of
    charging that is to be paid on, both by contract, and contracts that run.

    Prepaid fees of the time after the end go back to the owners or on to the next firm (物业服务纠纷解释 Art. 3).
    """
    balances = [
        Item(kind, whose, fen)
        for kind, amounts in (
            (ItemKind.PREPAID, held(session, community, "fee", "prepaid")),
            (ItemKind.UNPAID, held(session, community, "fee", "arrears")),
            (ItemKind.DEPOSIT, deposits_held(session, community)),
            (ItemKind.ELECTRICITY, electricity_held(session, community)),
        )
        for whose, fen in amounts.items()
        if fen > 0
    ]
    running = session.exec(
        select(RevenueContract.number)
        .where(
            RevenueContract.community == community,
            func.coalesce(RevenueContract.terminated_on, RevenueContract.ends_on) >= last_day,
        )
        .order_by(RevenueContract.number)
    )
    return balances + [Item(ItemKind.CONTRACT, number) for number in running]
