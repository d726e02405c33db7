"""Settings: environment variables ``LEDGER_*``, read once; an unknown one is refused."""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from ledger.errors import Malformed


class SettingUnknown(Malformed):
    code = "setting-unknown"
    zh = "环境变量 {names} 不是本系统的设置；可用的有：{known}。"
    en = "Environment variables {names} are not settings of this system; known ones: {known}."


class ProxiesUnreadable(Malformed):
    code = "proxies-unreadable"
    zh = "LEDGER_PROXIES 写的“{count}”不是 0 到 5 的整数：写服务器前面有几层反向代理。"
    en = "LEDGER_PROXIES says “{count}”, which is no whole number from 0 to 5: write how many proxies stand before the server."


class DayUnreadable(Malformed):
    code = "day-unreadable"
    zh = "LEDGER_DAY 写的“{day}”不是日期：请写成 2026-07-28 这样。"
    en = "LEDGER_DAY says “{day}”, which is no day: write it as 2026-07-28."


class BrokerUnreadable(Malformed):
    code = "broker-unreadable"
    zh = "LEDGER_BROKER 不是 Redis 的地址：请写成 redis://10.0.0.5:6379/0 这样，加密的写 rediss://。"
    en = "LEDGER_BROKER is no address of a Redis: write it as redis://10.0.0.5:6379/0, or rediss:// where it is encrypted."


class BrokerNotInstalled(Malformed):
    code = "broker-not-installed"
    zh = "设了 LEDGER_BROKER，却没有装连接 Redis 的库：请把它装上，或去掉这个设置。"
    en = "LEDGER_BROKER is set, and the library that speaks with Redis is not installed: install requirements-redis.lock, or leave the setting out."


KNOWN = {
    "LEDGER_HOME": "directory for keys, the signer's state and uploads",
    "LEDGER_DATABASE_URL": "SQLAlchemy address of the database; default an SQLite file in LEDGER_HOME",
    "LEDGER_SECRET": "secret of the sign-in tokens; default a file in LEDGER_HOME made at first use",
    "LEDGER_HOST": "name under which the logs are published, the first part of each log's origin",
    "LEDGER_SITE": "address of the public site as printed on paper; default https:// and LEDGER_HOST",
    "LEDGER_DAY": "the day that is today in the demo, such as 2026-07-28; refused where real books are",
    "LEDGER_PROXIES": "how many proxies of yours stand before the server and tell from where somebody comes; default 0",
    "LEDGER_HOSTS": "names under which the server may be asked for, with commas between; default any",
    "LEDGER_BACKUPS": "directory under which a backup is put that is asked for at the desk",
    "LEDGER_BACKUP_PASSPHRASE": "file whose first line seals the keys of such a backup; readable by the server alone",
    "LEDGER_BROKER": "address of a Redis, redis://…, where several machines share what is done in the background; default a file in LEDGER_HOME",
    "LEDGER_METRICS_TOKEN": "what whoever draws /metrics must show as a bearer token; without it there is no /metrics",
    "LEDGER_COOKIE_INSECURE": "1 = the sign-in cookie may travel over plain HTTP (a trial on one machine)",
}


@dataclass(frozen=True)
class Config:
    home: Path
    database_url: str
    secret: str
    host: str
    site: str
    cookie_secure: bool
    day: date | None = None
    proxies: int = 0
    hosts: tuple[str, ...] = ()
    metrics_token: str | None = None
    backups: Path | None = None
    backup_passphrase: Path | None = None
    broker: str | None = None

    @property
    def keys(self) -> Path:
        """Where the signer's keys and its state lie; back this directory up apart from the database."""
        return self.home / "keys"

    @property
    def number(self) -> str:
        """By which this home is known from others, made at first use: 64 hexadecimal digits, no secret."""
        return kept_secret(self.home / "number")

    @property
    def fonts(self) -> Path:
        """Where the fonts of the printed reports are unpacked."""
        return self.home / "fonts"

    @staticmethod
    def from_env(env: Mapping[str, str] | None = None) -> "Config":
        """Read the settings, an empty one as one that is not set; create the home directory and the secret.

        Raises:
            SettingUnknown: a variable begins with LEDGER_ and is none of ours.
            DayUnreadable: LEDGER_DAY is no day.
            ProxiesUnreadable: LEDGER_PROXIES is no small number.
            BrokerUnreadable: LEDGER_BROKER is no address of a Redis.
            BrokerNotInstalled: it is, and there is no library for it.
        """
        env = os.environ if env is None else env
        unknown = sorted(name for name in env if name.startswith("LEDGER_") and name not in KNOWN)
        if unknown:
            raise SettingUnknown(names=list(unknown), known=list(KNOWN))
        env = {name: value for name, value in env.items() if value}
        home = Path(env.get("LEDGER_HOME", "var")).absolute()
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _keep_from_others(home)
        host = env.get("LEDGER_HOST", "mingbai.example")
        return Config(
            home=home,
            database_url=env.get("LEDGER_DATABASE_URL", f"sqlite:///{home / 'mingbai.db'}"),
            secret=env.get("LEDGER_SECRET") or kept_secret(home / "secret"),
            host=host,
            site=env.get("LEDGER_SITE", f"https://{host}").rstrip("/"),
            cookie_secure=env.get("LEDGER_COOKIE_INSECURE") != "1",
            day=_day_of(env.get("LEDGER_DAY")),
            proxies=_proxies_of(env.get("LEDGER_PROXIES", "0")),
            hosts=tuple(name.strip() for name in env.get("LEDGER_HOSTS", "").split(",") if name.strip()),
            metrics_token=env.get("LEDGER_METRICS_TOKEN"),
            backups=_path_of(env.get("LEDGER_BACKUPS")),
            backup_passphrase=_path_of(env.get("LEDGER_BACKUP_PASSPHRASE")),
            broker=_broker_of(env.get("LEDGER_BROKER")),
        )


def _keep_from_others(home: Path) -> None:
    """Let nobody else read the home; a directory in which other things lie is left as it is."""
    if not any(home.iterdir()) or any((home / name).exists() for name in ("secret", "keys")):
        with suppress(PermissionError):  # it is another's, who says himself who reads it
            home.chmod(0o700)


def _proxies_of(written: str) -> int:
    if written not in {"0", "1", "2", "3", "4", "5"}:
        raise ProxiesUnreadable(count=written)
    return int(written)


def _broker_of(written: str | None) -> str | None:
    if written is None:
        return None
    if not written.startswith(("redis://", "rediss://")):
        raise BrokerUnreadable()
    if find_spec("redis") is None:
        raise BrokerNotInstalled()
    return written


def _path_of(written: str | None) -> Path | None:
    return Path(written).absolute() if written else None


def _day_of(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise DayUnreadable(day=written) from None


def kept_secret(file: Path) -> str:
    """What a file of the installation keeps secret, made when there is none: 32 bytes as hexadecimal digits."""
    return made_once(file, lambda: secrets.token_hex(32).encode()).decode().strip()


def made_once(file: Path, make: Callable[[], bytes]) -> bytes:
    """What a file holds that is made when there is none, durable and for its owner alone; never made anew.

    It is there whole or not at all, and of two that make it at once the first wins: processes that start together, and
    threads, end with the same.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = file.with_suffix(f".{secrets.token_hex(8)}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(make())
            handle.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(partial, file)
        partial.unlink()
    return file.read_bytes()
