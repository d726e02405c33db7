"""What can be read of the books: accounts, balances, entries. Sums come from the running rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, case, exists, func, or_
from sqlmodel import Session, col, select

from ledger.db import Page, Prepared, Texts, among, select_columns, table_of
from ledger.errors import Unknown
from ledger.fields import Code, MonthText, PageNumber, PageSize, Search
from ledger.journal.rules import Element, Move, TrialRow, digest_of_rows
from ledger.journal.tables import (
    Account,
    Balance,
    Book,
    Closing,
    ClosingBalance,
    Entry,
    Movement,
    Subledger,
    SubledgerBalance,
)
from ledger.log.queries import HEAD, Head, NoLog, check_writable, head_in
from ledger.log.tables import LedgerHead
from ledger.money import Fen
from ledger.periods import Month
from ledger.words import WORDS, Coded


class NoEntry(Unknown):
    code = "no-entry"
    zh = "本小区没有第 {no} 号凭证。"
    en = "This community has no entry {no}."


class NoBook(Unknown):
    code = "no-book"
    zh = "本小区没有“{book}”账套。"
    en = "This community has no book “{book}”."


def books(session: Session, community: str) -> list[Book]:
    """The books of a community, by code."""
    return list(session.exec(select(Book).where(Book.community == community).order_by(Book.code)))


def called(session: Session, community: str, book: str) -> Coded:
    """A book as a sentence names it: by the name that its community gave it."""
    own = None if book in WORDS["book"] else session.get(Book, (community, book))
    return Coded("book", book, (own.zh, own.en) if own else None)


def account_called(session: Session, community: str, code: str) -> tuple[str, str] | None:
    """An account by its number and its name, in Chinese and English; that of a sub-ledger by the sub-ledger's code.

    None when no book of the community has it.
    """
    names = select(Account.code, Account.zh, Account.en).where(
        Account.community == community, or_(col(Account.code) == code, col(Account.ledger) == code)
    )
    named = session.exec(names.order_by(Account.book, Account.code)).first()
    return (f"{named[0]} {named[1]}", f"{named[0]} {named[2]}") if named else None


def overdrawn(session: Session, community: str, book: str) -> str:
    """The first account of a book whose balance is below its floor, as far as this transaction has come."""
    net = func.sum(Balance.debit_fen - Balance.credit_fen)
    normal = case((col(Account.side) == "D", net), else_=-net)
    query = (
        select(Account.code)
        .join(
            Balance,
            (col(Balance.community) == Account.community)
            & (col(Balance.book) == Account.book)
            & (col(Balance.account) == Account.code),
        )
        .where(Account.community == community, Account.book == book, col(Account.floor_fen).is_not(None))
        .group_by(col(Account.code), col(Account.side), col(Account.floor_fen))
        .having(normal < col(Account.floor_fen))
        .order_by(Account.code)
    )
    return session.exec(query).first() or ""


def overdrawn_ledger(session: Session, community: str, book: str) -> str:
    """The first sub-ledger of a book in which somebody's balance is below its floor, as far as this transaction has come."""
    net = col(SubledgerBalance.debit_fen) - col(SubledgerBalance.credit_fen)
    query = (
        select(Subledger.code)
        .join(
            SubledgerBalance,
            (col(SubledgerBalance.community) == Subledger.community)
            & (col(SubledgerBalance.book) == Subledger.book)
            & (col(SubledgerBalance.ledger) == Subledger.code),
        )
        .where(
            Subledger.community == community,
            Subledger.book == book,
            case((col(Subledger.side) == "D", net), else_=-net) < col(Subledger.floor_fen),
        )
        .order_by(Subledger.code)
    )
    return session.exec(query).first() or ""


_ACCOUNTS = Prepared(
    select(Account.role, Account.code).where(
        Account.community == bindparam("of"), Account.book == bindparam("its_book")
    )
)


def accounts(session: Session, community: str, book: str) -> dict[str, str]:
    """The account codes of a book by the role they play in it: ``bank``, ``repairs``, …

    Raises:
        NoBook: the community has no such book.
    """
    rows = _ACCOUNTS.read(session, {"of": community, "its_book": book})
    if not rows:
        raise NoBook(community=community, book=Coded("book", book))
    return dict(rows)


