"""A community of homes with a tariff, and short names for charging and paying."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from sqlmodel import func, select

from ledger.community.queries import homes
from ledger.community.rules import FirmKind
from ledger.community.tables import ServiceContract
from ledger.fees.charge_actions import charge_month
from ledger.fees.payment_actions import Payment, receive
from ledger.fees.queries import debts, stands
from ledger.fees.rules import Basis, Part
from ledger.fees.tables import Applied, Charge, Surcharge, SurchargePaid, Waived
from ledger.fees.tariff_actions import Terms, set_tariff, set_terms
from ledger.fees.tariff_rules import NewPrice
from ledger.journal.queries import held
from ledger.journal.tables import Entry, Movement
from ledger.periods import Month
from ledger.votes.actions import announce, cast, close_motion
from ledger.votes.rules import Choice, Matter, NewMotion
from tests.cast import CHEN, HE, MEI, NOON
from tests.factories import a_community, a_firm, a_home

PLACE = "meiyuan"
ONE, TWO, THREE = "1-1-101", "1-1-102", "1-1-103"
MAY, JUNE, JULY, AUGUST = (Month(2026, number) for number in (5, 6, 7, 8))


def a_tariff(session, since, rate_e4, kind="*", basis=Basis.PER_M2):
    set_tariff(session, PLACE, kind, NewPrice(since, basis, rate_e4), "决议 1", by=MEI, at=NOON)


def three_homes(session):
    """Three homes of 80.00 m² at 0.45 yuan: 36.00 a month each."""
    a_community(session)
    for home in (ONE, TWO, THREE):
        a_home(session, home, area_dm2=8_000)
    a_tariff(session, date(2026, 1, 1), 4_500)
    session.flush()
    return PLACE


def charge(session, month=JULY):
    return charge_month(session, PLACE, month, by=MEI, at=NOON)


def a_payment(home, fen, on=date(2026, 7, 20), key=None, into="bank"):
    return Payment(key or f"p-{home}-{on}-{fen}", home, fen, on, into)


def pay(session, *payments):
    return receive(session, PLACE, payments, by=MEI, at=NOON)


def day(year, month, number, hour=4):
    """Noon in Shanghai on that day."""
    return datetime(year, month, number, hour, tzinfo=UTC)


def a_contract(session, *, lump_sum=True, community=PLACE, number="C-1", **terms):
    """A service contract from 2026 on, with what it says of the fee."""
    a_firm(session, "wuye", FirmKind.PROPERTY)
    session.add(
        ServiceContract(
            community=community, number=number, firm="wuye", starts_on=date(2026, 1, 1),
            ends_on=date(2028, 12, 31), lump_sum=lump_sum,
        )
    )  # fmt: skip
    session.flush()
    contract_terms = Terms(number, **{"charges_from": date(2026, 1, 1), **terms})
    set_terms(session, community, contract_terms, by=MEI, at=NOON)
    return number


def a_resolution(session, code="M-1", matter=Matter.OTHER, choice=Choice.YES):
    """A motion that every owner has voted on, counted on NOON's day."""
    everyone = homes(session, PLACE)
    days = {"opens_on": NOON.date(), "closes_on": NOON.date() + timedelta(days=3)}
    before = NOON - timedelta(days=20)
    announce(session, PLACE, NewMotion(code, matter, "如何收费", **days), everyone, by=CHEN, at=before)
    cast(session, PLACE, code, dict.fromkeys((h.code for h in everyone), choice), by=HE, at=NOON)
    close_motion(session, PLACE, code, by=CHEN, at=NOON)
    return code


def books_agree(session):
    """What is owed on every home's account is what was charged less what was applied and waived, and the ledger says so."""

    def total(row, fen):
        rows = session.execute(
            select(row.home, func.sum(fen)).where(row.community == PLACE, stands(row)).group_by(row.home)
        )
        return defaultdict(int, {home: int(amount) for home, amount in rows})

    charged, paid = total(Charge, Charge.amount_fen), total(Applied, Applied.amount_fen)
    waived = total(Waived, Waived.amount_fen - Waived.released_fen)
    on_top, met = total(Surcharge, Surcharge.amount_fen), total(SurchargePaid, SurchargePaid.amount_fen)
    arrears, surcharges, prepaid = (
        defaultdict(int, held(session, PLACE, "fee", name)) for name in ("arrears", "surcharges", "prepaid")
    )
    owed = debts(session, PLACE)
    offset = set(
        session.exec(
            select(Movement.home)
            .join(Entry, (Entry.community == Movement.community) & (Entry.no == Movement.entry_no))
            .where(Movement.community == PLACE, Entry.kind == "fees.offset")
        )
    )
    for home in charged.keys() | arrears.keys():
        fee = sum(fen for debt, fen in owed.get(home, []) if debt.part is Part.PRINCIPAL)
        more = sum(fen for debt, fen in owed.get(home, []) if debt.part is not Part.PRINCIPAL)
        assert arrears[home] == fee == charged[home] - paid[home] - waived[home], home
        assert surcharges[home] == more == on_top[home] - met[home], home
        # what the owners' revenue pays in advance never pays arrears
        assert home in offset or not (prepaid[home] and home in owed), f"{home} owes and has prepaid"
    assert min(prepaid.values(), default=0) >= 0
