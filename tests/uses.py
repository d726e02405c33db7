"""The steps of a use of the fund that most tests only walk through, each by whoever may take it."""

from datetime import datetime

from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses import motion_actions as motions
from ledger.fund.uses.queries import project
from ledger.fund.uses.step_and_emergency_rules import Paper
from tests.cast import HE, LIN, MEI
from tests.factories import SHA, SHOT

PHOTO = {Paper.PHOTO: SHOT}
EVIDENCE = {**PHOTO, Paper.INSPECTION_NOTICE: SHA, Paper.EXPERT_NOTE: SHA}
REVIEW = {Paper.PRICE_REVIEW: SHA}
AUDIT = {Paper.SETTLEMENT_AUDIT: SHA}
LIMIT_FEN = 3_000_000


def planned(session, place: str, code: str, plan, *, at: datetime) -> None:
    """Proposed, surveyed, and its price reviewed where the profile asks for it."""
    uses.propose(session, place, code, plan, by=MEI, at=at)
    surveyed(session, place, code, plan, at=at)


def surveyed(session, place: str, code: str, plan, *, at: datetime) -> None:
    uses.survey(session, place, code, EVIDENCE, by=MEI, at=at)
    if plan.budget_fen > LIMIT_FEN:
        uses.price(session, place, code, plan.budget_fen, REVIEW, by=LIN, at=at)


def posted(session, place: str, code: str, *, at: datetime) -> None:
    uses.post_plan(session, place, code, PHOTO, by=HE, at=at)


def applied(session, place: str, code: str, *, at: datetime) -> None:
    """The result of its vote is posted, if it had one, and the money applied for."""
    if project(session, place, code).emergency is None:
        motions.post_result(session, place, code, PHOTO, by=HE, at=at)
    approvals.apply(session, place, code, by=MEI, at=at)


def built(session, place: str, code: str, settled_fen: int, *, at: datetime, by=LIN) -> None:
    """The works begin, are accepted and settled."""
    uses.begin(session, place, code, by=MEI, at=at)
    uses.accept(session, place, code, PHOTO, by=by, at=at)
    uses.settle(session, place, code, settled_fen, AUDIT, by=by, at=at)
