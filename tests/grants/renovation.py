"""A small renovation for the tests of works money."""

from datetime import date, datetime

from ledger.community.rules import FirmKind
from ledger.grants.actions import open_grant_book, receive
from ledger.grants.contributions.actions import open_community_book
from ledger.grants.donations.actions import open_donation_book
from ledger.grants.payout_actions import ask_bill, pay_out
from ledger.grants.rules import Receipt, Source, book_of
from ledger.grants.tables import Funding
from tests.cast import CHEN, MEI, NOON
from tests.factories import a_community, a_firm, a_home, a_package, a_works_contract, an_account

PLACE = "meiyuan"
STATE, RESIDENTS, UTILITY = Source.GOVERNMENT, Source.RESIDENTS, Source.UTILITY
LATER = datetime(2028, 7, 15, 4, 0, tzinfo=NOON.tzinfo)
"""After every defects-liability period of the tests."""
JULY = date(2026, 7, 9)
PLAN = {STATE: 1_000_00, RESIDENTS: 10_00, UTILITY: 50_00}


def a_renovation(session, *, retention_e2: int = 300, price_fen: int = 1_060_00) -> None:
    """Package A of the works 2022: the state is to pay 1,000.00, the residents 10.00, a utility 50.00.

    Each source, the residents' contributions and the community fund have their book and its account.
    """
    a_community(session)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    for number in (1, 2, 3):
        a_home(session, f"1-1-10{number}", area_dm2=5_000 + 1_000 * number)
    a_package(session, "A", accepted_on=date(2026, 5, 26))
    a_package(session, "B", accepted_on=date(2026, 5, 26))
    for source, planned in PLAN.items():
        open_grant_book(session, PLACE, source, by=MEI, at=NOON)
        an_account(session, source.value, book=book_of(source))
        session.add(Funding(community=PLACE, works="2022", package="A", source=source, planned_fen=planned))
    for open_book, book in ((open_community_book, "community"), (open_donation_book, "donation")):
        open_book(session, PLACE, by=MEI, at=NOON)
        an_account(session, book, book=book)
    session.flush()
    a_works_contract(session, "K-1", price_fen=price_fen, retention_e2=retention_e2)


def come_in(session, source, fen, key="in-1", on=date(2026, 7, 1)):
    return receive(session, PLACE, Receipt(source, "2022", fen, on), key=key, by=MEI, at=NOON)


def ask(session, number="F-1", by=MEI, **parts):
    cut = {Source(source): fen for source, fen in parts.items()}
    return ask_bill(session, PLACE, number, "K-1", sum(cut.values()), cut, by=by, at=NOON)


def pay(session, number="F-1", by=CHEN, on=JULY, at=NOON):
    return pay_out(session, PLACE, number, on, by=by, at=at)


def bill(session, number="F-1", **parts):
    """A bill, asked for and paid."""
    ask(session, number, **parts)
    return pay(session, number)
