"""The action of mappings: save one that has read its file whole."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.intake.mappings.queries import latest_of
from ledger.intake.mappings.reading import declaration_of, read_by_mapping
from ledger.intake.mappings.rules import ProfileNameTaken, next_version
from ledger.intake.mappings.tables import StatementProfile
from ledger.intake.statement import Statement, profile_names
from ledger.log.queries import head


def save_mapping(
    session: Session,
    community: str,
    name: str,
    content: bytes,
    columns: Mapping[str, Sequence[str]],
    *,
    words: Mapping[str, Sequence[str]] | None = None,
    end: Sequence[str] = (),
    corrects: bool = False,
    by: Actor,
    at: datetime,
) -> Statement:
    """Save what the columns of a file mean as a profile of the community; gives the file as it reads.

    ``end`` is how the row under the last line may begin (合计); ``words`` is as in a declared profile. One that ``corrects``
    another of its name is its next version: what was read by the one before stays, and is known again.

    Raises:
        MappingWrong: it does not say when, how much or which way. UnknownProfile: there is none to correct.
        StatementUnreadable: the file cannot be read by it; every cell is named, nothing is saved.
        ProfileNameTaken: the name is a declared profile's, or saved before.
    """
    head(session, community, lock=True)
    latest = None if name in profile_names() else latest_of(session, community, name)
    if name in profile_names() or (latest is not None and not corrects):
        raise ProfileNameTaken(name=name)
    saved_as = name if latest is None else next_version(latest.name)
    read = read_by_mapping(content, name, columns, words=words, end=end)
    declaration = declaration_of(content, name, columns, words or {}, end)
    session.add(
        StatementProfile(
            community=community,
            name=saved_as,
            declared=json.dumps(declaration, ensure_ascii=False),
            sample=sha256(content).hexdigest(),
            saved_by=by.login,
            saved_at=at,
        )
    )
    session.flush()
    return read
