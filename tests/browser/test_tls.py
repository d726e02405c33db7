"""Over TLS, as behind every real proxy: a browser signs in and sends a form. Elsewhere the tests speak plain HTTP."""

import threading

import pytest
from werkzeug.serving import make_server

from ledger.config import Config
from ledger.web import create_app
from tests.browser.conftest import Silent
from tests.cast import MEI
from tests.doors import PASSWORD
from tests.test_operate import certificate


@pytest.fixture
def served_over_tls(database, tmp_path):
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(Config.from_env({"LEDGER_HOME": str(tmp_path / "home"), "LEDGER_DATABASE_URL": url}))
    chain, key = certificate(tmp_path)
    server = make_server(
        "127.0.0.1", 0, app, threaded=True, request_handler=Silent, ssl_context=(str(chain), str(key))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def url(furnished_url):
    return furnished_url


def test_a_form_is_sent_over_tls(chromium, served_over_tls):
    """No page let the browser say where a form came from, and the check of forms asks for that over TLS alone."""
    context = chromium.new_context(ignore_https_errors=True, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{served_over_tls}/desk/sign-in")
    page.fill("[name=login]", MEI.login)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form button")
    assert page.url.endswith("/desk/meiyuan/")

    page.goto(f"{served_over_tls}/desk/meiyuan/do/tickets")
    page.select_option("[name=category]", "leak")
    page.fill("[name=title]", "水管漏水")
    with page.expect_navigation():
        page.click("main form button.main")

    assert "已办好：登记报修" in page.inner_text("main")
    context.close()
