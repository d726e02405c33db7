"""A firm is hired, kept or followed by another: on the owners' decision, and one at a time."""

from datetime import date, timedelta

import pytest

from ledger.community.queries import NoFirm, service_contract
from ledger.community.role_rules import Role
from ledger.community.rules import FirmKind, Mode
from ledger.community.tables import Community, ServiceContract
from ledger.files.rules import FileMissing
from ledger.findings.queries import candidates
from ledger.findings.rules import Flag
from ledger.handover.actions import give_notice, take_over
from ledger.handover.contract_actions import NewService, conclude, prolong
from ledger.handover.queries import NoServiceContract, contract_tasks_on, stands, waiting_for
from ledger.handover.rules import (
    Cause,
    ContractTask,
    DecisionMissing,
    FirmIsNone,
    NotLonger,
    ResolutionUsed,
    ServiceBackwards,
    ServiceEnds,
    ServiceGoesOn,
    ServiceOverlaps,
    ServiceThere,
    Standing,
)
from ledger.journal.rules import AskedDifferently
from ledger.votes.rules import Matter, NoResolutionPassed
from tests.cast import CHEN, NOON
from tests.factories import SHA, a_firm
from tests.revenue.owners import PLACE, a_resolution, owners_place

BEGUN, END = date(2024, 1, 1), date(2026, 12, 31)
NEXT = END + timedelta(days=1)
RENEWED = NewService("WY-2", "wuye", NEXT, date(2029, 12, 31))


@pytest.fixture
def place(session):
    """Owners who have decided about their firm, whose contract runs to the end of the year."""
    owners_place(session)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    a_firm(session, "anhe", FirmKind.PROPERTY)
    session.add(ServiceContract(community=PLACE, number="WY-1", firm="wuye", starts_on=BEGUN, ends_on=END))
    session.flush()
    a_resolution(session, "M-F", Matter.FIRM)
    return PLACE


def concluded(session, new=RENEWED, *, motion="M-F", document=SHA):
    return conclude(session, PLACE, new, document, motion, by=CHEN, at=NOON)


def prolonged(session, ends_on=date(2027, 12, 31), *, number="WY-1", motion="M-F"):
    return prolong(session, PLACE, number, ends_on, motion, SHA, by=CHEN, at=NOON)


def test_a_contract_is_renewed_from_the_day_after_its_term(session, place):
    assert (concluded(session).fresh, concluded(session).fresh) == (True, False)

    assert service_contract(session, PLACE, END).number == "WY-1"
    assert service_contract(session, PLACE, NEXT).number == "WY-2"
    assert stands(session, PLACE, "WY-2", END) is Standing.FUTURE
    assert stands(session, PLACE, "WY-1", NEXT) is Standing.ENDED
    with pytest.raises(AskedDifferently):
        concluded(session, RENEWED._replace(ends_on=date(2028, 12, 31)))


def test_another_firm_comes_when_the_first_was_told_to_go_and_not_before(session, place):
    other = RENEWED._replace(firm="anhe")
    with pytest.raises(ServiceGoesOn, match="WY-1"):
        concluded(session, other)

    give_notice(session, PLACE, "WY-1", Cause.EXPIRED, END, motion="M-F", evidence=SHA, by=CHEN, at=NOON)

    with pytest.raises(ServiceOverlaps):
        concluded(session, other._replace(starts_on=END))
    assert concluded(session, other).fresh


def test_a_decision_makes_one_contract_and_one_term(session, place):
    concluded(session)

    with pytest.raises(ResolutionUsed, match="WY-2"):
        concluded(
            session, RENEWED._replace(number="WY-3", starts_on=date(2030, 1, 1), ends_on=date(2031, 1, 1))
        )
    with pytest.raises(ResolutionUsed):
        prolonged(session, date(2035, 1, 1), number="WY-2")


def test_a_decision_that_made_a_contract_prolongs_it_neither_at_once_nor_after_another_did(session, place):
    concluded(session)
    a_resolution(session, "M-G", Matter.FIRM)
    prolonged(session, date(2035, 1, 1), number="WY-2", motion="M-G")

    for motion in ("M-F", "M-G"):
        with pytest.raises(ResolutionUsed, match="WY-2"):
            prolonged(session, date(2040, 1, 1), number="WY-2", motion=motion)


