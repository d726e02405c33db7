"""/communities/…/statements, /statement-profiles and /suspense: files of banks, and what people do with their lines."""

import json
from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint, FileStorage
from pydantic import BaseModel, ConfigDict, Field

from ledger.access.access import allow, reading
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.queries import community
from ledger.community.rules import Role
from ledger.errors import Malformed
from ledger.intake.actions import import_payments
from ledger.intake.booked_actions import join, part
from ledger.intake.lines import Meaning
from ledger.intake.mappings.actions import save_mapping
from ledger.intake.mappings.queries import profiles_of
from ledger.intake.mappings.rules import proposed
from ledger.intake.queries import line, lines, steps
from ledger.intake.rules import LineId, LineState
from ledger.intake.settlement_actions import settle
from ledger.intake.statement import profile_names
from ledger.intake.suspense_actions import approve_return, ask_return, merge, resolve, split, undo
from ledger.intake.tables import BankLine

intake_api = APIBlueprint(
    "intake",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class UploadForm(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    file: FileStorage


class StatementForm(UploadForm):
    profile: Code = Field(description=f"one of {', '.join(profile_names())}, or of the community's own")
    into: Code = Field("bank", description="the code of the approved account that the file is of")


Cells = Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(max_length=10)]


class Mapping(In):
    columns: dict[Meaning, Cells]
    words: dict[str, Cells] = {}
    end: Cells = []


class MappingForm(UploadForm):
    name: Code
    mapping: Mapping = Field(description="JSON, in the shape of the proposal")


class LineIn(In):
    account: Code
    fingerprint: str = Field(pattern="^[0-9a-f]{64}$")
    occurrence: int = Field(1, strict=True, ge=1, le=1_000_000)

    @property
    def id(self) -> LineId:
        return LineId(self.account, self.fingerprint, self.occurrence)


class LineQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account: Code
    fingerprint: str = Field(pattern="^[0-9a-f]{64}$")
    occurrence: int = Field(1, ge=1, le=1_000_000)


class ResolutionIn(LineIn):
    home: Code
    on: date


class PartIn(In):
    home: Code
    amount_fen: Fen


class SplitIn(LineIn):
    parts: list[PartIn] = Field(min_length=1, max_length=200)
    on: date


class MergeIn(In):
    lines: list[LineIn] = Field(min_length=1, max_length=200)
    home: Code
    on: date


class UndoIn(LineIn):
    reason: Text


class ReturnIn(LineIn):
    on: date


class SettlementIn(LineIn):
    wallet: Code
    first: date
    last: date


class JoinIn(In):
    lines: list[LineIn] = Field(min_length=1, max_length=500)
    entry: int = Field(strict=True, ge=1, le=2**53)


class LinesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: LineState = LineState.SUSPENSE
    account: Code | None = None
    words: str = Field("", max_length=60)
    sort: str = Field("day", pattern="^(-?day|-?amount|payer)$")
    page: int = Field(1, ge=1, le=100_000)
    size: int = Field(50, ge=1, le=500)


def _shown(found: BankLine) -> dict[str, Any]:
    return found.model_dump(mode="json", exclude={"community", "file", "balance_fen", "payer"})


@intake_api.post("/statements", summary="Import a bank's or wallet's file")
@allow(Role.MANAGER)
def post_statement(path: CommunityPath, form: StatementForm):  # type: ignore[no-untyped-def]
    """All of it or nothing, into an approved account; lines imported before are left alone."""

    def deed(session: Any) -> dict[str, Any]:
        done = import_payments(
            session,
            path.community,
            form.file.read(),
            form.profile,
            name=form.file.filename or "",
            into=form.into,
            by=g.actor,
            at=g.now,
        )
        return done._asdict()

    return once(deed)


@intake_api.get("/statement-profiles", summary="The bank formats that can be read")
@allow(Role.MANAGER, Role.AUDITOR)
def list_profiles(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Those that come with the ledger, and those that this community declared, with who and when."""
    with reading() as session:
        community(session, path.community)
        own = profiles_of(session, path.community)
        return {
            "declared": list(profile_names()),
            "own": [
                {
                    "name": p.name,
                    "saved_by": p.saved_by,
                    "saved_at": p.saved_at.isoformat(),
                    **json.loads(p.declared),
                }
                for p in own
            ],
        }


@intake_api.post(
    "/statement-profiles/proposals", summary="Ask what the columns of an unknown file could mean"
)
@allow(Role.MANAGER)
def post_proposal(path: CommunityPath, form: UploadForm):  # type: ignore[no-untyped-def]
    """The header that was found, the columns that could mean each thing, the first rows. Nothing is stored."""

    def deed(session: Any) -> dict[str, Any]:
        community(session, path.community)
        found = proposed(form.file.read())
        return {
            "sheet": found.sheet,
            "row": found.row,
            "names": list(found.names),
            "candidates": {meaning.value: list(names) for meaning, names in found.candidates.items()},
            "first_rows": [list(cells) for cells in found.first_rows],
            "mapping": found.mapping,
        }

    return once(deed, status=200)


@intake_api.post("/statement-profiles", summary="Save a mapping as a format of this community")
@allow(Role.MANAGER)
def post_profile(path: CommunityPath, form: MappingForm):  # type: ignore[no-untyped-def]
    """It is tried on the file first; a file that it cannot read whole refuses it, with every cell named."""

    def deed(session: Any) -> dict[str, Any]:
        told = form.mapping
        read = save_mapping(
            session,
            path.community,
            form.name,
            form.file.read(),
            {meaning.value: names for meaning, names in told.columns.items()},
            words=told.words,
            end=told.end,
            by=g.actor,
            at=g.now,
        )
        return {"name": form.name, "lines": len(read.lines), "warnings": len(read.warnings)}

    return once(deed)


@intake_api.get("/suspense", summary="Receipts that nobody could be found for, and other lines")
@allow(Role.MANAGER, Role.AUDITOR)
def list_suspense(path: CommunityPath, query: LinesQuery):  # type: ignore[no-untyped-def]
    """Searched, sorted and paged, with the reason why each could not be matched."""
    with reading() as session:
        community(session, path.community)
        found = lines(session, path.community, **query.model_dump())
        return {
            "lines": [_shown(each) for each in found.lines],
            "count": found.found,
            "total_fen": found.total_fen,
            "page": query.page,
        }


@intake_api.get("/suspense/history", summary="What was done with a line, by whom and when")
@allow(Role.MANAGER, Role.AUDITOR, Role.COMMITTEE)
def get_history(path: CommunityPath, query: LineQuery):  # type: ignore[no-untyped-def]
    """Every step since it came in."""
    which = LineId(query.account, query.fingerprint, query.occurrence)
    with reading() as session:
        found, done = line(session, path.community, *which), steps(session, path.community, which)
        return {
            "line": _shown(found),
            "steps": [s.model_dump(mode="json", exclude={"community"}) for s in done],
        }


@intake_api.post("/suspense/resolutions", summary="Say for which home a receipt was")
@allow(Role.MANAGER)
def post_resolution(path: CommunityPath, body: ResolutionIn):  # type: ignore[no-untyped-def]
    """It then pays that home's oldest debts."""

    def deed(session: Any) -> dict[str, Any]:
        done = resolve(session, path.community, *body.id, body.home, body.on, by=g.actor, at=g.now)
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@intake_api.post("/suspense/splits", summary="Say that a receipt was for several homes")
@allow(Role.MANAGER)
def post_split(path: CommunityPath, body: SplitIn):  # type: ignore[no-untyped-def]
    """The parts make the receipt to the fen."""

    def deed(session: Any) -> dict[str, Any]:
        parts = {each.home: each.amount_fen for each in body.parts}
        if len(parts) != len(body.parts):
            raise Malformed(what="parts: home twice")
        done = split(session, path.community, body.id, parts, body.on, by=g.actor, at=g.now)
        return {"entries": [each.no for each in done]}

    return once(deed)


@intake_api.post("/suspense/merges", summary="Say that several receipts pay one home's bill")
@allow(Role.MANAGER)
def post_merge(path: CommunityPath, body: MergeIn):  # type: ignore[no-untyped-def]
    """Together they are what the home owes, to the fen."""

    def deed(session: Any) -> dict[str, Any]:
        which = [each.id for each in body.lines]
        done = merge(session, path.community, which, body.home, body.on, by=g.actor, at=g.now)
        return {"entries": [each.no for each in done]}

    return once(deed)


@intake_api.post("/suspense/undoings", summary="Take back what was done with a receipt")
@allow(Role.MANAGER)
def post_undoing(path: CommunityPath, body: UndoIn):  # type: ignore[no-untyped-def]
    """By reversal; the receipt waits in suspense again."""

    def deed(session: Any) -> dict[str, Any]:
        return _shown(undo(session, path.community, body.id, reason=body.reason, by=g.actor, at=g.now))

    return once(deed)


@intake_api.post("/suspense/returns", summary="Ask that a receipt go back to its payer")
@allow(Role.MANAGER)
def post_return(path: CommunityPath, body: UndoIn):  # type: ignore[no-untyped-def]
    """Somebody of the committee has to approve it."""

    def deed(session: Any) -> dict[str, Any]:
        asked = ask_return(session, path.community, body.id, reason=body.reason, by=g.actor, at=g.now)
        return {"asked_by": asked.by_login}

    return once(deed)


@intake_api.post("/suspense/returns/approvals", summary="Approve a return")
@allow(Role.COMMITTEE)
def post_return_approval(path: CommunityPath, body: ReturnIn):  # type: ignore[no-untyped-def]
    """Books it: out of suspense, out of the account it came into."""

    def deed(session: Any) -> dict[str, Any]:
        done = approve_return(session, path.community, body.id, body.on, by=g.actor, at=g.now)
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@intake_api.post("/suspense/settlements", summary="Say that a receipt pays out a wallet's days")
@allow(Role.MANAGER)
def post_settlement(path: CommunityPath, body: SettlementIn):  # type: ignore[no-untyped-def]
    """The days less their fees are what came in, to the fen."""

    def deed(session: Any) -> dict[str, Any]:
        done = settle(
            session, path.community, body.id, body.wallet, body.first, body.last, by=g.actor, at=g.now
        )
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@intake_api.post("/statement-lines/joins", summary="Say that lines are the bank's side of an entry")
@allow(Role.MANAGER)
def post_join(path: CommunityPath, body: JoinIn):  # type: ignore[no-untyped-def]
    """One line, or several of one account that make the entry together. Books nothing."""

    def deed(session: Any) -> dict[str, Any]:
        join(session, path.community, [each.id for each in body.lines], body.entry, by=g.actor, at=g.now)
        return {"entry": body.entry, "lines": len(body.lines)}

    return once(deed)


@intake_api.post("/statement-lines/partings", summary="Take a line and its entry apart")
@allow(Role.MANAGER)
def post_parting(path: CommunityPath, body: LineIn):  # type: ignore[no-untyped-def]
    """For a line that found the wrong entry. Books nothing."""

    def deed(session: Any) -> dict[str, Any]:
        return _shown(part(session, path.community, body.id, by=g.actor, at=g.now))

    return once(deed)
