"""What can be read of money that goes back."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import Code
from ledger.fund.returns.rules import NoDeposit, ReturnKind
from ledger.fund.returns.tables import FundReturn, LostHouse
from ledger.fund.tables import Deposit
from ledger.journal.tables import Entry


class NoReturn(Unknown):
    code = "no-fund-return"
    zh = "本小区没有返还“{code_of}”。"
    en = "This community has no return “{code_of}”."


class OfReceipt(NamedTuple):
    """A deposit that stands, and what of it goes back or went back, in fen."""

    deposit: Deposit
    given_back_fen: int


def fund_return(session: Session, community: str, code: Code) -> FundReturn:
    """One return.

    Raises:
        NoReturn: there is none with this code.
    """
    row = session.get(FundReturn, (community, code))
    if row is None:
        raise NoReturn(community=community, code_of=code)
    return row


def fund_returns(session: Session, community: str) -> Sequence[FundReturn]:
    """The returns, newest first."""
    return session.exec(
        select(FundReturn)
        .where(FundReturn.community == community)
        .order_by(col(FundReturn.asked_on).desc(), FundReturn.code)
    ).all()


def of_receipt(session: Session, community: str, receipt_no: str) -> OfReceipt:
    """A deposit by its receipt, with what was asked back of it.

    Raises:
        NoDeposit: there is none, or its entry was reversed.
    """
    reversal = aliased(Entry)
    deposit = session.exec(
        select(Deposit).where(
            Deposit.community == community,
            Deposit.receipt_no == receipt_no,
            ~exists().where(
                col(reversal.community) == Deposit.community, col(reversal.reverses_no) == Deposit.entry_no
            ),
        )
    ).first()
    if deposit is None:
        raise NoDeposit(receipt_no=receipt_no)
    back = session.exec(
        select(func.coalesce(func.sum(FundReturn.amount_fen), 0)).where(
            FundReturn.community == community, FundReturn.receipt_no == receipt_no
        )
    ).one()
    return OfReceipt(deposit, int(back))


def lost_homes(session: Session, community: str) -> set[str]:
    """The homes that are no more."""
    return set(session.exec(select(LostHouse.home).where(LostHouse.community == community)))


def returns_of_loss(session: Session, community: str, loss: str) -> list[str]:
    """The codes of what is due for a loss, by whom it is due to."""
    return list(
        session.exec(
            select(FundReturn.code)
            .where(
                FundReturn.community == community,
                FundReturn.kind == ReturnKind.LOSS,
                col(FundReturn.code).startswith(f"{loss}/", autoescape=True),
            )
            .order_by(FundReturn.code)
        )
    )
