"""Works money going out: a bill, retention money released, money returned to its source.

One person asks, another pays; the payee is the contract's contractor. A payout is cut into parts by source, and
each part is an entry in the book of its source, all linked. What is retained of a bill is not spent yet: it stays
in the bank of its source and is set aside from what is free. Payments against contract stay within price and
approved change orders, and a source within what the plan and its pledges give to the package.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.fields import Amount, Code, Day, Text
from ledger.grants.contract_queries import changes, open_claims, works_contract
from ledger.grants.contract_rules import check_releasable
from ledger.grants.contract_tables import WorksContract
from ledger.grants.payout_queries import key_of, parts_of, payout
from ledger.grants.payout_rules import (
    Part,
    PayoutKind,
    check_ceiling,
    check_held,
    check_price,
    cut_bill,
    cut_release,
)
from ledger.grants.payout_tables import Payout, PayoutPart
from ledger.grants.plan_queries import planned, pledged
from ledger.grants.queries import package_of, subject_of, works_of
from ledger.grants.rules import FundStaysHome, Source, book_of, check_amount, check_free, check_planned
from ledger.grants.spent_queries import billed, free, held, used
from ledger.journal.actions import Posted, post, post_all, replay
from ledger.journal.queries import accounts, lock_free
from ledger.journal.rules import Draft, Move
from ledger.log.queries import head
from ledger.periods import day_in_shanghai


def ask_bill(
    session: Session,
    community: str,
    number: Code,
    contract: Code,
    amount_fen: Amount,
    parts: Mapping[Source, Amount],
    *,
    by: Actor,
    at: datetime,
) -> Payout:
    """Ask for a contractor's bill to be paid, by its invoice number; what each source bears adds up to it, in fen.

    The contract's retention money is kept back of every part. Everything is checked again when it is paid.

    Raises:
        AmountNotPositive; NoWorksContract; PartsWrong.
        PaidAbovePrice; SourceNotPlanned; PaidAbovePlan; PurposeShort; FundStaysHome.
    """
    check_amount(amount_fen)
    signed = works_contract(session, community, contract)
    asked = Payout(
        community=community, number=number, kind=PayoutKind.BILL, works=signed.works, contract=contract,
        payee=signed.contractor, requested_by=by.login, requested_on=day_in_shanghai(at),
    )  # fmt: skip
    amounts = {"gross": amount_fen, **{source.value: fen for source, fen in parts.items()}}
    return _ask(
        session, asked, amounts, lambda: cut_bill(amount_fen, parts, signed.retention_e2), by=by, at=at
    )


def ask_release(
    session: Session,
    community: str,
    number: Code,
    contract: Code,
    amount_fen: Amount,
    *,
    by: Actor,
    at: datetime,
) -> Payout:
    """Ask for retention money of a contract to be paid to its contractor, in fen, from each source by what is held.

    Raises:
        AmountNotPositive; NoWorksContract; ReleaseAboveHeld.
        RetentionNotDue, RetentionClaimed: the defects-liability period runs, or a defect is open.
    """
    check_amount(amount_fen)
    signed = works_contract(session, community, contract)
    asked = Payout(
        community=community, number=number, kind=PayoutKind.RELEASE, works=signed.works, contract=contract,
        payee=signed.contractor, requested_by=by.login, requested_on=day_in_shanghai(at),
    )  # fmt: skip
    return _ask(
        session,
        asked,
        {"retained": amount_fen},
        lambda: cut_release(contract, amount_fen, held(session, community).get(contract, {})),
        by=by,
        at=at,
    )


def ask_return(
    session: Session,
    community: str,
    number: Code,
    works: Code,
    source: Source,
    amount_fen: Amount,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> Payout:
    """Ask for money of the works to be given back to the source that brought it, in fen.

    Raises:
        AmountNotPositive; NoWorks; PurposeShort; FundStaysHome.
    """
    check_amount(amount_fen)
    works_of(session, community, works)
    asked = Payout(
        community=community, number=number, kind=PayoutKind.RETURN, works=works, payee=source.value,
        reason=reason, requested_by=by.login, requested_on=day_in_shanghai(at),
    )  # fmt: skip
    amounts = {source.value: amount_fen}
    return _ask(session, asked, amounts, lambda: {source: Part(amount_fen, 0)}, by=by, at=at)


def _ask(
    session: Session,
    asked: Payout,
    amounts: Mapping[str, int],
    cut_up: Callable[[], Mapping[Source, Part]],
    *,
    by: Actor,
    at: datetime,
) -> Payout:
    community = asked.community
    head(session, community, lock=True)
    draft = Draft(
        kind="works.payout-asked",
        on=asked.requested_on,
        key=f"payout/{asked.number}/asked",
        asked={"reason": asked.reason, "payee": asked.payee},
        facts={
            "number": asked.number,
            "kind": asked.kind.value,
            "works": asked.works,
            "contract": asked.contract,
            "fen": {**amounts},
        },
        private={"reason": asked.reason} if asked.reason else {},
    )
    if replay(session, community, draft):
        return payout(session, community, asked.number)
    cut = cut_up()
    _check(session, asked, cut, asked.requested_on)
    session.add(asked)
    session.flush()  # the parts name the payout
    same = {"community": community, "payout": asked.number}
    write_rows(
        session, PayoutPart, [{**same, "source": source, **part._asdict()} for source, part in cut.items()]
    )
    post(session, community, draft, by=by, at=at)
    return asked


def _check(session: Session, asked: Payout, cut: Mapping[Source, Part], on: date) -> None:
    """Everything that must hold for a payout, when it is asked for and again when it is paid."""
    community = asked.community
    if Source.MAINTENANCE_FUND in cut:
        raise FundStaysHome()
    contract = works_contract(session, community, asked.contract) if asked.contract else None
    if contract and asked.kind is PayoutKind.RELEASE:
        package = package_of(session, community, contract.works, contract.package)
        claims = open_claims(session, community, contract.number)
        check_releasable(contract.number, on, package.accepted_on, contract.defects_months, claims)
        check_held(contract.number, cut, held(session, community).get(contract.number, {}))
    elif contract:
        _check_bill(session, contract, cut)
    left = free(session, community, asked.works)
    for source, part in cut.items():
        # a release draws on what was set aside for it, so it asks nothing of what is free
        check_free(asked.works, source, left[source], part.paid_fen + part.retained_fen)


def _check_bill(session: Session, contract: WorksContract, cut: Mapping[Source, Part]) -> None:
    community, of = contract.community, (contract.works, contract.package)
    price = contract.price_fen + changes(session, community).get(contract.number, 0)
    gross = sum(sum(part) for part in cut.values())
    check_price(contract.number, price, billed(session, community).get(contract.number, 0), gross)
    plan = planned(session, community).get(of, {})
    promised = pledged(session, community)
    spent = used(session, community).get(of, {})
    for source, part in cut.items():
        check_planned(contract.works, plan, source, contract.package)
        known = plan[source], promised.get((*of, source)), spent.get(source, 0)
        check_ceiling(contract.package, source, *known, sum(part))


def pay_out(
    session: Session, community: str, number: Code, on: Day, *, by: Actor, at: datetime
) -> list[Posted]:
    """Pay what was asked for: an entry in the book of each source, linked, on that day.

    It is paid once; what of it was reversed may be paid once more.

    Raises:
        NoPayout; SamePerson: who asked for it; MonthClosed; NoBook.
        Overspent, and whatever `ask_bill`, `ask_release` and `ask_return` refuse, as things stand now.
    """
    cut = parts_of(session, community, number)
    known_as = {source: key_of(number, source) for source in cut}
    now, books = lock_free(session, community, list(known_as.values()))
    keys = {source: now[key] for source, key in known_as.items()}
    asked = payout(session, community, number)
    drafts = [_entry(session, asked, source, part, keys[source], on, by) for source, part in cut.items()]
    unpaid = {source: part for source, part in cut.items() if keys[source] not in books.keys}
    if not unpaid:
        return post_all(session, community, drafts, by=by, at=at, locked=books)  # the first answers again
    check_different_people([(Duty.ASK, asked.requested_by)], step=Duty.PAY, by=by)
    _check(session, asked, unpaid, on)
    if asked.approved_on is None:
        asked.approved_by, asked.approved_on = by.login, day_in_shanghai(at)
        session.add(asked)
    return post_all(session, community, drafts, by=by, at=at, locked=books)


def _entry(
    session: Session, asked: Payout, source: Source, part: Part, key: str, on: date, by: Actor
) -> Draft:
    codes = accounts(session, asked.community, book_of(source))
    package = None
    if asked.contract:
        package = works_contract(session, asked.community, asked.contract).package
    back = asked.kind is PayoutKind.RETURN
    debit = codes["returned" if back else "spent"]
    about = {"works": asked.works, "package": package} if package else {"works": asked.works}
    return Draft(
        kind="grant.returned" if back else "grant.spent",
        on=on,
        key=key,
        book=book_of(source),
        moves=[Move(debit, codes["bank"], part.paid_fen, party=asked.payee)],
        facts={**about, "payout": asked.number},
        subject=subject_of(asked.works, package),
        link=f"payout/{asked.number}",
        approved_by=by.login,
    )
