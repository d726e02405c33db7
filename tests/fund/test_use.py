"""A use of the fund from its plan to its payment: who, in which order, borne by whom."""

from datetime import date
from threading import Thread
from time import sleep

import pytest
from sqlmodel import select

from ledger.community.queries import NoComponent, NoFirm
from ledger.community.rules import FirmKind, HomeKind, SamePerson
from ledger.community.tables import Home
from ledger.findings.identities import identities
from ledger.fund import actions as fund
from ledger.fund.queries import bearers, project, shares
from ledger.fund.rules import (
    ApprovedAboveVoted,
    BillAboveApproved,
    FundEmpty,
    Ground,
    NotForTheFund,
    PayeeWrong,
    ProjectExists,
    ProjectNotReady,
    ProjectState,
    ScopeKind,
    ScopeWrong,
    VoteMissing,
)
from ledger.fund.tables import Share
from ledger.journal.queries import entry, held, moves_of
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Entry
from ledger.money import split
from ledger.periods import Period
from ledger.votes.queries import turnout
from ledger.votes.rules import Choice
from tests.cast import CHEN, LIN, MEI, NOON, SU
from tests.factories import a_component, a_deposit, a_firm, a_home, a_package
from tests.fund.uses import (
    A101,
    A102,
    B201,
    B202,
    PAID_ON,
    PLACE,
    SHOP,
    T1_PARTS,
    a_place,
    a_plan,
    accepted,
    an_emergency,
    approved,
    paid,
    proposed,
    put_to_vote,
    ready_to_pay,
    voted,
)


def parts(session):
    return held(session, PLACE, "fund", "unit") | held(session, PLACE, "fund", "seller")


def kinds(session):
    """What was written about P-1, in order."""
    rows = (
        select(Entry.kind).where(Entry.community == PLACE, Entry.subject == "project/P-1").order_by(Entry.no)
    )
    return session.exec(rows).all()


def test_a_use_goes_from_plan_to_payment_and_the_books_are_right(session):
    """T1 through the real deeds: the parts of the fund lose exactly its shares."""
    a_place(session)
    a_deposit(session, T1_PARTS)

    assert proposed(session, a_plan()).state is ProjectState.DRAFT
    outcome = voted(session)
    assert (outcome.heads_part, outcome.area_yes) == (5, 38_610)
    assert approved(session).state is ProjectState.APPROVED
    assert accepted(session).state is ProjectState.ACCEPTED
    posted = paid(session, 120_000_00)

    share = {
        A101: 28_009_33, A102: 23_465_42, SHOP: 37_296_04, B201: 3_075_24, B202: 2_832_99, "mill@2": 25_320_98,
    }  # fmt: skip
    assert {s.bearer: s.charged_fen for s in shares(session, PLACE, "P-1")} == share
    assert parts(session) == {whose: T1_PARTS[whose] - share[whose] for whose in T1_PARTS}
    assert sum(move.amount_fen for move in moves_of(session, PLACE, posted.no)) == 120_000_00
    found = project(session, PLACE, "P-1")
    assert (found.state, found.paid_fen, found.paid_entry) == (ProjectState.PAID, 120_000_00, posted.no)
    assert kinds(session) == ["fund.proposed", "fund.approved", "fund.accepted", "fund.paid"]
    written = entry(session, PLACE, posted.no)
    assert (written.booked_on, written.by_login, written.approved_by) == (PAID_ON, SU.login, LIN.login)
    i9 = next(i for i in identities(session, PLACE, Period.parse("2026-07")) if i.id == "I9")
    assert i9.holds


def test_a_part_that_is_too_small_pays_what_is_there_and_its_owner_owes_the_rest(session):
    a_place(session)
    a_deposit(session, {**T1_PARTS, A101: 8_000_00, "mill@2": 20_000_00, B201: 15_000_00, B202: 15_000_00})
    ready_to_pay(session)

    paid(session, 120_000_00)

    borne = {s.bearer: (s.charged_fen, s.shortfall_fen) for s in shares(session, PLACE, "P-1")}
    assert borne[A101] == (8_000_00, 20_009_33)
    assert borne[A102] == (23_465_42, 0)  # nobody paid more because A101 could not
    assert sum(c + s for c, s in borne.values()) == 120_000_00
    assert parts(session)[A101] == 0
    assert project(session, PLACE, "P-1").paid_fen == sum(c for c, _ in borne.values()) == 99_990_67


