"""A ticket from the first report to the follow-up: by whom, in which order, by when."""

from datetime import date, timedelta
from json import loads

import pytest
from sqlmodel import select

from ledger.community.queries import NoComponent, NoHome
from ledger.community.role_rules import Actor, NotYourBuilding, NotYourHome, Role, SamePerson
from ledger.community.rules import ComponentKind
from ledger.demo.tickets import picture
from ledger.errors import Malformed
from ledger.files.actions import keep_file
from ledger.files.queries import files_of
from ledger.files.rules import FileKind, Purpose
from ledger.fund.uses.actions import Plan
from ledger.fund.uses.queries import project
from ledger.fund.uses.rules import NotForTheFund, ScopeKind
from ledger.journal.tables import Entry
from ledger.log.tables import Leaf
from ledger.repairs import actions
from ledger.repairs.queries import NoTicket, reported_between, steps, ticket, ticket_seen, tickets
from ledger.repairs.rules import (
    Category,
    Cause,
    NoProjectAnyMore,
    PhotoMissing,
    Priority,
    ProjectOpened,
    Route,
    State,
    StepNotPossible,
)
from tests.cast import CHEN, HE, MEI, NOON, WEN
from tests.factories import a_building, a_community, a_component, a_home, a_package, a_worker

PLACE = "meiyuan"
LU = Actor("lu", Role.WORKER)
MINUTE = timedelta(minutes=1)


def a_ticket(session, at=NOON, **details):
    report = actions.Report(**{"category": Category.LEAK, "title": "顶楼渗水", **details})
    return actions.log_ticket(session, PLACE, report, by=HE, at=at).no


def triaged(session, no, priority=Priority.P3, at=NOON, **what):
    return actions.triage(session, PLACE, no, priority, Cause(**what), by=MEI, at=at)


def assigned(session, no, to=WEN):
    a_worker(session, to)
    return actions.assign(session, PLACE, no, to.login, by=MEI, at=NOON)


def arrived(session, no, by=WEN, at=NOON):
    return actions.arrive(session, PLACE, no, by=by, at=at)


def a_photo(session, community=PLACE):
    return keep_file(session, community, picture(1), "after.png", FileKind.PHOTO, by=WEN, at=NOON).sha256


def done(session, no, by=WEN, at=NOON):
    digest = a_photo(session)
    return actions.finish(session, PLACE, no, photo=digest, note="已修好", by=by, at=at)


def verified(session, no, by=CHEN):
    return actions.verify(session, PLACE, no, by=by, at=NOON)


def followed_up(session, no, rating=5, by=HE):
    return actions.follow_up(session, PLACE, no, rating, by=by, at=NOON)


def repaired(session, no):
    triaged(session, no)
    assigned(session, no)
    arrived(session, no)
    return done(session, no)


def test_a_ticket_lives_from_the_report_to_its_closing(session):
    a_community(session)
    a_home(session)

    no = a_ticket(session, home="1-1-101")
    repaired(session, no)
    verified(session, no)
    followed_up(session, no, 4)
    closed = actions.close(session, PLACE, no, by=MEI, at=NOON)

    assert (closed.state, closed.rating, closed.followed_up_by, closed.reopened) == (
        State.CLOSED,
        4,
        "he",
        False,
    )
    lived = [(s.state, s.by_login) for s in steps(session, PLACE, no)]
    assert lived == [
        (State.NEW, "he"),
        (State.TRIAGED, "mei"),
        (State.ASSIGNED, "mei"),
        (State.ARRIVED, "wen"),
        (State.DONE, "wen"),
        (State.VERIFIED, "chen"),
        (State.FOLLOWED_UP, "he"),
        (State.CLOSED, "mei"),
    ]


def test_tickets_are_numbered_without_a_gap_and_found_by_words(session):
    a_community(session)
    a_home(session)
    a_building(session, "3")

    numbers = [
        a_ticket(session),
        a_ticket(session, title="路灯闪", building="3"),
        a_ticket(session, home="1-1-101"),
    ]

    assert numbers == [1, 2, 3]
    assert [t.no for t in tickets(session, PLACE, search="路灯", by=MEI).rows] == [2]
    assert [t.no for t in tickets(session, PLACE, search="1-1", by=MEI).rows] == [3]
    page = tickets(session, PLACE, page=2, size=2, by=MEI)
    assert ([t.no for t in page.rows], page.total) == ([1], 3)
    with pytest.raises(NoTicket, match="4"):
        ticket(session, PLACE, 4)


def test_a_report_names_only_what_is_registered_here(session):
    a_community(session)

    with pytest.raises(NoHome, match="9-9-999"):
        a_ticket(session, home="9-9-999")
    with pytest.raises(NoComponent, match="lift"):
        a_ticket(session, component="lift")
    assert tickets(session, PLACE, by=MEI).total == 0