def test_a_decision_ends_no_contract_that_it_made_or_prolonged_and_no_second_one(session, place):
    def notice(number, motion, last_day=RENEWED.ends_on):
        give_notice(
            session, PLACE, number, Cause.EXPIRED, last_day, motion=motion, evidence=SHA, by=CHEN, at=NOON
        )

    a_resolution(session, "M-G", Matter.FIRM)
    prolonged(session, NEXT, motion="M-G")
    with pytest.raises(ResolutionUsed, match="WY-1"):
        notice("WY-1", "M-G", NEXT)
    notice("WY-1", "M-F", NEXT)  # replacing the firm is one decision
    concluded(session, RENEWED._replace(firm="anhe", starts_on=NEXT + timedelta(days=1)))

    for motion in ("M-F", "M-G"):
        with pytest.raises(ResolutionUsed, match="WY-1"):
            notice("WY-2", motion)
        with pytest.raises(ResolutionUsed, match="WY-1"):
            prolonged(session, date(2035, 1, 1), number="WY-2", motion=motion)
    a_resolution(session, "M-H", Matter.FIRM)
    notice("WY-2", "M-H")


def test_a_decision_that_ended_a_contract_makes_only_the_one_that_follows_it(session, place):
    give_notice(session, PLACE, "WY-1", Cause.EXPIRED, END, motion="M-F", evidence=SHA, by=CHEN, at=NOON)
    a_resolution(session, "M-G", Matter.FIRM)
    concluded(session, RENEWED._replace(firm="anhe"), motion="M-G")

    with pytest.raises(ResolutionUsed, match="WY-1"):
        concluded(
            session,
            NewService("WY-3", "anhe", date(2030, 1, 1), date(2031, 12, 31)),
        )


def test_two_contracts_never_run_together(session, place):
    with pytest.raises(ServiceOverlaps, match="WY-1"):
        concluded(session, RENEWED._replace(starts_on=END))
    with pytest.raises(ServiceBackwards):
        concluded(session, RENEWED._replace(ends_on=END))


def test_it_rests_on_the_owners_decision_a_property_firm_and_a_paper(session, place):
    a_firm(session, "anju")
    for refusal, wrong in (
        (NoResolutionPassed, {"motion": "M-9"}),
        (NoFirm, {"new": RENEWED._replace(firm="nobody")}),
        (FirmIsNone, {"new": RENEWED._replace(firm="anju")}),
        (FileMissing, {"document": "0" * 64}),
        (ServiceThere, {"new": RENEWED._replace(number="WY-1")}),
    ):
        with pytest.raises(refusal), session.begin_nested():
            concluded(session, **wrong)
    assert service_contract(session, PLACE, NEXT).number == "WY-1"


def test_a_term_is_prolonged_on_the_owners_decision(session, place):
    assert (prolonged(session).fresh, prolonged(session).fresh) == (True, False)

    assert stands(session, PLACE, "WY-1", date(2027, 12, 31)) is Standing.RUNNING
    a_resolution(session, "M-G", Matter.FIRM)
    with pytest.raises(NotLonger):
        prolonged(session, END, motion="M-G")
    with pytest.raises(NoResolutionPassed):
        prolonged(session, date(2030, 12, 31), motion="M-9")
    with pytest.raises(NoServiceContract):
        prolonged(session, number="WY-9", motion="M-G")


def test_a_contract_that_ends_or_is_followed_by_another_is_not_prolonged(session, place):
    concluded(session)
    a_resolution(session, "M-G", Matter.FIRM)
    with pytest.raises(ServiceOverlaps):
        prolonged(session, motion="M-G")
    give_notice(session, PLACE, "WY-1", Cause.EXPIRED, END, motion="M-F", evidence=SHA, by=CHEN, at=NOON)
    with pytest.raises(ServiceEnds):
        prolonged(session, motion="M-G")


@pytest.mark.parametrize(
    ("today", "tasks"),
    [
        (date(2026, 5, 1), []),
        (date(2026, 6, 10), [ContractTask.DECIDE]),
        (date(2026, 9, 20), [ContractTask.DECIDE, ContractTask.FIRM_NOTICE]),
        (date(2026, 10, 5), [ContractTask.DECIDE, ContractTask.DISMISSAL_NOTICE]),
        (END, [ContractTask.DECIDE, ContractTask.ENDS]),
        (NEXT, [ContractTask.GOES_ON]),
    ],
)
def test_a_contract_says_what_its_days_ask_before_they_pass_and_after(session, place, today, tasks):
    assert [task for task, _contract, _on in contract_tasks_on(session, PLACE, today)] == tasks


