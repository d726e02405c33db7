"""What can be read of approved accounts."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import bindparam, or_
from sqlmodel import Session, col, select

from ledger.accounts.rules import (
    AccountNotApproved,
    AccountNotKnown,
    AccountTask,
    NoAccount,
    NoApprovedAccount,
)
from ledger.accounts.tables import ApprovedAccount
from ledger.community.role_rules import Role
from ledger.community.rules import Waiting
from ledger.db import Prepared, table_of
from ledger.journal.queries import called
from ledger.words import Coded


def account(session: Session, community: str, code: str) -> ApprovedAccount:
    """One account, approved or not yet.

    Raises:
        NoAccount: the community has none with this code.
    """
    bank_account = session.get(ApprovedAccount, (community, code))
    if bank_account is None:
        raise NoAccount(community=community, account=code)
    return bank_account


def accounts_of(session: Session, community: str) -> Sequence[ApprovedAccount]:
    """Every account that was ever asked for, by book, role and code."""
    return session.exec(
        select(ApprovedAccount)
        .where(ApprovedAccount.community == community)
        .order_by(ApprovedAccount.book, ApprovedAccount.role, ApprovedAccount.code)
    ).all()


def approved(
    session: Session,
    community: str,
    book: str | None = None,
    role: str | None = None,
    on: date | None = None,
) -> Sequence[ApprovedAccount]:
    """The approved accounts, by code: of a book, of one role, and open on a day, where these are given."""
    query = select(ApprovedAccount).where(
        ApprovedAccount.community == community, col(ApprovedAccount.approved_by).is_not(None)
    )
    if book is not None:
        query = query.where(ApprovedAccount.book == book)
    if role is not None:
        query = query.where(ApprovedAccount.role == role)
    if on is not None:
        query = query.where(
            col(ApprovedAccount.opened_on) <= on,
            or_(col(ApprovedAccount.closed_on).is_(None), col(ApprovedAccount.closed_on) >= on),
        )
    return session.exec(query.order_by(ApprovedAccount.code)).all()


def approved_account(
    session: Session, community: str, code: str, first: date, last: date | None = None
) -> ApprovedAccount:
    """An account into which money may come on a day, or on every day of a span.

    Raises:
        AccountNotKnown: it is not of this community. AccountNotApproved: it is not approved, not open yet or closed.
    """
    bank_account = session.get(ApprovedAccount, (community, code))
    if bank_account is None:
        possible = [known.code for known in approved(session, community, on=first)]
        raise AccountNotKnown(account=code, on=first, possible=possible or None)
    if bank_account.approved_by is None or bank_account.opened_on > first:
        raise AccountNotApproved(account=code, on=first)
    if bank_account.closed_on is not None and bank_account.closed_on < (last or first):
        raise AccountNotApproved(account=code, on=last or first)
    return bank_account


_ACCOUNT = table_of(ApprovedAccount)
_OPEN = Prepared(
    select(_ACCOUNT.c.code).where(
        _ACCOUNT.c.community == bindparam("of"),
        _ACCOUNT.c.book == bindparam("its_book"),
        _ACCOUNT.c.role == bindparam("its_role"),
        _ACCOUNT.c.approved_by.is_not(None),
        _ACCOUNT.c.opened_on <= bindparam("first"),
        or_(_ACCOUNT.c.closed_on.is_(None), _ACCOUNT.c.closed_on >= bindparam("last")),
    )
)


def check_approved(session: Session, community: str, book: str, role: str, *days: date) -> None:
    """See that what comes into an account of a book on these days has an approved account to land in.

    Every action that takes money in asks this itself, before it writes; only an account that changed within the
    days is asked for day by day.

    Raises:
        AccountNotApproved: none of this book and role is open on one of the days.
    """
    asked = {"of": community, "its_book": book, "its_role": role}
    if not days or _OPEN.ask(session, {**asked, "first": min(days), "last": max(days)}):
        return
    for on in sorted(set(days)):
        if not _OPEN.ask(session, {**asked, "first": on, "last": on}):
            raise NoApprovedAccount(book=called(session, community, book), role=Coded("account", role), on=on)


def waiting_for(session: Session, community: str, roles: Collection[Role], today: date) -> list[Waiting]:
    """The accounts that somebody asked for and another has to approve."""
    if Role.COMMITTEE not in roles:
        return []
    return [
        Waiting(AccountTask.APPROVE, asked.code)
        for asked in accounts_of(session, community)
        if asked.approved_by is None and asked.closed_on is None
    ]
