"""What can be read of the property fee."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    SelectBase,
    String,
    Subquery,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from ledger.community.queries import home as one_home
from ledger.community.queries import standing_homes
from ledger.community.role_rules import Actor
from ledger.community.rules import HomeKind
from ledger.community.tables import HandOver, Home
from ledger.db import Page, Prepared, Texts, among, select_columns
from ledger.errors import Unknown
from ledger.fees import rules
from ledger.fees.rules import (
    FEE,
    STATEMENT,
    HandedOver,
    Happened,
    OfAStatement,
    Owed,
    Part,
    Price,
    Span,
    check_sees_account,
    correcting,
)
from ledger.fees.tables import Applied, Charge, FeeTerms, Surcharge, SurchargePaid, Tariff, Waived
from ledger.fields import Code, EntryNumber, PageNumber, PageSize
from ledger.journal.queries import entry as entry_of
from ledger.journal.queries import held
from ledger.journal.rules import ReversedBefore
from ledger.journal.tables import Entry, Movement
from ledger.noticeboard.rules import STANDING
from ledger.noticeboard.tables import Attachment, Notice
from ledger.periods import Month, Period, day_in_shanghai


class NoPayment(Unknown):
    code = "no-fee-payment"
    zh = "第 {no} 号凭证不是物业费收款。"
    en = "Entry {no} is no payment of the fee."


def prices(session: Session, community: str, on: date) -> dict[str, Price]:
    """The tariffs in force on a day, by home kind or ``*``."""
    rows = session.exec(
        select(Tariff)
        .where(Tariff.community == community, col(Tariff.since) <= on)
        .order_by(col(Tariff.since))
    )
    return {row.applies_to: Price(row.basis, row.rate_e4) for row in rows}


def tariffs(session: Session, community: str) -> Sequence[Tariff]:
    """Every tariff there was, by kind of home and first day."""
    return session.exec(
        select(Tariff).where(Tariff.community == community).order_by(Tariff.applies_to, col(Tariff.since))
    ).all()


class Chargeable(NamedTuple):
    """A home to be charged; ``developer`` pays while it is unsold."""

    code: str
    kind: str
    area_dm2: int
    developer: str | None


def chargeable(session: Session, community: str, on: date) -> list[Chargeable]:
    """Every home of the community that stands on a day, by code."""
    rows = session.execute(
        select(Home.code, type_coerce(Home.kind, String), Home.area_dm2, Home.seller)
        .where(Home.community == community, standing_homes(on))
        .order_by(Home.code)
    )
    return [
        Chargeable(code, kind, area, seller if kind == HomeKind.UNSOLD else None)
        for code, kind, area, seller in rows
    ]


def hand_overs(session: Session, community: str) -> dict[str, HandedOver]:
    """When which home passed from its developer to its owner."""
    rows = session.exec(select(HandOver).where(HandOver.community == community))
    return {row.home: HandedOver(row.handed_over_on, row.developer) for row in rows}


def spans(session: Session, community: str) -> list[Span]:
    """The days on which the contracts charge; none when nothing was entered, and every month is whole."""
    rows = session.execute(
        select(col(FeeTerms.charges_from), col(FeeTerms.charges_until)).where(FeeTerms.community == community)
    )
    return [Span(*row) for row in rows]


def published_on(session: Session, community: str, sha256: str) -> date | None:
    """The day on which a notice, or a file beside one, with this digest was first published; None when it never was.

    What the server publishes by itself posts nothing for anybody.
    """
    beside = (
        exists()
        .where(
            col(Attachment.community) == Notice.community,
            col(Attachment.kind) == Notice.kind,
            col(Attachment.period) == Notice.period,
            col(Attachment.version) == Notice.version,
            col(Attachment.sha256) == sha256,
        )
        .correlate(Notice)
    )
    at = session.exec(
        select(Notice.published_at)
        .where(
            Notice.community == community,
            Notice.kind != STANDING,
            (col(Notice.sha256) == sha256) | beside,
        )
        .order_by(col(Notice.published_at))
        .limit(1)
    ).first()
    return day_in_shanghai(at) if at else None


def fee_terms(session: Session, community: str, on: date) -> FeeTerms | None:
    """What the contract that charges on a day says of the fee; when none does, the last one before."""
    return session.exec(
        select(FeeTerms)
        .where(
            FeeTerms.community == community,
            col(FeeTerms.charges_from).is_(None) | (col(FeeTerms.charges_from) <= on),
        )
        .order_by(col(FeeTerms.charges_from).desc().nulls_last())
        .limit(1)
    ).first()


def charged(session: Session, community: str, month: Month) -> tuple[int, int, int]:
    """What stands charged for a month: homes, the sum, and what prepayments covered at once, in fen."""
    homes, total = session.execute(
        select(func.count(), func.coalesce(func.sum(Charge.amount_fen), 0)).where(
            Charge.community == community, Charge.month == str(month), stands(Charge)
        )
    ).one()
    at_once = f"prepaid-applied/{month}"
    prepaid = session.execute(
        select(func.coalesce(func.sum(Applied.amount_fen), 0))
        .join(Entry, (col(Entry.community) == Applied.community) & (col(Entry.no) == Applied.entry_no))
        .where(
            Applied.community == community,
            Applied.month == str(month),
            or_(col(Entry.key) == at_once, col(Entry.key).startswith(f"{at_once}#", autoescape=True)),
            stands(Applied),
        )
    ).scalar_one()
    return int(homes), int(total), int(prepaid)


Row = type[Applied] | type[Charge] | type[Waived] | type[Surcharge] | type[SurchargePaid]


class Booked(Protocol):
    """What an entry wrote beside itself."""

    community: str
    entry_no: int


def stands(row: type[Booked], until: date | None = None) -> ColumnElement[bool]:
    """That no reversal took the row's entry back, by a day or at all: what was reversed is owed again.

    What was charged anew counts from the day on which it was, for until then the charge before it counts.
    """
    reversal = aliased(Entry)
    taken_back = (col(reversal.community) == row.community) & (col(reversal.reverses_no) == row.entry_no)
    if until is None:
        return ~exists().where(taken_back)
    stood = ~exists().where(taken_back, col(reversal.booked_on) <= until)
    if row is not Charge:
        return stood
    of_its_day = (col(Entry.community) == Charge.community) & (col(Entry.no) == Charge.entry_no)
    return stood & ((col(Charge.run) == 1) | exists().where(of_its_day, col(Entry.booked_on) <= until))


class Withdrawn(NamedTuple):
    """What the rows of a withdrawn waiver leave of a home's month, in fen: waived, nought or less, and released of it."""

    waiver: str
    home: str
    amount_fen: int
    released_fen: int


