"""The actions of concessions: sign, name what was paid, end."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import firm
from ledger.community.role_rules import Actor
from ledger.fields import Code, Day, EntryNumber, Text
from ledger.grants.concessions.queries import concession
from ledger.grants.concessions.rules import (
    ConcessionKind,
    ConcessionOver,
    ConcessionState,
    ConcessionTermsMissing,
    ConcessionWrong,
    Direction,
    NotOfConcession,
)
from ledger.grants.concessions.tables import Concession, ConcessionPayment
from ledger.journal.actions import post, replay
from ledger.journal.queries import accounts, moves_of
from ledger.journal.queries import entry as entry_of
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import check_past, day_in_shanghai


@dataclass(frozen=True)
class NewConcession:
    """A concession as signed; ``share_e2`` is the owners' share of revenue in hundredths of a per cent."""

    number: Code
    kind: ConcessionKind
    firm: Code
    what: Text
    service_level: Text
    exit_terms: Text
    resolution: Text
    share_e2: Annotated[int, Field(strict=True, ge=0, le=10_000)]
    starts_on: Day
    ends_on: Day


def sign_concession(
    session: Session, community: str, new: NewConcession, *, by: Actor, at: datetime
) -> Concession:
    """Register a concession with the terms that it must state.

    Raises:
        ConcessionWrong; ConcessionTermsMissing; NoFirm; AskedDifferently: the number is taken.
    """
    if new.ends_on < new.starts_on or not 0 <= new.share_e2 <= 10_000:
        raise ConcessionWrong(
            number=new.number, starts_on=new.starts_on, ends_on=new.ends_on, share_e2=new.share_e2
        )
    if not all(text.strip() for text in (new.service_level, new.exit_terms, new.resolution)):
        raise ConcessionTermsMissing(number=new.number)
    firm(session, new.firm)
    head(session, community, lock=True)
    words = {name: getattr(new, name) for name in ("what", "service_level", "exit_terms", "resolution")}
    draft = Draft(
        kind="concession.signed",
        on=day_in_shanghai(at),
        key=f"concession/{new.number}",
        asked=words,
        facts={
            "number": new.number, "kind": new.kind.value, "firm": new.firm, "share_e2": new.share_e2,
            "starts_on": new.starts_on.isoformat(), "ends_on": new.ends_on.isoformat(),
        },
        private=words,
    )  # fmt: skip
    if replay(session, community, draft):
        return concession(session, community, new.number)
    signed = Concession(community=community, **asdict(new))
    session.add(signed)
    session.flush()
    post(session, community, draft, by=by, at=at)
    return signed


def name_payment(
    session: Session, community: str, number: Code, entry: EntryNumber, *, by: Actor, at: datetime
) -> ConcessionPayment:
    """Say that an entry of some book is money of a concession; an entry belongs to one only.

    Raises:
        NoConcession; NoEntry; AskedDifferently: it is named for another.
        NotOfConcession: the entry moves no money with the concession's firm, or reverses another.
    """
    head(session, community, lock=True)
    signed = concession(session, community, number)
    journal_entry = entry_of(session, community, entry)
    draft = Draft(
        kind="concession.paid",
        on=day_in_shanghai(at),
        key=f"concession-payment/{entry}",
        facts={"number": number, "entry": entry},
    )
    if replay(session, community, draft):
        return session.get_one(ConcessionPayment, (community, entry))
    moves = [m for m in moves_of(session, community, entry) if m.party == signed.firm]
    bank = accounts(session, community, journal_entry.book)["bank"] if journal_entry.book else ""
    fen = sum(
        m.amount_fen if m.debit == bank else -m.amount_fen for m in moves if bank in (m.debit, m.credit)
    )
    if not fen or journal_entry.reverses_no is not None:
        raise NotOfConcession(no=entry, firm=signed.firm, number=number)
    direction = Direction.IN if fen > 0 else Direction.OUT
    named = ConcessionPayment(
        community=community, entry_no=entry, number=number, direction=direction, amount_fen=abs(fen)
    )
    session.add(named)
    session.flush()
    post(session, community, draft, by=by, at=at)
    return named


def end_concession(
    session: Session,
    community: str,
    number: Code,
    state: ConcessionState,
    on: Day,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> Concession:
    """Say that a concession ended by its term, or was terminated by its exit terms.

    Raises:
        DayToCome; NoConcession; ConcessionOver: it is over already, or was asked to go on.
    """
    check_past(on, day_in_shanghai(at))
    head(session, community, lock=True)
    signed = concession(session, community, number)
    draft = Draft(
        kind="concession.ended",
        on=day_in_shanghai(at),
        key=f"concession/{number}/ended",
        asked={"reason": reason},
        facts={"number": number, "state": state.value, "on": on.isoformat()},
        private={"reason": reason},
    )
    if replay(session, community, draft):
        return signed
    if signed.state is not ConcessionState.RUNNING or state is ConcessionState.RUNNING:
        raise ConcessionOver(number=number, state=signed.state)
    signed.state, signed.ended_on = state, on
    session.add(signed)
    session.flush()
    post(session, community, draft, by=by, at=at)
    return signed
