"""Settings come from LEDGER_* and nothing is guessed."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from ledger.access.tokens import Tokens
from ledger.config import (
    KNOWN,
    BrokerNotInstalled,
    BrokerUnreadable,
    Config,
    ProxiesUnreadable,
    SettingUnknown,
)
from ledger.db import migrate


@pytest.fixture
def env(tmp_path):
    return {"LEDGER_HOME": str(tmp_path / "home"), "PATH": "/bin"}


def test_nothing_has_to_be_set(env, tmp_path):
    config = Config.from_env(env)

    assert config.home == tmp_path / "home"
    assert config.home.is_dir()
    assert config.database_url == f"sqlite:///{tmp_path / 'home' / 'mingbai.db'}"
    assert config.host == "mingbai.example"
    assert config.cookie_secure


def test_an_unknown_setting_is_refused_by_name(env):
    with pytest.raises(SettingUnknown, match="LEDGER_DATABSE_URL") as refusal:
        Config.from_env(env | {"LEDGER_DATABSE_URL": "sqlite://"})
    for name in KNOWN:
        assert name in refusal.value.sentence("en")


def test_variables_of_others_are_none_of_our_business(env):
    Config.from_env(env | {"LEDGERX": "1", "MY_LEDGER_HOME": "2"})


def test_every_setting_is_heard(env):
    config = Config.from_env(
        env
        | {
            "LEDGER_DATABASE_URL": "postgresql://db/mingbai",
            "LEDGER_SECRET": "s3cret",
            "LEDGER_HOST": "ledger.test",
            "LEDGER_COOKIE_INSECURE": "1",
            "LEDGER_PROXIES": "2",
            "LEDGER_HOSTS": "board.example, desk.example",
        }
    )
    assert (config.proxies, config.hosts) == (2, ("board.example", "desk.example"))
    assert config.database_url == "postgresql://db/mingbai"
    assert config.secret == "s3cret"
    assert config.host == "ledger.test"
    assert not config.cookie_secure
    assert not (config.home / "secret").exists()


def test_the_broker_is_a_redis(env, monkeypatch):
    monkeypatch.setattr("ledger.config.find_spec", lambda name: name)
    assert Config.from_env(env).broker is None
    assert Config.from_env(env | {"LEDGER_BROKER": "redis://10.0.0.5/0"}).broker == "redis://10.0.0.5/0"
    for address in ("10.0.0.5:6379", "amqp://10.0.0.5", "REDIS://10.0.0.5"):
        with pytest.raises(BrokerUnreadable):
            Config.from_env(env | {"LEDGER_BROKER": address})


def test_a_broker_without_its_library_is_refused_before_anything_starts(env, monkeypatch):
    monkeypatch.setattr("ledger.config.find_spec", lambda name: None)
    with pytest.raises(BrokerNotInstalled):
        Config.from_env(env | {"LEDGER_BROKER": "redis://10.0.0.5/0"})


@pytest.mark.parametrize("count", ["-1", "6", "two", "1.0"])
def test_proxies_are_a_small_number(env, count):
    with pytest.raises(ProxiesUnreadable):
        Config.from_env(env | {"LEDGER_PROXIES": count})


@pytest.mark.parametrize("name", ["LEDGER_DATABASE_URL", "LEDGER_HOST", "LEDGER_SECRET"])
def test_an_empty_setting_is_no_setting(env, name):
    assert Config.from_env(env | {name: ""}) == Config.from_env(env)


def test_an_empty_home_is_not_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Config.from_env({"LEDGER_HOME": ""}).home == tmp_path / "var"


def test_only_an_explicit_one_lets_the_cookie_travel_in_the_open(env):
    for word in ("", "0", "true", "yes"):
        assert Config.from_env(env | {"LEDGER_COOKIE_INSECURE": word}).cookie_secure


def test_the_secret_is_made_once_and_kept_from_others(env):
    first, again = Config.from_env(env), Config.from_env(env)

    assert first.secret == again.secret
    assert len(first.secret) == 64
    assert stat.S_IMODE((first.home / "secret").stat().st_mode) == 0o600


def test_f9_a_home_and_its_database_are_read_by_nobody_else(env, tmp_path):
    """They were made 0755 and 0644, or had been before."""
    home, elsewhere = tmp_path / "open", tmp_path / "shared"
    for directory in (home, elsewhere):
        directory.mkdir()
        directory.chmod(0o755)
    (elsewhere / "of another").touch()

    config = Config.from_env(env | {"LEDGER_HOME": str(home)})
    file = home / "mingbai.db"
    file.touch(0o644)
    migrate(config.database_url, "0001")
    home.chmod(0o755)
    Config.from_env(env | {"LEDGER_HOME": str(home)})
    Config.from_env(env | {"LEDGER_HOME": str(elsewhere)})

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(made.stat().st_mode) for made in home.glob("mingbai.db*")} == {0o600}
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


def test_each_home_has_a_secret_of_its_own(env, tmp_path):
    other = env | {"LEDGER_HOME": str(tmp_path / "other")}
    assert Config.from_env(env).secret != Config.from_env(other).secret


def test_processes_that_start_together_share_one_secret_and_none_reads_half_of_it(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        for round_ in range(40):
            env = {"LEDGER_HOME": str(tmp_path / str(round_))}
            secrets = {config.secret for config in pool.map(Config.from_env, [env] * 16)}
            assert len(secrets) == 1
            assert len(secrets.pop()) == 64


def test_the_key_of_tokens_is_one_for_workers_that_start_together(tmp_path):
    for number in range(16):
        file = tmp_path / str(number) / "tokens.key"
        with ThreadPoolExecutor(8) as pool:
            first, *others = pool.map(Tokens, [file] * 8)
        token = first.issue("mei", "sign-in", datetime.now(UTC))
        assert {worker.read(token) for worker in others} == {("mei", "sign-in")}
