"""The steps of a use of the fund: which may follow which, on what conditions, and who took each.

The machine is data: one table of rows (action, states it may be done in, state it leads to, guards). What the local
profile does not ask for, such as a price review of a small job, is skipped because a row allows it and not by a
flag. Each step is an append-only row with the digests of its documents, and a memorandum in the log.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.files.actions import use_file
from ledger.files.rules import SEEN
from ledger.fund.uses.queries import course, locked
from ledger.fund.uses.step_and_emergency_rules import (
    Action,
    Paper,
    Papers,
    ProjectState,
    StepTaken,
    check_papers,
    digests_of,
    memorandum,
    next_state,
    purpose_of,
)
from ledger.fund.uses.step_queries import steps
from ledger.fund.uses.step_tables import ProjectStep
from ledger.fund.uses.tables import Project
from ledger.journal.actions import Posted, post
from ledger.log.leaf import Json
from ledger.periods import day_in_shanghai


def take(
    session: Session,
    planned: Project,
    action: Action,
    state: ProjectState,
    papers: Mapping[Paper, str] | None = None,
    facts: Mapping[str, Json] | None = None,
    private: Mapping[str, str] | None = None,
    *,
    by: Actor,
    at: datetime,
) -> ProjectStep:
    """Move a use to the state its action leads to (`rules.next_state`), with an append-only row and a memorandum.

    The caller holds the head's lock. ``facts`` are numbers and codes for the log, ``private`` is committed to. Each
    paper gets a use that says what it proves here.

    Raises:
        FileMissing: a paper was not taken in as a file.
        FileOfAnotherKind: it is of a kind that does not prove this, such as a scan for a photograph.
    """
    line = len(steps(session, planned.community, planned.code)) + 1
    step = StepTaken(line, action, state, papers)
    prove(session, planned, step, by=by, at=at)
    draft = memorandum(planned.code, step, facts, private, on=day_in_shanghai(at))
    sealed = post(session, planned.community, draft, by=by, at=at)
    return write_down(session, planned, step, sealed, by=by, at=at)


def prove(session: Session, planned: Project, step: StepTaken, *, by: Actor, at: datetime) -> None:
    """Name the papers of a step as what they prove of the use.

    Raises:
        FileMissing, FileOfAnotherKind: as `take`.
    """
    for paper, digest in sorted((step.papers or {}).items()):
        purpose = purpose_of(step.action, paper)
        kinds = SEEN if paper is Paper.PHOTO else None
        subject = f"project/{planned.code}"
        use_file(session, planned.community, digest, subject, purpose, kinds=kinds, by=by, at=at)


def write_down(
    session: Session,
    planned: Project,
    step: StepTaken,
    sealed: Posted,
    *,
    by: Actor,
    at: datetime,
) -> ProjectStep:
    """Write the row of a step whose memorandum is in the log, and move the use to its state."""
    planned.state = step.state
    session.add(planned)
    taken = ProjectStep(
        community=planned.community,
        project=planned.code,
        line=step.line,
        action=step.action,
        state=step.state,
        by_login=by.login,
        by_role=by.role,
        at=at,
        papers=json.dumps(digests_of(step.papers), sort_keys=True),
        entry_no=sealed.no,
    )
    session.add(taken)
    session.flush()  # the next step counts this one
    return taken


def take_with_papers(
    session: Session, community: str, code: str, action: Action, papers: Papers, *, by: Actor, at: datetime
) -> Project:
    """A step that brings nothing but its papers."""
    planned, on = locked(session, community, code, at)
    state = next_state(action, course(session, planned, on))
    check_papers(action, papers)
    take(session, planned, action, state, papers, by=by, at=at)
    return planned
