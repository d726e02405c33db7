"""Sealed figures → CSV rows, every figure of them, walking the body as it is. Pure.

A figure that is new in the body comes into the file by itself, under its English name until a word is added
here; leaving one out would take a decision.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ledger.reports import words
from ledger.words import word

HEADER = ("部分", "项目", "列", "金额（元）/数值")
WHOLE = "总览"
BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a text that begins with one of these; a sign before a number is no danger."""

PARTS: Mapping[str, str] = {
    "community": "小区", "fund": "维修资金", "revenue": "公共收益", "fee": "物业费", "works": "改造工程",
    "tickets": "报修", "identities": "控制恒等式", "log": "日志",
    "in": "收入", "out": "支出", "months": "逐月", "standing": "各户账户状况", "projects": "维修项目",
    "streams": "合同", "quarters": "季度", "sources": "资金来源", "packages": "标段", "flows": "资金流向", "levies": "居民出资", "by_category": "按类别",
    "by_month": "按月", "homes": "户数", **{key: title for key, (title, _) in words.STATEMENTS.items()},
}  # fmt: skip
LABELS: Mapping[str, str] = {
    "v": "格式版本", "kind": "种类", "rules": "规则版本", "period": "期间", "first": "起", "last": "止",
    "prepared_on": "编制日期", "code": "代码", "name": "名称",
    "address": "地址", "built_year": "建成年份", "mode": "管理模式", "transferred": "资金已划转业主大会",
    "area_dm2": "建筑面积（m²）", "homes": "户数", "buildings": "幢数", "firm": "物业企业",
    "contract_ends_on": "物业服务合同到期", "opening_fen": "期初余额", "in_fen": "收入", "out_fen": "支出",
    "closing_fen": "期末余额", "fen": "金额", "month": "月份", "trigger_pct": "续交线（%）", "title": "名称",
    "component": "部位", "scope": "范围", "building": "幢", "stairwell": "单元", "side": "侧", "emergency": "紧急情形",
    "contractor": "施工单位", "budget_fen": "预算", "approved_fen": "批准金额", "approved_on": "批准日期",
    "accepted_on": "验收日期", "paid_fen": "维修资金支付", "shortfall_fen": "分户账不够、须另交", "bearers": "分摊户（单位）数",
    "state": "状态", "vote": "表决", "entry": "付款凭证号", "area_all": "名册面积（m²）", "heads_all": "名册人数",
    "area_part": "参加面积（m²）", "heads_part": "参加人数", "area_yes": "同意面积（m²）", "heads_yes": "同意人数",
    "passed": "通过", "number": "合同号", "category": "类别", "counterparty": "对方单位", "object": "标的",
    "starts_on": "起", "ends_on": "止", "price_fen": "价款", "resolution": "决议", "due_fen": "到期应收",
    "received_fen": "已收", "received_in_period_fen": "本期收", "quarter": "季度", "receipts_fen": "收入",
    "cost_fen": "有票据的成本", "tax_fen": "税费", "net_fen": "净收益", "to_fund_pct": "转入维修资金比例（%）",
    "due_to_fund_fen": "应转入维修资金", "remitted_fen": "已转入", "remitted_on": "转入日期",
    "charged_fen": "本期应收", "waived_fen": "批准减免", "arrears_opening_fen": "期初的历史欠费",
    "arrears_received_fen": "收回的历史欠费", "prepaid_fen": "预交在账上的", "suspense_fen": "还没认出是谁交的",
    "cr1_e4": "当期收缴率", "cr2_e4": "历史欠费清缴率", "cr3_e4": "综合收缴率", "cr4_e4": "户数收缴率",
    "source": "来源", "planned_fen": "计划", "committed_fen": "书面承诺", "spent_fen": "支出",
    "returned_fen": "退回", "held_fen": "留存的质量保证金", "in_kind_fen": "实物或减免（不计入资金）", "changes_fen": "变更",
    "paid_out_fen": "已付", "gap_fen": "资金缺口", "plan_version": "出资计划版本", "package": "标段", "payee": "收款单位",
    "paid_in_fen": "已交", "refunded_fen": "已退", "used_fen": "已用于工程", "works": "工程", "warranty_until": "保修至",
    "reported": "报修", "finished": "已经修好", "due": "到期应完工", "on_time": "其中按时修好的", "reopened": "修后又返工的",
    "rated": "回访打过分的", "satisfied": "其中打 4 分、5 分的", "id": "编号", "holds": "相符", "note": "数据",
    "origin": "日志名称", "size_when_prepared": "编制时条数", "root_when_prepared": "编制时的根",
}  # fmt: skip
LEFT_OUT = ("en", "name_en", "total")
"""English names, and what only says how a row is printed."""
NAMED_BY = ("zh", "title", "name", "object", "quarter", "month")
CODED_BY = ("id", "code", "number")
WORDED = {
    "mode": "community.Mode", "scope": "fund.ScopeKind", "emergency": "fund.EmergencyCase", "state": "fund.ProjectState",
    "category": "revenue.Category",
}  # fmt: skip
COUNTS_BY = {"·按类别": "repairs.Category", "·户数": "fund.Standing"}
"""The groups whose keys are words themselves, and whose small counts are hidden."""
COUNTS = tuple(COUNTS_BY)

