"""A community to measure on: its log, its fee book, and as many homes as asked for."""

from datetime import UTC, date, datetime
from random import Random

from sqlmodel import Session

from ledger.accounts.actions import approve_account, request_account
from ledger.accounts.rules import NewAccount
from ledger.community.role_rules import Actor, Role
from ledger.community.rules import AreaSource, HomeKind
from ledger.community.tables import Building, Community, Home, Stairwell
from ledger.db import write_rows
from ledger.fees.charge_actions import open_fee_book
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.log.actions import open_log

BY, APPROVER = Actor("bench", Role.MANAGER), Actor("chen", Role.COMMITTEE)
AT = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)
"""Noon in Shanghai on a day of July 2026."""
TODAY = date(2026, 7, 15)

HOMES_A_STAIRWELL = 12


def found(session: Session, code: str, homes: int = 0, *, since: date = date(2020, 1, 1)) -> str:
    """Found a community with a tariff and so many homes, twelve to a stairwell and six stairwells to a building."""
    session.add(Community(code=code, name=code))
    session.flush()
    open_log(session, code, f"bench.example/log/{code}", at=AT)
    open_fee_book(session, code, by=BY, at=AT)
    set_tariff(session, code, "*", NewPrice(since, Basis.PER_M2, 5_500), "2019-1", by=BY, at=AT)
    random = Random(code)
    stairwells = [divmod(number, 6) for number in range(-(-homes // HOMES_A_STAIRWELL))]
    own = {"community": code}
    write_rows(
        session,
        Building,
        [{**own, "code": f"{b}", "has_lift": False} for b in sorted({b for b, _ in stairwells})],
    )
    write_rows(session, Stairwell, [{**own, "building": f"{b}", "code": f"{s}"} for b, s in stairwells])
    places = [(b, s, door) for b, s in stairwells for door in range(101, 101 + HOMES_A_STAIRWELL)]
    write_rows(
        session,
        Home,
        [
            {
                **own,
                "code": f"{b}-{s}-{door}",
                "building": f"{b}",
                "stairwell": f"{s}",
                "door": f"{door}",
                "kind": HomeKind.COMMODITY,
                "area_dm2": random.randrange(4_600, 9_400),
                "area_source": AreaSource.REGISTER,
                "first_deposit_fen": 0,
                "handle": f"{random.getrandbits(64):016x}",
            }
            for b, s, door in places[:homes]
        ],
    )
    return code


def an_account(session: Session, community: str, book: str, *, code: str = "cmb") -> None:
    """An approved bank account of a book, for its receipts since 2000."""
    new = NewAccount(code, book, "招商银行", f"6222{book:0>8}", "业主大会", date(2000, 1, 1))
    request_account(session, community, new, by=BY, at=AT)
    approve_account(session, community, code, by=APPROVER, at=AT)
