"""People are let in, given seats, and go; each time the log says so without naming anybody."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from ledger.community.queries import NoHome, appointments, seats
from ledger.community.role_rules import Actor, Level, Role, Seat
from ledger.community.tables import Appointment, Community, Person
from ledger.journal.fsck import problems
from ledger.journal.queries import entry
from ledger.log.queries import leaf
from ledger.people.actions import (
    NewSeat,
    add_operator,
    appoint_person,
    deactivate,
    end_appointment,
    end_operator,
    invite,
    invite_owners,
    make_slip,
    void_slip,
)
from ledger.people.keyring import Keyring
from ledger.people.queries import (
    NoHomesThere,
    NoPersonHere,
    NoSlip,
    factor,
    operators,
    sign_ins,
    slip,
    slips,
    slips_of_homes,
    stands,
)
from ledger.people.rules import (
    AppointedAlready,
    AppointmentOver,
    DaysOfAppointment,
    FactorNotSet,
    HomeOfResident,
    InvitedAlready,
    LastOperator,
    LevelMissing,
    LevelOfOthers,
    NoOperator,
    NotYoursToAppoint,
    PasswordShort,
    SeatBeforeOpening,
    SlipWorthless,
)
from ledger.people.sign_ins import (
    Origin,
    begin_sign_in,
    carry_on,
    new_secret,
    open_sign_in,
    right_password,
    use_slip,
)
from ledger.people.tables import SecondFactor, Slip
from ledger.register.holder_actions import change_holder
from ledger.register.rules import NewHolder, TransferCause
from tests.cast import CHEN, HE, MEI, NOON
from tests.factories import SHA, a_community, a_home

PLACE = "meiyuan"
SINCE = date(2026, 7, 1)
ROOT = Actor("root", Role.OPERATOR)
HERE = Origin("192.0.2.1", "test")
PASSWORD = "a sentence of mine"


@pytest.fixture
def keyring(tmp_path):
    return Keyring(tmp_path / "people.key")


@pytest.fixture
def home(session):
    a_community(session)
    return a_home(session)


def let_in(session, keyring, seat, by=ROOT, name="新来的"):
    return invite(session, PLACE, name, seat, keyring, by=by, at=NOON)


def code_of(session, keyring, no):
    return keyring.code(session.get_one(Slip, no).identity)


def test_whoever_is_invited_sets_his_password_by_a_slip_and_has_his_seat(session, keyring, home):
    invited = let_in(session, keyring, NewSeat(Role.OWNER, SINCE, home=home), by=HE)
    assert invited.login == f"{PLACE}-{home}"
    code = code_of(session, keyring, invited.slip)
    with pytest.raises(PasswordShort):
        use_slip(session, code, "short", keyring, NOON.date(), at=NOON)
    assert (
        use_slip(session, f"{code[:4].lower()} {code[4:]}", PASSWORD, keyring, NOON.date(), at=NOON).login
        == invited.login
    )
    assert right_password(session, invited.login, PASSWORD).name == "新来的"
    assert seats(session, invited.login, PLACE, SINCE) == [Seat(Role.OWNER, home)]
    assert seats(session, invited.login, PLACE, SINCE - timedelta(days=1)) == []


def test_the_log_tells_the_role_and_its_days_and_nobodys_name(session, keyring, home):
    seat = NewSeat(Role.COMMITTEE, SINCE, until=date(2029, 6, 30), organisation="业主委员会")
    invited = let_in(session, keyring, seat, by=HE, name="李国英")
    body = leaf(session, PLACE, entry(session, PLACE, invited.no).leaf_index).body
    assert json.loads(body)["facts"] == {
        "level": "owners_committee", "role": "committee", "since": "2026-07-01", "until": "2029-06-30",
    }  # fmt: skip
    for private in ("李国英", invited.login):
        assert private not in body.decode()
    assert list(problems(session, PLACE)) == []


@pytest.mark.parametrize("when", ["used", "void", "late", "another's", "mistyped"])
def test_a_slip_is_good_for_one_time_until_its_day(session, keyring, home, when):
    invited = let_in(session, keyring, NewSeat(Role.WORKER, SINCE))
    code, at = code_of(session, keyring, invited.slip), NOON
    if when == "used":
        use_slip(session, code, PASSWORD, keyring, NOON.date(), at=NOON)
    elif when == "void":
        void_slip(session, PLACE, invited.slip, by=ROOT, at=NOON)
    elif when == "late":
        at = NOON + timedelta(days=8)
    elif when == "another's":
        make_slip(session, PLACE, invited.login, keyring, by=ROOT, at=NOON + timedelta(hours=1))
    else:
        code = code[::-1]
    with pytest.raises(SlipWorthless):
        use_slip(session, code, "another sentence", keyring, at.date(), at=at)


def test_a_slip_says_nothing_without_the_key(session, keyring, home, tmp_path):
    invited = let_in(session, keyring, NewSeat(Role.WORKER, SINCE))
    paper = session.get_one(Slip, invited.slip)
    code = keyring.code(paper.identity)
    assert len(code) == 8
    assert code not in paper.code
    assert Keyring(tmp_path / "other.key").code(paper.identity) != code


@pytest.mark.parametrize(
    ("by", "role"), [(MEI, Role.OWNER), (MEI, Role.COMMITTEE), (CHEN, Role.COMMITTEE), (HE, Role.SUPERVISOR), (ROOT, Role.OPERATOR)]
)  # fmt: skip
def test_nobody_lets_in_whom_he_may_not(session, keyring, home, by, role):
    level = Level.STREET if role is Role.SUPERVISOR else None
    seat = NewSeat(role, SINCE, home=home if role is Role.OWNER else None, level=level)
    with pytest.raises(NotYoursToAppoint):
        let_in(session, keyring, seat, by=by)
    assert slips(session, PLACE) == []


@pytest.mark.parametrize(
    ("seat", "refusal"),
    [
        (NewSeat(Role.OWNER, SINCE), HomeOfResident),
        (NewSeat(Role.WORKER, SINCE, home="1-1-101"), HomeOfResident),
        (NewSeat(Role.OWNER, SINCE, home="9-9-999"), NoHome),
        (NewSeat(Role.SUPERVISOR, SINCE), LevelMissing),
        (NewSeat(Role.MANAGER, SINCE, level=Level.CUSTODIAN), LevelOfOthers),
        (NewSeat(Role.COMMITTEE, SINCE, level=Level.STREET), LevelOfOthers),
        (NewSeat(Role.WORKER, SINCE, until=date(2026, 6, 30)), DaysOfAppointment),
        (NewSeat(Role.WORKER, date(2025, 1, 1), until=date(2025, 12, 31)), DaysOfAppointment),
    ],
)
def test_a_seat_that_cannot_be_is_refused_and_nobody_is_made(session, keyring, home, seat, refusal):
    before = len(session.exec(select(Person)).all())
    with pytest.raises(refusal):
        let_in(session, keyring, seat)
    assert len(session.exec(select(Person)).all()) == before


def test_one_person_has_several_seats_but_none_twice_at_a_time(session, keyring, home):
    login = let_in(session, keyring, NewSeat(Role.OWNER, SINCE, home=home)).login
    appoint_person(session, PLACE, login, NewSeat(Role.COMMITTEE, SINCE), by=HE, at=NOON)
    with pytest.raises(AppointedAlready):
        appoint_person(session, PLACE, login, NewSeat(Role.OWNER, SINCE, home=home), by=HE, at=NOON)
    assert {seat.role for seat in seats(session, login, PLACE, SINCE)} == {Role.OWNER, Role.COMMITTEE}


def test_nobody_is_invited_a_second_time_to_the_seat_that_he_holds(session, keyring, home):
    a_home(session, "1-1-102")
    street = NewSeat(Role.SUPERVISOR, SINCE, level=Level.STREET)
    for seat in (NewSeat(Role.OWNER, SINCE, home=home), NewSeat(Role.WORKER, SINCE), street):
        login = let_in(session, keyring, seat, name="王伟").login
        with pytest.raises(InvitedAlready, match=login):
            let_in(session, keyring, seat._replace(since=NOON.date()), name=" 王伟 ")
    with pytest.raises(InvitedAlready):
        let_in(session, keyring, NewSeat(Role.WORKER, SINCE, level=Level.PROPERTY_FIRM), name="王伟")

    for name, seat in (
        ("李娜", NewSeat(Role.OWNER, SINCE, home=home)),
        ("王伟", NewSeat(Role.OWNER, SINCE, home="1-1-102")),
        ("王伟", NewSeat(Role.TENANT, SINCE, home=home)),
        ("王伟", NewSeat(Role.WORKER, SINCE, building="1")),
        ("王伟", street._replace(level=Level.HOUSING_AUTHORITY)),
    ):
        assert let_in(session, keyring, seat, name=name).login


def test_no_seat_begins_before_the_opening_day_of_a_community_that_has_one(session, keyring, home):
    early = NewSeat(Role.WORKER, SINCE - timedelta(days=1))
    login = let_in(session, keyring, early).login
    session.get_one(Community, PLACE).opened_on = SINCE
    for seat in (early, early._replace(since=date(2000, 1, 1))):
        with pytest.raises(SeatBeforeOpening, match="2026年7月1日"):
            let_in(session, keyring, seat, name="早来的")
        with pytest.raises(SeatBeforeOpening):
            appoint_person(session, PLACE, login, seat._replace(role=Role.AUDITOR), by=ROOT, at=NOON)
    assert let_in(session, keyring, early._replace(since=SINCE), name="早来的").login


def test_whoever_left_is_invited_anew(session, keyring, home):
    first = let_in(session, keyring, NewSeat(Role.WORKER, SINCE, until=NOON.date()))
    assert let_in(session, keyring, NewSeat(Role.WORKER, NOON.date() + timedelta(days=1)))
    second = let_in(session, keyring, NewSeat(Role.AUDITOR, SINCE))
    deactivate(session, PLACE, second.login, "离职", by=ROOT, at=NOON)
    assert len({first.login, second.login, let_in(session, keyring, NewSeat(Role.AUDITOR, SINCE)).login}) == 3


def test_whoever_holds_no_seat_any_more_is_signed_out(session, keyring, home):
    login = let_in(session, keyring, NewSeat(Role.WORKER, SINCE)).login
    given = open_sign_in(session, login, HERE, at=datetime.now(UTC))
    session.flush()
    (held,) = appointments(session, login, SINCE)
    with pytest.raises(NotYoursToAppoint):
        end_appointment(session, PLACE, login, held.no, SINCE, "走了", by=CHEN, at=NOON)
    end_appointment(session, PLACE, login, held.no, NOON.date(), "走了", by=MEI, at=NOON)
    assert session.get_one(Appointment, held.no).until == NOON.date()
    assert not stands(session, given.sign_in, datetime.now(UTC))
    with pytest.raises(AppointmentOver):
        end_appointment(
            session, PLACE, login, held.no, NOON.date() + timedelta(days=9), "又走了", by=MEI, at=NOON
        )


def test_a_sign_in_by_a_password_alone_ends_on_the_first_day_of_a_seat_that_asks_for_two_factors(
    session, keyring, home
):
    login = let_in(session, keyring, NewSeat(Role.WORKER, SINCE)).login
    by_password = open_sign_in(session, login, HERE, at=NOON)
    day_before, first_day = NOON + timedelta(days=2), NOON + timedelta(days=3)
    appoint_person(session, PLACE, login, NewSeat(Role.AUDITOR, first_day.date()), by=ROOT, at=NOON)
    session.flush()
    assert stands(session, by_password.sign_in, day_before)
    assert len(sign_ins(session, login, day_before)) == 1
    following = carry_on(session, by_password.refresh, HERE, at=day_before)
    assert not stands(session, by_password.sign_in, first_day)
    assert sign_ins(session, login, first_day) == []
    assert carry_on(session, following.refresh, HERE, at=first_day) is None
    with pytest.raises(FactorNotSet):
        begin_sign_in(session, login, "", HERE, keyring, at=first_day)


def test_a_sign_in_with_two_factors_goes_on_when_its_person_gets_one_more_seat_that_asks_for_them(
    session, keyring, home
):
    login = let_in(session, keyring, NewSeat(Role.SUPERVISOR, SINCE, level=Level.STREET)).login
    with_both = open_sign_in(session, login, HERE, at=NOON)
    appoint_person(session, PLACE, login, NewSeat(Role.AUDITOR, SINCE), by=ROOT, at=NOON)
    session.flush()
    assert stands(session, with_both.sign_in, NOON)
    assert carry_on(session, with_both.refresh, HERE, at=NOON) is not None


def test_whoever_is_deactivated_signs_in_no_more_and_keeps_his_name(session, keyring, home):
    invited = let_in(session, keyring, NewSeat(Role.WORKER, SINCE))
    deactivate(session, PLACE, invited.login, "离职", by=ROOT, at=NOON)
    assert seats(session, invited.login, PLACE, SINCE) is None
    assert session.get_one(Person, invited.login).name == "新来的"
    with pytest.raises(NoPersonHere):
        make_slip(session, PLACE, invited.login, keyring, by=ROOT, at=NOON)
    with pytest.raises(NoPersonHere):
        appoint_person(session, PLACE, invited.login, NewSeat(Role.WORKER, SINCE), by=ROOT, at=NOON)


def test_a_slip_for_a_lost_telephone_forgets_the_authenticator(session, keyring, home):
    seat = NewSeat(Role.SUPERVISOR, SINCE, level=Level.STREET)
    login = let_in(session, keyring, seat).login
    session.add(SecondFactor(person=login, secret=keyring.seal(new_secret()), since=NOON))
    paper = make_slip(session, PLACE, login, keyring, forgets_factor=True, by=ROOT, at=NOON)
    use_slip(session, keyring.code(paper.identity), PASSWORD, keyring, NOON.date(), at=NOON)
    assert factor(session, login) is None
    with pytest.raises(NoSlip):
        slip(session, PLACE, paper.no)


def test_the_owners_of_a_building_get_a_slip_each_and_none_a_second_one(session, keyring, home):
    a_home(session, "1-1-102")
    change_holder(
        session,
        PLACE,
        "1-1-102",
        NewHolder("买方 李"),
        TransferCause.SALE,
        date(2026, 7, 10),
        document=SHA,
        by=HE,
        at=NOON,
    )
    outcome = invite_owners(session, PLACE, "1", SINCE, keyring, by=HE, at=NOON)
    names = [
        session.get_one(Person, paper.person).name
        for paper in slips_of_homes(session, PLACE, [home, "1-1-102"])
    ]
    assert (outcome.invited, "买方 李" in names, len(names)) == (
        2 - outcome.without_holder,
        True,
        outcome.invited,
    )
    assert invite_owners(session, PLACE, "1", SINCE, keyring, by=HE, at=NOON).invited == 0
    with pytest.raises(NoHomesThere):
        invite_owners(session, PLACE, "9", SINCE, keyring, by=HE, at=NOON)
    with pytest.raises(NotYoursToAppoint):
        invite_owners(session, PLACE, "1", SINCE, keyring, by=MEI, at=NOON)


def test_nobody_resets_whom_another_community_lets_read_everything(session, keyring, home):
    login = let_in(session, keyring, NewSeat(Role.OWNER, SINCE, home=home), by=HE).login
    a_community(session, "elsewhere")
    appoint_person(
        session, "elsewhere", login, NewSeat(Role.SUPERVISOR, SINCE, level=Level.STREET), by=ROOT, at=NOON
    )
    with pytest.raises(NotYoursToAppoint):
        make_slip(session, PLACE, login, keyring, forgets_factor=True, by=HE, at=NOON)
    make_slip(session, PLACE, login, keyring, by=ROOT, at=NOON)


@pytest.mark.parametrize("since", [SINCE, NOON.date() + timedelta(days=3)])
def test_nobody_makes_or_voids_a_slip_of_whom_he_may_not_let_in_now_or_later(session, keyring, home, since):
    auditor = let_in(session, keyring, NewSeat(Role.AUDITOR, since, organisation="事务所"))
    owner = let_in(session, keyring, NewSeat(Role.OWNER, since, home=home), by=HE)
    for invited, by in ((auditor, MEI), (auditor, HE), (owner, MEI)):
        with pytest.raises(NotYoursToAppoint):
            void_slip(session, PLACE, invited.slip, by=by, at=NOON)
        assert slip(session, PLACE, invited.slip).void_at is None
    appoint_person(session, PLACE, auditor.login, NewSeat(Role.WORKER, SINCE), by=MEI, at=NOON)
    with pytest.raises(NotYoursToAppoint):
        make_slip(session, PLACE, auditor.login, keyring, by=MEI, at=NOON)
    void_slip(session, PLACE, owner.slip, by=HE, at=NOON)
    void_slip(session, PLACE, auditor.slip, by=ROOT, at=NOON)


def test_the_last_operator_is_taken_away_by_nobody(session, keyring, home):
    first = add_operator(session, "方管理", keyring, by=ROOT, at=NOON).person
    seat = NewSeat(Role.AUDITOR, NOON.date(), organisation="事务所")
    appoint_person(session, PLACE, first, seat, by=ROOT, at=NOON)
    with pytest.raises(LastOperator):
        end_operator(session, first, by=ROOT, at=NOON)
    with pytest.raises(LastOperator):
        deactivate(session, PLACE, first, "走了", by=ROOT, at=NOON)
    assert list(operators(session, NOON.date())) == [first]

    with pytest.raises(NotYoursToAppoint):
        end_operator(session, first, by=CHEN, at=NOON)

    second = add_operator(session, "钱管理", keyring, by=ROOT, at=NOON - timedelta(days=1)).person
    open_sign_in(session, second, HERE, at=NOON)
    end_operator(session, second, by=ROOT, at=NOON)
    assert list(operators(session, NOON.date())) == [first]
    assert sign_ins(session, second, NOON) == []
    with pytest.raises(NoOperator):
        end_operator(session, second, by=ROOT, at=NOON)
