"""The desk over a test's own database, and people who work at it with a browser: clicks and typing, no scripts."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from ledger.community.role_rules import Actor
from ledger.db import Database
from ledger.demo.tickets import picture
from ledger.people.rules import SECOND_FACTOR
from tests.browser.conftest import Reader, Served
from tests.doors import PASSWORD, Caller, application, furnish, wait

TODAY = datetime(2026, 7, 28, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
SIZE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


class Clerk(Reader):
    """Somebody who has signed in. Fields, buttons and ways go by the words that stand on the page."""

    def __init__(self, browser: Any, served: Served, actor: Actor, **how: Any) -> None:
        super().__init__(
            browser, served, **{"viewport": SIZE, "java_script_enabled": False, "locale": "zh-CN", **how}
        )
        self.browser, self.actor = browser, actor
        self.copy: Any = None

    def signs_in(self) -> None:
        """By name and password; whoever needs a second factor has shown it already."""
        if self.actor.role in SECOND_FACTOR:
            token = Caller(self.served.app.test_client(), self.actor).token
            cookie = {"name": "mingbai_desk", "value": token, "url": f"{self.served.address}/desk"}
            self.page.context.add_cookies([cookie])
            self.opens("/desk/")
            return
        self.opens("/desk/sign-in")
        self.page.fill("#login", self.actor.login)
        self.page.fill("#password", PASSWORD)
        self.presses("main form button")

    def comes_home(self) -> None:
        """To the first screen of the place."""
        self.presses("header.top a.mark")
        if self.page.locator("#login").count():  # days have passed
            self.signs_in()

    def goes(self, noun: str, *ways: str) -> None:
        """To the page of a noun by the rail, and on from there by what its links say."""
        self.comes_home()
        way = self.page.locator("nav.rail").get_by_role("link", name=noun, exact=True)
        if not way.is_visible():
            self.presses("footer a.all")  # on a phone everything is listed at the foot
        self.presses(way)
        for way in ways:
            self.follows(way)

    def follows(self, way: str) -> None:
        self.presses(self.page.locator("main").get_by_role("link", name=way, exact=True).first)

    def takes(self, document: str) -> str:
        """Download by a link of the page; the file's name."""
        with self.page.expect_download() as file:
            self.page.locator("main").get_by_role("link", name=document, exact=True).first.click()
        return file.value.suggested_filename

    def offered(self) -> list[str]:
        """What the page offers to do or to see: its ways, its buttons."""
        return self.page.locator("main a, main button").all_inner_texts()

    def field(self, label: str) -> Any:
        """The question with this label, or the one with the last of several inside the ones before: 甲 / 乙."""
        question = self.page.locator("main form")
        for words in label.split(" / "):
            asks = "label, legend, label > span"
            exactly = re.compile(rf"^\s*{re.escape(words)}(\s*可不填)?\s*$")
            heading = question.locator(asks).filter(has_text=exactly).first
            question = heading.locator(
                "xpath=ancestor-or-self::*[contains(@class, 'field') or @class='row'][1]"
            )
        return question

    def fills(self, typed: Mapping[str, Any]) -> None:
        """Type, choose, tick or attach, field by field."""
        for label, value in typed.items():
            field = self.field(label)
            if isinstance(value, Path):
                field.locator("input[type=file]").set_input_files(value)
            elif isinstance(value, bool):
                field.locator("input[type=checkbox]").set_checked(value)
            elif field.locator("select").count():
                field.locator("select").select_option(label=str(value))
            elif field.locator("input[type=radio]").count():
                field.locator("label").filter(has_text=str(value)).first.click()
            else:
                field.locator("input:not([type=hidden]), textarea").first.fill(str(value))

    def sends(self, typed: Mapping[str, Any] | None = None) -> None:
        """Fill the form in, press its button, and press once more where one last look is offered."""
        self.fills(typed or {})
        self.presses("main form button.main")
        if self.page.locator("button[name=confirmed]").count():
            self.presses("button[name=confirmed]")

    def closes_without_statements(self, reason: str) -> None:
        """Close a month, and say of each account that has no statement why."""
        for account in self.page.locator("[name^='without_statement:'][name$='.key']").all():
            if account.input_value():
                name = str(account.get_attribute("name")).removesuffix(".key")
                self.page.locator(f"[name='{name}.value']").fill(reason)
        self.sends()

    def flaws(self) -> list[str]:
        """What is wrong with the page at both widths: what axe finds, and that it has to be pushed sideways.

        Axe looks at a copy, for its reader goes without scripts.
        """
        seen, faults = self.page, []
        if self.copy is None:
            self.copy = self.browser.new_context(locale="zh-CN").new_page()
            self.copy.goto(f"{self.served.address}/desk/sign-in")
        self.copy.set_content(seen.content())
        self.page = self.copy
        for size in (PHONE, SIZE):
            self.copy.set_viewport_size(size)
            faults += self.violations()
            if self.scrolls_sideways() > 0:
                faults.append(f"sideways at {size['width']}: {seen.url}")
        self.page = seen
        return faults

    def form(self) -> dict[str, Any]:
        """What the page's form would send, and where to."""
        form = self.page.locator("main form").first
        sent = {
            control.get_attribute("name"): control.input_value()
            for control in form.locator(
                "input:not([type=checkbox]):not([type=radio]):not([type=file]), select"
            ).all()
        }
        return {"url": self.page.url, "form": sent}

    def sends_twice(self) -> None:
        """Press the button of a last look whose answer was lost once before."""
        unseen = self.page.locator("main form input[type=hidden]").all()
        form = {control.get_attribute("name"): control.get_attribute("value") for control in unseen}
        self.context.request.post(self.page.url, form={**form, "confirmed": "yes"})
        self.presses("button[name=confirmed]")

    @property
    def said(self) -> str:
        """All that the page says."""
        return self.page.locator("main").inner_text()

    @property
    def done(self) -> str:
        """What the desk says was done; nothing where it was not."""
        notice = self.page.locator("main .notice[role=status]")
        return notice.first.inner_text() if notice.count() else ""

    @property
    def wrong(self) -> str:
        """What has to be put right."""
        errors = self.page.locator("main .errors")
        return errors.first.inner_text() if errors.count() else ""


