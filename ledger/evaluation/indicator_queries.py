"""What was measured of a firm in a period, indicator by indicator; and why where nothing could be.

A further indicator is a line of a new version of the rubric (in `rubrics`, chosen by `ledger.evaluation.actions.RUBRIC`; a
version by which scores were published is never changed) and its measure in `measures` here.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from hashlib import sha256
from json import loads
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import community, decided_days, profile
from ledger.evaluation.rules import Counting, Measure, Rubric
from ledger.evaluation.tables import Evaluation
from ledger.fees.queries import collection
from ledger.fees.tables import Charge
from ledger.fund.uses.payment_queries import stands
from ledger.fund.uses.payment_tables import ProjectPayment, Share
from ledger.fund.uses.tables import Project
from ledger.journal.queries import entry
from ledger.journal.tables import Closing, Entry
from ledger.log.queries import head
from ledger.noticeboard.tables import Notice
from ledger.periods import SHANGHAI, Month, Period, day_in_shanghai, plus_working_days
from ledger.repairs.queries import reported_between
from ledger.repairs.rules import Category, Priority, Route, State
from ledger.repairs.tables import Ticket
from ledger.revenue.queries import streams
from ledger.revenue.remittance.queries import falling_due
from ledger.revenue.rules import received_share
from ledger.votes.rules import MotionState
from ledger.votes.tables import Motion

COMPLAINT_DAYS = "complaint_answer_days"


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
    least_rated = next(indicator.least_base for indicator in rubric.indicators if indicator.id == "B2")
    first = datetime.combine(period.first, time(), SHANGHAI)
    last = datetime.combine(period.last + timedelta(days=1), time(), SHANGHAI)
    tickets = [t for t in reported_between(session, code, first, last) if t.state is not State.REJECTED]
    return {
        **_service(tickets, last, _complaint_days(session, code, period), counting),
        "B2": _satisfaction(tickets, counting.satisfied_from, least_rated),
        **_fees(session, code, period),
        "D1": _fund_compliance(session, code, period),
        "D2": _revenue(session, code, period),
        "D4": _vouchers(session, code, period),
        "E1": _disclosures(session, code, period, counting.half_marks_working_days),
        **{key: Measure(None, 0, zh, en) for key, (zh, en) in NOT_YET.items()},
    }


NOT_YET = {
    "B1": ("本系统还不能登记满意度问卷", "this system cannot hold surveys yet"),
    "B3": ("本系统还不能登记业主询问", "this system cannot hold owners' inquiries yet"),
    "B4": ("本系统还不能登记满意度问卷", "this system cannot hold surveys yet"),
    "D3": ("本系统还没有把银行逐月对账计入评价", "this system does not score monthly reconciliations yet"),
    "D5": ("本系统还不能登记疑点整改", "this system cannot hold findings and their rectification yet"),
    "E2": ("本系统还不能登记异议", "this system cannot hold objections yet"),
    "F2": ("本系统还不能登记养护计划", "this system cannot hold maintenance plans yet"),
}


def _complaint_days(session: Session, code: str, period: Period) -> int:
    return int(profile(session, code, period.last)[COMPLAINT_DAYS])


def _counted(good: int, base: int, zh: str, en: str) -> Measure:
    if not base:
        return Measure(
            None, 0, f"本期没有可评的事项（{zh}），不评", f"nothing to assess in the period ({en})"
        )
    return Measure(Fraction(good, base), base, f"{good} / {base} {zh}", f"{good} of {base} {en}")


def _service(
    tickets: Sequence[Ticket], end: datetime, complaint_days: int, counting: Counting
) -> dict[str, Measure]:
    urgent = [
        t for t in tickets if t.priority in (Priority.P1, Priority.P2) and t.arrive_by and t.arrive_by < end
    ]
    ordinary = [t for t in tickets if t.priority is Priority.P3 and t.done_by and t.done_by < end]
    finished = [t for t in tickets if t.done_at]
    asked = [t for t in finished if _needs_follow_up(t, counting.follow_up_tenths)]
    limit = timedelta(days=complaint_days)
    complaints = [t for t in tickets if t.category is Category.COMPLAINT and t.reported_at + limit < end]
    warranty = [t for t in tickets if t.route is Route.WARRANTY]
    return {
        "A1": _counted(
            sum(bool(t.arrived_at and t.arrive_by and t.arrived_at <= t.arrive_by) for t in urgent),
            len(urgent), "起急修按时到场", "urgent tickets reached in time",
        ),
        "A2": _counted(
            sum(bool(t.done_at and t.done_by and t.done_at <= t.done_by) for t in ordinary),
            len(ordinary), "起一般维修按时完成", "ordinary tickets done in time",
        ),
        "A3": _counted(sum(t.reopened for t in finished), len(finished), "起完工后返修", "finished tickets reopened"),
        "A4": _counted(
            sum(t.followed_up_by is not None for t in asked),
            len(asked), "起应回访工单已回访", "tickets due for a follow-up visit had one",
        ),
        "A5": _counted(
            sum(bool(t.done_at and t.done_at <= t.reported_at + limit and not t.reopened) for t in complaints),
            len(complaints), f"件投诉在 {complaint_days} 日内办结", f"complaints closed within {complaint_days} days",
        ),
        "F1": _counted(
            sum(t.done_at is not None for t in warranty), len(warranty), "起保修期内缺陷已由保修单位修复", "defects under warranty were repaired",
        ),
    }  # fmt: skip


def _satisfaction(tickets: Sequence[Ticket], least: int, least_rated: int) -> Measure:
    """How many repairs got so good a rating; after many repairs those that lack to ``least_rated`` ratings count as none.

    So nothing is gained by few being asked: only few repairs are a reason not to assess.
    """
    rated = [t.rating for t in tickets if t.rating is not None]
    base = max(len(rated), min(least_rated, sum(t.done_at is not None for t in tickets)))
    lacking = base - len(rated)
    return _counted(
        sum(rating >= least for rating in rated),
        base,
        f"张工单评 {least} 分以上" + (f"（完工后少评的 {lacking} 张按没有评到计）" if lacking else ""),
        f"rated tickets got {least} or more"
        + (f" ({lacking} that nobody rated count as not)" if lacking else ""),
    )


def _needs_follow_up(ticket: Ticket, tenths: int) -> bool:
    """All urgent, reopened and complaints; of the ordinary so many in ten, drawn by digest."""
    if ticket.priority is not Priority.P3 or ticket.reopened or ticket.category is Category.COMPLAINT:
        return True
    drawn = sha256(f"{ticket.community}/{ticket.no}".encode()).digest()[0]
    return drawn % 10 < tenths


def _fees(session: Session, code: str, period: Period) -> dict[str, Measure]:
    now = collection(session, code, period, period.last)
    before = collection(session, code, period.before, period.before.last)
    bills = session.exec(
        select(func.count())
        .select_from(Charge)
        .where(
            Charge.community == code,
            col(Charge.month) >= str(period.start),
            col(Charge.month) <= str(period.end),
        )
    ).one()
    wrong = session.exec(
        select(func.count())
        .select_from(Charge)
        .join(Entry, (col(Entry.community) == Charge.community) & (col(Entry.reverses_no) == Charge.entry_no))
        .where(
            Charge.community == code,
            col(Entry.booked_on) >= period.first,
            col(Entry.booked_on) <= period.last,
        )
    ).one()
    return {
        "C1": Measure(
            now.cr1,
            now.homes,
            "实收当期 ÷ 净应收当期，截至期末",
            "received for the period over its net charges",
            before=before.cr1,
        ),
        "C2": Measure(
            now.cr2,
            int(now.arrears_opening_fen > 0),
            "本期收回的历史欠费 ÷ 期初欠费" if now.cr2 is not None else "期初没有欠费，不评",
            "arrears recovered over opening arrears"
            if now.cr2 is not None
            else "there were no opening arrears",
        ),
        "C3": _counted(max(0, bills - wrong), bills, "张账单无差错更正", "bills needed no correction"),
    }


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
    share = (Fraction(len(good), len(rows)) + Fraction(sum(p.paid_fen or 0 for p in good), paid)) / 2
    return Measure(
        share,
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
        parts.append(Fraction(received, due))
        zh.append("应收租金到账率")
        en.append("instalments received")
    remitted, owed = _remitted(session, code, period)
    if owed:
        parts.append(Fraction(remitted, owed))
        zh.append("按时转入维修资金率")
        en.append("paid into the fund on time")
    if not parts:
        return Measure(None, 0, "本期没有到期的租金和应转维修资金", "nothing fell due in the period")
    return Measure(sum(parts, Fraction(0)) / len(parts), len(running), "、".join(zh), ", ".join(en))


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
    complete = sum(bool(invoice and accepted) for invoice, accepted, _ in rows) + costs
    return _counted(
        complete, len(rows) + costs, "笔支出有票据和验收", "expenses have their voucher and acceptance"
    )


def _disclosures(session: Session, code: str, period: Period, half_within: int) -> Measure:
    """The half-year disclosures that fell due in the period: 1 on time, 1/2 up to ``half_within`` working days late, else 0.

    A half-year that began before the ledger did could not be disclosed from it and does not count.
    """
    days = profile(session, code, period.last)["disclosure.due_days_after_period"]
    decided = decided_days(session, community(session, code).area)
    published = {
        p: day_in_shanghai(at)
        for p, at in session.execute(
            select(Notice.period, Notice.published_at).where(
                Notice.community == code, Notice.kind == "half-year", Notice.version == 1
            )
        )
    }
    began = day_in_shanghai(entry(session, code, 1).posted_at)
    points, due = Fraction(0), 0
    half_year = period.before
    for _ in range(4):
        due_on = half_year.last + timedelta(days=days)
        if period.first <= due_on <= period.last and began <= half_year.first:
            due += 1
            points += _timeliness(
                published.get(str(half_year)), due_on, plus_working_days(due_on, half_within, decided)
            )
        half_year = half_year.before
    if not due:
        return Measure(None, 0, "本期没有到期的公示事项", "no disclosure fell due in the period")
    return Measure(
        points / due,
        due,
        f"{due} 项到期公示（按时 1、迟 {half_within} 个工作日内 0.5、否则 0）",
        f"{due} due disclosures (1 on time, 0.5 up to {half_within} working days late, else 0)",
    )


def _timeliness(published_on: date | None, due_on: date, half_until: date) -> Fraction:
    if published_on is None or published_on > half_until:
        return Fraction(0)
    return Fraction(1) if published_on <= due_on else Fraction(1, 2)
