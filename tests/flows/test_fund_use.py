"""A repair, from a resident's report to the contractor's money, through the JSON door."""

from datetime import timedelta

from ledger.community.rules import Role
from tests.doors import HOMES, wait

PLACE = "/communities/meiyuan"
PLAN = {
    "code": "2026-01", "title": "水泵更换", "component": "pump", "scope": "community", "contractor": "anju",
    "budget_fen": 120_000,
}  # fmt: skip


def fill_the_fund(manager) -> None:
    for number, home in enumerate(HOMES):
        manager(
            "POST", f"{PLACE}/deposits", 201,
            receipt_no=f"R{number}", kind="first", amount_fen=300_000, on="2026-07-01", home=home,
        )  # fmt: skip


def test_a_ticket_is_paid_from_the_fund_after_a_vote(app, people):
    manager, committee, office = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.COMMUNITY_OFFICE]
    fill_the_fund(manager)

    ticket = people[Role.WORKER](
        "POST", f"{PLACE}/tickets", 201, category="water", title="四楼没水", component="pump", urgent=True
    )
    manager("POST", f"{PLACE}/tickets/{ticket['no']}/triage", 201, priority="P2", daily_upkeep=False)
    project = manager("POST", f"{PLACE}/tickets/{ticket['no']}/project", 201, **PLAN)
    assert project["state"] == "draft"
    committee("POST", f"{PLACE}/approvals/2026-01", 409, approved_fen=120_000)  # no vote yet
    today = wait(app, 0)
    days = {"opens_on": str(today + timedelta(days=7)), "closes_on": str(today + timedelta(days=9))}
    committee("POST", f"{PLACE}/projects/2026-01/vote", 201, **days)
    wait(app, 7)
    vote = f"{PLACE}/votes/fund/2026-01"
    people[Role.OWNER]("POST", f"{vote}/ballots", 201, choice="yes")
    sheet = office("POST", f"{PLACE}/votes/papers", 201, file=(b"%PDF-1.7 sheet", "sheet.pdf"))["sha256"]
    read = {"sheet": sheet, "returned_on": days["opens_on"], "choices": dict.fromkeys(HOMES[1:4], "yes")}
    assert office("POST", f"{vote}/sheets", 201, **read)["waiting"] == [*HOMES[1:4]]
    assert committee("POST", f"{vote}/sheets", 201, **read)["counted"] == [*HOMES[1:4]]
    committee("POST", f"{PLACE}/projects/2026-01/count", 409)
    wait(app, 3)
    counted = committee("POST", f"{PLACE}/projects/2026-01/count", 201)
    assert counted["quorum"]
    assert counted["heads_yes"] == 4
    committee("POST", f"{PLACE}/approvals/2026-01", 201, approved_fen=120_000)
    payment = {"bill_fen": 118_800, "payee": "anju", "invoice_no": "FP-1", "on": "2026-07-20"}
    committee("POST", f"{PLACE}/payments/2026-01", 409, **payment)  # not accepted yet
    office("POST", f"{PLACE}/acceptances/2026-01", 201)
    paid = committee("POST", f"{PLACE}/payments/2026-01", 201, **payment)
    again = committee("POST", f"{PLACE}/payments/2026-01", 201, **payment)

    assert paid == again
    assert paid["charged_fen"] == 118_800
    home = people[Role.OWNER]("GET", f"{PLACE}/homes/{HOMES[0]}", 200)
    assert home["fund_fen"] == 300_000 - 118_800 // 6
    assert people[Role.AUDITOR]("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_an_emergency_waives_the_vote_and_nothing_else(people):
    manager, committee, office = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.COMMUNITY_OFFICE]
    fill_the_fund(manager)
    manager("POST", f"{PLACE}/projects", 201, **PLAN, emergency="water_pump")
    payment = {"bill_fen": 120_000, "payee": "anju", "invoice_no": "FP-1", "on": "2026-07-20"}

    committee("POST", f"{PLACE}/payments/2026-01", 409, **payment)
    committee("POST", f"{PLACE}/approvals/2026-01", 201, approved_fen=120_000)
    committee("POST", f"{PLACE}/payments/2026-01", 409, **payment)
    office("POST", f"{PLACE}/acceptances/2026-01", 201)
    committee("POST", f"{PLACE}/payments/2026-01", 409, **{**payment, "payee": "wuye"})
    committee("POST", f"{PLACE}/payments/2026-01", 409, **{**payment, "bill_fen": 120_001})
    committee("POST", f"{PLACE}/payments/2026-01", 201, **payment)


def test_the_wrong_roles_are_refused_at_every_step(people):
    fill_the_fund(people[Role.MANAGER])
    steps = {
        "projects": PLAN,
        "projects/2026-01/vote": {"opens_on": "2026-08-01", "closes_on": "2026-08-02"},
        "projects/2026-01/count": {},
        "approvals/2026-01": {"approved_fen": 1},
        "acceptances/2026-01": {},
        "payments/2026-01": {"bill_fen": 1, "payee": "anju", "invoice_no": "x1", "on": "2026-07-20"},
    }

    for path, body in steps.items():
        for role in (Role.WORKER, Role.OWNER, Role.AUDITOR):
            people[role]("POST", f"{PLACE}/{path}", 403, **body)
    for path in ("approvals/2026-01", "acceptances/2026-01", "payments/2026-01"):
        people[Role.MANAGER]("POST", f"{PLACE}/{path}", 403, **steps[path])
