"""Small true communities for tests. Each factory shows only what matters to its test."""

import itertools
import secrets
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.actions import seed_profiles
from ledger.community.rules import FirmKind, HomeKind
from ledger.community.tables import Building, Community, Firm, Holder, Home, Stairwell
from ledger.fees.actions import open_fee_book
from ledger.fund.actions import open_fund_book
from ledger.log.actions import open_log
from ledger.revenue.actions import open_revenue_book
from tests.cast import MEI, NOON

OPENED = datetime(2026, 1, 1, 4, 0, tzinfo=NOON.tzinfo)
numbers = itertools.count(1)


def a_community(session: Session, code: str = "meiyuan") -> str:
    """A community with its log and its three books, and no homes yet."""
    seed_profiles(session, by=MEI, at=OPENED)
    session.add(Community(code=code, name="梅园新村", name_en="Meiyuan"))
    session.flush()
    open_log(session, code, f"test.example/log/{code}", at=OPENED)
    for open_book in (open_fund_book, open_fee_book, open_revenue_book):
        open_book(session, code, by=MEI, at=OPENED)
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


def a_firm(session: Session, code: str = "anju", kind: FirmKind = FirmKind.CONTRACTOR) -> str:
    if session.get(Firm, code) is None:
        session.add(Firm(code=code, name=f"{code} 公司", kind=kind))
        session.flush()
    return code
