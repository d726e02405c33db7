"""Contracts, receipts, proved costs, and the share that goes into the fund."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from ledger.community.queries import NoFirm
from ledger.community.tables import ProfileValue
from ledger.files.rules import FileMissing
from ledger.fund.queries import balances_by_role, flows
from ledger.journal.actions import reverse
from ledger.journal.month_actions import close_month
from ledger.journal.queries import entry
from ledger.journal.rules import AskedDifferently, MonthClosed, MovementWrong, Overspent
from ledger.periods import Month, Period
from ledger.revenue.actions import close_year, terminate
from ledger.revenue.cost_actions import claim_cost
from ledger.revenue.queries import (
    NobodyThere,
    NoContract,
    booked_income,
    earned,
    excesses,
    missing,
    quarter,
    streams,
    unproved,
)
from ledger.revenue.receipt_actions import receive, receive_other
from ledger.revenue.remittance.queries import owed_to_fund, remit_by, share
from ledger.revenue.remittance.rules import PeriodOpen
from ledger.revenue.remittance.tables import Remitted
from ledger.revenue.rules import (
    Award,
    Category,
    ClaimNotPositive,
    ContractBackwards,
    CostKind,
    Method,
    MethodUnproved,
    NeedsContract,
    NoCostBasis,
    NoResolution,
    NoSuchMoneyAccount,
    NotCovered,
    NotRunning,
    NoVoucher,
    OutsideTerm,
    Part,
    Quarter,
    RenewalWrong,
    ScrapIsTheFunds,
    TermTooLong,
    TooLateForPaper,
    YearOpen,
)
from ledger.revenue.site_actions import NewSite, register_site
from ledger.revenue.site_queries import NoSite, occupancy
from ledger.revenue.site_rules import SiteExists, SiteTaken
from ledger.revenue.site_tables import Site
from ledger.votes.rules import Matter, NoResolutionPassed
from ledger.words import ProvisionalDay
from tests.cast import CHEN, MEI, NOON
from tests.factories import SHA, a_community
from tests.revenue.owners import (
    PLACE,
    Q1,
    Q2,
    TENDERED,
    a_contract,
    a_let_place,
    a_resolution,
    closing,
    cost,
    in_bank,
    owners_place,
    receipt,
    remit,
)

VOTED = {"resolution": "M-1", "resolved_on": None, "award": TENDERED}
NEW_YEAR = datetime(2027, 1, 5, 4, 0, tzinfo=UTC)


def test_business_with_common_parts_names_the_resolution_that_allowed_it(session):
    a_let_place(session)

    with pytest.raises(NoResolution, match=r"第278条第（八）项"):
        a_contract(session, "GY-2", resolution="  ")
    with pytest.raises(NoFirm):
        a_contract(session, "GY-3", counterparty="nobody")
    assert [s.contract.number for s in streams(session, PLACE, Q1)] == ["GY-1"]


def test_a_stream_says_what_was_due_and_what_came_in_by_the_end_and_in_the_period(session):
    a_let_place(session)
    a_contract(session, "GY-0", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    a_resolution(session)
    a_contract(
        session, "GY-2", starts_on=date(2026, 7, 1), resolution="M-1", resolved_on=None, award=TENDERED
    )
    receipt(session, 100_000_00)
    receipt(session, 60_000_00, date(2026, 5, 4))
    receipt(session, 1_00, date(2026, 7, 1))

    by_contract = {s.contract.number: tuple(s[1:]) for s in streams(session, PLACE, Q2)}

    assert by_contract == {"GY-1": (200_000_00, 160_000_00, 60_000_00)}


def test_a_receipt_is_of_a_contract_and_is_booked_once(session):
    a_let_place(session)
    first = receipt(session, 100_00, key="r-1")

    assert receipt(session, 100_00, key="r-1") == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        receipt(session, 101_00, key="r-1")
    with pytest.raises(NoContract, match="GY-9"):
        receipt(session, 100_00, number="GY-9")
    assert (in_bank(session), quarter(session, PLACE, Q1).receipts_fen) == (100_00, 100_00)


def test_a_cost_without_a_voucher_counts_as_nought(session):
    """T7: of 35,000.00 claimed, 17,000.00 have no voucher: the cost is still 18,000.00, the share 56,000.00."""
    a_let_place(session)
    receipt(session, 100_000_00)
    cost(session, 18_000_00)
    cost(session, 2_000_00, CostKind.TAX)

    with pytest.raises(NoVoucher, match="第14条"):
        cost(session, 17_000_00, voucher=" ")

    assert quarter(session, PLACE, Q1) == Quarter(100_000_00, 18_000_00, 2_000_00)
    assert owed_to_fund(session, PLACE, Q1) == 56_000_00


def test_a_voucher_is_booked_once_and_nobody_spends_what_did_not_come_in(session):
    a_let_place(session)
    receipt(session, 100_00)
    first = cost(session, 40_00, voucher="F-1")

    assert cost(session, 40_00, voucher="F-1") == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        cost(session, 41_00, voucher="F-1")
    assert in_bank(session) == 60_00
    with session.begin_nested() as attempt:
        with pytest.raises(Overspent, match="公共收益"):
            cost(session, 60_01, voucher="F-2")
        attempt.rollback()


def test_a_quarters_share_goes_from_one_book_into_the_other_by_two_linked_entries(session):
    a_let_place(session)
    receipt(session, 100_000_00)
    cost(session, 20_000_00)

    out, into = remit(session)

    assert (in_bank(session), balances_by_role(session, PLACE, Month(2026, 4))["bank"]) == (
        24_000_00,
        56_000_00,
    )
    assert flows(session, PLACE, date(2026, 4, 15), date(2026, 4, 15)) == {"operating": 56_000_00}
    books = {no: (entry(session, PLACE, no).book, entry(session, PLACE, no).link) for no in (out.no, into.no)}
    assert books == {out.no: ("revenue", "remittance/2026-Q1/1"), into.no: ("fund", "remittance/2026-Q1/1")}
    paid = share(session, PLACE, Q1)
    assert (paid.due_fen, paid.paid_fen, paid.on_time_fen, paid.paid_on) == (
        56_000_00,
        56_000_00,
        56_000_00,
        date(2026, 4, 15),
    )
    assert paid.due_on == date(2026, 4, 22)  # 15 working days, 6 April is none


def test_b6_where_the_place_says_so_a_share_is_paid_by_the_end_of_the_next_month(session):
    a_let_place(session)
    assert remit_by(session, PLACE, Q1) == date(2026, 4, 22)
    session.add(
        ProfileValue(
            scope=f"community:{PLACE}",
            key="revenue.transfer_by",
            since=date(2026, 1, 1),
            value='"end_of_first_month_after_quarter"',
            source="本地规定",
        )
    )
    session.flush()

    assert remit_by(session, PLACE, Q1) == date(2026, 4, 30)
    of_a_sunday = remit_by(session, PLACE, Period.parse("2026-Q4"))
    assert (of_a_sunday, isinstance(of_a_sunday, ProvisionalDay)) == (date(2027, 2, 1), True)


def test_a_quarter_is_remitted_once_whatever_comes_in_for_it_later(session):
    a_let_place(session)
    receipt(session, 1_000_00)
    first = remit(session)

    receipt(session, 500_00, date(2026, 3, 30))
    again = remit(session, on=date(2026, 4, 20))

    assert again == tuple(posted._replace(fresh=False) for posted in first)
    assert len(session.exec(select(Remitted)).all()) == 1
    assert in_bank(session) == 1_500_00 - 700_00
    assert owed_to_fund(session, PLACE, Q1) == 1_050_00  # what is missing shows


def test_a_quarter_is_not_remitted_before_it_is_over(session):
    a_let_place(session)
    receipt(session, 1_000_00)

    with pytest.raises(PeriodOpen, match="2026年3月31日"):
        remit(session, on=date(2026, 3, 31))

    assert in_bank(session) == 1_000_00
    assert remit(session, on=date(2026, 4, 1))[0].fresh


def test_of_a_quarter_without_a_gain_nothing_is_remitted(session):
    a_let_place(session)
    receipt(session, 100_00, date(2026, 1, 5))
    cost(session, 100_00)

    assert remit(session) is None
    assert session.exec(select(Remitted)).all() == []


def test_what_was_reversed_is_taken_back_in_the_quarter_of_the_reversal(session):
    a_let_place(session)
    wrong = receipt(session, 300_00)
    receipt(session, 100_00, date(2026, 2, 10))
    fee = cost(session, 40_00)

    for no in (wrong.no, fee.no):  # both on 15 July
        reverse(session, PLACE, no, reason="错", key=f"rev-{no}", by=MEI, at=NOON)

    assert quarter(session, PLACE, Q1) == Quarter(400_00, 40_00, 0)  # as it stood when it was remitted
    assert quarter(session, PLACE, Period.parse("2026-Q3")) == Quarter(-300_00, -40_00, 0)
    assert quarter(session, PLACE, Period.parse("2026")) == Quarter(100_00, 0, 0)
    (stream,) = streams(session, PLACE, Period.parse("2026-H2"))
    assert (stream.received_fen, stream.received_in_period_fen) == (100_00, -300_00)
    assert in_bank(session) == 100_00


def test_a_contract_rests_on_a_passed_resolution_of_three_quarters(session):
    owners_place(session)
    a_resolution(session)
    a_resolution(session, "M-NO", yes=False)
    a_resolution(session, "M-9", Matter.OTHER)

    signed = a_contract(session, **VOTED)

    assert (signed.resolution, signed.brought_over) == ("M-1", False)
    for motion in ("M-NO", "M-9", "M-7"):
        with pytest.raises(NoResolutionPassed, match="278"):
            a_contract(session, "GY-2", **{**VOTED, "resolution": motion})


def test_a_resolution_is_in_force_from_the_day_it_was_counted(session):
    owners_place(session)
    a_resolution(session)

    with pytest.raises(NoResolutionPassed):
        a_contract(session, **VOTED, at=NOON - timedelta(days=1))


def test_all_whose_part_is_used_were_asked(session):
    owners_place(session)
    a_resolution(session, building="1")

    with pytest.raises(NotCovered, match="2-1-101"):
        a_contract(session, **VOTED)
    assert a_contract(session, **VOTED, part=Part("1")).beneficiary_building == "1"
    assert a_contract(session, "GY-2", **VOTED, part=Part("1", "2")).beneficiary_stairwell == "2"
    for part in (Part("9"), Part("2", "2"), Part(None, "1")):
        with pytest.raises(NobodyThere):
            a_contract(session, "GY-3", **VOTED, part=part)


def test_a_paper_resolution_is_only_for_what_ran_before_the_ledger(session):
    owners_place(session)

    with pytest.raises(TooLateForPaper, match="2026年1月2日"):
        a_contract(session, starts_on=date(2026, 1, 2))
    with pytest.raises(TooLateForPaper):
        a_contract(session, resolved_on=date(2026, 3, 1))
    old = a_contract(session, starts_on=date(2025, 7, 1), every_months=6, price_fen=300)
    assert old.brought_over
    year = Period.parse("2026")
    assert [s.due_fen for s in streams(session, PLACE, year)] == [200]  # July 2025 is not in it
    assert [s.due_fen for s in streams(session, PLACE, year, date(2026, 3, 1))] == [
        100
    ]  # nor is July 2026 by March


def test_how_the_counterparty_was_found_is_proved(session):
    owners_place(session)
    a_resolution(session)
    bad = (
        None, Award(Method.TENDER), Award(Method.QUOTES, SHA, 2), Award(Method.QUOTES, None, 5),
        Award(Method.NEGOTIATION, reason=" "), Award(Method.RENEWAL),
    )  # fmt: skip

    for award in bad:
        with pytest.raises(MethodUnproved):
            a_contract(session, **{**VOTED, "award": award})
    with pytest.raises(FileMissing):
        a_contract(session, **{**VOTED, "award": Award(Method.QUOTES, "0" * 64, 3)})
    good = (Award(Method.QUOTES, SHA, 3), Award(Method.NEGOTIATION, reason="只有一家有许可"))
    for number, award in enumerate(good):
        assert a_contract(session, f"GY-{number}", **{**VOTED, "award": award}).method is award.method


def test_a_renewal_follows_a_contract_with_the_same_counterparty(session):
    a_let_place(session)
    a_resolution(session)
    terms = {
        "resolution": "M-1", "resolved_on": None, "award": Award(Method.RENEWAL), "renews": "GY-1",
        "starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31),
    }  # fmt: skip

    with pytest.raises(RenewalWrong):
        a_contract(session, "GY-2", **{**terms, "counterparty": "locker"})
    with pytest.raises(RenewalWrong):
        a_contract(session, "GY-2", **{**terms, "starts_on": date(2026, 12, 31)})
    with pytest.raises(NoContract):
        a_contract(session, "GY-2", **{**terms, "renews": "GY-0"})
    assert a_contract(session, "GY-2", **terms).renews == "GY-1"


def test_a_contract_is_registered_once(session):
    a_let_place(session)

    assert a_contract(session).number == "GY-1"
    with pytest.raises(AskedDifferently):
        a_contract(session, price_fen=1)
    with pytest.raises(ContractBackwards):
        a_contract(session, "GY-2", ends_on=date(2025, 12, 31))
    with pytest.raises(TermTooLong, match="705"):
        a_contract(session, "GY-2", ends_on=date(2046, 1, 1))
    assert a_contract(session, "GY-2", ends_on=date(2045, 12, 31)).ends_on.year == 2045
    assert len(streams(session, PLACE, Q1)) == 2


def test_a_contract_of_another_community_is_unknown_here(session):
    a_let_place(session)
    a_community(session, "other")

    with pytest.raises(NoContract, match="GY-1"):
        receive(session, "other", "GY-1", 100, date(2026, 2, 9), reference="r", by=MEI, at=NOON)


def test_scrap_goes_straight_into_the_fund(session):
    owners_place(session)

    with pytest.raises(ScrapIsTheFunds, match="第27条"):
        a_contract(session, category=Category.SCRAP)
    on = date(2026, 2, 9)
    receive_other(session, PLACE, Category.SCRAP, 800_00, on, reference="s", by=MEI, at=NOON)

    assert flows(session, PLACE, on, on) == {"scrap": 800_00}
    assert in_bank(session) == quarter(session, PLACE, Q1).receipts_fen == 0


def test_interest_and_compensation_need_no_contract_and_everything_else_does(session):
    owners_place(session)
    on = date(2026, 2, 9)
    for key, category, part in (("i", Category.INTEREST, Part()), ("c", Category.COMPENSATION, Part("1"))):
        receive_other(session, PLACE, category, 10_00, on, reference=key, part=part, by=MEI, at=NOON)

    assert earned(session, PLACE, on, on) == {Part(): 10_00, Part("1"): 10_00}
    assert booked_income(session, PLACE, Q1) == quarter(session, PLACE, Q1).receipts_fen == 20_00
    for category in set(Category) - {Category.INTEREST, Category.COMPENSATION, Category.SCRAP}:
        with pytest.raises(NeedsContract):
            receive_other(session, PLACE, category, 10_00, on, reference="x", by=MEI, at=NOON)
    with pytest.raises(NobodyThere):
        receive_other(
            session, PLACE, Category.INTEREST, 1, on, reference="y", part=Part("7"), by=MEI, at=NOON
        )


def test_money_goes_into_an_account_of_the_book_that_holds_money(session):
    a_let_place(session)

    for into in ("wallet", "surplus", "deposits"):
        with pytest.raises(NoSuchMoneyAccount, match="可以是：专户存款"):
            receive(session, PLACE, "GY-1", 1, date(2026, 2, 9), reference="k", into=into, by=MEI, at=NOON)


def test_after_its_end_a_contract_brings_what_it_owes_and_nothing_else(session):
    owners_place(session)
    a_contract(session, ends_on=date(2026, 3, 31), price_fen=100_00)

    for day, fen in ((date(2025, 12, 31), 1), (date(2026, 4, 1), 100_01), (date(2029, 4, 1), 1)):
        with pytest.raises(OutsideTerm):
            receipt(session, fen, day)
    receipt(session, 60_00, date(2026, 4, 1))
    late = receipt(session, 40_00, date(2026, 6, 30))
    with pytest.raises(OutsideTerm):
        receipt(session, 1, date(2026, 6, 30))
    assert receipt(session, 40_00, date(2026, 6, 30)) == late._replace(fresh=False)


@pytest.mark.parametrize("fen", [0, -1, True, 1.5])
def test_an_amount_is_a_positive_number_of_fen(session, fen):
    a_let_place(session)

    with pytest.raises(MovementWrong):
        receipt(session, fen)


def test_more_than_is_promised_is_booked_and_shows(session):
    owners_place(session)
    a_contract(session, price_fen=100_00)
    receipt(session, 100_00)
    assert excesses(session, PLACE, date(2026, 12, 31)) == []

    receipt(session, 30_00)

    assert [tuple(e) for e in excesses(session, PLACE, date(2026, 12, 31))] == [("GY-1", 100_00, 130_00)]


def test_what_did_not_come_in_is_missing_since_the_day_it_fell_due(session):
    """R12: an instalment that is not booked, by contract and site, with the days since."""
    a_let_place(session)
    receipt(session, 100_000_00, date(2026, 1, 5))
    receipt(session, 40_000_00, date(2026, 4, 20))

    (behind,) = missing(session, PLACE, date(2026, 5, 1))

    assert behind == ("GY-1", None, 200_000_00, 140_000_00, date(2026, 4, 1), 30)
    receipt(session, 60_000_00, date(2026, 5, 1))
    assert missing(session, PLACE, date(2026, 5, 1)) == []


def test_a_contract_ended_early_promises_nothing_after_its_last_day(session):
    a_let_place(session)
    end = {"reason": "违约", "by": CHEN, "at": NOON}

    with pytest.raises(NotRunning):
        terminate(session, PLACE, "GY-1", date(2027, 1, 1), **end)
    terminate(session, PLACE, "GY-1", date(2026, 6, 30), **end)

    assert [s.due_fen for s in streams(session, PLACE, Q2)] == [200_000_00]
    assert streams(session, PLACE, Period.parse("2026-Q3")) == []
    assert missing(session, PLACE, date(2026, 12, 31))[0].expected_fen == 200_000_00
    with pytest.raises(OutsideTerm):
        receipt(session, 200_000_01, date(2026, 7, 1))
    with pytest.raises(AskedDifferently):
        terminate(session, PLACE, "GY-1", date(2026, 5, 31), **end)


def test_a_site_is_let_to_one_at_a_time_and_its_empty_days_are_known(session):
    owners_place(session)
    lift = NewSite("L-1", "1 号电梯", Category.AD_LIFT, date(2026, 1, 1), Part("1"))
    for code in ("L-1", "L-2"):
        register_site(session, PLACE, lift._replace(code=code), SHA, by=MEI, at=NOON)
    assert not register_site(session, PLACE, lift, SHA, by=MEI, at=NOON).fresh
    with pytest.raises(AskedDifferently):
        register_site(session, PLACE, lift._replace(name="2 号电梯"), SHA, by=MEI, at=NOON)
    a_contract(session, site="L-1", starts_on=date(2025, 11, 1), ends_on=date(2026, 1, 31))

    with pytest.raises(SiteTaken, match="GY-1"):
        a_contract(session, "GY-2", site="L-1")
    with pytest.raises(NoSite):
        a_contract(session, "GY-2", site="L-9")
    assert [(o.site.code, o.days_let, o.days) for o in occupancy(session, PLACE, Q1.first, Q1.last)] == [
        ("L-1", 31, 90),
        ("L-2", 0, 90),
    ]


def test_a_site_that_stands_there_without_an_entry_is_not_registered_again(session):
    owners_place(session)
    lift = NewSite("L-1", "1 号电梯", Category.AD_LIFT, date(2026, 1, 1))
    session.add(Site(community=PLACE, code="L-1", name="老点位", category=lift.category, since=lift.since))
    with pytest.raises(SiteExists):
        register_site(session, PLACE, lift, SHA, by=MEI, at=NOON)


def test_a_site_is_free_from_the_day_after_an_early_end(session):
    owners_place(session)
    lift = NewSite("L-1", "1 号电梯", Category.AD_LIFT, date(2026, 1, 1))
    register_site(session, PLACE, lift, SHA, by=MEI, at=NOON)
    a_contract(session, site="L-1")
    a_resolution(session)
    terminate(session, PLACE, "GY-1", date(2026, 6, 30), reason="违约", by=CHEN, at=NOON)

    with pytest.raises(SiteTaken):
        a_contract(session, "GY-2", **VOTED, site="L-1", starts_on=date(2026, 6, 30))
    assert a_contract(session, "GY-2", **VOTED, site="L-1", starts_on=date(2026, 7, 1)).site == "L-1"


def test_a_cost_names_the_contract_it_was_spent_for_and_tax_may_be_of_all(session):
    a_let_place(session)
    receipt(session, 100_00)

    with pytest.raises(NoCostBasis, match="第14条"):
        cost(session, 10_00, number=None)
    with pytest.raises(NoContract):
        cost(session, 10_00, number="GY-9")
    assert cost(session, 10_00, CostKind.TAX, number=None).fresh


def test_a_claim_without_a_voucher_is_kept_and_moves_nothing(session):
    """T7: 17,000.00 claimed without a voucher; R15 finds it."""
    a_let_place(session)
    receipt(session, 100_000_00)
    cost(session, 18_000_00)
    cost(session, 2_000_00, CostKind.TAX)
    claim = {"contract": "GY-1", "by": MEI, "at": NOON}

    on = date(2026, 3, 9)
    first = claim_cost(session, PLACE, "C-1", CostKind.STAFF, 17_000_00, on, **claim)

    assert claim_cost(session, PLACE, "C-1", CostKind.STAFF, 17_000_00, on, **claim) == first._replace(
        fresh=False
    )
    assert [(c.code, c.amount_fen) for c in unproved(session, PLACE, Q1.first, Q1.last)] == [
        ("C-1", 17_000_00)
    ]
    assert owed_to_fund(session, PLACE, Q1) == 56_000_00
    assert in_bank(session) == 80_000_00
    with pytest.raises(ClaimNotPositive):
        claim_cost(session, PLACE, "C-2", CostKind.STAFF, 0, on, **claim)
    with pytest.raises(NoCostBasis):
        claim_cost(session, PLACE, "C-2", CostKind.STAFF, 1, on, by=MEI, at=NOON)


def test_a_year_is_carried_over_into_the_surplus_and_still_tells_its_income(session):
    a_let_place(session)
    receipt(session, 1_000_00)
    cost(session, 300_00)
    with pytest.raises(YearOpen):
        close_year(session, PLACE, 2026, by=MEI, at=NOON)

    first = close_year(session, PLACE, 2026, by=MEI, at=NEW_YEAR)

    assert first.fresh
    assert close_year(session, PLACE, 2026, by=MEI, at=NEW_YEAR) is None
    assert (closing(session, "PR3001"), closing(session, "PR4103"), closing(session, "PR5102")) == (
        700_00,
        0,
        0,
    )
    assert booked_income(session, PLACE, Period.parse("2026")) == 1_000_00
    assert in_bank(session) == 700_00
    receipt(session, 5_00, date(2026, 12, 30))
    assert close_year(session, PLACE, 2026, by=MEI, at=NEW_YEAR).fresh
    assert closing(session, "PR3001") == 705_00


def test_nothing_is_booked_in_a_closed_month(session):
    a_let_place(session)
    close_month(session, PLACE, Month(2026, 2), exceptions={}, by=MEI, at=NOON)

    with pytest.raises(MonthClosed):
        receipt(session, 1_00, date(2026, 2, 28))
    with pytest.raises(MonthClosed):
        claim_cost(session, PLACE, "C-1", CostKind.TAX, 1, date(2026, 2, 28), by=MEI, at=NOON)
