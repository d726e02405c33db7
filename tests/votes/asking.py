"""Questions to the owners of a small place, with the days on which they are voted on and counted."""

from datetime import timedelta

from ledger.community.queries import homes
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.votes.actions import announce, cast, close_motion
from ledger.votes.rules import Choice, Matter, NewMotion
from tests.cast import CHEN, HE, NOON
from tests.factories import a_community, a_home

YES, NO = Choice.YES, Choice.NO
PLACE = "meiyuan"
TODAY = NOON.date()
LAST = TODAY + timedelta(days=3)
AFTER = NOON + timedelta(days=4)
"""Voted on from NOON for four days, counted on the day AFTER."""


def a_place(session, doors=3):
    """A community of homes 1-1-101, 1-1-102 … of 80 m², each its own owner's."""
    a_community(session)
    return [a_home(session, f"1-1-{101 + n}", area_dm2=8_000) for n in range(doors)]


def a_motion(
    session,
    community=PLACE,
    *,
    among=None,
    code="M-1",
    matter=Matter.OTHER,
    at=NOON - timedelta(days=15),
    **changes,
):
    """A question to some homes, or to all, announced 15 days before its first day of voting: the day of NOON."""
    roll = [h for h in homes(session, community) if among is None or h.code in among]
    new = NewMotion(code, matter, "换门禁？", **{"opens_on": TODAY, "closes_on": LAST, **changes})
    return announce(session, community, new, roll, by=CHEN, at=at).code


def a_result(session, matter=Matter.OTHER, choice=YES, code="M-1"):
    """A motion on which everybody said the same, counted on the day of NOON."""
    asked = a_motion(session, matter=matter, code=code)
    everybody = [h.code for h in homes(session, PLACE)]
    cast(session, PLACE, asked, dict.fromkeys(everybody, choice), by=HE, at=NOON)
    close_motion(session, PLACE, asked, by=CHEN, at=NOON)
    return asked


def a_paper(session, words="sheet"):
    body = b"%PDF-1.7 " + words.encode()
    return keep_file(session, PLACE, body, "", FileKind.PAPER, by=HE, at=NOON).sha256
