"""A11: when an entry was posted never goes back, whatever the machine's clock says."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import select

from ledger.fees.payment_actions import receive
from ledger.journal.fsck import problems
from ledger.journal.tables import Entry
from ledger.log.tables import LedgerHead
from tests.cast import MEI, NOON
from tests.community import databases
from tests.fees.homes import ONE, PLACE, a_payment, three_homes

shared, session = databases.shared, databases.session


def paid_at(session, at, fen):
    receive(session, PLACE, [a_payment(ONE, fen)], by=MEI, at=at)


def posted(session):
    return session.exec(select(Entry.posted_at).where(Entry.community == PLACE).order_by(Entry.no)).all()


def test_a11_an_entry_is_never_posted_before_the_one_before_it(session):
    three_homes(session)
    paid_at(session, NOON, 1_00)
    paid_at(session, NOON - timedelta(hours=2), 2_00)
    paid_at(session, NOON + timedelta(days=400), 3_00)

    times = posted(session)

    assert times == sorted(times)
    assert times[-2:] == [NOON, NOON + timedelta(days=400)]
    assert list(problems(session, PLACE)) == []


def test_a11_fsck_names_the_first_that_goes_back(session):
    """As a version that let the clock run back has written it."""
    three_homes(session)
    for hours in (3, 2, 1):
        session.execute(update(LedgerHead).where(LedgerHead.community == PLACE).values(last_at=""))
        paid_at(session, NOON + timedelta(hours=hours), 1_00 + hours)
    last = session.exec(select(Entry.no).order_by(Entry.no.desc())).first()

    clocks = [problem for problem in problems(session, PLACE) if problem.check == "clock"]

    assert [problem.where for problem in clocks] == [f"entry {last - 1}"]
