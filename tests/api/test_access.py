"""Who comes in, as what, and who does not."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import jwt
import pytest

from ledger.community.actions import appoint, enrol
from ledger.community.role_rules import Role, Seat
from ledger.community.rules import ComponentKind
from ledger.community.tables import Person
from ledger.fund.actions import NewDeposit, deposit
from ledger.fund.rules import DepositKind
from ledger.operations.registry import OPERATIONS
from tests.cast import AN, CHEN, HE, HUANG, MEI, NOON, OUYANG, SONG, SU, WEN
from tests.doors import HOMES, PASSWORD
from tests.factories import a_component, a_package

PLACE = "/communities/meiyuan"


def test_every_route_says_who_may_call_it(app):
    silent = [
        f"{rule.endpoint} {rule}"
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "allowed_roles")
        and rule.endpoint.split(".")[0] not in {"public", "openapi", "static"}
        and not rule.endpoint.endswith(".static")
    ]

    assert silent == []


def test_no_write_is_open_to_everyone_but_signing_in(app):
    open_writes = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
        and not getattr(app.view_functions[rule.endpoint], "allowed_roles", None)
    }

    assert open_writes == {
        "sign_in.post_session", "sign_in.post_token", "desk.post_sign_in", "desk.post_factor", "desk.post_slip",
    }  # fmt: skip


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(client):
    wrong = client.post("/api/v1/sessions", json={"login": "mei", "password": "guess"})
    unknown = client.post("/api/v1/sessions", json={"login": "nobody", "password": "guess"})

    assert wrong.status_code == unknown.status_code == 403
    assert wrong.json == unknown.json


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic bWVpOnB3", "Bearer a.b.c"])
def test_without_a_token_nothing_is_told(client, header):
    answer = client.get("/api/v1/me", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"


def test_a_token_of_another_key_or_past_its_time_is_refused(app, client):
    now = datetime.now(UTC)
    claims = {"sub": "mei", "aud": "mingbai", "iat": now, "exp": now + timedelta(hours=1)}
    forged = jwt.encode(claims, "secret" * 8, algorithm="HS256")
    unsigned = jwt.encode(claims, None, algorithm="none")
    old = app.extensions["tokens"].issue("mei", "s-1", now - timedelta(hours=2))

    for token in (forged, unsigned, old):
        answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


def test_somebody_who_left_is_out_at_once_although_the_token_still_runs(app, database, as_):
    mei = as_(MEI)
    with database.writing() as session:
        person = session.get(Person, "mei")
        person.active = False
        session.add(person)

    mei("GET", "/me", 401)


def test_a_stranger_sees_nothing_of_a_community(as_):
    song = as_(SONG)

    song("GET", PLACE, 403)
    song("GET", f"{PLACE}/homes/{HOMES[0]}", 403)
    assert song("GET", "/communities", 200)["communities"] == []


def test_an_owner_sees_his_own_home_and_no_other(as_):
    ouyang = as_(OUYANG)

    assert ouyang("GET", f"{PLACE}/homes/{HOMES[0]}", 200)["home"] == HOMES[0]
    ouyang("GET", f"{PLACE}/homes/{HOMES[1]}", 403)
    ouyang("GET", f"{PLACE}/homes", 403)


def test_a_worker_logs_tickets_and_touches_no_money(as_):
    wen = as_(WEN)

    wen("POST", f"{PLACE}/tickets", 201, category="leak", title="漏水")
    wen("POST", f"{PLACE}/months/2026-07/charges", 403)
    wen("GET", f"{PLACE}/books", 403)


def test_every_write_is_refused_to_the_auditor_but_the_check_and_calling_off_what_he_asked_for(as_):
    allowed = {
        operation.path
        for operation in OPERATIONS
        for role in operation.roles
        if Role.AUDITOR in (role, getattr(role, "role", role))
    }

    assert allowed == {"/disclosures/<period>/check", "/jobs/<int:no>/cancellation"}
    as_(AN)("POST", f"{PLACE}/months/2026-07/charges", 403)


def test_answers_carry_the_security_headers(client):
    for path in ("/api/v1/me", "/desk/sign-in", "/healthz", "/"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == ("no-referrer" if path == "/" else "same-origin")


def test_the_password_is_kept_as_an_argon2_hash(session):
    enrol(session, "new", "New", PASSWORD, by=MEI, at=NOON)

    assert session.get(Person, "new").password.startswith("$argon2id$")


def test_f12_an_owner_reports_the_corridors_lamp_and_follows_it_without_it_being_his(as_):
    """Corrections G1 and F12."""
    ouyang, mei = as_(OUYANG), as_(MEI)

    lamp = ouyang("POST", f"{PLACE}/tickets", 201, category="lighting", title="楼道灯不亮", building="1")

    assert (lamp["home"], lamp["building"]) == (None, "1")
    assert ouyang("GET", f"{PLACE}/tickets/{lamp['no']}", 200)["title"] == "楼道灯不亮"
    mei("POST", f"{PLACE}/tickets/{lamp['no']}/rejection", 201, reason="自己换")
    ouyang("POST", f"{PLACE}/tickets/{lamp['no']}/appeal", 201, reason="是楼道的灯")


def test_f12_a_tenant_sees_the_fee_of_his_home_and_nothing_of_his_landlords_fund(as_, database):
    mei, ouyang, song = as_(MEI), as_(OUYANG), as_(SONG)
    with database.writing() as session:
        appoint(session, SONG.login, "meiyuan", Seat(Role.TENANT, HOMES[0]), date(2026, 1, 1), by=HE, at=NOON)
        opening = NewDeposit("OPEN-1", DepositKind.OPENING, 3_000_00, NOON.date(), HOMES[0])
        deposit(session, "meiyuan", [opening], by=HUANG, at=NOON)
    mei("POST", f"{PLACE}/months/2026-07/charges", 201)

    his, landlords = (who("GET", f"{PLACE}/homes/{HOMES[0]}", 200) for who in (song, ouyang))

    assert (his["fund_fen"], his["first_deposit_fen"]) == (None, None)
    assert {movement["book"] for movement in his["movements"]} == {"fee"}
    assert his["owed"] == landlords["owed"] != []
    assert (landlords["fund_fen"], landlords["first_deposit_fen"]) == (3_000_00, 3_000_00)
    assert {movement["book"] for movement in landlords["movements"]} == {"fee", "fund"}
    song("GET", f"{PLACE}/fees/homes/{HOMES[0]}", 200)
    for path in (f"fund/homes/{HOMES[0]}", f"fund/homes/{HOMES[0]}/sale-proof", f"homes/{HOMES[1]}"):
        song("GET", f"{PLACE}/{path}", 403)


def test_f12_whoever_reports_follows_what_he_reported_and_nobody_elses(as_, database):
    with database.writing() as session:
        appoint(session, SONG.login, "meiyuan", Seat(Role.TENANT, HOMES[1]), date(2026, 1, 1), by=HE, at=NOON)
    for who in (as_(SONG), as_(OUYANG)):
        others = as_(MEI)("POST", f"{PLACE}/tickets", 201, category="leak", title="漏水", home=HOMES[2])["no"]
        lamp = who("POST", f"{PLACE}/tickets", 201, category="lighting", title="楼道灯不亮", building="1")[
            "no"
        ]

        assert who("GET", f"{PLACE}/tickets/{lamp}", 200)["no"] == lamp
        assert lamp in [ticket["no"] for ticket in who("GET", f"{PLACE}/tickets", 200)["tickets"]]
        who("GET", f"{PLACE}/tickets/{others}", 404)


def test_g1_places_that_are_not_there_or_do_not_agree_are_refused(as_):
    """Correction G1."""
    mei = as_(MEI)
    leak = {"category": "leak", "title": "漏水"}
    mei("POST", f"{PLACE}/tickets", 404, **leak, building="abc")
    mei("POST", f"{PLACE}/tickets", 404, **leak, building="7", home=HOMES[0])
    mei("POST", f"{PLACE}/tickets", 404, **leak, home="3-2-501")
    assert mei("GET", f"{PLACE}/tickets", 200)["total"] == 0


def test_g2_a_ticket_is_given_to_nobody_who_does_not_repair_here(as_):
    """Correction G2, past the form whose choices alone stood against it."""
    mei = as_(MEI)
    no = mei("POST", f"{PLACE}/tickets", 201, category="leak", title="漏水")["no"]
    mei("POST", f"{PLACE}/tickets/{no}/triage", 201, priority="P3")

    for to in ("nobody-xyz", "chen"):
        problem = mei("POST", f"{PLACE}/tickets/{no}/assignment", 409, to=to)
        assert problem["code"] == "nobody-to-repair"
    assert mei("POST", f"{PLACE}/tickets/{no}/assignment", 201, to="wen")["assigned_to"] == "wen"


def test_c2_the_firm_gives_no_rating_and_the_owner_does(as_):
    """Correction C2."""
    mei = as_(MEI)
    no = mei("POST", f"{PLACE}/tickets", 201, category="leak", title="漏水", home=HOMES[0])["no"]
    for path in ("follow-up", "dispute"):
        mei("POST", f"{PLACE}/tickets/{no}/{path}", 403, rating=5, reason="好")
        as_(WEN)("POST", f"{PLACE}/tickets/{no}/{path}", 403, rating=5, reason="好")
    assert (
        as_(OUYANG)("POST", f"{PLACE}/tickets/{no}/follow-up", 409, rating=5)["code"] == "step-not-possible"
    )


def test_g4_who_reported_is_told_to_whom_it_helps_to_work_and_to_no_other(as_):
    """Correction G4."""
    no = as_(WEN)(
        "POST", f"{PLACE}/tickets", 201, category="leak", title="漏水", home=HOMES[0], reporter="老李 139"
    )["no"]

    reporters = {
        actor.login: as_(actor)("GET", f"{PLACE}/tickets/{no}", 200)["reporter"]
        for actor in (MEI, WEN, CHEN, SU, AN, OUYANG)
    }

    assert reporters == {
        "mei": "老李 139", "wen": "老李 139", "chen": "老李 139", "su": "", "an": "", "ouyang": "",
    }  # fmt: skip
    assert "reporter" not in as_(MEI)("GET", f"{PLACE}/tickets", 200)["tickets"][0]


def test_g3_the_default_choices_send_a_leak_under_warranty_to_its_contractor_and_another_asks_why(
    as_, database
):
    with database.writing() as session:
        a_package(session, accepted_on=date(2023, 5, 26))
        until = date(2028, 5, 26)
        a_component(
            session, "roof-1", kind=ComponentKind.ROOF, building="1", package="A", warranty_until=until
        )
    mei = as_(MEI)
    leak = {"category": "leak", "title": "屋顶漏水", "building": "1"}
    first, second = (mei("POST", f"{PLACE}/tickets", 201, **leak)["no"] for _ in range(2))

    judged = mei("POST", f"{PLACE}/tickets/{first}/triage", 201, priority="P3")
    refused = mei("POST", f"{PLACE}/tickets/{second}/triage", 409, priority="P3", exclusive=True)

    assert (judged["route"], judged["component"]) == ("warranty", "roof-1")
    assert refused["code"] == "against-warranty"


def test_g5_a_search_finds_a_number_and_a_place_and_takes_no_wildcards(as_):
    mei = as_(MEI)
    mei("POST", f"{PLACE}/tickets", 201, category="leak", title="漏水", building="1")
    mei("POST", f"{PLACE}/tickets", 201, category="lighting", title="灯闪")

    def numbers(search):
        listed = mei("GET", f"{PLACE}/tickets?search={quote(search)}", 200)["tickets"]
        return [ticket["no"] for ticket in listed]

    assert numbers("2") == [2]
    assert numbers("1幢") == [1]
    assert numbers("%") == numbers("_") == []


def test_g6_a_period_and_a_role_are_told_in_words(as_):
    """“half-year 2030-H1” and “owner of this home” stood in messages."""
    missing = as_(MEI)("GET", f"{PLACE}/reports/lobby/2030-H1.pdf", 404)
    refused = as_(SU)("POST", f"{PLACE}/tickets", 403, category="leak", title="漏水")

    assert missing["title_zh"] == "本小区没有这份公示：收支公示（2030年上半年）。"
    assert "业主、租户" in refused["title_zh"]
    assert not re.search(r"[A-Za-z]", refused["title_zh"])
