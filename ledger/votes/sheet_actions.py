"""Paper ballots: a photographed sheet, entered by two different people.

A ballot counts when the second entry says what the first said. When it does not, both entries are void and both
people are told which homes they read differently (not what was read), look at the sheet again, and enter again.
Sheets that nobody has entered a second time are not counted, and the sealed result says how many.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.fields import Code, Day, Evidence
from ledger.files.actions import use_file
from ledger.files.queries import check_file
from ledger.files.rules import Purpose
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.actions import seal
from ledger.votes.queries import being_voted_on, check_may_vote
from ledger.votes.rules import PAPERS, Choice, Way, check_day
from ledger.votes.sheet_queries import entries_of
from ledger.votes.sheet_rules import Entered, Reading, is_second
from ledger.votes.sheet_tables import SheetEntry

Choices = Annotated[Mapping[Code, Choice], Field(min_length=1, max_length=2_000)]
"""What each home said."""


def enter_sheet(
    session: Session,
    community: str,
    code: Code,
    sheet: Evidence,
    choices: Choices,
    *,
    returned_on: Day,
    by: Actor,
    at: datetime,
) -> Entered:
    """Enter what a photographed sheet says, by home; it counts when a second person has entered the same.

    ``sheet`` is the digest of a stored file, ``returned_on`` the day on which the sheet came back: a day of voting,
    though it may be entered later, until the count. All homes or none.

    Raises:
        MotionClosed: the vote was counted.
        FileMissing: the sheet was not photographed.
        OutsideVotingDays: it came back on another day, or is said to come back after today.
        NotOnRoll, VotedAlready: see `votes.queries.check_may_vote`.
        SamePerson: the first entry of a home is this person's.
    """
    head(session, community, lock=True)  # else a first entry could be written twice
    vote = being_voted_on(session, community, code)
    check_file(session, community, sheet, PAPERS)
    check_day(vote.code, vote.opens_on, min(vote.closes_on, day_in_shanghai(at)), returned_on)
    check_may_vote(session, community, code, choices)
    before = entries_of(session, community, code, choices)
    answer: dict[str, list[str]] = {"waiting": [], "counted": [], "disagreeing": []}
    for home, choice in sorted(choices.items()):
        earlier = before.get(home, [])
        if not is_second(len(earlier)):
            answer["waiting"].append(home)
            continue
        first = earlier[-1]
        check_different_people([(Duty.ENTER_FIRST, first.entered_by)], step=Duty.ENTER_AGAIN, by=by)
        agree = Reading(first.sheet, first.choice, first.returned_on) == Reading(sheet, choice, returned_on)
        answer["counted" if agree else "disagreeing"].append(home)
    write_rows(
        session,
        SheetEntry,
        [
            {
                "community": community,
                "motion": code,
                "home": home,
                "turn": len(before.get(home, ())) + 1,
                "sheet": sheet,
                "choice": choice,
                "returned_on": returned_on,
                "entered_by": by.login,
                "entered_at": at,
            }
            for home, choice in choices.items()
        ],
    )
    use_file(session, community, sheet, f"motion/{code}", Purpose.BALLOT_SHEET, by=by, at=at)
    agreed = {home: choices[home] for home in answer["counted"]}
    if agreed:
        seal(session, community, code, agreed, Way.PAPER, by=by, at=at)
    return Entered(*(tuple(homes) for homes in answer.values()))
