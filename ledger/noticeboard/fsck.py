"""Hold every notice to the leaf that seals it, and every such leaf to the notice that it seals."""

import json
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, select

from ledger.log.leaf import instant_text
from ledger.log.row_queries import Problem
from ledger.log.tables import Leaf
from ledger.noticeboard.rules import digest
from ledger.noticeboard.tables import Attachment, Notice


def notice_problems(session: Session, community: str) -> Iterator[Problem]:
    """Every notice whose bytes, files, version or day are not those that its leaf says, and every leaf without its notice."""
    rows = session.execute(
        select(Leaf.leaf_index, Leaf.body)
        .where(Leaf.community == community, Leaf.kind == "disclosure")
        .order_by(col(Leaf.leaf_index))
    )
    leaves = {index: _content(body) for index, body in rows}
    query = select(Notice).where(Notice.community == community).order_by(col(Notice.leaf_index))
    for notice in session.exec(query.execution_options(yield_per=20)):
        where = f"{notice.kind} {notice.period} version {notice.version}"
        content = leaves.pop(notice.leaf_index, {})
        said = tuple(content.get(name) for name in ("what", "period", "version"))
        if said != (notice.kind, notice.period, notice.version):
            yield Problem("notice", where, f"leaf {notice.leaf_index} seals another notice")
            continue
        if not content.get("body") == notice.sha256 == digest(notice.body):
            yield Problem("notice", where, "its bytes are not those that its leaf seals")
        if content.get("v") != 1 and content.get("at") != instant_text(notice.published_at):
            yield Problem("notice", where, "it was not published when its leaf says")
        yield from _files(session, notice, content, where)
    for index, content in leaves.items():
        of = f"{content.get('what')} {content.get('period')} version {content.get('version')}"
        yield Problem("notice", of, f"leaf {index} seals it, and the board does not know it")


def _files(session: Session, notice: Notice, content: dict[str, Any], where: str) -> Iterator[Problem]:
    kept = session.execute(
        select(Attachment.name, Attachment.sha256, Attachment.body)
        .where(
            Attachment.community == notice.community,
            Attachment.kind == notice.kind,
            Attachment.period == notice.period,
            Attachment.version == notice.version,
        )
        .execution_options(yield_per=5)
    )
    sealed = dict(content.get("att") or [])
    for name, sha256, body in kept:
        if not sealed.pop(name, None) == sha256 == digest(body):
            yield Problem("notice", where, f"its file {name} is not the one that its leaf seals")
    for name in sealed:
        yield Problem("notice", where, f"its file {name} is gone")


def _content(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
