"""The deeds of a disclosure: prepare, check, publish, by three different people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from ledger.community.queries import profile
from ledger.community.rules import Actor, Duty, check_different_people
from ledger.disclosure.queries import disclosure, gather
from ledger.disclosure.rules import (
    AnotherDraft,
    DisclosureState,
    NotAHalfYear,
    NotInState,
    PeriodOpen,
    check_publishable,
)
from ledger.disclosure.tables import Disclosure
from ledger.journal.actions import post
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.noticeboard.actions import hang
from ledger.noticeboard.queries import latest_version
from ledger.noticeboard.rules import NewAttachment, canonical_body, digest
from ledger.noticeboard.tables import Notice
from ledger.periods import Period, day_in_shanghai

KIND = "half-year"


def prepare(
    session: Session, community: str, period: Period, *, why: str | None = None, by: Actor, at: datetime
) -> Disclosure:
    """Gather a closed period's figures into a draft; a draft not yet published is replaced.

    Raises:
        NotAHalfYear: it is a month, a quarter or a year.
        PeriodOpen: its last month is not closed.
        FiguresDoNotFoot: something does not add up.
    """
    if period.end != period.start.plus(5):
        raise NotAHalfYear(period=str(period))
    current = head(session, community, lock=True)
    if current.closed_through < str(period.end):
        raise PeriodOpen(period=str(period), closed_through=current.closed_through or "—")
    body = canonical_body(gather(session, community, period, day_in_shanghai(at)))
    version = latest_version(session, community, KIND, str(period))[0] + 1
    standing = session.exec(
        select(Disclosure).where(
            Disclosure.community == community,
            Disclosure.period == str(period),
            col(Disclosure.state) != DisclosureState.PUBLISHED,
        )
    ).first()
    if standing is not None:
        session.delete(standing)
        session.flush()  # the new draft takes its version
    draft = Disclosure(
        community=community,
        period=str(period),
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
    session: Session, community: str, period: str, sha256: str, *, by: Actor, at: datetime
) -> Disclosure:
    """Say that the draft with this digest was read and is right; whoever prepared it may not.

    Raises:
        AnotherDraft: the draft is not the one that was read.
        SamePerson, NotInState.
    """
    draft = disclosure(session, community, period)
    if draft.state is not DisclosureState.PREPARED:
        raise NotInState(period=period, state=draft.state, deed=Duty.CHECK)
    if draft.sha256 != sha256:
        raise AnotherDraft(sha256=draft.sha256)
    check_different_people([(Duty.PREPARE, draft.prepared_by)], step=Duty.CHECK, by=by.login)
    draft.state, draft.checked_by, draft.checked_at = DisclosureState.CHECKED, by.login, at
    session.add(draft)
    _note(session, draft, "disclosure.checked", by=by, at=at)
    return draft


def publish(
    session: Session,
    community: str,
    period: str,
    sha256: str,
    attachments: Sequence[NewAttachment],
    *,
    titles: tuple[str, str],
    by: Actor,
    at: datetime,
) -> Notice:
    """Hang the checked draft with this digest on the board with the files made from it; a third person does it.

    Raises:
        AnotherDraft: the files were made from another draft.
        SamePerson, NotInState; NoReasonGiven when it corrects an earlier version without saying why.
    """
    draft = disclosure(session, community, period)
    check_publishable(period, draft.state, draft.prepared_by, draft.checked_by, by=by.login)
    if draft.sha256 != sha256:
        raise AnotherDraft(sha256=draft.sha256)
    days = profile(session, community, day_in_shanghai(at))["disclosure.posting_days"]
    notice = hang(
        session,
        community,
        KIND,
        period,
        titles=titles,
        body=draft.body,
        attachments=attachments,
        must_stay_until=day_in_shanghai(at) + timedelta(days=days),
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
