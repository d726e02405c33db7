"""From checked figures to the board: make the files, publish them, have the log's new head signed.

Files are made before the transaction and signing comes after it, so that neither a slow page nor the signer
holds a community's lock. Between publishing and signing a notice is durable but not provable yet; signing again
is harmless, so `sign_heads` heals whatever was cut off there.

What follows a publication, at every door and in the sample, is `after_publication` and nothing else: whoever is to be
told of a new notice is told there.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from ledger.community.queries import community as community_of
from ledger.community.role_rules import Actor
from ledger.disclosure import actions as disclosures
from ledger.disclosure.accounts_queries import disclosure
from ledger.disclosure.rules import check_publishable
from ledger.disclosure.standing_notice_actions import publish_standing
from ledger.disclosure.standing_notice_queries import untold
from ledger.evaluation import actions as evaluations
from ledger.evaluation.standards import rubric_bytes
from ledger.installation import Installation
from ledger.log.actions import check_signable, sign_head
from ledger.log.queries import head
from ledger.log.row_actions import commit_to_rows
from ledger.log.tables import SignedHead
from ledger.noticeboard.rules import ReadyNotice
from ledger.noticeboard.tables import Notice
from ledger.periods import Period
from ledger.reports import accounts, scorecard
from ledger.words import period as period_told


def draw_accounts(
    session: Session, installation: Installation, community: str, period: str, *, by: Actor
) -> ReadyNotice:
    """The checked accounts of a period with their PDF, CSV and charts, ready for this person to publish.

    Raises:
        NoDisclosure, NotInState, SamePerson: as `ledger.disclosure.actions.publish` refuses, before anything is drawn.
        LogRewritten, KeyLost, MemoryLost: what is published could not be signed.
    """
    check_signable(session, head(session, community), installation.signer)
    draft = disclosure(session, community, period)
    check_publishable(period, draft.state, draft.prepared_by, draft.checked_by, by=by)
    name, name_en = _names(session, community)
    page_url = installation.page_url(community, Period.parse(period).kind, period)
    files = accounts.attachments(draft.body, fonts=installation.config.fonts, page_url=page_url)
    titles = (
        f"{name}{period_told(period, 'zh')}账目公示",
        f"{name_en}: accounts of {period_told(period, 'en')}",
    )
    return ReadyNotice(draft.body, files, titles)


def draw_evaluation(
    session: Session, installation: Installation, community: str, period: str, *, by: Actor, at: datetime
) -> ReadyNotice:
    """The property firm's score of a period with its PDF, CSV and chart, ready to be published.

    Raises:
        LogRewritten, KeyLost, MemoryLost: what is published could not be signed.
    """
    check_signable(session, head(session, community), installation.signer)
    body = evaluations.evaluate(session, community, Period.parse(period), by=by, at=at)
    name, name_en = _names(session, community)
    page_url = installation.page_url(community, evaluations.KIND, period)
    rubric = rubric_bytes(evaluations.RUBRIC)
    files = scorecard.attachments(body, rubric=rubric, fonts=installation.config.fonts, page_url=page_url)
    titles = (
        f"{name}{period_told(period, 'zh')}物业服务评价",
        f"{name_en}: evaluation of the property firm, {period_told(period, 'en')}",
    )
    return ReadyNotice(body, files, titles)


def publish_accounts(
    installation: Installation, community: str, period: str, *, by: Actor, at: datetime
) -> Notice:
    """Draw the checked accounts of a period, publish them, and have the log signed.

    Raises:
        what `ledger.disclosure.actions.publish` refuses.
    """
    with installation.database.reading() as session:
        ready = draw_accounts(session, installation, community, period, by=by)
    with installation.database.writing() as session:
        notice = disclosures.publish(session, community, period, prepared=ready, by=by, at=at)
    after_publication(installation, community, at=at)
    return notice


def publish_evaluation(
    installation: Installation,
    community: str,
    period: str,
    *,
    why: str | None = None,
    by: Actor,
    at: datetime,
) -> Notice:
    """Score the property firm for a period, publish the scorecard, and have the log signed.

    Raises:
        what `ledger.evaluation.actions.publish` refuses.
    """
    with installation.database.reading() as session:
        ready = draw_evaluation(session, installation, community, period, by=by, at=at)
    with installation.database.writing() as session:
        notice = evaluations.publish(session, community, period, prepared=ready, why=why, by=by, at=at)
    after_publication(installation, community, at=at)
    return notice


def publish_standing_notice(installation: Installation, community: str, *, at: datetime) -> Notice | None:
    """Publish how a community stands when that has changed, and have the log signed; None when it has not."""
    with installation.database.reading() as session:
        if untold(session, community, at) is None:
            return None
        check_signable(session, head(session, community), installation.signer)
    with installation.database.writing() as session:
        notice = publish_standing(session, community, by=None, at=at)
    if notice is not None:
        after_publication(installation, community, at=at)
    return notice


def after_publication(installation: Installation, community: str, *, at: datetime) -> None:
    """What follows once a notice is on the board: the log's new head is signed.

    The notice is durable by now, so nothing here takes it back; a publication that is sent again comes by no second time.

    Raises:
        LogRewritten: see `sign_head_of`.
    """
    sign_head_of(installation, community, at=at)


def sign_head_of(installation: Installation, community: str, *, at: datetime) -> SignedHead:
    """Have a leaf commit to the rows that were written since the last, and then the head of the community's log signed; one
    that is signed already stays as it is.

    Raises:
        LogRewritten: the signer remembers a longer or another log.
    """
    with installation.database.writing() as session:
        check_signable(session, head(session, community), installation.signer)
        commit_to_rows(session, community)
    with installation.database.writing() as session:
        return sign_head(session, community, installation.signer, at=at)


def sign_heads(installation: Installation, communities: Iterable[str], *, at: datetime) -> list[SignedHead]:
    """Have the heads of these communities' logs signed, one transaction each.

    Raises:
        LogRewritten: see `sign_head_of`.
    """
    return [sign_head_of(installation, community, at=at) for community in communities]


def _names(session: Session, community: str) -> tuple[str, str]:
    place = community_of(session, community)
    return place.name, place.name_en or place.name
