"""How the sample's owners vote: most on paper, which two people enter, and Ms Ouyang with her phone."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32

from sqlmodel import Session

from ledger.community.queries import homes
from ledger.db import Database
from ledger.demo.people import CHEN, HE, LIN, OUYANG
from ledger.demo.tickets import picture
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.periods import SHANGHAI, Month
from ledger.votes.actions import announce, close_motion, post_result
from ledger.votes.proxies.actions import cast_own
from ledger.votes.rules import Choice, ElectronicChoice, Matter, NewMotion
from ledger.votes.sheet_actions import enter_sheet

CONVENTION = ("2026-04", "2026-01", "是否同意修订《梅园新村管理规约》：电动自行车集中充电、楼道不得堆物")
"""Month, code and question of a vote of the whole community."""


def live_through_votes(database: Database, community: str, month: Month) -> None:
    """The votes that fell into a month and belong to no other stream."""
    when, code, question = CONVENTION
    if str(month) != when:
        return
    days = [month.first + timedelta(days=n) for n in range(30)]
    with database.writing() as session:
        asked = homes(session, community)
        announce(
            session,
            community,
            NewMotion(code, Matter.CONVENTION, question, opens_on=days[16], closes_on=days[23]),
            asked,
            by=CHEN.actor,
            at=_at(days[0]),
        )
    with database.writing() as session:
        return_ballots(session, community, code, [h.code for h in asked], days[20])
    with database.writing() as session:
        close_motion(session, community, code, by=CHEN.actor, at=_at(days[24]))
        wall = a_paper(session, community, f"{code} on the wall", _at(days[26]))
        post_result(session, community, code, days[26], wall, by=HE.actor, at=_at(days[26]))


def vote_on(database: Database, community: str, today: date) -> None:
    """A vote that is open today: its notice was given in time, some ballots are in, and its last day is to come."""
    code = f"{today.year}-03"
    first, last = today - timedelta(days=8), today + timedelta(days=7)
    announced = first - timedelta(days=16)
    with database.writing() as session:
        asked = homes(session, community)
        announce(
            session,
            community,
            NewMotion(
                code,
                Matter.COMMON_PARTS_BUSINESS,
                "是否同意将 3 号门岗旁的空地设为共享单车停放点，收益归全体业主",
                opens_on=first,
                closes_on=last,
            ),
            asked,
            by=CHEN.actor,
            at=_at(announced),
        )
    with database.writing() as session:
        return_ballots(session, community, code, [h.code for h in asked][::3], today - timedelta(days=2))


def return_ballots(session: Session, community: str, motion: str, roll: Iterable[str], on: date) -> None:
    """Four of five vote on a day, nine of ten of them yes."""
    choices: dict[str, ElectronicChoice] = {
        home: Choice.NO if number % 10 == 3 else Choice.YES
        for number, home in enumerate(roll)
        if number % 5 != 4
    }
    own = OUYANG.home or ""
    if own in choices:
        cast_own(session, community, motion, choices.pop(own), own, by=OUYANG.actor, at=_at(on, 20))
    sheet = a_paper(session, community, motion, _at(on, 21))
    for reader in (HE, LIN):
        enter_sheet(
            session, community, motion, sheet, choices, returned_on=on, by=reader.actor, at=_at(on, 21)
        )


def a_paper(
    session: Session, community: str, what: str, at: datetime, kind: FileKind = FileKind.PAPER
) -> str:
    """The digest of a photograph, of a paper if nothing else is said."""
    body = picture(crc32(what.encode()))
    return keep_file(session, community, body, "", kind, by=HE.actor, at=at).sha256


def _at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)
