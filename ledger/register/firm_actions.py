"""The actions about enterprises that communities deal with: one is registered, and what is known of it corrected."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from ledger.community.queries import firm as firm_of
from ledger.community.role_rules import Actor
from ledger.community.rules import FirmKind
from ledger.community.tables import Firm
from ledger.fields import Code, Evidence, Note, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.register.rules import FirmThere, FirmUnchanged, LicenceThere, NewFirm


def register_firm(
    session: Session, community: str, new: NewFirm, document: Evidence, *, by: Actor, at: datetime
) -> Posted:
    """Register an enterprise: contractor, renter, property firm or another, for every community at once.

    ``document`` is its business licence. Registering a firm hires nobody: contracts do.

    Raises:
        FirmThere: the code is another firm's. LicenceThere: the licence is.
        FileMissing: the paper was not taken in as a file.
        AskedDifferently: the firm was registered here with other facts.
    """
    head(session, community, lock=True)
    draft = Draft(
        kind="firm.registered",
        on=day_in_shanghai(at),
        key=f"firm/{new.code}",
        asked={**new._asdict(), "document": document},
        facts={"firm": new.code, "kind": new.kind.value},
        attachments=[document],
        subject=f"firm/{new.code}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    _check_new(session, new)
    use_file(session, community, document, f"firm/{new.code}", Purpose.LICENCE, by=by, at=at)
    with _unless_another_is_first(session, lambda: _check_new(session, new)):
        session.add(Firm(**new._asdict()))
    return post(session, community, draft, by=by, at=at)


def correct_firm(
    session: Session,
    community: str,
    code: Code,
    name: Text,
    kind: FirmKind,
    document: Evidence,
    *,
    licence: Note = "",
    phone: Note = "",
    by: Actor,
    at: datetime,
) -> Posted:
    """Correct what an enterprise is called, its kind, licence and telephone, by a paper; its code stays.

    Raises:
        NoFirm; FileMissing. LicenceThere: the licence is another firm's. FirmUnchanged: nothing would change.
    """
    seen = head(session, community, lock=True)
    firm = firm_of(session, code)
    session.refresh(firm, with_for_update=True)  # other communities correct it too
    draft = Draft(
        kind="firm.corrected",
        on=day_in_shanghai(at),
        key=f"firm/{code}/{seen.last_no}",
        asked={"name": name, "kind": kind, "licence": licence, "phone": phone},
        facts={"firm": code, "kind": kind.value},
        attachments=[document],
        subject=f"firm/{code}",
    )
    if (firm.name, firm.kind, firm.licence, firm.phone) == (name, kind, licence, phone):
        raise FirmUnchanged(name=name)
    _check_licence(session, code, licence)
    use_file(session, community, document, f"firm/{code}", Purpose.LICENCE, by=by, at=at)
    with _unless_another_is_first(session, lambda: _check_licence(session, code, licence)):
        firm.registered_twice = firm.registered_twice and firm.licence == licence
        firm.name, firm.kind, firm.licence, firm.phone = name, kind, licence, phone
        session.add(firm)
    return post(session, community, draft, by=by, at=at)


@contextmanager
def _unless_another_is_first(session: Session, check: Callable[[], None]) -> Iterator[None]:
    """Write a firm; when another community wrote one at the same time, refuse it as ``check`` does from then on."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        check()
        raise


def _check_new(session: Session, new: NewFirm) -> None:
    if there := session.get(Firm, new.code):
        raise FirmThere(firm=new.code, name=there.name)
    _check_licence(session, new.code, new.licence)


def _check_licence(session: Session, code: str, licence: str) -> None:
    if not licence:
        return
    same = select(Firm).where(Firm.licence == licence, col(Firm.code) != code).limit(1)
    if there := session.exec(same).first():
        raise LicenceThere(licence=licence, firm=there.code, name=there.name)