def test_a_developer_pays_the_share_of_his_unsold_homes_in_cash(session):
    a_place(session, unsold=True)
    a_deposit(session, T1_PARTS)
    ready_to_pay(session)

    paid(session, 48_610_00)

    (builder,) = [s for s in shares(session, PLACE, "P-1") if s.kind == "developer"]
    assert (builder.bearer, builder.charged_fen, builder.shortfall_fen) == ("builder", 0, 10_000_00)
    assert sum(s.charged_fen for s in shares(session, PLACE, "P-1")) == 38_610_00


def test_a_seller_bears_each_building_from_the_part_he_deposited_for_it(session):
    a_place(session)
    a_home(session, "1-1-201", area_dm2=5_000, kind=HomeKind.SOLD_PUBLIC, seller="mill")
    a_deposit(session, {**T1_PARTS, "mill@1": 42_000_00})
    ready_to_pay(session)

    paid(session, 43_610_00)

    borne = {s.bearer: s.charged_fen + s.shortfall_fen for s in shares(session, PLACE, "P-1")}
    seller = split(15_048_00, {"owners": 9_800, "seller": 84_000})["seller"]
    assert {b: fen for b, fen in borne.items() if "@" in b} == split(
        seller, {"mill@1": 5_000, "mill@2": 10_048}
    )
    assert sum(borne.values()) == 43_610_00


@pytest.mark.parametrize(
    ("flag", "ground"),
    [
        ("exclusive", Ground.N1),
        ("utility", Ground.N3),
        ("damaged_by_known_person", Ground.N4),
        ("daily_upkeep", Ground.N5),
        ("forbidden_elsewhere", Ground.N6),
        ("unrelated_to_repair", Ground.N7),
    ],
)
def test_what_the_fund_may_not_pay_for_is_not_even_planned(session, flag, ground):
    a_place(session)

    with pytest.raises(NotForTheFund) as refused:
        proposed(session, a_plan(**{flag: True}))

    assert refused.value.facts["rule"] == ground
    assert kinds(session) == []


def test_a_roof_under_warranty_is_claimed_from_its_contractor_until_the_last_day(session):
    a_place(session)
    a_package(session, accepted_on=date(2021, 7, 15))
    a_component(session, "roof-1", building="1", package="A", warranty_until=date(2026, 7, 15))
    a_component(session, "wall-1", building="1", package="A", warranty_until=date(2026, 7, 14))
    of_building = {"scope": ScopeKind.BUILDING, "building": "1"}

    with pytest.raises(NotForTheFund, match=r"第25条第（一）项"):
        proposed(session, a_plan(component="roof-1", **of_building))
    with pytest.raises(NotForTheFund, match="N2"):
        proposed(session, an_emergency(component="roof-1", **of_building))

    assert proposed(session, a_plan(component="wall-1", **of_building)).state is ProjectState.DRAFT


def test_a_plan_names_what_is_registered_and_whoever_benefits(session):
    a_place(session)

    for wrong, refusal in (
        ({"component": "lift"}, NoComponent),
        ({"contractor": "nobody"}, NoFirm),
        ({"component": "stairs-1"}, ScopeWrong),
        ({"component": "stairs-1", "scope": ScopeKind.BUILDING, "building": "2"}, ScopeWrong),
    ):
        with pytest.raises(refusal):
            proposed(session, a_plan(**wrong))
    proposed(session, a_plan())
    with pytest.raises(ProjectExists, match="P-1"):
        proposed(session, a_plan())


def test_who_bears_the_cost_is_frozen_with_the_plan_and_votes(session):
    a_place(session)
    proposed(session, a_plan(component="stairs-1", scope=ScopeKind.STAIRWELL, building="1", stairwell="1"))
    proposed(session, a_plan(building="2"), code="P-2")  # a place to look at: all of the community bears it

    session.get(Home, (PLACE, A101)).area_dm2 = 90_000
    session.flush()

    assert [(b.home, b.area_dm2) for b in bearers(session, PLACE, "P-1")] == [
        (SHOP, 12_000),
        (A101, 9_012),
        (A102, 7_550),
    ]
    assert {b.home for b in bearers(session, PLACE, "P-2")} == {A101, A102, SHOP, B201, B202}
    motion = put_to_vote(session, "P-2")
    assert turnout(session, PLACE, motion).heads_all == 5


