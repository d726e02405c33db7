"""What may be chosen where a request names something of the community: its homes, firms, accounts, people.

What a name means is the same everywhere, so it is chosen from the same list everywhere (`OF`); an operation says
otherwise where it must.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, literal, or_
from sqlmodel import Session, SQLModel, col, select

from ledger.accounts.queries import accounts_of
from ledger.accounts.tables import ApprovedAccount
from ledger.committee.queries import still_kept, term_rows
from ledger.committee.tables import CommitteeMember
from ledger.community.queries import components, head_keys, home_codes, standing_codes
from ledger.community.queries import homes as standing_homes_of
from ledger.community.role_rules import EVERYWHERE, Role
from ledger.community.rules import FirmKind
from ledger.community.tables import (
    Appointment,
    Area,
    Building,
    Community,
    Firm,
    Home,
    Package,
    Person,
    ServiceContract,
    Stairwell,
    Works,
)
from ledger.db import select_columns, table_of
from ledger.disclosure.tables import Disclosure
from ledger.fees.queries import debts, payments
from ledger.fees.rules import GOVERNMENT
from ledger.fields import Kind
from ledger.fund.bonds.tables import Bond
from ledger.fund.returns.tables import FundReturn
from ledger.fund.rules import seller_account
from ledger.fund.tables import Deposit
from ledger.fund.uses.tables import Project
from ledger.grants.concessions.tables import Concession
from ledger.grants.contributions.tables import Levy
from ledger.grants.donations.tables import DonationPurpose
from ledger.handover.rules import ItemKind
from ledger.handover.tables import HandoverItem
from ledger.intake.booked_queries import entries_on, free_entries, free_lines, stands
from ledger.intake.booked_rules import Side
from ledger.intake.mappings.queries import profiles_of
from ledger.intake.statement import profile, profile_names
from ledger.journal.queries import accounts as roles_of
from ledger.journal.queries import books as books_of
from ledger.journal.rules import BookCode
from ledger.journal.tables import Account, Entry, Movement
from ledger.noticeboard.rules import STANDING
from ledger.noticeboard.tables import Attachment, Notice
from ledger.operations.operation import Choice, Choices, Said
from ledger.people.queries import slips
from ledger.people.tables import Slip
from ledger.periods import ROLLING, Period
from ledger.register.tables import Tenancy
from ledger.repairs.queries import contractors
from ledger.revenue.site_tables import Site
from ledger.revenue.tables import RevenueContract
from ledger.votes.rules import Matter, MotionState
from ledger.votes.tables import Motion, RollHome
from ledger.words import WORDS, label, told, word, yuan
from ledger.words import period as told_period

REACH = timedelta(days=62)
"""So far from the lines that are to be matched an entry may be."""
MOST_RECEIPTS = 5_000
EVER = date(1900, 1, 1), date(9999, 12, 31)


def holding(*roles: Role) -> Choices:
    """Whoever holds one of these roles here today, by name."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        holders = session.execute(
            select(Person.login, Person.name)
            .join(Appointment, col(Appointment.person) == col(Person.login))
            .where(
                col(Appointment.community).in_([community, EVERYWHERE]),
                col(Appointment.role).in_(roles),
                col(Appointment.since) <= today,
                or_(col(Appointment.until).is_(None), col(Appointment.until) >= today),
                Person.active,
            )
            .order_by(Person.name)
            .distinct()
        )
        return [Choice(login, name) for login, name in holders]

    return choices


def repairers(session: Session, community: str, today: date) -> Sequence[Choice]:
    """Whoever may be given a repair today: the workers, and the contractors that work here."""
    firms_here = [Choice(firm.code, firm.name) for firm in contractors(session, community)]
    return [*holding(Role.WORKER)(session, community, today), *firms_here]


