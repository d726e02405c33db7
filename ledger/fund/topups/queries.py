"""What can be read of topping the fund up, in a number of statements that does not grow with homes."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.community.queries import profile, standing_home, standing_homes, with_kept_day
from ledger.community.tables import Building, Home
from ledger.errors import Unknown
from ledger.fields import Code
from ledger.fund.returns.tables import LostHouse
from ledger.fund.rules import DepositKind, standing
from ledger.fund.tables import Deposit
from ledger.fund.topups.rules import Flag, HomeStanding, PlanState, ResaleCheck, flags, resale_check
from ledger.fund.topups.tables import Topup, TopupDue, TopupPaid
from ledger.journal.queries import held
from ledger.journal.tables import Entry


class NoTopup(Unknown):
    code = "no-topup"
    zh = "本小区没有续筹方案“{plan}”。"
    en = "This community has no top-up plan “{plan}”."


class Registered(NamedTuple):
    """A row of the memo register: what a home is asked for, has paid, and still owes, in fen."""

    home: str
    kind: DepositKind
    due_fen: int
    paid_fen: int
    open_fen: int


class Totals(NamedTuple):
    """What anyone may know of a plan: sums; None where so few homes are asked that a sum would point at one."""

    homes: int | None
    due_fen: int | None
    paid_fen: int | None


def topup(session: Session, community: str, code: Code) -> Topup:
    """One plan.

    Raises:
        NoTopup: there is none with this code.
    """
    plan = session.get(Topup, (community, code))
    if plan is None:
        raise NoTopup(community=community, plan=code)
    return plan


def topup_seen(session: Session, community: str, code: Code) -> Topup:
    """One plan as it is shown, with its day marked as long as that is provisional.

    Raises:
        NoTopup: there is none with this code.
    """
    return with_kept_day(session, community, topup(session, community, code), "due_on")


def topups(session: Session, community: str) -> Sequence[Topup]:
    """The plans as they are shown, newest first."""
    plans = session.exec(
        select(Topup).where(Topup.community == community).order_by(col(Topup.planned_on).desc(), Topup.code)
    )
    return [with_kept_day(session, community, plan, "due_on") for plan in plans]


def standings(
    session: Session, community: str, today: date, building: Code | None = None
) -> list[HomeStanding]:
    """How every home of a community or a building stands against the trigger of a day; for staff only.

    Lost homes are left out, and those that did not stand on that day.
    """
    trigger = profile(session, community, today)["fund.topup_trigger_pct"]
    query = (
        select(Home, Building.has_lift)
        .join(Building, (col(Building.community) == Home.community) & (col(Building.code) == Home.building))
        .where(
            Home.community == community,
            standing_homes(today),
            ~exists().where(col(LostHouse.community) == Home.community, col(LostHouse.home) == Home.code),
        )
        .order_by(Home.code)
    )
    if building is not None:
        query = query.where(Home.building == building)
    parts = held(session, community, "fund", "unit")
    return [
        HomeStanding(
            home.code,
            home.building,
            home.kind,
            home.area_dm2,
            has_lift,
            parts.get(home.code, 0),
            home.first_deposit_fen,
            standing(parts.get(home.code, 0), home.first_deposit_fen, trigger),
        )
        for home, has_lift in session.execute(query)
    ]


def topup_flags(session: Session, community: str, on: date) -> list[Flag]:
    """Each building and the whole area against the trigger (北京 Art. 83, 上海 Art. 65, 杭州 Art. 71)."""
    trigger = profile(session, community, on)["fund.topup_trigger_pct"]
    return flags(standings(session, community, on), trigger)


def register(session: Session, community: str, code: Code) -> list[Registered]:
    """The memo register of a plan, by home; for those who collect, never for the public.

    A receipt whose entry was reversed has not paid.

    Raises:
        NoTopup: there is none with this code.
    """
    topup(session, community, code)
    reversal = aliased(Entry)
    paid = dict(
        session.execute(
            select(TopupPaid.home, func.sum(Deposit.amount_fen))
            .join(
                Deposit,
                (col(Deposit.community) == TopupPaid.community)
                & (col(Deposit.receipt_no) == TopupPaid.receipt_no),
            )
            .where(
                TopupPaid.community == community,
                TopupPaid.plan == code,
                ~exists().where(
                    col(reversal.community) == Deposit.community,
                    col(reversal.reverses_no) == Deposit.entry_no,
                ),
            )
            .group_by(TopupPaid.home)
        ).all()
    )
    rows = session.exec(
        select(TopupDue).where(TopupDue.community == community, TopupDue.plan == code).order_by(TopupDue.home)
    )
    return [
        Registered(
            row.home,
            row.kind,
            row.due_fen,
            int(paid.get(row.home, 0)),
            row.due_fen - int(paid.get(row.home, 0)),
        )
        for row in rows
    ]


def totals(session: Session, community: str, code: str, today: date) -> Totals:
    """The sums of a plan, which anyone may know; hidden where fewer homes are asked than may be shown."""
    rows = register(session, community, code)
    if len(rows) < profile(session, community, today)["disclosure.least_cell"]:
        return Totals(None, None, None)
    return Totals(len(rows), sum(row.due_fen for row in rows), sum(row.paid_fen for row in rows))


def check_resale(session: Session, community: str, home: str, today: date) -> ResaleCheck:
    """What a home of sold public housing must still pay before its resale, where local law asks it (北京 Art. 81).

    Raises:
        NoHome: there is none with this code in this community. HomeEnded: it was divided or merged.
    """
    building = standing_home(session, community, home).building
    home_standing = next(
        home_standing
        for home_standing in standings(session, community, today, building)
        if home_standing.home == home
    )
    local = profile(session, community, today)
    per_m2 = local[
        "topup.first_fen_per_m2.lift" if home_standing.has_lift else "topup.first_fen_per_m2.no_lift"
    ]
    return resale_check(home_standing, asked_here=local["topup.resale_to_commodity"], fen_per_m2=per_m2)


def dues_of_home(session: Session, community: str, home: str) -> list[tuple[Topup, Registered]]:
    """What the adopted plans ask of one home, the newest first; its owner's to see."""
    plans = session.exec(
        select(Topup)
        .join(TopupDue, (col(TopupDue.community) == Topup.community) & (col(TopupDue.plan) == Topup.code))
        .where(Topup.community == community, TopupDue.home == home, Topup.state == PlanState.ADOPTED)
        .order_by(col(Topup.adopted_on).desc(), Topup.code)
    ).all()
    rows = [(plan, register(session, community, plan.code)) for plan in plans]
    return [(plan, next(row for row in of if row.home == home)) for plan, of in rows]
