"""What was measured of a firm in a period, indicator by indicator; and why where nothing could be.

A further indicator is a line of a new version of the rubric (in `rubrics`, chosen by `ledger.evaluation.actions.RUBRIC`; a
version by which scores were published is never changed: its digest stands in them) and its measure in `measures` here; what
tickets and complaints show of the service is counted in `service_queries`.
"""

from datetime import date, datetime
from fractions import Fraction
from json import loads
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import community, decided_days
from ledger.disclosure.due_queries import dues
from ledger.evaluation.billing_queries import put_right
from ledger.evaluation.reconciled_queries import reconciled
from ledger.evaluation.rules import Measure, Rubric, mean
from ledger.evaluation.service_queries import counted, service
from ledger.evaluation.tables import Evaluation
from ledger.fees.queries import collection
from ledger.fees.tables import Charge
from ledger.fund.uses.payment_queries import stands
from ledger.fund.uses.payment_tables import ProjectPayment, Share
from ledger.fund.uses.tables import Project
from ledger.journal.tables import Closing, Entry
from ledger.log.queries import head
from ledger.periods import Month, Period, plus_working_days
from ledger.revenue.queries import streams
from ledger.revenue.remittance.queries import falling_due
from ledger.revenue.rules import received_share
from ledger.revenue.tables import CostClaim
from ledger.votes.rules import MotionState
from ledger.votes.tables import Motion


class ScoredPeriod(NamedTuple):
    """A closed half-year or year with the score that was published of it; without a version, none was."""

    period: str
    version: int | None = None
    score_e2: int | None = None
    grade: str | None = None
    grade_zh: str | None = None
    grade_en: str | None = None
    sha256: str | None = None
    evaluated_by: str | None = None
    evaluated_at: datetime | None = None


def evaluations(session: Session, community: str) -> list[ScoredPeriod]:
    """Every score that was published and every closed period that waits for one, the latest first."""
    published = session.exec(select(Evaluation).where(Evaluation.community == community)).all()
    periods = [_scored(evaluation) for evaluation in published]
    scored = {period.period for period in periods}
    periods += [ScoredPeriod(period) for period in _closed(session, community) if period not in scored]
    return sorted(
        periods,
        key=lambda period: (Period.parse(period.period).last, period.period, period.version or 0),
        reverse=True,
    )


def _scored(kept: Evaluation) -> ScoredPeriod:
    card = loads(kept.body)
    return ScoredPeriod(
        kept.period,
        kept.version,
        card["score_e2"],
        card["grade"],
        card["grade_zh"],
        card["grade_en"],
        kept.sha256,
        kept.evaluated_by,
        kept.evaluated_at,
    )


def _closed(session: Session, community: str) -> list[str]:
    """The half-years and years from the first that was closed to the last."""
    began = session.exec(select(func.min(Closing.month)).where(Closing.community == community)).one()
    if began is None:
        return []
    closed = []
    through = Month.parse(head(session, community).closed_through)
    for year in range(int(began[:4]), through.year + 1):
        for period in (Period.parse(f"{year}-H1"), Period.parse(f"{year}-H2"), Period.parse(str(year))):
            if Month.parse(began) <= period.end <= through:
                closed.append(str(period))
    return closed


def measures(session: Session, code: str, period: Period, rubric: Rubric) -> dict[str, Measure]:
    """Every indicator as far as today's data can feed it, counted as a rubric says."""
    counting = rubric.counting
    return {
        **service(session, code, period, rubric),
        **_fees(session, code, period),
        "D1": _fund_compliance(session, code, period),
        "D2": _revenue(session, code, period),
        "D3": reconciled(session, code, period, counting.reconciled_working_days),
        "D4": _vouchers(session, code, period),
        "E1": _disclosures(session, code, period, counting.half_marks_working_days),
        **{key: Measure(None, 0, zh, en, unheld=True) for key, (zh, en) in NOT_YET.items()},
    }


