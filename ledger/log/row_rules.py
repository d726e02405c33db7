"""What the truth of each table rests on, and what of a row is sealed. Pure.

A table that is not named here is sealed row by row, so that a new one is looked after before anybody thinks of it;
`docs/integrity.md` tells the same for people.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256
from typing import NamedTuple

from ledger.log.leaf import Json

LOG = frozenset({"ledger_head", "leaf", "subtree", "row_seal", "row_seal_head"})
"""The log itself: held to its own hashes and to the signed heads."""
BY_LEAF = frozenset({"entry", "movement", "closing", "closing_balance"})
"""Rows that a leaf tells again, value by value."""
DERIVED = frozenset({"balance", "subledger_balance"})
"""Sums of the movements, made anew and compared."""
NO_FACTS = frozenset({"access_record", "answered", "held_upload", "job", "second_factor", "sign_in", "slip"})
"""What the machine keeps of its own work and of people's access; nothing in the books or on the board rests on it."""
NOT_SEALED = LOG | BY_LEAF | DERIVED | NO_FACTS

ADDED: Mapping[str, Mapping[str, object]] = {"charge": {"run": 1}}
"""Columns that a later version added, each with what it is in the rows that were there: with that it is left out of a row's
key and values, so that their seals hold."""

SECRETS: Mapping[str, frozenset[str]] = {"person": frozenset({"password"})}
"""Columns of sealed tables that are no facts either."""

SCOPE = "community"
"""The column of a key that says whose row it is; rows without one belong to the installation, whose scope is empty."""
INSTALLATION = ""
SCOPED_BY_SEALS = frozenset({"row_seal", "row_seal_head"})
"""Tables of which the installation has rows too."""

OF_SIGNING = "signed_head"
"""The table whose rows come of signing itself, so that they alone are no reason to commit to them and sign again."""

ROWS = "rows"
"""The kind of the leaf that commits to the chains of row seals."""


class Shape(NamedTuple):
    """A sealed table: its columns and the ones of its key, and whether that says whose they are."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    scoped: bool
    added: Mapping[str, object]


def shape(name: str, columns: Iterable[str], key: Sequence[str]) -> Shape:
    """How the rows of a table are sealed."""
    secret = SECRETS.get(name, frozenset())
    public = tuple(sorted(column for column in columns if column not in secret))
    return Shape(name, public, tuple(key), SCOPE in key, ADDED.get(name, {}))


def scope_of(of: Shape, row: Mapping[str, object]) -> str:
    """Whose a row is."""
    return str(row[SCOPE]) if of.scoped else INSTALLATION


def key_text(of: Shape, row: Mapping[str, object]) -> str:
    """A row's key without its scope."""
    return _json([row[name] for name in of.key if name != SCOPE and row[name] != of.added.get(name)])


def row_digest(of: Shape, row: Mapping[str, object], salt: bytes) -> bytes:
    """SHA-256 over the salt, the table and the row's values by column; a column without a value is left out, so that one
    which a later version adds changes nothing."""
    values = {name: value for name in of.columns if (value := row[name]) != of.added.get(name)}
    return sha256(salt + _json([of.name, values]).encode()).digest()


def next_link(chain: bytes, no: int, name: str, key: str, digest: bytes | None) -> bytes:
    """The digest over all row seals of a scope, with one more of them."""
    return sha256(chain + f"{no}\n{name}\n{key}\n".encode() + (digest or b"")).digest()


def _plain(value: object) -> object:
    """A value as JSON tells it, the same on every database: instants in UTC, bytes by their digest."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return sha256(value).hexdigest()
    raise TypeError(f"no value of a row: {type(value).__name__}")


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def rows_content(
    origin: str, index: int, own: tuple[int, bytes], installation: tuple[int, bytes]
) -> dict[str, Json]:
    """The content of a leaf that commits to the row seals of a community, and to those of the installation."""
    return {
        "v": 1,
        "log": origin,
        "i": index,
        "kind": ROWS,
        "own": [own[0], own[1].hex()],
        "installation": [installation[0], installation[1].hex()],
    }
