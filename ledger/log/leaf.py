"""What a leaf is made of: canonical bytes, and salted commitments for what must stay private. Pure.

Leaf bytes hold numbers, account codes, states and digests: no free text, no name, no door number. Whatever
is private is committed to as RFC 9901 (SD-JWT) §4.2 does: the digest of a salted disclosure goes into
the leaf, the disclosure is kept beside it and can be erased without touching any proof.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from json import JSONEncoder, loads
from typing import Any, NamedTuple

from ledger.errors import Malformed
from ledger.log import merkle
from ledger.money import MOST_FEN

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

LARGEST_LEAF = 65_535
"""Bytes; the tiles of C2SP tlog-tiles have a 16-bit length."""

SALT_BYTES = 16

WHO = "who"
"""The name under which a leaf commits to who did what it seals."""


class LeafFault(StrEnum):
    """What cannot go into a leaf."""

    TEXT = "text"
    TOO_LARGE = "too_large"
    FIELD_NAME = "field_name"
    NUMBER = "number"
    KIND = "kind"
    SALT = "salt"


class LeafMalformed(Malformed):
    code = "leaf-malformed"
    zh = "写进日志的内容不合规定：{what}"
    en = "The content for the log is not allowed: {what}"


class Commitment(NamedTuple):
    """``digest`` goes into the leaf; ``disclosure`` is what opens it, and may be erased."""

    digest: str
    disclosure: str


class NewLeaf(NamedTuple):
    """Bytes about to be appended, with their RFC 6962 leaf hash and the private fields they commit to."""

    kind: str
    body: bytes
    hash: bytes
    private: tuple[Commitment, ...] = ()


_CANONICAL = JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
"""Without floats, and with keys in ASCII, these are the bytes of RFC 8785; a test holds them to a library's."""


_DISCLOSED = JSONEncoder(ensure_ascii=False)


def canonical(content: Mapping[str, Json]) -> bytes:
    """RFC 8785 bytes of strings, integers within ±(2^53-1), booleans, null, arrays and objects.

    Raises:
        LeafMalformed: a float, a larger integer, a key beyond ASCII, a lone surrogate, or more than 65,535 bytes.
    """
    _check_plain(content)
    try:
        body = _CANONICAL.encode(content).encode()
    except UnicodeEncodeError:
        raise LeafMalformed(what=LeafFault.TEXT) from None
    if len(body) > LARGEST_LEAF:
        raise LeafMalformed(what=LeafFault.TOO_LARGE)
    return body


def _check_plain(content: Mapping[str, Json] | Sequence[Json]) -> None:
    inside: Iterable[Json] = content
    if isinstance(content, dict):
        try:
            ascii_keys = "".join(content).isascii()
        except TypeError:
            ascii_keys = False
        if not ascii_keys:
            raise LeafMalformed(what=LeafFault.FIELD_NAME)
        inside = content.values()
    for member in inside:
        if isinstance(member, str) or member is None:
            continue
        if isinstance(member, int):
            if not -MOST_FEN <= member <= MOST_FEN:
                raise LeafMalformed(what=LeafFault.NUMBER)
        elif isinstance(member, (dict, list, tuple)):
            _check_plain(member)
        else:
            raise LeafMalformed(what=LeafFault.KIND)


def new_leaf(kind: str, content: Mapping[str, Json], private: tuple[Commitment, ...] = ()) -> NewLeaf:
    """Seal content as a leaf of a kind, committing to private fields whose digests it names."""
    body = canonical(content)
    return NewLeaf(kind, body, merkle.leaf_hash(body), private)


def instant_text(at: datetime) -> str:
    """An instant as a leaf says it: in UTC, ``2026-07-15T04:00:00+00:00``, with microseconds where there are any."""
    return at.astimezone(UTC).isoformat()


def content_of(body: bytes) -> dict[str, Any] | None:
    """What a leaf says whose bytes come from anywhere; None where they are no JSON object in UTF-8."""
    try:
        content = loads(body.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity, which only Python takes for JSON


def place_of(content: Mapping[str, Any]) -> int:
    """At which place the content says that it stands; -1 where it says none that every reader reads alike."""
    place = content.get("i")
    if isinstance(place, bool) or not isinstance(place, int | float) or not 0 <= place <= MOST_FEN:
        return -1
    return int(place) if place == int(place) else -1


def files_of(content: Mapping[str, Any]) -> dict[str, str] | None:
    """The files that the leaf of a notice names, each with its SHA-256; None where it is no such leaf."""
    pairs = content.get("att")
    if content.get("kind") != "disclosure" or not isinstance(pairs, list):
        return None
    plain = all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in pairs
    )
    return dict(pairs) if plain and len({name for name, _ in pairs}) == len(pairs) else None


def commit(name: str, value: Json, salt: bytes) -> Commitment:
    """Commit to one field: digest = base64url(SHA-256(base64url(JSON [salt, name, value]))).

    Raises:
        LeafMalformed: the salt is shorter than 128 bits, or the value holds half a character.
    """
    if len(salt) < SALT_BYTES:
        raise LeafMalformed(what=LeafFault.SALT)
    return sealed(_DISCLOSED.encode([_base64url(salt), name, value]))


def sealed(disclosed: str) -> Commitment:
    """The commitment whose disclosure is this JSON text, byte for byte."""
    try:
        disclosure = _base64url(disclosed.encode())
    except UnicodeEncodeError:
        raise LeafMalformed(what=LeafFault.TEXT) from None
    return Commitment(digest_of(disclosure), disclosure)


def digest_of(disclosure: str) -> str:
    """The digest that a leaf names for a disclosure."""
    return _base64url(sha256(disclosure.encode()).digest())


def opened(disclosure: str) -> tuple[str, Json]:
    """The name and the value behind a disclosure."""
    _salt, name, value = loads(urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
    return name, value


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
