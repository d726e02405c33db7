"""The actions of the residents' contributions: raise a levy, take a payment, refund it by two people, use it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field
from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.queries import NoHome, homes
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.fields import PLAIN, Amount, Code, Day, Text
from ledger.grants.actions import receive
from ledger.grants.contributions.queries import (
    NotCharged,
    contribution,
    contributions,
    levied,
    levy_of,
    receipts,
    refund,
)
from ledger.grants.contributions.rules import (
    Basis,
    ItemClass,
    LevyAbovePlan,
    LevyEmpty,
    check_consents,
    check_due,
    check_refund,
    dues,
    shares_of_use,
)
from ledger.grants.contributions.tables import (
    ContributionDue,
    ContributionReceipt,
    ContributionRefund,
    ContributionUse,
    Levy,
)
from ledger.grants.plan_queries import planned
from ledger.grants.queries import package_of
from ledger.grants.rules import Receipt, Source, check_amount, check_planned
from ledger.journal.actions import Posted, open_book, post, post_all, replay
from ledger.journal.queries import accounts, books
from ledger.journal.rules import BookCode, Draft, Move, read_chart
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.words import yuan

COMMUNITY = BookCode.COMMUNITY.value
Paper = Annotated[str, Field(max_length=60, pattern=PLAIN)]
"""The number of a home's own paper; empty where none is needed."""


@dataclass(frozen=True)
class NewLevy:
    """What residents bear of a package, in fen, and by which key.

    ``consents`` names the homes, each with the number of its own paper (needed for personal items, else may be empty).
    """

    code: Code
    works: Code
    package: Code
    item_class: ItemClass
    basis: Basis
    total_fen: Amount
    agreement: Text
    consents: Annotated[Mapping[Code, Paper], Field(max_length=20_000)]


@dataclass(frozen=True)
class HomePayment:
    """What a home paid, in fen, on a day, under the number of its receipt."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    receipt_no: Code
    home: Code
    amount_fen: Amount
    on: Day


class HandedOver(NamedTuple):
    """The two entries by which collected money went into the works: out of this book, into the residents'."""

    out: Posted
    into: Posted

    @property
    def community_entry(self) -> int:
        return self.out.no

    @property
    def grant_entry(self) -> int:
        return self.into.no


def open_community_book(session: Session, community: str, *, by: Actor, at: datetime) -> None:
    """Open the book of the residents' contributions."""
    chart = read_chart((files("ledger.grants.contributions") / "chart.toml").read_text())
    open_book(session, community, chart, by=by, at=at)


def raise_levy(session: Session, community: str, new: NewLevy, *, by: Actor, at: datetime) -> Levy:
    """Raise a levy: cut it over its homes, to the fen, by the registered floor areas of today.

    The first levy opens the book.

    Raises:
        AmountNotPositive; NoPackage; LevyEmpty; NoHome: a home is not of this community.
        ConsentMissing: a personal item without a home's own paper.
        SourceNotPlanned, LevyAbovePlan: the plan counts on less from the residents.
    """
    check_amount(new.total_fen)
    package_of(session, community, new.works, new.package)
    if not new.consents:
        raise LevyEmpty(levy=new.code)
    check_consents(new.item_class, new.consents)
    head(session, community, lock=True)
    areas = {h.code: h.area_dm2 for h in homes(session, community)}
    if strangers := sorted(new.consents.keys() - areas.keys()):
        raise NoHome(community=community, home=strangers[0])
    shares = dues(new.total_fen, {home: areas[home] for home in new.consents}, new.basis)
    on = day_in_shanghai(at)
    papers = "\n".join(f"{home}\t{new.consents[home]}" for home in sorted(new.consents))
    draft = Draft(
        kind="contribution.raised",
        on=on,
        key=f"levy/{new.code}",
        asked={"agreement": new.agreement, "homes": sha256(papers.encode()).hexdigest()},
        facts={
            "levy": new.code, "works": new.works, "package": new.package, "class": new.item_class.value,
            "basis": new.basis.value, "fen": new.total_fen, "homes": len(shares),
        },
        private={"agreement": new.agreement},
    )  # fmt: skip
    if replay(session, community, draft):
        return levy_of(session, community, new.code)
    plan = planned(session, community).get((new.works, new.package), {})
    check_planned(new.works, plan, Source.RESIDENTS, new.package)
    total = levied(session, community, new.works, new.package) + new.total_fen
    if total > plan[Source.RESIDENTS]:
        raise LevyAbovePlan(package=new.package, planned=yuan(plan[Source.RESIDENTS]), levied=yuan(total))
    raised = Levy(
        community=community, code=new.code, works=new.works, package=new.package, item_class=new.item_class,
        basis=new.basis, total_fen=new.total_fen, agreement=new.agreement, raised_by=by.login, raised_on=on,
    )  # fmt: skip
    session.add(raised)
    session.flush()  # the dues name the levy
    same = {"community": community, "levy": new.code}
    write_rows(
        session,
        ContributionDue,
        [{**same, "home": h, "due_fen": fen, "consent": new.consents[h]} for h, fen in shares.items()],
    )
    post(session, community, draft, by=by, at=at)
    if COMMUNITY not in {book.code for book in books(session, community)}:
        open_community_book(session, community, by=by, at=at)
    return raised


