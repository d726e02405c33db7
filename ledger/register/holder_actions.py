"""The actions about who a home belongs to and who rents it."""

import secrets
from collections.abc import Set
from datetime import date, datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from ledger.community.queries import ancestors, heirs, standing_home
from ledger.community.role_rules import Actor, Role
from ledger.community.rules import HomeKind, passed_on
from ledger.community.tables import Appointment, Holder, Home, Person
from ledger.fields import Code, Day, Evidence, Note, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post, post_all, replay
from ledger.journal.queries import lock_for, lock_free
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.register.queries import (
    check_named_alike,
    check_not_erased,
    head_already,
    holder_of,
    last_holder,
    last_tenancy,
    tenancies,
    tenancy,
)
from ledger.register.rules import (
    HolderAhead,
    HolderAsTold,
    HolderMalformed,
    HolderNotLater,
    HolderUnchanged,
    KindOfUnsold,
    NewHolder,
    NewTenant,
    TenancyBackwards,
    TenancyLonger,
    TenancyOverlaps,
    TenancyUnchanged,
    TransferCause,
)
from ledger.register.tables import Tenancy


def change_holder(
    session: Session,
    community: str,
    home: Code,
    new: NewHolder,
    cause: TransferCause,
    since: Day,
    *,
    document: Evidence,
    by: Actor,
    at: datetime,
) -> Posted:
    """Register who holds a home from a day on, and by what, and give it a new handle in the log.

    ``document`` is the certificate or another proof of the right. Whoever holds several homes is one head in votes
    (区分所有权解释 Art. 9). Whoever owned it before signs in for it no longer; its part of the fund (165号令 Art. 28) and
    its tenants (民法典 Art. 725) stay. Rolls of votes that were announced do not move. The
    log gets the day and the paper's digest.

    Raises:
        NoHome: there is none with this code in this community, or nobody holds the other one.
        HomeEnded: it, or the other one, was divided or merged.
        FileMissing: the paper was not taken in as a file.
        HolderMalformed: the name is empty.
        HolderNotLater: somebody is registered from that day or a later one on. HolderUnchanged: it is his. HolderAhead: the day is to come.
        HolderOfAnotherName: the other home is held by somebody of another name, or is this one.
        KindOfUnsold: an unsold home without what it becomes, or another with it.
        AskedDifferently: that day's change was registered with other content.
    """
    head(session, community, lock=True)
    changed = standing_home(session, community, home)
    draft = Draft(
        kind="home.held",
        on=day_in_shanghai(at),
        key=f"holder/{home}/{since}",
        asked={"also": new.holds_also, "kind": new.kind, "cause": cause, "document": document},
        facts={"since": since.isoformat()},
        private={"home": home, "cause": cause},
        attachments=[document],
        subject=f"home/{home}",
    )
    if earlier := replay(session, community, draft):
        check_named_alike(
            session.get(Holder, (community, home, since)), new.name, new.phone, f"{home}/{since}"
        )
        return earlier
    if since > day_in_shanghai(at):
        raise HolderAhead(since=since)
    also = head_already(session, changed, new.name, new.holds_also)
    _check_transfer(session, changed, new, since, also)
    key = also or secrets.token_hex(8)
    use_file(session, community, document, f"home/{home}", Purpose.TITLE, by=by, at=at)
    session.add(
        Holder(
            community=community,
            home=home,
            since=since,
            name=new.name.strip(),
            phone=new.phone,
            person_key=key,
        )
    )
    changed.handle = secrets.token_hex(8)
    changed.kind = new.kind or changed.kind
    session.add(changed)
    _end_seats(session, community, home, Role.OWNER, since - timedelta(days=1), stays=new.name.strip())
    session.flush()
    _unseat_from_before(session, community, home, since - timedelta(days=1))
    return post(session, community, draft, by=by, at=at)


def correct_holder(
    session: Session,
    community: str,
    home: Code,
    name: Text,
    document: Evidence,
    reason: Text,
    *,
    phone: Note = "",
    by: Actor,
    at: datetime,
) -> Posted:
    """Correct what whoever holds a home is called or his telephone, by a paper; since when it is his and his head in votes stay.

    Whoever asks that what is kept of him be put right has a right to it (个人信息保护法 Art. 46). The log gets the paper's digest.

    Raises:
        NoHome: there is none with this code here, or nobody holds it. HomeEnded; FileMissing.
        HolderAsTold: nothing would change.
    """
    seen = head(session, community, lock=True)
    standing_home(session, community, home)
    holder = holder_of(session, community, home)
    if (holder.name, holder.phone) == (name, phone):
        raise HolderAsTold(home=home)
    draft = Draft(
        kind="home.holder-corrected",
        on=day_in_shanghai(at),
        key=f"holder/{home}/corrected/{seen.last_no}",
        facts={"since": holder.since.isoformat()},
        private={"home": home, "reason": reason},
        attachments=[document],
        subject=f"home/{home}",
    )
    use_file(session, community, document, f"home/{home}", Purpose.TITLE, by=by, at=at)
    holder.name, holder.phone = name, phone
    session.add(holder)
    return post(session, community, draft, by=by, at=at)


