"""The action of electricity: what was collected with the fees of charging is paid on to whoever supplied it."""

from datetime import datetime

from sqlmodel import Session

from ledger.community.queries import firm
from ledger.community.role_rules import Actor
from ledger.fields import Amount, Code, Day
from ledger.journal.actions import Posted, post, replay, widen_book
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.queries import head
from ledger.revenue.cost_actions import VoucherNumber
from ledger.revenue.deposit_rules import holder
from ledger.revenue.electricity_queries import electricity_held
from ledger.revenue.electricity_rules import MoreThanCollected
from ledger.revenue.queries import chart
from ledger.revenue.queries import contract as contract_of
from ledger.revenue.rules import NoVoucher

REVENUE = BookCode.REVENUE.value


def pay_electricity_on(
    session: Session,
    community: str,
    contract: Code,
    amount_fen: Amount,
    on: Day,
    *,
    supplier: Code,
    voucher_no: VoucherNumber,
    by: Actor,
    at: datetime,
) -> Posted:
    """Pay electricity that was collected on a contract to whoever supplied it; its bill makes it happen once.

    It is neither revenue when it comes in nor a cost when it goes out (发改办价格〔2024〕537号).

    Raises:
        NoContract; NoFirm: the supplier is not registered. NoVoucher: the bill is not named.
        MoreThanCollected: less is held on this contract.
    """
    head(session, community, lock=True)
    signed = contract_of(session, community, contract)
    firm(session, supplier)
    if not voucher_no.strip():
        raise NoVoucher()
    codes = widen_book(session, community, chart(), by=by, at=at)
    whose = holder(signed.counterparty, contract)
    draft = Draft(
        kind="revenue.electricity-paid",
        on=on,
        key=f"electricity/{contract}/{voucher_no}",
        book=REVENUE,
        moves=[Move(codes["electricity"], codes["bank"], amount_fen, party=whose)],
        facts={"contract": contract, "supplier": supplier},
        subject=f"contract/{contract}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    there = electricity_held(session, community).get(whose, 0)
    if amount_fen > there:
        raise MoreThanCollected(number=contract, held_fen=there, amount_fen=amount_fen)
    return post(session, community, draft, by=by, at=at)
