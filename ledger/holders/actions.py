"""The action about holders: a home changes hands."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlmodel import Session, col

from ledger.community.queries import home as home_of
from ledger.community.rules import Actor, Role
from ledger.community.tables import Appointment, Holder
from ledger.fields import Code, Day, Evidence, Note, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.holders.queries import holder_of, last_holder
from ledger.holders.rules import HolderMalformed, HolderNotLater
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai


def change_holder(
    session: Session,
    community: str,
    home: Code,
    name: Text,
    since: Day,
    document: Evidence,
    *,
    phone: Note = "",
    holds_also: Code | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Register who holds a home from a day on, by sale or inheritance, and give it a new handle in the log.

    ``document`` is the certificate or another proof of the right; ``holds_also`` a home that is his here already, so that
    he is one head in votes (区分所有权解释 Art. 9). Whoever owned it before signs in for it no longer; its part of the
    fund (165号令 Art. 28) and its tenants (民法典 Art. 725) stay. Rolls of votes that were announced do not move, and
    what kind of home it is (unsold, say) does not change by this. The log gets the day and the paper's digest.

    Raises:
        NoHome: there is none with this code in this community, or nobody holds the other one.
        FileMissing: the paper was not taken in as a file.
        HolderMalformed: the name is empty.
        HolderNotLater: somebody is registered from that day or a later one on.
        AskedDifferently: that day's change was registered with other content.
    """
    head(session, community, lock=True)
    unit = home_of(session, community, home)
    draft = Draft(
        kind="home.held",
        on=day_in_shanghai(at),
        key=f"holder/{home}/{since}",
        asked={"name": name, "phone": phone, "also": holds_also, "document": document},
        facts={"since": since.isoformat()},
        private={"home": home},
        attachments=[document],
        subject=f"home/{home}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    if not name.strip():
        raise HolderMalformed(home=home)
    last = last_holder(session, community, home)
    if last is not None and since <= last.since:
        raise HolderNotLater(home=home, last=last.since, since=since)
    key = holder_of(session, community, holds_also).person_key if holds_also else secrets.token_hex(8)
    use_file(session, community, document, f"home/{home}", Purpose.TITLE, by=by, at=at)
    session.add(
        Holder(community=community, home=home, since=since, name=name.strip(), phone=phone, person_key=key)
    )
    unit.handle = secrets.token_hex(8)
    session.add(unit)
    session.execute(
        update(Appointment)
        .where(
            col(Appointment.community) == community,
            col(Appointment.role) == Role.OWNER,
            col(Appointment.home) == home,
            col(Appointment.since) < since,
            or_(col(Appointment.until).is_(None), col(Appointment.until) >= since),
        )
        .values(until=since - timedelta(days=1))
    )
    session.flush()
    return post(session, community, draft, by=by, at=at)