def firms(*kinds: FirmKind) -> Choices:
    """Firms on file, of some kinds or of all."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        query = select(Firm).order_by(Firm.name)
        if kinds:
            query = query.where(col(Firm.kind).in_(kinds))
        return [Choice(firm.code, firm.name) for firm in session.exec(query)]

    return choices


def of(table: type[SQLModel], value: Any, *words: Any, newest_first: bool = False) -> Choices:
    """The rows of a table of the community, by their code and what they are called."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        order = value.desc() if newest_first else value
        query = select_columns(value, *words).where(table_of(table).c.community == community).order_by(order)
        return [
            Choice(str(code), " · ".join([str(code), *(str(part) for part in rest if part)]))
            for code, *rest in session.execute(query)
        ]

    return choices


def name_of(firm: Any) -> Any:
    """What the firm in a column is called."""
    return select_columns(col(Firm.name)).where(col(Firm.code) == firm).scalar_subquery()


def counted(code: str) -> list[tuple[int, str]]:
    """The order in which people count: 3-1-101 before 15-1-101."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.split(r"(\d+)", code) if part]


def homes(session: Session, community: str, today: date) -> Sequence[Choice]:
    """Every home that stands, by code."""
    return [Choice(code, code) for code in sorted(standing_codes(session, community), key=counted)]


def homes_to_merge_with(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The other homes of the same building, kind and seller that are one owner's, each for the home that it may be merged with."""
    standing = standing_homes_of(session, community)
    heads = head_keys(session, community, standing, today)
    of_one: dict[tuple[object, ...], list[str]] = {}
    for home in standing:
        of_one.setdefault((heads[home.code], home.building, home.kind, home.seller), []).append(home.code)
    return [
        Choice(other, other, home)
        for together in of_one.values()
        for home in together
        for other in together
        if other != home
    ]