def elements(session: Session, community: str, book: str) -> dict[str, Element]:
    """What each account of a book is (asset, liability, …), by code."""
    return dict(
        session.execute(
            select(Account.code, Account.element).where(Account.community == community, Account.book == book)
        ).all()
    )


def money_accounts(session: Session, community: str, book: str) -> list[Coded]:
    """The roles of the accounts of a book in which money can lie: its assets that no sub-ledger keeps apart."""
    rows = session.execute(
        select(Account.role, Account.zh, Account.en)
        .where(
            Account.community == community,
            Account.book == book,
            Account.element == Element.ASSET,
            col(Account.ledger).is_(None),
        )
        .order_by(Account.code)
    )
    return [Coded("account", role, (zh, en)) for role, zh, en in rows]


def entry(session: Session, community: str, no: int) -> Entry:
    """One entry.

    Raises:
        NoEntry: there is none with this number.
    """
    journal_entry = session.get(Entry, (community, no))
    if journal_entry is None:
        raise NoEntry(community=community, no=no)
    return journal_entry


def reversal_no(session: Session, community: str, no: int) -> int | None:
    """The number of the entry by which an entry was reversed; None when it stands."""
    return session.exec(select(Entry.no).where(Entry.community == community, Entry.reverses_no == no)).first()


def entry_at_leaf(session: Session, community: str, index: int) -> Entry:
    """The entry that a leaf seals.

    Raises:
        NoResultFound: the leaf seals none, such as a month's closing.
    """
    return session.exec(select(Entry).where(Entry.community == community, Entry.leaf_index == index)).one()


BEHIND = "clock behind the last entry"


def behind(session: Session) -> timedelta:
    """How far the clock was behind the last entry when this transaction wrote one."""
    gap: timedelta = session.info.get(BEHIND, timedelta())
    return gap


BOOKED_ON = "last day of what was written"


def booked_on(session: Session) -> date | None:
    """The last day of the entries that this transaction wrote; months that are charged ahead do not count."""
    day: date | None = session.info.get(BOOKED_ON)
    return day


def entry_by_key(session: Session, community: str, key: str) -> Entry | None:
    """The entry that an action of this name left, if it was done."""
    return session.exec(select(Entry).where(Entry.community == community, Entry.key == key)).first()


_ENTRY, _HEAD = table_of(Entry), table_of(LedgerHead)
_UNLOCKED = _HEAD.alias("unlocked")
_OF: BindParameter[str] = bindparam("of")
_REVERSAL = _ENTRY.alias("reversal")
_REVERSED_BY = (
    select(_REVERSAL.c.no)
    .where(_REVERSAL.c.community == _ENTRY.c.community, _REVERSAL.c.reverses_no == _ENTRY.c.no)
    .correlate(_ENTRY)
    .scalar_subquery()
)
_WRITTEN = select_columns(_ENTRY.c.key, _ENTRY.c.asked, _ENTRY.c.no, _ENTRY.c.leaf_index, _REVERSED_BY).where(
    _ENTRY.c.community == _OF, among(_ENTRY.c.key, bindparam("keys", type_=Texts()))
)
_ENTRIES_OF_KEYS = Prepared(_WRITTEN)
_LAST_BEFORE = select(_UNLOCKED.c.last_no).where(_UNLOCKED.c.community == _OF).scalar_subquery()
_LOCK_AND_LOOK = Prepared(
    select_columns(exists(_WRITTEN), _LAST_BEFORE, *HEAD)
    .where(_HEAD.c.community == _OF)
    .with_for_update(of=_HEAD)
)


def written(session: Session, community: str, keys: Sequence[str]) -> Sequence[Sequence[Any]]:
    """The entries under some keys, as (key, digest of what was asked, number, index of the leaf, number of its reversal)."""
    return _ENTRIES_OF_KEYS.ask(session, {"of": community, "keys": list(keys)})


def asked_of(session: Session, community: str, no: int) -> str | None:
    """The digest of what was asked when an entry was written."""
    return session.exec(select(Entry.asked).where(Entry.community == community, Entry.no == no)).first()


