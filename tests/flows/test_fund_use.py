"""A repair, from a resident's report to the contractor's money, through the JSON door."""

from datetime import timedelta

from ledger.community.role_rules import Level, Role
from ledger.community.tables import Community, Home
from ledger.demo.tickets import picture
from tests.doors import HOMES, approve, wait
from tests.uses import SHA, SHOT

PLACE = "/communities/meiyuan"
PLAN = {
    "code": "2026-01", "title": "水泵更换", "component": "pump", "scope": "community", "contractor": "anju",
    "budget_fen": 120_000,
}  # fmt: skip
PHOTO = {"papers": {"photo": SHOT}}
AUDIT = {"papers": {"settlement_audit": SHA}}
PAYMENT = {"bill_fen": 118_800, "payee": "anju", "invoice_no": "FP-1", "on": "2026-07-20"}


def fill_the_fund(manager, fen=300_000) -> None:
    for number, home in enumerate(HOMES):
        manager(
            "POST", f"{PLACE}/deposits", 201,
            receipt_no=f"R{number}", kind="first", amount_fen=fen, on="2026-07-01", home=home,
        )  # fmt: skip


def step(by, word, expect=201, **body):
    return by("POST", f"{PLACE}/{word}/2026-01", expect, **body)


def vote(app, people) -> dict:
    """Announced today, voted on in a week by four of six, counted when the days are over, and posted."""
    committee, office = people[Role.COMMITTEE], people[Role.COMMUNITY_OFFICE]
    today = wait(app, 0)
    soon = {"opens_on": str(today + timedelta(days=6)), "closes_on": str(today + timedelta(days=9))}
    committee("POST", f"{PLACE}/projects/2026-01/vote", 409, **soon)  # a day too early
    days = {**soon, "opens_on": str(today + timedelta(days=7))}
    motion = committee("POST", f"{PLACE}/projects/2026-01/vote", 201, **days)["motion"]
    wait(app, 7)
    motion = f"{PLACE}/votes/{motion}"
    people[Role.OWNER]("POST", f"{motion}/ballots", 201, choice="yes")
    sheet = office("POST", f"{PLACE}/votes/papers", 201, file=(b"%PDF-1.7 sheet", "sheet.pdf"))["sha256"]
    read = {"sheet": sheet, "returned_on": days["opens_on"], "choices": dict.fromkeys(HOMES[1:4], "yes")}
    for reader in (office, committee):
        reader("POST", f"{motion}/sheets", 201, **read)
    committee("POST", f"{PLACE}/projects/2026-01/count", 409)
    step(office, "vote-postings", 409, **PHOTO)  # not counted yet
    wait(app, 3)
    counted = committee("POST", f"{PLACE}/projects/2026-01/count", 201)
    wall = office("POST", f"{PLACE}/votes/papers", 201, file=(picture(1), "wall.png"))["sha256"]
    office("POST", f"{motion}/posting", 201, posted_on=str(wait(app, 0)), paper=wall)
    step(office, "vote-postings")  # with the photograph of the vote's own posting
    return counted


