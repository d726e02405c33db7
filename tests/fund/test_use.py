"""A use of the fund from its plan to its payment: who, in which order, borne by whom."""

from datetime import date, timedelta
from threading import Thread
from time import sleep

import pytest
from sqlmodel import select

from ledger.community.queries import NoComponent, NoFirm, component, warranty
from ledger.community.role_rules import SamePerson
from ledger.community.rules import ComponentKind, FirmKind, HomeKind
from ledger.community.tables import Community, Firm, Home
from ledger.demo.tickets import picture
from ledger.files.actions import keep_file
from ledger.files.queries import files_of
from ledger.files.rules import FileKind, FileMissing, FileOfAnotherKind, Purpose
from ledger.findings.identities import identities
from ledger.fund.power_rules import NotYourPower
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses import motion_actions as motions
from ledger.fund.uses.payment_queries import shares
from ledger.fund.uses.payment_rules import BillAboveApproved, FundEmpty, PayeeWrong, Stage
from ledger.fund.uses.payment_tables import Share
from ledger.fund.uses.queries import Due, bearers, due, project
from ledger.fund.uses.rules import (
    AppliesInEmergency,
    ApprovedAboveVoted,
    GuaranteeOver,
    NotForTheFund,
    NotPreauthorised,
    ProjectExists,
    Rule,
    Scope,
    ScopeEmpty,
    ScopeKind,
    ScopeWrong,
)
from ledger.fund.uses.step_and_emergency_rules import (
    AmountNotPositive,
    DepartmentsConsentMissing,
    DigestMalformed,
    NotAnEmergency,
    Paper,
    PaperMissing,
    PriceReviewMissing,
    ProjectNotReady,
    ProjectState,
    ReviewMissing,
    SettlementMissing,
    VoteMissing,
    VoteNotNeeded,
)
from ledger.fund.uses.step_queries import steps as steps_of
from ledger.journal.queries import entry, held, moves_of
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Entry
from ledger.money import split
from ledger.periods import Period
from ledger.votes.actions import cast, close_motion
from ledger.votes.queries import turnout
from ledger.votes.rules import Choice, NoResolutionPassed
from tests import uses as steps
from tests.cast import BAO, CHEN, HE, HUANG, LIN, MEI, NOON, SU
from tests.factories import a_component, a_deposit, a_firm, a_home, a_package
from tests.fund.uses import (
    A101,
    A102,
    AUGUST,
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
    applied,
    approved,
    begun,
    paid,
    proposed,
    put_to_vote,
    ready_to_pay,
    settled,
    surveyed,
    voted,
)

WALKED = [
    "propose",
    "survey",
    "price",
    "post-plan",
    "announce-vote",
    "post-result",
    "apply",
    "approve",
    "begin",
    "accept",
    "settle",
]


def parts(session):
    return held(session, PLACE, "fund", "unit") | held(session, PLACE, "fund", "seller")


def kinds(session):
    """What was written about P-1, in order."""
    rows = (
        select(Entry.kind).where(Entry.community == PLACE, Entry.subject == "project/P-1").order_by(Entry.no)
    )
    return session.exec(rows).all()


def test_one_side_of_a_stairwell_bears_what_serves_it(session):
    """`domain/01` §1.6: one side of a stairwell → that side; it votes, and nobody else pays."""
    a_place(session)
    for code, side in ((A101, "东"), (A102, "西")):
        session.get(Home, (PLACE, code)).side = side
    east = {"component": "stairs-1", "building": "1", "stairwell": "1", "side": "东"}

    planned = proposed(session, a_plan(scope=ScopeKind.SIDE, budget_fen=10_000_00, **east))

    assert (planned.building, planned.stairwell, planned.side) == ("1", "1", "东")
    assert [bearer.home for bearer in bearers(session, PLACE, "P-1")] == [A101]
    assert voted(session).heads_all == 1
    with pytest.raises(ScopeEmpty):
        proposed(session, a_plan(scope=ScopeKind.SIDE, **{**east, "side": None}), "P-2")
    with pytest.raises(ScopeEmpty):
        proposed(session, a_plan(scope=ScopeKind.SIDE, **{**east, "side": "南"}), "P-3")


