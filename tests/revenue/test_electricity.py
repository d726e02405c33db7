"""发改办价格〔2024〕537号: the electricity of charging is collected apart from the service fee, paid on, and no revenue."""

from datetime import date

import pytest
from sqlmodel import delete, select

from ledger.community.queries import NoFirm
from ledger.community.rules import FirmKind
from ledger.disclosure.accounts_queries import gather
from ledger.journal.actions import reverse
from ledger.journal.fsck import problems
from ledger.journal.queries import accounts, entry
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Account, Entry, Subledger
from ledger.periods import Period
from ledger.revenue.contract_queries import contract_seen
from ledger.revenue.electricity_actions import pay_electricity_on
from ledger.revenue.electricity_rules import ElectricityNotTold, MoreThanCollected, NotOfCharging
from ledger.revenue.queries import booked_income, quarter, received
from ledger.revenue.receipt_actions import receive
from ledger.revenue.remittance.queries import owners_balance
from ledger.revenue.rules import WHOLE, Category, NoVoucher
from ledger.revenue.uses.queries import to_use
from tests.cast import MEI, NOON
from tests.factories import a_firm
from tests.revenue.owners import PLACE, Q1, a_contract, a_let_place, closing, cost, in_bank, receipt

DAY = date(2026, 2, 9)


def charging_place(session):
    a_let_place(session)
    a_firm(session, "grid", FirmKind.UTILITY)
    a_contract(session, "CD-1", category=Category.EV_CHARGING, object="电动自行车充电棚", price_fen=40_000)


def charged(session, service_fen, electricity_fen, on=DAY, key="c-1", number="CD-1"):
    return receive(
        session,
        PLACE,
        number,
        service_fen,
        on,
        reference=key,
        electricity_fen=electricity_fen,
        by=MEI,
        at=NOON,
    )


def paid_on(session, fen, voucher="DF-1", supplier="grid"):
    day = date(2026, 3, 5)
    return pay_electricity_on(
        session, PLACE, "CD-1", fen, day, supplier=supplier, voucher_no=voucher, by=MEI, at=NOON
    )


def test_only_the_service_fee_is_revenue(session):
    charging_place(session)

    charged(session, 10_000, 23_456)

    assert in_bank(session) == 33_456
    assert (closing(session, "PR4109"), closing(session, "PR2301")) == (10_000, 23_456)
    assert quarter(session, PLACE, Q1).receipts_fen == booked_income(session, PLACE, Q1) == 10_000
    assert received(session, PLACE, DAY) == {"CD-1": 10_000}
    assert owners_balance(session, PLACE, Q1) == to_use(session, PLACE, WHOLE) == 10_000
    assert contract_seen(session, PLACE, "CD-1", DAY)["electricity_fen"] == 23_456
    assert list(problems(session, PLACE)) == []


def test_a_receipt_of_charging_says_both_amounts_and_no_other_receipt_does(session):
    charging_place(session)

    with pytest.raises(ElectricityNotTold, match="537号"):
        charged(session, 10_000, None)
    with pytest.raises(NotOfCharging):
        charged(session, 10_000, 1, number="GY-1")

    charged(session, 10_000, 0)
    receipt(session, 50_00)
    assert (in_bank(session), closing(session, "PR2301")) == (150_00, 0)


def test_before_2025_nobody_had_to_tell_them_apart(session):
    charging_place(session)
    a_contract(
        session, "CD-0", category=Category.EV_CHARGING, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31)
    )

    charged(session, 10_000, None, on=date(2024, 12, 31), number="CD-0")
    with pytest.raises(ElectricityNotTold):
        charged(session, 10_000, None, on=date(2025, 1, 1), number="CD-0", key="c-2")


def test_a_receipt_is_booked_once_with_both_amounts(session):
    charging_place(session)
    first = charged(session, 10_000, 500)

    assert charged(session, 10_000, 500) == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        charged(session, 10_000, 501)
    assert in_bank(session) == 10_500


def test_electricity_is_paid_on_and_is_no_cost(session):
    charging_place(session)
    charged(session, 10_000, 20_000)

    first = paid_on(session, 15_000)

    assert paid_on(session, 15_000) == first._replace(fresh=False)
    assert entry(session, PLACE, first.no).kind == "revenue.electricity-paid"
    assert (in_bank(session), closing(session, "PR2301")) == (15_000, 5_000)
    assert quarter(session, PLACE, Q1).net_fen == 10_000
    with pytest.raises(MoreThanCollected, match=r"50\.00"):
        paid_on(session, 5_001, "DF-2")
    with pytest.raises(NoVoucher):
        paid_on(session, 1, " ")
    with pytest.raises(NoFirm):
        paid_on(session, 1, "DF-3", supplier="nobody")
    paid_on(session, 5_000, "DF-2")
    assert contract_seen(session, PLACE, "CD-1", DAY)["electricity_fen"] == 0


def test_a_receipt_in_red_takes_its_electricity_back(session):
    charging_place(session)
    posted = charged(session, 10_000, 20_000)

    reverse(session, PLACE, posted.no, reason="登记错了", key="red", by=MEI, at=NOON)

    assert (in_bank(session), closing(session, "PR2301"), received(session, PLACE, NOON.date())) == (
        0,
        0,
        {"CD-1": 0},
    )


def test_accounts_show_the_service_fee_alone_and_tell_the_electricity_apart(session):
    charging_place(session)
    charged(session, 10_000, 20_000)
    paid_on(session, 15_000)
    cost(session, 1_000, number="CD-1")

    figures = gather(session, PLACE, Period.parse("2026-Q1"), date(2026, 4, 9))

    of = figures["revenue"]
    assert (of["opening_fen"], of["in_fen"], of["out_fen"], of["closing_fen"]) == (0, 10_000, 1_000, 9_000)
    assert of["electricity"] == {
        "opening_fen": 0,
        "collected_fen": 20_000,
        "paid_on_fen": 15_000,
        "closing_fen": 5_000,
    }
    assert figures["labels"]["/revenue/electricity/paid_on_fen"] == [
        "本期付给供电单位",
        "Paid on in the period",
    ]


def test_accounts_without_charging_do_not_speak_of_electricity(session):
    a_let_place(session)
    receipt(session, 50_00)

    assert "electricity" not in gather(session, PLACE, Period.parse("2026-Q1"), date(2026, 4, 9))["revenue"]


def before_there_was_electricity(session):
    """A book as an earlier version opened it: without the account and its sub-ledger."""
    for table, column in ((Account, Account.ledger), (Subledger, Subledger.code)):
        session.execute(delete(table).where(table.community == PLACE, column == "electricity"))


def test_an_older_book_gets_the_account_when_it_is_first_needed(session):
    charging_place(session)
    before_there_was_electricity(session)
    assert "electricity" not in accounts(session, PLACE, "revenue")
    assert owners_balance(session, PLACE, Q1) == 0

    charged(session, 10_000, 0)
    assert "electricity" not in accounts(session, PLACE, "revenue")
    charged(session, 10_000, 500, key="c-2")
    charged(session, 10_000, 500, key="c-3")

    assert closing(session, "PR2301") == 1_000
    widened = session.exec(select(Entry).where(Entry.community == PLACE, Entry.kind == "book.widened")).all()
    assert [of.key for of in widened] == ["book/revenue/PR2301"]
    assert list(problems(session, PLACE)) == []
