"""The actions about arrears: demand, dispute, charge late fees and awarded costs, take either back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, NamedTuple

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import NoHome, end_of_term, home_codes, profile
from ledger.community.queries import home as one_home
from ledger.community.role_rules import Actor
from ledger.db import write_rows
from ledger.fees.dunning.late_fee_formula_rules import sums_by_home
from ledger.fees.dunning.queries import dispute as dispute_of
from ledger.fees.dunning.queries import (
    homes_surcharged,
    late_fees,
    late_payers,
    prepaid_alone,
    steps,
    surcharge_payers,
    surcharged,
)
from ledger.fees.dunning.rules import (
    DaysBackwards,
    Delivery,
    Measure,
    NothingOwed,
    SurchargePaidFor,
    check_measure,
    check_step,
)
from ledger.fees.dunning.tables import Demand, Dispute
from ledger.fees.prepaid.actions import settle
from ledger.fees.rules import FEE, MOST_HOMES, Homes, NotOwed, Part
from ledger.fees.tables import Surcharge
from ledger.fees.waivers.queries import standings
from ledger.fields import Amount, CalendarMonth, Code, Day, EntryNumber, Evidence, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post, replay, reverse
from ledger.journal.queries import accounts, lock_for, time_in, time_of
from ledger.journal.rules import Draft, Move
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import check_past, day_in_shanghai


class Demanded(NamedTuple):
    """A step that was written down, and towards how many homes."""

    posted: Posted
    homes: int


def demand(
    session: Session,
    community: str,
    code: Code,
    measure: Measure,
    deliveries: Annotated[Sequence[Delivery], Field(min_length=1, max_length=MOST_HOMES)],
    on: Day,
    *,
    by: Actor,
    at: datetime,
) -> Demanded:
    """Write down that a step was taken towards some homes on a day, with its proofs; all or none.

    Of several deliveries to a home the last counts. Each gives the profile's reasonable period (`fee.dunning_days`) to pay. One memorandum for any number of homes.

    Raises:
        MeasureForbidden: the law forbids it, whoever asks; NotTheirStep.
        DayToCome: it is said to have been delivered tomorrow.
        FileMissing: a proof was not taken in as a file.
        NothingOwed: a home owes nothing that is due.
        TooSoon: the step before was not delivered or gives time still.
    """
    check_measure(measure, by.role)
    check_past(on, day_in_shanghai(at))
    head(session, community, lock=True)
    delivered = {delivery.home: delivery for delivery in deliveries}
    proofs = sorted(f"{home}:{delivery.proof}" for home, delivery in delivered.items())
    facts: dict[str, Json] = {
        "measure": measure.value,
        "homes": len(delivered),
        "delivered_on": on.isoformat(),
        "proofs": sha256("\n".join(proof.partition(":")[2] for proof in proofs).encode()).hexdigest(),
    }
    asked: dict[str, Json] = {"homes": dict.fromkeys(proofs, 1), **facts}
    draft = Draft(
        kind="fees.demanded", on=day_in_shanghai(at), key=f"demand/{code}", facts=facts, asked=asked
    )
    if earlier := replay(session, community, draft):
        return Demanded(earlier, len(delivered))
    owing = {debtor.home for debtor in late_payers(session, community, on, delivered)}
    before = steps(session, community, delivered)
    for home in delivered:
        if home not in owing:
            one_home(session, community, home)
            raise NothingOwed(home=home)
        check_step(home, measure, on, before.get(home, []))
    for home, delivery in delivered.items():
        use_file(session, community, delivery.proof, f"home/{home}", Purpose.DELIVERY, by=by, at=at)
    pay_by = end_of_term(session, community, on, profile(session, community, on)["fee.dunning_days"])
    posted = post(session, community, draft, by=by, at=at)
    write_rows(
        session,
        Demand,
        [
            {
                "community": community,
                "entry_no": posted.no,
                "home": home,
                "measure": measure,
                "channel": delivery.channel,
                "proof": delivery.proof,
                "delivered_on": on,
                "pay_by": pay_by,
            }
            for home, delivery in delivered.items()
        ],
    )
    return Demanded(posted, len(delivered))


def open_dispute(
    session: Session,
    community: str,
    code: Code,
    home: Code,
    first: CalendarMonth,
    last: CalendarMonth,
    on: Day,
    *,
    reason: Text,
    by: Actor,
    at: datetime,
) -> Posted:
    """Write down that a home disputes its fee for some months; no late fee grows from that day.

    Raises:
        DaysBackwards, NoHome; AskedDifferently: the code names another dispute.
    """
    check_past(on, day_in_shanghai(at))
    head(session, community, lock=True)
    one_home(session, community, home)
    if last < first:
        raise DaysBackwards(first=first, last=last)
    draft = Draft(
        kind="fees.dispute-opened",
        on=day_in_shanghai(at),
        key=f"dispute/{code}/opened",
        facts={"first": str(first), "last": str(last), "opened_on": on.isoformat()},
        asked={"home": home, "first": str(first), "last": str(last), "on": on.isoformat()},
        private={"reason": reason},
    )
    if earlier := replay(session, community, draft):
        return earlier
    session.add(
        Dispute(
            community=community,
            code=code,
            home=home,
            first=str(first),
            last=str(last),
            opened_on=on,
            reason=reason,
        )
    )
    session.flush()
    return post(session, community, draft, by=by, at=at)


def end_dispute(session: Session, community: str, code: Code, on: Day, *, by: Actor, at: datetime) -> Posted:
    """End a dispute; lateness counts again from the next day.

    Raises:
        NoDispute, DaysBackwards; AskedDifferently: it ended on another day.
    """
    check_past(on, day_in_shanghai(at))
    head(session, community, lock=True)
    dispute = dispute_of(session, community, code)
    facts: dict[str, Json] = {"ended_on": on.isoformat()}
    draft = Draft(kind="fees.dispute-ended", on=day_in_shanghai(at), key=f"dispute/{code}/ended", facts=facts)
    if earlier := replay(session, community, draft):
        return earlier
    if on < dispute.opened_on:
        raise DaysBackwards(first=dispute.opened_on, last=on)
    dispute.ended_on = on
    session.add(dispute)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def charge_late_fees(
    session: Session,
    community: str,
    homes: Homes,
    until: Day,
    *,
    by: Actor,
    at: datetime,
) -> Posted | None:
    """Charge these homes the late fee on what they owe, up to a day, in one entry; none when it comes to nothing.

    What was charged before counts, so charging again later charges the difference only. What was taken back can be charged anew.

    Raises:
        NoHome; NoLateFee: a home owes for a month whose contract has none.
    """
    check_past(until, day_in_shanghai(at))
    homes = sorted(set(homes))
    keyed = sha256("\n".join(homes).encode()).hexdigest()[:16]
    key = lock_for(session, community, f"late/{until}/{keyed}")
    if strangers := sorted(set(homes) - home_codes(session, community)):
        raise NoHome(community=community, home=strangers[0])
    draft = Draft(
        kind="fees.late-charged",
        on=day_in_shanghai(at),
        key=key,
        book=FEE,
        asked={"until": until.isoformat(), "homes": [*homes]},
    )
    if earlier := replay(session, community, draft):
        return earlier
    before = surcharged(session, community, homes)
    late = late_fees(session, community, homes, until)
    fresh = {debt: fen - before.get(debt, 0) for debt, fen in late.items() if fen > before.get(debt, 0)}
    if not fresh:
        return None
    codes = accounts(session, community, FEE)
    moves = [
        Move(codes["surcharges"], codes["late_fees"], fen, home) for home, fen in sums_by_home(fresh).items()
    ]
    posted = post(session, community, replace(draft, moves=moves), by=by, at=at)
    _write_surcharges(session, community, posted.no, fresh, Part.INTEREST, until)
    return posted


def claim_costs(
    session: Session,
    community: str,
    home: Code,
    month: CalendarMonth,
    amount_fen: Amount,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Charge a home the costs of enforcing a month's debt that a court or arbitrator awarded.

    ``document`` is the SHA-256 of the award. A payment meets costs before interest before principal (民法典 Art. 561).

    Raises:
        NotOwed: the home was charged nothing for that month.
        FileMissing: the award was not taken in as a file.
    """
    key = lock_for(session, community, f"award/{document}")
    one_home(session, community, home)
    if not standings(session, community, str(month), str(month), [home]):
        raise NotOwed(home=home, month=month)
    use_file(session, community, document, f"home/{home}", Purpose.RULING, by=by, at=at)
    codes = accounts(session, community, FEE)
    draft = Draft(
        kind="fees.costs-claimed",
        on=day_in_shanghai(at),
        key=key,
        book=FEE,
        moves=[Move(codes["surcharges"], codes["costs_recovered"], amount_fen, home)],
        asked={"home": home, "month": str(month), "fen": amount_fen},
        attachments=[document],
    )
    posted = post(session, community, draft, by=by, at=at)
    if posted.fresh:
        on = day_in_shanghai(at)
        fresh = {(home, str(month)): amount_fen}
        _write_surcharges(session, community, posted.no, fresh, Part.COST, on)
        settled = time_of(f"award/{document}/settled", time_in(key))
        settle(session, community, [home], on=on, key=settled, by=by, at=at)
    return posted


