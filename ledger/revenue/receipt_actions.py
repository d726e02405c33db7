"""The actions of receipts: money on a contract, and money that no contract promised.

More than a contract promises is booked and shows, for the money is there; refused is what comes before its
start, or after its end when nothing is owed. Interest and compensation need no contract. Scrap is booked in the fund
(4301) and is no public revenue.
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.queries import profile
from ledger.community.role_rules import Actor
from ledger.fields import Amount, AmountOrNought, Code, Day
from ledger.journal.actions import Posted, post, replay, widen_book
from ledger.journal.queries import accounts, lock_for
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.queries import head
from ledger.revenue.deposit_rules import holder
from ledger.revenue.electricity_rules import check_electricity
from ledger.revenue.queries import chart, check_part, money_account, promised, received
from ledger.revenue.queries import contract as contract_of
from ledger.revenue.rules import (
    WHOLE,
    WITHOUT_CONTRACT,
    Beneficiary,
    Category,
    NeedsContract,
    OutsideTerm,
    in_term,
)
from ledger.revenue.tables import OtherReceipt, RevenueReceipt

REVENUE = BookCode.REVENUE.value


def receive(
    session: Session,
    community: str,
    contract: Code,
    amount_fen: Amount,
    on: Day,
    *,
    reference: Code,
    electricity_fen: AmountOrNought | None = None,
    into: Code = "bank",
    by: Actor,
    at: datetime,
) -> Posted:
    """Book money that came in on a contract; more than was promised is booked too, and shows (`queries.excesses`).

    Of charging the amount is the service fee; the electricity that came in with it is told apart: it is held to be
    paid on and is no revenue. The reference makes it happen once for each contract.

    Raises:
        ElectricityNotTold, NotOfCharging: of charging, and of nothing else, the electricity is said, if it was none too.
        NoContract; NoSuchMoneyAccount: ``into`` is no account for public revenue.
        AccountNotApproved: none for it is approved on the day.
        OutsideTerm: before its start, or after its end and not owed.
    """
    head(session, community, lock=True)
    signed = contract_of(session, community, contract)
    codes: Mapping[str, str] = accounts(session, community, REVENUE)
    money = money_account(session, community, into)
    moves = [Move(money, codes[signed.category.value], amount_fen, party=signed.counterparty)]
    if electricity_fen:
        codes = widen_book(session, community, chart(), by=by, at=at)
        whose = holder(signed.counterparty, contract)
        moves.append(Move(money, codes["electricity"], electricity_fen, party=whose))
    draft = Draft(
        kind="revenue.received",
        on=on,
        key=f"revenue/{contract}/{reference}",
        book=REVENUE,
        moves=moves,
        subject=f"contract/{contract}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    local = profile(session, community, on)
    check_electricity(contract, signed.category, electricity_fen, apart=local["revenue.electricity_apart"])
    check_approved(session, community, REVENUE, into, on)
    last_day = signed.terminated_on or signed.ends_on
    owed = promised(session, community, on).get(contract, 0)
    owed -= received(session, community, date.max, contract).get(contract, 0)
    if not in_term(on, signed.starts_on, last_day, owed, amount_fen, local["revenue.arrears_grace_days"]):
        raise OutsideTerm(on=on, number=contract, starts_on=signed.starts_on, ends_on=last_day)
    posted = post(session, community, draft, by=by, at=at)
    session.add(
        RevenueReceipt(
            community=community,
            entry_no=posted.no,
            contract=contract,
            amount_fen=amount_fen,
            received_on=on,
        )
    )
    session.flush()
    return posted


def receive_other(
    session: Session,
    community: str,
    category: Category,
    amount_fen: Amount,
    on: Day,
    *,
    reference: Code,
    part: Beneficiary = WHOLE,
    into: Code = "bank",
    by: Actor,
    at: datetime,
) -> Posted:
    """Book interest or compensation, which no contract promised; scrap is booked in the fund (4301) instead.

    The reference makes it happen once for each category; once more when what was booked was reversed.

    Raises:
        NeedsContract: revenue of this kind comes in on a contract.
        NoSuchMoneyAccount; NobodyThere: no home is in the part.
        AccountNotApproved: the book that it goes to has no approved account on the day.
    """
    if category not in WITHOUT_CONTRACT:
        raise NeedsContract(category=category)
    key = lock_for(session, community, f"revenue/{category.value}/{reference}")
    check_part(session, community, part)
    if category is Category.SCRAP:
        codes = accounts(session, community, BookCode.FUND.value)
        check_approved(session, community, BookCode.FUND.value, "bank", on)
        draft = Draft(
            kind="fund.scrap",
            on=on,
            key=key,
            book=BookCode.FUND.value,
            moves=[Move(codes["bank"], codes["scrap"], amount_fen)],
        )
        return post(session, community, draft, by=by, at=at)
    codes = accounts(session, community, REVENUE)
    money = money_account(session, community, into)
    check_approved(session, community, REVENUE, into, on)
    draft = Draft(
        kind="revenue.received",
        on=on,
        key=key,
        book=REVENUE,
        moves=[Move(money, codes[category.value], amount_fen)],
        facts={"part": list(part)},
    )
    posted = post(session, community, draft, by=by, at=at)
    if posted.fresh:
        session.add(
            OtherReceipt(
                community=community,
                entry_no=posted.no,
                category=category,
                building=part.building,
                stairwell=part.stairwell,
                amount_fen=amount_fen,
                received_on=on,
            )
        )
        session.flush()
    return posted
