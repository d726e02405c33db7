"""The standing notice (现状): what holds in a community today, as plain numbers, dates and words; no person, no single home.

What the public page says of today is a figure of `standing`, with its name in `ledger.words.FIGURES`: the public door reads
notices only. What draws it there is the folder `today` of `public_site`.
"""

import json
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from ledger.committee.queries import committee_tasks_on
from ledger.community.queries import community, decided_days, profile
from ledger.community.tables import Firm
from ledger.disclosure.due_queries import dues_on
from ledger.disclosure.rules import Figures, told_share
from ledger.disclosure.standing_notice_rules import falls_due
from ledger.handover import rules as service_rules
from ledger.handover.queries import contract_tasks_on, services
from ledger.noticeboard.rules import STANDING, labelled
from ledger.noticeboard.tables import Notice
from ledger.periods import day_in_shanghai, official_through
from ledger.repairs.queries import open_and_late
from ledger.votes.queries import taking_ballots
from ledger.words import ProvisionalDay


class Told(NamedTuple):
    """What the newest standing notice says, and of which day it is."""

    day: date
    figures: Figures


def standing(session: Session, code: str, at: datetime) -> Figures:
    """How a community stands: its service contract and its owners' committee with the days that are near or past, the
    accounts that are to be disclosed, the votes that take ballots, through which year the official calendar is known, the
    repairs that are open and late."""
    today = day_in_shanghai(at)
    place = community(session, code)
    return labelled(
        {
            "kind": STANDING,
            "prepared_on": today.isoformat(),
            "community": {"code": code, "name": place.name, "name_en": place.name_en},
            "service": _service(session, code, today),
            "contract_days": [
                {"task": task.value, "number": number, **_day(on, today)}
                for task, number, on in contract_tasks_on(session, code, today)
            ],
            "committee_days": [
                {"task": task.value, "no": no, **_day(on, today)}
                for task, no, on in committee_tasks_on(session, code, today)
            ],
            "disclosures_due": [
                {"task": due.task.value, "period": due.period, **_day(due.on, today)}
                for due in dues_on(session, code, today)
            ],
            "votes": [
                {
                    "code": vote.code,
                    "question": vote.question,
                    "opens_on": vote.opens_on.isoformat(),
                    "closes_on": vote.closes_on.isoformat(),
                }
                for vote in taking_ballots(session, code, today)
            ],
            "calendar": {"official_through": official_through(today.year, decided_days(session, place.area))},
            "tickets": _tickets(session, code, at),
        }
    )


def _day(on: date | None, today: date) -> Figures:
    return {
        "on": on.isoformat() if on else None,
        "provisional": isinstance(on, ProvisionalDay),
        "past": on is not None and on < today,
    }


def _tickets(session: Session, code: str, at: datetime) -> Figures:
    least = profile(session, code, day_in_shanghai(at))["disclosure.least_cell"]
    waiting = open_and_late(session, code, at)
    late, waiting_in_all = told_share(waiting.late, waiting.open, least)
    return {"open": waiting_in_all, "late": late, "least_told": least}


def _service(session: Session, code: str, today: date) -> Figures | None:
    serving: dict[str, Any] | None = next(
        (
            contract
            for contract in services(session, code, today)
            if contract["standing"] in (service_rules.Standing.RUNNING, service_rules.Standing.INDEFINITE)
        ),
        None,
    )
    if serving is None:
        return None
    firm = session.get(Firm, serving["firm"])
    ends_on = serving["last_day"] or serving["ends_on"]
    return {
        "number": serving["number"],
        "firm": firm.name if firm else serving["firm"],
        "starts_on": serving["starts_on"].isoformat(),
        "ends_on": ends_on.isoformat(),
        "stands": serving["standing"].value,
    }


def untold(session: Session, code: str, at: datetime) -> Figures | None:
    """How a community stands when that is to be published now; None when it was told, or the books begin later."""
    today = day_in_shanghai(at)
    opened_on = community(session, code).opened_on
    if opened_on is not None and today < opened_on:
        return None
    before, now = newest_standing(session, code), standing(session, code, at)
    if before is None or (before.day <= today and falls_due(before.day, before.figures, now, today)):
        return now
    return None


def newest_standing(session: Session, code: str) -> Told | None:
    """The standing notice that was published last; None when there is none yet."""
    row = session.exec(
        select(Notice.period, Notice.body)
        .where(Notice.community == code, Notice.kind == STANDING)
        .order_by(col(Notice.period).desc(), col(Notice.version).desc())
        .limit(1)
    ).first()
    return Told(date.fromisoformat(row[0]), json.loads(row[1])) if row else None
