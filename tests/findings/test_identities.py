"""The control identities I1–I10: all hold on honest books, and each notices when its figures are changed.

Whoever could change them would have to take the triggers off first; here the test does.
"""

import pytest
from sqlalchemy import text

from ledger.findings.identities import identities
from ledger.fund.actions import end_month
from ledger.periods import Month, Period, noon
from tests.cast import MEI
from tests.disclosure.lived import H1, PLACE
from tests.factories import a_deposit

ALL = [f"I{n}" for n in range(1, 11)]


def take_the_triggers_off(session, table):
    """Drop every trigger of a table, for the length of this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        query = text(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal"
        )
        drop = "DROP TRIGGER {} ON {}"
    else:
        query = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        drop = "DROP TRIGGER {}"
    for name in session.scalars(query, {"table": table}).all():
        session.execute(text(drop.format(name, table)))


def changed(session, statement):
    """Change one row behind the ledger's back."""
    take_the_triggers_off(session, statement.split()[1])
    assert session.execute(text(statement)).rowcount == 1


def broken(session, period=H1):
    return {identity.id for identity in identities(session, PLACE, period) if identity.holds is False}


def test_on_honest_books_every_identity_holds_that_can_be_judged(session):
    verdicts = identities(session, PLACE, H1)

    assert [identity.id for identity in verdicts] == ALL
    assert {identity.id: identity.holds for identity in verdicts} == {
        i: None if i == "I8" else True for i in ALL
    }
    assert all(identity.zh and identity.en and identity.note for identity in verdicts)
    assert not any("一" <= sign <= "鿿" for identity in verdicts for sign in identity.note_en)


@pytest.mark.parametrize("period", ["2026-Q1", "2026-02", "2026-05", "2025"])
def test_they_hold_for_every_closed_period_whatever_moved_since(session, period):
    assert broken(session, Period.parse(period)) == set()


IN_FUND = "community = 'meiyuan' AND book = 'fund'"
LAST_MARCH = "(SELECT no FROM entry WHERE community = 'meiyuan' AND key = 'interest/2026-03')"
CHANGES = {
    "I1": [f"UPDATE balance SET debit_fen = debit_fen + 1 WHERE {IN_FUND} AND account = '1001' AND month = '2026-03'"],
    "I2": [
        f"UPDATE balance SET debit_fen = debit_fen + 1 WHERE {IN_FUND} AND account = '1001' AND month = '2026-03'",
        f"UPDATE balance SET credit_fen = credit_fen + 1 WHERE {IN_FUND} AND account = '4101' AND month = '2026-03'",
    ],
    "I3": [f"UPDATE movement SET amount_fen = amount_fen + 1 WHERE community = 'meiyuan' AND entry_no = {LAST_MARCH}"],
    "I4": [f"UPDATE closing_balance SET closing_fen = closing_fen + 1 WHERE {IN_FUND} AND account = '3001' AND month = '2025-12'"],
    "I5": [f"UPDATE balance SET credit_fen = credit_fen + 1 WHERE {IN_FUND} AND account = '3001' AND month = '2026-03'"],
    "I6": [f"UPDATE subledger_balance SET credit_fen = credit_fen + 1 WHERE {IN_FUND} AND subject = '1-1-101'"],
    "I7": [f"UPDATE balance SET credit_fen = credit_fen + 1 WHERE {IN_FUND} AND account = '3101' AND month = '2026-03'"],
    "I9": ["UPDATE project SET paid_fen = paid_fen - 1 WHERE community = 'meiyuan' AND code = 'P-2'"],
    "I10": [f"UPDATE closing_balance SET opening_fen = opening_fen + 1 WHERE {IN_FUND} AND account = '1001' AND month = '2026-03'"],
}  # fmt: skip


@pytest.mark.parametrize("identity", CHANGES)
def test_an_identity_breaks_when_its_figures_are_changed(session, identity):
    for statement in CHANGES[identity]:
        changed(session, statement)

    assert identity in broken(session)


def test_money_moved_from_one_account_to_another_breaks_no_other_identity(session):
    for statement in CHANGES["I2"]:
        changed(session, statement)

    assert broken(session) == {"I2"}


ONE_SHARE = "WHERE community = 'meiyuan' AND project = 'P-2' AND bearer = '1-1-101'"
PAID = "(SELECT paid_entry FROM project WHERE community = 'meiyuan' AND code = 'P-2')"


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE payment_share SET charged_fen = charged_fen - 1, shortfall_fen = shortfall_fen + 1 {ONE_SHARE}",
        f"UPDATE payment_share SET share_fen = share_fen + 1, shortfall_fen = shortfall_fen + 1 {ONE_SHARE}",
        f"DELETE FROM payment_share {ONE_SHARE}",
        f"UPDATE movement SET amount_fen = amount_fen + 1 WHERE entry_no = {PAID} AND home = '1-1-101'",
    ],
    ids=["charged less", "asked more than the bill", "a share is gone", "the books paid more"],
)
def test_a_project_is_held_against_its_shares_the_books_and_the_bill(session, statement):
    take_the_triggers_off(session, "payment_share")
    take_the_triggers_off(session, "movement")

    assert session.execute(text(statement)).rowcount == 1

    assert "I9" in broken(session)


def test_a_paid_project_without_any_share_is_not_overlooked(session):
    take_the_triggers_off(session, "payment_share")

    session.execute(text("DELETE FROM payment_share WHERE community = 'meiyuan' AND project = 'P-1'"))

    (i9,) = [identity for identity in identities(session, PLACE, H1) if identity.id == "I9"]
    assert not i9.holds
    assert "P-1" in i9.note


def test_a_month_that_was_closed_together_with_a_later_one_is_no_break(session):
    a_deposit(session, {"1-1-101": 100}, on=Month(2026, 7).last)
    end_month(session, PLACE, Month(2026, 9), exceptions={}, by=MEI, at=noon(Month(2026, 10).last))

    assert broken(session, Period.parse("2026-Q3")) == set()