def test_a_leak_under_warranty_goes_to_the_contractor_and_its_repair_from_the_fund_is_refused(session):
    a_community(session)
    a_home(session)
    a_package(session, accepted_on=date(2023, 5, 26))
    a_component(
        session,
        "roof-1",
        kind=ComponentKind.ROOF,
        building="1",
        package="A",
        warranty_until=date(2028, 5, 26),
    )
    a_component(session, "stairs-1", building="1")
    no = a_ticket(session, component="roof-1")

    assert triaged(session, no, daily_upkeep=False).route is Route.WARRANTY
    with pytest.raises(NotForTheFund, match="N2"):
        actions.open_project(session, PLACE, no, "P-1", a_plan("roof-1"), by=MEI, at=NOON)
    assert ticket(session, PLACE, no).project is None

    other = a_ticket(session, component="stairs-1")
    assert triaged(session, other, daily_upkeep=False).route is Route.FUND_PROJECT
    actions.open_project(session, PLACE, other, "P-1", a_plan("stairs-1"), by=MEI, at=NOON)
    assert ticket(session, PLACE, other).project == project(session, PLACE, "P-1").code


def test_who_is_here_for_his_building_sees_and_does_what_is_of_that(session):
    a_community(session)
    gu = Actor("gu", Role.COMMUNITY_OFFICE, buildings=frozenset({"5"}))
    of_5, of_6 = (a_ticket(session, building=a_building(session, code)) for code in ("5", "6"))

    assert [row.no for row in tickets(session, PLACE, by=gu).rows] == [of_5]
    assert ticket_seen(session, PLACE, of_5, by=gu).building == "5"
    with pytest.raises(NoTicket):
        ticket_seen(session, PLACE, of_6, by=gu)
    with pytest.raises(NotYourBuilding):
        actions.reject(session, PLACE, of_6, "重复报修", by=gu, at=NOON)
    with pytest.raises(NotYourBuilding):
        actions.log_ticket(session, PLACE, actions.Report(Category.LEAK, "漏水"), by=gu, at=NOON)


def test_what_is_over_or_is_one_already_becomes_no_use_of_the_fund(session):
    a_community(session)
    a_home(session)
    a_component(session, "stairs-1", building="1")
    a_package(session, accepted_on=date(2023, 5, 26))
    one, other = (a_ticket(session, component="stairs-1") for _ in range(2))
    actions.open_project(session, PLACE, one, "P-1", a_plan("stairs-1"), by=MEI, at=NOON)
    actions.reject(session, PLACE, other, "重复报修", by=MEI, at=NOON)

    with pytest.raises(ProjectOpened, match="P-1"):
        actions.open_project(session, PLACE, one, "P-2", a_plan("stairs-1"), by=MEI, at=NOON)
    with pytest.raises(NoProjectAnyMore, match="不受理"):
        actions.open_project(session, PLACE, other, "P-2", a_plan("stairs-1"), by=MEI, at=NOON)
    assert (ticket(session, PLACE, one).project, ticket(session, PLACE, other).project) == ("P-1", None)


def a_plan(component):
    return Plan("修复", component, ScopeKind.BUILDING, "anju", 100_00, building="1")


@pytest.mark.parametrize(
    ("priority", "arrive", "done_by"),
    [
        (Priority.P1, timedelta(minutes=15), timedelta(hours=24)),
        (Priority.P2, timedelta(minutes=30), timedelta(hours=24)),
        (Priority.P3, timedelta(hours=24), timedelta(hours=72)),
    ],
)
def test_the_clock_starts_with_the_report_not_with_the_judgement(session, priority, arrive, done_by):
    a_community(session)
    no = a_ticket(session)

    judged = triaged(session, no, priority, at=NOON + 5 * MINUTE)

    assert (judged.arrive_by, judged.done_by) == (NOON + arrive, NOON + done_by)


def test_the_first_arrival_and_the_first_finish_count_and_sending_back_is_remembered(session):
    a_community(session)
    no = a_ticket(session)
    triaged(session, no)
    assigned(session, no)
    arrived(session, no, at=NOON + 10 * MINUTE)
    done(session, no, at=NOON + 60 * MINUTE)

    assigned(session, no)
    arrived(session, no, at=NOON + 500 * MINUTE)
    again = done(session, no, at=NOON + 560 * MINUTE)

    assert again.reopened
    assert (again.arrived_at, again.done_at) == (NOON + 10 * MINUTE, NOON + 60 * MINUTE)


def test_no_action_jumps_over_another(session):
    a_community(session)
    no = a_ticket(session)
    jumps = (
        assigned,
        arrived,
        done,
        verified,
        followed_up,
        lambda s, n: actions.close(s, PLACE, n, by=MEI, at=NOON),
    )

    for jump in jumps:
        with pytest.raises(StepNotPossible, match="新报"):
            jump(session, no)

    assert [s.state for s in steps(session, PLACE, no)] == [State.NEW]


