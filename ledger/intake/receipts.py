"""A line of a statement as the payment that it is."""

from datetime import date

from ledger.accounts.tables import ApprovedAccount
from ledger.fees.payment_actions import Payment
from ledger.fees.rules import STATEMENT
from ledger.intake.lines import Line
from ledger.intake.rules import LineId, Match
from ledger.intake.tables import BankLine
from ledger.periods import Month


def payment_of(
    account: ApprovedAccount,
    which: LineId,
    line: Line | BankLine,
    match: Match,
    closed_through: str,
    today: date,
) -> Payment:
    """A line as a payment: on its own day, or today and naming its day where its month is closed."""
    late = str(Month.of(line.occurred_on)) <= closed_through
    words = (f"{line.occurred_on} 到账" if late else "", line.counterparty, line.remark)
    return Payment(
        key=f"{STATEMENT}{which}",
        home=match.home,
        amount_fen=line.amount_fen,
        on=today if late else line.occurred_on,
        into=account.role,
        memo=" ".join(filter(None, words)),
    )
