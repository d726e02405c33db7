"""An account over a span of days on both sides, and all that stands on one side only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, cast, func, literal, null, or_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.db import select_columns
from ledger.intake.booked_queries import COUNTING, signed
from ledger.intake.reconciliation.rules import Item, Side, StatementOf, lines_root
from ledger.intake.reconciliation.tables import ReconciledAccount, Reconciliation
from ledger.intake.rules import COUNT_NOTHING, LineId, LineState
from ledger.intake.tables import BankLine, StatementFile
from ledger.journal.tables import Balance, Entry, Movement
from ledger.periods import Month


class Span:
    """The days from an account's first reconciled month to a month's end, on both sides."""

    def __init__(
        self,
        session: Session,
        community: str,
        book: str,
        code: str,
        first: date,
        last: date,
        these: list[str],
    ) -> None:
        self.session, self.community, self.book, self.code = session, community, book, code
        self.first, self.last, self.these = first, last, these
        self.inside = and_(
            col(BankLine.community) == community,
            col(BankLine.account).in_(these),
            col(BankLine.state) != LineState.TAKEN_BACK,
            col(BankLine.direction).in_(COUNTING),
            col(BankLine.state).not_in(COUNT_NOTHING),
            col(BankLine.occurred_on) >= first,
            col(BankLine.occurred_on) <= last,
        )
        self.paid_out = self._paid_out()
        self.moved = {account: int(fen) for account, fen in session.execute(
            select(BankLine.account, func.sum(signed() - col(BankLine.fee_fen))).where(self.inside).group_by(BankLine.account)
        )}  # fmt: skip

    def balance_before(self) -> int:
        return self._balance(col(Balance.month) < str(Month.of(self.first)))

    def balance(self) -> int:
        return self._balance(col(Balance.month) <= str(Month.of(self.last)))

    def _balance(self, when: ColumnElement[bool]) -> int:
        total = self.session.execute(
            select(func.coalesce(func.sum(Balance.debit_fen - Balance.credit_fen), 0)).where(
                Balance.community == self.community,
                Balance.book == self.book,
                Balance.account == self.code,
                when,
            )
        ).scalar_one()
        return int(total)

    def _paid_out(self) -> dict[int, tuple[str, int]]:
        """What each settlement took out of a wallet of these, net of fees: by entry, the wallet and fen."""
        bank, wallet = aliased(BankLine), aliased(BankLine)
        rows = self.session.execute(
            select(bank.resolved_entry, wallet.account, bank.amount_fen)
            .join(
                wallet,
                (col(wallet.community) == bank.community)
                & (col(wallet.settled_entry) == bank.resolved_entry),
            )
            .join(Entry, (col(Entry.community) == bank.community) & (col(Entry.no) == bank.resolved_entry))
            .where(
                bank.community == self.community,
                bank.state == LineState.SETTLED,
                col(wallet.account).in_(self.these),
                col(Entry.booked_on) >= self.first,
                col(Entry.booked_on) <= self.last,
            )
            .distinct()
        )
        return {no: (account, int(fen)) for no, account, fen in rows}

    def statement(
        self,
        account: str,
        closing_fen: int,
        opening_fen: int,
        sealed: Sequence[ReconciledAccount],
        seals: Sequence[Reconciliation],
        month: Month,
    ) -> StatementOf:
        """An account's statement: what moved is everything since its first opening less what is sealed."""
        begun_fen = sealed[0].opening_fen if sealed else opening_fen
        since_fen = sealed[-1].closing_fen if sealed else opening_fen
        out_fen = sum(fen for where, fen in self.paid_out.values() if where == account)
        moved_fen = begun_fen + self.moved.get(account, 0) - out_fen - since_fen
        counted: ColumnElement[bool] = col(BankLine.occurred_on) >= month.first
        if seals:  # lines of sealed months that came after their seal
            counted |= col(StatementFile.imported_at) > seals[-1].confirmed_at
        rows = self.session.execute(
            select_columns(
                BankLine.account, BankLine.fingerprint, BankLine.occurrence, BankLine.occurred_on, signed(), BankLine.fee_fen
            )
            .join(
                StatementFile,
                (col(StatementFile.community) == BankLine.community) & (col(StatementFile.sha256) == BankLine.file),
            )
            .where(self.inside, BankLine.account == account, counted)
            .order_by(col(BankLine.occurred_on), BankLine.fingerprint, col(BankLine.occurrence))
        ).all()  # fmt: skip
        lines = [(a, f, o, on, int(fen), int(fee)) for a, f, o, on, fen, fee in rows]
        return StatementOf(
            account=account,
            opening_fen=since_fen,
            moved_fen=moved_fen,
            closing_fen=closing_fen,
            lines=len(lines),
            late=sum(on < month.first for _, _, _, on, _, _ in lines),
            root=lines_root(lines),
        )

    def items(self) -> list[Item]:
        """Everything that is on one side only, by day."""
        open_items = [*self._entries(), *self._lines(), *self._fees()]
        return sorted(open_items, key=lambda item: (item.on, item.key))

    def _entries(self) -> list[Item]:
        """Entries of which the statement has not all, each with its own reversal taken off it.

        One sum over what was booked, less the lines, plus the fees kept of lines: a join of the three would be
        planned from statistics, which a new community has not.
        """
        original = aliased(Entry)
        root = case((col(original.booked_on) >= self.first, col(original.no)), else_=col(Entry.no))
        net = case(
            (col(Movement.debit) == self.code, col(Movement.amount_fen)), else_=-col(Movement.amount_fen)
        )
        booked: Any = (
            select(
                root.label("no"), col(Entry.booked_on).label("on"), net.label("fen"), literal(0).label("fees")
            )
            .join(
                Movement, (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no)
            )
            .join(
                original,
                (col(original.community) == Entry.community) & (col(original.no) == Entry.reverses_no),
                isouter=True,
            )
            .where(
                Entry.community == self.community,
                Entry.book == self.book,
                col(Entry.month) >= str(Month.of(self.first)),
                col(Entry.month) <= str(Month.of(self.last)),
                or_(col(Movement.debit) == self.code, col(Movement.credit) == self.code),
            )
        )
        nowhen = cast(null(), Date)
        lines = select(BankLine.entry_no, nowhen, -signed(), literal(0)).where(
            self.inside, col(BankLine.entry_no).is_not(None)
        )
        fees = select(BankLine.settled_entry, nowhen, BankLine.fee_fen, literal(1)).where(
            self.inside, col(BankLine.settled_entry).is_not(None)
        )
        parts = union_all(booked, lines, fees).subquery()
        residual = func.sum(parts.c.fen)
        rows = self.session.execute(
            select(parts.c.no, func.min(parts.c.on), residual)
            .group_by(parts.c.no)
            .having(func.min(parts.c.on).is_not(None), or_(residual != 0, func.max(parts.c.fees) == 1))
            .order_by(parts.c.no)
        ).all()
        left = [
            (no, on, fen)
            for no, on, known_fen in rows
            if (fen := int(known_fen) + self.paid_out.get(no, ("", 0))[1])
        ]
        elsewhere, reversed_on = self._lines_outside([no for no, _, _ in left]), self._reversed_later()
        return [
            Item(f"entry/{no}", Side.BOOKS, on, fen, reason, bool(reason))
            for no, on, fen in left
            for reason in [self._arrived(elsewhere.get(no)) or self._undone(reversed_on.get(no))]
        ]

    def _reversed_later(self) -> dict[int, date]:
        """The day after the span on which an entry of it was reversed, by its number."""
        original = aliased(Entry)
        rows = self.session.execute(
            select(original.no, col(Entry.booked_on))
            .join(
                original,
                (col(original.community) == Entry.community) & (col(original.no) == Entry.reverses_no),
            )
            .where(
                Entry.community == self.community,
                Entry.book == self.book,
                col(Entry.booked_on) > self.last,
                col(original.booked_on) <= self.last,
            )
        )
        return dict(rows.all())

    def _undone(self, on: date | None) -> str:
        return f"已于 {on} 冲销 / reversed on {on}" if on else ""

    def _lines_outside(self, entries: Sequence[int]) -> dict[int, date]:
        """The day of a line outside the span, by its entry."""
        rows = self.session.execute(
            select(BankLine.entry_no, func.max(BankLine.occurred_on))
            .where(
                BankLine.community == self.community,
                col(BankLine.account).in_(self.these),
                col(BankLine.entry_no).is_not(None),
                or_(col(BankLine.occurred_on) < self.first, col(BankLine.occurred_on) > self.last),
            )
            .group_by(col(BankLine.entry_no))
        ).all()
        wanted = set(entries)
        return {no: on for no, on in rows if no in wanted}

    def _arrived(self, on: date | None) -> str:
        return f"银行 {on} 入账 / on the statement on {on}" if on else ""

    def _lines(self) -> list[Item]:
        """Lines whose entry is not in the span: none is known, or it was booked before or after."""
        known = aliased(Entry)
        rows = self.session.execute(
            select_columns(
                BankLine.account,
                BankLine.fingerprint,
                BankLine.occurrence,
                BankLine.occurred_on,
                signed(),
                known.booked_on,
            )
            .join(
                known,
                (col(known.community) == BankLine.community) & (col(known.no) == BankLine.entry_no),
                isouter=True,
            )
            .where(
                self.inside,
                or_(
                    col(BankLine.entry_no).is_(None),
                    col(known.booked_on) < self.first,
                    col(known.booked_on) > self.last,
                ),
            )
        ).all()
        return [
            Item(
                f"line/{LineId(account, fingerprint, occurrence)}",
                Side.BANK,
                on,
                -int(fen),
                f"账上 {booked_on} 记账 / booked on {booked_on}" if booked_on else "",
                booked_on is not None,
            )
            for account, fingerprint, occurrence, on, fen, booked_on in rows
        ]

    def _fees(self) -> list[Item]:
        """What wallets have kept of lines that are not settled by the end: booked with the settlement."""
        settled = aliased(Entry)
        total = self.session.execute(
            select(func.coalesce(func.sum(BankLine.fee_fen), 0))
            .join(
                settled,
                (col(settled.community) == BankLine.community)
                & (col(settled.no) == BankLine.settled_entry)
                & (col(settled.booked_on) <= self.last),
                isouter=True,
            )
            .where(self.inside, col(settled.no).is_(None))
        ).scalar_one()
        if not total:
            return []
        why = "平台手续费，结算时入账 / fees of the platform, booked when it settles"
        return [Item("fees", Side.BANK, self.last, int(total), why, True)]
