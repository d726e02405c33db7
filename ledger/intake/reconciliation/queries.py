"""What can be read of reconciliations, and the worksheet of a month as the books and lines stand now."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.intake.accounts.queries import approved
from ledger.intake.accounts.tables import ApprovedAccount
from ledger.intake.booked.queries import COUNTING, signed
from ledger.intake.reconciliation.rules import (
    AccountNotReconciledHere,
    ClosingMissing,
    Item,
    NoStatement,
    NothingPrepared,
    Side,
    StatementOf,
    Worksheet,
    check_foots,
    explained,
    lines_root,
)
from ledger.intake.reconciliation.tables import ReconciledAccount, Reconciliation, ReconcilingItem
from ledger.intake.rules import LineId, LineState
from ledger.intake.tables import BankLine, StatementFile
from ledger.journal.queries import accounts
from ledger.journal.tables import Balance, Entry, Movement
from ledger.periods import Month


def reconciliations(session: Session, community: str, book: str | None = None) -> Sequence[Reconciliation]:
    """Every reconciliation of a community or of one book, drafts too, newest first."""
    query = select(Reconciliation).where(Reconciliation.community == community)
    if book is not None:
        query = query.where(Reconciliation.book == book)
    return session.exec(
        query.order_by(col(Reconciliation.month).desc(), Reconciliation.book, Reconciliation.role)
    ).all()


def confirmed(session: Session, community: str, book: str, role: str) -> Sequence[Reconciliation]:
    """The months of an account of a book that are sealed, from the first on."""
    return session.exec(
        select(Reconciliation)
        .where(
            Reconciliation.community == community,
            Reconciliation.book == book,
            Reconciliation.role == role,
            col(Reconciliation.confirmed_by).is_not(None),
        )
        .order_by(Reconciliation.month)
    ).all()


def reconciliation(session: Session, community: str, book: str, role: str, month: Month) -> Reconciliation:
    """What was prepared for a month, confirmed or not.

    Raises:
        NothingPrepared: nobody has begun.
    """
    found = session.get(Reconciliation, (community, book, role, str(month)))
    if found is None:
        raise NothingPrepared(book=book, role=role, month=str(month))
    return found


def items_of(session: Session, which: Reconciliation) -> Sequence[ReconcilingItem]:
    """The items with which a month was sealed."""
    return session.exec(
        select(ReconcilingItem)
        .where(
            ReconcilingItem.community == which.community,
            ReconcilingItem.book == which.book,
            ReconcilingItem.role == which.role,
            ReconcilingItem.month == which.month,
        )
        .order_by(col(ReconcilingItem.on), ReconcilingItem.key)
    ).all()


def prepared(session: Session, which: Reconciliation) -> Worksheet:
    """The worksheet of what was prepared, as books and lines stand now."""
    return worksheet(
        session,
        which.community,
        which.book,
        which.role,
        Month.parse(which.month),
        json.loads(which.closings),
        openings=json.loads(which.openings),
        reasons=json.loads(which.reasons),
    )


def worksheet(
    session: Session,
    community: str,
    book: str,
    role: str,
    month: Month,
    closings: Mapping[str, int],
    *,
    openings: Mapping[str, int],
    reasons: Mapping[str, str],
) -> Worksheet:
    """The reconciliation of an account of a book for a month, from its first reconciled month on.

    ``closings`` are the statements' balances at the month's end by account, ``openings`` those with which an
    account begins, nought where none is told; in fen. An item that was sealed with a reason keeps it until it
    clears or another is given. The number of statements of SQL is fixed.

    Raises:
        NoStatement, ClosingMissing, AccountNotReconciledHere.
        StatementDoesNotFoot: an opening balance with its lines is not the closing balance.
        NoSuchItem: a reason is given for what is no item.
    """
    done = [each for each in confirmed(session, community, book, role) if each.month < str(month)]
    first = Month.parse(done[0].month).first if done else month.first
    sealed = _sealed(session, community, book, role)
    there = [
        each
        for each in approved(session, community, book, role)
        if each.opened_on <= month.last
        and (each.closed_on is None or each.closed_on >= month.first or _left(sealed, each.code))
    ]
    _check_told(book, role, month, there, closings, openings)
    code = accounts(session, community, book)[role]
    these = sorted({each.code for each in there} | sealed.keys())
    span = _Span(session, community, book, code, first, month.last, these)
    statements = tuple(
        span.statement(
            each.code, closings[each.code], openings.get(each.code, 0), sealed.get(each.code, ()), done, month
        )
        for each in there
    )
    for statement in statements:
        check_foots(statement)
    begun = sum(sealed[each][0].opening_fen if each in sealed else openings.get(each, 0) for each in these)
    book_before, book_fen = span.balance_before(), span.balance()
    items = span.items()
    if gap := book_before - begun:
        items = [Item("opening", Side.OPENING, first, gap), *items]
    keys = {item.key for item in items}
    told = {item.key: item.reason for item in items_of(session, done[-1]) if item.key in keys} if done else {}
    return Worksheet(book, role, str(month), book_fen, statements, explained(items, told | dict(reasons)))


def _sealed(session: Session, community: str, book: str, role: str) -> dict[str, list[ReconciledAccount]]:
    """Every account's sealed statements, oldest first."""
    rows = session.exec(
        select(ReconciledAccount)
        .where(
            ReconciledAccount.community == community,
            ReconciledAccount.book == book,
            ReconciledAccount.role == role,
        )
        .order_by(ReconciledAccount.month)
    )
    found: dict[str, list[ReconciledAccount]] = {}
    for row in rows:
        found.setdefault(row.account, []).append(row)
    return found


