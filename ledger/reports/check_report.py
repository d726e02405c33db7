"""账目核查报告: what the system can check of a half-year by itself, and what it cannot.

It is made from the published figures, when there are some, and puts them beside the same figures
taken from the books again. It is not the report of an accountant and says so in its title. It names no
person and no home; whether two steps were two people's is said, not who they were.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlmodel import Session

from ledger.community.queries import kept_day, profile, since_opening
from ledger.disclosure.accounts_queries import gather
from ledger.disclosure.due_queries import dues
from ledger.findings.queries import candidates
from ledger.findings.rules import Flag
from ledger.fund.statements_01_02_03 import COLUMNS_02, EXPENSE, of_the_period
from ledger.fund.uses.payment_queries import shares
from ledger.fund.uses.queries import projects
from ledger.fund.uses.tables import Project
from ledger.journal.queries import accounts, books, entry, trial_balance
from ledger.journal.rules import DEBIT_NORMAL, TrialRow
from ledger.log.note import parse_checkpoint, parse_note
from ledger.log.queries import head, latest_signed
from ledger.log.signer import Signer, held_to_its_key
from ledger.noticeboard.queries import attachments, notice, notices
from ledger.noticeboard.rules import STANDING, NewAttachment, canonical_body
from ledger.noticeboard.tables import Notice
from ledger.periods import SHANGHAI, Period, check_begun, day_in_shanghai
from ledger.repairs.queries import reported_between
from ledger.repairs.rules import State
from ledger.reports import charts, frames, sankey
from ledger.reports.check_rules import (
    Check,
    Duty,
    Figures,
    PeriodChecks,
    Step,
    Trail,
    compared,
    concerns,
    differences,
    duty,
    project_steps,
)
from ledger.reports.paper import page, qr_code
from ledger.reports.pdf import render_pdf
from ledger.reports.queries import projects_paid, written
from ledger.reports.sheets import csv_bytes
from ledger.reports.statements import prepared_by
from ledger.reports.words import bare_yuan
from ledger.revenue.queries import booked_income, quarter
from ledger.revenue.remittance.queries import share
from ledger.votes.queries import count, motion
from ledger.votes.rules import MotionState

REPAIRS = EXPENSE[0][0]
MOST_PROJECTS = 12
"""The sample: the projects of the period with the largest amounts."""

IN_SECTION_SEVEN = frozenset({Flag.NOT_BOOKED, Flag.LATE_REMITTANCE})
"""Flags over what section seven shows already, contract by contract and quarter by quarter."""

CHARTS = {
    "fund": charts.fund_by_month,
    "money": charts.money_in_out,
    "tickets": charts.tickets_by_category,
    "sources": charts.funding_sources,
    "flows": sankey.flows_wide,
}


def render(
    session: Session,
    community: str,
    period: Period,
    *,
    fonts: Path,
    page_url: str,
    at: datetime,
    signer: Signer | None = None,
) -> bytes:
    """The check report of a half-year as a PDF, with its figures and the trial balances attached.

    Raises:
        NoCommunity, and FiguresDoNotFoot when a stream does not add up. PeriodToCome: it has not begun.
        BeforeOpening: it is over before the books begin.
        KeyOfLogForged: the log's head names another key than the signer's.
    """
    facts = _facts(session, community, period, at, signer)
    body, trial = facts["body"], facts["trial"]
    return render_pdf(
        _page(facts, page_url),
        fonts=fonts,
        identifier=sha256(f"{community}/{period}/{at.isoformat()}".encode() + body).hexdigest(),
        attachments=[
            NewAttachment("figures.json", "application/json", body),
            NewAttachment("trial-balances.csv", "text/csv", _trial_csv(trial)),
        ],
    )


def render_html(session: Session, community: str, period: Period, *, page_url: str, at: datetime) -> str:
    """The same as the page that is printed.

    Raises:
        as ``render``.
    """
    return _page(_facts(session, community, period, at, None), page_url)


def _page(facts: Mapping[str, Any], page_url: str) -> str:
    return page(
        "check_report.html",
        **facts,
        charts={name: draw(facts["f"]) for name, draw in CHARTS.items()},
        page_url=page_url,
        qr=qr_code(page_url),
    )


def _facts(
    session: Session, community: str, period: Period, at: datetime, signer: Signer | None
) -> dict[str, Any]:
    today = day_in_shanghai(at)
    check_begun(period, today)
    period = since_opening(session, community, period)
    board = [notice for notice in notices(session, community) if notice.kind != STANDING]
    published = _newest(session, community, board, period)
    gathered = gather(session, community, period, today)
    body = published.body if published else canonical_body(gathered)
    figures = json.loads(body)
    trial = [
        (book, trial_balance(session, community, book.code, period.start, period.end))
        for book in books(session, community)
    ]
    sample = _sample(session, community, figures)
    duties = _duties(session, community, board, period, today)
    changed = differences(figures, gathered) if published else []
    paid = projects_paid(session, community, period)
    checks = _checks(session, community, period, gathered, paid)
    closed_through = head(session, community).closed_through
    closed = closed_through >= str(period.end)
    return {
        "f": figures,
        "body": body,
        "published": published,
        "stays_until": kept_day(session, community, published.must_stay_until) if published else None,
        "files": [(publication, attachments(session, publication)) for publication in board],
        "period": str(period),
        "at": at,
        "until": min(period.last, today),
        "prepared_by": prepared_by(session, community, min(period.last, today)),
        "closed": closed,
        "closed_through": closed_through,
        "written": written(session, community, period),
        "trial": trial,
        "book_names": {book.code: book.zh for book, _ in trial},
        "moved": [(book, [row for row in rows if _moved(row)]) for book, rows in trial],
        "sample": sample,
        "times": _times(session, community, period),
        "duties": duties,
        "changed": changed,
        "compared": compared(figures),
        "checks": checks,
        "signed": _signed(session, community, signer),
        "concerns": concerns(
            figures,
            PeriodChecks(
                checks=checks,
                changed=changed,
                projects=sample,
                duties=duties,
                unlisted=_unlisted(figures, paid),
                flagged=[
                    candidate
                    for candidate in candidates(session, community, period.first, period.last)
                    if candidate.flag not in IN_SECTION_SEVEN
                ],
                overdue=_overdue(session, community, figures, today),
                closed=closed,
            ),
        ),
    }


def _newest(session: Session, community: str, board: Sequence[Notice], period: Period) -> Notice | None:
    on_board = any(
        (publication.kind, publication.period) == (period.kind, str(period)) for publication in board
    )
    return notice(session, community, period.kind, str(period)) if on_board else None


def _sample(session: Session, community: str, figures: Figures) -> list[tuple[Figures, list[Step]]]:
    """The largest projects of the period with their steps."""
    known = {project.code: project for project in projects(session, community)}
    shown = [project for project in figures["fund"]["projects"] if project["code"] in known]
    shown.sort(key=lambda project: (-(project["paid_fen"] or project["budget_fen"]), project["code"]))
    return [
        (project, project_steps(project, _trail(session, known[project["code"]])))
        for project in shown[:MOST_PROJECTS]
    ]


def _trail(session: Session, project: Project) -> Trail:
    voted = motion(session, project.community, project.motion) if project.motion else None
    borne = shares(session, project.community, project.code)
    return Trail(
        proposed_on=project.proposed_on,
        vote_closed_on=day_in_shanghai(voted.closed_at) if voted and voted.closed_at else None,
        approved_by_another=project.approved_by not in (None, project.proposed_by),
        accepted_by_another=project.accepted_by not in (None, project.proposed_by),
        paid_on=entry(session, project.community, project.paid_entry).booked_on
        if project.paid_entry
        else None,
        invoiced=bool(project.invoice_no),
        shares_fen=sum(share.share_fen for share in borne),
        charged_fen=sum(share.charged_fen for share in borne),
        shortfall_fen=sum(share.shortfall_fen for share in borne),
        tally=count(session, project.community, voted.code)
        if voted and voted.state is not MotionState.OPEN
        else None,
    )


def _unlisted(figures: Figures, paid: Sequence[Project]) -> list[str]:
    """The projects that were paid for in the period and are not among the disclosed ones."""
    listed = {project["code"] for project in figures["fund"]["projects"]}
    return [project.title for project in paid if project.code not in listed]


def _duties(
    session: Session, community: str, board: Sequence[Notice], period: Period, today: date
) -> list[Duty]:
    """What falls due to be disclosed from the period's first day until two months after it."""
    owed = dues(session, community, period.first, period.end.plus(2).last)
    accounts_of = Counter(of for notice in board if (of := Period.parse(notice.period)).kind == notice.kind)
    return [duty(due, _versions(accounts_of, Period.parse(due.period)), today) for due in owed]


