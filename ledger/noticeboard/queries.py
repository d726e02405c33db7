"""What is on the board."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from ledger.db import unread
from ledger.errors import Refused, Unknown
from ledger.noticeboard.rules import says_the_same
from ledger.noticeboard.tables import Attachment, Notice
from ledger.words import Coded


class NoNotice(Unknown):
    code = "no-notice"
    zh = "本小区没有这份公示：{kind}（{period:period}）。"
    en = "This community has no such notice: {kind}, {period:period}."


class NothingCorrected(Refused):
    code = "nothing-corrected"
    zh = "{period:period}已经公示的第 {version} 版说的就是这些，没有可以更正的。"
    en = "Version {version} of {period:period} is published and says the same: there is nothing to correct."


def notices(session: Session, community: str | None = None) -> Sequence[Notice]:
    """Every notice without its body, newest first."""
    query = select(Notice).options(unread(Notice.body)).order_by(col(Notice.published_at).desc())
    return session.exec(query.where(Notice.community == community) if community else query).all()


def notice(session: Session, community: str, kind: str, period: str, version: int | None = None) -> Notice:
    """A notice in one version, or the newest.

    Raises:
        NoNotice: it is not on the board.
    """
    query = select(Notice).where(Notice.community == community, Notice.kind == kind, Notice.period == period)
    if version is not None:
        query = query.where(Notice.version == version)
    publication = session.exec(query.order_by(col(Notice.version).desc()).limit(1)).first()
    if publication is None:
        raise NoNotice(community=community, kind=Coded("notice", kind), period=period)
    return publication


def attachments(session: Session, published: Notice) -> Sequence[Attachment]:
    """The files beside a notice, without their bytes, by name."""
    return session.exec(
        select(Attachment)
        .options(unread(Attachment.body))
        .where(
            Attachment.community == published.community,
            Attachment.kind == published.kind,
            Attachment.period == published.period,
            Attachment.version == published.version,
        )
        .order_by(Attachment.name)
    ).all()


def attachment(session: Session, published: Notice, name: str) -> Attachment:
    """One file beside a notice.

    Raises:
        NoNotice: there is no such file.
    """
    attached_file = session.get(
        Attachment, (published.community, published.kind, published.period, published.version, name)
    )
    if attached_file is None:
        raise NoNotice(
            community=published.community,
            kind=Coded("notice", published.kind),
            period=f"{published.period}/{name}",
        )
    return attached_file


def latest_version(session: Session, community: str, kind: str, period: str) -> tuple[int, str | None]:
    """The newest version published for a period and its body's digest; (0, None) when there is none."""
    query = (
        select(Notice.version, Notice.sha256)
        .where(Notice.community == community, Notice.kind == kind, Notice.period == period)
        .order_by(col(Notice.version).desc())
        .limit(1)
    )
    return session.exec(query).first() or (0, None)


def check_corrects(session: Session, community: str, kind: str, period: str, body: bytes) -> None:
    """See that what is to be published says something else than what is, when it was made aside.

    Raises:
        NothingCorrected: it says the same.
    """
    version, _ = latest_version(session, community, kind, period)
    if version and says_the_same(notice(session, community, kind, period).body, body):
        raise NothingCorrected(period=period, version=version)
