import re
from html import unescape
from io import BytesIO

import pytest
from werkzeug.datastructures import MultiDict

from tests.doors import PASSWORD, application, sits_down


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    return application(database, tmp_path / "home")


def several(name, value):
    """The pairs that a field sends: one for each thing that was chosen."""
    return [(name, one) for one in value] if isinstance(value, list) else [(name, value)]


def posted(client, page, sent):
    """Send a form; its files are read anew each time."""
    fresh = [
        (name, (BytesIO(value[0].getvalue()), *value[1:]) if isinstance(value, tuple) else value)
        for name, value in sent
    ]
    return client.post(page, data=MultiDict(fresh))


class Visitor:
    """Somebody with a browser: keeps cookies, sends the CSRF token that stands in the form."""

    def __init__(self, client) -> None:
        self.client = client

    def get(self, path: str):
        return self.client.get(path)

    def send(self, page: str, post_to: str | None = None, **form):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        return self.client.post(post_to or page, data={"csrf_token": token[1] if token else "", **form})

    def form(self, page: str) -> dict[str, str]:
        """What a page's form carries unseen and has filled in by itself."""
        drawn = self.get(page).text
        drawn = drawn[drawn.index("<main") :]
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', drawn)
        return {name: unescape(value) for name, value in hidden}

    def fill(self, page: str, **typed):
        """Fill a form in and send it, once more where one last look is offered.

        What was done by it is sent once more, in another window of the same person, and is the same thing then.
        """
        sent = [pair for name, value in (self.form(page) | typed).items() for pair in several(name, value)]
        answer = posted(self.client, page, sent)
        if 'name="confirmed"' in answer.text:
            hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
            sent = [*((name, unescape(value)) for name, value in hidden), ("confirmed", "yes")]
            answer = posted(self.client, page, sent)
        if answer.location:
            window = self.client.application.test_client()
            for name, path in (
                ("mingbai_desk", "/desk"),
                (window.application.config["SESSION_COOKIE_NAME"], "/"),
            ):
                if cookie := self.client.get_cookie(name, path=path):
                    window.set_cookie(name, cookie.value, path=path)
            assert posted(window, page, sent).location == answer.location, page
        return answer

    def sign_in(self, actor, password: str = PASSWORD):
        return self.send("/desk/sign-in", login=actor.login, password=password)


@pytest.fixture
def visitor(app):
    return Visitor(app.test_client())


@pytest.fixture
def at_the_desk(app):
    """``at_the_desk(MEI)``: a visitor who has signed in."""

    def sign_in(actor) -> Visitor:
        visitor = Visitor(app.test_client())
        sits_down(visitor.client, actor)
        return visitor

    return sign_in
