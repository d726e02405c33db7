"""Small true communities for tests. Each factory shows only what matters to its test."""

import itertools
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256

from sqlmodel import Session

from ledger.accounts.actions import approve_account, request_account
from ledger.accounts.rules import NewAccount
from ledger.community.actions import appoint, seed_profiles
from ledger.community.role_rules import Actor, Role, Seat
from ledger.community.rules import ComponentKind, FirmKind, HomeKind
from ledger.community.tables import (
    Building,
    Community,
    Component,
    Firm,
    Holder,
    Home,
    Package,
    Person,
    Stairwell,
    Works,
)
from ledger.demo.tickets import picture
from ledger.fees.charge_actions import open_fee_book
from ledger.files.actions import keep_file
from ledger.files.developing import develop
from ledger.files.rules import PNG, FileKind
from ledger.fund.actions import NewDeposit, deposit, open_fund_book
from ledger.fund.rules import DepositKind
from ledger.grants.contract_actions import NewWorksContract, sign_works_contract
from ledger.grants.payout_actions import ask_bill, pay_out
from ledger.grants.rules import Source
from ledger.log.actions import open_log
from ledger.revenue.actions import open_revenue_book
from tests.cast import CHEN, MEI, NOON, WEN

OPENED = datetime(2026, 1, 1, 4, 0, tzinfo=NOON.tzinfo)
FIRST_DAY = date(2026, 1, 1)
PAPER = b"%PDF-1.7 a paper that somebody handed in"
SHA = sha256(PAPER).hexdigest()
"""The digest of a paper that every place of the tests has taken in."""
PICTURE = picture(0)
SHOT = sha256(develop(PICTURE, PNG)[0]).hexdigest()
"""The digest of a photograph that every place of the tests has taken in."""
numbers = itertools.count(1)


def a_place(session: Session, code: str = "meiyuan") -> str:
    """A community with its log and its three books: no homes yet, and no account for money to come into."""
    seed_profiles(session, by=MEI, at=OPENED)
    session.add(Community(code=code, name="梅园新村", name_en="Meiyuan"))
    session.flush()
    open_log(session, code, f"test.example/log/{code}", at=OPENED)
    for open_book in (open_fund_book, open_fee_book, open_revenue_book):
        open_book(session, code, by=MEI, at=OPENED)
    a_paper(session, PAPER, community=code)
    keep_file(session, code, PICTURE, "", FileKind.PHOTO, by=MEI, at=OPENED)
    return code


def a_paper(session: Session, body: bytes, *, community: str = "meiyuan") -> str:
    """A paper that was taken in as a file; gives its digest."""
    return keep_file(session, community, body, "", FileKind.PAPER, by=MEI, at=OPENED).sha256


def a_community(session: Session, code: str = "meiyuan") -> str:
    """A place whose books have approved accounts: ``bank`` and ``wallet`` for the fee, ``fund-bank``, ``revenue-bank``."""
    a_place(session, code)
    for role in ("bank", "wallet"):
        an_account(session, role, role=role, community=code)
    for book in ("fund", "revenue"):
        an_account(session, f"{book}-bank", book=book, community=code)
    return code


def a_home(
    session: Session,
    code: str = "1-1-101",
    *,
    community: str = "meiyuan",
    area_dm2: int = 8_000,
    kind: HomeKind = HomeKind.COMMODITY,
    first_deposit_fen: int = 0,
    seller: str | None = None,
    owner: str | None = None,
) -> str:
    """A home with its building and stairwell as its code names them: building-stairwell-door."""
    building, stairwell, door = code.split("-")
    if session.get(Building, (community, building)) is None:
        session.add(Building(community=community, code=building))
        session.flush()
    if session.get(Stairwell, (community, building, stairwell)) is None:
        session.add(Stairwell(community=community, building=building, code=stairwell))
        session.flush()
    session.add(
        Home(
            community=community,
            code=code,
            building=building,
            stairwell=stairwell,
            door=door,
            kind=kind,
            area_dm2=area_dm2,
            first_deposit_fen=first_deposit_fen,
            seller=seller,
            handle=secrets.token_hex(8),
        )
    )
    session.flush()
    session.add(
        Holder(
            community=community,
            home=code,
            since=date(2020, 1, 1),
            name=f"业主{next(numbers)}",
            person_key=owner or f"p-{code}",
        )
    )
    session.flush()
    return code


