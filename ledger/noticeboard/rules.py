"""What a notice is made of. Pure."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import rfc8785

from ledger.log.leaf import Json, instant_text


class NewAttachment(NamedTuple):
    """A file about to be published; ``name`` is its last path segment on the public site."""

    name: str
    media_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        return digest(self.body)


class ReadyNotice(NamedTuple):
    """A notice that can be published: its canonical body, the files made from it, its titles (Chinese, English)."""

    body: bytes
    attachments: Sequence[NewAttachment]
    titles: tuple[str, str]

    @property
    def sha256(self) -> str:
        return digest(self.body)


MADE = frozenset({"prepared_on", "evaluated_on", "log"})
"""What a body says of its own making: when it was made, and how long the log was then."""


def says_the_same(one: bytes, other: bytes) -> bool:
    """Whether two bodies say the same, apart from when they were made."""
    return one == other or _said(one) == _said(other)


def _said(body: bytes) -> dict[str, Any]:
    return {name: value for name, value in json.loads(body).items() if name not in MADE}


def digest(body: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(body).hexdigest()


def canonical_body(figures: dict[str, Json]) -> bytes:
    """The bytes of a notice: RFC 8785, made once, stored, and never made again."""
    return rfc8785.dumps(figures)


def notice_content(
    *,
    origin: str,
    index: int,
    kind: str,
    period: str,
    version: int,
    body: bytes,
    before: str | None,
    attachments: Sequence[NewAttachment],
    at: datetime,
    who: str,
) -> dict[str, Json]:
    """The content of a notice's leaf: digests of every stored byte string and of the version before, and when it was
    published; ``who`` is the digest of the commitment to who published it."""
    return {
        "v": 2,
        "log": origin,
        "i": index,
        "kind": "disclosure",
        "what": kind,
        "period": period,
        "version": version,
        "before": before,
        "body": digest(body),
        "att": [[each.name, each.sha256] for each in attachments],
        "at": instant_text(at),
        "sd": [who],
    }
