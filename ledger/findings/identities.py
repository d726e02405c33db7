"""The control identities I1–I10: what the books must add up to."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.accounts.queries import approved
from ledger.community.queries import community as community_of
from ledger.fund.queries import balances_by_role, flows, moved_into_fund, statements
from ledger.fund.statements_01_02_03 import COLUMNS_02, year_start, year_to_date
from ledger.fund.uses.payment_queries import payments
from ledger.fund.uses.payment_rules import Stage, asked
from ledger.fund.uses.payment_tables import ProjectPayment, Share
from ledger.fund.uses.queries import projects
from ledger.fund.uses.tables import Project
from ledger.intake.queries import statement_lines
from ledger.intake.reconciliation.queries import confirmed, items_of
from ledger.journal.queries import (
    accounts,
    books,
    called,
    closing_balances,
    elements,
    held,
    trial_balance,
    turnover_by_kind,
)
from ledger.journal.rules import CARRIED_OVER, Draft, Element
from ledger.journal.tables import Balance, Entry, Movement
from ledger.log.leaf import Json
from ledger.periods import Month, Period
from ledger.words import told, yuan


class Identity(NamedTuple):
    """One identity: whether it holds, None when today's data cannot say, and the figures behind it in Chinese and English."""

    id: str
    zh: str
    en: str
    holds: bool | None
    note: str
    note_en: str


def _both(figures: str, more: tuple[str, str] | None = None) -> tuple[str, str]:
    """Figures that read the same in Chinese and in English, and what is added to them in each."""
    zh, en = more or ("", "")
    return figures + zh, figures + en


def identities(session: Session, community: str, period: Period) -> list[Identity]:
    """All ten, for a period whose months are closed."""
    return [
        _i1(session, community, period),
        *_statements(session, community, period),
        _i6(session, community, period),
        _i7(session, community, period),
        _i8(session, community, period),
        _i9(session, community),
        _i10(session, community, period),
    ]


def _i1(session: Session, community: str, period: Period) -> Identity:
    rows = session.execute(
        select(Balance.book, func.sum(Balance.debit_fen), func.sum(Balance.credit_fen))
        .where(Balance.community == community, col(Balance.month) <= str(period.end))
        .group_by(Balance.book)
        .order_by(Balance.book)
    ).all()
    footed = [
        (called(session, community, book), f"{yuan(int(debit))} = {yuan(int(credit))}")
        for book, debit, credit in rows
    ]
    return Identity(
        "I1",
        "每个账套借方合计等于贷方合计",
        "Debits equal credits in every book",
        all(debit == credit for _, debit, credit in rows),
        "；".join(f"{told(book, 'zh')} {sums}" for book, sums in footed),
        "; ".join(f"{told(book, 'en')} {sums}" for book, sums in footed),
    )


def _statements(session: Session, community: str, period: Period) -> list[Identity]:
    s01, s02, s03 = statements(session, community, period)
    of01 = {line.zh: line.figures for line in s01}
    of02 = {line.zh: line.figures for line in s02}
    of03 = {line.zh: line.figures for line in s03}
    to_date = COLUMNS_02.index(year_to_date)
    year = year_start(period, community_of(session, community).opened_on)
    carried = _carried_over(session, community, year.first, period.last)
    sealed = _sealed_net_assets(session, community, year.plus(-1))
    income, expense, difference = (
        of02[name] for name in ("一、本期收入", "二、本期支出", "三、本期收支差额")
    )
    assets, funded = of01["资产总计"][1], of01["负债和净资产总计"][1]
    end = of03["五、本年年末余额"]
    closing = (
        of01["其中：商品住宅维修资金"][1],
        of01["已售公有住房维修资金"][1],
        of01["待分配累计收益"][1],
        of01["净资产合计"][1],
    )
    return [
        Identity("I2", "资产总计 = 负债合计 + 净资产合计", "Assets equal liabilities plus net assets",
                 assets == funded, *_both(f"{yuan(assets)} = {yuan(funded)}")),
        Identity("I3", "收支差额 = 收入 − 支出；累计数 = 各月结转之和", "Difference equals income less expenditure; the year to date equals what its months carried over",
                 all(d == i - e for d, i, e in zip(difference, income, expense, strict=True)) and carried == difference[to_date],
                 *_both(f"{yuan(income[to_date])} − {yuan(expense[to_date])} = {yuan(carried)}")),
        Identity("I4", "净资产变动表：五 = 三 + 四；合计 = 各栏之和；分配合计为零；上年年末余额 = 上年结账数", "Net-asset statement foots and cross-foots; distributions sum to nought; it opens as last year was sealed",
                 all(a + b == c for a, b, c in zip(of03["三、本年年初余额"], of03["四、本年变动金额"], end, strict=True))
                 and end[3] == sum(end[:3]) and of03["（二）本年分配累计收益"][3] == 0
                 and of03["（一）本年收支差额"][3] == difference[to_date]
                 and sealed in (None, of03["一、上年年末余额"]),
                 *_both(f"{yuan(of03['三、本年年初余额'][3])} + {yuan(of03['四、本年变动金额'][3])} = {yuan(end[3])}")),
        Identity("I5", "净资产变动表年末余额 = 资产负债表期末净资产", "Closing net assets agree in both statements",
                 end == closing, *_both(f"{yuan(end[3])} = {yuan(closing[3])}")),
    ]  # fmt: skip