Row = tuple[str, str, str, str]


def figure_rows(body: Mapping[str, Any]) -> Iterator[Row]:
    """Every figure of a sealed body as (part, item, column, value)."""
    yield from _of_mapping(WHOLE, "", body)


def _of_mapping(part: str, item: str, of: Mapping[str, Any], named: Sequence[str] = ()) -> Iterator[Row]:
    for key, value in sorted(of.items(), key=_place):
        if key in LEFT_OUT or key in named:
            continue
        if key == "vote" and value:
            for _, _, column, shown in _of_mapping(part, item, value):
                yield part, item, f"表决：{column}", shown
        elif isinstance(value, Mapping):
            yield from _of_mapping(_under(part, key), "", value)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield from _of_list(_under(part, key), value)
        elif key == "fen" and isinstance(value, list):
            for column, fen in zip(words.STATEMENTS[_statement(part)][1], value, strict=True):
                yield part, item, column, words.bare_yuan(fen)
        elif value != []:
            yield part, item, _label(part, key), _shown(part, key, value)


def _of_list(part: str, of: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for each in of:
        named = [next((key for key in keys if each.get(key)), "") for keys in (CODED_BY, NAMED_BY)]
        yield from _of_mapping(part, " ".join(str(each[key]) for key in named if key), each, named)


def _place(field: tuple[str, Any]) -> tuple[bool, int]:
    """Single figures in the order of the words above, then the groups in theirs; new ones last."""
    key, value = field
    group = isinstance(value, Mapping | list) and key not in ("vote", "fen")
    order = list(PARTS if group else LABELS)
    return group, order.index(key) if key in order else len(order)


def _under(part: str, key: str) -> str:
    name = PARTS.get(key, key)
    return name if part == WHOLE else f"{part}·{name}"


def _statement(part: str) -> str:
    return next(key for key, (title, _) in words.STATEMENTS.items() if part.endswith(title))


def _label(part: str, key: str) -> str:
    kind = next((kind for end, kind in COUNTS_BY.items() if part.endswith(end)), None)
    return word(kind, key) if kind else LABELS.get(key, key)


def _shown(part: str, key: str, value: Any) -> str:
    if value is None:
        return "未核对" if key == "holds" else words.HIDDEN if part.endswith(COUNTS) else ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if key.endswith("_e4"):
        return words.rate(value)
    if key == "fen" or key.endswith(("_fen", "_dm2")) or key.startswith("area_"):
        return words.bare_yuan(value)
    return word(WORDED[key], value) if key in WORDED else str(value)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV that every spreadsheet opens with its Chinese whole: UTF-8 with a mark, CRLF, no formulas."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _harmless(cell: object) -> object:
    if not isinstance(cell, str) or not cell.startswith(FORMULA):
        return cell
    digits = cell[1:].replace(",", "").replace(".", "", 1)
    return cell if cell[0] in "+-" and digits.isdigit() and digits.isascii() else f"'{cell}"