def test_a_use_goes_from_plan_to_payment_and_the_books_are_right(session):
    """T1 through the real actions: the parts of the fund lose exactly its shares."""
    a_place(session)
    a_deposit(session, T1_PARTS)

    assert proposed(session, a_plan()).state is ProjectState.DRAFT
    outcome = voted(session)
    assert (outcome.heads_part, outcome.area_yes) == (5, 38_610)
    assert approved(session).state is ProjectState.APPROVED
    assert accepted(session).state is ProjectState.ACCEPTED
    assert settled(session).state is ProjectState.SETTLED
    posted = paid(session, 120_000_00)

    share = {
        A101: 28_009_33, A102: 23_465_42, SHOP: 37_296_04, B201: 3_075_24, B202: 2_832_99, "mill@2": 25_320_98,
    }  # fmt: skip
    assert {s.bearer: s.charged_fen for s in shares(session, PLACE, "P-1")} == share
    assert parts(session) == {whose: T1_PARTS[whose] - share[whose] for whose in T1_PARTS}
    assert sum(move.amount_fen for move in moves_of(session, PLACE, posted.no)) == 120_000_00
    use = project(session, PLACE, "P-1")
    assert (use.state, use.paid_fen, use.paid_entry) == (ProjectState.FINAL_PAID, 120_000_00, posted.no)
    assert kinds(session) == [
        *(f"use.{word}" for word in WALKED),
        "fund.paid",
        "use.pay-final",
    ]
    written = entry(session, PLACE, posted.no)
    assert (written.booked_on, written.by_login, written.approved_by) == (PAID_ON, BAO.login, HUANG.login)
    i9 = next(i for i in identities(session, PLACE, Period.parse("2026-07")) if i.id == "I9")
    assert i9.holds
    assert uses.apportion(session, PLACE, "P-1", by=MEI, at=NOON).state is ProjectState.APPORTIONED
    assert uses.disclose(session, PLACE, "P-1", steps.PHOTO, by=HE, at=NOON).state is ProjectState.DISCLOSED
    assert uses.archive(session, PLACE, "P-1", by=HE, at=NOON).state is ProjectState.ARCHIVED


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
        ("exclusive", Rule.N1),
        ("utility", Rule.N3),
        ("damaged_by_known_person", Rule.N4),
        ("daily_upkeep", Rule.N5),
        ("forbidden_elsewhere", Rule.N6),
        ("unrelated_to_repair", Rule.N7),
    ],
)
def test_what_the_fund_may_not_pay_for_is_not_even_planned(session, flag, ground):
    a_place(session)

    with pytest.raises(NotForTheFund) as refused:
        proposed(session, a_plan(**{flag: True}))

    assert refused.value.facts["rule"] == ground
    assert kinds(session) == []


@pytest.mark.parametrize(
    ("title", "ground"),
    [
        ("楼道保洁", Rule.N5),
        ("小区绿化", Rule.N5),
        ("楼道灯泡", Rule.N5),
        ("水泵房值班人员工资", Rule.N7),
        ("节日布置", Rule.N7),
        ("业委会工作餐", Rule.N7),
        ("慰问品、礼品", Rule.N7),
    ],
)
def test_b8_what_a_title_says_is_refused_whatever_is_ticked(session, title, ground):
    a_place(session)

    with pytest.raises(NotForTheFund) as refused:
        proposed(session, a_plan(title=title))

    assert refused.value.facts["rule"] == ground
    assert kinds(session) == []


@pytest.mark.parametrize(
    "title", ["保洁间屋面维修", "绿化带挡土墙加固", "社区餐厅排水管更换", "礼堂屋面防水"]
)
def test_b8_a_repair_whose_title_speaks_of_other_things_too_waits_for_a_second_person(session, title):
    a_place(session)

    assert proposed(session, a_plan(title=title)).rule is Rule.M1
    with pytest.raises(ReviewMissing):
        surveyed(session)


def test_b8_a_payee_of_another_trade_and_greenery_wait_for_a_second_person(session):
    a_place(session)
    a_firm(session, "clean", FirmKind.CONTRACTOR)
    session.get(Firm, "clean").name = "洁美保洁服务有限公司"
    a_component(session, "lawn", kind=ComponentKind.GREENING)

    assert proposed(session, a_plan(contractor="clean")).rule is Rule.M1
    assert proposed(session, a_plan(component="lawn"), code="P-2").rule is Rule.M1
    assert proposed(session, a_plan(), code="P-3").rule is Rule.Y1


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


