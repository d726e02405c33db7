"""The actions by which money goes back: ask for a refund, declare a house lost, pay."""

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, NamedTuple

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import home, standing_home
from ledger.community.queries import homes as homes_of
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.fields import Amount, Code, Day, Text
from ledger.fund.power_queries import check_may
from ledger.fund.power_rules import Power
from ledger.fund.returns.queries import fund_return as return_of
from ledger.fund.returns.queries import lost_homes, of_receipt, returns_of_loss
from ledger.fund.returns.rules import (
    Due,
    House,
    LostAlready,
    Payee,
    ReturnDayWrong,
    ReturnKind,
    ReturnMalformed,
    check_refund,
    owners_due,
    refund_account,
    sellers_due,
    sellers_parts,
    whose,
)
from ledger.fund.returns.tables import FundReturn, LostHouse
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts, held
from ledger.journal.rules import AskedDifferently, BookCode, Draft, Move
from ledger.log.queries import head
from ledger.periods import check_past, day_in_shanghai

FUND = BookCode.FUND.value
LostHomes = Annotated[Sequence[Code], Field(min_length=1, max_length=2_000)]
GoneUnits = Annotated[Sequence[Code], Field(max_length=50, description="selling units that are no more")]


class Loss(NamedTuple):
    """What is due for lost homes: the codes of the returns that are to be paid."""

    returns: list[str]


