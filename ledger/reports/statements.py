"""会住维01–03表 of one period, on paper and as a workbook (财会〔2020〕7号).

Rows and columns are declared in `ledger.fund.statements_01_02_03`. 01 and 02 are monthly and annual, 03 is annual: a month that
does not end a year goes without it. Where only one kind of housing is managed, 03 drops the other's column. The
figures are the books', read when the file is made; an open month is said to be open.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any

from sqlmodel import Session

from ledger.community.queries import acting_for_owners, since_opening
from ledger.community.queries import community as community_of
from ledger.fund.power_queries import keeper
from ledger.fund.queries import statements
from ledger.fund.rules import Keeper
from ledger.fund.statements_01_02_03 import COLUMNS_02, Line, of_the_period
from ledger.log.queries import head
from ledger.periods import Period, check_begun, day_in_shanghai
from ledger.reports.paper import page
from ledger.reports.pdf import render_pdf
from ledger.reports.words import STATEMENTS, day, shown_columns
from ledger.reports.workbook import Sheet, Yuan, xlsx_bytes
from ledger.words import word

OF_A_MONTH = "本月数"
NAMES = {"statement_01": "会住维01表", "statement_02": "会住维02表", "statement_03": "会住维03表"}


def statements_pdf(session: Session, community: str, period: Period, *, fonts: Path, at: datetime) -> bytes:
    """The statements of a period as a PDF; the same books at the same instant give the same bytes.

    Raises:
        NoCommunity, NoBook: there is no such community, or no fund in it. PeriodToCome: it has not begun.
        BeforeOpening: it is over before the books begin.
    """
    facts = _facts(session, community, period, at)
    html = page("statements.html", **facts, period=str(period), at=at)
    content = dumps([community, str(period), at.isoformat(), facts], default=str, sort_keys=True)
    return render_pdf(
        html,
        fonts=fonts,
        identifier=sha256(content.encode()).hexdigest(),
    )


def statements_xlsx(session: Session, community: str, period: Period, *, at: datetime) -> bytes:
    """The statements of a period as a workbook, a sheet each, amounts in yuan.

    Raises:
        NoCommunity, NoBook: there is no such community, or no fund in it. PeriodToCome: it has not begun.
        BeforeOpening: it is over before the books begin.
    """
    return _workbook(_facts(session, community, period, at))


def prepared_by(session: Session, community: str, on: date) -> str:
    """Whose the fund's statements of a day are (编制单位): the custodian's before the hand-over, then of who acts for the owners.

    财会〔2020〕7号; 165号令 Art. 16: after the hand-over the money is managed as the owners' assembly decides.
    """
    if keeper(session, community, on) is not Keeper.POST_TRANSFER:
        return "维修资金代管单位"
    body, _ = acting_for_owners(session, community, on)
    return word(body) if body else "业主大会"


def _facts(session: Session, community: str, period: Period, at: datetime) -> dict[str, Any]:
    today = day_in_shanghai(at)
    check_begun(period, today)
    period = since_opening(session, community, period)
    place, last = community_of(session, community), min(period.last, today)
    s01, s02, s03 = statements(session, community, period)
    one_month = period.start == period.end
    shown = {"statement_01": s01, "statement_02": s02}
    if not one_month or period.end.number == 12:
        shown["statement_03"] = s03
    columns = {key: names for key, (_, names) in STATEMENTS.items()}
    if one_month:
        columns["statement_02"] = tuple(
            OF_A_MONTH if days is of_the_period else name
            for days, name in zip(COLUMNS_02, columns["statement_02"], strict=True)
        )
    return {
        "f": {"community": {"name": place.name}, "last": last},
        "prepared_by": prepared_by(session, community, last),
        "closed": head(session, community).closed_through >= str(period.end),
        "tables": [(key, _lines(lines), (STATEMENTS[key][0], columns[key])) for key, lines in shown.items()],
    }


def _lines(of: Sequence[Line]) -> list[dict[str, Any]]:
    return [{"zh": line.zh, "fen": list(line.figures), "total": line.total} for line in of]


def _workbook(facts: Mapping[str, Any]) -> bytes:
    place, last = facts["f"]["community"], facts["f"]["last"]
    heading = (
        ("资金名称", f"{place['name']}住宅专项维修资金"),
        ("编制单位", f"{place['name']}{facts['prepared_by']}"),
        ("日期", day(last)),
        ("单位", "元"),
    )
    sheets = []
    for key, lines, (_, columns) in facts["tables"]:
        shown = shown_columns(key, lines)
        rows: list[Sequence[object]] = [
            [line["zh"], *(Yuan(line["fen"][at]) for at in shown)] for line in lines
        ]
        header = ("项目", *(columns[at] for at in shown))
        sheets.append(Sheet(NAMES[key], header, (34, *(22 for _ in shown)), [*rows, (None,), *heading]))
    return xlsx_bytes(sheets)