def take_contributions(
    session: Session,
    community: str,
    levy: Code,
    payments: Annotated[Sequence[HomePayment], Field(min_length=1, max_length=20_000)],
    *,
    by: Actor,
    at: datetime,
) -> list[Posted]:
    """Book what homes paid towards a levy, each under its numbered receipt; all or none.

    Gives where each was written, in the order given; one that was booked before gives its first answer.
    The number of statements does not grow with the payments.

    Raises:
        AmountNotPositive; NoLevy; NotCharged; PaidAboveDue; NoBook; MonthClosed.
        AccountNotApproved: the book has no approved account on the day of a payment.
        AskedDifferently: a receipt's number is used.
    """
    for payment in payments:
        check_amount(payment.amount_fen)
    head(session, community, lock=True)
    codes = accounts(session, community, COMMUNITY)
    drafts = [
        Draft(
            kind="contribution.received",
            on=payment.on,
            key=f"contribution/{payment.receipt_no}",
            book=COMMUNITY,
            moves=[Move(codes["bank"], codes["held"], payment.amount_fen, home=payment.home)],
            facts={"levy": levy},
            subject=f"levy/{levy}",
        )
        for payment in payments
    ]
    known = receipts(session, community, [payment.receipt_no for payment in payments])
    new = {payment.receipt_no: payment for payment in payments if payment.receipt_no not in known}
    by_home = {share.home: share for share in contributions(session, community, levy)}
    asked: dict[str, int] = defaultdict(int)
    for payment in new.values():
        if payment.home not in by_home:
            raise NotCharged(home=payment.home, levy=levy)
        asked[payment.home] += payment.amount_fen
    for home, fen in asked.items():
        mine = by_home[home]
        check_due(levy, home, mine.due_fen, mine.paid_fen - mine.refunded_fen, fen)
    check_approved(session, community, COMMUNITY, "bank", *(payment.on for payment in new.values()))
    posted = post_all(session, community, drafts, by=by, at=at)
    same = {"community": community, "levy": levy}
    write_rows(
        session,
        ContributionReceipt,
        [
            {
                **same, "receipt_no": payment.receipt_no, "home": payment.home, "amount_fen": payment.amount_fen,
                "paid_on": payment.on, "entry_no": entry.no,
            }
            for payment, entry in zip(payments, posted, strict=True) if entry.fresh
        ],
    )  # fmt: skip
    return posted


