"""The actions of a disclosure: prepare, check, publish, by three different people."""

from datetime import datetime

from sqlmodel import Session, col, select

from ledger.community.queries import community as community_of
from ledger.community.queries import decided_days, profile, since_opening
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.disclosure.accounts_queries import disclosure, gather
from ledger.disclosure.due_rules import stays_until
from ledger.disclosure.rules import (
    AnotherDraft,
    DisclosureState,
    NotInState,
    PeriodOpen,
    check_publishable,
)
from ledger.disclosure.tables import Disclosure
from ledger.fields import Digest, PeriodText, Text
from ledger.journal.actions import post
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.noticeboard.actions import publish_notice
from ledger.noticeboard.queries import check_corrects, latest_version
from ledger.noticeboard.rules import NewNotice, ReadyNotice, canonical_body, digest
from ledger.noticeboard.tables import Notice
from ledger.periods import Period, day_in_shanghai


def prepare(
    session: Session,
    community: str,
    period: PeriodText,
    *,
    why: Text | None = None,
    by: Actor,
    at: datetime,
) -> Disclosure:
    """Gather a closed period's figures into a draft; a draft not yet published is replaced.

    Raises:
        PeriodMalformed: it is no period.
        BeforeOpening: it is over before the books begin. PeriodOpen: its last month is not closed.
        FiguresDoNotFoot: something does not add up.
        NothingCorrected: the figures are those that are published already.
    """
    asked = Period.parse(period)
    current = head(session, community, lock=True)
    asked = since_opening(session, community, asked)
    if current.closed_through < str(asked.end):
        raise PeriodOpen(period=period, closed_through=current.closed_through or "—")
    body = canonical_body(gather(session, community, asked, day_in_shanghai(at)))
    check_corrects(session, community, asked.kind, period, body)
    version = latest_version(session, community, asked.kind, period)[0] + 1
    standing = session.exec(
        select(Disclosure).where(
            Disclosure.community == community,
            Disclosure.period == period,
            col(Disclosure.state) != DisclosureState.PUBLISHED,
        )
    ).first()
    if standing is not None:
        session.delete(standing)
        session.flush()  # the new draft takes its version
    draft = Disclosure(
        community=community,
        period=period,
        version=version,
        body=body,
        sha256=digest(body),
        prepared_by=by.login,
        prepared_at=at,
        why=why,
    )
    session.add(draft)
    _note(session, draft, "disclosure.prepared", by=by, at=at)
    return draft


def check(
    session: Session, community: str, period: PeriodText, sha256: Digest, *, by: Actor, at: datetime
) -> Disclosure:
    """Say that the draft with this digest was read and is right; whoever prepared it may not.

    Raises:
        AnotherDraft: the draft is not the one that was read.
        SamePerson, NotInState.
    """
    draft = disclosure(session, community, period)
    if draft.state is not DisclosureState.PREPARED:
        raise NotInState(period=period, state=draft.state, action=Duty.CHECK)
    if draft.sha256 != sha256:
        raise AnotherDraft(sha256=draft.sha256)
    check_different_people([(Duty.PREPARE, draft.prepared_by)], step=Duty.CHECK, by=by)
    draft.state, draft.checked_by, draft.checked_at = DisclosureState.CHECKED, by.login, at
    session.add(draft)
    _note(session, draft, "disclosure.checked", by=by, at=at)
    return draft


def publish(
    session: Session,
    community: str,
    period: PeriodText,
    *,
    prepared: ReadyNotice,
    by: Actor,
    at: datetime,
) -> Notice:
    """Publish the checked draft on the board with the files that were made from it; a third person does it.

    Raises:
        AnotherDraft: the files were made from another draft.
        SamePerson, NotInState; NoReasonGiven when it corrects an earlier version without saying why.
    """
    draft = disclosure(session, community, period)
    check_publishable(period, draft.state, draft.prepared_by, draft.checked_by, by=by)
    if draft.sha256 != prepared.sha256:
        raise AnotherDraft(sha256=draft.sha256)
    today = day_in_shanghai(at)
    decided = decided_days(session, community_of(session, community).area)
    local = profile(session, community, today)
    days = local["disclosure.due_days_after_period"]
    of = Period.parse(period)
    notice = publish_notice(
        session,
        community,
        NewNotice(
            of.kind,
            period,
            titles=prepared.titles,
            body=draft.body,
            attachments=prepared.attachments,
            must_stay_until=stays_until(of, today, local.under("revenue."), days, decided),
        ),
        why=draft.why,
        by=by,
        at=at,
    )
    draft.state, draft.published_by, draft.published_at = DisclosureState.PUBLISHED, by.login, at
    session.add(draft)
    _note(session, draft, "disclosure.published", by=by, at=at)
    return notice


def _note(session: Session, draft: Disclosure, kind: str, *, by: Actor, at: datetime) -> None:
    """Put a step of a disclosure into the log as a memorandum; a new draft of a period gets a key of its own."""
    memo = Draft(
        kind=kind,
        on=day_in_shanghai(at),
        key=f"{kind}/{draft.period}/{draft.version}/{draft.sha256[:16]}/{at.isoformat()}",
        facts={"period": draft.period, "version": draft.version, "sha256": draft.sha256},
        subject=f"disclosure/{draft.period}",
    )
    post(session, draft.community, memo, by=by, at=at)