class OnCharges(NamedTuple):
    """What rests on the charges of a month: the entries that have to go first, and what withdrawn waivers leave."""

    entries: set[int]
    withdrawn: list[Withdrawn]


def on_charges(session: Session, community: str, month: Month, beside: Collection[int]) -> OnCharges:
    """What rests on the charges of a month besides some entries: payments, waivers, late fees that stand.

    A waiver that was withdrawn since does not: what it took off was charged again. Where an entry beside had taken it off, or
    where it had released what was paid, its rows do not come to nothing by themselves.
    """

    def resting(row: Row, *columns: Any) -> Iterable[Sequence[Any]]:
        return session.execute(
            select_columns(col(row.entry_no), *columns).where(
                row.community == community,
                row.month == str(month),
                col(row.entry_no).not_in(beside),
                stands(row),
            )
        )

    entries = {no for row in (Applied, Surcharge, SurchargePaid) for (no,) in resting(row)}
    withdrawn = []
    waived: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for no, waiver, home, fen, released in resting(
        Waived, Waived.waiver, Waived.home, Waived.amount_fen, Waived.released_fen
    ):
        waived.setdefault((waiver, home), []).append((no, fen, released))
    for whose, cuts in waived.items():
        nos, amounts, released = zip(*cuts, strict=True)
        if sum(amounts) > 0:
            entries |= set(nos)
        elif sum(amounts) or sum(released):
            withdrawn.append(Withdrawn(*whose, sum(amounts), sum(released)))
    return OnCharges(entries, withdrawn)