def test_each_action_waits_for_the_one_before_it(session):
    """`test_steps` walks the whole table; here the actions ask it."""
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency())
    nothing = {}
    for action in (
        lambda: uses.price(session, PLACE, "P-1", 100, steps.REVIEW, by=LIN, at=NOON),
        lambda: uses.post_plan(session, PLACE, "P-1", steps.PHOTO, by=HE, at=NOON),
        lambda: motions.close_vote(session, PLACE, "P-1", by=CHEN, at=NOON),
        lambda: motions.post_result(session, PLACE, "P-1", steps.PHOTO, by=HE, at=NOON),
        lambda: approvals.apply(session, PLACE, "P-1", nothing, by=MEI, at=NOON),
        lambda: approvals.approve(session, PLACE, "P-1", 100, by=HUANG, at=NOON),
        lambda: uses.begin(session, PLACE, "P-1", by=MEI, at=NOON),
        lambda: uses.accept(session, PLACE, "P-1", steps.PHOTO, by=CHEN, at=NOON),
        lambda: uses.settle(session, PLACE, "P-1", 100, steps.AUDIT, by=CHEN, at=NOON),
        lambda: paid(session, 100),
        lambda: paid(session, 100, stage=Stage.ADVANCE),
        lambda: uses.apportion(session, PLACE, "P-1", by=MEI, at=NOON),
        lambda: uses.disclose(session, PLACE, "P-1", steps.PHOTO, by=HE, at=NOON),
        lambda: uses.archive(session, PLACE, "P-1", by=HE, at=NOON),
    ):
        with pytest.raises(ProjectNotReady, match="方案阶段"):
            action()

    assert kinds(session) == ["use.propose"]
    assert session.exec(select(Share)).all() == []


def test_without_a_passed_vote_nothing_is_applied_for_and_a_use_voted_down_is_over(session):
    a_place(session)
    proposed(session, a_plan())
    surveyed(session)

    with pytest.raises(VoteMissing, match="278"):
        approvals.apply(session, PLACE, "P-1", by=MEI, at=NOON)
    assert not voted(session, choice=Choice.NO).passed("use_fund")
    assert project(session, PLACE, "P-1").state is ProjectState.REJECTED
    with pytest.raises(ProjectNotReady):
        motions.post_result(session, PLACE, "P-1", steps.PHOTO, by=HE, at=NOON)


def test_b7_a_stored_photograph_of_a_step_says_what_it_proves_and_any_other_digest_is_nothing(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency())
    photo = keep_file(session, PLACE, picture(1), "", FileKind.PHOTO, by=MEI, at=NOON).sha256

    with pytest.raises(FileMissing):
        uses.survey(session, PLACE, "P-1", {Paper.PHOTO: "0" * 64}, by=MEI, at=NOON)
    with pytest.raises(FileOfAnotherKind, match="照片"):
        uses.survey(session, PLACE, "P-1", {Paper.PHOTO: steps.SHA}, by=MEI, at=NOON)  # a PDF
    uses.survey(session, PLACE, "P-1", {Paper.PHOTO: photo}, by=MEI, at=NOON)

    (proof,) = files_of(session, PLACE, "project/P-1")
    assert (proof.use.purpose, proof.use.sha256) == (Purpose.SURVEY, photo)


def test_the_committee_applies_in_an_emergency_and_at_no_other_time(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, a_plan(), code="P-2")
    with pytest.raises(AppliesInEmergency, match="281"):
        approvals.apply(session, PLACE, "P-2", by=CHEN, at=NOON)

    proposed(session, an_emergency())
    uses.survey(session, PLACE, "P-1", steps.PHOTO, by=MEI, at=NOON)
    uses.price(session, PLACE, "P-1", 120_000_00, steps.REVIEW, by=LIN, at=NOON)
    assert approvals.apply(session, PLACE, "P-1", by=CHEN, at=NOON).applied_by == CHEN.login


def test_an_emergency_waives_the_vote_and_nothing_else(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency())

    with pytest.raises(PaperMissing, match="照片"):
        uses.survey(session, PLACE, "P-1", {}, by=MEI, at=NOON)
    uses.survey(session, PLACE, "P-1", steps.PHOTO, by=MEI, at=NOON)
    with pytest.raises(PriceReviewMissing, match=r"30,000\.00"):
        approvals.apply(session, PLACE, "P-1", by=MEI, at=NOON)
    uses.price(session, PLACE, "P-1", 120_000_00, steps.REVIEW, by=LIN, at=NOON)
    with pytest.raises(ProjectNotReady):
        approvals.approve(session, PLACE, "P-1", 120_000_00, by=HUANG, at=NOON)
    approved(session)
    accepted(session)
    with pytest.raises(SettlementMissing):
        paid(session, 120_000_00)
    settled(session)
    paid(session, 120_000_00)

    assert [s.action for s in steps_of(session, PLACE, "P-1")] == [
        "propose", "survey", "price", "apply", "approve", "begin", "accept", "settle", "pay_final",
    ]  # fmt: skip
    assert len(shares(session, PLACE, "P-1")) == 6