def _versions(of: Mapping[Period, int], due: Period) -> int:
    """How many versions stand of the accounts that tell of a period: its own, else of the shortest that holds it."""
    holding = [period for period in of if period.first <= due.first and due.last <= period.last]
    return of[min(holding, key=lambda period: len(period.months))] if holding else 0


def _overdue(session: Session, community: str, figures: Figures, today: date) -> list[str]:
    """The quarters whose share for the fund is past its day and not paid by now, whatever was published before."""
    quarters = [published["quarter"] for published in figures["revenue"]["quarters"]]
    owing = [share(session, community, Period.parse(quarter_of)) for quarter_of in quarters]
    return [
        quarter_of
        for quarter_of, owed in zip(quarters, owing, strict=True)
        if owed.paid_fen < owed.due_fen and today > owed.due_on
    ]


def _checks(
    session: Session, community: str, period: Period, figures: Figures, paid: Sequence[Project]
) -> list[Check]:
    """The registers beside the accounts that should say the same."""
    fee = figures["fee"]
    codes = accounts(session, community, "fee")
    owed = {row.account: row for row in trial_balance(session, community, "fee", period.start, period.end)}
    left = (
        fee["arrears_opening_fen"] + fee["charged_fen"] - fee["waived_fen"]
        - fee["received_fen"] - fee["arrears_received_fen"]
    )  # fmt: skip
    return [
        Check("期末未收物业费", "按逐户应收、实收登记", "科目余额（应收物业费）", left, owed[codes["receivable"]].closing_fen),
        Check(
            "本期公共收益收入", "按合同到账登记", "科目发生额（收入类）",
            quarter(session, community, period).receipts_fen, booked_income(session, community, period),
        ),
        Check(
            "本期维修支出", "按项目付款登记", "收支表（维修支出）",
            sum(project.paid_fen or 0 for project in paid),
            next(line["fen"][COLUMNS_02.index(of_the_period)] for line in figures["fund"]["statement_02"] if line["zh"] == REPAIRS),
        ),
    ]  # fmt: skip