class Desk:
    """The desk on a free port, with a clock that only a test moves."""

    def __init__(self, browser: Any, database: Database, folder: Path, now: datetime = TODAY) -> None:
        self.browser, self.database = browser, database
        self.app = application(database, folder)
        self.app.extensions["clock"] = lambda: now
        self.served = Served(self.app)
        self.clerks: list[Clerk] = []

    def sits(self, actor: Actor, **how: Any) -> Clerk:
        """Somebody signs in with a browser of his own."""
        clerk = Clerk(self.browser, self.served, actor, **how)
        self.clerks.append(clerk)
        clerk.signs_in()
        return clerk

    def waits(self, days: int) -> str:
        return str(wait(self.app, days))

    def closes(self) -> None:
        for clerk in self.clerks:
            clerk.context.close()
            if clerk.copy is not None:
                clerk.copy.context.close()
        self.served.server.shutdown()


@pytest.fixture
def desk(chromium: Any, sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a furnished community."""
    database = Database(sqlite_url)
    furnish(database)
    desk = Desk(chromium, database, tmp_path / "home")
    yield desk
    desk.closes()
    database.close()


@pytest.fixture
def paper(tmp_path: Path) -> Callable[..., Path]:
    """``paper("invoice")``: a file to attach, of its own content; ``photo=True`` makes it a picture."""

    def write(name: str, *, photo: bool = False) -> Path:
        file = tmp_path / f"{name}.{'png' if photo else 'pdf'}"
        file.write_bytes(picture(crc32(name.encode())) if photo else b"%PDF-1.7 " + name.encode())
        return file

    return write