def settled_by(session: Session, community: str, month: Month) -> set[int]:
    """The entries that stand by which prepayments pay the charges of a month, and of no other."""
    entries = set(
        session.exec(
            select(Applied.entry_no)
            .join(Entry, (col(Entry.community) == Applied.community) & (col(Entry.no) == Applied.entry_no))
            .where(
                Applied.community == community,
                Applied.month == str(month),
                Entry.kind == "fees.prepaid-applied",
                stands(Applied),
            )
        )
    )
    for row in (Applied, SurchargePaid):
        of_others = select_columns(col(row.entry_no)).where(
            row.community == community, col(row.entry_no).in_(entries), row.month != str(month)
        )
        entries -= {no for (no,) in session.execute(of_others)}
    return entries


DEBT_ROWS: tuple[Row, ...] = (Charge, Applied, Waived, Surcharge, SurchargePaid)
PRINCIPAL_ROWS: tuple[Row, ...] = (Charge, Applied, Waived)


def lines(
    community: str | BindParameter[str],
    rows: Sequence[Row],
    *,
    homes: BindParameter[Sequence[str]] | None = None,
    first: str | BindParameter[str] | None = None,
    last: str | BindParameter[str] | None = None,
    until: date | None = None,
) -> Subquery:
    """What was charged (+), applied and waived (−) for the months from ``first`` to ``last``, by a day, as one list.

    Its columns are home, month, part, fen (signed), charged and waived; debts are sums over it.
    """
    parts: list[SelectBase] = []
    for row in rows:
        fen: Any = {
            Charge: col(Charge.amount_fen),
            Applied: -col(Applied.amount_fen),
            Waived: col(Waived.released_fen) - col(Waived.amount_fen),
            Surcharge: col(Surcharge.amount_fen),
            SurchargePaid: -col(SurchargePaid.amount_fen),
        }[row]
        query = select_columns(
            col(row.home).label("home"),
            col(row.month).label("month"),
            _part(row).label("part"),
            fen.label("fen"),
            (col(Charge.amount_fen) if row is Charge else literal(0)).label("charged"),
            (col(Waived.amount_fen) if row is Waived else literal(0)).label("waived"),
        ).where(row.community == community, stands(row, until))
        if homes is not None:
            query = query.where(among(col(row.home), homes))
        if first is not None:
            query = query.where(col(row.month) >= first)
        if last is not None:
            query = query.where(col(row.month) <= last)
        if until is not None and row in DAY:
            query = query.where(DAY[row] <= until)
        parts.append(query)
    return union_all(*parts).subquery()


DAY: Mapping[Any, Any] = {
    Applied: col(Applied.received_on),
    Waived: col(Waived.waived_on),
    SurchargePaid: col(SurchargePaid.received_on),
}


def _part(row: Row) -> Any:
    """The part of the debt that a row is about, as a word."""
    if issubclass(row, (Surcharge, SurchargePaid)):
        return cast(row.part, String)
    return literal(Part.PRINCIPAL.value)


def debts(
    session: Session, community: str, homes: Iterable[str] | None = None, month: Month | None = None
) -> dict[str, list[tuple[Owed, int]]]:
    """What homes still owe by home, as (debt, fen) in the order of payment; homes that owe nothing are absent."""
    asked: dict[str, Any] = {"of": community}
    if homes is not None:
        asked["homes"] = sorted(set(homes))
    if month is not None:
        asked["its_month"] = str(month)
    owed: dict[str, list[tuple[Owed, int]]] = {}
    for home, due_month, part, fen in _debts(homes is not None, month is not None).read(session, asked):
        owed.setdefault(home, []).append((Owed(due_month, Part(part)), int(fen)))
    return owed