def _times(session: Session, community: str, period: Period) -> list[frames.Times]:
    first = datetime.combine(period.first, time(), SHANGHAI)
    end = datetime.combine(period.last + timedelta(days=1), time(), SHANGHAI)
    least = profile(session, community, period.last)["disclosure.least_cell"]
    reported = reported_between(session, community, first, end)
    return frames.times_by_priority([t for t in reported if t.state is not State.REJECTED], end, least)


def _signed(session: Session, community: str, signer: Signer | None) -> dict[str, Any] | None:
    """The newest signed checkpoint: its text, what it says, and the key that signed it."""
    checkpoint = latest_signed(session, community)
    if checkpoint is None:
        return None
    held_to_its_key(checkpoint, signer)
    text = parse_note(checkpoint.note).text
    return {
        "note": checkpoint.note,
        "vkey": checkpoint.vkey,
        "at": checkpoint.signed_at,
        "says": parse_checkpoint(text),
    }


def _moved(row: TrialRow) -> bool:
    return bool(row.opening_fen or row.debit_fen or row.credit_fen)


def _trial_csv(trial: Sequence[tuple[Any, Sequence[TrialRow]]]) -> bytes:
    return csv_bytes(
        ("账套", "科目", "名称", "余额方向", "期初余额", "借方发生额", "贷方发生额", "期末余额"),
        (
            (
                book.code,
                row.account,
                row.zh,
                "借" if row.element in DEBIT_NORMAL else "贷",
                *map(bare_yuan, (row.opening_fen, row.debit_fen, row.credit_fen, row.closing_fen)),
            )
            for book, rows in trial
            for row in rows
        ),
    )
