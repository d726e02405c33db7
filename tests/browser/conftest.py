"""A real Chromium in front of the public door; skipped, with the reason, where there is none."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from ledger.db import Database
from tests.public_site.conftest import public_app, sample, sample_file, sample_keys, translations

__all__ = ["sample", "sample_file", "sample_keys", "translations"]

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(NAMES)}): apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


class Silent(WSGIRequestHandler):
    def log(self, *_args, **_kwargs) -> None:
        """Say nothing: a test's requests are its own business."""


class Served:
    """The public door on a free port, and what lies in the way of its answers.

    ``twist`` maps the end of an address to what an attacker makes of the answer's body.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.twist: dict[str, Callable[[bytes], bytes]] = {}
        self.server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=Silent)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, database: Database) -> None:
        """Serve another database at the same address, as an operator could."""
        self.app.extensions["database"] = database

    def _answer(self, environ, start_response):
        path = environ["PATH_INFO"]
        twist = next((how for end, how in self.twist.items() if path.endswith(end)), None)
        if twist is None:
            return self.app.wsgi_app(environ, start_response)
        held: list = []
        body = b"".join(
            self.app.wsgi_app(environ, lambda status, headers, _=None: held.extend((status, headers)))
        )
        twisted = twist(body)
        headers = [(name, value) for name, value in held[1] if name not in ("Content-Length", "ETag")]
        start_response(held[0], [*headers, ("Content-Length", str(len(twisted)))])
        return [twisted]


@pytest.fixture
def served(sample, translations) -> Iterator[Served]:
    served = Served(public_app(sample, translations))
    yield served
    served.server.shutdown()


class Reader:
    """Somebody with a browser of her own, and what went wrong in it."""

    def __init__(self, browser, served: Served, **how) -> None:
        self.context = browser.new_context(
            **{"viewport": {"width": 360, "height": 740}, "locale": "zh-CN", **how}
        )
        self.page = self.context.new_page()
        self.served = served
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def presses(self, target) -> None:
        """Press what turns the page, a selector or a locator, and wait for the page that comes."""
        control = self.page.locator(target).first if isinstance(target, str) else target
        with self.page.expect_navigation():
            control.click()

    def opens(self, path: str):
        self.page.goto(self.served.address + path)
        return self.page

    def proves(self) -> dict[str, tuple[str, str]]:
        """Installation the button; gives each step's verdict and words."""
        self.page.click("[data-prove]")
        return self.outcome()

    def outcome(self) -> dict[str, tuple[str, str]]:
        self.page.wait_for_selector("[data-result]:not([hidden])")
        steps = self.page.locator("[data-steps] > li").all()
        return {
            step.get_attribute("data-step"): (step.get_attribute("data-verdict"), step.inner_text())
            for step in steps
        }

    @property
    def verdict(self) -> str:
        return self.page.inner_text("[data-result]")

    def violations(self) -> list[str]:
        """What axe finds wrong on the page."""
        self.page.evaluate(AXE.read_text())
        report = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in report["violations"]
            for node in violation["nodes"]
        ]

    def scrolls_sideways(self) -> int:
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@pytest.fixture
def reader(chromium, served) -> Iterator[Reader]:
    reader = Reader(chromium, served)
    yield reader
    reader.context.close()
