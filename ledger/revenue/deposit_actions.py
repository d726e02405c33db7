"""The actions about deposits of those who rent common parts (押金): held for them, never income.

A deposit is a liability to one counterparty under one contract. It goes back, or the owners' assembly decides
that it is forfeited; only then is it revenue. Refused: keeping it against arrears without a resolution.
"""

from datetime import date, datetime

from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.role_rules import Actor
from ledger.fields import Amount, Code, Day
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.revenue.deposit_queries import deposit_held
from ledger.revenue.deposit_rules import DepositTooSmall, holder
from ledger.revenue.queries import contract as contract_of
from ledger.revenue.queries import money_account
from ledger.revenue.rules import Category
from ledger.revenue.tables import OtherReceipt, RevenueContract
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter

REVENUE = BookCode.REVENUE.value


def take_deposit(
    session: Session,
    community: str,
    contract: Code,
    amount_fen: Amount,
    on: Day,
    *,
    reference: Code,
    into: Code = "bank",
    by: Actor,
    at: datetime,
) -> Posted:
    """Book a deposit that a counterparty left: a liability, no income. The reference makes it happen once.

    Raises:
        NoContract; NoSuchMoneyAccount: ``into`` is no account for public revenue.
        AccountNotApproved: none for it is approved on the day.
    """
    head(session, community, lock=True)
    signed = contract_of(session, community, contract)
    codes = accounts(session, community, REVENUE)
    money = money_account(session, community, into)
    check_approved(session, community, REVENUE, into, on)
    who = holder(signed.counterparty, contract)
    draft = _draft("taken", signed, Move(money, codes["deposits"], amount_fen, party=who), on, reference)
    return post(session, community, draft, by=by, at=at)


def return_deposit(
    session: Session,
    community: str,
    contract: Code,
    amount_fen: Amount,
    on: Day,
    *,
    reference: Code,
    by: Actor,
    at: datetime,
) -> Posted:
    """Give a deposit back, whole or in part.

    Raises:
        NoContract; DepositTooSmall: less is held on this contract.
    """
    head(session, community, lock=True)
    signed = contract_of(session, community, contract)
    codes = accounts(session, community, REVENUE)
    who = holder(signed.counterparty, contract)
    move = Move(codes["deposits"], codes["bank"], amount_fen, party=who)
    draft = _draft("returned", signed, move, on, reference)
    if earlier := replay(session, community, draft):
        return earlier
    _check_held(session, community, signed, amount_fen)
    return post(session, community, draft, by=by, at=at)


def forfeit_deposit(
    session: Session,
    community: str,
    contract: Code,
    amount_fen: Amount,
    on: Day,
    *,
    motion: Code,
    reference: Code,
    by: Actor,
    at: datetime,
) -> Posted:
    """Turn a deposit into revenue, as the owners decided; the part it belongs to is the contract's.

    Raises:
        NoResolutionPassed: no resolution of the owners (民法典 Art. 278 (九)) says so.
        NoContract; DepositTooSmall: less is held on this contract.
    """
    head(session, community, lock=True)
    signed = contract_of(session, community, contract)
    codes = accounts(session, community, REVENUE)
    move = Move(
        codes["deposits"],
        codes[Category.COMPENSATION.value],
        amount_fen,
        party=holder(signed.counterparty, contract),
    )
    draft = _draft("forfeited", signed, move, on, reference, motion)
    if earlier := replay(session, community, draft):
        return earlier
    resolution(session, community, motion, Matter.OTHER, day_in_shanghai(at))
    _check_held(session, community, signed, amount_fen)
    posted = post(session, community, draft, by=by, at=at)
    session.add(
        OtherReceipt(
            community=community,
            entry_no=posted.no,
            category=Category.COMPENSATION,
            building=signed.beneficiary_building,
            stairwell=signed.beneficiary_stairwell,
            amount_fen=amount_fen,
            received_on=on,
        )
    )
    session.flush()
    return posted


def _draft(
    action: str, signed: RevenueContract, move: Move, on: date, reference: str, motion: str | None = None
) -> Draft:
    return Draft(
        kind=f"revenue.deposit-{action}",
        on=on,
        key=f"deposit-{action}/{signed.number}/{reference}",
        book=REVENUE,
        moves=[move],
        facts={"motion": motion} if motion else {},
        subject=f"contract/{signed.number}",
    )


def _check_held(session: Session, community: str, signed: RevenueContract, amount_fen: int) -> None:
    there = deposit_held(session, community, signed)
    if amount_fen > there:
        raise DepositTooSmall(number=signed.number, held_fen=there, amount_fen=amount_fen)
