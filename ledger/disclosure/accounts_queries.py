"""The accounts of a period, gathered from every stream as plain numbers and words."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from ledger.community.queries import (
    area_and_homes,
    community,
    heirs,
    profile,
    service_contract,
    standing_homes,
)
from ledger.community.rules import HomeKind, passed_on
from ledger.community.tables import Component, Firm, Home
from ledger.disclosure.rules import (
    RULES_VERSION,
    SATISFIED_FROM,
    Figures,
    Repairs,
    Voted,
    check_foots,
    per_ten_thousand,
    suppressed,
    told,
    told_repairs,
    told_vote,
)
from ledger.disclosure.tables import Disclosure
from ledger.disclosure.works_queries import works
from ledger.errors import Unknown
from ledger.fees.queries import collection
from ledger.fields import PeriodText
from ledger.findings.identities import identities
from ledger.fund.power_queries import keeper
from ledger.fund.queries import balances_by_role, flows, moved_into_fund, parts_at, statements
from ledger.fund.rules import Keeper, Standing, standing
from ledger.fund.statements_01_02_03 import EXPENSE, INCOME, Line
from ledger.fund.uses.payment_queries import paid_on, shares
from ledger.fund.uses.queries import projects
from ledger.grants.safety.queries import figures as account_figures
from ledger.grants.safety.queries import is_open, paid_between
from ledger.journal.queries import accounts, trial_balance
from ledger.journal.rules import Element, TrialRow
from ledger.log.queries import head
from ledger.noticeboard.rules import labelled
from ledger.periods import SHANGHAI, Month, Period, day_in_shanghai, quarters_in
from ledger.repairs.counting_queries import concerned_between, counted_between, ordinary_due
from ledger.repairs.rules import Category
from ledger.revenue.queries import booked, quarter, streams
from ledger.revenue.remittance.queries import share, to_fund
from ledger.votes.queries import count, motion
from ledger.votes.quorum_and_majority_rules import Tally
from ledger.votes.rules import MotionState


class NoDisclosure(Unknown):
    code = "no-disclosure"
    zh = "本小区没有{period:period}的公示稿。"
    en = "This community has no disclosure of {period:period} in preparation."


def disclosures(session: Session, community: str) -> Sequence[Disclosure]:
    """Every draft and what was published, without the figures, the latest period and version first."""
    drafts = session.exec(
        select(Disclosure).options(defer(cast(Any, Disclosure.body))).where(Disclosure.community == community)
    )
    return sorted(
        drafts, key=lambda draft: (Period.parse(draft.period).last, draft.period, draft.version), reverse=True
    )


def disclosure(session: Session, community: str, period: PeriodText) -> Disclosure:
    """The newest draft of a period.

    Raises:
        NoDisclosure: none was prepared.
    """
    row = session.exec(
        select(Disclosure)
        .where(Disclosure.community == community, Disclosure.period == period)
        .order_by(col(Disclosure.version).desc())
        .limit(1)
    ).first()
    if row is None:
        raise NoDisclosure(community=community, period=period)
    return row


def gather(session: Session, code: str, period: Period, prepared_on: date) -> Figures:
    """Everything a disclosure of a period's accounts says, in fen, dm², dates and words; no person, no single home.

    How many repairs there were is told of half-years alone: of periods that lie in each other a count that is hidden in
    one could be worked out from the others.

    Raises:
        FiguresDoNotFoot: a stream's opening, movement and closing do not add up.
    """
    least = profile(session, code, period.last)["disclosure.least_cell"]
    names = dict(session.execute(select(Firm.code, Firm.name)).all())
    figures = {
        "kind": period.kind,
        "rules": RULES_VERSION,
        "period": str(period),
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "prepared_on": prepared_on.isoformat(),
        "least_told": least,
        "community": _community(session, code, period, names),
        "fund": _fund(session, code, period, names, least),
        "revenue": _revenue(session, code, period, names, prepared_on),
        "fee": _fee(session, code, period),
        "works": works(session, code, period, names, least),
        **({"housing_safety": _safety(session, code, period, names)} if is_open(session, code) else {}),
        **({"tickets": _tickets(session, code, period, least)} if period.kind == "half-year" else {}),
        "identities": [
            {"id": i.id, "zh": i.zh, "en": i.en, "holds": i.holds, "note": i.note, "note_en": i.note_en}
            for i in identities(session, code, period)
        ],
        "log": _log(session, code),
    }
    return labelled(figures)


def _log(session: Session, code: str) -> Figures:
    current = head(session, code)
    return {
        "origin": current.origin,
        "size_when_prepared": current.tree_size,
        "root_when_prepared": current.root.hex(),
    }


def _community(session: Session, code: str, period: Period, names: dict[str, str]) -> Figures:
    place = community(session, code)
    area, homes, buildings = area_and_homes(session, code, period.last)
    contract = service_contract(session, code, period.last)
    return {
        "code": code,
        "name": place.name,
        "name_en": place.name_en,
        "address": place.address,
        "built_year": place.built_year,
        "mode": place.mode.value,
        "transferred": keeper(session, code, period.last) is Keeper.POST_TRANSFER,
        "area_dm2": area,
        "homes": homes,
        "buildings": buildings,
        "firm": names.get(contract.firm) if contract else None,
        "contract_ends_on": contract.ends_on.isoformat() if contract else None,
    }


def _fund(session: Session, code: str, period: Period, names: dict[str, str], least: int) -> Figures:
    opening = balances_by_role(session, code, period.start.plus(-1))
    closing = balances_by_role(session, code, period.end)
    moved = flows(session, code, period.first, period.last)
    groups: dict[str, list[dict[str, Any]]] = {
        side: [{"zh": zh, "en": en, "fen": sum(moved.get(role, 0) for role in roles)} for zh, en, roles in of]
        for side, of in (("in", INCOME), ("out", EXPENSE))
    }
    taken = sum(moved_into_fund(session, code, period.first, period.last, "bank"))
    groups["in"].append({"zh": "转入", "en": "Custody taken over", "fen": taken})
    owed = closing["house_loss"] - opening["house_loss"]
    groups["in"].append({"zh": "应付未付的返还资金", "en": "Refunds owed and not paid yet", "fen": owed})
    money = ("bank", "bonds", "advance")
    start, end = (sum(of[role] for role in money) for of in (opening, closing))
    inward, outward = (sum(line["fen"] for line in groups[side]) for side in ("in", "out"))
    check_foots("fund", start, inward, outward, end)
    s01, s02, s03 = statements(session, code, period)
    paid = paid_on(session, code)
    return {
        "opening_fen": start,
        "in_fen": inward,
        "out_fen": outward,
        "closing_fen": end,
        "in": [line for line in groups["in"] if line["fen"]],
        "out": [line for line in groups["out"] if line["fen"]],
        "months": [_fund_month(session, code, month) for month in _last_twelve(period)],
        "statement_01": _lines(s01),
        "statement_02": _lines(s02),
        "statement_03": _lines(s03),
        "standing": _standing(session, code, period, least),
        "projects": [
            _project(session, code, p, names, least)
            for p in projects(session, code)
            if _within(p, paid.get(p.code), period)
        ],
    }


def _last_twelve(period: Period) -> list[Month]:
    return [period.end.plus(-back) for back in range(11, -1, -1)]


def _lines(of: Sequence[Line]) -> list[Any]:
    return [{"zh": line.zh, "en": line.en, "fen": list(line.figures), "total": line.total} for line in of]


def _fund_month(session: Session, code: str, month: Month) -> Figures:
    moved = flows(session, code, month.first, month.last)
    taken = sum(moved_into_fund(session, code, month.first, month.last, "bank"))
    return {
        "month": str(month),
        "in_fen": taken + sum(moved.get(role, 0) for *_, roles in INCOME for role in roles),
        "out_fen": sum(moved.get(role, 0) for *_, roles in EXPENSE for role in roles),
    }


def _standing(session: Session, code: str, period: Period, least: int) -> Figures:
    trigger = profile(session, code, period.last)["fund.topup_trigger_pct"]
    parts = passed_on(parts_at(session, code, period.end), heirs(session, code, period.last))
    sold = select(Home.code, Home.first_deposit_fen).where(
        Home.community == code, Home.kind != HomeKind.UNSOLD, standing_homes(period.last)
    )
    homes = session.execute(sold).all()
    counts = Counter(standing(parts.get(home, 0), first, trigger).value for home, first in homes)
    return {
        "trigger_pct": trigger,
        "homes": suppressed({member.value: counts[member.value] for member in Standing}, least),
    }


def _within(project: Any, paid_on: date | None, period: Period) -> bool:
    days = (project.proposed_on, project.approved_on, project.accepted_on, paid_on)
    return any(day and period.first <= day <= period.last for day in days)


def _project(session: Session, code: str, project: Any, names: dict[str, str], least: int) -> Figures:
    thing = session.get(Component, (code, project.component))
    vote = None
    voted = motion(session, code, project.motion) if project.motion else None
    if voted is not None and voted.state is not MotionState.OPEN:
        stands = voted.passed and voted.state is MotionState.CLOSED
        vote = {**_vote(count(session, code, voted.code), least), "passed": stands}
    borne = shares(session, code, project.code) if project.paid_entry else []
    return {
        "code": project.code,
        "title": project.title,
        "component": thing.name if thing else project.component,
        "scope": project.scope.value,
        "building": project.building,
        "stairwell": project.stairwell,
        "side": project.side,
        "emergency": project.emergency.value if project.emergency else None,
        "contractor": names.get(project.contractor, project.contractor),
        "budget_fen": project.budget_fen,
        "approved_fen": project.approved_fen,
        "approved_on": _day(project.approved_on),
        "accepted_on": _day(project.accepted_on),
        "settled_fen": project.settled_fen,
        "paid_fen": project.paid_fen,
        "shortfall_fen": sum(share.shortfall_fen for share in borne),
        "bearers": told(len(borne), least),
        "state": project.state.value,
        "vote": vote,
        "entry": project.paid_entry,
    }


def _vote(tally: Tally, least: int) -> Figures:
    shown = told_vote(Voted(tally.heads_all, tally.heads_part, tally.heads_yes), least)
    return {
        name: figure if name.rpartition("_")[2] in shown else None for name, figure in tally._asdict().items()
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _revenue(session: Session, code: str, period: Period, names: dict[str, str], today: date) -> Figures:
    rows = trial_balance(session, code, "revenue", period.start, period.end)
    codes = accounts(session, code, "revenue")
    bank = next(row for row in rows if row.account == codes["bank"])
    apart = next((row for row in rows if row.account == codes.get("electricity")), None)
    opening, closing = bank.opening_fen, bank.closing_fen
    if apart is not None:
        opening, closing = opening - apart.opening_fen, closing - apart.closing_fen
    turnover = booked(session, code, period)
    moved = [(r, turnover[r.account]) for r in rows if r.element is not Element.ASSET and r is not apart]
    inward: list[dict[str, Any]] = [{"zh": r.zh, "en": r.en, "fen": fen} for r, fen in moved if fen > 0]
    outward: list[dict[str, Any]] = [{"zh": r.zh, "en": r.en, "fen": -fen} for r, fen in moved if fen < 0]
    total_in, total_out = (sum(line["fen"] for line in of) for of in (inward, outward))
    check_foots("revenue", opening, total_in, total_out, closing)
    return {
        "opening_fen": opening,
        "in_fen": total_in,
        "out_fen": total_out,
        "closing_fen": closing,
        "in": inward,
        "out": outward,
        **({"electricity": _electricity(apart)} if apart is not None and _moved(apart) else {}),
        "streams": [
            {
                "number": s.contract.number,
                "category": s.contract.category.value,
                "counterparty": names.get(s.contract.counterparty, s.contract.counterparty),
                "object": s.contract.object,
                "starts_on": s.contract.starts_on.isoformat(),
                "ends_on": s.contract.ends_on.isoformat(),
                "price_fen": s.contract.price_fen,
                "resolution": s.contract.resolution,
                "due_fen": s.due_fen,
                "received_fen": s.received_fen,
                "received_in_period_fen": s.received_in_period_fen,
            }
            for s in streams(session, code, period, today)
        ],
        "quarters": _quarters(session, code, period),
    }


def _moved(row: TrialRow) -> bool:
    return any((row.opening_fen, row.debit_fen, row.credit_fen))


def _electricity(apart: TrialRow) -> Figures:
    """Electricity of charging is others' money in the same account: told apart, and in none of the revenue's figures."""
    return {
        "opening_fen": apart.opening_fen,
        "collected_fen": apart.credit_fen,
        "paid_on_fen": apart.debit_fen,
        "closing_fen": apart.closing_fen,
    }


def _quarters(session: Session, code: str, period: Period) -> list[Any]:
    rows = []
    for quarter_period in quarters_in(period):
        earned = quarter(session, code, quarter_period)
        owing = share(session, code, quarter_period)
        rows.append(
            {
                "quarter": quarter_period.name,
                "receipts_fen": earned.receipts_fen,
                "cost_fen": earned.vouchered_cost_fen,
                "tax_fen": earned.tax_fen,
                "net_fen": earned.net_fen,
                "to_fund_pct": to_fund(session, code, quarter_period).pct,
                "due_to_fund_fen": owing.due_fen,
                "remitted_fen": owing.paid_fen,
                "remitted_on": _day(owing.paid_on),
            }
        )
    return rows


def _safety(session: Session, code: str, period: Period, names: dict[str, str]) -> Figures:
    """The public account: government money, told apart from everything that is the owners'."""
    figures = account_figures(session, code, period)
    check_foots("housing-safety", *figures)
    return {
        **figures._asdict(),
        "payments": [
            {
                "what": row.asked.what,
                "building": row.asked.building,
                "payee": names.get(row.asked.payee, row.asked.payee),
                "fen": row.asked.amount_fen,
                "paid_on": _day(row.entry.booked_on if row.entry else None),
            }
            for row in paid_between(session, code, period.first, period.last)
        ],
    }