@cache
def _debts(some_homes: bool, one_month: bool) -> Prepared:
    month: BindParameter[str] | None = bindparam("its_month") if one_month else None
    homes = bindparam("homes", type_=Texts()) if some_homes else None
    c = lines(bindparam("of"), DEBT_ROWS, homes=homes, first=month, last=month).c
    return Prepared(
        select(c.home, c.month, c.part, func.sum(c.fen))
        .group_by(c.home, c.month, c.part)
        .having(func.sum(c.fen) > 0)
        .order_by(c.home, c.month, c.part)
    )


def outstanding(
    session: Session, community: str, homes: Iterable[str] | None = None
) -> dict[str, list[tuple[str, int]]]:
    """What homes still owe of the fee itself, as (month, fen) from the oldest on, by home."""
    by_home = {
        home: [(debt.month, fen) for debt, fen in due if debt.part is Part.PRINCIPAL]
        for home, due in debts(session, community, homes).items()
    }
    return {home: due for home, due in by_home.items() if due}


def collection(session: Session, community: str, period: Period, cut_off: date) -> rules.Collection:
    """What was charged for a period and what came in for it by the cut-off.

    Approved waivers leave what was to be collected: those of the period its charges, those of earlier months
    the arrears. What they released of a paid charge was not received for it.
    """
    first, last = str(period.start), str(period.end)

    def sums(row: Row, fen: Any, *conditions: ColumnElement[bool]) -> tuple[int, int]:
        """The sum for the period's months, and for the months before it."""
        within = (col(row.month) >= first) & (col(row.month) <= last)
        amounts = session.execute(
            select(
                func.coalesce(func.sum(case((within, fen), else_=0)), 0),
                func.coalesce(func.sum(case((col(row.month) < first, fen), else_=0)), 0),
            ).where(row.community == community, stands(row, cut_off), *conditions)
        ).one()
        return int(amounts[0]), int(amounts[1])

    charged_fen, charged_before = sums(Charge, Charge.amount_fen)
    by_then = col(Applied.received_on) <= cut_off
    received, received_before = sums(Applied, Applied.amount_fen, by_then)
    _, opening_received = sums(Applied, Applied.amount_fen, by_then, col(Applied.received_on) < period.first)
    waived_by_then = col(Waived.waived_on) <= cut_off
    waived, waived_before = sums(Waived, Waived.amount_fen, waived_by_then)
    released, released_before = sums(Waived, Waived.released_fen, waived_by_then)
    c = lines(community, PRINCIPAL_ROWS, first=first, last=last, until=cut_off).c
    each_month = (
        select(c.home.label("home"), func.sum(c.fen).label("left"))
        .group_by(c.home, c.month)
        .having(func.sum(c.charged) > 0)
        .subquery()
    )
    unpaid, homes = session.execute(
        select(
            func.count(func.distinct(case((each_month.c.left > 0, each_month.c.home)))),
            func.count(func.distinct(each_month.c.home)),
        )
    ).one()
    return rules.Collection(
        charged_fen=charged_fen,
        waived_fen=waived,
        received_fen=received - released,
        arrears_opening_fen=charged_before - opening_received - (waived_before - released_before),
        arrears_received_fen=received_before - opening_received,
        homes=int(homes),
        homes_paid=int(homes) - int(unpaid),
    )


def snapshots(session: Session, community: str, year: int) -> dict[date, rules.Collection]:
    """The year's collection on its two fixed days: 31 December, and 31 January with the month of grace."""
    period = Period.parse(f"{year:04d}")
    return {day: collection(session, community, period, day) for day in (period.last, date(year + 1, 1, 31))}


