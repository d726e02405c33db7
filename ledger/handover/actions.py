"""The actions of a firm's going: notice, list, marks, signatures, takeover."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import func
from sqlmodel import Session, select

from ledger.community.queries import end_of_term, profile, with_kept_day
from ledger.community.role_rules import Actor, Duty, Role, check_different_people
from ledger.db import write_rows
from ledger.fields import Code, Day, Evidence
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.handover.queries import (
    NoItem,
    decisions_used,
    ending,
    following,
    from_the_books,
    last_item,
    list_sha256,
    service,
    signatures,
)
from ledger.handover.queries import items as items_of
from ledger.handover.rules import (
    BY_HAND,
    Cause,
    HandoverSigned,
    Item,
    ItemKind,
    ItemNumber,
    ItemState,
    Mark,
    MissingWithoutNote,
    NewItem,
    NotByHand,
    NotPrepaid,
    Side,
    Treatment,
    Use,
    check_notice,
    check_refusal,
    check_signable,
    check_take_over,
    check_unused,
    check_whose_notice,
    may_charge_until,
)
from ledger.handover.tables import Ending, HandoverItem, HandoverSignature
from ledger.journal.actions import post, replay
from ledger.journal.rules import Draft
from ledger.journal.tables import Entry
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter

NewItems = Annotated[Sequence[NewItem], Field(min_length=1, max_length=5_000)]
Marks = Annotated[Sequence[Mark], Field(min_length=1, max_length=20_000)]
ItemNumbers = Annotated[Sequence[ItemNumber], Field(min_length=1, max_length=20_000)]
NOTICE_DAYS = {
    Cause.DISMISSED: "contract.dismiss_notice_days",
    Cause.FIRM_LEAVES: "contract.firm_no_renew_notice_days",
    Cause.INDEFINITE_ENDED: "contract.dismiss_notice_days",
}


def give_notice(
    session: Session,
    community: str,
    number: Code,
    cause: Cause,
    last_day: Day,
    *,
    motion: Code | None = None,
    evidence: Evidence,
    by: Actor,
    at: datetime,
) -> Ending:
    """Give written notice that a service contract ends; ``evidence`` is the SHA-256 of the notice.

    The owners' side rests on their decision about the firm (民法典 Art. 278 (四)). The notice is given today.

    Raises:
        NoServiceContract; NotTheirNotice: the other side gives it.
        NoResolutionPassed: the owners have not decided it. ResolutionUsed: that decision made this contract, prolonged
            one, or ended another.
        EndingWrong: the day does not go with the cause. NoticeTooLate (Arts. 946–948).
        FileMissing: the notice was not taken in as a file.
    """
    head(session, community, lock=True)
    contract = service(session, community, number)
    today = day_in_shanghai(at)
    draft = Draft(
        "service.notice",
        today,
        f"service-notice/{number}",
        facts={
            "contract": number,
            "cause": cause.value,
            "last_day": last_day.isoformat(),
            "motion": motion,
            "evidence": evidence,
        },
        subject=f"service/{number}",
    )
    if replay(session, community, draft):
        return ending(session, community, number)
    check_whose_notice(cause, by.role)
    if by.role is not Role.MANAGER:
        vote = resolution(session, community, motion or "", Matter.FIRM, today)
        successor = following(session, contract)
        makes_it = Use(vote.code, successor.number, ends=False) if successor else None
        check_unused(vote.code, decisions_used(session, community), makes_it)
    local = profile(session, community, today)
    days = local[NOTICE_DAYS[cause]] if cause in NOTICE_DAYS else 0
    check_notice(cause, contract.starts_on, contract.ends_on, today, last_day, days)
    use_file(session, community, evidence, f"service/{number}", Purpose.NOTICE, by=by, at=at)
    given = Ending(
        community=community,
        contract=number,
        cause=cause,
        noticed_on=today,
        last_day=last_day,
        motion=motion,
        evidence=evidence,
        handover_by=end_of_term(session, community, last_day, local["contract.handover_days"]),
        noticed_by=by.login,
    )
    session.add(given)
    session.flush()
    post(session, community, draft, by=by, at=at)
    return given


def draw_up(
    session: Session, community: str, number: Code, *, by: Actor, at: datetime
) -> Sequence[HandoverItem]:
    """List what the books say is to be handed over, once: a repeat gives back the list.

    Raises:
        NoEnding: nobody gave notice. HandoverSigned: somebody has signed.
    """
    head(session, community, lock=True)
    end = ending(session, community, number)
    draft = Draft(
        "handover.drawn-up",
        day_in_shanghai(at),
        f"handover/{number}/list",
        asked={"contract": number},
        subject=f"service/{number}",
    )
    if replay(session, community, draft):
        return items_of(session, community, number)
    _check_unsigned(session, community, number)
    _write_items(session, community, number, from_the_books(session, community, end.last_day))
    post(session, community, draft, by=by, at=at)
    return items_of(session, community, number)


def add_items(
    session: Session, community: str, number: Code, items: NewItems, *, by: Actor, at: datetime
) -> Sequence[HandoverItem]:
    """Add rooms, keys, files and equipment to the list; either side may, until one has signed.

    Raises:
        NoEnding; HandoverSigned; NotByHand: the books list what is money.
    """
    head(session, community, lock=True)
    ending(session, community, number)
    _check_unsigned(session, community, number)
    for item in items:
        if item.kind not in BY_HAND:
            raise NotByHand(kind=item.kind)
    _write_items(session, community, number, [Item(item.kind, item.subject) for item in items])
    return items_of(session, community, number)


def mark(
    session: Session,
    community: str,
    number: Code,
    marks: Marks,
    *,
    by: Actor,
    at: datetime,
) -> Sequence[HandoverItem]:
    """Say of items, by their number, whether they were handed over or are missing, with a note. All or none.

    Raises:
        NoEnding; HandoverSigned; NoItem: a number is not on the list. MissingWithoutNote.
    """
    head(session, community, lock=True)
    ending(session, community, number)
    _check_unsigned(session, community, number)
    on_list = {item.no: item for item in items_of(session, community, number)}
    for remark in marks:
        if remark.no not in on_list:
            raise NoItem(no=remark.no)
        if remark.state is ItemState.MISSING and not remark.note.strip():
            raise MissingWithoutNote(no=remark.no)
    for remark in marks:
        on_list[remark.no].state, on_list[remark.no].note = remark.state, remark.note
        session.add(on_list[remark.no])
    session.flush()
    return items_of(session, community, number)


def pass_on(
    session: Session, community: str, number: Code, numbers: ItemNumbers, *, by: Actor, at: datetime
) -> Sequence[HandoverItem]:
    """Let prepaid fees go to whoever serves next instead of back to their owners. All or none.

    Raises:
        NoEnding; HandoverSigned; NoItem; NotPrepaid: an item is something else.
    """
    head(session, community, lock=True)
    ending(session, community, number)
    _check_unsigned(session, community, number)
    on_list = {item.no: item for item in items_of(session, community, number)}
    for no in numbers:
        if no not in on_list:
            raise NoItem(no=no)
        if on_list[no].kind is not ItemKind.PREPAID:
            raise NotPrepaid(no=no)
    for no in numbers:
        on_list[no].treatment = Treatment.FORWARD
        session.add(on_list[no])
    session.flush()
    return items_of(session, community, number)


def sign(session: Session, community: str, number: Code, *, by: Actor, at: datetime) -> HandoverSignature:
    """Sign the list for one's side: the manager for the firm that goes, the committee for the owners.

    Raises:
        NoEnding; NothingToHandOver, ItemsOpen: not everything was looked at.
        SamePerson: one person may not sign for both sides.
    """
    head(session, community, lock=True)
    ending(session, community, number)
    side = Side.FIRM if by.role is Role.MANAGER else Side.OWNERS
    listed = items_of(session, community, number)
    digest = list_sha256(listed)
    draft = Draft(
        "handover.signed",
        day_in_shanghai(at),
        f"handover/{number}/{side.value}",
        facts={
            "contract": number,
            "side": side.value,
            "items": len(listed),
            "missing": sum(i.state is ItemState.MISSING for i in listed),
        },
        private={"list": digest},  # it is over homes and notes, so only its salted commitment is told
        subject=f"service/{number}",
    )
    if replay(session, community, draft):
        return session.get_one(HandoverSignature, (community, number, side))
    check_signable(i.state for i in listed)
    earlier = [(Duty.SIGN, s.by_login) for s in signatures(session, community, number)]
    check_different_people(earlier, step=Duty.SIGN, by=by)
    posted = post(session, community, draft, by=by, at=at)
    signed = HandoverSignature(
        community=community,
        contract=number,
        side=side,
        by_login=by.login,
        signed_at=at,
        list_sha256=digest,
        entry_no=posted.no,
    )
    session.add(signed)
    session.flush()
    return signed


def take_over(
    session: Session,
    community: str,
    number: Code,
    on: Day,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Ending:
    """Enter the first day of whoever serves next; until the day before, the old firm serves and charges (Art. 950).

    ``document`` shows it: a record of the take-over, the next firm's contract. Entered with another day, that day counts
    from then on.

    Raises:
        NoServiceContract, NoEnding; TakeOverDay; FileMissing. AskedDifferently: the day was entered with another paper.
    """
    end = _locked_ending(session, community, number)
    draft = _of_its_end(session, end, "taken-over", on, document, at, anew=end.taken_over_on != on)
    if replay(session, community, draft):
        return with_kept_day(session, community, end, "handover_by")
    check_take_over(on, end.last_day, day_in_shanghai(at))
    use_file(session, community, document, f"service/{number}", Purpose.HANDOVER, by=by, at=at)
    end.taken_over_on = on
    return _charging_until(session, end, draft, by=by, at=at)


def refuse_handover(
    session: Session,
    community: str,
    number: Code,
    on: Day,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Ending:
    """Enter that the firm refuses to hand over: after its last day it may charge nothing (Art. 949).

    ``document`` is its refusal in writing, or a record of it. Entered with another day, that day counts from then on.

    Raises:
        NoServiceContract, NoEnding; RefusalDay; FileMissing. AskedDifferently: the day was entered with another paper.
    """
    end = _locked_ending(session, community, number)
    draft = _of_its_end(session, end, "refused", on, document, at, anew=end.refused_on != on)
    if replay(session, community, draft):
        return with_kept_day(session, community, end, "handover_by")
    check_refusal(on, end.noticed_on, day_in_shanghai(at))
    use_file(session, community, document, f"service/{number}", Purpose.NOTICE, by=by, at=at)
    end.refused_on = on
    return _charging_until(session, end, draft, by=by, at=at)


def _locked_ending(session: Session, community: str, number: str) -> Ending:
    head(session, community, lock=True)
    service(session, community, number)
    return ending(session, community, number)


def _of_its_end(
    session: Session, end: Ending, what: str, on: date, document: str, at: datetime, *, anew: bool
) -> Draft:
    """What is entered of an end: under the next number where the day is another than the last, else the last once more."""
    kind, subject = f"handover.{what}", f"service/{end.contract}"
    entered = select(func.count()).where(
        Entry.community == end.community, Entry.kind == kind, Entry.subject == subject
    )
    return Draft(
        kind,
        day_in_shanghai(at),
        f"handover/{end.contract}/{what}/{session.exec(entered).one() + anew}",
        asked={"document": document},
        facts={"contract": end.contract, "on": on.isoformat()},
        attachments=[document],
        subject=subject,
    )


def _charging_until(session: Session, end: Ending, draft: Draft, *, by: Actor, at: datetime) -> Ending:
    """Write until when the firm may charge now, and the entry that says so."""
    served = service(session, end.community, end.contract)
    served.may_charge_until = may_charge_until(end.last_day, end.refused_on, end.taken_over_on)
    session.add_all([end, served])
    session.flush()
    post(session, end.community, draft, by=by, at=at)
    return with_kept_day(session, end.community, end, "handover_by")


def _check_unsigned(session: Session, community: str, number: str) -> None:
    if signatures(session, community, number):
        raise HandoverSigned()


def _write_items(session: Session, community: str, number: str, new: Sequence[Item]) -> None:
    first = last_item(session, community, number) + 1
    write_rows(
        session,
        HandoverItem,
        [
            {
                "community": community,
                "contract": number,
                "no": no,
                "kind": item.kind,
                "subject": item.subject,
                "amount_fen": item.amount_fen,
                "state": ItemState.LISTED,
                "note": "",
                "treatment": Treatment.REFUND if item.kind is ItemKind.PREPAID else None,
            }
            for no, item in enumerate(new, start=first)
        ],
    )