def homes_still_open(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The same, and those that were divided or merged while they still owe a fee or are on the roll of an open vote."""
    ended = home_codes(session, community) - standing_codes(session, community)
    if not ended:
        return homes(session, community, today)
    asked = session.exec(
        select(RollHome.home)
        .join(Motion, (col(Motion.community) == RollHome.community) & (col(Motion.code) == RollHome.motion))
        .where(
            RollHome.community == community,
            Motion.state == MotionState.OPEN,
            col(RollHome.home).in_(ended),
        )
    )
    still_open = {*debts(session, community, ended), *asked}
    return [
        *homes(session, community, today),
        *(
            Choice(code, Said(f"{code}（已分户或合户）", f"{code} (divided or merged)"))
            for code in sorted(still_open, key=counted)
        ),
    ]


def buildings(session: Session, community: str, today: date) -> Sequence[Choice]:
    """Every building, by code."""
    codes = session.exec(select(Building.code).where(Building.community == community))
    return [Choice(code, code) for code in sorted(codes, key=counted)]


def committee_members(session: Session, community: str, today: date) -> Sequence[Choice]:
    """Whoever sits or sat on the owners' committee, by name, each of his term."""
    query = (
        select(CommitteeMember.person, Person.name, CommitteeMember.term)
        .join(Person, col(Person.login) == col(CommitteeMember.person))
        .where(CommitteeMember.community == community)
        .order_by(col(CommitteeMember.term).desc(), Person.name)
        .distinct()
    )
    return [Choice(login, name, whose=str(term)) for login, name, term in session.execute(query)]


def kept_still(session: Session, community: str, today: date) -> Sequence[Choice]:
    """What committees keep that was not handed over yet, each of its term."""
    return [
        Choice(kept, Said(label(kept), label(kept, language="en")), whose=str(term.no))
        for term in term_rows(session, community)
        for kept in still_kept(session, community, term.no)
    ]


def tenants(session: Session, community: str, today: date) -> Sequence[Choice]:
    """Who rents a home still, each by the day since when and only for his home."""
    query = select(Tenancy).where(
        Tenancy.community == community,
        or_(col(Tenancy.until).is_(None), col(Tenancy.until) >= today),
    )
    return [
        Choice(rented.since.isoformat(), f"{rented.since} · {rented.name}", whose=rented.home)
        for rented in session.exec(query.order_by(Tenancy.home, col(Tenancy.since)))
    ]


def all_tenants(session: Session, community: str, today: date) -> Sequence[Choice]:
    """Who rents or rented a home, each by the day since when and only for his home, the latest first; nobody who was erased."""
    query = select(Tenancy).where(Tenancy.community == community, col(Tenancy.erasure_no).is_(None))
    return [
        Choice(rented.since.isoformat(), f"{rented.since} · {rented.name}", whose=rented.home)
        for rented in session.exec(query.order_by(Tenancy.home, col(Tenancy.since).desc()))
    ]


def selling_units(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The selling units, each for every building in which homes are theirs to sell or were sold by them."""
    query = (
        select(Firm.code, Firm.name, Home.building)
        .join(Home, col(Home.seller) == col(Firm.code))
        .where(Home.community == community)
        .order_by(Firm.name, Home.building)
    )
    return [
        Choice(
            seller_account(code, building), Said(f"{name} · {building} 幢", f"{name}, building {building}")
        )
        for code, name, building in session.execute(query.distinct())
    ]


def clearing_accounts(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The clearing accounts of all books, as the end of a month names them."""
    query = select(Account).where(Account.community == community, col(Account.clearing) == literal(True))
    named = {choice.value: choice for choice in books(session, community, today)}
    return [
        Choice(
            f"{account.book}/{account.code}",
            Said(
                *(
                    f"{named[account.book].in_(of)} · {name}"
                    for of, name in (("zh", account.zh), ("en", account.en))
                )
            ),
        )
        for account in session.exec(query.order_by(Account.book, Account.code))
    ]


def parts(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The registered common parts and facilities."""
    return [Choice(component.code, component.name) for component in components(session, community)]


def approved_accounts(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The accounts into which money may come today."""
    query = select(ApprovedAccount).where(
        ApprovedAccount.community == community,
        col(ApprovedAccount.approved_by).is_not(None),
        or_(col(ApprovedAccount.closed_on).is_(None), col(ApprovedAccount.closed_on) >= today),
    )
    return [
        Choice(
            account.code,
            Said(
                *(
                    f"{_book_and_role(account, language)} {account.bank} {account.number}"
                    for language in ("zh", "en")
                )
            ),
        )
        for account in session.exec(query.order_by(ApprovedAccount.code))
    ]


def _book_and_role(account: ApprovedAccount, language: str) -> str:
    between = " · " if language == "zh" else ", "
    return between.join((label("book", account.book, language), word("account", account.role, language)))


def wallets(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The accounts whose operator pays their days out to a bank."""
    codes = {account.code for account in accounts_of(session, community) if account.settles_as}
    return [choice for choice in approved_accounts(session, community, today) if choice.value in codes]


def communities(session: Session, community: str, today: date) -> Sequence[Choice]:
    return [
        Choice(place.code, place.name) for place in session.exec(select(Community).order_by(Community.name))
    ]


def disclosed(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The periods whose accounts are on the board, the newest first."""
    on_board = select(Disclosure.period).where(
        Disclosure.community == community, col(Disclosure.published_at).is_not(None)
    )
    periods = sorted(set(session.exec(on_board)), key=lambda name: Period.parse(name).end, reverse=True)
    return [Choice(name, Said(told_period(name, "zh"), told_period(name, "en"))) for name in periods]


def published(session: Session, community: str, today: date) -> Sequence[Choice]:
    """What is on the board, the newest first, by digest: each notice and the files beside it."""
    notices = session.exec(
        select(Notice)
        .where(Notice.community == community, Notice.kind != STANDING)
        .order_by(col(Notice.published_at).desc())
    ).all()
    beside: dict[tuple[str, str, int], list[tuple[str, str]]] = {}
    its = (Attachment.kind, Attachment.period, Attachment.version, Attachment.sha256, Attachment.name)
    files = select_columns(*its).where(Attachment.community == community)
    for kind, period, version, sha256, name in session.execute(files):
        beside.setdefault((kind, period, version), []).append((sha256, name))
    return [
        Choice(sha256, f"{notice.title_zh} {notice.period}{name}")
        for notice in notices
        for sha256, name in [
            (notice.sha256, ""),
            *(
                (sha, f" · {name}")
                for sha, name in beside.get((notice.kind, notice.period, notice.version), [])
            ),
        ]
    ]


def payers(session: Session, community: str, today: date) -> Sequence[Choice]:
    """Who pays a fee instead of the owner: the government, developers and selling units."""
    return [
        Choice(GOVERNMENT, Said("政府补贴", "Government subsidy")),
        *firms(FirmKind.DEVELOPER, FirmKind.SELLER)(session, community, today),
    ]


NAMES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    Kind.HALF_YEAR: (("-H2", "-H1"),),
    Kind.QUARTER: (("-Q4", "-Q3", "-Q2", "-Q1", ""),),
    Kind.YEAR: (("",),),
    Kind.PERIOD: (
        ("-H2", "-H1"),
        ("",),
        ("-Q4", "-Q3", "-Q2", "-Q1"),
        tuple(f"-{month:02d}" for month in range(12, 0, -1)),
        tuple(f"-{month:02d}{ROLLING}" for month in range(12, 0, -1)),
    ),
}
"""What the periods of a year are called after its number, as they are offered: one length after the other."""


def periods(kind: str, ahead: int = 0) -> Choices:
    """The periods of a kind that have begun since the books were, the newest first, and those of so many years ahead."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        first = session.scalar(select(func.min(Entry.month)).where(Entry.community == community))
        years = range(today.year + ahead, int((first or str(today))[:4]) - 1, -1)
        return [
            Choice(name, Said(told_period(name, "zh"), told_period(name, "en")))
            for ends in NAMES[kind]
            for name in (f"{year}{end}" for year in years for end in ends)
            if ahead or Period.parse(name).first <= today
        ]

    return choices


def _entry(no: int, on: date, fen: int, *words: Said, whose: str = "") -> Choice:
    """An entry by its day, its amount, what it is, and its number."""
    zh = [told(on, "zh"), f"{yuan(fen)} 元", *(phrase.zh for phrase in words), f"第 {no} 号凭证"]
    en = [told(on, "en"), f"{yuan(fen)} yuan", *(phrase.en for phrase in words), f"entry {no}"]
    return Choice(str(no), Said(" · ".join(filter(None, zh)), " · ".join(filter(None, en))), whose)


def _kind(code: str) -> Said:
    return Said(label("entry", code), label("entry", code, "en"))


def unmatched_entries(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The entries of accounts with lines to be matched that no line stands for yet, the newest first.

    Of the days of those lines, and two months before and after.
    """
    entries: dict[int, tuple[Side[int], Said]] = {}
    for account in accounts_of(session, community):
        if not (lines := free_lines(session, account)):
            continue
        code = roles_of(session, community, account.book)[account.role]
        first, last = min(line.on for line in lines) - REACH, max(line.on for line in lines) + REACH
        words = Said(_book_and_role(account, "zh"), _book_and_role(account, "en"))
        entries |= {side.name: (side, words) for side in free_entries(session, account, code, first, last)}
    kinds = _kinds(session, community, entries)
    return [
        _entry(no, side.on, side.fen, words, _kind(kinds[no]))
        for no, (side, words) in sorted(entries.items(), key=lambda of: (of[1][0].on, of[0]), reverse=True)
    ]


def _kinds(session: Session, community: str, numbers: Collection[int]) -> dict[int, str]:
    query = select(Entry.no, Entry.kind).where(Entry.community == community, col(Entry.no).in_(numbers))
    return dict(session.execute(query).all())


def fee_receipts(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The payments of the fee that stand, the newest first, each of its home."""
    rows = payments(session, community, size=MOST_RECEIPTS).rows
    return [
        _entry(
            payment.entry,
            payment.on,
            payment.amount_fen,
            Said(payment.home, payment.home),
            whose=payment.home,
        )
        for payment in rows
        if payment.home and payment.reversed_by_entry is None
    ]


def fund_payments(session: Session, community: str, today: date) -> Sequence[Choice]:
    """What was paid out of the maintenance fund's bank and stands, the newest first."""
    bank = roles_of(session, community, BookCode.FUND.value)["bank"]
    paid = col(Movement.credit) == bank
    entries = entries_on(session, community, BookCode.FUND.value, bank, *EVER, stands(), paid)
    kinds = _kinds(session, community, [entry.name for entry in entries])
    return [_entry(entry.name, entry.on, -entry.fen, _kind(kinds[entry.name])) for entry in entries[::-1]]


def deposits_left(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The deposits into the fund that stand and were not wholly asked back, the newest first, by their receipts."""
    back = (
        select(FundReturn.receipt_no, func.sum(FundReturn.amount_fen).label("fen"))
        .where(FundReturn.community == community)
        .group_by(col(FundReturn.receipt_no))
        .subquery()
    )
    left = Deposit.amount_fen - func.coalesce(back.c.fen, 0)
    query = (
        select_columns(Deposit.receipt_no, Deposit.deposited_on, left, Deposit.home, Deposit.party)
        .join(Entry, (col(Entry.community) == Deposit.community) & (col(Entry.no) == Deposit.entry_no))
        .outerjoin(back, back.c.receipt_no == Deposit.receipt_no)
        .where(Deposit.community == community, stands(), left > 0)
        .order_by(col(Deposit.deposited_on).desc(), col(Deposit.receipt_no))
    )
    return [
        Choice(
            receipt,
            Said(
                f"{receipt} · {home or party} · {told(on, 'zh')} · {yuan(int(fen))} 元",
                f"{receipt} · {home or party} · {told(on, 'en')} · {yuan(int(fen))} yuan",
            ),
        )
        for receipt, on, fen, home, party in session.execute(query)
    ]


def concession_entries(session: Session, community: str, today: date) -> Sequence[Choice]:
    """What was paid to or came from the firm of a concession and stands, each of that concession."""
    choices = []
    for signed in session.exec(select(Concession).where(Concession.community == community)):
        for book in books_of(session, community):
            bank = roles_of(session, community, book.code).get("bank")
            if bank is None:
                continue
            of_firm = col(Movement.party) == signed.firm
            entries = entries_on(session, community, book.code, bank, *EVER, stands(), of_firm)
            kinds = _kinds(session, community, [entry.name for entry in entries])
            choices += [
                _entry(entry.name, entry.on, entry.fen, _kind(kinds[entry.name]), whose=signed.number)
                for entry in entries[::-1]
            ]
    return choices


def handover_items(*kinds: ItemKind) -> Choices:
    """The items of hand-over lists, of some kinds or of all, each of its contract."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        query = select(HandoverItem).where(HandoverItem.community == community)
        if kinds:
            query = query.where(col(HandoverItem.kind).in_(kinds))
        return [
            Choice(
                str(item.no),
                Said(
                    *(
                        f"{item.no} · {word(item.kind, language=language)} · {item.subject}"
                        for language in ("zh", "en")
                    )
                ),
                item.contract,
            )
            for item in session.exec(query.order_by(HandoverItem.contract, col(HandoverItem.no)))
        ]

    return choices


coming_years = periods(Kind.YEAR, ahead=1)
PERIODS: Mapping[str, Choices] = {kind: periods(kind) for kind in NAMES}
"""What a period is chosen from, by its kind."""


def books(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The books of the community by their names."""
    return [
        Choice(
            book.code,
            Said(label("book", book.code), label("book", book.code, "en"))
            if book.code in WORDS["book"]
            else Said(book.zh, book.en),
        )
        for book in books_of(session, community)
    ]


def money_accounts(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The accounts of a book that stand for money at a bank or a wallet."""
    return [
        Choice(role, Said(label("account", role), label("account", role, "en")))
        for role in ("bank", "wallet")
    ]


def buildings_with_slips(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The buildings for whose people slips wait that nobody has used yet."""
    waiting = [paper.no for paper in slips(session, community)]
    query = (
        select(Home.building)
        .join(
            Appointment, (col(Appointment.community) == Home.community) & (col(Appointment.home) == Home.code)
        )
        .join(Slip, col(Slip.person) == col(Appointment.person))
        .where(Home.community == community, col(Slip.no).in_(waiting))
        .distinct()
    )
    return [
        Choice(building, Said(f"{building} 幢", f"Building {building}"))
        for building in sorted(session.exec(query), key=counted)
    ]


def account_roles(session: Session, community: str, today: date) -> Sequence[Choice]:
    """What accounts are for in the books that come with the ledger."""
    return [
        Choice(role, Said(label("account", role), label("account", role, "en"))) for role in WORDS["account"]
    ]


def passed(*matters: Matter) -> Choices:
    """The votes on such matters that passed and stand, the newest first."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        query = select(Motion).where(
            Motion.community == community,
            Motion.state == MotionState.CLOSED,
            col(Motion.passed).is_(True),
            col(Motion.matter).in_(matters),
        )
        return [
            Choice(motion.code, f"{motion.code} · {motion.question}")
            for motion in session.exec(query.order_by(col(Motion.closed_at).desc()))
        ]

    return choices


def numbers(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The numbers that local rules leave open."""
    return [Choice(key, Said(*words)) for key, words in sorted(WORDS["number"].items())]


def areas(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The areas that are registered; another may be named."""
    return [Choice(area.code, area.name) for area in session.exec(select(Area).order_by(Area.name))]


def stairwells(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The stairwells, by the code that they have in their buildings."""
    codes = session.exec(select(Stairwell.code).where(Stairwell.community == community).distinct())
    return [Choice(code, code) for code in sorted(codes, key=counted)]


def sides(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The sides of stairwells that homes lie on."""
    codes = session.exec(
        select(Home.side).where(Home.community == community, col(Home.side).is_not(None)).distinct()
    )
    return [Choice(code, code) for code in sorted(filter(None, codes), key=counted)]


def profiles(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The formats that can be read: those that come with the ledger, and the community's own."""
    own = [Choice(layout.name, layout.name) for layout in profiles_of(session, community)]
    shipped = [profile(name) for name in profile_names()]
    return [*(Choice(layout.name, Said(layout.title_zh, layout.title_en)) for layout in shipped), *own]


OF: Mapping[str, Choices] = {
    "role": money_accounts,
    "home": homes_still_open,
    "homes": homes_still_open,
    "gone": firms(FirmKind.SELLER),
    "holder_home": homes_still_open,
    "component": parts,
    "building": buildings,
    "stairwell": stairwells,
    "side": sides,
    "contractor": firms(FirmKind.CONTRACTOR),
    "payee": firms(),
    "counterparty": firms(),
    "firm": firms(),
    "appraiser": firms(),
    "monitor": firms(),
    "developer": firms(FirmKind.DEVELOPER, FirmKind.SELLER),
    "project": of(Project, col(Project.code), Project.title, newest_first=True),
    "motion": of(Motion, col(Motion.code), Motion.question, newest_first=True),
    "preauthorised": of(Motion, col(Motion.code), Motion.question, newest_first=True),
    "account": approved_accounts,
    "replaces": approved_accounts,
    "book": books,
    "works": of(Works, col(Works.code), Works.name),
    "package": of(Package, col(Package.code), Package.name),
    "levy": of(Levy, col(Levy.code), Levy.agreement),
    "site": of(Site, col(Site.code), Site.name),
    "bond": of(Bond, col(Bond.code), Bond.series),
    "communities": communities,
    "profile": profiles,
}
"""What a value is chosen from, by its name."""

owners = holding(Role.OWNER)
service_contracts = of(ServiceContract, col(ServiceContract.number), name_of(ServiceContract.firm))
revenue_contracts = of(RevenueContract, col(RevenueContract.number), RevenueContract.object)
purposes = of(DonationPurpose, col(DonationPurpose.code), DonationPurpose.name)