def _carried_over(session: Session, community: str, first: date, last: date) -> int:
    """What closing entries have brought into the fund's net assets between two days, in fen."""
    net = {code for code, kind in elements(session, community, "fund").items() if kind is Element.NET}
    return sum(
        fen * ((credit in net) - (debit in net))
        for (kind, debit, credit), fen in turnover_by_kind(session, community, "fund", first, last).items()
        if kind == CARRIED_OVER
    )


def _sealed_net_assets(session: Session, community: str, month: Month) -> tuple[int, int, int, int] | None:
    """The net assets as a month was sealed with: commodity, sold public, gains, all; None when it was not."""
    sealed = {
        r.account: r.closing_fen for r in closing_balances(session, community, month) if r.book == "fund"
    }
    if not sealed:
        return None
    codes = accounts(session, community, "fund")
    public = sealed[codes["public_seller"]] + sealed[codes["public_owner"]]
    parts = sealed[codes["commodity"]], public, sealed[codes["gains"]]
    return (*parts, sum(parts))


def _i6(session: Session, community: str, period: Period) -> Identity:
    balances = balances_by_role(session, community, period.end)
    funds = balances["commodity"] + balances["public_seller"] + balances["public_owner"]
    units = sum(held(session, community, "fund", "unit").values())
    sellers = sum(held(session, community, "fund", "seller").values())
    later = _moved_after(session, community, period)
    return Identity(
        "I6",
        "维修资金 = 各户分账之和 + 售房单位分账之和",
        "The fund equals the homes' parts plus the selling units' parts",
        funds + later == units + sellers,
        *_both(
            f"{yuan(funds)} = {yuan(units + sellers - later)}",
            (f"（期后变动 {yuan(later)} 已扣除）", f" (less {yuan(later)} moved since)") if later else None,
        ),
    )


def _moved_after(session: Session, community: str, period: Period) -> int:
    """What has moved on the homes' and selling units' parts since the period ended, in fen."""
    first, last = period.end.plus(1).first, date(9999, 12, 31)
    later = flows(session, community, first, last)
    into = sum(later.get(role, 0) for role in ("deposits_commodity", "deposits_seller", "deposits_owner"))
    out = sum(
        later.get(f"{kind}_{whose}", 0)
        for kind in ("repairs", "refunds")
        for whose in ("commodity", "seller", "owner")
    )
    moved = (
        sum(moved_into_fund(session, community, first, last, source)[:2]) for source in ("gains", "bank")
    )
    return into - out + sum(moved)


def _i7(session: Session, community: str, period: Period) -> Identity:
    everything = flows(session, community, Month(1900, 1).first, period.last)
    credited = sum(
        everything.get(role, 0)
        for role in ("interest", "bond_interest", "operating", "scrap", "other_income")
    ) - everything.get("other_expense", 0)
    gains = balances_by_role(session, community, period.end)["gains"]
    since = Month(1900, 1).first
    shared = sum(moved_into_fund(session, community, since, period.last, "gains"))
    *_, taken_over = moved_into_fund(session, community, since, period.last, "bank")
    return Identity(
        "I7",
        "待分配累计收益 = 已入账收益 − 已分配收益",
        "Undistributed gains equal gains credited less gains distributed",
        gains == credited - shared + taken_over,
        *_both(
            f"{yuan(gains)} = {yuan(credited)} − {yuan(shared)}",
            (f"（划转 {yuan(taken_over)} 已计入）", f" (with {yuan(taken_over)} taken over)")
            if taken_over
            else None,
        ),
    )


