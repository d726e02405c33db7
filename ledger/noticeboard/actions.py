"""Publishing a notice: its rows and its leaf. What follows a publication is `ledger.publishing.after_publication`."""

import secrets
from datetime import datetime

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.errors import Malformed
from ledger.log.actions import append
from ledger.log.leaf import SALT_BYTES, WHO, commit, new_leaf
from ledger.log.queries import head
from ledger.noticeboard.queries import check_corrects, latest_version
from ledger.noticeboard.rules import NewNotice, digest, notice_content
from ledger.noticeboard.tables import Attachment, Notice


class NoReasonGiven(Malformed):
    code = "no-reason-given"
    zh = "{period:period}已经公示过第 {version} 版：再公示须写明更正的理由。"
    en = "Version {version} of {period:period} is published already: say why it is corrected."


def publish_notice(
    session: Session,
    community: str,
    new: NewNotice,
    *,
    why: str | None = None,
    by: Actor | None,
    at: datetime,
) -> Notice:
    """Publish a notice and seal in the log the digests of all its bytes, when and by whom it was published; by nobody
    (``None``) when the server does it by itself.

    Raises:
        NoReasonGiven: an earlier version is published and ``why`` is empty.
        NothingCorrected: it says the same.
    """
    current = head(session, community, lock=True)
    version, before = latest_version(session, community, new.kind, new.period)
    if version and not why:
        raise NoReasonGiven(period=new.period, version=version)
    check_corrects(session, community, new.kind, new.period, new.body)
    who = commit(WHO, {**by.sealed} if by else {}, secrets.token_bytes(SALT_BYTES))
    content = notice_content(
        new,
        origin=current.origin,
        index=current.tree_size,
        version=version + 1,
        before=before,
        at=at,
        who=who.digest,
    )
    append(session, current, [new_leaf("disclosure", content, (who,))])
    notice = Notice(
        community=community,
        kind=new.kind,
        period=new.period,
        version=version + 1,
        title_zh=new.titles[0],
        title_en=new.titles[1],
        body=new.body,
        sha256=digest(new.body),
        why=why,
        published_at=at,
        must_stay_until=new.must_stay_until,
        leaf_index=current.tree_size,
    )
    session.add(notice)
    session.flush()  # the attachments name the notice
    for attachment in new.attachments:
        session.add(
            Attachment(
                community=community,
                kind=new.kind,
                period=new.period,
                version=notice.version,
                name=attachment.name,
                media_type=attachment.media_type,
                body=attachment.body,
                sha256=attachment.sha256,
            )
        )
    session.flush()
    return notice
