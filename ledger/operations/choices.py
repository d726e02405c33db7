"""What may be chosen where a request names something of the community: its homes, firms, accounts, people.

What a name means is the same everywhere, so it is chosen from the same list everywhere (`OF`); an operation says
otherwise where it must.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, SQLModel, col, select

from ledger.accounts.queries import accounts_of
from ledger.accounts.tables import ApprovedAccount
from ledger.community.queries import components
from ledger.community.rules import EVERYWHERE, FirmKind, Role
from ledger.community.tables import (
    Appointment,
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
from ledger.fees.rules import GOVERNMENT
from ledger.fields import Kind
from ledger.fund.bonds.tables import Bond
from ledger.fund.uses.tables import Project
from ledger.grants.contributions.tables import Levy
from ledger.grants.donations.tables import DonationPurpose
from ledger.journal.queries import books as books_of
from ledger.journal.tables import Entry
from ledger.noticeboard.tables import Attachment, Notice
from ledger.operations.operation import Choice, Choices, Said
from ledger.periods import Period
from ledger.revenue.site_tables import Site
from ledger.revenue.tables import RevenueContract
from ledger.votes.rules import Matter, MotionState
from ledger.votes.tables import Motion
from ledger.words import WORDS, label, word
from ledger.words import period as told_period


def holding(*roles: Role) -> Choices:
    """Whoever holds one of these roles here today, by name."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        found = session.execute(
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
        return [Choice(login, name) for login, name in found]

    return choices


def firms(*kinds: FirmKind) -> Choices:
    """Firms on file, of some kinds or of all."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        query = select(Firm).order_by(Firm.name)
        if kinds:
            query = query.where(col(Firm.kind).in_(kinds))
        return [Choice(each.code, each.name) for each in session.exec(query)]

    return choices


def of(table: type[SQLModel], value: Any, *words: Any, newest_first: bool = False) -> Choices:
    """The rows of a table of the community, by their code and what they are called."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        order = value.desc() if newest_first else value
        query = select_columns(value, *words).where(table_of(table).c.community == community).order_by(order)
        return [
            Choice(str(code), " · ".join([str(code), *(str(each) for each in rest if each)]))
            for code, *rest in session.execute(query)
        ]

    return choices


def homes(session: Session, community: str, today: date) -> Sequence[Choice]:
    """Every home, by code."""
    query = select(Home.code).where(Home.community == community).order_by(Home.code)
    return [Choice(code, code) for code in session.exec(query)]


def parts(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The registered common parts and facilities."""
    return [Choice(each.code, each.name) for each in components(session, community)]


def approved_accounts(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The accounts into which money may come today."""
    query = select(ApprovedAccount).where(
        ApprovedAccount.community == community,
        col(ApprovedAccount.approved_by).is_not(None),
        or_(col(ApprovedAccount.closed_on).is_(None), col(ApprovedAccount.closed_on) >= today),
    )
    return [
        Choice(
            each.code,
            Said(
                *(f"{_book_and_role(each, language)} {each.bank} {each.number}" for language in ("zh", "en"))
            ),
        )
        for each in session.exec(query.order_by(ApprovedAccount.code))
    ]


def _book_and_role(account: ApprovedAccount, language: str) -> str:
    between = " · " if language == "zh" else ", "
    return between.join((label("book", account.book, language), word("account", account.role, language)))


def wallets(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The accounts whose operator pays their days out to a bank."""
    found = {each.code for each in accounts_of(session, community) if each.settles_as}
    return [each for each in approved_accounts(session, community, today) if each.value in found]


def communities(session: Session, community: str, today: date) -> Sequence[Choice]:
    return [Choice(each.code, each.name) for each in session.exec(select(Community).order_by(Community.name))]


def published(session: Session, community: str, today: date) -> Sequence[Choice]:
    """What is on the board, the newest first, by digest: each notice and the files beside it."""
    notices = session.exec(
        select(Notice).where(Notice.community == community).order_by(col(Notice.published_at).desc())
    ).all()
    beside: dict[tuple[str, str, int], list[tuple[str, str]]] = {}
    its = (Attachment.kind, Attachment.period, Attachment.version, Attachment.sha256, Attachment.name)
    files = select_columns(*its).where(Attachment.community == community)
    for kind, period, version, sha256, name in session.execute(files):
        beside.setdefault((kind, period, version), []).append((sha256, name))
    return [
        Choice(sha256, f"{each.title_zh} {each.period}{name}")
        for each in notices
        for sha256, name in [
            (each.sha256, ""),
            *((sha, f" · {name}") for sha, name in beside.get((each.kind, each.period, each.version), [])),
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
    ),
}
"""What the periods of a year are called after its number, as they are offered: one length after the other."""


def periods(kind: str) -> Choices:
    """The periods of a kind that have begun since the books were, the newest first; of years the coming one too."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        first = session.scalar(select(func.min(Entry.month)).where(Entry.community == community))
        years = range(today.year + (kind == Kind.YEAR), int((first or str(today))[:4]) - 1, -1)
        return [
            Choice(name, Said(told_period(name, "zh"), told_period(name, "en")))
            for ends in NAMES[kind]
            for name in (f"{year}{end}" for year in years for end in ends)
            if kind == Kind.YEAR or Period.parse(name).first <= today
        ]

    return choices


PERIODS: Mapping[str, Choices] = {kind: periods(kind) for kind in NAMES}
"""What a period is chosen from, by its kind."""


def books(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The books of the community by their names."""
    return [
        Choice(
            each.code,
            Said(label("book", each.code), label("book", each.code, "en"))
            if each.code in WORDS["book"]
            else Said(each.zh, each.en),
        )
        for each in books_of(session, community)
    ]


def money_accounts(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The accounts of a book that stand for money at a bank or a wallet."""
    return [
        Choice(role, Said(label("account", role), label("account", role, "en")))
        for role in ("bank", "wallet")
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
            Choice(each.code, f"{each.code} · {each.question}")
            for each in session.exec(query.order_by(col(Motion.closed_at).desc()))
        ]

    return choices


def stairwells(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The stairwells, by the code that they have in their buildings."""
    codes = session.exec(select(Stairwell.code).where(Stairwell.community == community).distinct())
    return [Choice(code, code) for code in sorted(codes)]


def sides(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The sides of stairwells that homes lie on."""
    codes = session.exec(
        select(Home.side).where(Home.community == community, col(Home.side).is_not(None)).distinct()
    )
    return [Choice(code, code) for code in sorted(filter(None, codes))]


OF: Mapping[str, Choices] = {
    "role": money_accounts,
    "home": homes,
    "homes": homes,
    "gone": homes,
    "holder_home": homes,
    "component": parts,
    "building": of(Building, Building.code),
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
    "book": books,
    "works": of(Works, col(Works.code), Works.name),
    "package": of(Package, col(Package.code), Package.name),
    "levy": of(Levy, col(Levy.code), Levy.agreement),
    "site": of(Site, col(Site.code), Site.name),
    "bond": of(Bond, col(Bond.code), Bond.series),
    "communities": communities,
}
"""What a value is chosen from, by its name."""

workers = holding(Role.WORKER)
service_contracts = of(ServiceContract, col(ServiceContract.number), ServiceContract.firm)
revenue_contracts = of(RevenueContract, col(RevenueContract.number), RevenueContract.object)
purposes = of(DonationPurpose, col(DonationPurpose.code), DonationPurpose.name)