def _i8(session: Session, community: str, period: Period) -> Identity:
    """Not checked only where no statement of a fund account was imported by the period's end."""
    roles = sorted({account.role for account in approved(session, community, "fund")})
    sealed = {role: {r.month: r for r in confirmed(session, community, "fund", role)} for role in roles}
    imported = bool(statement_lines(session, community, "fund", period.last)) or any(sealed.values())
    notes: list[tuple[str, str]] = []
    holds = True
    for role in roles if imported else []:
        sheet = sealed[role].get(str(period.end))
        if sheet is None:
            holds = False
            notes.append((f"{period.end} 尚未完成对账", f"{period.end} is not reconciled yet"))
            continue
        listed = sum(item.amount_fen for item in items_of(session, sheet))
        booked = balances_by_role(session, community, period.end)[role]
        holds &= booked == sheet.book_fen == sheet.bank_fen + listed
        notes.append(_both(f"{yuan(booked)} − {yuan(sheet.bank_fen)} = {yuan(listed)}"))
    return Identity(
        "I8",
        "账面银行存款 − 银行对账单余额 = 未达账项之和",
        "Bank per books less bank statement equals the listed reconciling items",
        holds if imported else None,
        "；".join(zh for zh, _ in notes) if imported else "本系统尚未导入维修资金专户对账单，未能核对",
        "; ".join(en for _, en in notes)
        if imported
        else "No statement of the fund's account has been imported, so this could not be checked",
    )


def _i9(session: Session, community: str) -> Identity:
    borne = {
        (code, no): (int(charged), int(cost))
        for code, no, charged, cost in session.execute(
            select(Share.project, Share.payment, func.sum(Share.charged_fen), func.sum(Share.share_fen))
            .where(Share.community == community)
            .group_by(Share.project, col(Share.payment))
        )
    }
    booked = {
        entry.no: (entry, int(fen))
        for entry, fen in session.execute(
            select(Entry, func.sum(Movement.amount_fen))
            .join(
                Movement, (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no)
            )
            .where(Entry.community == community, Entry.kind == "fund.paid")
            .group_by(Entry.community, col(Entry.no))
        )
    }
    paid: dict[str, list[ProjectPayment]] = {}
    for payment in payments(session, community):
        paid.setdefault(payment.project, []).append(payment)
    used = {use.code: use for use in projects(session, community)}
    wrong = []
    for code in sorted(paid.keys() | {use.code for use in used.values() if use.paid_entry}):
        of_use = paid.get(code, [])
        right = used[code].paid_fen == sum(bill.charged_fen for bill in of_use)
        for bill in of_use:
            entry, fen = booked[bill.entry_no]
            charged, cost = borne.get((code, bill.no), (0, 0))
            right &= bill.charged_fen == charged == fen and bill.amount_fen == cost
            right &= _asked_for(bill, entry, used[code])
        if not right:
            wrong.append(code)
    return Identity(
        "I9",
        "每个维修项目：分摊列支之和 = 账上实付；列支 + 待补交 = 账单金额",
        "For each project what was charged equals what the books paid, and with the shortfalls equals the bill",
        not wrong,
        f"{len(paid)} 个项目" + (f"，不符：{'、'.join(wrong)}" if wrong else "，全部相符"),
        f"Projects: {len(paid)}" + (f"; do not agree: {', '.join(wrong)}" if wrong else ", all agree"),
    )


def _asked_for(payment: ProjectPayment, entry: Entry, used: Project) -> bool:
    """Whether a bill is the one that was asked for: an entry keeps the digest of what its action was asked.

    A payment from before bills came in stages was asked with its bill and its payee alone.
    """
    held_back = used.retention_fen if payment.stage is Stage.FINAL else 0
    ways: tuple[dict[str, Json], ...] = (
        asked(payment.stage, payment.amount_fen, payment.payee, held_back),
        {"bill": payment.amount_fen, "payee": payment.payee},
    )
    return any(
        Draft(entry.kind, entry.booked_on, entry.key, entry.book, asked=way).asked_digest == entry.asked
        for way in ways
    )


def _i10(session: Session, community: str, period: Period) -> Identity:
    wrong, closed = [], 0
    for month in period.months:
        if not (rows := closing_balances(session, community, month)):
            continue  # it was closed together with a later one
        before = _at_end(session, community, month.plus(-1))
        closed += 1
        wrong += [
            f"{month} {r.book}/{r.account}"
            for r in rows
            if r.opening_fen != before.get((r.book, r.account), 0)
        ]
    return Identity(
        "I10",
        "下期期初余额 = 上期期末余额",
        "Each month opens with what the month before closed with",
        not wrong,
        f"{closed} 次结账" + (f"，不符：{'、'.join(wrong[:5])}" if wrong else "，全部相符"),
        f"Closings: {closed}" + (f"; do not agree: {', '.join(wrong[:5])}" if wrong else ", all agree"),
    )


def _at_end(session: Session, community: str, month: Month) -> dict[tuple[str, str], int]:
    """Every account at the end of a month: as it was sealed, or by the running rows when it was not closed alone."""
    sealed = closing_balances(session, community, month)
    if sealed:
        return {(row.book, row.account): row.closing_fen for row in sealed}
    return {
        (book.code, row.account): row.closing_fen
        for book in books(session, community)
        for row in trial_balance(session, community, book.code, Month(1900, 1), month)
    }
