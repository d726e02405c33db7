"""From checked figures to the board: make the files, hang them, have the log's new head signed.

Files are made before the transaction and signing comes after it, so that neither a slow page nor the signer
holds a community's lock. Between hanging and signing a notice is durable but not provable yet; signing again
is harmless, so `sign_heads` heals whatever was cut off there.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.queries import community as community_of
from ledger.community.rules import Actor
from ledger.db import Database
from ledger.disclosure import actions as disclosures
from ledger.disclosure.queries import disclosure
from ledger.disclosure.rules import check_publishable
from ledger.evaluation import actions as evaluations
from ledger.log.actions import sign_head
from ledger.log.signer import Signer
from ledger.log.tables import SignedHead
from ledger.noticeboard.tables import Notice
from ledger.periods import Period
from ledger.reports import half_year, scorecard


class Publisher(NamedTuple):
    """What publishing needs beside the figures."""

    database: Database
    signer: Signer
    fonts: Path
    site: str

    def page_url(self, community: str, kind: str, period: str) -> str:
        """Where a notice can be read by everyone."""
        return f"{self.site}/{community}/{kind}/{period}/"


def publish_half_year(
    publisher: Publisher, community: str, period: Period, *, by: Actor, at: datetime
) -> Notice:
    """Publish the checked half-year disclosure with its PDF, CSV and charts.

    Raises:
        what `ledger.disclosure.actions.publish` refuses.
    """
    with publisher.database.reading() as session:
        draft = disclosure(session, community, str(period))
        check_publishable(str(period), draft.state, draft.prepared_by, draft.checked_by, by=by.login)
        name, name_en = _names(session, community)
    files = half_year.attachments(
        draft.body,
        fonts=publisher.fonts,
        page_url=publisher.page_url(community, disclosures.KIND, str(period)),
    )
    titles = (f"{name} {period} 半年账目公示", f"{name_en}: accounts of {period}")
    with publisher.database.writing() as session:
        notice = disclosures.publish(
            session, community, str(period), draft.sha256, files, titles=titles, by=by, at=at
        )
    sign_heads(publisher, [community], at=at)
    return notice


def publish_evaluation(
    publisher: Publisher, community: str, period: Period, *, why: str | None = None, by: Actor, at: datetime
) -> Notice:
    """Score the property firm for a period and hang the scorecard with its PDF, CSV and chart."""
    with publisher.database.reading() as session:
        body = evaluations.evaluate(session, community, period, by=by, at=at)
        name, name_en = _names(session, community)
    files = scorecard.attachments(
        body, fonts=publisher.fonts, page_url=publisher.page_url(community, evaluations.KIND, str(period))
    )
    titles = (f"{name} {period} 物业服务评价", f"{name_en}: evaluation of the property firm, {period}")
    with publisher.database.writing() as session:
        notice = evaluations.publish(
            session, community, period, body, files, titles=titles, why=why, by=by, at=at
        )
    sign_heads(publisher, [community], at=at)
    return notice


def sign_heads(publisher: Publisher, communities: Iterable[str], *, at: datetime) -> list[SignedHead]:
    """Have the heads of these communities' logs signed; those that are signed already stay as they are.

    Raises:
        LogRewritten: the signer remembers a longer or another log.
    """
    signed = []
    for community in communities:
        with publisher.database.writing() as session:
            signed.append(sign_head(session, community, publisher.signer, at=at))
    return signed


def _names(session: Session, community: str) -> tuple[str, str]:
    place = community_of(session, community)
    return place.name, place.name_en or place.name