class StatementLine(NamedTuple):
    """One line of a home's own statement, in fen."""

    on: date
    what: Happened
    month: str
    part: str
    amount_fen: int
    entry_no: int


class HomeStatement(NamedTuple):
    """A home's fee account: every line that stands, oldest first, and what is owed after them."""

    lines: list[StatementLine]
    owed: list[tuple[Owed, int]]

    @property
    def owed_fen(self) -> int:
        return sum(fen for _, fen in self.owed)


def home_statement(session: Session, community: str, home: str) -> HomeStatement:
    """What one home was charged, paid and was let off over all years, in two statements."""
    parts: list[SelectBase] = []
    for row, what, fen in (
        (Charge, Happened.CHARGE, col(Charge.amount_fen)),
        (Surcharge, Happened.SURCHARGE, col(Surcharge.amount_fen)),
        (Waived, Happened.WAIVER, -col(Waived.amount_fen)),
        (Applied, Happened.PAYMENT, -col(Applied.amount_fen)),
        (SurchargePaid, Happened.PAYMENT, -col(SurchargePaid.amount_fen)),
    ):
        parts.append(
            select_columns(
                col(Entry.booked_on).label("day"),
                literal(what.value).label("what"),
                col(row.month).label("month"),
                _part(row).label("part"),
                fen.label("fen"),
                col(row.entry_no).label("no"),
            )
            .join(Entry, (col(Entry.community) == row.community) & (col(Entry.no) == row.entry_no))
            .where(row.community == community, row.home == home, stands(row))
        )
    c = union_all(*parts).subquery().c
    rows = session.execute(
        select_columns(c.day, c.what, c.month, c.part, c.fen, c.no).order_by(c.no, c.month)
    )
    return HomeStatement(
        [StatementLine(on, Happened(what), *rest) for on, what, *rest in rows],
        debts(session, community, [home]).get(home, []),
    )


class Due(NamedTuple):
    """What is owed for a month and of which part of it, in fen."""

    month: str
    part: Part
    fen: int


class HomeAccount(NamedTuple):
    """A home's own fee account: its lines, oldest first, what is owed after them, and what is prepaid; in fen."""

    home: str
    lines: Sequence[StatementLine]
    owed: Sequence[Due]
    owed_fen: int
    prepaid_fen: int


def home_account(session: Session, community: str, home: Code, *, by: Actor) -> HomeAccount:
    """Every charge, waiver and payment of a home that stands, what is owed and what is prepaid.

    Raises:
        AccountPrivate: whoever asks may not see it.
        NoHome: there is none with this code.
    """
    check_sees_account(home, by)
    one_home(session, community, home)
    statement = home_statement(session, community, home)
    return HomeAccount(
        home,
        statement.lines,
        [Due(*debt, fen) for debt, fen in statement.owed],
        statement.owed_fen,
        held(session, community, FEE, "prepaid", [home])[home],
    )


class BookedPayment(NamedTuple):
    """A receipt in the books; ``home`` is empty while nobody knows whose it is, ``payer`` when it is the owner."""

    entry: int
    on: date
    home: str | None
    payer: str | None
    amount_fen: int
    booked_by: str
    reversed_by_entry: int | None


def _payments(community: str) -> Select[*tuple[Any, ...]]:
    reversal = aliased(Entry)
    return (
        select_columns(
            Entry.no,
            Entry.booked_on,
            func.max(Movement.home),
            func.max(Movement.party),
            cast(func.sum(Movement.amount_fen), BigInteger).label("fen"),
            Entry.by_login,
            func.max(reversal.no).label("reversal"),
        )
        .join(Movement, (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no))
        .outerjoin(
            reversal,
            (col(reversal.community) == Entry.community) & (col(reversal.reverses_no) == Entry.no),
        )
        .where(Entry.community == community)
        .group_by(col(Entry.no), col(Entry.booked_on), Entry.by_login)
    )


