"""What a community has of what its first month needs."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from ledger.accounts.queries import accounts_of
from ledger.accounts.tables import ApprovedAccount
from ledger.community.queries import acting_for_owners, community, service_contract
from ledger.community.rules import EVERYWHERE, Level, Role, Seat, seats_where
from ledger.community.tables import Appointment, Home, Person
from ledger.disclosure.queries import disclosures
from ledger.disclosure.rules import DisclosureState
from ledger.fees.queries import charged, prices
from ledger.first_month.rules import FirstStep, There, first_steps
from ledger.intake.queries import suspense
from ledger.intake.reconciliation.tables import Reconciliation
from ledger.intake.tables import BankLine, StatementFile
from ledger.journal.queries import called
from ledger.log.queries import head
from ledger.periods import Month
from ledger.words import Coded

WORKING = (Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR)
"""Whom a month and a disclosure need: who keeps the books, who approves and checks, who publishes or oversees."""
BOOKS = ("fee", "fund", "revenue")
"""What has an account of its own by law."""


def first_month(session: Session, code: str, today: date) -> list[FirstStep]:
    """The steps up to a community's first disclosure, in their order; none once it is published, nor where the first
    month lies before the ledger.

    Raises:
        NoCommunity.
    """
    opened_on = community(session, code).opened_on
    if opened_on is None:
        return []
    month = Month.of(opened_on)
    published = {
        draft.period for draft in disclosures(session, code) if draft.state is DisclosureState.PUBLISHED
    }
    if str(month.half_year) in published:
        return []
    return first_steps(_there(session, code, month, today, max(today, opened_on)))


def _there(session: Session, code: str, month: Month, today: date, begun: date) -> There:
    """What is there today; of seats and contracts, which may all begin on the opening day, what is there then."""
    accounts = [account for account in accounts_of(session, code) if account.closed_on is None]
    asked_for = {account.book for account in accounts}
    return There(
        today=today,
        month=month,
        missing_roles=_missing_roles(session, code, begun),
        unused_slips=_unused_slips(session, code, begun),
        under_contract=service_contract(session, code, begun) is not None,
        kinds_without_price=_kinds_without_price(session, code, month),
        books_without_account=[called(session, code, book) for book in BOOKS if book not in asked_for],
        unapproved=[account.code for account in accounts if account.approved_by is None],
        charged=charged(session, code, month)[0] > 0,
        without_statement=_without_statement(session, code, accounts),
        unresolved_lines=len([line for line in suspense(session, code) if line.occurred_on <= month.last]),
        unreconciled=_unreconciled(session, code, month),
        closed=head(session, code).closed_through >= str(month),
    )


def _standing(code: str, today: date) -> tuple[object, ...]:
    return (
        col(Appointment.community).in_([code, EVERYWHERE]),
        col(Appointment.since) <= today,
        or_(col(Appointment.until).is_(None), col(Appointment.until) >= today),
        col(Person.active).is_(True),
    )


def _missing_roles(session: Session, code: str, today: date) -> list[Role]:
    rows = session.execute(
        select(Appointment.role, Appointment.level)
        .join(Person, col(Person.login) == Appointment.person)
        .where(*_standing(code, today))  # type: ignore[arg-type]
        .distinct()
    )
    held = [Seat(Role(role), level=level and Level(level)) for role, level in rows]
    sat_on = {seat.role for seat in seats_where(acting_for_owners(session, code, today)[0], held)}
    return [role for role in WORKING if role not in sat_on]


def _unused_slips(session: Session, code: str, today: date) -> Sequence[str]:
    """Who works here and has not set a password yet."""
    return session.exec(
        select(Person.name)
        .join(Appointment, col(Appointment.person) == Person.login)
        .where(
            *_standing(code, today),  # type: ignore[arg-type]
            col(Appointment.role).in_(WORKING),
            Person.password == "",
        )
        .order_by(Person.name)
        .distinct()
    ).all()


def _kinds_without_price(session: Session, code: str, month: Month) -> list[Coded]:
    priced = prices(session, code, month.last)
    kinds = session.exec(select(Home.kind).where(Home.community == code).distinct()).all()
    return [
        Coded("community.HomeKind", kind)
        for kind in sorted(kinds)
        if "*" not in priced and kind not in priced
    ]


def _without_statement(session: Session, code: str, accounts: Sequence[ApprovedAccount]) -> list[str]:
    """The accounts of the fee, while no statement of any of them was read: one may have nothing to tell in a month."""
    of_the_fee = [account.code for account in accounts if account.book == "fee"]
    read = session.exec(
        select(StatementFile.account)
        .where(StatementFile.community == code, col(StatementFile.account).in_(of_the_fee))
        .limit(1)
    ).first()
    return [] if read else of_the_fee


def _unreconciled(session: Session, code: str, month: Month) -> list[Coded]:
    """The books and roles whose accounts have lines in the month, and whose month nobody has confirmed."""
    moved = session.execute(
        select(ApprovedAccount.book, ApprovedAccount.role)
        .join(
            BankLine,
            (col(BankLine.community) == ApprovedAccount.community)
            & (col(BankLine.account) == ApprovedAccount.code),
        )
        .where(ApprovedAccount.community == code, col(BankLine.occurred_on) <= month.last)
        .distinct()
        .order_by(ApprovedAccount.book, ApprovedAccount.role)
    ).all()
    confirmed = session.execute(
        select(Reconciliation.book, Reconciliation.role).where(
            Reconciliation.community == code,
            Reconciliation.month >= str(month),
            col(Reconciliation.confirmed_by).is_not(None),
        )
    ).all()
    sealed = {tuple(row) for row in confirmed}
    return [called(session, code, book) for book, role in moved if (book, role) not in sealed]
