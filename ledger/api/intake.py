"""/communities/…/statements and /suspense: payment files and what nobody could be found for."""

from datetime import date
from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint, FileStorage
from pydantic import BaseModel, ConfigDict, Field

from ledger.api.door import Code, CommunityPath, In, once
from ledger.api.problems import RESPONSES
from ledger.community.queries import community
from ledger.community.rules import Role
from ledger.door.access import allow, reading
from ledger.intake.actions import import_payments, resolve
from ledger.intake.queries import suspense
from ledger.intake.statement import profile_names

intake_api = APIBlueprint(
    "intake",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class StatementForm(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    file: FileStorage
    profile: str = Field(description=f"one of {', '.join(profile_names())}")
    into: str = Field("bank", pattern="^(bank|wallet)$")


class ResolutionIn(In):
    account: str = Field(max_length=60)
    fingerprint: str = Field(pattern="^[0-9a-f]{64}$")
    occurrence: int = Field(1, strict=True, ge=1)
    home: Code
    on: date


@intake_api.post("/statements", summary="Import a bank's or wallet's file")
@allow(Role.MANAGER)
def post_statement(path: CommunityPath, form: StatementForm):  # type: ignore[no-untyped-def]
    """All of it or nothing; lines imported before are left alone."""

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


@intake_api.get("/suspense", summary="Receipts that nobody could be found for")
@allow(Role.MANAGER, Role.AUDITOR)
def list_suspense(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Oldest first, with the reason why each could not be matched."""
    with reading() as session:
        community(session, path.community)
        return {
            "lines": [
                line.model_dump(mode="json", exclude={"community", "file", "balance_fen"})
                for line in suspense(session, path.community)
            ]
        }


@intake_api.post("/suspense/resolutions", summary="Say for which home a receipt was")
@allow(Role.MANAGER)
def post_resolution(path: CommunityPath, body: ResolutionIn):  # type: ignore[no-untyped-def]
    """It then pays that home's oldest debts."""

    def deed(session: Any) -> dict[str, Any]:
        done = resolve(
            session,
            path.community,
            body.account,
            body.fingerprint,
            body.occurrence,
            body.home,
            body.on,
            by=g.actor,
            at=g.now,
        )
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)
