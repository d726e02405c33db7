"""A property firm goes, from the owners' vote to both signatures, through the JSON door."""

from datetime import timedelta

import pytest

from ledger.community.role_rules import Role
from ledger.community.tables import ServiceContract
from ledger.periods import Month, day_in_shanghai, plus_days
from ledger.votes.rules import Matter
from tests.revenue.owners import EVIDENCE, a_resolution

PLACE = "/communities/meiyuan"
SERVICE = f"{PLACE}/services/WY-1"
KEYS = {"items": [{"kind": "keys", "subject": "水泵房钥匙"}, {"kind": "files", "subject": "竣工图"}]}


@pytest.fixture
def today(app, database):
    """A firm whose contract runs for another year, and owners who have decided to dismiss it."""
    now = app.extensions["clock"]()
    today = day_in_shanghai(now)
    with database.writing() as session:
        session.add(
            ServiceContract(
                community="meiyuan", number="WY-1", firm="wuye",
                starts_on=today - timedelta(days=700), ends_on=today + timedelta(days=365),
            )
        )  # fmt: skip
        session.flush()
        a_resolution(session, "M-F", Matter.FIRM, at=now)
    return today


def test_a_firm_is_dismissed_and_hands_over(today, people):
    manager, committee, auditor = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.AUDITOR]
    notice = {
        "cause": "dismissed", "last_day": str(today + timedelta(days=60)), "motion": "M-F", "evidence": EVIDENCE,
    }  # fmt: skip
    committee("POST", f"{SERVICE}/notice", 409, **{**notice, "last_day": str(today + timedelta(days=59))})
    committee("POST", f"{SERVICE}/notice", 409, **{**notice, "motion": "M-0"})
    manager("POST", f"{SERVICE}/notice", 403, **notice)
    committee("POST", f"{SERVICE}/notice", 201, **notice)
    manager("POST", f"{SERVICE}/handover", 201)
    manager("POST", f"{SERVICE}/handover/items", 201, **KEYS)
    manager("POST", f"{SERVICE}/handover/signature", 409)
    marks = [{"no": 1, "state": "handed"}, {"no": 2, "state": "missing"}]
    committee("POST", f"{SERVICE}/handover/marks", 422, marks=marks)
    marks[1]["note"] = "缺三张"
    committee("POST", f"{SERVICE}/handover/marks", 201, marks=marks)
    manager("POST", f"{SERVICE}/handover/signature", 201)
    committee("POST", f"{SERVICE}/handover/marks", 409, marks=marks)
    committee("POST", f"{SERVICE}/handover/signature", 201)
    committee("POST", f"{SERVICE}/takeover", 201, on=str(today + timedelta(days=61)), document=EVIDENCE)

    service = auditor("GET", SERVICE, 200)
    assert (service["standing"], service["may_charge"], service["signed"]) == (
        "running",
        True,
        ["firm", "owners"],
    )
    assert service["calendar"]["handover_by"] == str(plus_days(today + timedelta(days=60), 30))
    opened = auditor("GET", f"{PLACE}/handovers/open", 200)
    assert [(m["kind"], m["note"]) for m in opened["missing"]] == [("files", "缺三张")]
    assert auditor("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_a_service_contract_shows_its_list_and_changes_with_every_mark(today, people):
    manager, committee, auditor = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.AUDITOR]
    last = str(today + timedelta(days=60))
    notice = {"cause": "dismissed", "last_day": last, "motion": "M-F", "evidence": EVIDENCE}
    assert auditor("GET", SERVICE, 200)["list_sha256"] is None
    committee("POST", f"{SERVICE}/notice", 201, **notice)
    manager("POST", f"{SERVICE}/handover/items", 201, **KEYS)
    before = auditor("GET", SERVICE, 200)
    committee("POST", f"{SERVICE}/handover/marks", 201, marks=[{"no": 1, "state": "handed", "note": "三把"}])

    after = auditor("GET", SERVICE, 200)

    assert (before["items_open"], after["items_open"], after["items_listed"]) == (2, 1, 2)
    assert before["list_sha256"] != after["list_sha256"]
    assert [item["note"] for item in after["items"]] == ["三把", ""]
    assert auditor("GET", f"{SERVICE}/handover", 200)["items"] == after["items"]
    (listed,) = auditor("GET", f"{PLACE}/services", 200)["services"]
    assert (listed["number"], listed["standing"], listed["last_day"]) == ("WY-1", "running", last)


def test_the_firm_that_went_cannot_charge_at_the_door(app, today, people):
    """民法典 Art. 949: the door asks nobody, the month's charging refuses."""
    manager, committee = people[Role.MANAGER], people[Role.COMMITTEE]
    last = today + timedelta(days=60)
    notice = {"cause": "dismissed", "last_day": str(last), "motion": "M-F", "evidence": EVIDENCE}
    committee("POST", f"{SERVICE}/notice", 201, **notice)
    committee("POST", f"{SERVICE}/takeover", 201, on=str(last + timedelta(days=1)), document=EVIDENCE)
    after = Month.of(last + timedelta(days=32))

    refusal = manager("POST", f"{PLACE}/months/{after}/charges", 409)

    assert refusal["code"] == "nobody-may-charge"
    assert refusal["article"] == "《民法典》第949、950条"


def test_the_wrong_roles_are_refused_at_every_step(today, people):
    day = {"on": str(today), "document": EVIDENCE}
    notice = {"cause": "expired", "last_day": str(today), "evidence": EVIDENCE}
    steps = {
        "notice": notice, "handover": {}, "handover/items": KEYS, "handover/signature": {}, "takeover": day,
        "handover/passed-on": {"numbers": [1]}, "handover/marks": {"marks": [{"no": 1, "state": "handed"}]}, "refusal": day,
    }  # fmt: skip

    for path, body in steps.items():
        for role in (Role.WORKER, Role.OWNER, Role.AUDITOR, Role.COMMUNITY_OFFICE):
            people[role]("POST", f"{SERVICE}/{path}", 403, **body)
    for path in ("handover/marks", "handover/passed-on", "takeover", "refusal"):
        people[Role.MANAGER]("POST", f"{SERVICE}/{path}", 403, **steps[path])
