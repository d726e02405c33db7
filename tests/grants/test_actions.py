"""Works money by its source: each in a book of its own, planned against actual."""

from datetime import date

import pytest

from ledger.grants.actions import open_grant_book, receive, spend
from ledger.grants.queries import SourceFigures, by_source
from ledger.grants.rules import NAMES, Source, book_of
from ledger.grants.tables import Funding
from ledger.journal.queries import NoBook, books
from ledger.journal.rules import AskedDifferently, Overspent
from ledger.periods import Month
from tests.cast import CHEN, MEI, NOON
from tests.factories import a_community, a_package

PLACE = "meiyuan"
STATE, RESIDENTS = Source.GOVERNMENT, Source.RESIDENTS
JULY = Month(2026, 7)


def a_renovation(session):
    """A package that the state is to pay 1,000.00 of and the residents 10.00."""
    a_community(session)
    a_package(session, "A", accepted_on=date(2026, 5, 26))
    for source, planned in ((STATE, 1_000_00), (RESIDENTS, 10_00)):
        open_grant_book(session, PLACE, source, by=MEI, at=NOON)
        session.add(Funding(community=PLACE, works="2022", package="A", source=source, planned_fen=planned))
    session.flush()


def come_in(session, source, fen, key="in-1"):
    return receive(session, PLACE, source, "2022", fen, date(2026, 7, 1), key=key, by=MEI, at=NOON)


def pay_out(session, source, fen, key="out-1", on=date(2026, 7, 9)):
    return spend(session, PLACE, source, "2022", "A", "anju", fen, on, key=key, by=CHEN, at=NOON)


def test_every_source_has_a_book_of_its_own_with_its_name(session):
    a_renovation(session)

    assert {b.code: b.zh for b in books(session, PLACE) if b.code.startswith("grant-")} == {
        "grant-government": "改造资金—政府投入",
        "grant-residents": "改造资金—居民出资",
    }
    assert len({book_of(source) for source in Source}) == len(Source) == len(NAMES) == 5


def test_planned_and_actual_stand_beside_each_other_by_source(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    pay_out(session, STATE, 850_00)
    pay_out(session, STATE, 10_00, key="out-2", on=date(2026, 8, 1))

    assert by_source(session, PLACE, JULY) == [
        SourceFigures(STATE, 1_000_00, 900_00, 850_00),
        SourceFigures(RESIDENTS, 10_00, 0, 0),
    ]
    assert by_source(session, PLACE, Month(2026, 8))[0].spent_fen == 860_00


def test_a_source_pays_no_more_than_it_brought_in_though_another_be_rich(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    come_in(session, RESIDENTS, 10_00, key="in-2")

    with session.begin_nested() as attempt:
        with pytest.raises(Overspent, match="grant-residents"):
            pay_out(session, RESIDENTS, 10_01)
        attempt.rollback()

    assert pay_out(session, RESIDENTS, 10_00).fresh
    assert [f.received_fen - f.spent_fen for f in by_source(session, PLACE, JULY)] == [900_00, 0]


def test_money_of_a_source_without_a_book_is_refused(session):
    a_renovation(session)

    with pytest.raises(NoBook, match="grant-utility"):
        come_in(session, Source.UTILITY, 100)


def test_money_comes_in_and_goes_out_once_by_its_key(session):
    a_renovation(session)
    first = come_in(session, STATE, 900_00)

    assert come_in(session, STATE, 900_00) == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        come_in(session, STATE, 901_00)
    with pytest.raises(AskedDifferently):
        come_in(session, RESIDENTS, 900_00)
    assert [f.received_fen for f in by_source(session, PLACE, JULY)] == [900_00, 0]
