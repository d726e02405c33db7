"""How an account of a sample community comes to be approved: the firm asks, the committee approves."""

from datetime import UTC, datetime, time

from sqlmodel import Session

from ledger.accounts.actions import approve_account, request_account
from ledger.accounts.rules import NewAccount
from ledger.demo.people import CHEN, MEI
from ledger.periods import SHANGHAI


def agree_on_account(session: Session, community: str, new: NewAccount) -> None:
    """Asked for and approved on the morning of its first day."""
    at = datetime.combine(new.opened_on, time(9), SHANGHAI).astimezone(UTC)
    request_account(session, community, new, by=MEI.actor, at=at)
    approve_account(session, community, new.code, by=CHEN.actor, at=at)
