"""What can be read of the steps of a use."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from ledger.fund.uses.step_and_emergency_rules import Action
from ledger.fund.uses.step_tables import ProjectStep


def steps(session: Session, community: str, code: str) -> Sequence[ProjectStep]:
    """Every step of a use, in order."""
    return session.exec(
        select(ProjectStep)
        .where(ProjectStep.community == community, ProjectStep.project == code)
        .order_by(col(ProjectStep.line))
    ).all()


def last(taken: Sequence[ProjectStep], action: Action) -> ProjectStep | None:
    """The last time an action was done among these steps."""
    return next((step for step in reversed(taken) if step.action is action), None)
