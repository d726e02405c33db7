"""The actions of evaluation: score a period, publish the scorecard on the board."""

from datetime import datetime, timedelta

from sqlmodel import Session

from ledger.community.queries import community as community_of
from ledger.community.queries import profile, seats, service_contract, since_opening
from ledger.community.role_rules import Actor, Duty, OperatorDecides, Role, check_different_people
from ledger.community.tables import Firm
from ledger.disclosure.rules import PeriodOpen
from ledger.evaluation.indicator_queries import measures
from ledger.evaluation.reward_queries import local_bounds, local_reward
from ledger.evaluation.reward_rules import reward_content
from ledger.evaluation.rules import NotEvaluated, content, read_rubric, scorecard, with_bounds
from ledger.evaluation.standards import rubric_bytes
from ledger.evaluation.tables import Evaluation
from ledger.fields import PeriodText, Text
from ledger.journal.actions import post
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.noticeboard.actions import publish_notice
from ledger.noticeboard.queries import latest_version
from ledger.noticeboard.rules import NewNotice, ReadyNotice, canonical_body, digest, labelled
from ledger.noticeboard.tables import Notice
from ledger.periods import Period, check_begun, day_in_shanghai

KIND = "evaluation"
RUBRIC = "default-2026.3"


def evaluate(session: Session, community: str, period: Period, *, by: Actor, at: datetime) -> bytes:
    """Score a period by the default rubric; gives the canonical bytes of the scorecard. Writes nothing.

    Where the place has a rule of its own, the grades begin where it says, and the reward that it pays is told.

    Raises:
        PeriodToCome: it has not begun. BeforeOpening: it is over before the books begin.
    """
    check_begun(period, day_in_shanghai(at))
    period = since_opening(session, community, period)
    text = rubric_bytes(RUBRIC)
    rubric = read_rubric(text.decode())
    bounds = local_bounds(session, community, period)
    if bounds is not None:
        rubric = with_bounds(rubric, bounds.points)
    card = scorecard(rubric, measures(session, community, period, rubric))
    place = community_of(session, community)
    contract = service_contract(session, community, period.last)
    firm = session.get(Firm, contract.firm) if contract else None
    reward = local_reward(session, community, period, contract)
    return canonical_body(
        labelled(
            {
                "kind": KIND,
                "community": {"code": community, "name": place.name, "name_en": place.name_en},
                "period": str(period),
                "first": period.first.isoformat(),
                "last": period.last.isoformat(),
                "firm": firm.name if firm else None,
                "contract_ends_on": contract.ends_on.isoformat() if contract else None,
                "rubric_sha256": digest(text),
                "evaluated_on": day_in_shanghai(at).isoformat(),
                **content(card),
                "grades_source": bounds.source if bounds else None,
                "reward": reward_content(reward, card.grade.grade) if reward else None,
            }
        )
    )


def publish(
    session: Session,
    community: str,
    period: PeriodText,
    *,
    prepared: ReadyNotice,
    why: Text | None = None,
    by: Actor,
    at: datetime,
) -> Notice:
    """Keep a scorecard for good and publish it on the board; the score goes into the log as a memorandum.

    Raises:
        OperatorDecides: whoever runs the machine scores nobody, in no other role that he holds here either.
        NotEvaluated: the period is neither a half-year nor a year.
        BeforeOpening: it is over before the books begin.
        PeriodOpen: the period is not closed, so its figures may still change.
        NoReasonGiven, NothingCorrected: see `ledger.noticeboard.actions.publish_notice`.
    """
    check_different_people(step=Duty.PUBLISH, by=by)
    seated = seats(session, by.login, community, day_in_shanghai(at)) or ()
    if any(seat.role is Role.OPERATOR for seat in seated):
        raise OperatorDecides(step=Duty.PUBLISH)
    scored = Period.parse(period)
    if scored.kind not in ("half-year", "year"):
        raise NotEvaluated(period=period)
    current = head(session, community, lock=True)
    since_opening(session, community, scored)
    if current.closed_through < str(scored.end):
        raise PeriodOpen(period=period, closed_through=current.closed_through or "—")
    version = latest_version(session, community, KIND, period)[0] + 1
    session.add(
        Evaluation(
            community=community,
            period=period,
            version=version,
            rubric=RUBRIC,
            body=prepared.body,
            sha256=prepared.sha256,
            evaluated_by=by.login,
            evaluated_at=at,
        )
    )
    memo = Draft(
        kind="evaluation.published",
        on=day_in_shanghai(at),
        key=f"evaluation/{period}/{version}",
        facts={"period": period, "version": version, "rubric": RUBRIC, "sha256": prepared.sha256},
        subject=f"evaluation/{period}",
    )
    post(session, community, memo, by=by, at=at)
    days = profile(session, community, day_in_shanghai(at))["disclosure.posting_days"]
    return publish_notice(
        session,
        community,
        NewNotice(
            KIND,
            period,
            titles=prepared.titles,
            body=prepared.body,
            attachments=prepared.attachments,
            must_stay_until=day_in_shanghai(at) + timedelta(days=days),
        ),
        why=why,
        by=by,
        at=at,
    )