def ask_refund(
    session: Session,
    community: str,
    code: Code,
    receipt_no: Code,
    amount_fen: Amount,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> FundReturn:
    """Ask that a deposit be given back, whole or in part: overpaid, or the purchase was rescinded. Nothing moves yet.

    Raises:
        NoDeposit: no deposit stands under the receipt. HomeEnded: the home's part passed to what it became.
        RefundAboveDeposit: more than is left of it is asked for.
        ReturnMalformed: the amount is not above nought.
        AskedDifferently: the code was used for another return.
    """
    head(session, community, lock=True)
    if earlier := session.get(FundReturn, (community, code)):
        if (earlier.receipt_no, earlier.amount_fen) != (receipt_no, amount_fen):
            raise AskedDifferently(key=code)
        return earlier
    paid_in, given_back = of_receipt(session, community, receipt_no)
    if paid_in.home is not None:
        standing_home(session, community, paid_in.home)
    check_refund(receipt_no, amount_fen, paid_in.amount_fen, given_back)
    asked = FundReturn(
        community=community,
        code=code,
        kind=ReturnKind.REFUND,
        payee=Payee.OWNER if paid_in.home else Payee.SELLER,
        home=paid_in.home,
        party=paid_in.party,
        receipt_no=receipt_no,
        amount_fen=amount_fen,
        asked_by=by.login,
        asked_on=day_in_shanghai(at),
    )
    session.add(asked)
    draft = Draft(
        kind="return.asked",
        on=asked.asked_on,
        key=f"return/{code}/asked",
        facts={"amount": amount_fen},
        private={"reason": reason},
        subject=f"return/{code}",
    )
    post(session, community, draft, by=by, at=at)
    return asked


def declare_loss(
    session: Session,
    community: str,
    code: Code,
    homes: LostHomes,
    lost_on: Day,
    *,
    gone: GoneUnits = (),
    by: Actor,
    at: datetime,
) -> Loss:
    """Take down that homes are lost (灭失) and what is due for them (Dr 5101 / Cr 2001); gives the returns to be paid.

    Each owner's whole part goes back to him; of a selling unit's money for a building its lost homes' share by
    area, to the unit, or to the treasury for the units that are ``gone`` (165号令 Art. 29). Asking again
    gives the same returns.

    Raises:
        ReturnMalformed: no home is named, or one twice. DayToCome.
        NoHome: a home is not of this community. HomeEnded: it was divided or merged.
        LostAlready: a home was lost before.
    """
    head(session, community, lock=True)
    on = day_in_shanghai(at)
    check_past(lost_on, on)
    lost = set(homes)
    if not homes or len(lost) != len(homes):
        raise ReturnMalformed(code=code)
    memo = Draft(
        kind="fund.house-lost",
        on=on,
        key=f"loss/{code}",
        asked={"homes": [*sorted(lost)], "on": lost_on.isoformat(), "gone": [*sorted(gone)]},
        facts={"homes": len(lost), "lost": lost_on.isoformat()},
        subject=f"loss/{code}",
    )
    if replay(session, community, memo):
        return Loss(returns_of_loss(session, community, code))
    due = _due(session, community, lost, gone)
    post(session, community, memo, by=by, at=at)
    write_rows(
        session,
        LostHouse,
        [
            {"community": community, "home": lost_home, "loss": code, "lost_on": lost_on}
            for lost_home in sorted(lost)
        ],
    )
    if due:
        codes = accounts(session, community, FUND)
        accrued = Draft(
            kind="fund.loss-accrued",
            on=on,
            key=f"loss/{code}/accrued",
            book=FUND,
            moves=[
                Move(codes[part.account], codes["house_loss"], part.amount_fen, part.home, part.party)
                for part in due
            ],
            subject=f"loss/{code}",
        )
        post(session, community, accrued, by=by, at=at)
    write_rows(session, FundReturn, [_return_row(community, code, part, by=by, on=on) for part in due])
    return Loss(returns_of_loss(session, community, code))


def _due(session: Session, community: str, lost: Set[str], gone: Sequence[str]) -> list[Due]:
    """What is due for homes that are lost: to their owners first, then to the selling units.

    Raises:
        NoHome, HomeEnded, LostAlready.
    """
    houses = {
        house.code: House(house.code, house.building, house.kind, house.area_dm2, house.seller)
        for house in homes_of(session, community)
    }
    if strangers := sorted(lost - houses.keys()):
        standing_home(session, community, strangers[0])
    before = lost_homes(session, community)
    if twice := sorted(lost & before):
        raise LostAlready(home=twice[0])
    going = [houses[lost_home] for lost_home in sorted(lost)]
    standing = [house for house in houses.values() if house.home not in before | lost]
    parts = sellers_parts(going, standing, held(session, community, FUND, "seller"))
    return owners_due(going, held(session, community, FUND, "unit")) + sellers_due(parts, gone)


def _return_row(community: str, code: str, due: Due, *, by: Actor, on: date) -> dict[str, object]:
    return {
        "community": community,
        "code": f"{code}/{due.home or due.party}",
        "kind": ReturnKind.LOSS,
        "payee": due.payee,
        "home": due.home,
        "party": due.party,
        "amount_fen": due.amount_fen,
        "asked_by": by.login,
        "asked_on": on,
    }


def pay_return(session: Session, community: str, code: Code, on: Day, *, by: Actor, at: datetime) -> Posted:
    """Pay a return. Asking again gives back the first entry.

    A loss: Dr 2001 / Cr 1001. A refund: Dr 4001 where the deposit came in this year, Dr 5101 where it came in
    before, by the day of payment (财会〔2020〕7号).

    Raises:
        NotYourPower: the authority pays while it keeps the fund, after the hand-over the committee.
        SamePerson: whoever asked for it may not release the money.
        ReturnDayWrong: it is paid before it was asked for.
        Overspent: the part, or the bank, has not that much.
    """
    head(session, community, lock=True)
    fund_return = return_of(session, community, code)
    draft = Draft(
        kind="fund.returned",
        on=on,
        key=f"return/{code}",
        book=FUND,
        asked={"return": code, "amount": fund_return.amount_fen},
        subject=f"return/{code}",
        approved_by=by.login,
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_different_people([(Duty.ASK, fund_return.asked_by)], step=Duty.PAY, by=by)
    check_may(session, community, Power.GIVE_BACK, by=by, at=at)
    if on < fund_return.asked_on:
        raise ReturnDayWrong(on=on, since=fund_return.asked_on)
    codes = accounts(session, community, FUND)
    role = "house_loss"
    if fund_return.receipt_no is not None:
        paid_in = of_receipt(session, community, fund_return.receipt_no).deposit
        kind = whose(home(session, community, fund_return.home).kind) if fund_return.home else "seller"
        role = refund_account(paid_in.kind, paid_in.deposited_on, on, kind)
    moves = [Move(codes[role], codes["bank"], fund_return.amount_fen, fund_return.home, fund_return.party)]
    entry = post(session, community, replace(draft, moves=moves), by=by, at=at)
    fund_return.paid_by, fund_return.paid_on, fund_return.paid_entry = by.login, on, entry.no
    session.add(fund_return)
    return entry
