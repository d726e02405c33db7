"""One's own account at the desk: where one is signed in, a new password, another authenticator."""

import re
from base64 import b32decode
from datetime import UTC, datetime
from time import time

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlmodel import select

from ledger.desk.account import device
from ledger.people.keyring import Keyring
from ledger.people.queries import factor, sign_ins
from ledger.people.sign_ins import new_secret, set_factor
from ledger.people.tables import SignIn
from tests.cast import CHEN, MEI, SU
from tests.doors import PASSWORD, signed_in

NEW = "三栋的水泵修好了"
PAGE = "/desk/account"


@pytest.mark.parametrize(
    ("said", "zh"),
    [
        (
            "Mozilla/5.0 (Linux; Android 12; HarmonyOS) Chrome/99.0 HuaweiBrowser/13 Mobile",
            "手机，华为浏览器",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) MicroMessenger/8.0", "手机，微信"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "电脑，Edge"),
        ("curl/8", "电脑"),
    ],
)
def test_a_device_is_called_by_what_people_call_it(said, zh):
    assert device(said)[0] == zh


def test_another_device_is_signed_out_and_this_one_stays(app, at_the_desk):
    elsewhere = signed_in(app, MEI)
    mei = at_the_desk(MEI)
    assert "就是这一台" in mei.get(PAGE).text
    assert mei.send(PAGE, f"{PAGE}/sign-ins/{elsewhere.sign_in}/end").status_code == 302
    assert mei.get(PAGE).status_code == 200
    with app.extensions["database"].reading() as session:
        assert len(sign_ins(session, MEI.login, datetime.now(UTC))) == 1
        assert session.get_one(SignIn, elsewhere.sign_in).ending == "elsewhere"


def test_nobody_signs_another_person_out(app, at_the_desk):
    of_chen = signed_in(app, CHEN)
    assert at_the_desk(MEI).send(PAGE, f"{PAGE}/sign-ins/{of_chen.sign_in}/end").status_code == 404
    with app.extensions["database"].reading() as session:
        assert session.get_one(SignIn, of_chen.sign_in).ended_at is None


def test_a_password_is_changed_by_whoever_knows_the_present_one(app, at_the_desk, visitor):
    elsewhere = signed_in(app, MEI)
    mei = at_the_desk(MEI)
    guessed = mei.send(PAGE, f"{PAGE}/password", present="guess", new=NEW)
    assert guessed.status_code == 403
    short = mei.send(PAGE, f"{PAGE}/password", present=PASSWORD, new="短")
    assert short.status_code == 422
    assert "至少 15 个字符" in short.text
    assert mei.send(PAGE, f"{PAGE}/password", present=PASSWORD, new=NEW).status_code == 302
    assert mei.get(PAGE).status_code == 200
    with app.extensions["database"].reading() as session:
        assert session.get_one(SignIn, elsewhere.sign_in).ending == "password"
        assert len(session.exec(select(SignIn).where(SignIn.person == "mei")).all()) == 2
    assert visitor.sign_in(MEI).status_code == 403
    assert visitor.sign_in(MEI, NEW).status_code == 302


def test_the_account_is_led_to_from_every_page(at_the_desk):
    assert f'href="{PAGE}"' in at_the_desk(MEI).get("/desk/meiyuan/tickets").text


def digits(secret, at):
    return TOTP(secret, 6, SHA1(), 30, enforce_key_length=False).generate(int(at)).decode()


def typed_in(page):
    """The secret that an authenticator is given on a page, and what the page seals."""
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1]
    return b32decode(shown.replace(" ", "")), re.search(r'name="sealed" value="([^"]+)"', page)[1]


def test_an_authenticator_is_replaced_by_whoever_has_the_present_one(app, at_the_desk):
    old = new_secret()
    with app.extensions["database"].writing() as session:
        keyring = Keyring(app.extensions["installation"].config.keys / "people.key")
        set_factor(session, "su", old, digits(old, time() - 30), keyring, at=datetime.now(UTC))
    su = at_the_desk(SU)
    asked = {"factor_password": PASSWORD, "code": digits(old, time())}
    wrong = su.send(PAGE, f"{PAGE}/second-factor", **{**asked, "factor_password": "not this one"})
    assert (wrong.status_code, "没有改" in wrong.text) == (403, True)
    missing = su.send(PAGE, f"{PAGE}/second-factor", **{**asked, "code": ""})
    assert (missing.status_code, "没有改" in missing.text) == (403, True)

    page = su.send(PAGE, f"{PAGE}/second-factor", **asked)
    new, sealed = typed_in(page.text)
    refused = su.send(PAGE, f"{PAGE}/second-factor/new", sealed=sealed, code="12345")
    assert (refused.status_code, "没有设置" in refused.text) == (403, True)
    assert typed_in(refused.text) == (new, sealed)  # a wrong code gives no more time
    with app.extensions["database"].reading() as session:
        assert keyring.open(factor(session, "su").secret) == old
    changed = su.send(PAGE, f"{PAGE}/second-factor/new", sealed=sealed, code=digits(new, time()))
    assert changed.location.endswith("changed=factor")
    assert "验证器换好了" in su.get(changed.location).text
    with app.extensions["database"].reading() as session:
        assert keyring.open(factor(session, "su").secret) == new


def test_only_the_page_of_an_exchange_replaces_an_authenticator_and_only_the_one_it_was_drawn_for(
    app, at_the_desk
):
    keyring, old, new = (
        Keyring(app.extensions["installation"].config.keys / "people.key"),
        new_secret(),
        new_secret(),
    )
    with app.extensions["database"].writing() as session:
        set_factor(session, "su", old, digits(old, time() - 30), keyring, at=datetime.now(UTC))
    with app.extensions["database"].reading() as session:
        since = factor(session, "su").since.isoformat()
    su = at_the_desk(SU)
    for login, replaces in (("su", ""), ("su", "2026-01-01T00:00:00+00:00"), ("mei", since)):
        sealed = keyring.seal(b" ".join((login.encode(), replaces.encode(), new)))
        answer = su.send(PAGE, f"{PAGE}/second-factor/new", sealed=sealed, code=digits(new, time()))
        assert answer.location == PAGE
    assert su.send(PAGE, f"{PAGE}/second-factor/new", sealed="x", code="000000").location == PAGE
    with app.extensions["database"].reading() as session:
        assert keyring.open(factor(session, "su").secret) == old


def test_whoever_needs_no_authenticator_exchanges_none(at_the_desk):
    answer = at_the_desk(MEI).send(PAGE, f"{PAGE}/second-factor", factor_password=PASSWORD, code="")
    assert answer.location == PAGE
