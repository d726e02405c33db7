"""What a community has of what its first month needs."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from ledger.accounts.queries import accounts_of
from ledger.accounts.tables import ApprovedAccount
from ledger.community.queries import acting_for_owners, community, standing_homes
from ledger.community.role_rules import EVERYWHERE, Level, Role, Seat, seats_where
from ledger.community.rules import Mode
from ledger.community.tables import Appointment, Home, Person
from ledger.disclosure.accounts_queries import disclosures
from ledger.disclosure.rules import DisclosureState
from ledger.fees.queries import charged, prices
from ledger.first_month.rules import FirstStep, There, first_steps
from ledger.handover.queries import last_term
from ledger.intake.queries import suspense
from ledger.intake.reconciliation.tables import Reconciliation
from ledger.intake.tables import StatementFile
from ledger.journal.queries import called
from ledger.log.queries import head
from ledger.periods import Month, Period
from ledger.words import Coded, told, word

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
    if any(
        draft.state is DisclosureState.PUBLISHED and Period.parse(draft.period).end >= month
        for draft in disclosures(session, code)
    ):
        return []
    return first_steps(_there(session, code, month, today, max(today, opened_on)))


def _there(session: Session, code: str, month: Month, today: date, begun: date) -> There:
    """What is there today; of seats and contracts, which may all begin on the opening day, what is there then."""
    there = [
        account
        for account in accounts_of(session, code)
        if account.closed_on is None or account.closed_on >= month.first
    ]
    asked_for = {account.book for account in there}
    approved = [account for account in there if account.approved_by is not None]
    fee_accounts = [account.code for account in approved if account.book == "fee"]
    return There(
        today=today,
        month=month,
        missing_roles=_missing_roles(session, code, begun),
        unused_slips=_unused_slips(session, code, begun),
        under_contract=_under_contract(session, code, begun),
        kinds_without_price=_kinds_without_price(session, code, month),
        books_without_account=[called(session, code, book) for book in BOOKS if book not in asked_for],
        unapproved=[account.code for account in there if account.approved_by is None],
        fee_accounts=len(fee_accounts),
        charged=charged(session, code, month)[0] > 0,
        statement_read=_is_read(session, code, fee_accounts),
        unresolved_lines=sum(line.occurred_on <= month.last for line in suspense(session, code)),
        unreconciled=_unreconciled(session, code, month, approved),
        closed=head(session, code).closed_through >= str(month),
    )


def _under_contract(session: Session, code: str, on: date) -> bool:
    """Whether a firm serves, or the owners manage for themselves and hire none."""
    if community(session, code).mode is Mode.SELF:
        return True
    last = last_term(session, code)
    return last is not None and (last.last_day is None or last.last_day >= on)


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
            col(Appointment.role).in_([*WORKING, Role.COMMUNITY_OFFICE]),
            Person.password == "",
        )
        .order_by(Person.name)
        .distinct()
    ).all()


def _kinds_without_price(session: Session, code: str, month: Month) -> list[Coded]:
    priced = prices(session, code, month.first)
    kinds = session.exec(select(Home.kind).where(Home.community == code, standing_homes()).distinct()).all()
    return [
        Coded("community.HomeKind", kind)
        for kind in sorted(kinds)
        if "*" not in priced and kind not in priced
    ]


def _is_read(session: Session, code: str, accounts: Collection[str]) -> bool:
    """Whether a statement of one of these accounts was read; another may have nothing to tell in a month."""
    file = select(StatementFile.sha256).where(
        StatementFile.community == code,
        col(StatementFile.account).in_(accounts),
        col(StatementFile.taken_back_no).is_(None),
    )
    return session.exec(file.limit(1)).first() is not None


def _unreconciled(
    session: Session, code: str, month: Month, approved: Sequence[ApprovedAccount]
) -> list[Coded]:
    """The books and kinds of account that stood in the month, and whose month nobody has confirmed."""
    confirmed = session.execute(
        select(Reconciliation.book, Reconciliation.role).where(
            Reconciliation.community == code,
            Reconciliation.month >= str(month),
            col(Reconciliation.confirmed_by).is_not(None),
        )
    ).all()
    stood = {(account.book, account.role) for account in approved if account.opened_on <= month.last}
    return [_named(session, code, *pair) for pair in sorted(stood - {tuple(row) for row in confirmed})]


def _named(session: Session, code: str, book: str, role: str) -> Coded:
    zh, en = (
        f"{told(called(session, code, book), language)} {word('account', role, language)}"
        for language in ("zh", "en")
    )
    return Coded("account", f"{book}/{role}", (zh, en))
