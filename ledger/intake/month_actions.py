"""Closing a month of which each approved account has its statement, or a reason why there is none."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.fund.actions import end_month
from ledger.intake.queries import lacking_statement
from ledger.intake.rules import StatementLacking
from ledger.journal.tables import Closing
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai


def close_with_statements(
    session: Session,
    community: str,
    month: Month,
    *,
    exceptions: Mapping[str, str],
    without_statement: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> Closing:
    """Close a month, as `ledger.fund.actions.end_month`; ``without_statement`` says why an account has none, by its code.

    The reasons are kept with the closing: its leaf commits to each as ``statement/<code>``.

    Raises:
        StatementLacking: an account has neither statement nor reason; and as `end_month`.
    """
    head(session, community, lock=True)
    lacking = [account.code for account in lacking_statement(session, community, month)]
    unexplained = [code for code in lacking if not without_statement.get(code, "").strip()]
    if unexplained and day_in_shanghai(at) > month.last:
        raise StatementLacking(month=month, accounts=unexplained)
    reasons = {f"statement/{code}": without_statement[code] for code in lacking if code not in unexplained}
    return end_month(session, community, month, exceptions={**exceptions, **reasons}, by=by, at=at)
