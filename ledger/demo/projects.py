"""The uses of the fund in a sample community: one that the law refuses, some that go all the way.

The fund is in custody: the housing authority approves, and the custodian bank pays.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlmodel import Session

from ledger.db import Database
from ledger.demo.people import BAO, CHEN, HE, HUANG, LIN, MEI
from ledger.demo.votes import a_paper, return_ballots
from ledger.files.rules import FileKind
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses import motion_actions as motions
from ledger.fund.uses.actions import Plan
from ledger.fund.uses.payment_actions import pay
from ledger.fund.uses.payment_rules import Bill
from ledger.fund.uses.queries import bearers
from ledger.fund.uses.rules import (
    NotForTheFund,
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase, Paper
from ledger.periods import SHANGHAI, Month, years_after


class Use(NamedTuple):
    """A use of the fund: months after the ledger began, its plan, what the contractor asks in the end."""

    month: str
    code: str
    plan: Plan
    bill_fen: int


USES = (
    Use(
        "2023-11",
        "2023-01",
        Plan("7 幢楼梯间踏步与扶手修复", "stairs-7", ScopeKind.BUILDING, "tongda", 2_880_000, building="7"),
        2_834_600,
    ),
    Use(
        "2024-05",
        "2024-01",
        Plan(
            "二次供水水泵停转抢修",
            "pump",
            ScopeKind.COMMUNITY,
            "ruishui",
            4_200_000,
            emergency=EmergencyCase.WATER_PUMP,
        ),
        4_068_000,
    ),
    Use(
        "2024-10",
        "2024-02",
        Plan("9 幢 2 单元楼梯间墙面开裂修复", "stairs-9", ScopeKind.STAIRWELL, "tongda", 960_000, "9", "2"),
        948_000,
    ),
    Use(
        "2025-04",
        "2025-01",
        Plan("小区排水主管清淤与局部更换", "drain", ScopeKind.COMMUNITY, "ruishui", 12_600_000),
        12_000_000,
    ),
    Use(
        "2025-09",
        "2025-02",
        Plan("大门与围墙倾斜加固", "gate", ScopeKind.COMMUNITY, "tongda", 5_400_000),
        5_316_500,
    ),
    Use(
        "2026-02",
        "2026-01",
        Plan(
            "11 幢楼梯间踏步与扶手修复", "stairs-11", ScopeKind.BUILDING, "tongda", 3_000_000, building="11"
        ),
        2_976_000,
    ),
    Use(
        "2026-05",
        "2026-02",
        Plan(
            "化粪池污水外溢抢修",
            "septic",
            ScopeKind.COMMUNITY,
            "ruishui",
            1_900_000,
            emergency=EmergencyCase.DRAIN,
        ),
        1_862_000,
    ),
)
EVERYTHING = (Paper.PHOTO, Paper.INSPECTION_NOTICE, Paper.EXPERT_NOTE)
REVIEWED_OVER_FEN = 3_000_000
"""What the sample's profile wants reviewed, and settled with retention money."""
REFUSED = Plan("5 幢屋面渗漏维修", "roof-5", ScopeKind.BUILDING, "hongcheng", 3_600_000, building="5")
"""Asked of the fund although the roof is within its five-year warranty: refused by N2 each time."""


def live_through_projects(database: Database, community: str, month: Month) -> None:
    """The uses that fell into a month."""
    if str(month) == "2024-07":
        _try_warranty_roof(database, community, month)
    for use in USES:
        if use.month == str(month):
            _use(database, community, use, month)


def _at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)


def _try_warranty_roof(database: Database, community: str, month: Month) -> None:
    try:
        with database.writing() as session:
            uses.propose(session, community, "2024-x1", REFUSED, by=MEI.actor, at=_at(month.first))
    except NotForTheFund:
        return
    raise AssertionError("the fund let a repair under warranty pass")


def _use(database: Database, community: str, use: Use, month: Month) -> None:
    days = [month.first + timedelta(days=n) for n in range(28)]
    code, plan = use.code, use.plan
    with database.writing() as session:
        uses.propose(session, community, code, plan, by=MEI.actor, at=_at(days[0], 11))
        seen = _papers(session, community, code, *EVERYTHING, on=days[0])
        uses.survey(session, community, code, seen, by=MEI.actor, at=_at(days[0], 14))
        if plan.budget_fen > REVIEWED_OVER_FEN:
            review = _papers(session, community, code, Paper.PRICE_REVIEW, on=days[0])
            uses.price(session, community, code, plan.budget_fen, review, by=LIN.actor, at=_at(days[0], 16))
    if plan.emergency is None:
        _vote(database, community, use, days)
    with database.writing() as session:
        approvals.apply(session, community, code, by=MEI.actor, at=_at(days[12], 9))
        approvals.approve(session, community, code, plan.budget_fen, by=HUANG.actor, at=_at(days[12], 15))
        uses.begin(session, community, code, by=MEI.actor, at=_at(days[13]))
    with database.writing() as session:
        photos = _papers(session, community, code, Paper.PHOTO, on=days[22])
        audit = _papers(session, community, code, Paper.SETTLEMENT_AUDIT, on=days[23])
        uses.accept(session, community, code, photos, by=LIN.actor, at=_at(days[22]))
        uses.settle(session, community, code, use.bill_fen, audit, by=LIN.actor, at=_at(days[23]))
        retention_fen = use.bill_fen * 3 // 100 if use.bill_fen > REVIEWED_OVER_FEN else 0
        pay(
            session,
            community,
            code,
            Bill(
                bill_fen=use.bill_fen - retention_fen,
                payee=plan.contractor,
                invoice_no=f"FP-{code}",
                on=days[25],
                retention_fen=retention_fen,
                retention_until=years_after(days[22], 1) if retention_fen else None,
            ),
            by=BAO.actor,
            at=_at(days[25]),
        )
        uses.apportion(session, community, code, by=MEI.actor, at=_at(days[25], 16))
        wall = _papers(session, community, code, Paper.PHOTO, on=days[26])
        uses.disclose(session, community, code, wall, by=HE.actor, at=_at(days[26]))
        if not retention_fen:
            uses.archive(session, community, code, by=HE.actor, at=_at(days[26], 16))


def _vote(database: Database, community: str, use: Use, days: list[date]) -> None:
    """Posted, announced, voted on by four of five, counted, and the result posted."""
    with database.writing() as session:
        wall = _papers(session, community, use.code, Paper.PHOTO, on=days[1])
        uses.post_plan(session, community, use.code, wall, by=HE.actor, at=_at(days[1], 9))
        motions.put_to_vote(
            session,
            community,
            use.code,
            opens_on=days[8],
            closes_on=days[10],
            by=CHEN.actor,
            at=_at(days[1]),
        )
        roll = [bearer.home for bearer in bearers(session, community, use.code)]
        return_ballots(session, community, f"fund/{use.code}", roll, days[9])
        motions.close_vote(session, community, use.code, by=CHEN.actor, at=_at(days[11]))
        result = _papers(session, community, use.code, Paper.PHOTO, on=days[11])
        motions.post_result(session, community, use.code, result, by=HE.actor, at=_at(days[11], 16))


def _papers(session: Session, community: str, code: str, *kinds: Paper, on: date) -> dict[Paper, str]:
    """Invented documents of a day, as pictures that somebody took."""
    return {
        kind: a_paper(
            session,
            community,
            f"{code}/{kind}/{on}",
            _at(on),
            FileKind.PHOTO if kind is Paper.PHOTO else FileKind.PAPER,
        )
        for kind in kinds
    }
