"""What can be read of mappings."""

import json
from collections.abc import Sequence

from sqlmodel import Session, select

from ledger.intake.lines import Profile
from ledger.intake.mappings.tables import StatementProfile
from ledger.intake.statement import UnknownProfile, called, declared, profile, profile_names


def profiles_of(session: Session, community: str) -> Sequence[StatementProfile]:
    """The profiles that a community has declared, by name."""
    return session.exec(
        select(StatementProfile)
        .where(StatementProfile.community == community)
        .order_by(StatementProfile.name)
    ).all()


def profile_of(session: Session, community: str, name: str) -> Profile:
    """The profile of a name: one that comes with the ledger, or one of the community's own.

    Raises:
        UnknownProfile: there is none.
    """
    if name in profile_names():
        return profile(name)
    saved = session.get(StatementProfile, (community, name))
    if saved is None:
        own = [
            declared(own_profile.name, json.loads(own_profile.declared)).called
            for own_profile in profiles_of(session, community)
        ]
        raise UnknownProfile(name=name, known=[*map(called, profile_names()), *own])
    return declared(name, json.loads(saved.declared))