def _check_transfer(session: Session, home: Home, new: NewHolder, since: date, also: str | None) -> None:
    """See that somebody else, and named, follows whoever is on record, and that an unsold home says what it becomes.

    Of one name he is the same person unless he has another telephone, or another home of another head (``also`` is its key).

    Raises:
        HolderMalformed, HolderNotLater, HolderUnchanged, KindOfUnsold.
    """
    if not new.name.strip():
        raise HolderMalformed(home=home.code)
    last = last_holder(session, home.community, home.code)
    if last is not None and since <= last.since:
        raise HolderNotLater(home=home.code, last=last.since, since=since)
    if last is not None and last.name == new.name.strip():
        his = also == last.person_key if also else new.phone in ("", last.phone)
        if his:
            raise HolderUnchanged(home=home.code, name=last.name)
    if (home.kind is HomeKind.UNSOLD) is (new.kind in (None, HomeKind.UNSOLD)):
        raise KindOfUnsold(home=home.code)


def move_in(
    session: Session,
    community: str,
    home: Code,
    tenant: NewTenant,
    since: Day,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Register who rents a home from a day on (民法典 Art. 945: the owner tells the firm that he lets it).

    Once for a home and a day; once more when what was registered was struck out.

    ``document`` is the owner's notice or the record of the lease. The owner stays liable for the fee with him
    (物业管理条例 Art. 41). The log gets the day and the paper's digest.

    Raises:
        NoHome, HomeEnded; FileMissing.
        TenancyBackwards: the last day is before the first.
        TenancyOverlaps: somebody else rents it then.
        AskedDifferently: that day's tenancy was registered with other content.
    """
    key = lock_for(session, community, f"tenancy/{home}/{since}")
    standing_home(session, community, home)
    draft = Draft(
        kind="home.let",
        on=day_in_shanghai(at),
        key=key,
        asked={"until": tenant.until.isoformat() if tenant.until else None, "document": document},
        facts={"since": since.isoformat()},
        private={"home": home},
        attachments=[document],
        subject=f"home/{home}",
    )
    if earlier := replay(session, community, draft):
        rented = session.get(Tenancy, (community, home, since))
        check_named_alike(rented, tenant.name, tenant.phone, f"{home}/{since}")
        return earlier
    if tenant.until is not None and tenant.until < since:
        raise TenancyBackwards(since=since, until=tenant.until)
    _check_free(session, community, home, since, tenant.until)
    last = last_tenancy(session, community, home)
    if last is not None and last.until is not None and last.until < since:
        _end_seats(session, community, home, Role.TENANT, last.until, stays=tenant.name)
    use_file(session, community, document, f"home/{home}", Purpose.CONTRACT, by=by, at=at)
    session.add(Tenancy(community=community, home=home, since=since, **tenant._asdict()))
    session.flush()
    return post(session, community, draft, by=by, at=at)


def move_out(
    session: Session,
    community: str,
    home: Code,
    since: Day,
    until: Day,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Register the last day of whoever rents a home since ``since``; he signs in for it no longer after that.

    Raises:
        NoTenancy: nobody rents it since that day. ResidentErased: his name was erased.
        TenancyBackwards: the last day is before the first. TenancyLonger: it was to end sooner. FileMissing.
        AskedDifferently: the end was registered with another day or paper.
    """
    key = lock_for(session, community, f"tenancy/{home}/{since}/end")
    rented = tenancy(session, community, home, since)
    draft = Draft(
        kind="home.left",
        on=day_in_shanghai(at),
        key=key,
        asked={"document": document},
        facts={"until": until.isoformat()},
        private={"home": home},
        attachments=[document],
        subject=f"home/{home}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_not_erased(rented)
    if until < since:
        raise TenancyBackwards(since=since, until=until)
    if rented.until is not None and until > rented.until:
        raise TenancyLonger(home=home, until=rented.until)
    use_file(session, community, document, f"home/{home}", Purpose.NOTICE, by=by, at=at)
    rented.until = until
    session.add(rented)
    last = last_tenancy(session, community, home)
    follower = last.name if last is not None and last.since > since else ""
    _end_seats(session, community, home, Role.TENANT, until, stays=follower)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def strike_out_tenancy(
    session: Session,
    community: str,
    home: Code,
    since: Day,
    document: Evidence,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> Posted:
    """Strike out a tenancy that was entered by mistake, such as of another home: nobody rented it from that day on.

    ``document`` is what shows that it was wrong (个人信息保护法 Art. 46). Whoever was let in for it signs in for the home
    no longer. The log keeps that it was registered and struck out.

    Raises:
        NoTenancy: nobody rents it since that day. ResidentErased; FileMissing.
    """
    head(session, community, lock=True)
    posted = _strike_out(session, tenancy(session, community, home, since), document, reason, by=by, at=at)
    _unseat_strangers(session, community, home, day_in_shanghai(at))
    return posted


def correct_tenancy(
    session: Session,
    community: str,
    home: Code,
    since: Day,
    tenant: NewTenant,
    rents_since: Day,
    document: Evidence,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> Posted:
    """Put right who rents a home since ``since``: his name, telephone, first or last day; the wrong entry is struck out.

    ``document`` is what shows how it is. A last day that was entered by mistake falls away where none is given now. Of
    those who were let in for the home, whoever is no tenant by what is registered now signs in for it no longer.

    Raises:
        NoTenancy; ResidentErased; FileMissing. TenancyUnchanged: it is registered just so.
        TenancyBackwards: the last day is before the first. TenancyOverlaps: somebody else rents it then.
    """
    head(session, community, lock=True)
    wrong = tenancy(session, community, home, since)
    if (wrong.since, wrong.name, wrong.phone, wrong.until) == (rents_since, *tenant):
        raise TenancyUnchanged(home=home, since=since)
    _strike_out(session, wrong, document, reason, by=by, at=at)
    posted = move_in(session, community, home, tenant, rents_since, document, by=by, at=at)
    _unseat_strangers(session, community, home, day_in_shanghai(at))
    last = last_tenancy(session, community, home)
    if tenant.until is not None and last is not None:
        follower = last.name if last.since > rents_since else ""
        _end_seats(session, community, home, Role.TENANT, tenant.until, stays=follower)
    session.flush()
    return posted


def _strike_out(
    session: Session, wrong: Tenancy, document: str, reason: str, *, by: Actor, at: datetime
) -> Posted:
    """Delete a tenancy, and reverse in the log that it began and that it ended, so that both may be registered anew."""
    check_not_erased(wrong)
    community, home, key = wrong.community, wrong.home, f"tenancy/{wrong.home}/{wrong.since}"
    use_file(session, community, document, f"home/{home}", Purpose.NOTICE, by=by, at=at)
    _free, began = lock_free(session, community, [key])
    _free, ended = lock_free(session, community, [f"{key}/end"])
    drafts = [
        Draft(
            kind="home.struck-out",
            on=day_in_shanghai(at),
            key=f"reversal/{no}",
            asked={"reverses": no},
            private={"home": home, "reason": reason},
            attachments=[document],
            subject=f"home/{home}",
            reverses_no=no,
        )
        for _key, _asked, no, *_ in (*ended.written, *began.written)
    ]
    session.delete(wrong)
    session.flush()
    return post_all(session, community, drafts, by=by, at=at)[-1]


def _unseat_from_before(session: Session, community: str, home: str, last_day: date) -> None:
    """Let whoever sat for what a home was divided or merged from sit for it no longer, once he sits for nothing that it became."""
    after = heirs(session, community)
    for before in ancestors(session, community, home):
        now = passed_on({before: 0}, after).keys()
        still = session.exec(
            select(Appointment.person).where(
                Appointment.community == community,
                Appointment.role == Role.OWNER,
                col(Appointment.home).in_(now),
                or_(col(Appointment.until).is_(None), col(Appointment.until) > last_day),
            )
        )
        _end_seats(session, community, before, Role.OWNER, last_day, stays="", keep={*still})
        session.flush()


def _check_free(session: Session, community: str, home: str, since: date, until: date | None) -> None:
    for other in tenancies(session, community, home):
        if other.since <= (until or date.max) and since <= (other.until or date.max):
            raise TenancyOverlaps(home=home, first=other.since, since=since)


def _unseat_strangers(session: Session, community: str, home: str, today: date) -> None:
    """Let whoever sits for a home as its tenant, and is none by the register, sit from today on no longer."""
    names = {
        rented.name
        for rented in tenancies(session, community, home)
        if rented.until is None or rented.until >= today
    }
    standing = (
        select(Appointment, Person.name)
        .join(Person, col(Person.login) == col(Appointment.person))
        .where(
            Appointment.community == community,
            Appointment.role == Role.TENANT,
            Appointment.home == home,
            or_(col(Appointment.until).is_(None), col(Appointment.until) >= today),
        )
    )
    for seat, name in session.exec(standing).all():
        if name not in names:
            seat.until = max(seat.since, today - timedelta(days=1))
            session.add(seat)


def _end_seats(
    session: Session,
    community: str,
    home: str,
    role: Role,
    last_day: date,
    *,
    stays: str,
    keep: Set[str] = frozenset(),
) -> None:
    """Let whoever sits for a home in this role sit no longer than to a day, also where he was let in only after it.

    Whoever is called ``stays`` keeps a seat that began later: it is his own. Whoever signs in by a name of ``keep`` keeps his.
    """
    standing = (
        select(Appointment, Person.name)
        .join(Person, col(Person.login) == col(Appointment.person))
        .where(
            Appointment.community == community,
            Appointment.role == role,
            Appointment.home == home,
            or_(col(Appointment.until).is_(None), col(Appointment.until) > last_day),
        )
    )
    for seat, name in session.exec(standing).all():
        if seat.person not in keep and (seat.since <= last_day or name != stays):
            seat.until = max(seat.since, last_day)
            session.add(seat)
