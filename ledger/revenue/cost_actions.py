"""The actions of costs: paying one with its voucher, keeping one that is claimed without.

Whoever manages public revenue has to prove them (建筑物区分所有权解释 Art. 14). A cost has a voucher and the contract it
was spent for; only tax may be of no contract. What is claimed and cannot be proved is kept as a claim: it counts as
nought and no money moves (R15).
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import profile
from ledger.community.role_rules import Actor
from ledger.fields import PLAIN, Amount, Code, Day
from ledger.journal.actions import Posted, post
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Draft, Move
from ledger.revenue.queries import contract as contract_of
from ledger.revenue.rules import (
    PARKING,
    ClaimNotPositive,
    CostKind,
    NoCostBasis,
    NoVoucher,
    ParkingBearsTaxOnly,
)
from ledger.revenue.tables import CostClaim, RevenueCost

REVENUE = BookCode.REVENUE.value
VoucherNumber = Annotated[str, Field(max_length=60, pattern=PLAIN, examples=["F-20260728-01"])]


def pay_cost(
    session: Session,
    community: str,
    kind: CostKind,
    amount_fen: Amount,
    on: Day,
    *,
    voucher_no: VoucherNumber,
    contract: Code | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book a reasonable cost with its voucher and the contract it was spent for; the voucher makes it happen once.

    Raises:
        NoVoucher: no voucher, no cost. NoCostBasis: only tax may be of no contract. NoContract.
        ParkingBearsTaxOnly: the place asks for it, and there is no owners' assembly yet.
    """
    if not voucher_no.strip():
        raise NoVoucher()
    _check_basis(session, community, kind, contract)
    _check_borne(session, community, kind, contract, on)
    codes = accounts(session, community, REVENUE)
    draft = Draft(
        kind="revenue.cost",
        on=on,
        key=f"revenue-cost/{voucher_no}",
        book=REVENUE,
        moves=[Move(codes[f"cost_{kind.value}"], codes["bank"], amount_fen)],
        facts={"contract": contract},
        subject=f"contract/{contract}" if contract else None,
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
                contract=contract,
            )
        )
        session.flush()
    return posted


def _check_basis(session: Session, community: str, kind: CostKind, contract: str | None) -> None:
    if contract is not None:
        contract_of(session, community, contract)
    elif kind is not CostKind.TAX:
        raise NoCostBasis()


def _check_borne(session: Session, community: str, kind: CostKind, contract: str | None, on: date) -> None:
    local, key = profile(session, community, on), "revenue.parking_pre_assembly_tax_only"
    if kind is CostKind.TAX or contract is None or local["assembly.formed"] or not local[key]:
        return
    if contract_of(session, community, contract).category in PARKING:
        raise ParkingBearsTaxOnly(number=contract, article=local.source(key))


def claim_cost(
    session: Session,
    community: str,
    code: Code,
    kind: CostKind,
    amount_fen: Amount,
    on: Day,
    *,
    contract: Code | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Keep a cost that the manager claims and cannot prove. It counts as nought and no money moves (R15).

    Raises:
        ClaimNotPositive; NoCostBasis, NoContract: as for a cost.
    """
    if amount_fen <= 0:
        raise ClaimNotPositive(amount_fen=amount_fen)
    _check_basis(session, community, kind, contract)
    draft = Draft(
        kind="revenue.cost-claimed",
        on=on,
        key=f"revenue-cost-claim/{code}",
        facts={"claim": code, "kind": kind.value, "amount_fen": amount_fen, "contract": contract},
        subject=f"contract/{contract}" if contract else None,
    )
    posted = post(session, community, draft, by=by, at=at)
    if posted.fresh:
        session.add(
            CostClaim(
                community=community,
                code=code,
                entry_no=posted.no,
                kind=kind,
                contract=contract,
                amount_fen=amount_fen,
                claimed_on=on,
                claimed_by=by.login,
                claimed_at=at,
            )
        )
        session.flush()
    return posted
