"""Open the fee book, hand homes over, charge every month.

A month is charged by one entry with one movement a home, so that it happened once or not at all. Charges are
rounded a month at a time and then added. What is paid beyond what is due becomes income only
when its month is charged.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from sqlmodel import Session, select

from ledger.community.queries import NoHome, firm, home_codes, profile, service_contract, since_opening
from ledger.community.role_rules import Actor
from ledger.community.tables import HandOver
from ledger.db import write_rows
from ledger.fees.modes.queries import gaps
from ledger.fees.prepaid.actions import settle
from ledger.fees.queries import (
    chargeable,
    charged,
    hand_overs,
    on_charges,
    prices,
    settled_by,
    spans,
)
from ledger.fees.rules import (
    AHEAD,
    FEE,
    Bill,
    ChargeInUse,
    DaysCharged,
    HandedOverBefore,
    Homes,
    NobodyMayCharge,
    NotCharged,
    NothingToCharge,
    PartMonth,
    bills,
    charged_on,
    check_reach,
    days_charged,
    monthly_fees,
)
from ledger.fees.tables import Charge
from ledger.fees.waivers.actions import clear_withdrawn, waive_month
from ledger.fields import CalendarMonth, Code, Day, Text
from ledger.journal.actions import Posted, open_book, post, replay, reverse
from ledger.journal.queries import accounts, entry_by_key, lock_for, moves_of, time_in, time_of
from ledger.journal.rules import Draft, Move, read_chart
from ledger.log.queries import head
from ledger.periods import Month, Period, day_in_shanghai


class Charged(NamedTuple):
    """What charging a month did: homes, the sum in fen, and what prepayments covered at once."""

    posted: Posted
    homes: int
    total_fen: int
    prepaid_fen: int


def open_fee_book(session: Session, community: str, *, by: Actor, at: datetime) -> None:
    """Open the community's property-fee book."""
    open_book(session, community, read_chart((files("ledger.fees") / "chart.toml").read_text()), by=by, at=at)


