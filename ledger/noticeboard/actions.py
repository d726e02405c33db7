"""Hanging a notice."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.rules import Actor
from ledger.errors import Malformed
from ledger.log.actions import append
from ledger.log.leaf import new_leaf
from ledger.log.queries import head
from ledger.noticeboard.queries import latest_version
from ledger.noticeboard.rules import NewAttachment, digest, notice_content
from ledger.noticeboard.tables import Attachment, Notice


class NoReasonGiven(Malformed):
    code = "no-reason-given"
    zh = "{period} 已经公示过第 {version} 版：再公示须写明更正的理由。"
    en = "{period} hangs already in version {version}: say why it is corrected."


def hang(
    session: Session,
    community: str,
    kind: str,
    period: str,
    *,
    titles: tuple[str, str],
    body: bytes,
    attachments: Sequence[NewAttachment],
    must_stay_until: date,
    why: str | None = None,
    by: Actor,
    at: datetime,
) -> Notice:
    """Hang a notice and seal the digests of all its bytes in the log; titles are (Chinese, English).

    Raises:
        NoReasonGiven: an earlier version hangs and ``why`` is empty.
    """
    current = head(session, community, lock=True)
    version, before = latest_version(session, community, kind, period)
    if version and not why:
        raise NoReasonGiven(period=period, version=version)
    content = notice_content(
        origin=current.origin,
        index=current.tree_size,
        kind=kind,
        period=period,
        version=version + 1,
        body=body,
        before=before,
        attachments=attachments,
    )
    append(session, current, [new_leaf("disclosure", content)])
    notice = Notice(
        community=community,
        kind=kind,
        period=period,
        version=version + 1,
        title_zh=titles[0],
        title_en=titles[1],
        body=body,
        sha256=digest(body),
        why=why,
        hung_at=at,
        must_stay_until=must_stay_until,
        leaf_index=current.tree_size,
    )
    session.add(notice)
    session.flush()  # the attachments name the notice
    for each in attachments:
        session.add(
            Attachment(
                community=community,
                kind=kind,
                period=period,
                version=notice.version,
                name=each.name,
                media_type=each.media_type,
                body=each.body,
                sha256=each.sha256,
            )
        )
    session.flush()
    return notice
