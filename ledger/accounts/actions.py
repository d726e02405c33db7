"""The actions of accounts: ask for one, approve it, close it."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from ledger import fields
from ledger.accounts.queries import account as account_of
from ledger.accounts.queries import accounts_of
from ledger.accounts.rules import (
    AccountAlreadyApproved,
    AccountClosed,
    AccountClosesEarly,
    AccountCodeTaken,
    AccountOfAnotherBook,
    NewAccount,
    NoSuchAccountOfBook,
    check_holder,
    masked,
)
from ledger.accounts.tables import ApprovedAccount
from ledger.community.queries import profile
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.community.rules import FirmKind
from ledger.community.tables import Firm
from ledger.journal.actions import post
from ledger.journal.queries import accounts, called, money_accounts
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.words import Coded, Login


def request_account(
    session: Session, community: str, new: NewAccount, *, by: Actor, at: datetime
) -> ApprovedAccount:
    """Ask that an account be approved; until then nothing may come into it.

    ``role`` is the account of the book that it stands for: “bank”, or “wallet” of the fee.

    Raises:
        AccountNumberMalformed, NoSuchAccountOfBook, NoBook, AccountCodeTaken.
        AccountOfAnotherBook: the same account serves another book.
        AccountInFirmsName: the profile forbids it (``fund.account_not_firms``, ``revenue.account_not_firms``).
        NoAccount: it would replace one that is not there.
    """
    head(session, community, lock=True)
    accounts(session, community, new.book)  # or there is no such book
    possible = money_accounts(session, community, new.book)
    if new.role not in possible:
        raise NoSuchAccountOfBook(
            book=called(session, community, new.book), role=Coded("account", new.role), possible=possible
        )
    number, there = masked(new.number), accounts_of(session, community)
    for other in there:
        if other.code == new.code:
            raise AccountCodeTaken(account=new.code)
        if (other.bank, other.number) == (new.bank, number) and other.book != new.book:
            raise AccountOfAnotherBook(
                bank=new.bank, number=number, book=called(session, community, other.book), account=other.code
            )
    firms = set(session.exec(select(Firm.name).where(Firm.kind == FirmKind.PROPERTY)))
    local, key = profile(session, community, day_in_shanghai(at)), f"{new.book}.account_not_firms"
    forbidden = bool(local.get(key))
    check_holder(new.book, new.holder, firms, local.source(key), forbidden=forbidden)
    if new.replaces is not None:
        replaced = account_of(session, community, new.replaces)
        if replaced.opened_on >= new.opened_on:
            raise AccountClosesEarly(account=replaced.code, first=replaced.opened_on, on=new.opened_on)
    asked = ApprovedAccount(
        community=community,
        code=new.code,
        book=new.book,
        role=new.role,
        bank=new.bank,
        number=number,
        holder=new.holder,
        settles_as=new.settles_as,
        opened_on=new.opened_on,
        replaces=new.replaces,
        requested_by=by.login,
        requested_at=at,
    )
    session.add(asked)
    session.flush()
    return asked


def approve_account(
    session: Session, community: str, code: fields.Code, *, by: Actor, at: datetime
) -> ApprovedAccount:
    """Approve an account that another asked for; the one it replaces ends the day before.

    Raises:
        NoAccount, AccountAlreadyApproved.
        SamePerson: whoever asked may not approve.
        AccountClosesEarly, AccountClosed: the replaced account cannot end on that day.
    """
    head(session, community, lock=True)
    account = account_of(session, community, code)
    if account.approved_by is not None:
        raise AccountAlreadyApproved(account=code, by=Login(account.approved_by))
    check_different_people([(Duty.ASK, account.requested_by)], step=Duty.APPROVE, by=by)
    account.approved_by, account.approved_at = by.login, at
    session.add(account)
    session.flush()  # receipts ask the table
    _note(session, account, "account.approved", {"opened": account.opened_on.isoformat()}, by=by, at=at)
    if account.replaces is not None:
        close_account(
            session, community, account.replaces, account.opened_on - timedelta(days=1), by=by, at=at
        )
    return account


def close_account(
    session: Session, community: str, code: fields.Code, on: fields.Day, *, by: Actor, at: datetime
) -> ApprovedAccount:
    """End an account: its last day is ``on``, and nothing later may come into it.

    Raises:
        NoAccount, AccountClosed; AccountClosesEarly: the day lies before its first.
    """
    head(session, community, lock=True)
    account = account_of(session, community, code)
    if account.closed_on is not None:
        raise AccountClosed(account=code, on=account.closed_on)
    if on < account.opened_on:
        raise AccountClosesEarly(account=code, first=account.opened_on, on=on)
    account.closed_on, account.closed_by = on, by.login
    session.add(account)
    session.flush()  # receipts ask the table
    _note(session, account, "account.closed", {"closed": on.isoformat()}, by=by, at=at)
    return account


def _note(
    session: Session, which: ApprovedAccount, kind: str, facts: dict[str, str], *, by: Actor, at: datetime
) -> None:
    """A memorandum: book and role for everybody, bank, number and holder committed to."""
    draft = Draft(
        kind=kind,
        on=day_in_shanghai(at),
        key=f"{kind}/{which.code}",
        facts={"book": which.book, "role": which.role, **facts},
        private={"account": f"{which.bank} {which.number} {which.holder}"},
        subject=f"account/{which.code}",
        approved_by=which.approved_by,
    )
    post(session, which.community, draft, by=by, at=at)
