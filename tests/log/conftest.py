"""Nothing here needs a database of its own that needs only a session."""

import pytest


@pytest.fixture
def session(trial):
    return trial
