"""Publishing the standing notice, which the server does by itself."""

from datetime import datetime

from sqlmodel import Session

from ledger.community.queries import community
from ledger.community.role_rules import Actor
from ledger.disclosure.standing_notice_queries import newest_standing, untold
from ledger.disclosure.standing_notice_rules import changed_facts
from ledger.log.queries import head
from ledger.noticeboard.actions import publish_notice
from ledger.noticeboard.rules import STANDING, NewNotice, canonical_body
from ledger.noticeboard.tables import Notice
from ledger.periods import day_in_shanghai
from ledger.words import field_label, told


def publish_standing(session: Session, code: str, *, by: Actor | None, at: datetime) -> Notice | None:
    """Publish how a community stands when that has changed; None when there is nothing to tell.

    The server does it by itself, by nobody's hand (``None``). The notice goes by its day. What changes in law twice a day is
    that day's next version, and says what changed.
    """
    head(session, code, lock=True)
    now = untold(session, code, at)
    if now is None:
        return None
    place, period = community(session, code), day_in_shanghai(at).isoformat()
    before, why = newest_standing(session, code), None
    if before is not None and before.day.isoformat() == period:
        names = [field_label(f"/{name}") for name in changed_facts(before.figures, now)]
        why = " / ".join(
            told([pair[side] for pair in names if pair], language)
            for side, language in enumerate(("zh", "en"))
        )
    new = NewNotice(
        STANDING,
        period,
        titles=(f"{place.name} {period} 现状", f"{place.name_en or place.name}: as it stands on {period}"),
        body=canonical_body(now),
        attachments=(),
        must_stay_until=day_in_shanghai(at),
    )
    return publish_notice(session, code, new, why=why, by=by, at=at)