def test_even_a_small_emergency_is_settled_though_other_small_uses_need_not_be(session):
    """杭州 Art. 73: the audit after an emergency is compulsory; Art. 72 lets others of at most 30,000 go without."""
    a_place(session)
    a_component(session, "gate")
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency(budget_fen=30_000_00))
    proposed(session, a_plan(budget_fen=30_000_00, component="gate"), code="P-2")
    voted(session, "P-2")
    for code in ("P-1", "P-2"):
        approved(session, 30_000_00, code)
        accepted(session, code)

    with pytest.raises(SettlementMissing):
        paid(session, 30_000_00)
    assert paid(session, 30_000_00, code="P-2").fresh


def test_the_terms_of_an_emergency_are_told_with_the_days_on_which_they_were_met(session):
    """建办房〔2015〕52号: decided within three working days; posted within three days of the payment [D]."""
    a_place(session)
    a_deposit(session, T1_PARTS)
    ready_to_pay(session)
    paid(session, 120_000_00)

    use = project(session, PLACE, "P-1")
    assert due(session, use) == [
        Due("decide", date(2026, 7, 20), NOON.date()),  # Wednesday to Monday
        Due("post", date(2026, 7, 23), None),
    ]
    uses.apportion(session, PLACE, "P-1", by=MEI, at=NOON)
    uses.disclose(session, PLACE, "P-1", steps.PHOTO, by=HE, at=NOON)
    assert due(session, use)[1].done_on == NOON.date()


def test_an_unclear_use_waits_for_a_named_second_person(session):
    a_place(session)
    assert proposed(session, a_plan(unclear=True)).rule is Rule.M1

    with pytest.raises(ReviewMissing, match="M1"):
        surveyed(session)
    with pytest.raises(SamePerson, match="人工复核"):
        uses.review(session, PLACE, "P-1", by=MEI, at=NOON)
    assert uses.review(session, PLACE, "P-1", by=HUANG, at=NOON).rule is Rule.Y1
    with pytest.raises(ProjectNotReady):
        uses.review(session, PLACE, "P-1", by=HUANG, at=NOON)
    surveyed(session)


def test_the_papers_of_a_step_are_digests(session):
    a_place(session)
    proposed(session, a_plan())

    for wrong in ("", "ab" * 31, "AB" * 32, "看图"):
        with pytest.raises(DigestMalformed):
            uses.survey(session, PLACE, "P-1", {Paper.PHOTO: wrong}, by=MEI, at=NOON)
    assert kinds(session) == ["use.propose"]


UNTIL = date(2028, 7, 15)


def test_b3_a_repair_of_a_spot_restarts_only_what_it_repaired(session):
    """Correction B3: it restarted the whole component's, and a short term of another firm replaced a longer one."""
    a_place(session)
    a_package(session, contractor="other", accepted_on=date(2020, 1, 1))
    a_component(
        session, "riser", kind=ComponentKind.PIPES, building="1", package="A",
        warranty_until=date(2022, 1, 1),
    )  # fmt: skip
    proposed(session, an_emergency(component="riser", scope=ScopeKind.BUILDING, building="1"))
    approved(session)
    accepted(session, guaranteed_until=UNTIL)

    before = warranty(session, component(session, PLACE, "riser"))
    assert (before.contractor, before.until) == ("other", date(2022, 1, 1))
    spot = component(session, PLACE, "riser@P-1")
    guarantee = warranty(session, spot)
    assert (guarantee.contractor, guarantee.accepted_on, guarantee.until) == ("anju", NOON.date(), UNTIL)
    assert (spot.kind, spot.building, spot.name) == (
        ComponentKind.PIPES,
        "1",
        project(session, PLACE, "P-1").title,
    )
    for again, part in (("P-2", "riser"), ("P-3", "riser@P-1")):
        plan = an_emergency(component=part, scope=ScopeKind.BUILDING, building="1")
        if part == "riser":
            proposed(session, plan, code=again)
            continue
        with pytest.raises(NotForTheFund, match="N2"):
            proposed(session, plan, code=again)


