"""The office workbook as declared: its sheets, their columns, and the words their cells may hold."""

from ledger.fund.uses.rules import (
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase, ProjectState
from ledger.grants.rules import OWN_BOOK, book_of
from ledger.intake.register_layout import HOME, PART, YES_NO, Column, Form, Sheet, Word
from ledger.money import MOST_FEN
from ledger.repairs.rules import Category, State
from ledger.revenue.rules import Category as Income
from ledger.words import word

MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])"
REFERENCE = r"[0-9A-Za-z一-鿿][0-9A-Za-z一-鿿/_.@:-]{0,159}"


def _home(*, required: bool = True) -> Column:
    return Column(
        "home",
        "房号",
        "幢号-单元号-室号，例如 3-2-501",
        "building-stairwell-door",
        Form.CODE,
        required,
        pattern=HOME,
    )


def _month(header: str = "月份") -> Column:
    return Column("month", header, "例如 2026-07", "such as 2026-07", Form.CODE, True, pattern=MONTH)


def _day(field: str, header: str, *, required: bool = True) -> Column:
    return Column(field, header, "例如 2026-07-15", "such as 2026-07-15", Form.DAY, required)


def _fen(field: str = "amount_fen", header: str = "金额（元）", *, least: int = 1) -> Column:
    return Column(
        field,
        header,
        "元，最多两位小数",
        "yuan, two decimals at most",
        Form.NUMBER,
        True,
        places=2,
        least=least,
        most=MOST_FEN,
    )


def _words(
    field: str, header: str, words: tuple[Word, ...], *, required: bool = True, default: object = None
) -> Column:
    zh, en = " / ".join(w.zh for w in words), " / ".join(w.en for w in words)
    return Column(field, header, f"选填其一：{zh}", f"one of {en}", Form.WORD, required, default, words)


def _code(
    field: str, header: str, zh: str, en: str, *, required: bool = True, pattern: str = REFERENCE
) -> Column:
    return Column(field, header, zh, en, Form.CODE, required, pattern=pattern)


def _text(field: str, header: str, *, required: bool = True) -> Column:
    return Column(field, header, "文字", "text", Form.TEXT, required, None if required else "")


INTO = (
    Word("银行", "bank", "bank"),
    Word("钱包", "wallet", "wallet"),
    Word("待查款转入", "suspense", "suspense"),
)
"""Where a receipt came into; money that a person found out about came out of suspense."""
MONEY = (
    Word("物业费银行存款", "fee bank", "fee/bank"),
    Word("物业费钱包", "fee wallet", "fee/wallet"),
    Word("公共收益存款", "revenue bank", "revenue/bank"),
    Word("维修资金待分配收益", "fund gains", "fund/gains"),
    *(Word(f"改造资金—{word(source)}", source.value, f"{book_of(source)}/bank") for source in OWN_BOOK),
)
INCOMES = tuple(
    Word(zh, kind.value, kind)
    for kind, zh in {
        Income.PARKING_COMMON: "占用共有场地停车", Income.PARKING_TEMP: "临时停车", Income.AD_LIFT: "电梯广告",
        Income.AD_GATE_LIGHTBOX_WALL: "道闸、灯箱、外墙广告", Income.VENUE_RENT: "场地租赁", Income.ROOM_RENT: "共有用房出租",
        Income.PARCEL_LOCKER: "快递柜", Income.VENDING: "自动售货", Income.EV_CHARGING: "充电", Income.TELECOM_SITE: "通信基站",
        Income.CLUB_POOL: "会所、泳池", Income.COMPENSATION: "赔偿补偿", Income.INTEREST: "利息", Income.OTHER: "其他",
    }.items()
)  # fmt: skip
SCOPES = tuple(Word(kind.value, kind.value, kind) for kind in ScopeKind)
CASES = tuple(Word(case.value, case.value, case) for case in EmergencyCase)
PROJECT_STATES = tuple(Word(state.value, state.value, state) for state in ProjectState)
TICKET_STATES = tuple(Word(state.value, state.value, state) for state in State)
TICKETS = tuple(
    Word(zh, kind.value, kind)
    for kind, zh in {
        Category.LEAK: "漏水", Category.DRAIN: "下水堵塞", Category.WATER: "供水", Category.POWER: "供电", Category.LIFT: "电梯",
        Category.LIGHTING: "照明", Category.DOOR: "门禁", Category.WALL: "外墙", Category.ROAD: "道路", Category.GREENING: "绿化",
        Category.CLEANING: "保洁", Category.SECURITY: "秩序", Category.COMPLAINT: "投诉", Category.OTHER: "其他",
    }.items()
)  # fmt: skip

