"""What the books must say, kept in a dictionary: the ledger's rules once more, with no database and no log."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field

from ledger.journal.rules import DEBIT_NORMAL
from tests.journal.purse import PURSE

ACCOUNTS = {account.code: account for account in PURSE.accounts}
LEDGERS = {ledger.code: ledger for ledger in PURSE.ledgers}


@dataclass
class Written:
    """One entry as the model knows it; entries of one batch share a ``batch``."""

    no: int
    key: str
    month: str
    moves: list
    reverses: int | None
    batch: int


@dataclass
class Model:
    """Every entry, and what it adds up to."""

    entries: list[Written] = field(default_factory=list)
    turnover: Counter = field(default_factory=Counter)
    """(account, month, side) → fen."""
    held: Counter = field(default_factory=Counter)
    """(sub-ledger, subject) → fen on the normal side."""
    closed_through: str = ""
    closings: dict = field(default_factory=dict)
    """Month → account → (opening, debit, credit, closing)."""
    closed_after: dict = field(default_factory=dict)
    """Month → how many entries there were when it was closed."""

    def with_moves(self, month, moves):
        """A copy in which these movements are made."""
        after = deepcopy(self)
        for move in moves:
            for account, side in ((move.debit, "D"), (move.credit, "C")):
                after.turnover[account, month, side] += move.amount_fen
                if ledger := ACCOUNTS[account].ledger:
                    subject = move.home if LEDGERS[ledger].by == "home" else move.party
                    sign = 1 if side == LEDGERS[ledger].side else -1
                    after.held[ledger, subject] += sign * move.amount_fen
        return after

    def figures(self, account, month):
        """Opening, debit, credit and closing of an account in a month, on its normal side."""
        sign = 1 if ACCOUNTS[account].element in DEBIT_NORMAL else -1
        opening = sum(
            sign * (fen if side == "D" else -fen)
            for (code, when, side), fen in self.turnover.items()
            if code == account and when < month
        )
        debit, credit = self.turnover[account, month, "D"], self.turnover[account, month, "C"]
        return opening, debit, credit, opening + sign * (debit - credit)

    def balance(self, account):
        return self.figures(account, "9999-12")[0]

    def overspent(self):
        """Whether an account or a sub-ledger lies below its floor."""
        accounts = any(
            account.floor_fen is not None and self.balance(account.code) < account.floor_fen
            for account in PURSE.accounts
        )
        return accounts or any(
            LEDGERS[ledger].floor_fen is not None and fen < LEDGERS[ledger].floor_fen
            for (ledger, _), fen in self.held.items()
        )

    def uncleared(self, through):
        """What stands on the clearing account at the end of a month."""
        return self.figures("1099", through)[3]

    def reversed_by(self, no):
        return next((entry.no for entry in self.entries if entry.reverses == no), None)

    def by_key(self, key):
        return next((entry for entry in self.entries if entry.key == key), None)
