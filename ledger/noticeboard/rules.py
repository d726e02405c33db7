"""What a notice is made of. Pure."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import rfc8785

from ledger.log.leaf import Json, instant_text


class NewAttachment(NamedTuple):
    """A file about to be hung; ``name`` is its last path segment on the public site."""

    name: str
    media_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        return digest(self.body)


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
    hung; ``who`` is the digest of the commitment to who hung it."""
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
