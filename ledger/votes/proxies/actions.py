"""Giving a proxy, and casting an owner's own ballots with those entrusted to him."""

from datetime import datetime

from sqlmodel import Session

from ledger.community.queries import head_keys, profile
from ledger.community.queries import home as home_of
from ledger.community.role_rules import Actor, home_meant
from ledger.fields import Code, Evidence
from ledger.files.actions import use_file
from ledger.files.queries import check_file
from ledger.files.rules import Purpose
from ledger.journal.actions import post
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.actions import cast
from ledger.votes.proxies.queries import may_cast, proxies_given, proxies_held
from ledger.votes.proxies.rules import (
    CastBallot,
    NotYourBallot,
    ProxiesTooMany,
    ProxyGivenAlready,
    ProxyToSelf,
    holder_digest,
)
from ledger.votes.proxies.tables import Proxy
from ledger.votes.queries import being_voted_on, check_may_vote
from ledger.votes.rules import PAPERS, ElectronicChoice


def entrust(
    session: Session,
    community: str,
    code: Code,
    home: Code,
    paper: Evidence,
    *,
    holder_home: Code | None = None,
    family: bool = False,
    by: Actor,
    at: datetime,
) -> Proxy:
    """Record that a home gave a written proxy for a motion, from its announcement until it is counted.

    The proxy is held by the owner of ``holder_home``, who may then cast electronically; by whoever the paper names
    when no home is given, on a paper ballot. ``paper`` is the digest of the written proxy.

    Raises:
        MotionClosed, NotOnRoll, VotedAlready: the home does not vote any more.
        FileMissing: the written proxy was not taken in.
        NoHome: there is no home of the holder.
        ProxyGivenAlready, ProxyToSelf: it is not needed.
        ProxiesTooMany: the holder has as many as the profile's ``vote.proxies_each`` allows.
    """
    head(session, community, lock=True)
    today = day_in_shanghai(at)
    being_voted_on(session, community, code)
    check_may_vote(session, community, code, [home])
    check_file(session, community, paper, PAPERS)
    if session.get(Proxy, (community, code, home)) is not None:
        raise ProxyGivenAlready(home=home, motion=code)
    holder = paper
    if holder_home is not None:
        both = [home_of(session, community, holder_home), home_of(session, community, home)]
        person = head_keys(session, community, both, today)
        if person[holder_home] == person[home]:
            raise ProxyToSelf(home=home)
        holder = holder_digest(person[holder_home])
    most = profile(session, community, today)["vote.proxies_each"]
    if not family and proxies_held(session, community, code, holder) >= most:
        raise ProxiesTooMany(home=home, motion=code, most=most)
    draft = Draft(
        kind="vote.entrusted",
        on=today,
        key=f"vote.entrusted/{code}/{proxies_given(session, community, code) + 1}",
        facts={"motion": code},
        private={f"proxy/{code}/{home}": holder, "paper": paper},
        subject=f"motion/{code}",
    )
    given = Proxy(
        community=community,
        motion=code,
        home=home,
        holder=holder,
        paper=paper,
        family=family,
        recorded_by=by.login,
        recorded_at=at,
    )
    session.add(given)
    use_file(session, community, paper, f"motion/{code}", Purpose.PROXY, by=by, at=at)
    post(session, community, draft, by=by, at=at)
    return given


def cast_own(
    session: Session,
    community: str,
    code: Code,
    choice: ElectronicChoice,
    home: Code | None = None,
    *,
    by: Actor,
    at: datetime,
) -> CastBallot:
    """Cast an electronic ballot as an owner: for a home of his own, or for one that entrusted him.

    Raises:
        NotYourHome, HomeNotSaid: no home is named, and he has none or several.
        NotYourBallot: the home is neither.
        MotionClosed, OutsideVotingDays, NotOnRoll, VotedAlready: see `votes.actions.cast`.
    """
    home = home_meant(home, by=by)
    if not may_cast(session, community, code, by.homes, home, day_in_shanghai(at)):
        raise NotYourBallot(home=home, motion=code)
    cast(session, community, code, {home: choice}, by=by, at=at)
    return CastBallot(home)