NOT_YET = {
    "B1": ("本系统还不能登记满意度问卷", "this system cannot hold surveys yet"),
    "B3": ("本系统还不能登记业主询问", "this system cannot hold owners' inquiries yet"),
    "B4": ("本系统还不能登记满意度问卷", "this system cannot hold surveys yet"),
    "D5": ("本系统还不能登记疑点整改", "this system cannot hold findings and their rectification yet"),
    "E2": ("本系统还不能登记对公示的异议", "this system cannot hold objections to notices yet"),
    "F2": ("本系统还不能登记养护计划", "this system cannot hold maintenance plans yet"),
}
"""What this product cannot hold yet: said of the product, never of the community."""


def _fees(session: Session, code: str, period: Period) -> dict[str, Measure]:
    now = collection(session, code, period, period.last)
    before = collection(session, code, period.before, period.before.last)
    issued = (
        select(Charge.home, Charge.month)
        .where(
            Charge.community == code,
            col(Charge.month) >= str(period.start),
            col(Charge.month) <= str(period.end),
        )
        .distinct()
        .subquery()
    )
    bills = session.exec(select(func.count()).select_from(issued)).one()
    wrong = put_right(session, code, period.first, period.last)
    return {
        "C1": _share(
            now.received_fen,
            now.charged_fen - now.waived_fen,
            now.homes,
            "实收当期 ÷ 净应收当期，截至期末",
            "received for the period over its net charges",
            before=before.cr1,
        ),
        "C2": _share(
            now.arrears_received_fen,
            now.arrears_opening_fen,
            int(now.arrears_opening_fen > 0),
            "本期收回的历史欠费 ÷ 期初欠费" if now.cr2 is not None else "期初没有欠费，不评",
            "arrears recovered over opening arrears"
            if now.cr2 is not None
            else "there were no opening arrears",
        ),
        "C3": counted(
            max(0, bills - wrong),
            bills,
            "张账单没有因收错被冲回、退还或减免",
            "bills were neither reversed nor given back nor cut for an error",
        ),
    }


def _share(part: int, whole: int, base: int, zh: str, en: str, *, before: Fraction | None = None) -> Measure:
    if whole <= 0:
        return Measure(None, base, zh, en, before=before)
    return mean([(part, whole)], base, zh, en, before=before)


def _fund_compliance(session: Session, code: str, period: Period) -> Measure:
    """Half by count, half by amount: passed vote or emergency, approval and acceptance by others, shares add up."""
    rows = session.execute(
        select(Project, Motion.passed, func.coalesce(func.sum(Share.charged_fen), 0))
        .join(Entry, (col(Entry.community) == Project.community) & (col(Entry.no) == Project.paid_entry))
        .join(
            Motion,
            (col(Motion.community) == Project.community)
            & (col(Motion.code) == Project.motion)
            & (col(Motion.state) == MotionState.CLOSED),  # what a court annulled has passed nothing
            isouter=True,
        )
        .join(
            ProjectPayment,
            (col(ProjectPayment.community) == Project.community)
            & (col(ProjectPayment.project) == Project.code)
            & stands(),
            isouter=True,
        )
        .join(
            Share,
            (col(Share.community) == ProjectPayment.community)
            & (col(Share.project) == ProjectPayment.project)
            & (col(Share.payment) == ProjectPayment.no),
            isouter=True,
        )
        .where(
            Project.community == code,
            col(Entry.booked_on) >= period.first,
            col(Entry.booked_on) <= period.last,
        )
        .group_by(col(Project.community), col(Project.code), col(Motion.passed))
    ).all()
    if not rows:
        return Measure(None, 0, "本期没有使用维修资金，不评", "the fund paid for nothing in the period")
    good = [
        p
        for p, passed, charged in rows
        if (passed or p.emergency)
        and p.approved_by not in (None, p.proposed_by)
        and p.accepted_by not in (None, p.proposed_by)
        and charged == p.paid_fen
        and (p.paid_fen or 0) <= max(p.approved_fen or 0, p.settled_fen or 0)
    ]
    paid = sum(p.paid_fen or 0 for p, *_ in rows)
    return mean(
        [(len(good), len(rows)), (sum(p.paid_fen or 0 for p in good), paid)],
        len(rows),
        f"{len(good)} / {len(rows)} 笔支出通过全部核查（笔数、金额各半）",
        f"{len(good)} of {len(rows)} payments passed every check (count and amount, half each)",
    )