class Locked(NamedTuple):
    """A community's books while nobody else writes into them, and what stands in them under the keys asked for."""

    head: Head
    written: Sequence[Sequence[Any]]

    @property
    def keys(self) -> frozenset[str]:
        """Those of the keys under which an entry was written before."""
        return frozenset(row[0] for row in self.written)

    @property
    def reversed_keys(self) -> frozenset[str]:
        """Those whose entry was reversed, so that nothing stands under them."""
        return frozenset(key for key, *_, reversal in self.written if reversal is not None)


def lock(session: Session, community: str, keys: Sequence[str]) -> Locked:
    """The books under their lock, and what was written under the keys before it was taken: one question, when nothing was.

    No other writer of this community runs until the transaction ends. PostgreSQL looks for the entries before it waits
    for the lock, so that it found none is worth something only when the head's last entry is still the same.

    Raises:
        NoLog: the community has none.
        whatever it is closed by.
    """
    check_writable(session, community)
    rows = _LOCK_AND_LOOK.ask(session, {"of": community, "keys": list(keys)})
    if not rows:
        raise NoLog(community=community)
    [(matches, last_no, *row)] = rows
    head = head_in(row)
    unchanged = not matches and last_no == head.last_no
    return Locked(head, () if unchanged else written(session, community, keys))


def lock_free(session: Session, community: str, keys: Sequence[str]) -> tuple[Mapping[str, str], Locked]:
    """As `lock`, for what may be done again once it was reversed: gives another key for each under which nothing stands.

    The second time stands under ``key#2``, the third under ``key#3``; the keys come back by those that were asked for.
    """
    free, books = {key: key for key in keys}, lock(session, community, keys)
    again = 2
    while undone := books.reversed_keys:
        free = {key: time_of(key, again) if used in undone else used for key, used in free.items()}
        books, again = lock(session, community, list(free.values())), again + 1
    return free, books


def lock_for(session: Session, community: str, key: str) -> str:
    """As `lock_free`, for one action that is named by a period or a document: gives the key for it."""
    free, _books = lock_free(session, community, [key])
    return free[key]


def name_in(key: str) -> str:
    """What a key names, without the count of how often it was done again (`lock_free`)."""
    return key.partition("#")[0]


def time_of(name: str, time: int) -> str:
    """The key for what is done the second, third time and so on, once it was reversed (`lock_free`)."""
    return f"{name}#{time}" if time > 1 else name


def time_in(key: str) -> int:
    """How often what a key names was done by then, with those that were reversed (`lock_free`)."""
    return int(key.partition("#")[2] or 1)


def moves_of(session: Session, community: str, no: int) -> list[Move]:
    """The movements of an entry, in order; memos are private and not among them."""
    rows = session.exec(
        select(Movement)
        .where(Movement.community == community, Movement.entry_no == no)
        .order_by(col(Movement.line))
    )
    return [Move(m.debit, m.credit, m.amount_fen, m.home, m.party) for m in rows]


AT_ONCE = 10_000
"""So many numbers are asked for in one statement: SQLite takes 32,766 values."""


def entries_with_moves(
    session: Session, community: str, numbers: Collection[int]
) -> list[tuple[Entry, list[Move]]]:
    """Several entries in order, each with its movements as `moves_of` tells them."""
    entries: dict[int, tuple[Entry, list[Move]]] = {}
    ordered = sorted(set(numbers))
    for begin in range(0, len(ordered), AT_ONCE):
        wanted = ordered[begin : begin + AT_ONCE]
        for row in session.exec(
            select(Entry)
            .where(Entry.community == community, col(Entry.no).in_(wanted))
            .order_by(col(Entry.no))
        ):
            entries[row.no] = row, []
        for m in session.exec(
            select(Movement)
            .where(Movement.community == community, col(Movement.entry_no).in_(wanted))
            .order_by(col(Movement.entry_no), col(Movement.line))
        ):
            entries[m.entry_no][1].append(Move(m.debit, m.credit, m.amount_fen, m.home, m.party))
    return list(entries.values())


def last_of_format_1(session: Session, community: str) -> int | None:
    """The last entry whose leaf does not commit to who did it; None where every leaf does."""
    return session.exec(
        select(func.max(Entry.no)).where(Entry.community == community, col(Entry.by_role).is_(None))
    ).one()


