"""Five homes in which every stream of money is open: January 2026 is lived through and closed, it is 10 February."""

from datetime import date

from ledger.community.tables import Holder, ServiceContract
from ledger.fees.charge_actions import charge_month
from ledger.fees.payment_actions import Payment
from ledger.fees.payment_actions import receive as receive_fee
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import Terms, set_tariff, set_terms
from ledger.fees.tariff_rules import NewPrice
from ledger.fund.actions import NewDeposit, deposit, end_month
from ledger.fund.gains.actions import credit_interest
from ledger.fund.rules import DepositKind
from ledger.grants.actions import open_grant_book
from ledger.grants.actions import receive as receive_grant
from ledger.grants.contract_actions import NewWorksContract, sign_works_contract
from ledger.grants.contributions.actions import HomePayment, NewLevy, raise_levy, take_contributions
from ledger.grants.contributions.rules import Basis as LevyBasis
from ledger.grants.contributions.rules import ItemClass
from ledger.grants.donations.actions import open_purpose
from ledger.grants.rules import Receipt, Source, book_of
from ledger.grants.tables import Funding
from ledger.periods import Month, noon
from ledger.revenue.deposit_actions import take_deposit
from ledger.revenue.receipt_actions import receive as receive_rent
from ledger.votes.rules import Matter
from tests.cast import CHEN, MEI
from tests.factories import FIRST_DAY, OPENED, a_firm, a_package, an_account
from tests.fund.uses import A101, A102, B201, B202, PLACE, SHOP, a_place
from tests.revenue.owners import a_contract, a_resolution

HOMES = (A101, A102, SHOP, B201, B202)
SELLER = "mill@2"
NAMES = [f"欧阳{letter}" for letter in "甲乙丙丁戊"]
PHONES = [f"1381234567{number}" for number in range(5)]
SECRET = "王小明 13800000000 的私事"
"""What stands wherever an action has room for free words."""
PRIVATE = (*HOMES, *NAMES, *PHONES, SECRET, "13800000000")
"""What no leaf of the log may say."""
DECIDED, LENT, LEVY, CONTRACT, WORKS, PURPOSE = "M-9", "M-8", "L-1", "K-1", "2022", "D-1"


def five_homes(session) -> None:
    a_place(session)
    a_firm(session, "media")
    for home, name, phone in zip(HOMES, NAMES, PHONES, strict=True):
        holder = session.get(Holder, (PLACE, home, date(2020, 1, 1)))
        holder.name, holder.phone = name, phone
    _fee(session)
    a_contract(session, object=SECRET, at=OPENED)
    a_resolution(session, DECIDED, Matter.OTHER, at=OPENED)
    a_resolution(session, LENT, Matter.USE_FUND, at=OPENED)
    open_purpose(session, PLACE, PURPOSE, "加装坡道", by=CHEN, at=OPENED)
    an_account(session, "donations", book="donation")
    _works(session)
    _fund(session)
    _january(session)
    on = date(2026, 1, 21)
    credit_interest(session, PLACE, 12_34, on, key="interest-0", by=CHEN, at=noon(on))
    end_month(session, PLACE, Month(2026, 1), exceptions={}, by=MEI, at=noon(date(2026, 2, 3)))


def _fee(session) -> None:
    """0.45 yuan a square metre, with a late fee, managed for a remuneration."""
    who = {"by": MEI, "at": OPENED}
    set_tariff(session, PLACE, "*", NewPrice(FIRST_DAY, Basis.PER_M2, 4_500), "决议 1", **who)
    contract = ServiceContract(
        community=PLACE, number="C-1", firm="wuye", starts_on=FIRST_DAY, ends_on=date(2028, 12, 31), lump_sum=False
    )  # fmt: skip
    session.add(contract)
    session.flush()
    terms = Terms("C-1", charges_from=FIRST_DAY, late_daily_e6=3_000, remuneration_e4=1_000)
    set_terms(session, PLACE, terms, **who)


def _works(session) -> None:
    """A package that the state and the residents pay for, 3 % of each bill kept back."""
    who = {"by": MEI, "at": OPENED}
    a_package(session, "A", accepted_on=date(2025, 12, 1))
    for source, planned in {Source.GOVERNMENT: 1_000_00, Source.RESIDENTS: 500_00}.items():
        open_grant_book(session, PLACE, source, **who)
        an_account(session, source.value, book=book_of(source))
        session.add(Funding(community=PLACE, works=WORKS, package="A", source=source, planned_fen=planned))
    session.flush()
    signed = NewWorksContract(CONTRACT, WORKS, "A", "anju", 1_500_00, date(2025, 3, 1), 300, 24)
    sign_works_contract(session, PLACE, signed, **who)
    levy = NewLevy(
        LEVY, WORKS, "A", ItemClass.BASIC, LevyBasis.AREA, 500_00, SECRET, dict.fromkeys(HOMES, "")
    )
    raise_levy(session, PLACE, levy, **who)
    an_account(session, "levies", book="community")


def _fund(session) -> None:
    """Little enough that a repair can empty a home's part."""
    parts = {A101: 300_00, A102: 200_00, SHOP: 400_00, B201: 50_00, SELLER: 400_00}
    paid_in = [
        NewDeposit(
            f"R-0{number}", DepositKind.FIRST, fen, FIRST_DAY,
            home=None if "@" in whose else whose, party=whose if "@" in whose else None,
        )
        for number, (whose, fen) in enumerate(parts.items())
    ]  # fmt: skip
    deposit(session, PLACE, paid_in, by=MEI, at=OPENED)


def _january(session) -> None:
    """Something came in on every stream."""
    on = date(2026, 1, 12)
    who = {"by": MEI, "at": noon(on)}
    charge_month(session, PLACE, Month(2026, 1), **who)
    receive_fee(session, PLACE, [Payment("fee-0", A101, 100_00, on)], **who)
    receive_rent(session, PLACE, "GY-1", 500_00, on, reference="rent-0", **who)
    take_deposit(session, PLACE, "GY-1", 20_00, on, reference="held-0", **who)
    receive_grant(session, PLACE, Receipt(Source.GOVERNMENT, WORKS, 300_00, on), key="grant-0", **who)
    take_contributions(session, PLACE, LEVY, [HomePayment("S-0", A102, 80_00, on)], **who)