def payments(
    session: Session, community: str, home: Code | None = None, *, page: PageNumber = 1, size: PageSize = 50
) -> Page:
    """What came in for the fee, the newest first, of a home or of all; a page of it, and the sum of what stands."""
    query = _payments(community).where(Entry.kind == "fees.received", Entry.book == FEE)
    if home is not None:
        query = query.where(Movement.home == home)
    inside = query.subquery()
    stands = case((inside.c.reversal.is_(None), inside.c.fen), else_=0)
    total, fen = session.execute(
        select(func.count(), func.coalesce(func.sum(stands), 0)).select_from(inside)
    ).one()
    rows = session.execute(query.order_by(col(Entry.no).desc()).limit(size).offset((page - 1) * size))
    return Page([BookedPayment(*row) for row in rows], total, {"amount_fen": int(fen)})


def payment_booked(session: Session, community: str, entry: EntryNumber) -> BookedPayment:
    """One receipt, also one whose home was found later.

    Raises:
        NoPayment: there is no entry with this number, or it is something else.
    """
    query = _payments(community).where(
        Entry.no == entry, col(Entry.kind).in_(["fees.received", "fees.identified"])
    )
    payment = session.execute(query).one_or_none()
    if payment is None:
        raise NoPayment(community=community, no=entry)
    return BookedPayment(*payment)


def check_of_no_statement(session: Session, community: str, no: int) -> None:
    """See that no line of a statement stands behind a receipt.

    Raises:
        NoPayment: the entry is no receipt of the fee.
        OfAStatement: one does.
    """
    payment_booked(session, community, no)
    receipt = entry_of(session, community, no)
    if receipt.kind == "fees.identified" or receipt.key.startswith(STATEMENT):
        raise OfAStatement(no=no)


def check_not_put_right(session: Session, community: str, key: str) -> None:
    """See that what was booked under a key and reversed was not put right by another receipt, which stands.

    Raises:
        ReversedBefore: it was, perhaps under the number of another slip.
    """
    reversal = aliased(Entry)
    reversed_by = (col(reversal.community) == Entry.community) & (col(reversal.reverses_no) == Entry.no)
    wrong = session.execute(
        select(Entry.no, reversal.no)
        .join(reversal, reversed_by)
        .where(
            Entry.community == community,
            or_(col(Entry.key) == key, col(Entry.key).startswith(f"{key}#", autoescape=True)),
        )
    ).all()
    for no, red in wrong:
        right = select(Entry.no).where(
            Entry.community == community, Entry.link == correcting(no), ~exists().where(reversed_by)
        )
        if session.exec(right).first() is not None:
            raise ReversedBefore(no=no, reversal=red)


def paid_with(session: Session, community: str, entry: EntryNumber) -> Sequence[Due]:
    """What a receipt paid, by month and part, in fen; the rest of it is prepaid."""
    dues = [
        Due(month, part, fen)
        for row in (Applied, SurchargePaid)
        for month, part, fen in session.execute(
            select(row.month, _part(row), row.amount_fen).where(
                row.community == community, row.entry_no == entry
            )
        )
    ]
    return [due._replace(part=Part(due.part)) for due in sorted(dues)]


def received_from(session: Session, community: str, period: Period) -> dict[str, int]:
    """What payers other than the owners paid in a period, such as ``government``, in fen by payer."""
    rows = session.execute(
        select(Movement.party, func.sum(Movement.amount_fen))
        .join(Entry, (col(Entry.community) == Movement.community) & (col(Entry.no) == Movement.entry_no))
        .where(
            Entry.community == community,
            col(Entry.kind).in_(["fees.received", "fees.identified"]),
            col(Movement.party).is_not(None),
            col(Entry.booked_on) >= period.first,
            col(Entry.booked_on) <= period.last,
            stands(Movement),
        )
        .group_by(Movement.party)
        .order_by(Movement.party)
    )
    return {party: int(fen) for party, fen in rows}
