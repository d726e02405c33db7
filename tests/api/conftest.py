import pytest

from tests.doors import Caller, application


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    return application(database, tmp_path / "home")


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def as_(client):
    """``as_(MEI)("GET", "/me", 200)``: call the door as somebody and say what status must come back."""
    return lambda actor: Caller(client, actor)