def test_works_that_renewed_a_whole_component_put_it_under_their_warranty(session):
    a_place(session)
    a_component(session, "riser", kind=ComponentKind.PIPES)
    proposed(session, an_emergency(component="riser"))
    approved(session)
    accepted(session, guaranteed_until=UNTIL, whole=True)

    guarantee = warranty(session, component(session, PLACE, "riser"))
    assert (guarantee.contractor, guarantee.accepted_on, guarantee.until) == ("anju", NOON.date(), UNTIL)
    with pytest.raises(NotForTheFund, match="N2"):
        proposed(session, an_emergency(component="riser"), code="P-2")


def test_b3_a_repair_whose_contract_says_nothing_restarts_no_warranty(session):
    a_place(session)
    a_component(session, "riser", kind=ComponentKind.PIPES)
    proposed(session, an_emergency(component="riser"))
    approved(session)
    accepted(session)

    assert warranty(session, component(session, PLACE, "riser")) is None
    with pytest.raises(NoComponent):
        component(session, PLACE, "riser@P-1")


def test_a_warranty_does_not_end_before_it_begins(session):
    a_place(session)
    proposed(session, an_emergency())
    approved(session)
    with pytest.raises(GuaranteeOver, match="2026年7月15日") as refused:
        accepted(session, guaranteed_until=NOON.date())
    assert "15 July 2026" in refused.value.sentence("en")


def test_the_authority_orders_a_repair_that_nobody_does_and_another_pays_it(session):
    """165号令 Art. 24: 代修, charged to the unit accounts."""
    a_place(session)
    a_deposit(session, T1_PARTS)
    order = {Paper.PHOTO: steps.SHOT, Paper.ORDER: steps.SHA, **steps.REVIEW}

    def ordered(plan, papers=order, by=HUANG):
        return approvals.order_substitute(session, PLACE, "P-1", plan, papers, by=by, at=NOON)

    for other in (CHEN, SU):
        with pytest.raises(NotYourPower, match="第24条"):
            ordered(an_emergency(), by=other)
    with pytest.raises(NotAnEmergency):
        ordered(a_plan())
    with pytest.raises(PaperMissing, match="责令通知"):
        ordered(an_emergency(), steps.PHOTO)
    assert ordered(an_emergency()).state is ProjectState.APPROVED
    accepted(session)
    settled(session)
    with pytest.raises(SamePerson):
        paid(session, 120_000_00, by=HUANG)  # who ordered it
    paid(session, 120_000_00)
    assert sum(parts(session).values()) == sum(T1_PARTS.values()) - 120_000_00


def test_an_application_can_be_refused_and_a_use_given_up_until_money_was_paid(session):
    a_place(session)
    a_component(session, "gate")
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency())
    applied(session)
    assert (
        approvals.refuse(session, PLACE, "P-1", "材料不全", by=HUANG, at=NOON).state is ProjectState.REJECTED
    )
    proposed(session, an_emergency(component="gate"), code="P-2")
    approved(session, code="P-2")
    assert uses.cancel(session, PLACE, "P-2", "不修了", by=MEI, at=NOON).state is ProjectState.CANCELLED
    proposed(session, an_emergency(), code="P-3")
    approved(session, code="P-3")
    paid(session, 100, code="P-3", stage=Stage.ADVANCE)
    with pytest.raises(ProjectNotReady):
        uses.cancel(session, PLACE, "P-3", "不修了", by=MEI, at=NOON)


@pytest.mark.parametrize("answer", [Choice.YES, Choice.NO])
def test_a_settlement_far_above_what_was_approved_needs_another_vote(session, answer):
    """杭州 Art. 72: more than 10 % above, the excess is applied for again; voted down, the old ceiling stands."""
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, a_plan(budget_fen=100_000_00))
    voted(session)
    approved(session, 100_000_00)
    accepted(session)
    assert settled(session, 110_000_01).state is ProjectState.OVERRUN_REVOTE
    with pytest.raises(ProjectNotReady):
        paid(session, 100_000_00)

    outcome = voted(session, choice=answer)
    assert outcome.passed("use_fund") == (answer is Choice.YES)
    if answer is Choice.YES:
        with pytest.raises(ApprovedAboveVoted):
            approved(session, 110_000_02)
        approvals.approve(session, PLACE, "P-1", 110_000_01, by=HUANG, at=NOON)
    ceiling = 110_000_01 if answer is Choice.YES else 100_000_00
    assert project(session, PLACE, "P-1").state is ProjectState.SETTLED
    with pytest.raises(BillAboveApproved):
        paid(session, ceiling + 1)
    assert paid(session, ceiling).fresh


