import re
from html import unescape

import pytest
from werkzeug.datastructures import MultiDict

from tests.doors import PASSWORD, application, sits_down


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    return application(database, tmp_path / "home")


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
        """Fill a form in and send it, once more where one last look is offered."""
        answer = self.client.post(page, data=self.form(page) | typed)
        if 'name="confirmed"' not in answer.text:
            return answer
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
        again = MultiDict((name, unescape(value)) for name, value in hidden)
        return self.client.post(page, data=MultiDict([*again.items(multi=True), ("confirmed", "yes")]))

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
