"""What a notice is made of. Pure."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import rfc8785

from ledger.log.leaf import Json, instant_text
from ledger.words import field_label, field_word

STANDING = "standing"
"""The kind of the notices that the server publishes by itself, day by day: they prove how it stood, and no posting."""


class NewAttachment(NamedTuple):
    """A file about to be published; ``name`` is its last path segment on the public site."""

    name: str
    media_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        return digest(self.body)


class NewNotice(NamedTuple):
    """A notice about to be published for a period; titles are (Chinese, English)."""

    kind: str
    period: str
    titles: tuple[str, str]
    body: bytes
    attachments: Sequence[NewAttachment]
    must_stay_until: date


class ReadyNotice(NamedTuple):
    """A notice that can be published: its canonical body, the files made from it, its titles (Chinese, English)."""

    body: bytes
    attachments: Sequence[NewAttachment]
    titles: tuple[str, str]

    @property
    def sha256(self) -> str:
        return digest(self.body)


MADE = frozenset({"prepared_on", "evaluated_on", "log", "v", "labels"})
"""What a body says of its own making: when and in which format it was made, in which words, and how long the log was
then."""

FORMAT = 2
"""Bodies of format 1 hold no words for their fields and codes; whoever shows them uses those of his own day."""

WORDS_THEMSELVES = ("zh", "en")


def says_the_same(one: bytes, other: bytes) -> bool:
    """Whether two bodies say the same, apart from when they were made."""
    return one == other or _said(one) == _said(other)


def _said(body: bytes) -> dict[str, Any]:
    return {name: value for name, value in json.loads(body).items() if name not in MADE}


def digest(body: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(body).hexdigest()


def labelled(figures: dict[str, Any]) -> dict[str, Any]:
    """A body with its format and the words for all that it holds, so that it can be shown from its own bytes."""
    return {**figures, "v": FORMAT, "labels": labels({**figures, "v": FORMAT})}


def labels(figures: dict[str, Any]) -> dict[str, list[str]]:
    """The words of today for every field of a body and for every code in it, as [Chinese, English].

    A field goes by its place, ``/fund/in_fen``; a code by its place and value, ``/fund/projects/state=paid``. The
    members of a list of objects are all at the place of the list.
    """
    return {key: list(pair) for key, pair in _worded("", figures) if pair is not None}


def place_of(place: str, step: str | int, value: object) -> str:
    """The place of a member: an object in a list stands where the list does."""
    return place if isinstance(step, int) and isinstance(value, dict) else f"{place}/{step}"


def code_at(place: str, value: object) -> str:
    """The name under which the word of a value at a place is found."""
    return f"{place}={value if isinstance(value, str) else json.dumps(value)}"


def _worded(place: str, of: object) -> Iterator[tuple[str, tuple[str, str] | None]]:
    if isinstance(of, dict):
        for name, value in of.items():
            if name.rpartition("_")[2] not in WORDS_THEMSELVES:
                yield f"{place}/{name}", field_label(f"{place}/{name}")
                yield from _worded(f"{place}/{name}", value)
    elif isinstance(of, list):
        for number, value in enumerate(of):
            there = place_of(place, number, value)
            yield there, field_label(there)
            yield from _worded(there, value)
    elif of is None or isinstance(of, str | bool):
        code = code_at(place, of)
        yield code, field_word(place, code.removeprefix(f"{place}="))


def canonical_body(figures: dict[str, Json]) -> bytes:
    """The bytes of a notice: RFC 8785, made once, stored, and never made again."""
    return rfc8785.dumps(figures)


def notice_content(
    new: NewNotice,
    *,
    origin: str,
    index: int,
    version: int,
    before: str | None,
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
        "what": new.kind,
        "period": new.period,
        "version": version,
        "before": before,
        "body": digest(new.body),
        "att": [[attachment.name, attachment.sha256] for attachment in new.attachments],
        "at": instant_text(at),
        "sd": [who],
    }
