import pytest

from tests.doors import application, callers, furnish


@pytest.fixture
def app(database, tmp_path):
    furnish(database)
    return application(database, tmp_path / "home")


@pytest.fixture
def people(app):
    with callers(app) as people:
        yield people
