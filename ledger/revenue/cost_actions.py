"""The deeds of costs: paying one with its voucher, keeping one that is claimed without.

Whoever manages public revenue has to prove them (建筑物区分所有权解释 Art. 14). A cost has a voucher and the contract it
was spent for; only tax may be of no contract. What is claimed and cannot be proved is kept as a claim: it counts as
nought and no money moves (R15).
"""

from datetime import date, datetime

from sqlmodel import Session

from ledger.community.rules import Actor
from ledger.journal.actions import Posted, post
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Draft, Move
from ledger.revenue.queries import contract
from ledger.revenue.rules import ClaimNotPositive, CostKind, NoCostBasis, NoVoucher
from ledger.revenue.tables import CostClaim, RevenueCost

REVENUE = BookCode.REVENUE.value


def pay_cost(
    session: Session,
    community: str,
    kind: CostKind,
    amount_fen: int,
    on: date,
    *,
    voucher_no: str,
    contract_no: str | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book a reasonable cost with its voucher and the contract it was spent for; the voucher makes it happen once.

    Raises:
        NoVoucher: no voucher, no cost. NoCostBasis: only tax may be of no contract. NoContract.
    """
    if not voucher_no.strip():
        raise NoVoucher()
    _check_basis(session, community, kind, contract_no)
    codes = accounts(session, community, REVENUE)
    draft = Draft(
        kind="revenue.cost",
        on=on,
        key=f"revenue-cost/{voucher_no}",
        book=REVENUE,
        moves=[Move(codes[f"cost_{kind.value}"], codes["bank"], amount_fen)],
        facts={"contract": contract_no},
        subject=f"contract/{contract_no}" if contract_no else None,
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
                contract=contract_no,
            )
        )
        session.flush()
    return posted


def _check_basis(session: Session, community: str, kind: CostKind, contract_no: str | None) -> None:
    if contract_no is not None:
        contract(session, community, contract_no)
    elif kind is not CostKind.TAX:
        raise NoCostBasis()


def claim_cost(
    session: Session,
    community: str,
    code: str,
    kind: CostKind,
    amount_fen: int,
    on: date,
    *,
    contract_no: str | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Keep a cost that the manager claims and cannot prove. It counts as nought and no money moves (R15).

    Raises:
        ClaimNotPositive; NoCostBasis, NoContract: as for a cost.
    """
    if amount_fen <= 0:
        raise ClaimNotPositive(amount_fen=amount_fen)
    _check_basis(session, community, kind, contract_no)
    draft = Draft(
        kind="revenue.cost-claimed",
        on=on,
        key=f"revenue-cost-claim/{code}",
        facts={"claim": code, "kind": kind.value, "amount_fen": amount_fen, "contract": contract_no},
        subject=f"contract/{contract_no}" if contract_no else None,
    )
    posted = post(session, community, draft, by=by, at=at)
    if posted.fresh:
        session.add(
            CostClaim(
                community=community,
                code=code,
                entry_no=posted.no,
                kind=kind,
                contract=contract_no,
                amount_fen=amount_fen,
                claimed_on=on,
                claimed_by=by.login,
                claimed_at=at,
            )
        )
        session.flush()
    return posted