def test_e4_a_ticket_is_turned_away_with_a_reason_and_whoever_reported_it_may_ask_again(session):
    a_community(session)
    no = a_ticket(session)

    actions.reject(session, PLACE, no, "屋内灯泡由住户自换", by=MEI, at=NOON)
    with pytest.raises(StepNotPossible, match="不受理"):
        assigned(session, no)
    actions.appeal(session, PLACE, no, "是楼道的灯", by=HE, at=NOON)
    triaged(session, no)

    trail = steps(session, PLACE, no)
    assert [s.state for s in trail] == [State.NEW, State.REJECTED, State.NEW, State.TRIAGED]
    assert [s.note for s in trail] == ["", "屋内灯泡由住户自换", "是楼道的灯", ""]
    sealed = session.exec(select(Entry.kind).where(Entry.subject == f"ticket/{no}").order_by(Entry.no)).all()
    assert sealed == ["ticket.logged", "ticket.rejected", "ticket.appealed"]


def test_a_ticket_that_somebody_came_for_is_not_turned_away(session):
    a_community(session)
    no = a_ticket(session)
    triaged(session, no)
    assigned(session, no)

    with pytest.raises(StepNotPossible, match=r"已派工.*不受理"):
        actions.reject(session, PLACE, no, "太远", by=MEI, at=NOON)


def test_nobody_appeals_for_anothers_home_nor_what_was_not_turned_away(session):
    a_community(session)
    a_home(session)
    no = a_ticket(session, home="1-1-101")
    with pytest.raises(StepNotPossible):
        actions.appeal(session, PLACE, no, "还没修", by=HE, at=NOON)

    actions.reject(session, PLACE, no, "屋内", by=MEI, at=NOON)
    with pytest.raises(NotYourHome):
        actions.appeal(
            session, PLACE, no, "不服", by=Actor("xu", Role.OWNER, homes=frozenset({"1-1-102"})), at=NOON
        )


def test_whoever_repaired_neither_confirms_nor_follows_up(session):
    a_community(session)
    no = a_ticket(session)
    repaired(session, no)

    with pytest.raises(SamePerson, match="确认"):
        verified(session, no, by=WEN)
    verified(session, no)
    with pytest.raises(SamePerson, match="回访"):
        followed_up(session, no, by=WEN)
    assert followed_up(session, no).state is State.FOLLOWED_UP


def test_a_hand_that_repaired_what_was_given_to_another_does_not_follow_up(session):
    a_community(session)
    no = a_ticket(session)
    triaged(session, no)
    assigned(session, no, to=WEN)
    arrived(session, no, by=LU)
    done(session, no, by=MEI)

    for by in (LU, MEI, WEN):
        with pytest.raises(SamePerson):
            verified(session, no, by=by)
    verified(session, no)
    for by in (LU, MEI, WEN):
        with pytest.raises(SamePerson):
            followed_up(session, no, by=by)


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_one_to_five(session, rating):
    a_community(session)
    no = a_ticket(session)
    repaired(session, no)
    verified(session, no)

    with pytest.raises(Malformed, match=str(rating)):
        followed_up(session, no, rating)


def test_nothing_is_finished_without_a_photograph_that_was_kept_here(session):
    a_community(session)
    a_community(session, "elsewhere")
    no = a_ticket(session)
    triaged(session, no)
    assigned(session, no)
    arrived(session, no)
    foreign = a_photo(session, "elsewhere")
    scan = keep_file(session, PLACE, picture(2), "", FileKind.PAPER, by=WEN, at=NOON).sha256

    for digest in ("", "0" * 64, foreign, scan):
        with pytest.raises(PhotoMissing):
            actions.finish(session, PLACE, no, photo=digest, by=WEN, at=NOON)
    assert done(session, no).state is State.DONE
    (proof,) = files_of(session, PLACE, f"ticket/{no}")
    assert (proof.use.purpose, proof.use.sha256) == (Purpose.COMPLETION, a_photo(session))


def test_words_and_names_stay_out_of_the_log(session):
    a_community(session)
    a_home(session)
    no = a_ticket(session, title="欧阳家漏水 13812345678", home="1-1-101", reporter="欧阳")
    repaired(session, no)
    verified(session, no)
    followed_up(session, no)
    actions.close(session, PLACE, no, by=MEI, at=NOON)

    sealed = b"".join(session.exec(select(Leaf.body).where(Leaf.community == PLACE)))

    for private in ("欧阳", "13812345678", "1-1-101", "已修好", "漏水"):
        assert private.encode() not in sealed
    logged = [loads(body) for body in session.exec(select(Leaf.body).where(Leaf.kind == "memo"))]
    assert {"ticket": 1, "priority": "P3", "route": "contract", "on_time": True, "rating": 5} in [
        memo.get("facts") for memo in logged
    ]


def test_tickets_of_a_span_are_those_reported_in_it(session):
    a_community(session)
    for at in (NOON - MINUTE, NOON, NOON + MINUTE):
        a_ticket(session, at=at)

    assert [t.no for t in reported_between(session, PLACE, NOON, NOON + MINUTE)] == [2]