def _left(sealed: Mapping[str, Sequence[ReconciledAccount]], account: str) -> bool:
    """Whether an account that was closed still had money at its last seal."""
    return account in sealed and sealed[account][-1].closing_fen != 0


def _check_told(
    book: str,
    role: str,
    month: Month,
    there: Sequence[ApprovedAccount],
    closings: Mapping[str, int],
    openings: Mapping[str, int],
) -> None:
    if not there:
        raise NoStatement(book=book, role=role, month=str(month))
    codes = {each.code for each in there}
    for code in sorted({*closings, *openings} - codes):
        raise AccountNotReconciledHere(account=code, book=book, role=role, month=str(month))
    for code in sorted(codes - closings.keys()):
        raise ClosingMissing(account=code, month=str(month))


class _Span:
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
            col(BankLine.direction).in_(COUNTING),
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

    def _balance(self, when: object) -> int:
        total = self.session.execute(
            select(func.coalesce(func.sum(Balance.debit_fen - Balance.credit_fen), 0)).where(
                Balance.community == self.community,
                Balance.book == self.book,
                Balance.account == self.code,
                when,  # type: ignore[arg-type]
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
        done: Sequence[Reconciliation],
        month: Month,
    ) -> StatementOf:
        """An account's statement: what moved is everything since its first opening less what is sealed."""
        begun_fen = sealed[0].opening_fen if sealed else opening_fen
        since_fen = sealed[-1].closing_fen if sealed else opening_fen
        out_fen = sum(fen for where, fen in self.paid_out.values() if where == account)
        moved_fen = begun_fen + self.moved.get(account, 0) - out_fen - since_fen
        counted: ColumnElement[bool] = col(BankLine.occurred_on) >= month.first
        if done:  # lines of sealed months that came after their seal
            counted |= col(StatementFile.imported_at) > done[-1].confirmed_at
        rows = self.session.execute(
            select(
                BankLine.account, BankLine.fingerprint, BankLine.occurrence, BankLine.occurred_on, signed(), BankLine.fee_fen
            )
            .join(
                StatementFile,
                (col(StatementFile.community) == BankLine.community) & (col(StatementFile.sha256) == BankLine.file),
            )
            .where(self.inside, BankLine.account == account, counted)
            .order_by(col(BankLine.occurred_on), BankLine.fingerprint, col(BankLine.occurrence))
        ).all()  # fmt: skip
        told = [(a, f, o, on, int(fen), int(fee)) for a, f, o, on, fen, fee in rows]
        return StatementOf(
            account=account,
            opening_fen=since_fen,
            moved_fen=moved_fen,
            closing_fen=closing_fen,
            lines=len(told),
            late=sum(on < month.first for _, _, _, on, _, _ in told),
            root=lines_root(told),
        )

    def items(self) -> list[Item]:
        """Everything that is on one side only, by day."""
        found = [*self._entries(), *self._lines(), *self._fees()]
        return sorted(found, key=lambda each: (each.on, each.key))

    def _booked(self) -> Subquery:
        """What each entry moves on the account, with its own reversal taken off it."""
        original = aliased(Entry)
        root = case((col(original.booked_on) >= self.first, col(original.no)), else_=col(Entry.no))
        net = case(
            (col(Movement.debit) == self.code, col(Movement.amount_fen)), else_=-col(Movement.amount_fen)
        )
        moved = (
            select(root.label("no"), col(Entry.booked_on).label("booked_on"), net.label("fen"))
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
            .subquery()
        )
        return (
            select(
                moved.c.no, func.min(moved.c.booked_on).label("booked_on"), func.sum(moved.c.fen).label("fen")
            )
            .group_by(moved.c.no)
            .subquery()
        )

    def _entries(self) -> list[Item]:
        """Entries of which the statement has not all."""
        booked = self._booked()
        on_statement = (
            select(BankLine.entry_no.label("no"), func.sum(signed()).label("fen"))  # type: ignore[union-attr]
            .where(self.inside, col(BankLine.entry_no).is_not(None))
            .group_by(col(BankLine.entry_no))
            .subquery()
        )
        fees = (
            select(BankLine.settled_entry.label("no"), func.sum(BankLine.fee_fen).label("fen"))  # type: ignore[union-attr]
            .where(self.inside, col(BankLine.settled_entry).is_not(None))
            .group_by(col(BankLine.settled_entry))
            .subquery()
        )
        rows = self.session.execute(
            select(booked.c.no, booked.c.booked_on, booked.c.fen, func.coalesce(on_statement.c.fen, 0), func.coalesce(fees.c.fen, 0))
            .join(on_statement, on_statement.c.no == booked.c.no, isouter=True)
            .join(fees, fees.c.no == booked.c.no, isouter=True)
            .where(
                or_(
                    booked.c.fen != func.coalesce(on_statement.c.fen, 0),
                    fees.c.no.is_not(None),
                )
            )
            .order_by(booked.c.no)
        ).all()  # fmt: skip
        left = []
        for no, on, fen, lines_fen, fee_fen in rows:
            residual = int(fen) - int(lines_fen) + int(fee_fen) + self.paid_out.get(no, ("", 0))[1]
            if residual:
                left.append((no, on, residual))
        elsewhere = self._lines_outside([no for no, _, _ in left])
        return [
            Item(f"entry/{no}", Side.BOOKS, on, fen, reason, bool(reason))
            for no, on, fen in left
            for reason in [self._arrived(elsewhere.get(no))]
        ]

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
            select(
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
            .where(self.inside, settled.no.is_(None))  # type: ignore[attr-defined]
        ).scalar_one()
        if not total:
            return []
        why = "平台手续费，结算时入账 / fees of the platform, booked when it settles"
        return [Item("fees", Side.BANK, self.last, int(total), why, True)]
