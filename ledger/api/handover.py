"""/communities/…/services: how a property firm's contract stands, its end, and what it hands over."""

from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.handover.actions import (
    add_items,
    draw_up,
    give_notice,
    mark,
    pass_on,
    refuse_handover,
    sign,
    take_over,
)
from ledger.handover.queries import (
    firm_may_charge,
    items,
    missing_items,
    overdue,
    renewal_calendar,
    signatures,
    stands,
)
from ledger.handover.rules import Cause, Item, ItemKind, ItemState
from ledger.handover.tables import Ending, HandoverItem
from ledger.periods import day_in_shanghai

handover_api = APIBlueprint(
    "handover",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
BOTH_SIDES = (Role.MANAGER, Role.COMMITTEE)
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


class ServicePath(CommunityPath):
    contract: Code


class NoticeIn(In):
    cause: Cause
    last_day: Day
    motion: Code | None = None
    evidence: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the written notice")


class ItemIn(In):
    kind: ItemKind
    subject: Text


class ItemsIn(In):
    items: list[ItemIn] = Field(min_length=1, max_length=5_000)


class MarkIn(In):
    no: int = Field(strict=True, ge=1, le=1_000_000)
    state: ItemState
    note: str = Field("", max_length=500)


class MarksIn(In):
    marks: list[MarkIn] = Field(min_length=1, max_length=20_000)


class NumbersIn(In):
    numbers: list[Annotated[int, Field(strict=True, ge=1, le=1_000_000)]] = Field(
        min_length=1, max_length=20_000
    )


class DayIn(In):
    on: Day


def _ending(found: Ending) -> dict[str, Any]:
    return found.model_dump(mode="json", exclude={"community"})


def _list(found: Any) -> dict[str, Any]:
    shown: list[HandoverItem] = list(found)
    return {"items": [each.model_dump(mode="json", exclude={"community", "contract"}) for each in shown]}


@handover_api.get("/services/<contract>", summary="How a service contract stands")
@allow(*OFFICE)
def get_service(path: ServicePath):  # type: ignore[no-untyped-def]
    """Running, indefinite (民法典 Art. 948) or ended; the calendar of its last day; whether the firm may charge."""
    today = day_in_shanghai(g.now)
    with reading() as session:
        days = renewal_calendar(session, path.community, path.contract)
        return {
            "standing": stands(session, path.community, path.contract, today).value,
            "may_charge": firm_may_charge(session, path.community, path.contract, today),
            "calendar": {name: day.isoformat() for name, day in days._asdict().items()},
            "signed": [s.side.value for s in signatures(session, path.community, path.contract)],
        }


@handover_api.post("/services/<contract>/notice", summary="Give notice that a service contract ends")
@allow(*BOTH_SIDES)
def post_notice(path: ServicePath, body: NoticeIn):  # type: ignore[no-untyped-def]
    """The owners dismiss by their decision, the firm leaves by its own; the terms are 民法典 Arts. 946–948."""

    def deed(session: Any) -> dict[str, Any]:
        told = body.model_dump()
        return _ending(give_notice(session, path.community, path.contract, **told, by=g.actor, at=g.now))

    return once(deed)


@handover_api.get("/services/<contract>/handover", summary="The hand-over list")
@allow(*OFFICE)
def get_handover(path: ServicePath):  # type: ignore[no-untyped-def]
    """With what was handed over and what is missing."""
    with reading() as session:
        return _list(items(session, path.community, path.contract))


@handover_api.post("/services/<contract>/handover", summary="Draw the hand-over list up from the books")
@allow(*BOTH_SIDES)
def post_handover(path: ServicePath):  # type: ignore[no-untyped-def]
    """Prepaid fees and unpaid bills by home, deposits held, contracts that run."""
    return once(lambda session: _list(draw_up(session, path.community, path.contract, by=g.actor, at=g.now)))


@handover_api.post("/services/<contract>/handover/items", summary="Add rooms, keys, files, equipment")
@allow(*BOTH_SIDES)
def post_items(path: ServicePath, body: ItemsIn):  # type: ignore[no-untyped-def]
    """Until one side has signed."""
    new = [Item(each.kind, each.subject) for each in body.items]
    return once(
        lambda session: _list(add_items(session, path.community, path.contract, new, by=g.actor, at=g.now))
    )


@handover_api.post(
    "/services/<contract>/handover/marks", summary="Say what was handed over and what is missing"
)
@allow(Role.COMMITTEE)
def post_marks(path: ServicePath, body: MarksIn):  # type: ignore[no-untyped-def]
    """By whoever receives it; what is missing needs a note."""

    def deed(session: Any) -> dict[str, Any]:
        marks = {each.no: (each.state, each.note) for each in body.marks}
        mark(session, path.community, path.contract, marks, by=g.actor, at=g.now)
        return _list(items(session, path.community, path.contract))

    return once(deed)


@handover_api.post("/services/<contract>/handover/passed-on", summary="Let prepaid fees go to the next firm")
@allow(Role.COMMITTEE)
def post_passed_on(path: ServicePath, body: NumbersIn):  # type: ignore[no-untyped-def]
    """Instead of back to their owners (物业服务纠纷解释 Art. 3)."""

    def deed(session: Any) -> dict[str, Any]:
        pass_on(session, path.community, path.contract, body.numbers, by=g.actor, at=g.now)
        return _list(items(session, path.community, path.contract))

    return once(deed)


@handover_api.post("/services/<contract>/handover/signature", summary="Sign the hand-over list")
@allow(*BOTH_SIDES)
def post_signature(path: ServicePath):  # type: ignore[no-untyped-def]
    """The manager for the firm that goes, the committee for the owners."""

    def deed(session: Any) -> dict[str, Any]:
        signed = sign(session, path.community, path.contract, by=g.actor, at=g.now)
        return signed.model_dump(mode="json", exclude={"community"})

    return once(deed)


@handover_api.post("/services/<contract>/takeover", summary="Enter the first day of whoever serves next")
@allow(Role.COMMITTEE)
def post_takeover(path: ServicePath, body: DayIn):  # type: ignore[no-untyped-def]
    """Until then the old firm serves and may charge (民法典 Art. 950)."""
    return once(
        lambda session: _ending(
            take_over(session, path.community, path.contract, body.on, by=g.actor, at=g.now)
        )
    )


@handover_api.post("/services/<contract>/refusal", summary="Enter that the firm refuses to hand over")
@allow(Role.COMMITTEE)
def post_refusal(path: ServicePath, body: DayIn):  # type: ignore[no-untyped-def]
    """From then on it may charge nothing (民法典 Art. 949)."""
    return once(
        lambda session: _ending(
            refuse_handover(session, path.community, path.contract, body.on, by=g.actor, at=g.now)
        )
    )


@handover_api.get("/handovers/open", summary="Hand-overs that are late, and what is missing")
@allow(*OFFICE)
def list_open_handovers(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Facts for the findings."""
    with reading() as session:
        late = [_ending(each) for each in overdue(session, path.community, day_in_shanghai(g.now))]
        gone = missing_items(session, path.community)
        return {
            "overdue": late,
            "missing": [m.model_dump(mode="json", exclude={"community"}) for m, _ in gone],
        }