# fmt: off
OPENING = (
    Sheet("opening_arrears", "期初欠费", "接账时各户欠的物业费，按月。", "What homes owed when the ledger began, by month.", ("home", "month"), (_home(), _month("所属月份"), _fen())),
    Sheet("opening_prepaid", "期初预收", "接账时各户预交的物业费。", "What homes had prepaid when the ledger began.", ("home",), (_home(), _fen())),
    Sheet("opening_fund", "期初维修资金", "转入的维修资金：户填房号，售房单位填单位代码和幢号。", "Parts of the fund as brought over: of homes, and of selling units for a building.", ("home", "seller", "building"), (
        Column("home", "房号", "幢号-单元号-室号；售房单位的空着", "building-stairwell-door; empty for a selling unit", Form.CODE, default="", pattern=HOME),
        Column("seller", "售房单位", "企业代码；户的空着", "a firm's code; empty for a home", Form.CODE, default=""),
        Column("building", "幢号", "售房单位的幢号；户的空着", "the selling unit's building; empty for a home", Form.CODE, default="", pattern=PART),
        _fen(),
    )),
    Sheet("opening_money", "期初存款", "接账时各账套的存款和待分配收益。", "What each book held when the ledger began.", ("item",), (_words("item", "项目", MONEY), _fen())),
)
TOTALLED = tuple(Word(sheet.title, sheet.name, sheet.name) for sheet in OPENING)
SHEETS = (
    *OPENING,
    Sheet("totals", "合计", "期初各表的行数和金额合计，导入时逐表核对。", "Rows and sums of the opening sheets; each is checked against its sheet.", ("sheet",), (
        _words("sheet", "工作表", TOTALLED),
        Column("count", "行数", "整数", "a whole number", Form.NUMBER, True, least=0, most=1_000_000),
        _fen("total_fen", "合计（元）", least=0),
    )),
    Sheet("charges", "历史应收", "以前已经计收的物业费，每户每月一行；账本里已有的月份不能再导入。", "Fees charged before, a row a home and month; a month that is in the ledger is refused.", ("home", "month"), (_home(), _month(), _fen())),
    Sheet("receipts", "收款", "物业费收款；不知道是哪一户的房号空着，先记待查款。", "Receipts of fees; with no home they wait in suspense.", ("reference",), (
        _code("reference", "单号", "收据号或流水号，不能重复", "the receipt's number, unique"),
        _day("on", "收款日"), _home(required=False), _fen(), _words("into", "收款账户", INTO),
    )),
    Sheet("revenue_contracts", "公共收益合同", "利用共有部分经营的合同。", "Contracts on common parts.", ("number",), (
        _code("number", "合同编号", "编号", "its number"), _words("category", "类别", INCOMES), _code("counterparty", "对方", "企业代码", "a firm's code"),
        _text("object", "标的"), _day("starts_on", "开始日"), _day("ends_on", "结束日"), _fen("price_fen", "合同总价（元）"),
        Column("every_months", "几个月一付", "整数", "a whole number", Form.NUMBER, True, least=1, most=120),
        _text("resolution", "表决依据"), _day("resolved_on", "决议日期"), _code("beneficiary_building", "受益幢", "只属于一幢的填幢号", "the building it belongs to, if one", required=False, pattern=PART),
    )),
    Sheet("revenue_receipts", "公共收益收款", "按合同收到的钱。", "Money that came in on contracts.", ("reference",), (
        _code("reference", "单号", "收据号或流水号，不能重复", "the receipt's number, unique"), _code("contract", "合同编号", "编号", "the contract's number"), _day("on", "收款日"), _fen(),
        Column(
            "electricity_fen", "代收电费（元）", "只有充电的填，没有就填 0", "of charging only, 0 if none", Form.NUMBER, places=2, most=MOST_FEN,
            may_lack=True,
        ),
    )),
    Sheet("projects", "维修资金使用", "使用方案；已进入表决或以后步骤的只导出，不导入。", "Plans for the fund; those past their plan come out and do not come in.", ("code",), (
        _code("code", "项目代码", "代码", "its code"), _text("title", "名称"), _code("component", "部位", "部位代码", "a component's code"), _words("scope", "分摊范围", SCOPES),
        _code("building", "幢号", "幢号", "building", required=False, pattern=PART), _code("stairwell", "单元号", "单元号", "stairwell", required=False, pattern=PART),
        Column("side", "侧", "单元的一侧，分摊范围为 side 时填", "the side of the stairwell, for the scope side", Form.CODE, pattern=PART, may_lack=True),
        _code("contractor", "施工单位", "企业代码", "a firm's code"), _fen("budget_fen", "预算（元）"), _words("emergency", "应急情形", CASES, required=False), _words("state", "状态", PROJECT_STATES, required=False, default=ProjectState.DRAFT),
    )),
    Sheet("tickets", "报修", "报修登记；已经派修的只导出，不导入。", "Reports of repairs; those that were worked on come out and do not come in.", ("reference",), (
        _code("reference", "编号", "登记编号，不能重复", "its number, unique"), _day("reported_on", "报修日"), _words("category", "类别", TICKETS), _text("title", "内容"), _home(required=False),
        _code("building", "幢号", "幢号", "building", required=False, pattern=PART), _code("component", "部位", "部位代码", "a component's code", required=False),
        _text("reporter", "报修人", required=False), _words("urgent", "紧急", YES_NO, required=False, default=False), _words("state", "状态", TICKET_STATES, required=False, default=State.NEW),
    )),
)
# fmt: on
BY_NAME = {sheet.name: sheet for sheet in SHEETS}
GUIDE = (
    ("要导入哪些表就留哪些表，其余可以删掉；不要改表名和表头，带 * 的列必填。", "Keep the sheets that you want to import, without changing their names and headers; columns with * must be filled."),
    ("从第二行起每行填一项，不要合并单元格，不要用公式。", "One row for each thing from the second row on; no merged cells, no formulas."),
    ("期初各表要在“合计”表里写明行数和金额合计，对不上就不导入。", "Opening sheets need their rows and sums on the sheet of totals; where they differ nothing is imported."),
    ("整本一次导入：有一处不对就一行也不导入，并把错误写在每行末尾的“错误”列里还给您。", "The workbook comes in whole or not at all; it is given back with what is wrong at the end of each row."),
    ("导出的工作簿和导入的格式相同。", "What is exported has the layout of what is imported."),
)  # fmt: skip
