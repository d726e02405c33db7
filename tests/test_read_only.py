"""A database that can only be read is read; whoever would write is told so in words."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.config import Config
from ledger.db import Database
from ledger.web import create_app
from tests.cast import CHEN
from tests.doors import PASSWORD, Caller, application
from tests.servers import Answer, serving

UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Root may write everywhere unless he gives that up."""


@pytest.fixture
def postgres_that_reads_only(furnished_template, counter, tmp_path):
    """The application over a PostgreSQL database that takes no writes, and a token from before it was so."""
    from tests.conftest import postgres_copy

    with postgres_copy(furnished_template, f"reads_{next(counter)}", of="furnished") as url:
        database = Database(url)
        app = application(database, tmp_path / "home")
        token = Caller(app.test_client(), CHEN).token
        app.extensions["database"].close()
        with database.engine.connect() as connection:
            name = connection.execute(text("SELECT current_database()")).scalar_one()
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
            connection.commit()
        database.close()
        env = {
            "LEDGER_HOME": str(tmp_path / "home"),
            "LEDGER_DATABASE_URL": url,
            "LEDGER_COOKIE_INSECURE": "1",
        }
        app = create_app(Config.from_env(env))
        yield app, token
        app.extensions["database"].close()


def check(ask, token):
    """What holds of either: reads answer, writes are refused with 503 in both languages."""
    bearer = {"Authorization": f"Bearer {token}"}
    for path in ("/", "/readyz", "/about/verify", "/desk/sign-in", "/api/v1/openapi.json"):
        assert ask("GET", path, {}, None).status == 200, path
    assert ask("GET", "/desk/", {}, None).status == 302
    assert ask("GET", "/api/v1/communities/meiyuan/tickets", bearer, None).status == 200
    assert ask("GET", "/desk/meiyuan/", {"Cookie": f"mingbai_desk={token}"}, None).status == 200

    signing_in = ask("POST", "/api/v1/sessions", {}, {"login": "chen", "password": PASSWORD})
    writing = ask(
        "POST",
        "/api/v1/communities/meiyuan/tickets",
        bearer | {"Idempotency-Key": "a-key-of-mine"},
        {"category": "leak", "title": "屋面渗漏"},
    )
    for refused in (signing_in, writing):
        assert refused.status == 503, refused.text
        assert "现在只能读" in refused.text
    english = ask(
        "POST", "/api/v1/sessions", {"Accept-Language": "en"}, {"login": "chen", "password": PASSWORD}
    )
    assert "can only be read at present" in english.text


def test_f8_postgresql_that_takes_no_writes_is_read(postgres_that_reads_only):
    app, token = postgres_that_reads_only

    def ask(method, path, headers, body):
        answer = app.test_client(use_cookies=False).open(path, method=method, headers=headers, json=body)
        return Answer(answer.status_code, dict(answer.headers), answer.data)

    check(ask, token)


@contextmanager
def closed(*paths: Path):
    """Nobody may write there until the block ends."""
    modes = [path.stat().st_mode for path in paths]
    for path, mode in zip(paths, modes, strict=True):
        path.chmod(mode & ~0o222)
    yield
    for path, mode in zip(paths, modes, strict=True):
        path.chmod(mode)


@pytest.mark.parametrize("which", ["file", "directory", "both"])
def test_f8_a_sqlite_file_without_leave_to_write_is_served(furnished_file, tmp_path, which):
    if UNPRIVILEGED and shutil.which("setpriv") is None:
        pytest.skip("root without setpriv may write everywhere")
    from json import dumps

    directory = tmp_path / "closed"
    directory.mkdir()
    file = Path(shutil.copy(furnished_file, directory / "ledger.db"))
    url = f"sqlite:///{file}"
    app = application(Database(url), tmp_path / "home")
    token = Caller(app.test_client(), CHEN).token
    app.extensions["database"].close()
    for left in directory.glob("ledger.db-*"):
        left.unlink()
    env = {"LEDGER_HOME": str(tmp_path / "home"), "LEDGER_DATABASE_URL": url, "LEDGER_COOKIE_INSECURE": "1"}
    paths = {"file": [file], "directory": [directory], "both": [file, directory]}[which]

    with closed(*paths), serving(env, tmp_path / "stderr", "--workers", "1", before=UNPRIVILEGED) as server:

        def ask(method, path, headers, body):
            sent = {name.replace("-", "_"): value for name, value in headers.items()}
            return server.ask(path, method, None if body is None else dumps(body), **sent)

        check(ask, token)
        assert server.stop() == 0