def ask_refund(
    session: Session,
    community: str,
    number: Code,
    levy: Code,
    home: Code,
    amount_fen: Amount,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> ContributionRefund:
    """Ask for money to be given back to a home, in fen.

    Raises:
        AmountNotPositive; NoLevy; NotCharged; NotHeldForHome: it went into the works, or was never paid.
    """
    check_amount(amount_fen)
    head(session, community, lock=True)
    on = day_in_shanghai(at)
    draft = Draft(
        kind="contribution.refund-asked",
        on=on,
        key=f"contribution-refund/{number}/asked",
        asked={"reason": reason, "home": home},
        facts={"number": number, "levy": levy, "fen": amount_fen},
        private={"reason": reason},
    )
    if replay(session, community, draft):
        return refund(session, community, number)
    check_refund(levy, home, contribution(session, community, levy, home).held_fen, amount_fen)
    asked = ContributionRefund(
        community=community, number=number, levy=levy, home=home, amount_fen=amount_fen, reason=reason,
        requested_by=by.login, requested_on=on,
    )  # fmt: skip
    session.add(asked)
    post(session, community, draft, by=by, at=at)
    return asked


def pay_refund(session: Session, community: str, number: Code, on: Day, *, by: Actor, at: datetime) -> Posted:
    """Give a home its money back.

    Raises:
        NoRefund; SamePerson: who asked for it; NotHeldForHome; MonthClosed.
    """
    head(session, community, lock=True)
    asked = refund(session, community, number)
    codes = accounts(session, community, COMMUNITY)
    draft = Draft(
        kind="contribution.refunded",
        on=on,
        key=f"contribution-refund/{number}",
        book=COMMUNITY,
        moves=[Move(codes["held"], codes["bank"], asked.amount_fen, home=asked.home)],
        facts={"levy": asked.levy, "number": number},
        subject=f"levy/{asked.levy}",
        approved_by=by.login,
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_different_people([(Duty.ASK, asked.requested_by)], step=Duty.REFUND, by=by)
    share = contribution(session, community, asked.levy, asked.home)
    check_refund(asked.levy, asked.home, share.held_fen, asked.amount_fen)
    asked.approved_by, asked.approved_on = by.login, day_in_shanghai(at)
    session.add(asked)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def use_contributions(
    session: Session,
    community: str,
    number: Code,
    levy: Code,
    amount_fen: Amount,
    on: Day,
    *,
    by: Actor,
    at: datetime,
) -> HandedOver:
    """Hand collected money over to the works: out of this book, into the residents' book of works money, linked.

    Of every home in proportion to what is held of it, by largest remainder.

    Raises:
        AmountNotPositive; NoLevy; NotCollected; NoBook; SourceNotPlanned; MonthClosed.
        AccountNotApproved: the residents' book of works money has no approved account on the day.
    """
    check_amount(amount_fen)
    head(session, community, lock=True)
    terms = levy_of(session, community, levy)
    link = f"contribution-use/{number}"
    out = Draft(
        kind="contribution.used",
        on=on,
        key=f"{link}/out",
        book=COMMUNITY,
        asked={"levy": levy, "fen": amount_fen},
        facts={"levy": levy},
        subject=f"levy/{levy}",
        link=link,
        approved_by=by.login,
    )
    receipt = Receipt(Source.RESIDENTS, terms.works, amount_fen, on)
    into: dict[str, Any] = {"key": f"{link}/in", "link": link, "by": by, "at": at}
    if earlier := replay(session, community, out):
        again = receive(session, community, receipt, **into)
        return HandedOver(earlier, again)
    held = {share.home: share.held_fen for share in contributions(session, community, levy)}
    shares = shares_of_use(levy, amount_fen, held)
    codes = accounts(session, community, COMMUNITY)
    moves = [Move(codes["held"], codes["bank"], fen, home=home) for home, fen in shares.items()]
    paid = post(session, community, replace(out, moves=moves), by=by, at=at)
    received = receive(session, community, receipt, **into)
    same = {"community": community, "levy": levy, "entry_no": paid.no}
    write_rows(
        session, ContributionUse, [{**same, "home": home, "amount_fen": fen} for home, fen in shares.items()]
    )
    return HandedOver(paid, received)