def a_building(session: Session, code: str, *, community: str = "meiyuan") -> str:
    """A building without homes."""
    session.add(Building(community=community, code=code))
    session.flush()
    return code


def a_worker(session: Session, worker: Actor = WEN, *, community: str = "meiyuan") -> str:
    """Somebody who repairs here since long ago; gives his sign-in name."""
    if session.get(Person, worker.login) is None:
        session.add(Person(login=worker.login, name=worker.login.title(), password="-", since=OPENED))
        session.flush()
        seat = Seat(Role.WORKER)
        appoint(session, worker.login, community, seat, date(2020, 1, 1), by=MEI, at=OPENED)
    return worker.login


def a_firm(session: Session, code: str = "anju", kind: FirmKind = FirmKind.CONTRACTOR) -> str:
    if session.get(Firm, code) is None:
        session.add(Firm(code=code, name=f"{code} 公司", kind=kind))
        session.flush()
    return code


def a_package(
    session: Session,
    code: str = "A",
    *,
    community: str = "meiyuan",
    contractor: str = "anju",
    accepted_on: date,
) -> str:
    """A works package that was accepted on a day."""
    if session.get(Works, (community, "2022")) is None:
        session.add(Works(community=community, code="2022", name="2022 年改造"))
        session.flush()
    session.add(
        Package(
            community=community, works="2022", code=code, name=f"标段 {code}", contractor=a_firm(session, contractor),
            price_fen=100_000_000, accepted_on=accepted_on,
        )
    )  # fmt: skip
    session.flush()
    return code


def a_component(
    session: Session,
    code: str,
    *,
    community: str = "meiyuan",
    kind: ComponentKind = ComponentKind.STRUCTURE,
    building: str | None = None,
    package: str | None = None,
    warranty_until: date | None = None,
) -> str:
    """A common part; of a building, or of the whole community when none is named."""
    session.add(
        Component(
            community=community, code=code, kind=kind, name=f"部位 {code}", building=building,
            works="2022" if package else None, package=package, warranty_until=warranty_until,
        )
    )  # fmt: skip
    session.flush()
    return code


def a_deposit(
    session: Session,
    fen: Mapping[str, int],
    *,
    community: str = "meiyuan",
    on: date = FIRST_DAY,
    at: datetime = NOON,
) -> None:
    """First deposits of homes, and of selling units (``unit@building``), in fen, booked together."""
    deposits = [
        NewDeposit(
            f"R-{next(numbers)}", DepositKind.FIRST, amount, on,
            home=None if "@" in whose else whose, party=whose if "@" in whose else None,
        )
        for whose, amount in fen.items()
    ]  # fmt: skip
    deposit(session, community, deposits, by=MEI, at=at)


def an_account(
    session: Session,
    code: str = "bank",
    *,
    role: str = "bank",
    book: str = "fee",
    community: str = "meiyuan",
    settles_as: str = "",
    opened_on: date = date(2000, 1, 1),
) -> str:
    """An approved account; Mei asked for it and Chen approved it."""
    new = NewAccount(
        code, book, "某银行", f"6222{next(numbers):012d}", "业主大会", opened_on, role, settles_as
    )
    request_account(session, community, new, by=MEI, at=OPENED)
    approve_account(session, community, code, by=CHEN, at=OPENED)
    return code


def a_works_contract(
    session: Session,
    number: str = "K-1",
    *,
    works: str = "2022",
    package: str = "A",
    contractor: str = "anju",
    community: str = "meiyuan",
    price_fen: int = 100_000_000,
    retention_e2: int = 0,
    defects_months: int = 24,
) -> str:
    """The contract of a works package."""
    new = NewWorksContract(
        number, works, package, contractor, price_fen, date(2022, 3, 1), retention_e2, defects_months
    )
    sign_works_contract(session, community, new, by=MEI, at=NOON)
    return number


def a_paid_bill(
    session: Session,
    works: str,
    package: str,
    contractor: str,
    parts: Mapping[Source, int],
    on: date,
    *,
    community: str = "meiyuan",
    price_fen: int,
) -> None:
    """A bill on a new contract of a package, asked for by the manager and paid by the committee."""
    number = a_works_contract(
        session, f"K-{next(numbers)}", works=works, package=package, contractor=contractor,
        community=community, price_fen=price_fen,
    )  # fmt: skip
    ask_bill(session, community, f"F-{number}", number, sum(parts.values()), parts, by=MEI, at=NOON)
    pay_out(session, community, f"F-{number}", on, by=CHEN, at=NOON)
