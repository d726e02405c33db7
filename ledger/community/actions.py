"""Actions about people and local numbers. The register comes in whole by `ledger.intake.register`."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from importlib.resources import files

from argon2 import PasswordHasher
from sqlmodel import Session, col, select

from ledger.community.queries import check_demo_password
from ledger.community.role_rules import LEVEL_OF, Actor, Seat
from ledger.community.tables import Appointment, Person, ProfileValue


def seed_profiles(session: Session, *, by: Actor, at: datetime) -> int:
    """Enter the presets that are not there yet; gives how many rows were added. Existing rows stay.

    A section ``scope@what`` holds later values of the same scope, or some of another source; ``sources`` names the article of one number.
    """
    there = set(session.exec(select(col(ProfileValue.scope), col(ProfileValue.key), col(ProfileValue.since))))
    added = 0
    data = tomllib.loads((files("ledger.community") / "thresholds_and_caps_by_place.toml").read_text())
    for name, table in data.items():
        scope = name.partition("@")[0]
        since, source, sources = table.pop("since"), table.pop("source"), table.pop("sources", {})
        for key, value in _flat(table):
            if (scope, key, since) not in there:
                session.add(
                    ProfileValue(
                        scope=scope,
                        key=key,
                        since=since,
                        value=json.dumps(value),
                        source=sources.get(key, source),
                    )
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
    """Let somebody sign in. The password is kept as an Argon2id hash.

    Raises:
        DemoPassword: it is the demo's, and this is not the demo.
    """
    check_demo_password(session, password)
    person = Person(login=login, name=name, password=PasswordHasher().hash(password), since=at)
    session.add(person)
    return person


def appoint(
    session: Session,
    login: str,
    community: str,
    seat: Seat,
    since: date,
    *,
    until: date | None = None,
    organisation: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Give a person a seat in a community (``*`` for all) from a day on, at an organisation where there is one.

    The level is that of the role where the role has but one; a supervisor's has to be told.
    """
    session.add(
        Appointment(
            person=login,
            community=community,
            role=seat.role,
            since=since,
            until=until,
            home=seat.home,
            organisation=organisation,
            level=seat.level or LEVEL_OF.get(seat.role),
            building=seat.building,
        )
    )
