"""Signing in and out by the JSON door: what a sign-in gives, how long, and what ends it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlmodel import col, select, update

from ledger.community.actions import appoint
from ledger.community.role_rules import EVERYWHERE, Actor, Role, Seat
from ledger.community.tables import Person
from ledger.config import Config
from ledger.people.keyring import Keyring
from ledger.people.queries import access_records
from ledger.people.rules import FREE_TRIES, NETWORK_TRIES, WHOLE_WITH_FACTOR, Ending, Event, WrongFactor
from ledger.people.sign_ins import end_sign_ins, new_secret, remember, set_factor, set_password
from ledger.people.tables import AccessRecord, SecondFactor, SignIn
from ledger.web import create_app
from tests.cast import HE, MEI, NOON, SU, WEN
from tests.doors import HOMES, PASSWORD, sits_down

ME = "/api/v1/me"


@pytest.fixture
def comes(client):
    """Sign in by name and password; gives the answer."""

    def sign_in(login="mei", password=PASSWORD, code="", address="192.0.2.1"):
        asked = {"login": login, "password": password, "code": code}
        return client.post("/api/v1/sessions", json=asked, environ_base={"REMOTE_ADDR": address})

    return sign_in


@pytest.fixture
def at_desk(app):
    def sits(actor):
        browser = app.test_client()
        sits_down(browser, actor)
        return browser

    return sits


def bearer(given) -> dict[str, str]:
    return {"Authorization": f"Bearer {given['token']}"}


def carried_on(client, given, expect=201):
    answer = client.post("/api/v1/sessions/current/token", json={"refresh": given["refresh"]})
    assert answer.status_code == expect, answer.text
    return answer.json


def records(database, event: Event) -> list[AccessRecord]:
    with database.reading() as session:
        kept = select(AccessRecord).where(AccessRecord.event == event).order_by(col(AccessRecord.no))
        return list(session.exec(kept))


def test_a_sign_in_gives_a_token_of_a_quarter_of_an_hour_and_what_carries_it_on(client, comes):
    given = comes().json
    assert given["expires_in"] == 900
    assert client.get(ME, headers=bearer(given)).json["login"] == "mei"
    following = carried_on(client, given)
    assert client.get(ME, headers=bearer(following)).status_code == 200
    assert following["refresh"] not in ("", given["refresh"])


def test_f6_signing_out_ends_every_token_of_the_sign_in_and_of_no_other(client, comes):
    here, elsewhere = comes().json, comes().json
    following = carried_on(client, here)
    assert client.delete("/api/v1/sessions/current", headers=bearer(here)).status_code == 204
    for given in (here, following):
        assert client.get(ME, headers=bearer(given)).status_code == 401
    carried_on(client, following, expect=401)
    assert client.delete("/api/v1/sessions/current", headers=bearer(here)).status_code == 401
    assert client.get(ME, headers=bearer(elsewhere)).status_code == 200


def test_f6_a_refresh_token_that_comes_a_second_time_ends_the_sign_in(client, comes, database):
    given = comes().json
    following = carried_on(client, given)
    assert carried_on(client, given)["refresh"] == ""  # within a minute: the second of two tabs
    with database.writing() as session:
        session.execute(update(SignIn).values(seen_at=datetime.now(UTC) - timedelta(minutes=2)))
    carried_on(client, given, expect=401)
    assert client.get(ME, headers=bearer(following)).status_code == 401
    carried_on(client, following, expect=401)
    assert [record.login for record in records(database, Event.STOLEN)] == ["mei"]


@pytest.mark.parametrize("named", ["until", "seen_at"])
def test_f6_a_sign_in_ends_whatever_its_owner_does_and_sooner_when_nobody_uses_it(
    client, comes, database, named
):
    given = comes().json
    with database.writing() as session:
        session.execute(update(SignIn).values({named: datetime.now(UTC) - timedelta(days=8)}))
    carried_on(client, given, expect=401)


def test_f6_a_new_password_ends_the_sign_ins_elsewhere_but_not_the_one_in_use(client, comes, database):
    here, elsewhere = comes().json, comes().json
    with database.writing() as session:
        mei = session.get_one(Person, "mei")
        using = session.exec(select(SignIn.id).order_by(col(SignIn.since)).limit(1)).one()
        set_password(session, mei, "a new sentence of mine", at=datetime.now(UTC), using=using)
    assert client.get(ME, headers=bearer(here)).status_code == 200
    assert client.get(ME, headers=bearer(elsewhere)).status_code == 401
    assert comes().status_code == 403
    assert comes(password="a new sentence of mine").status_code == 201


def test_an_office_can_end_all_sign_ins_of_a_person(client, comes, database):
    given = comes().json
    with database.writing() as session:
        end_sign_ins(session, "mei", Ending.OFFICE, at=datetime.now(UTC))
    assert client.get(ME, headers=bearer(given)).status_code == 401


def test_f6_guessing_is_slowed_down_from_there_and_nowhere_else(comes, database):
    answers = [comes(password="guess") for _ in range(FREE_TRIES + 1)]
    assert {answer.status_code for answer in answers} == {403}
    slowed = comes()
    assert (slowed.status_code, slowed.json["code"]) == (429, "too-many-tries")
    assert int(slowed.headers["Retry-After"]) == slowed.json["facts"]["seconds"] <= 60
    assert comes(address="192.0.2.99").status_code == 201
    assert comes(login="chen").status_code == 201
    assert len(records(database, Event.REFUSED)) == FREE_TRIES + 1


def test_a_network_that_tries_one_password_on_every_account_is_slowed_down_and_no_resident_with_it(
    comes, database
):
    home, sprayed = "192.0.2.99", "192.0.2.1"
    assert comes("chen", address=sprayed).status_code == 201
    with database.writing() as session:
        for number in range(NETWORK_TRIES):
            remember(session, Event.REFUSED, f"nobody-{number}", sprayed, at=datetime.now(UTC))
    assert comes("lin", password="guess", address=sprayed).status_code == 403
    slowed = comes("mei", password="guess", address=sprayed)
    assert (slowed.status_code, slowed.json["code"]) == (429, "too-many-tries")
    assert comes("mei", address=home).status_code == 201
    assert comes("lin", address=home).status_code == 201
    assert comes("chen", address=sprayed).status_code == 201  # who signed in from there before


def test_the_right_password_forgets_the_wrong_ones_before(comes):
    for _ in range(3):
        assert [comes(password="guess").status_code for _ in range(FREE_TRIES)] == [403] * FREE_TRIES
        assert comes().status_code == 201


def test_a_household_behind_one_ipv6_half_is_one_network(comes):
    for last in range(FREE_TRIES + 1):
        assert comes(password="guess", address=f"2001:db8:0:7::{last + 1:x}").status_code == 403
    assert comes(address="2001:db8:0:7::ffff").status_code == 429
    assert comes(address="2001:db8:0:8::1").status_code == 201


def test_a_role_that_reads_everything_does_not_come_in_by_a_password_alone(comes):
    answer = comes("su")
    assert (answer.status_code, answer.json["code"]) == (403, "second-factor-not-set")


def test_who_becomes_auditor_after_he_came_by_a_password_alone_signs_in_anew_with_two_factors(
    client, comes, database, as_
):
    before = comes("wen").json
    assert client.get(ME, headers=bearer(before)).status_code == 200
    with database.writing() as session:
        appoint(session, "wen", "meiyuan", Seat(Role.AUDITOR), date(2026, 1, 1), by=MEI, at=NOON)
    assert client.get(ME, headers=bearer(before)).status_code == 401
    answer = client.get("/api/v1/communities/meiyuan/holders", headers=bearer(before))
    assert (answer.status_code, answer.json["code"]) == (401, "token-refused")
    carried_on(client, before, expect=401)
    assert comes("wen").json["code"] == "second-factor-not-set"
    with database.reading() as session:
        ended = session.exec(select(SignIn).where(SignIn.person == "wen")).one()
        events = [record.event for record in access_records(session, "wen", NOON)]
    assert (ended.ending, ended.ended_at is not None) == (Ending.FACTOR_LACKED, True)
    assert events.count(Event.FACTOR_LACKED) == 1

    with_both = as_(WEN)
    (shown,) = with_both("GET", "/me/sign-ins", 200)["sign_ins"]
    assert (
        datetime.fromisoformat(shown["until"]) - datetime.fromisoformat(shown["since"]) == WHOLE_WITH_FACTOR
    )


def test_a_token_that_carries_on_a_sign_in_by_a_password_alone_ends_it_too(client, comes, database):
    before = comes("wen").json
    with database.writing() as session:
        appoint(session, "wen", "meiyuan", Seat(Role.AUDITOR), date(2026, 1, 1), by=MEI, at=NOON)

    carried_on(client, before, expect=401)

    with database.reading() as session:
        assert session.exec(select(SignIn.ending).where(SignIn.person == "wen")).all() == [
            Ending.FACTOR_LACKED
        ]


def digits(secret: bytes, moment: datetime) -> str:
    return TOTP(secret, 6, SHA1(), 30).generate(int(moment.timestamp())).decode()


def test_the_six_digits_let_in_once_and_the_next_ones_again(comes, database, app):
    secret, now = new_secret(), datetime.now(UTC)
    keyring = app.extensions["installation"].keyring
    with database.writing() as session:
        set_factor(session, "su", secret, digits(secret, now - timedelta(seconds=30)), keyring, at=now)
        assert secret.hex() not in session.get_one(SecondFactor, "su").secret
    assert comes("su").json["code"] == "second-factor-missing"
    assert comes("su", code="000 000").json["code"] == "second-factor-wrong"
    code = digits(secret, now)
    given = comes("su", code=f"{code[:3]} {code[3:]}")
    assert given.status_code == 201, given.text
    assert comes("su", code=code).json["code"] == "second-factor-wrong"
    with database.reading() as session:
        of_su = session.exec(select(SignIn).where(SignIn.person == "su")).one()
        assert of_su.until - of_su.since == timedelta(hours=12)


def test_an_authenticator_is_kept_once_it_has_told_right_digits(database, app, tmp_path):
    secret, now = new_secret(), datetime.now(UTC)
    with database.writing() as session, pytest.raises(WrongFactor):
        set_factor(session, "su", secret, "123456x", Keyring(tmp_path / "another.key"), at=now)


def test_whoever_is_signed_in_at_the_desk_and_signs_out_is_out(app):
    client = app.test_client()
    sits_down(client, MEI)
    assert client.get("/desk/meiyuan/").status_code == 200
    token = client.get_cookie("mingbai_desk", path="/desk").value
    page = client.get("/desk/meiyuan/").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/desk/sign-out", data={"csrf_token": csrf}).status_code == 302
    client.set_cookie("mingbai_desk", token, path="/desk")
    assert client.get("/desk/meiyuan/").status_code == 302


def test_at_the_desk_a_supervisor_sets_his_authenticator_up_and_goes_in(app):
    client = app.test_client()
    page = client.get("/desk/sign-in").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": csrf, "login": SU.login, "password": PASSWORD}
    drawn = client.post("/desk/sign-in", data=sent).text
    sealed = drawn.split('name="sealed" value="')[1].split('"')[0]
    login, _, secret = app.extensions["installation"].keyring.open(sealed).split(b" ", 2)
    assert login == b"su"
    wrong = client.post("/desk/sign-in/second-factor", data={**sent, "sealed": sealed, "code": "abc"})
    assert wrong.status_code == 403
    assert 'name="sealed"' in wrong.text
    code = digits(secret, datetime.now(UTC))
    forged = {**sent, "sealed": sealed[:-4] + "AAAA", "code": code}
    assert client.post("/desk/sign-in/second-factor", data=forged).location.endswith("/desk/sign-in")
    came = client.post("/desk/sign-in/second-factor", data={**sent, "sealed": sealed, "code": code})
    assert came.status_code == 302
    assert client.get("/desk/meiyuan/").status_code == 200
    another = app.test_client()
    page = another.get("/desk/sign-in").text
    old = {
        "csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0],
        "sealed": sealed,
        "code": code,
    }
    replaced = another.post("/desk/sign-in/second-factor", data=old)
    assert replaced.location.endswith("/desk/sign-in")
    assert another.get("/desk/meiyuan/").status_code == 302


def test_a_short_token_that_is_over_is_renewed_while_somebody_works(app, database):
    client = app.test_client()
    page = client.get("/desk/sign-in").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/desk/sign-in", data={"csrf_token": csrf, "login": "mei", "password": PASSWORD})
    again = client.get_cookie("mingbai_again", path="/desk").value
    client.delete_cookie("mingbai_desk", path="/desk")
    assert client.get("/desk/meiyuan/").status_code == 200
    assert client.get_cookie("mingbai_again", path="/desk").value != again
    assert client.get_cookie("mingbai_desk", path="/desk").value


def test_somebody_who_is_invited_comes_with_his_slip_and_is_in(app, as_):
    invited = as_(HE)(
        "POST",
        "/communities/meiyuan/people",
        201,
        name="赵女士",
        role="owner",
        since="2026-07-01",
        home=HOMES[3],
    )
    seen = as_(HE)("GET", f"/communities/meiyuan/slips/{invited['slip']}", 200)
    as_(MEI)("GET", f"/communities/meiyuan/slips/{invited['slip']}", 403)
    assert as_(HE)("GET", "/communities/meiyuan/slips", 200)["slips"]
    assert not as_(MEI)("GET", "/communities/meiyuan/slips", 200)[
        "slips"
    ]  # what she may not open is not shown
    paper = as_(HE)("GET", f"/communities/meiyuan/slips/{invited['slip']}.pdf", 200)
    assert paper.startswith(b"%PDF")
    client = app.test_client()
    page = client.get(seen["link"].split("mingbai.example")[1]).text
    assert seen["code"].replace(" ", "") in page
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": csrf, "code": seen["code"], "password": "short"}
    refused = client.post("/desk/slip", data=sent)
    assert refused.status_code == 422
    assert "至少 15 个字符" in refused.text
    came = client.post("/desk/slip", data={**sent, "password": "三栋的水泵修好了"})
    assert (came.status_code, came.location) == (302, "/desk/")
    assert "赵女士" in client.get("/desk/meiyuan/").text
    again = app.test_client()
    page = again.get("/desk/slip").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    used = again.post("/desk/slip", data={**sent, "csrf_token": csrf})
    assert used.status_code == 403
    assert "登录条不能用" in used.text
    as_(HE)("GET", f"/communities/meiyuan/slips/{invited['slip']}", 404)
    rows = as_(HE)("GET", "/communities/meiyuan/people?role=owner", 200)["people"]
    assert (invited["login"], False) in [(row["login"], row["waiting"]) for row in rows]


def test_guessing_codes_of_slips_is_slowed_down_and_mistyping_one_holds_nobody_else_up(app, database):
    client = app.test_client()
    page = client.get("/desk/slip").text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": csrf, "code": "AAAA AAAA", "password": PASSWORD}
    answers = [client.post("/desk/slip", data=sent).status_code for _ in range(FREE_TRIES + 2)]
    assert answers == [403] * (FREE_TRIES + 1) + [429]
    assert client.post("/desk/slip", data={**sent, "code": "BBBB BBBB"}).status_code == 403
    with database.writing() as session:
        for number in range(NETWORK_TRIES):
            remember(session, Event.REFUSED, f"slip/{number}", "127.0.0.1", at=datetime.now(UTC))
    assert client.post("/desk/slip", data={**sent, "code": "CCCC CCCC"}).status_code == 429


def test_one_sees_where_one_is_signed_in_and_signs_another_device_out(client, comes):
    here, elsewhere = comes().json, comes(address="192.0.2.50").json
    shown = client.get("/api/v1/me/sign-ins", headers=bearer(here)).json["sign_ins"]
    (other,) = [of["id"] for of in shown if of["network"] == "192.0.2.50"]
    assert client.delete(f"/api/v1/me/sign-ins/{other}", headers=bearer(here)).status_code == 204
    assert client.get(ME, headers=bearer(elsewhere)).status_code == 401
    assert client.delete(f"/api/v1/me/sign-ins/{other}", headers=bearer(here)).status_code == 404


def test_one_changes_ones_password_by_the_present_one(client, comes):
    given = comes().json
    wrong = client.put("/api/v1/me/password", headers=bearer(given), json={"present": "x", "new": "y" * 20})
    assert wrong.json["code"] == "wrong-password"
    asked = {"present": PASSWORD, "new": "a new sentence of mine"}
    assert client.put("/api/v1/me/password", headers=bearer(given), json=asked).status_code == 204
    assert comes(password="a new sentence of mine").status_code == 201


def test_who_read_personal_data_is_remembered_and_the_operator_sees_it(as_, at_desk, database):
    as_(HE)("GET", "/communities/meiyuan/holders", 200)
    at_desk(HE).get("/desk/meiyuan/holders")
    read = [(record.login, record.community, record.what) for record in records(database, Event.READ)]
    assert read == [("he", "meiyuan", "/holders")] * 2
    with database.writing() as session:
        session.add(Person(login="root", name="方管理", password="", since=NOON))
        session.flush()
        appoint(session, "root", "meiyuan", Seat(Role.OPERATOR), date(2026, 1, 1), by=MEI, at=NOON)
    root = as_(Actor("root", Role.OPERATOR))
    shown = root("GET", "/communities/meiyuan/access-records?person=he", 200)["records"]
    assert [row["event"] for row in shown if row["event"] == "read"] == ["read", "read"]
    as_(MEI)("GET", "/communities/meiyuan/access-records", 403)
    as_(HE)("GET", f"/communities/meiyuan/holders/{HOMES[0]}", 200)
    assert records(database, Event.READ)[-1].what == f"/holders/{HOMES[0]}"


def test_the_access_to_a_community_is_told_whole_whoever_else_is_refused_and_whoever_reads_there(
    as_, database
):
    with database.writing() as session:
        for login, place in (("root", "meiyuan"), ("chief", EVERYWHERE)):
            session.add(Person(login=login, name="方管理", password="", since=NOON))
            session.flush()
            appoint(session, login, place, Seat(Role.OPERATOR), date(2026, 1, 1), by=MEI, at=NOON)
    as_(HE)("GET", "/communities/meiyuan/holders", 200)
    as_(Actor("chief", Role.OPERATOR))("GET", "/communities/meiyuan/people", 200)
    with database.writing() as session:
        now = datetime.now(UTC)
        for number in range(600):
            remember(session, Event.REFUSED, f"elsewhere-{number}", "192.0.2.1", at=now)
        remember(session, Event.READ, "he", "192.0.2.1", at=now, community="elsewhere", what="/homes")

    shown = as_(Actor("root", Role.OPERATOR))("GET", "/communities/meiyuan/access-records", 200)["records"]

    read = [(row["login"], row["what"]) for row in shown if row["event"] == "read"]
    assert sorted(read) == [("chief", "/people"), ("he", "/holders")]
    assert {row["login"] for row in shown if row["event"] == "signed_in"} >= {"he", "root"}
    assert not [row for row in shown if row["event"] == "refused"]


def test_the_record_of_access_is_read_page_by_page_to_its_oldest(as_, database):
    with database.writing() as session:
        session.add(Person(login="root", name="方管理", password="", since=NOON))
        session.flush()
        appoint(session, "root", "meiyuan", Seat(Role.OPERATOR), date(2026, 1, 1), by=MEI, at=NOON)
        for number in range(600):
            at = datetime.now(UTC) - timedelta(minutes=number)
            remember(session, Event.READ, "he", "192.0.2.1", at=at, community="meiyuan", what=f"/{number}")
    root = as_(Actor("root", Role.OPERATOR))

    first, last = (
        root("GET", f"/communities/meiyuan/access-records?person=he&page={page}&size=100", 200)
        for page in (1, 6)
    )

    read = [row["what"] for row in [*first["records"], *last["records"]]]
    assert read == [f"/{number}" for number in (*range(100), *range(500, 600))]


@pytest.fixture
def behind(database, tmp_path):
    """The application with other settings, as of a server behind a proxy."""

    def made(**settings):
        url = database.engine.url.render_as_string(hide_password=False)
        home = {"LEDGER_HOME": str(tmp_path), "LEDGER_DATABASE_URL": url, "LEDGER_COOKIE_INSECURE": "1"}
        return create_app(Config.from_env(home | settings)).test_client()

    return made


@pytest.mark.parametrize("path", ["/desk", "/meiyuan", "/meiyuan/half-year/2026-H1", "/desk/"])
def test_f7_no_answer_leads_to_another_host_or_out_of_tls(behind, path):
    client = behind(LEDGER_PROXIES="1", LEDGER_HOSTS="board.example")
    tls = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "board.example"}
    for answer in (client.get(path, headers=tls), behind().get(path, headers={"Host": "evil.example"})):
        assert answer.headers.get("Location", "/").startswith(("/", "https://board.example/"))
        assert "evil.example" not in answer.text
    assert behind().get("//evil.example/desk?a=1").headers.get("Location", "/").startswith("/desk/")
    answer = client.get(path, headers=tls)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert client.get(path, headers=tls | {"X-Forwarded-Host": "evil.example"}).status_code == 400


def test_f7_without_a_proxy_nobody_is_believed_where_he_comes_from(behind):
    claims = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "192.0.2.9",
    }
    answer = behind(LEDGER_HOSTS="localhost").get("/desk/", headers=claims)
    assert answer.status_code != 400
    assert "Strict-Transport-Security" not in answer.headers
    assert "evil.example" not in answer.headers.get("Location", "") + answer.text


def test_f6_guessing_is_told_when_it_may_go_on_by_every_process_and_remembered(behind, database):
    """With two processes one had forty tries a minute; nothing was told of it, nor kept."""
    workers = behind(), behind()

    def tries(number, password="guess"):
        asked = {"login": "mei", "password": password}
        return workers[number % 2].post("/api/v1/sessions", json=asked)

    answers = [tries(number) for number in range(FREE_TRIES + 2)]

    assert [answer.status_code for answer in answers] == [403] * (FREE_TRIES + 1) + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert tries(1, PASSWORD).status_code == 429
    assert len(records(database, Event.REFUSED)) == FREE_TRIES + 1


def test_f6_what_a_form_was_signed_with_before_a_sign_in_or_after_a_sign_out_is_worth_nothing(behind):
    browser = behind()

    def token(path):
        return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.get(path).text)[1]

    before = token("/desk/sign-in")
    came = browser.post("/desk/sign-in", data={"csrf_token": before, "login": "mei", "password": PASSWORD})
    assert came.status_code == 302
    assert browser.post("/desk/sign-out", data={"csrf_token": before}).status_code == 400
    inside = token("/desk/account")
    assert browser.post("/desk/sign-out", data={"csrf_token": inside}).status_code == 302
    again = browser.post("/desk/sign-in", data={"csrf_token": inside, "login": "mei", "password": PASSWORD})
    assert again.status_code == 400


def test_f7_f6_behind_a_proxy_each_reader_is_counted_by_his_own_address(behind):
    client = behind(LEDGER_PROXIES="1", LEDGER_HOSTS="board.example")

    def tries(address, password="guess", host="board.example"):
        headers = {
            "X-Forwarded-For": f"203.0.113.9, {address}",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": host,
        }
        return client.post("/api/v1/sessions", json={"login": "mei", "password": password}, headers=headers)

    assert [tries("192.0.2.1").status_code for _ in range(FREE_TRIES + 2)][-1] == 429
    right = tries("192.0.2.2", PASSWORD)
    assert right.status_code == 201
    assert right.headers["Strict-Transport-Security"].startswith("max-age")
    assert tries("192.0.2.2", PASSWORD, host="evil.example").status_code == 400
