"""The works money of a sample community: contracts, a change order, what residents paid, what is still retained."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlmodel import Session

from ledger.accounts.rules import NewAccount
from ledger.community.queries import homes
from ledger.db import Database
from ledger.demo.accounts import agree_on_account
from ledger.demo.people import CHEN, LIN, MEI
from ledger.grants.actions import receive
from ledger.grants.contract_actions import (
    NewWorksContract,
    approve_change,
    ask_change,
    claim_defect,
    sign_works_contract,
)
from ledger.grants.contract_queries import works_contracts
from ledger.grants.contract_rules import RetentionClaimed
from ledger.grants.contributions.actions import (
    HomePayment,
    NewLevy,
    raise_levy,
    take_contributions,
    use_contributions,
)
from ledger.grants.contributions.queries import contributions
from ledger.grants.contributions.rules import Basis, ItemClass
from ledger.grants.payout_actions import ask_bill, ask_release, pay_out
from ledger.grants.plan_actions import approve_plan, change_plan, give_in_kind, pledge
from ledger.grants.plan_queries import planned
from ledger.grants.queries import packages
from ledger.grants.rules import Funding, Receipt, Source, book_of
from ledger.grants.spent_queries import held
from ledger.journal.rules import BookCode
from ledger.periods import SHANGHAI, Month

LEVIED, CHANGED = "A", "B"
"""The package whose residents' part was levied home by home, and the one that cost more than its contract."""
RELEASED = Month(2025, 7)
"""Two years after acceptance: the defects-liability period of every package is over."""


def live_through_works(database: Database, community: str, first: Month, random: Random) -> None:
    """What was still to be settled of the works when the ledger began: each source pays, then is spent."""
    came, went = first.first + timedelta(days=12), first.plus(1).first + timedelta(days=8)
    with database.writing() as session:
        for lot in packages(session, community):
            new = NewWorksContract(
                f"SG-{lot.works}-{lot.code}", lot.works, lot.code, lot.contractor, lot.price_fen,
                date(2022, 3, 21), retention_e2=300, defects_months=24,
            )  # fmt: skip
            sign_works_contract(session, community, new, by=MEI.actor, at=_at(came))
            if lot.code == CHANGED:
                _change(session, community, new, came)
    with database.writing() as session:
        plans = planned(session, community)
        for nth, source in enumerate(sorted({source for plan in plans.values() for source in plan})):
            _agree(session, community, book_of(source), f"7559002222{nth:05d}", came)
        for (works, package), plan in plans.items():
            paid = {
                source: _pay_in(session, community, works, package, source, fen, came, random)
                for source, fen in plan.items()
            }
            number = f"FP-{works}-{package}"
            contract = f"SG-{works}-{package}"
            ask_bill(
                session, community, number, contract, sum(paid.values()), paid, by=MEI.actor, at=_at(went)
            )
            pay_out(session, community, number, went, by=CHEN.actor, at=_at(went))


def _agree(session: Session, community: str, book: str, number: str, on: date) -> None:
    """Each source's money lies in an account of its own."""
    new = NewAccount(book, book, "市建设银行", number, "旧改资金专户（业主大会）", on)
    agree_on_account(session, community, new)


def _change(session: Session, community: str, contract: NewWorksContract, on: date) -> None:
    """Old pipes lay elsewhere than drawn: 1.2 % more, borne by the government; the water works waived its fees."""
    more = contract.price_fen * 12 // 1_000
    works, package, at = contract.works, contract.package, _at(on)
    ask_change(
        session, community, contract.number, "BG-01", more,
        reason="地下旧管位置与图纸不符，增加迁改 86 米", by=MEI.actor, at=at,
    )  # fmt: skip
    approve_change(session, community, contract.number, "BG-01", by=CHEN.actor, at=at)
    plan = planned(session, community)[works, package]
    changed = {**plan, Source.GOVERNMENT: plan[Source.GOVERNMENT] + more}
    change_plan(session, community, works, package, 2, changed, reason="变更单 BG-01", by=MEI.actor, at=at)
    approve_plan(session, community, works, package, 2, by=CHEN.actor, at=at)
    give_in_kind(
        session,
        community,
        "水司函〔2022〕8号",
        Funding(works, package, Source.UTILITY),
        contract.price_fen // 200,
        on,
        basis="停水、碰口、水质检测费减免，按公示收费标准计价",
        by=MEI.actor,
        at=at,
    )


def _pay_in(
    session: Session,
    community: str,
    works: str,
    package: str,
    source: Source,
    fen: int,
    on: date,
    random: Random,
) -> int:
    """What a source pays for a package; the residents of one package pay home by home, and not all of them do."""
    key = f"{works}/{package}/{source.value}"
    at = _at(on)
    if source is Source.RESIDENTS and package == LEVIED:
        return _levy(session, community, works, package, fen, on, random)
    if source is Source.GOVERNMENT:
        pledge(
            session,
            community,
            f"市改办〔2022〕{package}号",
            works,
            package,
            source,
            fen,
            on,
            by=MEI.actor,
            at=at,
        )
    receive(session, community, Receipt(source, works, fen, on), key=f"grant-in/{key}", by=MEI.actor, at=at)
    return fen


def _levy(
    session: Session, community: str, works: str, package: str, fen: int, on: date, random: Random
) -> int:
    at, code = _at(on), f"JM-{works}-{package}"
    all_homes = {home.code: "" for home in homes(session, community)}
    new = NewLevy(
        code,
        works,
        package,
        ItemClass.IMPROVING,
        Basis.AREA,
        fen,
        "居民议事会 2022-02-26 第 3 号决议",
        all_homes,
    )
    raise_levy(session, community, new, by=MEI.actor, at=at)
    _agree(session, community, BookCode.COMMUNITY.value, "755900333309001", on)
    owed = [c for c in contributions(session, community, code) if c.due_fen and random.random() < 0.94]
    paid = [HomePayment(f"{code}-{n:05d}", c.home, c.due_fen, on) for n, c in enumerate(owed, start=1)]
    take_contributions(session, community, code, paid, by=MEI.actor, at=at)
    collected = sum(payment.amount_fen for payment in paid)
    use_contributions(session, community, f"{code}-1", code, collected, on, by=CHEN.actor, at=at)
    return collected


def release_retention(database: Database, community: str, month: Month) -> None:
    """Two years on, retention money is paid out, but for the roofs and walls: a defect is open there."""
    if month != RELEASED:
        return
    on = month.first + timedelta(days=13)
    with database.writing() as session:
        kept = {number: sum(of.values()) for number, of in held(session, community).items()}
        contracts = [
            contract for contract in works_contracts(session, community) if kept.get(contract.number)
        ]
        for contract in contracts:
            if contract.package == LEVIED:
                claim_defect(
                    session,
                    community,
                    contract.number,
                    "QX-01",
                    what="3 幢东山墙涂层起皮",
                    by=LIN.actor,
                    at=_at(on),
                )
    for contract in contracts:
        number = f"ZB-{contract.works}-{contract.package}"
        try:
            with database.writing() as session:
                ask_release(
                    session,
                    community,
                    number,
                    contract.number,
                    kept[contract.number],
                    by=MEI.actor,
                    at=_at(on),
                )
                pay_out(session, community, number, on, by=CHEN.actor, at=_at(on))
        except RetentionClaimed:
            assert contract.package == LEVIED


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), SHANGHAI).astimezone(UTC)
