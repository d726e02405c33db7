"""What the pages read, beside the board's and the log's own queries. Only `notice` and `attachment`.

A further figure of the public page has to be published first: as a line of `ledger.disclosure.standing_notice_queries.standing`
for what holds today, of `ledger.disclosure.accounts_queries.gather` for a half-year.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, tuple_
from sqlmodel import Session, col, or_, select

from ledger.db import unread
from ledger.noticeboard.rules import STANDING
from ledger.noticeboard.tables import Attachment, Notice


class File(NamedTuple):
    """A file beside a notice, without its bytes."""

    name: str
    media_type: str
    sha256: str
    size: int


class Version(NamedTuple):
    version: int
    published_at: datetime
    why: str | None


def newest(session: Session, limit: int) -> Sequence[Notice]:
    """The notices that people published last, of any community, without their bodies."""
    return session.exec(
        select(Notice)
        .options(unread(Notice.body))
        .where(Notice.kind != STANDING)
        .order_by(col(Notice.published_at).desc(), Notice.community, col(Notice.leaf_index).desc())
        .limit(limit)
    ).all()


def listed(session: Session, community: str) -> Sequence[Notice]:
    """What a community has published without the bodies, newest first; how it stood day by day is not among it."""
    return session.exec(
        select(Notice)
        .options(unread(Notice.body))
        .where(Notice.community == community, Notice.kind != STANDING)
        .order_by(col(Notice.published_at).desc())
    ).all()


def communities(session: Session, search: str, page: int, size: int) -> tuple[list[str], int]:
    """A page of the communities that have notices, by code, and how many there are in all.

    ``search`` looks in the notices' titles, which name their community, and in its code.
    """
    query = select(Notice.community).distinct()
    if search:
        query = query.where(
            or_(
                col(Notice.title_zh).icontains(search, autoescape=True),
                col(Notice.title_en).icontains(search, autoescape=True),
                col(Notice.community).icontains(search, autoescape=True),
            )
        )
    places = query.subquery()
    total = select(func.count()).select_from(places).scalar_subquery()
    rows = session.execute(
        select(places.c.community, total).order_by(places.c.community).limit(size).offset((page - 1) * size)
    ).all()
    if not rows:
        return [], session.execute(select(total)).scalar_one()
    return [community for community, _ in rows], rows[0][1]


def names(session: Session, of: Collection[str]) -> dict[str, dict[str, str]]:
    """What communities are called, in Chinese and English, as their newest notice says; by code."""
    if not of:
        return {}
    last = (
        select(Notice.community, func.max(Notice.leaf_index))
        .where(col(Notice.community).in_(of))
        .group_by(Notice.community)
    )
    place = tuple_(col(Notice.community), col(Notice.leaf_index))
    digests = dict(session.execute(select(Notice.community, Notice.sha256).where(place.in_(last))).all())
    unknown = [digest for digest in digests.values() if digest not in _NAMES]
    if unknown:
        rows = session.execute(
            select(Notice.community, Notice.sha256, Notice.body).where(
                place.in_(last), col(Notice.sha256).in_(unknown)
            )
        )
        for community, digest, body in rows:
            _NAMES[digest] = name_in(content(body), community)
    return {community: _NAMES[digest] for community, digest in digests.items()}


_NAMES: dict[str, dict[str, str]] = {}
"""Names by the digest of the body that says them: a digest's name never changes, so neither does this."""


def name_in(body: dict[str, Any], community: str) -> dict[str, str]:
    """What a body calls its community; its code where it does not say."""
    said = body.get("community")
    said = said if isinstance(said, dict) else {}
    zh = said.get("name") or community
    return {"zh": str(zh), "en": str(said.get("name_en") or zh)}


def content(body: bytes) -> dict[str, Any]:
    """A body's content to draw from; nothing when it is no JSON object. What is served is always the bytes."""
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def versions(session: Session, notice: Notice) -> list[Version]:
    """Every version of a notice's kind and period, newest first."""
    rows = session.execute(
        select(Notice.version, Notice.published_at, Notice.why)
        .where(
            Notice.community == notice.community, Notice.kind == notice.kind, Notice.period == notice.period
        )
        .order_by(col(Notice.version).desc())
    )
    return [Version(*row) for row in rows]


def neighbours(session: Session, notice: Notice) -> tuple[str | None, str | None]:
    """The period before a notice's for which there is one of its kind, and the newest after it; None where there is none."""
    period = col(Notice.period)
    before, newest = session.execute(
        select(
            func.max(case((period < notice.period, period))), func.max(case((period > notice.period, period)))
        ).where(Notice.community == notice.community, Notice.kind == notice.kind)
    ).one()
    return before, newest


def files(session: Session, notice: Notice) -> list[File]:
    """The files beside a notice with their sizes, by name, without their bytes."""
    rows = session.execute(
        select(Attachment.name, Attachment.media_type, Attachment.sha256, func.length(Attachment.body))
        .where(
            Attachment.community == notice.community,
            Attachment.kind == notice.kind,
            Attachment.period == notice.period,
            Attachment.version == notice.version,
        )
        .order_by(Attachment.name)
    )
    return [File(*row) for row in rows]


def newest_of_kinds(
    session: Session, community: str, kinds: Collection[str]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """The period and the content of the newest notice of each kind, of the latest period; by kind, of those that there are."""
    place = (
        func.row_number()
        .over(partition_by=col(Notice.kind), order_by=(col(Notice.period).desc(), col(Notice.version).desc()))
        .label("place")
    )
    ranked = (
        select(Notice.kind, Notice.period, Notice.version, place)
        .where(Notice.community == community, col(Notice.kind).in_(kinds))
        .subquery()
    )
    rows = session.execute(
        select(Notice.kind, Notice.period, Notice.body)
        .join(
            ranked,
            (col(Notice.kind) == ranked.c.kind)
            & (col(Notice.period) == ranked.c.period)
            & (col(Notice.version) == ranked.c.version),
        )
        .where(Notice.community == community, ranked.c.place == 1)
    )
    return {kind: (period, content(body)) for kind, period, body in rows}