def test_each_deed_waits_for_the_one_before_it(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency())
    found = project(session, PLACE, "P-1")
    deeds = {
        lambda: put_to_vote(session): ProjectState.DRAFT,
        lambda: fund.close_vote(session, PLACE, "P-1", by=CHEN, at=NOON): ProjectState.VOTING,
        lambda: approved(session): ProjectState.DRAFT,
        lambda: accepted(session): ProjectState.APPROVED,
        lambda: paid(session, 100, invoice="FP-2"): ProjectState.ACCEPTED,
    }

    found.approved_fen = 100
    refused = 0
    for deed, allowed in deeds.items():
        for state in set(ProjectState) - {allowed}:
            found.state = state
            with pytest.raises(ProjectNotReady, match=state):
                deed()
            refused += 1

    assert refused == 30
    assert kinds(session) == ["fund.proposed"]
    assert session.exec(select(Share)).all() == []


def test_without_a_passed_vote_nothing_is_approved(session):
    a_place(session)
    proposed(session, a_plan())

    with pytest.raises(VoteMissing, match="278"):
        approved(session)
    assert not voted(session, choice=Choice.NO).passed("use_fund")
    assert project(session, PLACE, "P-1").state is ProjectState.REJECTED
    with pytest.raises(VoteMissing):
        approved(session)


def test_an_emergency_waives_the_vote_and_nothing_else(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency())

    for deed in (lambda: accepted(session), lambda: paid(session, 100)):
        with pytest.raises(ProjectNotReady):
            deed()
    approved(session)
    with pytest.raises(ProjectNotReady):
        paid(session, 100)
    accepted(session)
    paid(session, 120_000_00)

    assert kinds(session) == ["fund.proposed", "fund.approved", "fund.accepted", "fund.paid"]
    assert len(shares(session, PLACE, "P-1")) == 6


def test_whoever_proposed_neither_approves_nor_accepts_nor_pays(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency())

    with pytest.raises(SamePerson, match="批准"):
        fund.approve(session, PLACE, "P-1", 100, by=MEI, at=NOON)
    approved(session)
    with pytest.raises(SamePerson, match="验收"):
        fund.accept(session, PLACE, "P-1", by=MEI, at=NOON)
    accepted(session)
    with pytest.raises(SamePerson, match="付款"):
        paid(session, 100, by=MEI)


def test_no_more_is_approved_than_was_voted_on_and_no_more_is_paid_than_was_approved(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, a_plan(budget_fen=90_000_00))
    voted(session)

    with pytest.raises(ApprovedAboveVoted, match=r"90,000\.01.*90,000\.00"):
        approved(session, 90_000_01)
    approved(session, 80_000_00)
    accepted(session)
    with pytest.raises(BillAboveApproved, match=r"80,000\.01"):
        paid(session, 80_000_01)

    assert paid(session, 79_000_00).fresh  # what is not spent stays in the fund
    assert sum(parts(session).values()) == sum(T1_PARTS.values()) - 79_000_00


def test_only_the_contracted_unit_is_paid_and_never_the_property_firm(session):
    a_place(session)
    a_firm(session, "other", FirmKind.CONTRACTOR)
    a_deposit(session, T1_PARTS)
    ready_to_pay(session)
    ready_to_pay(session, an_emergency(contractor="wuye"), code="P-2")

    with pytest.raises(PayeeWrong, match="第22、23条"):
        paid(session, 100, payee="other")
    with pytest.raises(PayeeWrong):
        paid(session, 100, code="P-2", payee="wuye")
    with pytest.raises(NoFirm):
        paid(session, 100, payee="nobody")
    assert parts(session) == T1_PARTS


def test_the_same_invoice_again_gives_the_first_entry_and_moves_nothing(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    ready_to_pay(session)
    first = paid(session, 60_000_00)
    left = parts(session)

    assert paid(session, 60_000_00) == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        paid(session, 60_000_01)
    with pytest.raises(ProjectNotReady):
        paid(session, 60_000_00, invoice="FP-2")
    assert parts(session) == left


def test_an_empty_fund_pays_nothing(session):
    a_place(session)
    ready_to_pay(session)

    with pytest.raises(FundEmpty, match="P-1"):
        paid(session, 100)


def test_two_bills_at_once_are_not_both_paid(database):
    with database.writing() as session:
        a_place(session)
        a_deposit(session, T1_PARTS)
        ready_to_pay(session)
    refused = []

    def pay_second():
        try:
            with database.writing() as session:
                paid(session, 10_000_00, invoice="FP-2")
        except ProjectNotReady as no:
            refused.append(no)

    second = Thread(target=pay_second)
    with database.writing() as session:
        paid(session, 10_000_00)
        second.start()
        sleep(0.3)
    second.join()

    assert len(refused) == 1
    with database.reading() as session:
        assert sum(parts(session).values()) == sum(T1_PARTS.values()) - 10_000_00