def test_a_settlement_within_the_percentage_is_paid_without_another_vote(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, a_plan(budget_fen=100_000_00))
    voted(session)
    approved(session, 100_000_00)
    accepted(session)

    assert settled(session, 110_000_00).state is ProjectState.SETTLED
    assert paid(session, 110_000_00).fresh


def collective(session, answer=Choice.YES):
    """A collective vote of everybody, held on the days before noon."""
    days = {"opens_on": NOON.date(), "closes_on": NOON.date()}
    motion = approvals.preauthorise(
        session,
        PLACE,
        "2026",
        "零星维修集合表决",
        Scope(ScopeKind.COMMUNITY),
        by=CHEN,
        at=NOON - timedelta(days=7),
        **days,
    )
    cast(session, PLACE, motion.code, dict.fromkeys((A101, A102, SHOP, B201, B202), answer), by=HE, at=NOON)
    close_motion(session, PLACE, motion.code, by=CHEN, at=NOON)
    return motion


def test_a_collective_vote_lets_small_uses_go_without_a_vote_of_their_own_up_to_its_limit(session):
    """揭阳: at most 5 % of all deposits of 151,800.00, that is 7,590.00."""
    a_place(session)
    a_component(session, "gate")
    a_deposit(session, T1_PARTS)
    motion = collective(session)
    assert motion.budget_fen == 7_590_00

    for code, fen, part in (("P-1", 5_000_00, "pump"), ("P-2", 2_590_01, "gate")):
        proposed(session, a_plan(budget_fen=fen, component=part, preauthorised=motion.code), code=code)
        surveyed(session, code)
        with pytest.raises(VoteMissing):
            approvals.apply(session, PLACE, code, by=MEI, at=NOON)  # its plan is not posted yet
        steps.posted(session, PLACE, code, at=NOON)
        with pytest.raises(VoteNotNeeded):
            motions.put_to_vote(session, PLACE, code, opens_on=PAID_ON, closes_on=PAID_ON, by=CHEN, at=NOON)
    approvals.apply(session, PLACE, "P-1", by=MEI, at=NOON)
    with pytest.raises(NotPreauthorised, match="5%"):
        approvals.apply(session, PLACE, "P-2", by=MEI, at=NOON)
    approvals.approve(session, PLACE, "P-1", 4_999_99, by=HUANG, at=NOON)
    approvals.apply(session, PLACE, "P-2", by=MEI, at=NOON)  # a fen was not taken up


def test_a_collective_vote_that_failed_or_was_no_such_vote_authorises_nothing(session):
    a_place(session)
    a_component(session, "gate")
    a_deposit(session, T1_PARTS)
    proposed(session, a_plan(component="gate"))
    voted(session)
    for code, motion in (("P-2", "fund/P-1"), ("P-3", collective(session, Choice.NO).code)):
        proposed(session, a_plan(budget_fen=100, preauthorised=motion), code=code)
        surveyed(session, code)
        steps.posted(session, PLACE, code, at=NOON)
        with pytest.raises((NotPreauthorised, NoResolutionPassed), match="278"):
            approvals.apply(session, PLACE, code, by=MEI, at=NOON)


def test_whoever_proposed_neither_approves_nor_accepts_nor_settles_nor_pays(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency())
    applied(session)

    with pytest.raises(SamePerson, match="批准"):
        approvals.approve(session, PLACE, "P-1", 100, by=MEI, at=NOON)
    approvals.approve(session, PLACE, "P-1", 120_000_00, by=HUANG, at=NOON)
    with pytest.raises(SamePerson, match="付款"):
        paid(session, 100, stage=Stage.ADVANCE, by=HUANG)
    begun(session)
    with pytest.raises(SamePerson, match="验收"):
        uses.accept(session, PLACE, "P-1", steps.PHOTO, by=MEI, at=NOON)
    uses.accept(session, PLACE, "P-1", steps.PHOTO, by=CHEN, at=NOON)
    with pytest.raises(SamePerson, match="结算"):
        uses.settle(session, PLACE, "P-1", 100, steps.AUDIT, by=MEI, at=NOON)
    settled(session)
    for payer in (MEI, HUANG):
        with pytest.raises(SamePerson, match="付款"):
            paid(session, 100, by=payer)