def hand_over(
    session: Session,
    community: str,
    homes: Homes,
    handed_over_on: Day,
    developer: Code | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter the day on which homes passed from their developer to their owners; sealed in the log without the homes.

    Raises:
        NoHome, NoFirm; HandedOverBefore: a home's day is known already.
    """
    head(session, community, lock=True)
    if developer is not None:
        firm(session, developer)
    handed = sorted(set(homes))
    if strangers := sorted(set(handed) - home_codes(session, community)):
        raise NoHome(community=community, home=strangers[0])
    listed = sha256("\n".join(handed).encode()).hexdigest()
    draft = Draft(
        kind="fees.handed-over",
        on=day_in_shanghai(at),
        key=f"hand-over/{handed_over_on}/{listed}",
        facts={"homes": len(handed), "handed_over_on": handed_over_on.isoformat(), "developer": developer},
    )
    if earlier := replay(session, community, draft):
        return earlier
    there = set(session.exec(select(HandOver.home).where(HandOver.community == community)))
    if again := [code for code in handed if code in there]:
        raise HandedOverBefore(home=again[0])
    write_rows(
        session,
        HandOver,
        [
            {"community": community, "home": code, "handed_over_on": handed_over_on, "developer": developer}
            for code in handed
        ],
    )
    return post(session, community, draft, by=by, at=at)


def _check_to_come(session: Session, community: str, month: Month, today: date) -> None:
    """See that a month that is to come may be charged today already.

    Raises:
        MonthTooFar, BeyondContract.
    """
    if month > Month.of(today):
        ahead = profile(session, community, today)[AHEAD]
        contract = service_contract(session, community, month.last)
        check_reach(month, today, ahead, contract.ends_on if contract else None)


def _days_charged(session: Session, community: str, month: Month) -> DaysCharged:
    """How many days of a month are charged by the contracts and by who may charge.

    Raises:
        NobodyMayCharge: none is left.
    """
    agreed, nobody = spans(session, community), gaps(session, community)
    days = days_charged(month, agreed, nobody)
    cut_short = days < days_charged(month, agreed)
    if cut_short and not days:
        since = max(gap.first for gap in nobody if gap.first and gap.first <= month.last)
        raise NobodyMayCharge(month=str(month), until=since - timedelta(days=1))
    return DaysCharged(days, cut_short)


def _bills(session: Session, community: str, month: Month) -> list[Bill]:
    """Who is asked how much for a month, by the prices of its first day: the homes that stand on its last.

    Raises:
        NoTariff, NobodyMayCharge.
    """
    homes = chargeable(session, community, month.last)
    fees = monthly_fees(
        ((h.code, h.kind, h.area_dm2) for h in homes),
        prices(session, community, month.first),
        community=community,
        month=str(month),
    )
    charged_days = _days_charged(session, community, month)
    handed_over = hand_overs(session, community)
    part_month = PartMonth.WHOLE
    if handed_over or charged_days.days < month.last.day:
        part_month = PartMonth(profile(session, community, month.first)["fee.part_month"])
    return bills(
        fees,
        month,
        charged_days,
        developers={h.code: h.developer for h in homes},
        handed_over=handed_over,
        part_month=part_month,
    )


def charge_month(
    session: Session, community: str, month: CalendarMonth, *, by: Actor, at: datetime
) -> Charged:
    """Charge every home its fee for a month, in one entry; then take waivers off and apply what was prepaid.

    The developer is charged for what he has not sold, and until he hands over. Done twice it is done
    once: the first answer comes back, whatever tariffs and homes came in since. Once its charges were taken back a month is
    charged anew, on the day on which that is done or, where the month is to come, on its first day.

    Raises:
        BeforeOpening: the books begin later.
        MonthTooFar: it is further ahead than the local number allows.
        BeyondContract: it is to come, and the service contract ends before.
        NoTariff: a home has no price in force on the month's first day.
        NothingToCharge: no contract charges in this month, or no home owes anything.
        NobodyMayCharge: the firm has gone, and nobody is entered who serves after it.
    """
    key = lock_for(session, community, f"charge/{month}")
    run = time_in(key)
    settled, waived = time_of(f"prepaid-applied/{month}", run), time_of(f"waived/{month}", run)
    on = charged_on(month, run, day_in_shanghai(at))
    draft = Draft(
        kind="fees.charged",
        on=on,
        key=key,
        book=FEE,
        asked={"month": str(month)},
        ahead=True,
    )
    if earlier := replay(session, community, draft):
        return Charged(earlier, *charged(session, community, month))
    since_opening(session, community, Period.parse(str(month)))
    asked = _bills(session, community, month)
    _check_to_come(session, community, month, day_in_shanghai(at))
    if not asked:
        raise NothingToCharge(month=str(month))
    codes = accounts(session, community, FEE)
    receivable, income = codes["receivable"], codes["fees"]
    moves = [Move(receivable, income, bill.amount_fen, bill.home, bill.party) for bill in asked]
    posted = post(session, community, replace(draft, moves=moves), by=by, at=at)
    sums: dict[str, int] = {}
    for bill in asked:
        sums[bill.home] = sums.get(bill.home, 0) + bill.amount_fen
    write_rows(
        session,
        Charge,
        [
            {
                "community": community,
                "home": code,
                "month": str(month),
                "run": run,
                "amount_fen": fen,
                "entry_no": posted.no,
            }
            for code, fen in sums.items()
        ],
    )
    waive_month(session, community, month, asked, on=on, key=waived, by=by, at=at)
    prepaid = settle(
        session,
        community,
        None,
        on=on,
        key=settled,
        month=month,
        by=by,
        at=at,
    )
    return Charged(posted, len(sums), sum(sums.values()), prepaid)


def take_back_charges(
    session: Session, community: str, month: CalendarMonth, reason: Text, *, by: Actor, at: datetime
) -> Posted:
    """Take the charges of a month back whole, in red: nobody owes them, and what was prepaid pays other debts or is prepaid again.

    What its waivers took off goes with it, and what those left that were withdrawn. Each entry stays and can be seen, and the month can be charged anew. Done twice
    it is done once.

    Raises:
        NotCharged: it was not charged.
        ChargeInUse: a receipt, a waiver of its own or a late fee rests on them, and has to be taken back first.
        MonthClosed: today's month is closed.
    """
    key = lock_for(session, community, f"charge/{month}")
    run = time_in(key)
    wrong = entry_by_key(session, community, key)
    if wrong is None:
        undone = entry_by_key(session, community, time_of(f"charge/{month}", run - 1))
        if undone is None:
            raise NotCharged(month=str(month))
        return reverse(
            session, community, undone.no, reason=reason, key=f"reversal/{undone.no}", by=by, at=at
        )
    beside = settled_by(session, community, month)
    if waived := entry_by_key(session, community, time_of(f"waived/{month}", run)):
        beside.add(waived.no)
    resting = on_charges(session, community, month, beside)
    if resting.entries:
        raise ChargeInUse(month=str(month), entry=min(resting.entries))
    homes = {move.home for no in beside for move in moves_of(session, community, no) if move.home}
    *_, posted = (
        reverse(session, community, no, reason=reason, key=f"reversal/{no}", by=by, at=at)
        for no in (*sorted(beside), wrong.no)
    )
    on, settled = day_in_shanghai(at), f"reversal/{wrong.no}/settled"
    clear_withdrawn(
        session,
        community,
        month,
        resting.withdrawn,
        on=on,
        key=f"reversal/{wrong.no}/withdrawn",
        by=by,
        at=at,
    )
    settle(session, community, homes, on=on, key=settled, by=by, at=at)
    return posted
