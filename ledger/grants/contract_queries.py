"""What can be read of works contracts."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import Code
from ledger.grants.contract_tables import ChangeOrder, DefectClaim, WorksContract


class NoWorksContract(Unknown):
    code = "no-works-contract"
    zh = "本小区没有工程合同“{number}”。"
    en = "This community has no works contract “{number}”."


class NoChangeOrder(Unknown):
    code = "no-change-order"
    zh = "合同 {contract} 没有变更单“{number}”。"
    en = "Contract {contract} has no change order “{number}”."


class NoDefectClaim(Unknown):
    code = "no-defect-claim"
    zh = "合同 {contract} 没有缺陷登记“{number}”。"
    en = "Contract {contract} has no defect “{number}”."


def works_contract(session: Session, community: str, number: str) -> WorksContract:
    """One contract.

    Raises:
        NoWorksContract.
    """
    contract = session.get(WorksContract, (community, number))
    if contract is None:
        raise NoWorksContract(community=community, number=number)
    return contract


def works_contracts(session: Session, community: str) -> Sequence[WorksContract]:
    """Every works contract, by works, package and number."""
    return session.exec(
        select(WorksContract)
        .where(WorksContract.community == community)
        .order_by(WorksContract.works, WorksContract.package, WorksContract.number)
    ).all()


def change_order(session: Session, community: str, contract: Code, number: Code) -> ChangeOrder:
    """One change order.

    Raises:
        NoChangeOrder.
    """
    order = session.get(ChangeOrder, (community, contract, number))
    if order is None:
        raise NoChangeOrder(contract=contract, number=number)
    return order


def change_orders(session: Session, community: str, contract: Code | None = None) -> Sequence[ChangeOrder]:
    """Change orders asked for or approved, of one contract or of all, by the day they were asked for."""
    query = select(ChangeOrder).where(ChangeOrder.community == community)
    if contract is not None:
        query = query.where(ChangeOrder.contract == contract)
    return session.exec(query.order_by(col(ChangeOrder.requested_on), ChangeOrder.number)).all()


def changes(session: Session, community: str, on: date = date.max) -> dict[str, int]:
    """The sum of approved change orders of every contract that has any, on a day, in fen."""
    rows = session.execute(
        select(ChangeOrder.contract, func.sum(ChangeOrder.amount_fen))
        .where(ChangeOrder.community == community, col(ChangeOrder.approved_on) <= on)
        .group_by(ChangeOrder.contract)
    ).all()
    return {contract: int(fen) for contract, fen in rows}


def claim_of(session: Session, community: str, contract: Code, number: Code) -> DefectClaim:
    """One defect.

    Raises:
        NoDefectClaim.
    """
    claim = session.get(DefectClaim, (community, contract, number))
    if claim is None:
        raise NoDefectClaim(contract=contract, number=number)
    return claim


def claims(session: Session, community: str, contract: Code | None = None) -> Sequence[DefectClaim]:
    """Defects, settled or not, of one contract or of all, by the day they were noted."""
    query = select(DefectClaim).where(DefectClaim.community == community)
    if contract is not None:
        query = query.where(DefectClaim.contract == contract)
    return session.exec(query.order_by(col(DefectClaim.raised_on), DefectClaim.number)).all()


def open_claims(session: Session, community: str, contract: str) -> list[str]:
    """The numbers of a contract's defects that are not settled."""
    return list(
        session.exec(
            select(DefectClaim.number)
            .where(
                DefectClaim.community == community,
                DefectClaim.contract == contract,
                col(DefectClaim.settled_on).is_(None),
            )
            .order_by(DefectClaim.number)
        )
    )
