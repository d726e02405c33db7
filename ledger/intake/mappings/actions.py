"""The action of mappings: save one that has read its file whole."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.intake.mappings.rules import MappingWrong, ProfileNameTaken, check_mapping
from ledger.intake.mappings.tables import StatementProfile
from ledger.intake.statement import Statement, declared, ends_open, profile_names, read_statement
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
    by: Actor,
    at: datetime,
) -> Statement:
    """Save what the columns of a file mean as a profile of the community; gives the file as it reads.

    ``end`` is how the row under the last line may begin (合计); ``words`` is as in a declared profile.

    Raises:
        MappingWrong: it does not say when, how much or which way.
        StatementUnreadable: the file cannot be read by it; every cell is named, nothing is saved.
        ProfileNameTaken: the name is a declared profile's, or saved before.
    """
    check_mapping(columns, words or {})
    head(session, community, lock=True)
    if name in profile_names() or session.get(StatementProfile, (community, name)) is not None:
        raise ProfileNameTaken(name=name)
    declaration = {
        "title_zh": name,
        "title_en": name,
        "header": [names[0] for names in columns.values()],
        "columns": {meaning: list(names) for meaning, names in columns.items()},
        "words": {key: list(spellings) for key, spellings in (words or {}).items()},
        "end": list(end) or ["\0"],
        "open_end": ends_open(content),
    }
    read = read_statement(content, declared(name, declaration))
    if not read.lines:
        raise MappingWrong(why_zh="一笔流水也没有读到", why_en="it reads not one line")
    session.add(
        StatementProfile(
            community=community,
            name=name,
            declared=json.dumps(declaration, ensure_ascii=False),
            sample=sha256(content).hexdigest(),
            saved_by=by.login,
            saved_at=at,
        )
    )
    session.flush()
    return read
