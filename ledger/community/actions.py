"""Deeds about people and local numbers. The register comes in whole by `ledger.intake.register`."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from importlib.resources import files

from argon2 import PasswordHasher
from sqlmodel import Session, select

from ledger.community.rules import Actor, Role
from ledger.community.tables import Appointment, Person, ProfileValue


def seed_profiles(session: Session, *, by: Actor, at: datetime) -> int:
    """Enter the presets that are not there yet; gives how many rows were added. Existing rows stay.

    A table named ``scope@day`` holds what changed in that scope on a later day.
    """
    there = set(session.exec(select(ProfileValue.scope, ProfileValue.key, ProfileValue.since)))
    added = 0
    data = tomllib.loads((files("ledger.community") / "profiles.toml").read_text())
    for name, table in data.items():
        scope, _, later = name.partition("@")
        since = date.fromisoformat(later) if later else table.pop("since")
        source = table.pop("source")
        for key, value in _flat(table):
            if (scope, key, since) not in there:
                session.add(
                    ProfileValue(scope=scope, key=key, since=since, value=json.dumps(value), source=source)
                )
                added += 1
    return added


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def enrol(session: Session, login: str, name: str, password: str, *, by: Actor, at: datetime) -> Person:
    """Let somebody sign in. The password is kept as an Argon2id hash."""
    person = Person(login=login, name=name, password=PasswordHasher().hash(password), since=at)
    session.add(person)
    return person


def appoint(
    session: Session,
    login: str,
    community: str,
    role: Role,
    since: date,
    *,
    until: date | None = None,
    home: str | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Give a person a role in a community (``*`` for all) from a day on."""
    session.add(
        Appointment(person=login, community=community, role=role, since=since, until=until, home=home)
    )