_ROW = (
    "no",
    "posted_at",
    "by_login",
    "by_role",
    "by_level",
    "approved_by",
    "key",
    "asked",
    "subject",
    "link",
)


def digest_through(session: Session, community: str, no: int) -> str:
    """The digest over the rows of all entries up to a number (`rules.digest_of_rows`)."""
    query = (
        select_columns(*(getattr(Entry, name) for name in _ROW), Movement.home, Movement.party)
        .join(
            Movement,
            (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no),
            isouter=True,
        )
        .where(Entry.community == community, col(Entry.no) <= no)
        .order_by(col(Entry.no), col(Movement.line))
        .execution_options(yield_per=1000)
    )

    def rows() -> Iterator[tuple[Mapping[str, Any], Sequence[Move]]]:
        for row, legs in groupby(session.execute(query), key=lambda record: tuple(record[:-2])):
            yield (
                dict(zip(_ROW, row, strict=True)),
                [Move("", "", 0, home, party) for *_, home, party in legs],
            )

    return digest_of_rows(rows())


def voucher_number(session: Session, community: str, no: int) -> int:
    """The voucher's number in its book and month (记-1, 记-2, …), counted from the dense entry numbers."""
    this = entry(session, community, no)
    return session.exec(
        select(func.count())
        .select_from(Entry)
        .where(
            Entry.community == community,
            Entry.book == this.book,
            Entry.month == this.month,
            col(Entry.no) <= no,
        )
    ).one()


def trial_balance(session: Session, community: str, book: str, first: Month, last: Month) -> list[TrialRow]:
    """The trial balance of a book for a run of months, every account of the chart, by code; amounts in fen.

    Reads one row an account and month, however many movements there are.
    """
    before, within = col(Balance.month) < str(first), col(Balance.month) >= str(first)
    net = case(
        (col(Account.side) == "D", col(Balance.debit_fen) - col(Balance.credit_fen)),
        else_=col(Balance.credit_fen) - col(Balance.debit_fen),
    )
    rows = session.execute(
        select_columns(
            Account.code,
            Account.zh,
            Account.en,
            Account.element,
            func.coalesce(func.sum(case((before, net), else_=0)), 0),
            func.coalesce(func.sum(case((within, col(Balance.debit_fen)), else_=0)), 0),
            func.coalesce(func.sum(case((within, col(Balance.credit_fen)), else_=0)), 0),
        )
        .join(
            Balance,
            (col(Balance.community) == Account.community)
            & (col(Balance.book) == Account.book)
            & (col(Balance.account) == Account.code)
            & (col(Balance.month) <= str(last)),
            isouter=True,
        )
        .where(Account.community == community, Account.book == book)
        .group_by(Account.code, Account.zh, Account.en, Account.element)
        .order_by(Account.code)
    )
    return [TrialRow(c, zh, en, element, int(o), int(d), int(k)) for c, zh, en, element, o, d, k in rows]


def held(
    session: Session, community: str, book: str, ledger: str, subjects: Iterable[str] | None = None
) -> dict[str, Fen]:
    """What each home or party holds in a sub-ledger, on its normal side, in fen.

    With ``subjects`` every one of them is in the answer, with nought when nothing moved.
    """
    amount = case(
        (col(Subledger.side) == "D", col(SubledgerBalance.debit_fen) - col(SubledgerBalance.credit_fen)),
        else_=col(SubledgerBalance.credit_fen) - col(SubledgerBalance.debit_fen),
    )
    asked = None if subjects is None else set(subjects)
    query = (
        select(SubledgerBalance.subject, amount)
        .join(
            Subledger,
            (col(Subledger.community) == SubledgerBalance.community)
            & (col(Subledger.book) == SubledgerBalance.book)
            & (col(Subledger.code) == SubledgerBalance.ledger),
        )
        .where(
            SubledgerBalance.community == community,
            SubledgerBalance.book == book,
            SubledgerBalance.ledger == ledger,
        )
        .order_by(SubledgerBalance.subject)
    )
    if asked is not None and len(asked) <= 100:  # one home's page must not read all homes
        query = query.where(col(SubledgerBalance.subject).in_(asked))
    balances = {subject: Fen(fen) for subject, fen in session.execute(query).all()}
    if asked is None:
        return balances
    return {subject: balances.get(subject, Fen(0)) for subject in sorted(asked)}