def test_no_more_is_approved_than_was_voted_on_and_no_more_is_paid_than_was_approved(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    proposed(session, a_plan(budget_fen=90_000_00))
    voted(session)
    applied(session)

    with pytest.raises(ApprovedAboveVoted, match=r"90,000\.01.*90,000\.00"):
        approvals.approve(session, PLACE, "P-1", 90_000_01, by=HUANG, at=NOON)
    approvals.approve(session, PLACE, "P-1", 80_000_00, by=HUANG, at=NOON)
    accepted(session)
    settled(session, 80_000_00)
    with pytest.raises(BillAboveApproved, match=r"80,000\.01"):
        paid(session, 80_000_01)

    assert paid(session, 79_000_00).fresh  # what is not spent stays in the fund
    assert sum(parts(session).values()) == sum(T1_PARTS.values()) - 79_000_00


def test_amounts_are_above_nought(session):
    a_place(session)
    with pytest.raises(AmountNotPositive):
        proposed(session, a_plan(budget_fen=0))
    ready_to_pay(session)
    for fen in (0, -1):
        with pytest.raises(AmountNotPositive):
            paid(session, fen)


def test_only_the_contracted_unit_is_paid_and_never_the_property_firm(session):
    a_place(session)
    a_component(session, "gate")
    a_firm(session, "other", FirmKind.CONTRACTOR)
    a_firm(session, "price", FirmKind.OTHER)
    a_deposit(session, T1_PARTS)
    ready_to_pay(session, an_emergency(appraiser="price"))
    ready_to_pay(session, an_emergency(contractor="wuye", component="gate"), code="P-2")

    with pytest.raises(PayeeWrong, match="第22、23条"):
        paid(session, 100, payee="other")
    with pytest.raises(PayeeWrong):
        paid(session, 100, payee="price")  # for its own fee only
    with pytest.raises(PayeeWrong):
        paid(session, 100, payee="anju", stage=Stage.UNIT)
    with pytest.raises(PayeeWrong):
        paid(session, 100, code="P-2", payee="wuye")
    with pytest.raises(NoFirm):
        paid(session, 100, payee="nobody")
    assert parts(session) == T1_PARTS
    paid(session, 100, payee="price", stage=Stage.UNIT)
    assert project(session, PLACE, "P-1").state is ProjectState.SETTLED


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


# Who approves before and after the hand-over (165号令 Arts. 22–23; domain/01 §1.8)


def handed_over(session):
    session.get(Community, PLACE).transferred = True


def test_b1_in_custody_the_housing_authority_approves_and_neither_committee_nor_street(session):
    a_place(session)
    proposed(session, an_emergency())
    applied(session)

    for other in (CHEN, SU, BAO, HE):
        with pytest.raises(NotYourPower, match="第22条"):
            approvals.approve(session, PLACE, "P-1", 100, by=other, at=NOON)
        with pytest.raises(NotYourPower):
            approvals.refuse(session, PLACE, "P-1", "?", by=other, at=NOON)
    assert approvals.approve(session, PLACE, "P-1", 100, by=HUANG, at=NOON).approved_by == HUANG.login


def test_in_custody_nobody_at_the_street_or_in_the_committee_pays(session):
    a_place(session)
    a_deposit(session, T1_PARTS)
    ready_to_pay(session)

    for other in (SU, CHEN, LIN, HE):
        with pytest.raises(NotYourPower, match="主管部门、专户管理银行办理"):
            paid(session, 120_000_00, by=other)
    assert paid(session, 120_000_00, by=BAO).fresh


def test_b1_after_the_hand_over_the_committee_approves_and_files_and_another_of_it_pays(session):
    a_place(session)
    handed_over(session)
    a_deposit(session, {A101: 30_000_00, A102: 30_000_00, SHOP: 40_000_00})
    proposed(session, an_emergency(component="stairs-1", scope=ScopeKind.BUILDING, building="1"))
    applied(session)
    for other in (HUANG, SU, BAO):
        with pytest.raises(NotYourPower, match="第23条"):
            approvals.approve(session, PLACE, "P-1", 90_000_00, by=other, at=NOON)

    approvals.approve(session, PLACE, "P-1", 90_000_00, by=CHEN, at=NOON)
    uses.begin(session, PLACE, "P-1", by=MEI, at=NOON)
    uses.accept(session, PLACE, "P-1", steps.PHOTO, by=LIN, at=NOON)
    uses.settle(session, PLACE, "P-1", 90_000_00, steps.AUDIT, by=LIN, at=NOON)

    for other in (HUANG, SU):
        with pytest.raises(NotYourPower, match="第23条"):
            paid(session, 90_000_00, by=other)
    assert paid(session, 90_000_00, by=LIN).fresh  # the filing comes after, and holds up no payment


def test_b1_what_the_committee_approved_is_filed_within_the_term(session):
    a_place(session)
    handed_over(session)
    proposed(session, an_emergency(component="stairs-1", scope=ScopeKind.BUILDING, building="1"))
    applied(session)
    with pytest.raises(ProjectNotReady):
        approvals.file(session, PLACE, "P-1", by=CHEN, at=NOON)
    approvals.approve(session, PLACE, "P-1", 100, by=CHEN, at=NOON)
    term = ("file", NOON.date() + timedelta(days=30))
    assert (*term, None) in due(session, project(session, PLACE, "P-1"))

    for other in (HUANG, SU, HE):
        with pytest.raises(NotYourPower, match=r"第23条第（五）项"):
            approvals.file(session, PLACE, "P-1", by=other, at=NOON)
    filed = approvals.file(session, PLACE, "P-1", by=LIN, at=AUGUST)

    assert filed.state is ProjectState.APPROVED
    assert (*term, AUGUST.date()) in due(session, filed)
    assert kinds(session)[-1] == "use.filing"


def test_what_the_authority_approved_needs_no_filing(session):
    a_place(session)
    proposed(session, an_emergency())
    use = approved(session)

    assert [duty.what for duty in due(session, use)] == ["decide"]
    with pytest.raises(ProjectNotReady):
        approvals.file(session, PLACE, "P-1", by=CHEN, at=NOON)


def test_b1_selling_units_money_needs_its_departments_consent_after_the_hand_over_too(session):
    """165号令 Art. 23 (四), (五): 动用公有住房住宅专项维修资金."""
    a_place(session)
    handed_over(session)
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency())
    applied(session)
    with pytest.raises(DepartmentsConsentMissing, match="第23条"):
        approvals.approve(session, PLACE, "P-1", 120_000_00, by=CHEN, at=NOON)

    for other in (CHEN, SU, BAO):
        with pytest.raises(NotYourPower, match="公有住房"):
            approvals.consent(session, PLACE, "P-1", by=other, at=NOON)
    assert approvals.consent(session, PLACE, "P-1", by=HUANG, at=NOON).state is ProjectState.APPLIED

    approvals.approve(session, PLACE, "P-1", 120_000_00, by=CHEN, at=NOON)