def take_back_surcharges(
    session: Session, community: str, no: EntryNumber, reason: Text, *, by: Actor, at: datetime
) -> Posted:
    """Take back late fees or awarded costs that were charged by mistake: the whole entry, in red; nobody owes them.

    What was prepaid and paid them alone is prepaid again, or pays other debts. Both entries stay and can be seen, and what
    is right can be charged anew. Done twice it is done once.

    Raises:
        NoSurcharge: the entry charged neither.
        SurchargePaidFor: somebody paid some of it; his payment has to be reversed first.
        AlreadyReversed, MonthClosed: as for `ledger.journal.actions.reverse`.
    """
    head(session, community, lock=True)
    homes = homes_surcharged(session, community, no)
    payers = surcharge_payers(session, community, no)
    beside = prepaid_alone(session, community, no, payers)
    if paid := payers - beside:
        raise SurchargePaidFor(no=no, payer=min(paid))
    *_, posted = (
        reverse(session, community, entry, reason=reason, key=f"reversal/{entry}", by=by, at=at)
        for entry in (*sorted(beside), no)
    )
    if beside:
        on, settled = day_in_shanghai(at), f"reversal/{no}/settled"
        settle(session, community, homes, on=on, key=settled, by=by, at=at)
    return posted


def _write_surcharges(
    session: Session,
    community: str,
    entry_no: int,
    fresh: Mapping[tuple[str, str], int],
    part: Part,
    until: date,
) -> None:
    write_rows(
        session,
        Surcharge,
        [
            {
                "community": community,
                "entry_no": entry_no,
                "home": home,
                "month": month,
                "part": part,
                "amount_fen": fen,
                "until": until,
            }
            for (home, month), fen in fresh.items()
        ],
    )