def movements(community: str) -> Select[Entry, Movement]:
    """The query of all movements with their entries, in the order written."""
    return (
        select(Entry, Movement)
        .join(
            Movement,
            (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no),
        )
        .where(Entry.community == community)
        .order_by(col(Entry.no), col(Movement.line))
    )


def home_history(session: Session, community: str, home: str) -> list[tuple[Entry, Movement]]:
    """Every movement of one home in any book, oldest first."""
    rows = session.execute(movements(community).where(col(Movement.home) == home)).all()
    return [(row[0], row[1]) for row in rows]


def turnover_by_kind(
    session: Session, community: str, book: str, first: date, last: date
) -> Mapping[tuple[str, str, str], Fen]:
    """What moved in a book between two days by (kind of entry, debit account, credit account), in fen."""
    rows = session.execute(
        select(Entry.kind, Movement.debit, Movement.credit, func.sum(Movement.amount_fen))
        .join(Movement, (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no))
        .where(
            Entry.community == community,
            Entry.book == book,
            col(Entry.booked_on) >= first,
            col(Entry.booked_on) <= last,
        )
        .group_by(Entry.kind, Movement.debit, Movement.credit)
    ).all()
    return {(kind, debit, credit): Fen(int(total)) for kind, debit, credit, total in rows}


def closing_balances(session: Session, community: str, month: Month) -> Sequence[ClosingBalance]:
    """The sealed trial balance of a closed month."""
    return session.exec(
        select(ClosingBalance)
        .where(ClosingBalance.community == community, ClosingBalance.month == str(month))
        .order_by(ClosingBalance.book, ClosingBalance.account)
    ).all()


def sides_since(session: Session, community: str, no: int) -> list[tuple[str, str, str, int]]:
    """What the entries after a number put on each account, debits first: side, name in Chinese and English, fen."""
    sides = []
    for side, code in (("debit", Movement.debit), ("credit", Movement.credit)):
        total = func.sum(Movement.amount_fen)
        rows = session.execute(
            select(Account.zh, Account.en, total)
            .join(
                Movement,
                (col(Movement.community) == col(Account.community))
                & (col(Movement.book) == col(Account.book))
                & (col(code) == col(Account.code)),
            )
            .where(Movement.community == community, col(Movement.entry_no) > no)
            .group_by(Account.book, Account.code, Account.zh, Account.en)
            .order_by(Account.book, Account.code)
        )
        sides += [(side, zh, en, int(fen)) for zh, en, fen in rows]
    return sides


def entries(
    session: Session,
    community: str,
    *,
    book: Code | None = None,
    month: MonthText | None = None,
    search: Search = "",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Page:
    """Entries, newest first: of a book, of a month, by number, or by the beginning of their kind."""
    where = [col(Entry.community) == community]
    if book is not None:
        where.append(col(Entry.book) == book)
    if month is not None:
        where.append(col(Entry.month) == month)
    if search:
        named = col(Entry.kind).startswith(search, autoescape=True)
        where.append(
            or_(col(Entry.no) == int(search), named) if search.isdecimal() and len(search) <= 15 else named
        )
    total = session.exec(select(func.count()).select_from(Entry).where(*where)).one()
    rows = session.exec(
        select(Entry).where(*where).order_by(col(Entry.no).desc()).limit(size).offset((page - 1) * size)
    ).all()
    return Page(rows, total)


def closings(session: Session, community: str) -> Sequence[Closing]:
    """The closed months of a community, newest first."""
    return session.exec(
        select(Closing).where(Closing.community == community).order_by(col(Closing.month).desc())
    ).all()


def first_month_booked(session: Session, community: str) -> Month | None:
    """The month of the oldest entry with money; none when nothing was ever booked."""
    month = session.execute(
        select(func.min(Entry.month)).where(Entry.community == community, col(Entry.book).is_not(None))
    ).scalar_one()
    return Month.parse(month) if month else None
