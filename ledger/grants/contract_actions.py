"""Contracts of a works package: price, change orders, and the defects that hold the retention money back.

A change order counts once a second person approved it. Retention money (质量保证金) is at most 3 % of the price,
for at most two years from acceptance (建质〔2017〕138号); the warranty outlives it, so it is not paid out over an open
claim. A contract with the property firm or with a person is refused.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import firm, profile
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.fields import Amount, Code, Day, SignedAmount, Text
from ledger.grants.contract_queries import change_order, changes, claim_of, works_contract
from ledger.grants.contract_rules import PAYABLE, ContractorWrong, check_change, check_terms
from ledger.grants.contract_tables import ChangeOrder, DefectClaim, WorksContract
from ledger.grants.queries import package_of
from ledger.grants.spent_queries import billed
from ledger.journal.actions import post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import check_past, day_in_shanghai


@dataclass(frozen=True)
class NewWorksContract:
    """A contract of a package; ``retention_e2`` is kept back of each bill, in hundredths of a per cent."""

    number: Code
    works: Code
    package: Code
    contractor: Code
    price_fen: Amount
    signed_on: Day
    retention_e2: Annotated[int, Field(strict=True, ge=0, le=10_000)]
    defects_months: Annotated[int, Field(strict=True, ge=0, le=1_200)]


def sign_works_contract(
    session: Session, community: str, new: NewWorksContract, *, by: Actor, at: datetime
) -> WorksContract:
    """Register the contract of a package. The ceilings of its retention money are those of the day of signing.

    Raises:
        NoPackage; NoFirm; ContractorWrong: the contractor is the property firm or does no works.
        DayToCome; ContractTermsWrong, RetentionTooHigh, DefectsTooLong; AskedDifferently: the number is taken.
    """
    package_of(session, community, new.works, new.package)
    payee = firm(session, new.contractor)
    if payee.kind not in PAYABLE:
        raise ContractorWrong(firm=payee.name, kind=payee.kind)
    check_past(new.signed_on, day_in_shanghai(at))
    local = profile(session, community, new.signed_on)
    check_terms(
        new.number,
        new.price_fen,
        new.retention_e2,
        local["works.retention_pct_max"],
        new.defects_months,
        local["works.defects_months_max"],
    )
    head(session, community, lock=True)
    draft = Draft(
        kind="works.contract-signed",
        on=day_in_shanghai(at),
        key=f"works-contract/{new.number}",
        facts={**asdict(new), "signed_on": new.signed_on.isoformat()},
    )
    if replay(session, community, draft):
        return works_contract(session, community, new.number)
    signed = WorksContract(community=community, **asdict(new))
    session.add(signed)
    post(session, community, draft, by=by, at=at)
    return signed


def ask_change(
    session: Session,
    community: str,
    contract: Code,
    number: Code,
    amount_fen: SignedAmount,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> ChangeOrder:
    """Ask for a change order (变更签证) of so many fen, less when negative, and say why.

    Raises:
        NoWorksContract; ChangeEmpty; ChangeTooDeep: less than was billed already would be left.
    """
    head(session, community, lock=True)
    on = day_in_shanghai(at)
    draft = Draft(
        kind="works.change-asked",
        on=on,
        key=f"works-change/{contract}/{number}/asked",
        asked={"reason": reason},
        facts={"contract": contract, "number": number, "fen": amount_fen},
        private={"reason": reason},
    )
    if replay(session, community, draft):
        return change_order(session, community, contract, number)
    _check_change(session, community, contract, amount_fen)
    asked = ChangeOrder(
        community=community, contract=contract, number=number, amount_fen=amount_fen, reason=reason,
        requested_by=by.login, requested_on=on,
    )  # fmt: skip
    session.add(asked)
    post(session, community, draft, by=by, at=at)
    return asked


def approve_change(
    session: Session, community: str, contract: Code, number: Code, *, by: Actor, at: datetime
) -> ChangeOrder:
    """Let a change order count from today.

    Raises:
        NoChangeOrder; SamePerson: who asked for it; ChangeTooDeep.
    """
    head(session, community, lock=True)
    asked = change_order(session, community, contract, number)
    draft = Draft(
        kind="works.change-approved",
        on=day_in_shanghai(at),
        key=f"works-change/{contract}/{number}/approved",
        facts={"contract": contract, "number": number, "fen": asked.amount_fen},
        approved_by=by.login,
    )
    if replay(session, community, draft):
        return asked
    check_different_people([(Duty.ASK, asked.requested_by)], step=Duty.APPROVE, by=by)
    _check_change(session, community, contract, asked.amount_fen)
    asked.approved_by, asked.approved_on = by.login, day_in_shanghai(at)
    session.add(asked)
    post(session, community, draft, by=by, at=at)
    return asked


def _check_change(session: Session, community: str, contract: str, amount_fen: int) -> None:
    signed = works_contract(session, community, contract)
    price = signed.price_fen + changes(session, community).get(contract, 0)
    check_change(contract, amount_fen, price, billed(session, community).get(contract, 0))


def claim_defect(
    session: Session, community: str, contract: Code, number: Code, *, what: Text, by: Actor, at: datetime
) -> DefectClaim:
    """Note a defect that the contractor has to put right; while it is open its retention money stays.

    Raises:
        NoWorksContract; AskedDifferently: the number is another defect's.
    """
    head(session, community, lock=True)
    works_contract(session, community, contract)
    draft = Draft(
        kind="works.defect-claimed",
        on=day_in_shanghai(at),
        key=f"works-defect/{contract}/{number}/claimed",
        asked={"what": what},
        facts={"contract": contract, "number": number},
        private={"what": what},
    )
    if replay(session, community, draft):
        return claim_of(session, community, contract, number)
    claimed = DefectClaim(
        community=community, contract=contract, number=number, what=what,
        raised_by=by.login, raised_on=day_in_shanghai(at),
    )  # fmt: skip
    session.add(claimed)
    post(session, community, draft, by=by, at=at)
    return claimed


def settle_defect(
    session: Session, community: str, contract: Code, number: Code, *, by: Actor, at: datetime
) -> DefectClaim:
    """Say that a defect was put right, by another person than who noted it.

    Raises:
        NoDefectClaim; SamePerson.
    """
    head(session, community, lock=True)
    claimed = claim_of(session, community, contract, number)
    draft = Draft(
        kind="works.defect-settled",
        on=day_in_shanghai(at),
        key=f"works-defect/{contract}/{number}/settled",
        facts={"contract": contract, "number": number},
    )
    if replay(session, community, draft):
        return claimed
    check_different_people([(Duty.REGISTER, claimed.raised_by)], step=Duty.CLEAR, by=by)
    claimed.settled_by, claimed.settled_on = by.login, day_in_shanghai(at)
    session.add(claimed)
    post(session, community, draft, by=by, at=at)
    return claimed
