"""What can be read of mappings."""

import json
from collections.abc import Sequence

from sqlmodel import Session, select

from ledger.intake.lines import Profile
from ledger.intake.mappings.tables import StatementProfile
from ledger.intake.statement import UnknownProfile, called, declared, profile, profile_names


def profiles_of(session: Session, community: str) -> Sequence[StatementProfile]:
    """The profiles that a community has declared, by name, each in its latest version."""
    latest: dict[str, StatementProfile] = {}
    for saved in session.exec(select(StatementProfile).where(StatementProfile.community == community)):
        plain = saved.name.partition("/")[0]
        latest[plain] = max((latest.get(plain, saved), saved), key=lambda one: _version(one.name))
    return [latest[plain] for plain in sorted(latest)]


def latest_of(session: Session, community: str, name: str) -> StatementProfile | None:
    """The latest version of a community's own profile; None where there is none of the name."""
    return next(
        (saved for saved in profiles_of(session, community) if saved.name.partition("/")[0] == name), None
    )


def _version(name: str) -> int:
    return int(name.partition("/")[2] or 1)


def profile_of(session: Session, community: str, name: str) -> Profile:
    """The profile of a name: one that comes with the ledger, or one of the community's own.

    Raises:
        UnknownProfile: there is none.
    """
    if name in profile_names():
        return profile(name)
    saved = latest_of(session, community, name)
    if saved is None:
        own = [
            declared(own_profile.name, json.loads(own_profile.declared)).called
            for own_profile in profiles_of(session, community)
        ]
        raise UnknownProfile(name=name, known=[*map(called, profile_names()), *own])
    return declared(saved.name, json.loads(saved.declared))
