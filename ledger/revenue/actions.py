"""The deeds of public revenue: contracts, receipts, costs, payment into the fund."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import files

from sqlmodel import Session

from ledger.community.queries import firm
from ledger.community.rules import Actor
from ledger.db import write_rows
from ledger.journal.actions import Posted, open_book, post, post_all, replay
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Draft, Move, read_chart
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import Period
from ledger.revenue.queries import contract, owed_to_fund, remit_by
from ledger.revenue.rules import (
    Category,
    ContractBackwards,
    ContractExists,
    CostKind,
    NoResolution,
    NoVoucher,
    QuarterOpen,
    instalments,
)
from ledger.revenue.tables import Instalment, Remittance, RevenueContract, RevenueCost, RevenueReceipt

REVENUE = BookCode.REVENUE.value


@dataclass(frozen=True)
class NewContract:
    """A contract on common parts; ``every_months`` spreads its price over instalments."""

    number: str
    category: Category
    counterparty: str
    object: str
    starts_on: date
    ends_on: date
    price_fen: int
    every_months: int
    resolution: str
    competitive: bool = True
    beneficiary_building: str | None = None


def open_revenue_book(session: Session, community: str, *, by: Actor, at: datetime) -> None:
    """Open the community's public-revenue book."""
    open_book(
        session, community, read_chart((files("ledger.revenue") / "chart.toml").read_text()), by=by, at=at
    )


def sign_contract(
    session: Session, community: str, new: NewContract, *, by: Actor, at: datetime
) -> RevenueContract:
    """Register a contract with the instalments it promises.

    Raises:
        NoResolution: it names no resolution of the owners.
        ContractExists, ContractBackwards; NoFirm: the counterparty is not registered.
    """
    if not new.resolution.strip():
        raise NoResolution(number=new.number)
    if new.ends_on < new.starts_on:
        raise ContractBackwards(starts_on=new.starts_on, ends_on=new.ends_on)
    if session.get(RevenueContract, (community, new.number)) is not None:
        raise ContractExists(number=new.number)
    firm(session, new.counterparty)
    signed = RevenueContract(
        community=community,
        number=new.number,
        category=new.category,
        counterparty=new.counterparty,
        object=new.object,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        price_fen=new.price_fen,
        resolution=new.resolution,
        competitive=new.competitive,
        beneficiary_building=new.beneficiary_building,
    )
    session.add(signed)
    session.flush()  # the instalments name the contract
    write_rows(
        session,
        Instalment,
        [
            {"community": community, "contract": new.number, "due_on": due_on, "amount_fen": fen}
            for due_on, fen in instalments(new.price_fen, new.starts_on, new.ends_on, new.every_months)
        ],
    )
    return signed


def receive(
    session: Session,
    community: str,
    number: str,
    amount_fen: int,
    on: date,
    *,
    key: str,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book money that came in on a contract."""
    signed = contract(session, community, number)
    codes = accounts(session, community, REVENUE)
    draft = Draft(
        kind="revenue.received",
        on=on,
        key=key,
        book=REVENUE,
        moves=[Move(codes["bank"], codes[signed.category.value], amount_fen, party=signed.counterparty)],
        subject=f"contract/{number}",
    )
    posted = post(session, community, draft, by=by, at=at)
    if posted.fresh:
        session.add(
            RevenueReceipt(
                community=community,
                entry_no=posted.no,
                contract=number,
                amount_fen=amount_fen,
                received_on=on,
            )
        )
    return posted


def pay_cost(
    session: Session,
    community: str,
    kind: CostKind,
    amount_fen: int,
    on: date,
    *,
    voucher_no: str,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book a reasonable cost with its voucher; the voucher's number makes it happen once.

    Raises:
        NoVoucher: no voucher, no cost.
    """
    if not voucher_no.strip():
        raise NoVoucher()
    codes = accounts(session, community, REVENUE)
    draft = Draft(
        kind="revenue.cost",
        on=on,
        key=f"revenue-cost/{voucher_no}",
        book=REVENUE,
        moves=[Move(codes[f"cost_{kind.value}"], codes["bank"], amount_fen)],
    )
    posted = post(session, community, draft, by=by, at=at)
    if posted.fresh:
        session.add(
            RevenueCost(
                community=community,
                entry_no=posted.no,
                kind=kind,
                voucher_no=voucher_no,
                amount_fen=amount_fen,
                paid_on=on,
            )
        )
    return posted


def remit_quarter(
    session: Session, community: str, period: Period, on: date, *, by: Actor, at: datetime
) -> tuple[Posted, Posted] | None:
    """Pay a quarter's share of net revenue into the fund: one entry in each book, linked.

    Gives None when nothing is due. Done twice it is done once, whatever came in for the quarter since.

    Raises:
        QuarterOpen: the quarter is not over on that day.
    """
    head(session, community, lock=True)
    link = f"remittance/{period}"
    asked: dict[str, Json] = {"quarter": str(period)}
    out = Draft("revenue.remitted", on, f"{link}/out", REVENUE, asked=asked, link=link)
    into = Draft("fund.revenue", on, f"{link}/in", BookCode.FUND.value, asked=asked, link=link)
    if (paid := replay(session, community, out)) and (received := replay(session, community, into)):
        return paid, received
    if on <= period.last:
        raise QuarterOpen(quarter=str(period), last=period.last)
    due_fen = owed_to_fund(session, community, period)
    if due_fen == 0:
        return None
    ours, funds = accounts(session, community, REVENUE), accounts(session, community, BookCode.FUND.value)
    out = replace(out, moves=[Move(ours["use_fund"], ours["bank"], due_fen)])
    into = replace(into, moves=[Move(funds["bank"], funds["operating"], due_fen)])
    paid, received = post_all(session, community, [out, into], by=by, at=at)
    session.add(
        Remittance(
            community=community,
            quarter=str(period),
            due_fen=due_fen,
            amount_fen=due_fen,
            due_on=remit_by(session, community, period),
            remitted_on=on,
            revenue_entry=paid.no,
            fund_entry=received.no,
        )
    )
    return paid, received