def test_where_the_selling_unit_has_no_money_in_the_fund_its_department_is_not_asked(session):
    a_place(session)
    handed_over(session)
    a_deposit(session, {A101: 30_000_00, B201: 4_900_00})
    proposed(session, an_emergency())
    applied(session)

    assert approvals.approve(session, PLACE, "P-1", 100, by=CHEN, at=NOON).state is ProjectState.APPROVED


def test_an_overrun_is_consented_to_again(session):
    a_place(session)
    handed_over(session)
    a_deposit(session, T1_PARTS)
    proposed(session, an_emergency(budget_fen=50_000_00))
    applied(session)
    approvals.consent(session, PLACE, "P-1", by=HUANG, at=NOON)
    approvals.approve(session, PLACE, "P-1", 50_000_00, by=CHEN, at=NOON)
    uses.begin(session, PLACE, "P-1", by=MEI, at=NOON)
    uses.accept(session, PLACE, "P-1", steps.PHOTO, by=LIN, at=NOON)
    uses.settle(session, PLACE, "P-1", 60_000_00, steps.AUDIT, by=LIN, at=NOON)
    approvals.apply(session, PLACE, "P-1", by=MEI, at=NOON)

    with pytest.raises(DepartmentsConsentMissing):
        approvals.approve(session, PLACE, "P-1", 60_000_00, by=CHEN, at=NOON)
    approvals.consent(session, PLACE, "P-1", by=HUANG, at=NOON)
    approvals.approve(session, PLACE, "P-1", 60_000_00, by=CHEN, at=NOON)


def test_whoever_may_approve_reviews_what_is_unclear(session):
    a_place(session)
    proposed(session, an_emergency(unclear=True))

    for other in (CHEN, SU):
        with pytest.raises(NotYourPower):
            uses.review(session, PLACE, "P-1", by=other, at=NOON)
