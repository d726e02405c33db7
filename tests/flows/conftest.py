import pytest

from tests.doors import application, callers


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    return application(database, tmp_path / "home")


@pytest.fixture
def people(app):
    with callers(app) as people:
        yield people