def test_a_contract_that_is_renewed_or_ended_asks_for_nothing_more(session, place):
    concluded(session)

    assert contract_tasks_on(session, PLACE, END) == []


def tasks_on(session, today):
    return contract_tasks_on(session, PLACE, today)


def notice_given(session):
    give_notice(session, PLACE, "WY-1", Cause.EXPIRED, END, motion="M-F", evidence=SHA, by=CHEN, at=NOON)


def test_a_contract_goes_on_until_the_first_day_of_one_that_begins_later_than_its_term_ends(session, place):
    first = date(2030, 1, 1)
    concluded(session, RENEWED._replace(starts_on=first, ends_on=date(2031, 12, 31)))

    assert tasks_on(session, date(2026, 10, 5)) == []  # it is decided who serves next, and nothing near
    assert tasks_on(session, END) == [(ContractTask.ENDS, "WY-1", END)]
    for today in (NEXT, first - timedelta(days=1)):
        assert tasks_on(session, today) == [(ContractTask.GOES_ON, "WY-1", END)]
    assert tasks_on(session, first) == []


def test_once_notice_was_given_a_successor_is_to_be_chosen(session, place):
    assert tasks_on(session, NOON.date()) == [(ContractTask.DECIDE, "WY-1", date(2026, 7, 4))]
    notice_given(session)

    choose = (ContractTask.SUCCESSOR, "WY-1", END)
    for today in (NOON.date(), END, NEXT):
        assert tasks_on(session, today) == [choose]
    assert choose in tasks_on(session, date(2027, 6, 1))
    for role in (Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR):
        assert [waiting.task for waiting in waiting_for(session, PLACE, [role], NEXT)] == [choose[0]]
    assert waiting_for(session, PLACE, [Role.MANAGER, Role.OWNER], NEXT) == []

    concluded(session, RENEWED._replace(firm="anhe"))
    assert tasks_on(session, NEXT) == []


def test_no_successor_is_asked_for_where_the_owners_manage_themselves_or_took_over(session, place):
    notice_given(session)
    session.get_one(Community, PLACE).mode = Mode.SELF
    assert tasks_on(session, NEXT) == []

    session.get_one(Community, PLACE).mode = Mode.MARKET
    take_over(session, PLACE, "WY-1", NEXT, SHA, by=CHEN, at=NOON)
    assert tasks_on(session, NEXT) == []


def test_each_role_is_told_its_own_tasks_and_residents_none(session, place):
    on = date(2026, 10, 2)

    def tasks(role):
        return [waiting.task for waiting in waiting_for(session, PLACE, [role], on)]

    assert tasks(Role.MANAGER) == [ContractTask.FIRM_NOTICE]
    assert tasks(Role.COMMITTEE) == [ContractTask.DECIDE, ContractTask.DISMISSAL_NOTICE]
    assert tasks(Role.OWNER) == []


def test_a_contract_that_goes_on_without_a_decision_is_a_finding(session, place):
    def flags(last):
        return [
            (candidate.flag, candidate.subject, candidate.on)
            for candidate in candidates(session, PLACE, last.replace(day=1), last)
            if candidate.flag is Flag.CONTRACT_UNDECIDED
        ]

    assert flags(date(2026, 6, 30)) == []
    assert flags(date(2026, 8, 31)) == [(Flag.CONTRACT_UNDECIDED, "WY-1", date(2026, 7, 4))]
    assert flags(date(2027, 1, 31)) == [(Flag.CONTRACT_UNDECIDED, "WY-1", END)]
    notice_given(session)
    assert flags(END) == []
    assert flags(date(2027, 1, 31)) == [(Flag.CONTRACT_UNDECIDED, "WY-1", END)]  # nobody is to take over


def test_the_first_contract_may_run_since_before_the_books_began_and_no_later_one(session):
    owners_place(session)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    session.get_one(Community, PLACE).opened_on = NEXT
    with pytest.raises(DecisionMissing):
        concluded(session, RENEWED, motion=None)

    concluded(session, RENEWED._replace(number="WY-1", starts_on=BEGUN, ends_on=END), motion=None)

    assert service_contract(session, PLACE, END).number == "WY-1"
    with pytest.raises(DecisionMissing):
        concluded(session, RENEWED._replace(starts_on=NEXT, ends_on=date(2028, 12, 31)), motion=None)
