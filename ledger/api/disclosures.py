"""/communities/…/disclosures and /evaluations: prepare, check, publish; the check report as a PDF."""

from typing import Any

from flask import g, make_response
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, config, publisher, reading
from ledger.api.community import OFFICE
from ledger.api.door import CommunityPath, In, Text, once
from ledger.api.problems import RESPONSES, file_response
from ledger.community.rules import Role
from ledger.disclosure.actions import check, prepare
from ledger.disclosure.queries import disclosure
from ledger.disclosure.tables import Disclosure
from ledger.evaluation.actions import evaluate
from ledger.periods import Period
from ledger.publishing import publish_evaluation, publish_half_year
from ledger.reports.check_report import render

disclosures_api = APIBlueprint(
    "disclosures",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class PeriodPath(CommunityPath):
    period: str = Field(pattern=r"^\d{4}-H[12]$")


class PrepareIn(In):
    why: Text | None = Field(None, description="why an earlier version is corrected")


class CheckIn(In):
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="digest of the draft that was read")


class EvaluateIn(In):
    why: Text | None = None


def _shown(draft: Disclosure) -> dict[str, Any]:
    return draft.model_dump(mode="json", exclude={"community", "body"})


@disclosures_api.get("/disclosures/<period>", summary="The draft of a period")
@allow(*OFFICE)
def get_disclosure(path: PeriodPath):  # type: ignore[no-untyped-def]
    """Its state, its digest and its figures, byte for byte as they will be published."""
    with reading() as session:
        draft = disclosure(session, path.community, path.period)
    answer = make_response(draft.body)
    answer.content_type = "application/json"
    answer.headers["X-Disclosure-State"] = draft.state.value
    answer.headers["X-Disclosure-SHA256"] = draft.sha256
    return answer


@disclosures_api.post("/disclosures/<period>", summary="Prepare a half-year disclosure")
@allow(Role.MANAGER)
def post_disclosure(path: PeriodPath, body: PrepareIn):  # type: ignore[no-untyped-def]
    """From closed months only; a draft that is not published yet is replaced."""
    return once(
        lambda s: _shown(
            prepare(s, path.community, Period.parse(path.period), why=body.why, by=g.actor, at=g.now)
        )
    )


@disclosures_api.post("/disclosures/<period>/check", summary="Check it: a second person")
@allow(Role.COMMITTEE, Role.AUDITOR)
def post_check(path: PeriodPath, body: CheckIn):  # type: ignore[no-untyped-def]
    """Names the digest that was read; another draft meanwhile is refused."""
    return once(lambda s: _shown(check(s, path.community, path.period, body.sha256, by=g.actor, at=g.now)))


@disclosures_api.put("/disclosures/<period>/publication", summary="Publish it: a third person")
@allow(Role.COMMITTEE, Role.SUPERVISOR)
def put_publication(path: PeriodPath):  # type: ignore[no-untyped-def]
    """Hangs it on the board with its files and has the log signed. A published draft is not published twice."""
    notice = publish_half_year(publisher(), path.community, Period.parse(path.period), by=g.actor, at=g.now)
    return {"version": notice.version, "sha256": notice.sha256, "leaf": notice.leaf_index}, 201


@disclosures_api.get("/evaluations/<period>", summary="Score a period, without publishing")
@allow(*OFFICE)
def get_evaluation(path: PeriodPath):  # type: ignore[no-untyped-def]
    """Every indicator with its inputs, or why it could not be assessed."""
    with reading() as session:
        body = evaluate(session, path.community, Period.parse(path.period), by=g.actor, at=g.now)
    answer = make_response(body)
    answer.content_type = "application/json"
    return answer


@disclosures_api.put("/evaluations/<period>/publication", summary="Publish the scorecard")
@allow(Role.SUPERVISOR)
def put_evaluation(path: PeriodPath, body: EvaluateIn):  # type: ignore[no-untyped-def]
    """The score advises; the owners decide (民法典 Art. 278 (四))."""
    notice = publish_evaluation(
        publisher(), path.community, Period.parse(path.period), why=body.why, by=g.actor, at=g.now
    )
    return {"version": notice.version, "sha256": notice.sha256, "leaf": notice.leaf_index}, 201


@disclosures_api.get(
    "/reports/check/<period>.pdf",
    summary="The check report (账目核查报告)",
    responses=file_response("application/pdf"),
)
@allow(Role.SUPERVISOR, Role.AUDITOR, Role.COMMITTEE, Role.MANAGER)
def get_check_report(path: PeriodPath):  # type: ignore[no-untyped-def]
    """A report of the system, not the audit report of an accountant."""
    period = Period.parse(path.period)
    with reading() as session:
        body = render(
            session,
            path.community,
            period,
            fonts=config().fonts,
            page_url=publisher().page_url(path.community, "half-year", path.period),
            at=g.now,
        )
    answer = make_response(body)
    answer.content_type = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="check-{path.community}-{period}.pdf"'
    return answer