def _fee(session: Session, code: str, period: Period) -> Figures:
    figures = collection(session, code, period, period.last)
    codes = accounts(session, code, "fee")
    rows = {r.account: r for r in trial_balance(session, code, "fee", period.start, period.end)}
    return {
        "charged_fen": figures.charged_fen,
        "waived_fen": figures.waived_fen,
        "received_fen": figures.received_fen,
        "arrears_opening_fen": figures.arrears_opening_fen,
        "arrears_received_fen": figures.arrears_received_fen,
        "prepaid_fen": rows[codes["prepaid"]].closing_fen,
        "suspense_fen": rows[codes["suspense"]].closing_fen,
        "homes": figures.homes,
        "cr1_e4": per_ten_thousand(figures.cr1),
        "cr2_e4": per_ten_thousand(figures.cr2),
        "cr3_e4": per_ten_thousand(figures.cr3),
        "cr4_e4": per_ten_thousand(figures.cr4),
    }


def _tickets(session: Session, code: str, period: Period, least: int) -> Figures:
    first = datetime.combine(period.first, time(), SHANGHAI)
    last = datetime.combine(period.last + timedelta(days=1), time(), SHANGHAI)
    reported = counted_between(session, code, first, last)
    concerned = concerned_between(session, code, first, last)
    on_time, due = ordinary_due(session, code, concerned, first, last)
    ratings = [ticket.rating for ticket in reported if ticket.rating is not None]
    by_category = Counter(ticket.category.value for ticket in reported)
    by_month = Counter(str(Month.of(day_in_shanghai(ticket.reported_at))) for ticket in reported)
    repairs = Repairs(
        by_category={category.value: by_category[category.value] for category in Category},
        by_month={str(month): by_month[str(month)] for month in period.months},
        finished=sum(ticket.done_at is not None for ticket in reported),
        reopened=sum(ticket.reopened for ticket in reported),
        due=due,
        on_time=on_time,
        rated=len(ratings),
        satisfied=sum(rating >= SATISFIED_FROM for rating in ratings),
    )
    return told_repairs(repairs, least)
