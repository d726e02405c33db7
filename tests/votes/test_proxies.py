"""Proxies: written, kept, few."""

import pytest
from sqlmodel import select

from ledger.community.queries import NoHome
from ledger.community.role_rules import HomeNotSaid, NotYourHome
from ledger.files.rules import FileMissing
from ledger.journal.tables import Entry
from ledger.log.queries import leaf
from ledger.register.holder_actions import change_holder
from ledger.register.rules import NewHolder, TransferCause
from ledger.votes.actions import cast, close_motion
from ledger.votes.proxies.actions import cast_own, entrust
from ledger.votes.proxies.queries import proxies_given
from ledger.votes.proxies.rules import NotYourBallot, ProxiesTooMany, ProxyGivenAlready, ProxyToSelf
from ledger.votes.queries import turnout
from ledger.votes.rules import MotionClosed, NotOnRoll, VotedAlready
from tests.cast import CHEN, HE, NOON, OUYANG
from tests.factories import SHA, a_home
from tests.votes.asking import PLACE, TODAY, YES, a_motion, a_paper, a_place


def given(session, home, **how):
    paper = how.pop("paper", None) or a_paper(session, f"proxy of {home}")
    return entrust(session, PLACE, "M-1", home, paper, by=HE, at=NOON, **how)


def casts(session, own, home):
    cast_own(session, PLACE, "M-1", YES, home, by=OUYANG._replace(homes=frozenset({own})), at=NOON)


def test_whoever_holds_a_proxy_casts_that_ballot_and_nobody_else_does(session):
    mine, entrusted, other = a_place(session)
    a_motion(session)
    with pytest.raises(NotYourBallot, match=entrusted):
        casts(session, mine, entrusted)

    given(session, entrusted, holder_home=mine)

    with pytest.raises(NotYourBallot):
        casts(session, other, entrusted)
    casts(session, mine, entrusted)
    casts(session, mine, mine)
    assert turnout(session, PLACE, "M-1").heads_part == 2


def test_an_owner_casts_for_each_of_his_homes_and_for_none_that_he_sold(session):
    a_place(session, doors=1)
    for home in ("1-1-201", "1-1-202", "1-1-203"):
        a_home(session, home, owner="zhang")
    a_motion(session)
    change_holder(
        session, PLACE, "1-1-203", NewHolder("买方"), TransferCause.SALE, TODAY, document=SHA, by=HE, at=NOON
    )

    casts(session, "1-1-201", "1-1-202")
    with pytest.raises(NotYourBallot):
        casts(session, "1-1-201", "1-1-203")
    with pytest.raises(NoHome):
        casts(session, "1-1-201", "9-9-999")


def test_whoever_leaves_out_which_home_votes_for_the_one_he_has_and_is_asked_when_he_has_several(session):
    first, second, _ = a_place(session)
    a_motion(session)
    of_two = OUYANG._replace(homes=frozenset({first, second}))
    with pytest.raises(HomeNotSaid, match=f"{first}、{second}"):
        cast_own(session, PLACE, "M-1", YES, by=of_two, at=NOON)
    with pytest.raises(NotYourHome):
        cast_own(session, PLACE, "M-1", YES, by=OUYANG._replace(homes=frozenset()), at=NOON)

    assert cast_own(session, PLACE, "M-1", YES, by=OUYANG, at=NOON).home == first
    assert cast_own(session, PLACE, "M-1", YES, second, by=of_two, at=NOON).home == second
    assert turnout(session, PLACE, "M-1").heads_part == 2


def test_one_person_holds_as_many_proxies_as_the_profile_says_his_family_aside(session):
    mine, *rest = a_place(session, doors=5)
    a_motion(session)
    given(session, rest[0], holder_home=mine)

    with pytest.raises(ProxiesTooMany, match="最多受托 1 户"):
        given(session, rest[1], holder_home=mine)
    given(session, rest[1], holder_home=mine, family=True)
    given(session, rest[2], holder_home=rest[0])
    assert proxies_given(session, PLACE, "M-1") == 3


def test_a_paper_that_names_a_stranger_is_his_one_proxy(session):
    first, second, _ = a_place(session)
    a_motion(session)
    paper = a_paper(session, "to my nephew")
    given(session, first, paper=paper)

    with pytest.raises(ProxiesTooMany):
        given(session, second, paper=paper)


def test_a_proxy_is_given_once_by_a_home_that_may_still_vote_to_somebody_else(session):
    first, second, third = a_place(session)
    a_home(session, "1-1-301", owner=f"p-{first}")
    a_motion(session, among={first, second, third})
    with pytest.raises(FileMissing):
        entrust(session, PLACE, "M-1", first, "0" * 64, by=HE, at=NOON)
    with pytest.raises(ProxyToSelf):
        given(session, first, holder_home="1-1-301")
    with pytest.raises(NoHome):
        given(session, first, holder_home="9-9-999")
    with pytest.raises(NotOnRoll):
        given(session, "1-1-301", holder_home=second)
    given(session, first, holder_home=second)
    with pytest.raises(ProxyGivenAlready, match=first):
        given(session, first, holder_home=third)
    cast(session, PLACE, "M-1", {third: YES}, by=HE, at=NOON)
    with pytest.raises(VotedAlready):
        given(session, third, holder_home=first)
    cast(session, PLACE, "M-1", {first: YES, second: YES}, by=HE, at=NOON)
    close_motion(session, PLACE, "M-1", by=CHEN, at=NOON)
    with pytest.raises(MotionClosed):
        given(session, second, holder_home=first)


def test_the_log_knows_of_a_proxy_and_not_whose_it_is(session):
    first, second, _ = a_place(session)
    a_motion(session)
    proxy = given(session, first, holder_home=second)

    noted = session.exec(select(Entry).where(Entry.kind == "vote.entrusted")).one()
    body = leaf(session, PLACE, noted.leaf_index).body.decode()
    assert '"facts":{"motion":"M-1"}' in body
    for secret in (first, second, proxy.holder, proxy.paper):
        assert secret not in body
        assert secret not in noted.key
