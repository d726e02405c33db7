"""评价: the property firm's score of a half-year or a year. It advises; the owners decide (《民法典》第278条)."""

from datetime import date, datetime

from pydantic import AliasPath
from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.evaluation import actions
from ledger.evaluation.indicator_queries import evaluations
from ledger.fields import Out, PeriodText
from ledger.noticeboard.rules import ReadyNotice
from ledger.operations.circles import OFFICE, OVERSIGHT
from ledger.operations.disclosures import PublishedOut
from ledger.operations.operation import Call, Document, Field, File, Listing, Operation, Record, Said
from ledger.periods import Period
from ledger.publishing import after_publication, draw_evaluation


class EvaluationOut(Out):
    period: str
    version: int | None
    score_e2: int | None
    grade: str | None
    grade_zh: str | None
    grade_en: str | None
    sha256: str | None
    evaluated_by: str | None
    evaluated_at: datetime | None


class IndicatorOut(Out):
    id: str
    zh: str
    en: str
    points: int
    assessed: bool
    weight_e2: int
    score_e2: int
    how_zh: str
    how_en: str


class GradeRewardOut(Out):
    grade: str
    fen_per_m2: int
    fen: int


class ScoreOut(Out):
    period: str
    first: date
    last: date
    firm_name: str | None = Limit(validation_alias="firm")
    contract_ends_on: date | None
    score_e2: int
    assessed_points: int
    grade: str
    grade_zh: str
    grade_en: str
    advice_zh: str
    advice_en: str
    why_no_grade_zh: str | None
    why_no_grade_en: str | None
    grades_source: str | None
    reward_source: str | None = Limit(None, validation_alias=AliasPath("reward", "source"))
    reward_months: int | None = Limit(None, validation_alias=AliasPath("reward", "months"))
    reward_area_months_dm2: int | None = Limit(None, validation_alias=AliasPath("reward", "area_months_dm2"))
    least_fee_no_lift_fen: int | None = Limit(
        None, validation_alias=AliasPath("reward", "least_fee_no_lift_fen")
    )
    least_fee_lift_fen: int | None = Limit(None, validation_alias=AliasPath("reward", "least_fee_lift_fen"))
    reward_fen: int | None = Limit(None, validation_alias=AliasPath("reward", "fen"))
    rewards: list[GradeRewardOut] = Limit([], validation_alias=AliasPath("reward", "by_grade"))
    indicators: list[IndicatorOut]


def score(session: Session, community: str, period: PeriodText, *, by: Actor, at: datetime) -> ScoreOut:
    """The score of a period as it stands now, indicator by indicator; writes nothing."""
    body = actions.evaluate(session, community, Period.parse(period), by=by, at=at)
    return ScoreOut.model_validate_json(body)


def score_bytes(session: Session, community: str, period: PeriodText, *, by: Actor, at: datetime) -> File:
    """The scorecard with every indicator's inputs, or why it could not be assessed, as it would be published now."""
    body = actions.evaluate(session, community, Period.parse(period), by=by, at=at)
    return File(body, "application/json", "")


def drawn(call: Call) -> ReadyNotice:
    """The scorecard with its files, before the transaction that publishes it."""
    period: str = call.place["period"]
    return draw_evaluation(call.session, call.installation, call.community, period, by=call.by, at=call.at)


SCORE = Record(
    path="/evaluations/<period>/score",
    title=Said("一期得分", "The score of a period"),
    roles=OFFICE,
    query=score,
    gives=ScoreOut,
    heading="period",
    state=("score_e2", "assessed_points", "grade"),
)

DECLARED = (
    Listing(
        path="/evaluations",
        title=Said("物业服务评价", "Evaluations of the property firm"),
        roles=OFFICE,
        query=evaluations,
        gives=EvaluationOut,
        key="evaluations",
        record=SCORE,
        columns=("period", "version", "score_e2", "grade_zh", "evaluated_by", "evaluated_at"),
        empty=Said(
            "还没有可以评价的半年或全年：先结账。",
            "There is no half-year or year to be scored yet: close its months first.",
        ),
    ),
    SCORE,
    Document(
        path="/evaluations/<period>",
        title=Said("得分数据", "The scorecard's figures"),
        roles=OFFICE,
        makes=score_bytes,
        media_types=("application/json",),
    ),
    Operation(
        path="/evaluations/<period>/publication",
        title=Said("公示得分", "Publish the score"),
        roles=(OVERSIGHT,),
        does=actions.publish,
        gives=PublishedOut,
        seals=("disclosure", "evaluation.published"),
        fields={
            "why": Field(
                Said("更正的原因", "Why it is corrected"),
                hint=Said("第一次公示不填。", "Left out for the first version."),
            )
        },
        on=SCORE,
        method="PUT",
        confirms=True,
        prepares=drawn,
        afterwards=after_publication,
    ),
)