def test_an_ordinary_use_goes_from_a_ticket_to_the_archive(app, people):
    manager, committee, office = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.COMMUNITY_OFFICE]
    authority, bank = people[Level.HOUSING_AUTHORITY], people[Level.CUSTODIAN]
    fill_the_fund(manager)

    ticket = people[Role.WORKER](
        "POST", f"{PLACE}/tickets", 201, category="water", title="四楼没水", component="pump", urgent=True
    )
    manager("POST", f"{PLACE}/tickets/{ticket['no']}/triage", 201, priority="P2", daily_upkeep=False)
    project = manager("POST", f"{PLACE}/tickets/{ticket['no']}/project", 201, **PLAN)
    assert (project["state"], project["rule"]) == ("draft", "Y1")
    step(manager, "surveys", 409)  # without a photograph
    step(people[Role.WORKER], "surveys", **PHOTO)
    step(manager, "applications", 409)  # no vote yet
    step(manager, "plan-postings", **PHOTO)
    counted = vote(app, people)
    assert counted["quorum"]
    assert counted["heads_yes"] == 4
    step(authority, "approvals", 409, approved_fen=120_000)  # nobody has applied
    step(manager, "applications")
    step(authority, "approvals", 409, approved_fen=120_001)
    for other in (committee, people[Role.SUPERVISOR], bank):
        step(other, "approvals", 403, approved_fen=120_000)
    step(authority, "approvals", approved_fen=120_000)
    step(bank, "payments", **{**PAYMENT, "stage": "advance", "bill_fen": 36_000, "invoice_no": "FP-0"})
    step(bank, "payments", 409, **PAYMENT)  # not accepted yet
    step(manager, "works")
    step(committee, "acceptances", **PHOTO)  # who consents thereby that so small a use goes without an audit
    step(authority, "payments", 403, **PAYMENT)  # approved it himself
    for other in (committee, people[Role.SUPERVISOR]):
        step(other, "payments", 403, **PAYMENT)  # the authority keeps the fund
    final = {**PAYMENT, "bill_fen": 80_436, "retention_fen": 3_564, "retention_until": "2027-07-20"}
    step(bank, "payments", 409, **{**final, "bill_fen": 80_437})  # a fen above what was approved
    paid = step(bank, "payments", key="final-payment", **final)
    again = step(bank, "payments", key="final-payment", **final)

    assert paid == again
    assert paid["charged_fen"] == 116_436
    for other in (office, committee, people[Role.SUPERVISOR]):
        step(other, "apportionments", 403)
    step(manager, "apportionments")
    step(office, "use-disclosures", **PHOTO)
    step(office, "archives", 409)  # retention money is held
    step(bank, "retentions", 409, invoice_no="FP-2", on="2026-08-20")
    home = people[Role.OWNER]("GET", f"{PLACE}/homes/{HOMES[0]}", 200)
    assert home["fund_fen"] == 300_000 - 116_436 // 6
    use = people[Role.AUDITOR]("GET", f"{PLACE}/projects/2026-01", 200)
    assert [line["action"] for line in use["steps"]] == [
        "propose", "survey", "post_plan", "announce_vote", "post_result", "apply", "approve", "pay_advance", "begin",
        "accept", "pay_final", "apportion", "disclose",
    ]  # fmt: skip
    assert people[Role.AUDITOR]("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_a_use_of_one_side_of_a_stairwell_is_planned_at_the_door(database, people):
    """`domain/01` §1.6: one side of a stairwell → that side."""
    with database.writing() as session:
        for home in HOMES[:2]:
            session.get(Home, ("meiyuan", home)).side = "东"
    side = {"scope": "side", "building": "1", "stairwell": "1", "side": "东"}
    plan = {"code": "P-9", "title": "立管", "component": "pump", "contractor": "anju", "budget_fen": 100_000}
    manager = people[Role.MANAGER]

    assert manager("POST", f"{PLACE}/projects", 201, **plan, **side)["side"] == "东"
    manager("POST", f"{PLACE}/projects", 409, **{**plan, "code": "P-8"}, **{**side, "side": "北"})
    homes = manager("GET", f"{PLACE}/homes", 200)["homes"]
    assert [home["code"] for home in homes if home["side"] == "东"] == list(HOMES[:2])


def test_an_emergency_waives_the_vote_and_nothing_else(database, people):
    manager, committee, office = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.COMMUNITY_OFFICE]
    authority, bank = people[Level.HOUSING_AUTHORITY], people[Level.CUSTODIAN]
    fill_the_fund(manager, fen=10_000)
    manager("POST", f"{PLACE}/projects", 201, **PLAN, emergency="water_pump")
    step(bank, "payments", 409, **PAYMENT)
    step(manager, "surveys", **PHOTO)
    step(manager, "applications")
    project = manager("GET", f"{PLACE}/projects/2026-01", 200)
    assert [duty["what"] for duty in project["due"]] == ["decide"]
    step(authority, "approvals", approved_fen=120_000)
    step(manager, "works")
    step(office, "acceptances", **PHOTO)
    step(bank, "payments", 409, **PAYMENT)  # the settlement is not waived
    step(office, "settlements", settled_fen=118_800, **AUDIT)
    step(bank, "payments", 409, **{**PAYMENT, "payee": "wuye"})
    step(bank, "payments", 409, **{**PAYMENT, "bill_fen": 118_801})
    paid = step(bank, "payments", **PAYMENT)
    assert (paid["charged_fen"], paid["shortfall_fen"]) == (60_000, 58_800)
    step(bank, "apportionments")
    step(office, "use-disclosures", **PHOTO)

    manager("POST", f"{PLACE}/cash-book", 201)
    receipt = {"project": "2026-01", "bearer": HOMES[0], "receipt_no": "Z-1", "on": "2026-07-21"}
    manager("POST", f"{PLACE}/cash-shares", 409, **receipt, amount_fen=9_800)  # its account is not approved
    approve(database, "cash-shares")
    manager("POST", f"{PLACE}/cash-shares", 409, **receipt, amount_fen=9_801)
    manager("POST", f"{PLACE}/cash-shares", 201, **receipt, amount_fen=9_800)
    step(authority, "cash-payments", 403, invoice_no="FP-1", on="2026-07-22")
    step(committee, "cash-payments", invoice_no="FP-1", on="2026-07-22")
    shares = manager("GET", f"{PLACE}/cash-shares", 200)["cash_shares"]
    assert [share["open_fen"] for share in shares] == [0] + [9_800] * 5
    step(office, "archives")
    assert people[Role.AUDITOR]("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_an_overrun_is_voted_on_again_before_it_is_paid(app, people):
    manager, office = people[Role.MANAGER], people[Role.COMMUNITY_OFFICE]
    authority, bank = people[Level.HOUSING_AUTHORITY], people[Level.CUSTODIAN]
    fill_the_fund(manager)
    manager("POST", f"{PLACE}/projects", 201, **PLAN)
    step(manager, "surveys", **PHOTO)
    step(manager, "plan-postings", **PHOTO)
    vote(app, people)
    step(manager, "applications")
    step(authority, "approvals", approved_fen=120_000)
    step(manager, "works")
    step(office, "acceptances", **PHOTO)
    settled = step(office, "settlements", settled_fen=132_001, **AUDIT)
    assert settled["state"] == "overrun_revote"
    payment = {**PAYMENT, "bill_fen": 132_001}
    step(bank, "payments", 409, **payment)
    vote(app, people)
    step(manager, "applications")
    step(authority, "approvals", approved_fen=132_001)
    assert step(bank, "payments", **payment)["charged_fen"] == 132_001
    assert people[Role.AUDITOR]("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_the_authority_orders_a_substitute_repair_and_another_pays(people):
    fill_the_fund(people[Role.MANAGER])
    plan = {key: value for key, value in PLAN.items() if key != "code"} | {"emergency": "water_pump"}
    order = {"code": "2026-01", "plan": plan, "papers": {"photo": SHOT, "order": SHA}}
    for role in (Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR):
        people[role]("POST", f"{PLACE}/substitute-repairs", 403, **order)
    authority = people[Level.HOUSING_AUTHORITY]
    ordered = authority("POST", f"{PLACE}/substitute-repairs", 201, **order)
    assert ordered["state"] == "approved"
    step(authority, "payments", 403, **{**PAYMENT, "stage": "advance"})
    step(people[Level.CUSTODIAN], "payments", **{**PAYMENT, "stage": "advance"})


def test_after_the_hand_over_the_committee_approves_files_and_another_pays(database, people):
    manager, committee, office = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.COMMUNITY_OFFICE]
    authority = people[Level.HOUSING_AUTHORITY]
    with database.writing() as session:
        session.get(Community, "meiyuan").transferred = True
    fill_the_fund(manager)
    manager("POST", f"{PLACE}/projects", 201, **PLAN, emergency="water_pump")
    step(manager, "surveys", **PHOTO)
    step(manager, "applications")
    step(authority, "approvals", 403, approved_fen=120_000)
    step(committee, "approvals", approved_fen=120_000)
    step(authority, "payments", 403, **{**PAYMENT, "stage": "advance", "bill_fen": 20_000})
    duties = {duty["what"]: duty for duty in manager("GET", f"{PLACE}/projects/2026-01", 200)["due"]}
    assert duties["file"]["done_on"] is None
    for other in (office, authority):
        step(other, "filings", 403)
    step(committee, "filings")
    duties = {duty["what"]: duty for duty in manager("GET", f"{PLACE}/projects/2026-01", 200)["due"]}
    assert duties["file"]["done_on"] is not None
    step(people[Level.CUSTODIAN], "payments", **{**PAYMENT, "stage": "advance", "bill_fen": 20_000})
    assert people[Role.AUDITOR]("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_the_wrong_roles_are_refused_at_every_step(people):
    fill_the_fund(people[Role.MANAGER])
    days = {"opens_on": "2026-08-01", "closes_on": "2026-08-02"}
    steps = {
        "projects": PLAN,
        "reviews/2026-01": {},
        "price-reviews/2026-01": {"priced_fen": 1},
        "plan-postings/2026-01": PHOTO,
        "projects/2026-01/vote": days,
        "projects/2026-01/count": {},
        "vote-postings/2026-01": PHOTO,
        "preauthorisations": {**days, "code": "C", "question": "?", "scope": "community"},
        "applications/2026-01": {},
        "consents/2026-01": {},
        "approvals/2026-01": {"approved_fen": 1},
        "filings/2026-01": {},
        "refusals/2026-01": {"reason": "?"},
        "works/2026-01": {},
        "acceptances/2026-01": PHOTO,
        "settlements/2026-01": {"settled_fen": 1, **AUDIT},
        "payments/2026-01": {"bill_fen": 1, "payee": "anju", "invoice_no": "x1", "on": "2026-07-20"},
        "retentions/2026-01": {"invoice_no": "x1", "on": "2026-07-20"},
        "payment-reversals/2026-01": {"reason": "?"},
        "apportionments/2026-01": {},
        "use-disclosures/2026-01": PHOTO,
        "archives/2026-01": {},
        "cancellations/2026-01": {"reason": "?"},
        "cash-book": {},
        "cash-payments/2026-01": {"invoice_no": "x1", "on": "2026-07-20"},
    }

    for path, body in steps.items():
        for role in (Role.WORKER, Role.OWNER, Role.AUDITOR):
            people[role]("POST", f"{PLACE}/{path}", 403, **body)
    for word in (
        "consents",
        "approvals",
        "acceptances",
        "settlements",
        "payments",
        "retentions",
        "refusals",
        "vote-postings",
    ):
        people[Role.MANAGER]("POST", f"{PLACE}/{word}/2026-01", 403, **steps[f"{word}/2026-01"])