def _revenue(session: Session, code: str, period: Period) -> Measure:
    running = streams(session, code, period)
    if not running:
        return Measure(None, 0, "没有登记公共收益合同", "no revenue contract is registered", missing=True)
    parts, zh, en = [], [], []
    received, due = received_share((s.received_fen, s.due_fen) for s in running)
    if due:
        parts.append((received, due))
        zh.append("应收租金到账率")
        en.append("instalments received")
    remitted, owed = _remitted(session, code, period)
    if owed:
        parts.append((remitted, owed))
        zh.append("按时转入维修资金率")
        en.append("paid into the fund on time")
    if not parts:
        return Measure(None, 0, "本期没有到期的租金和应转维修资金", "nothing fell due in the period")
    return mean(parts, len(running), "、".join(zh), ", ".join(en))


def _remitted(session: Session, code: str, period: Period) -> tuple[int, int]:
    """Of the shares that fell due to the fund in a period: what was paid in time, and what was due."""
    shares = falling_due(session, code, period.first, period.last)
    return sum(min(s.due_fen, s.on_time_fen) for s in shares), sum(s.due_fen for s in shares)


def _vouchers(session: Session, code: str, period: Period) -> Measure:
    rows = session.execute(
        select(col(Project.invoice_no), col(Project.accepted_on), col(Project.motion))
        .join(Entry, (col(Entry.community) == Project.community) & (col(Entry.no) == Project.paid_entry))
        .where(
            Project.community == code,
            col(Entry.booked_on) >= period.first,
            col(Entry.booked_on) <= period.last,
        )
    ).all()
    costs = session.exec(
        select(func.count())
        .select_from(Entry)
        .where(
            Entry.community == code,
            Entry.kind == "revenue.cost",
            col(Entry.booked_on) >= period.first,
            col(Entry.booked_on) <= period.last,
        )
    ).one()
    unproved = session.exec(
        select(func.count())
        .select_from(CostClaim)
        .where(
            CostClaim.community == code,
            col(CostClaim.claimed_on) >= period.first,
            col(CostClaim.claimed_on) <= period.last,
        )
    ).one()
    complete = sum(bool(invoice and accepted) for invoice, accepted, _ in rows) + costs
    return counted(
        complete,
        len(rows) + costs + unproved,
        "笔支出有票据和验收（声称而拿不出票据的也算支出）",
        "expenses have their voucher and acceptance (those claimed without proof count as well)",
    )


def _disclosures(session: Session, code: str, period: Period, half_within: int) -> Measure:
    """The disclosures that fell due in the period: 1 on time, 1/2 up to ``half_within`` working days late, else 0."""
    decided = decided_days(session, community(session, code).area)
    owed = dues(session, code, period.first, period.last)
    if not owed:
        return Measure(None, 0, "本期没有到期的公示事项", "no disclosure fell due in the period")
    half_marks = sum(
        _half_marks(due.published_on, due.on, plus_working_days(due.on, half_within, decided)) for due in owed
    )
    return mean(
        [(half_marks, 2 * len(owed))],
        len(owed),
        f"{len(owed)} 项到期公示（按时 1、迟 {half_within} 个工作日内 0.5、否则 0）",
        f"{len(owed)} due disclosures (1 on time, 0.5 up to {half_within} working days late, else 0)",
    )


def _half_marks(published_on: date | None, due_on: date, half_until: date) -> int:
    if published_on is None or published_on > half_until:
        return 0
    return 2 if published_on <= due_on else 1
