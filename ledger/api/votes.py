"""/communities/…/votes: announcing, casting, paper, proxies, counting, posting, objecting. Totals only."""

from datetime import date
from typing import Any, Literal

from flask import g
from flask_openapi3 import APIBlueprint, FileStorage
from pydantic import BaseModel, ConfigDict, Field

from ledger.access.access import allow, reading
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.queries import homes
from ledger.community.rules import NotYourHome, Role
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.periods import day_in_shanghai
from ledger.votes.actions import announce, close_motion, post_result
from ledger.votes.objections.actions import (
    answer_objection,
    raise_objection,
    record_ruling,
    take_to_court,
)
from ledger.votes.objections.queries import objections
from ledger.votes.objections.tables import VoteObjection
from ledger.votes.proxies.actions import cast_own, entrust
from ledger.votes.proxies.queries import proxies_given
from ledger.votes.queries import motion, motions, own_ballot, posting, told
from ledger.votes.rules import Choice, Matter, check_scope
from ledger.votes.sheets.actions import enter_sheet
from ledger.votes.sheets.queries import unmatched
from ledger.votes.tables import Motion

votes_api = APIBlueprint(
    "votes",
    __name__,
    url_prefix="/api/v1/communities/<community>/votes",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
HOLDERS = (Role.COMMITTEE, Role.COMMUNITY_OFFICE)
"""Who may hold a vote; the residents' committee helps where there is no owners' committee."""

Digest = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of a paper that was uploaded")


class MotionPath(CommunityPath):
    motion: Code


class ObjectionPath(MotionPath):
    no: int = Field(ge=1, le=2**31 - 1)


class AnnouncementIn(In):
    code: Code
    matter: Matter
    question: Text
    opens_on: date
    closes_on: date
    building: Code | None = None
    stairwell: Code | None = None
    side: Code | None = None
    budget_fen: Fen | None = None
    deemed_clause: Text | None = Field(
        None, description="the clause of the rules of procedure that takes silence for consent"
    )


class BallotIn(In):
    choice: Literal[Choice.YES, Choice.NO, Choice.ABSTAIN]
    home: Code | None = Field(None, description="another home of mine, or one that entrusted me; else my own")


class BallotQuery(BaseModel):
    home: Code | None = Field(None, description="another home of mine; else my own")


class PaperForm(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    file: FileStorage


class SheetIn(In):
    sheet: str = Digest
    returned_on: date
    choices: dict[Code, Choice] = Field(min_length=1, max_length=2_000)


class ProxyIn(In):
    home: Code
    paper: str = Digest
    holder_home: Code | None = Field(None, description="a home of the owner who holds it; none for others")
    family: bool = False


class PostingIn(In):
    posted_on: date
    paper: str = Digest


class ObjectionIn(In):
    ground: str = Field(min_length=1, max_length=2_000)


class AnswerIn(In):
    answer: str = Field(min_length=1, max_length=2_000)


class CourtIn(In):
    case_no: Text


class RulingIn(In):
    upheld: bool = Field(strict=True)
    ruling: str = Digest


def _own_home() -> str:
    if g.own_home is None:
        raise NotYourHome(home="—")
    home: str = g.own_home
    return home


def _shown(found: Motion) -> dict[str, Any]:
    return found.model_dump(mode="json", exclude={"community"})


def _objection(found: VoteObjection) -> dict[str, Any]:
    return found.model_dump(
        mode="json", include={"motion", "no", "state", "raised_on", "answer", "case_no", "ruling"}
    )


@votes_api.get("", summary="The motions")
@allow(*Role)
def list_votes(path: CommunityPath):  # type: ignore[no-untyped-def]
    """The one that opens last first."""
    with reading() as session:
        return {"votes": [_shown(each) for each in motions(session, path.community)]}


@votes_api.post("", summary="Announce a vote")
@allow(*HOLDERS)
def post_announcement(path: CommunityPath, body: AnnouncementIn):  # type: ignore[no-untyped-def]
    """Freezes the roll of the community, a building, a stairwell or a side; opens no sooner than the notice allows."""

    def deed(session: Any) -> dict[str, Any]:
        scope = body.model_dump(include={"building", "stairwell", "side"})
        check_scope(**scope)
        told_to = body.model_dump(exclude={*scope, "code", "matter", "question"})
        roll = homes(session, path.community, **scope)
        return _shown(
            announce(
                session,
                path.community,
                body.code,
                body.matter,
                body.question,
                roll,
                **told_to,
                by=g.actor,
                at=g.now,
            )
        )

    return once(deed)


@votes_api.post(
    "/papers", summary="Upload a ballot sheet, a written proxy, a photographed posting or a ruling"
)
@allow(*HOLDERS, Role.SUPERVISOR)
def post_paper(path: CommunityPath, form: PaperForm):  # type: ignore[no-untyped-def]
    """JPEG, PNG or WebP up to 24 MB or PDF up to 8 MB, by content; the digest in the answer is what requests name."""

    def deed(session: Any) -> dict[str, Any]:
        sent = form.file
        kept = keep_file(
            session, path.community, sent.read(), sent.filename or "", FileKind.PAPER, by=g.actor, at=g.now
        )
        return {"sha256": kept.sha256}

    return once(deed)


@votes_api.get("/<path:motion>", summary="One vote")
@allow(*Role)
def get_vote(path: MotionPath):  # type: ignore[no-untyped-def]
    """The turnout while it runs, the totals after; and how the posting of the result stands."""
    with reading() as session:
        found = motion(session, path.community, path.motion)
        posted = posting(session, found, day_in_shanghai(g.now))
        return {
            **_shown(found),
            "votes": told(session, path.community, path.motion),
            "proxies": proxies_given(session, path.community, path.motion),
            "unmatched_sheets": len(unmatched(session, path.community, path.motion)),
            "posting": {
                "due_on": posted.due_on.isoformat(),
                "posted_on": posted.posted_on.isoformat() if posted.posted_on else None,
                "days_late": posted.days_late,
            }
            if posted
            else None,
            "objections": [each.state.value for each in objections(session, path.community, path.motion)],
        }


@votes_api.post("/<path:motion>/ballots", summary="Cast my ballot")
@allow(Role.OWNER)
def post_ballot(path: MotionPath, body: BallotIn):  # type: ignore[no-untyped-def]
    """By an owner for his home, or one that entrusted him; nobody of the staff casts electronically."""

    def deed(session: Any) -> dict[str, Any]:
        own = _own_home()
        home = body.home or own
        cast_own(session, path.community, path.motion, own, home, body.choice, by=g.actor, at=g.now)
        return {"home": home, "counted": True}

    return once(deed)


@votes_api.get("/<path:motion>/my-ballot", summary="My own ballot, and how to find it in the log")
@allow(Role.OWNER)
def get_my_ballot(path: MotionPath, query: BallotQuery):  # type: ignore[no-untyped-def]
    """The digest of the disclosure stands in the leaf; the proof leads the leaf to a signed checkpoint."""
    own = _own_home()
    with reading() as session:
        found = own_ballot(
            session, path.community, path.motion, own, query.home or own, day_in_shanghai(g.now)
        )
    proof = f"/api/v1/communities/{path.community}/entries/{found.entry_no}/proof"
    return {
        **found._asdict(),
        "cast_at": found.cast_at.isoformat(),
        "proof": proof if found.entry_no else None,
    }


@votes_api.post("/<path:motion>/sheets", summary="Enter a paper sheet; a second person enters it too")
@allow(*HOLDERS)
def post_sheet(path: MotionPath, body: SheetIn):  # type: ignore[no-untyped-def]
    """A ballot counts when two people have read the same; where they differ both enter it again."""

    def deed(session: Any) -> dict[str, Any]:
        done = enter_sheet(
            session,
            path.community,
            path.motion,
            body.sheet,
            body.choices,
            returned_on=body.returned_on,
            by=g.actor,
            at=g.now,
        )
        return done._asdict()

    return once(deed)


@votes_api.get("/<path:motion>/sheets", summary="Paper ballots that do not count yet")
@allow(*HOLDERS)
def list_sheets(path: MotionPath):  # type: ignore[no-untyped-def]
    """Which homes wait for a second person and which were read differently; never what was read."""
    with reading() as session:
        motion(session, path.community, path.motion)
        return {"sheets": [each._asdict() for each in unmatched(session, path.community, path.motion)]}


@votes_api.post("/<path:motion>/proxies", summary="Record a written proxy (委托)")
@allow(*HOLDERS)
def post_proxy(path: MotionPath, body: ProxyIn):  # type: ignore[no-untyped-def]
    """One person holds as many as the rules of procedure say."""

    def deed(session: Any) -> dict[str, Any]:
        given = entrust(session, path.community, path.motion, **body.model_dump(), by=g.actor, at=g.now)
        return {"home": given.home, "family": given.family}

    return once(deed)


@votes_api.post("/<path:motion>/closing", summary="Count the vote")
@allow(*HOLDERS)
def post_closing(path: MotionPath):  # type: ignore[no-untyped-def]
    """By area and by heads (民法典 Art. 278), after the last day or once all have voted; the totals are sealed."""

    def deed(session: Any) -> dict[str, Any]:
        close_motion(session, path.community, path.motion, by=g.actor, at=g.now)
        return told(session, path.community, path.motion)

    return once(deed)


@votes_api.post("/<path:motion>/posting", summary="Record that the result was posted on site")
@allow(*HOLDERS)
def post_posting(path: MotionPath, body: PostingIn):  # type: ignore[no-untyped-def]
    """With a photograph; a late one is recorded, and shown as late."""
    return once(
        lambda session: _shown(
            post_result(
                session, path.community, path.motion, body.posted_on, body.paper, by=g.actor, at=g.now
            )
        )
    )


@votes_api.get("/<path:motion>/objections", summary="The objections to a result")
@allow(*HOLDERS, Role.SUPERVISOR, Role.AUDITOR)
def list_objections(path: MotionPath):  # type: ignore[no-untyped-def]
    """With their grounds, by number."""
    with reading() as session:
        motion(session, path.community, path.motion)
        found = objections(session, path.community, path.motion)
        return {"objections": [{**_objection(each), "ground": each.ground} for each in found]}


@votes_api.post("/<path:motion>/objections", summary="Object to a result")
@allow(Role.OWNER)
def post_objection(path: MotionPath, body: ObjectionIn):  # type: ignore[no-untyped-def]
    """Within a year of its posting (建筑物区分所有权解释 Art. 12)."""
    return once(
        lambda session: _objection(
            raise_objection(
                session, path.community, path.motion, _own_home(), body.ground, by=g.actor, at=g.now
            )
        )
    )


@votes_api.post("/<path:motion>/objections/<int:no>/answer", summary="Answer an objection")
@allow(*HOLDERS)
def post_answer(path: ObjectionPath, body: AnswerIn):  # type: ignore[no-untyped-def]
    """In words, to whoever objected."""
    return once(
        lambda session: _objection(
            answer_objection(session, path.community, path.motion, path.no, body.answer, by=g.actor, at=g.now)
        )
    )


@votes_api.post("/<path:motion>/objections/<int:no>/court", summary="Record that a court took the case")
@allow(*HOLDERS, Role.SUPERVISOR)
def post_court(path: ObjectionPath, body: CourtIn):  # type: ignore[no-untyped-def]
    """Under the number it has there (《民法典》第280条)."""
    return once(
        lambda session: _objection(
            take_to_court(session, path.community, path.motion, path.no, body.case_no, by=g.actor, at=g.now)
        )
    )


@votes_api.post("/<path:motion>/objections/<int:no>/ruling", summary="Record a ruling on an objection")
@allow(Role.COMMUNITY_OFFICE, Role.SUPERVISOR)
def post_ruling(path: ObjectionPath, body: RulingIn):  # type: ignore[no-untyped-def]
    """With the judgment or order; an upheld objection annuls the motion. Not by whoever held the vote."""
    return once(
        lambda session: _objection(
            record_ruling(
                session,
                path.community,
                path.motion,
                path.no,
                body.ruling,
                upheld=body.upheld,
                by=g.actor,
                at=g.now,
            )
        )
    )
