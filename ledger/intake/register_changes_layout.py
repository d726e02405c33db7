"""The workbook of changes as declared: what happened to homes, firms and components since the register came in."""

from ledger.community.rules import HomeKind
from ledger.intake.register_changes_rules import ChangeKind
from ledger.intake.register_layout import (
    AREA_SOURCES,
    COMPONENT_KINDS,
    FIRM_KINDS,
    HOME,
    HOME_KINDS,
    PART,
    Column,
    Form,
    Sheet,
    Word,
)
from ledger.money import MOST_FEN
from ledger.register.rules import TransferCause
from ledger.words import word

CAUSES = tuple(Word(word(cause), cause.value, cause) for cause in TransferCause)
SOLD_AS = tuple(kind for kind in HOME_KINDS if kind.value is not HomeKind.UNSOLD)
HOME_COLUMN = Column(
    "home", "房号", "幢号-单元号-室号，例如 3-2-501", "building-stairwell-door", Form.CODE, True, pattern=HOME
)
PHONE = Column("phone", "电话", "可以空着", "may be empty", default="")


def _words(field: str, header: str, words: tuple[Word, ...], *, required: bool = True) -> Column:
    zh, en = (" / ".join(names) for names in ([w.zh for w in words], [w.en for w in words]))
    return Column(field, header, f"选填其一：{zh}", f"one of {en}", Form.WORD, required, words=words)


def _day(field: str, header: str, zh: str, en: str, *, required: bool = True) -> Column:
    return Column(field, header, f"{zh}，例如 2026-07-15", f"{en}, such as 2026-07-15", Form.DAY, required)


# fmt: off
AREA = Column("area_dm2", "建筑面积（㎡）", "平方米，最多两位小数", "m² with at most two decimals", Form.NUMBER, True, places=2, least=1, most=10_000_000)
CORRECTED = Column(
    "corrected", "面积有更正", "填“是”：面积之和与原来不一样，证明材料里有更正面积的文件", "yes where the areas do not add up to what they were and a paper corrects them",
    Form.WORD, default=False, words=(Word("是", "yes", True), Word("否", "no", False)),
)
SHEETS = (
    Sheet(ChangeKind.FIRM, "新企业", "施工、承租等新单位。", "New firms: contractors, renters and others.", ("code",), (
        Column("code", "企业代码", "字母、数字，例如 anju", "letters and digits, such as anju", Form.CODE, True),
        Column("name", "企业名称", "营业执照上的名称", "the registered name", required=True),
        _words("kind", "企业类别", FIRM_KINDS),
        Column("licence", "证照号", "统一社会信用代码，可以空着", "the credit code, may be empty", default=""),
        PHONE,
    )),
    Sheet(ChangeKind.HOME, "新房屋", "登记簿上漏了的房屋，每户一行；分户、合户另有工作表。不公开。", "Homes that the register lacked; divided and merged ones have sheets of their own. Never public.", ("code",), (
        Column("code", "房号", "幢号-单元号-室号，例如 3-2-501", "building-stairwell-door, such as 3-2-501", Form.CODE, True, pattern=HOME),
        _words("kind", "房屋性质", HOME_KINDS),
        AREA,
        _words("area_source", "面积依据", AREA_SOURCES),
        Column("first_deposit_fen", "首期交存（元）", "首期交存额，没有空着", "the first deposit; empty for none", Form.NUMBER, places=2, least=1, most=MOST_FEN),
        Column("seller", "售房或开发单位", "企业代码，已售公有住房和未售的填", "a firm's code, of sold public housing and unsold homes", Form.CODE),
        Column("side", "侧", "单元分两侧的填，例如 东", "where something serves one side of the stairwell only", Form.CODE, pattern=PART),
        Column("name", "业主姓名", "未售的空着", "empty for an unsold home", default=""),
        PHONE,
        _day("since", "起始日", "从哪天起是业主，未售的空着", "the first day of ownership; empty for an unsold home", required=False),
        Column("holds_also", "他在本小区的另一户", "房号，没有空着", "another home of his here, may be empty", Form.CODE, pattern=HOME),
    )),
    Sheet(ChangeKind.HOLDER, "换业主", "买卖、继承等以后的新业主，每户一行。不公开。", "A new holder after a sale, an inheritance and the like. Never public.", ("home", "since"), (
        HOME_COLUMN,
        _day("since", "权属登记日", "不动产登记簿上的那一天", "the day in the register of real estate"),
        Column("name", "新业主姓名", "个人或单位", "a person or a body", required=True),
        PHONE,
        _words("cause", "怎么取得的", CAUSES),
        _words("kind", "未售的现为", SOLD_AS, required=False),
        Column("holds_also", "他在本小区的另一户", "房号，没有空着", "another home of his here, may be empty", Form.CODE, pattern=HOME),
    )),
    Sheet(ChangeKind.AREA, "更正面积", "按新的权属证明更正的建筑面积。", "Floor areas corrected by a paper.", ("home",), (
        HOME_COLUMN,
        AREA,
        _words("area_source", "面积依据", AREA_SOURCES),
    )),
    Sheet(ChangeKind.TENANT_OUT, "租户搬出", "哪天起租的租户，住到哪天。", "Which tenant moved out, and his last day.", ("home", "since"), (
        HOME_COLUMN,
        _day("since", "起租日", "登记的起租日", "the first day as registered"),
        _day("until", "最后一天", "搬出的那一天", "the last day"),
    )),
    Sheet(ChangeKind.DIVISION, "分户", "一户分成几户，分出的每户一行；面积之和要和原来一样。", "A home that becomes several: a row for each of them, with areas that add up to its own.", ("home", "door"), (
        HOME_COLUMN,
        _day("since", "从哪天起", "不动产登记簿上的那一天", "the day in the register of real estate"),
        Column("door", "新室号", "没有登记过的室号，例如 501A", "a door that is not registered, such as 501A", Form.CODE, True, pattern=PART),
        AREA,
        _words("area_source", "面积依据", AREA_SOURCES),
        CORRECTED,
        Column("name", "另有业主的，姓名", "还是原来业主的空着", "empty where the owner is the same", default=""),
        PHONE,
    )),
    Sheet(ChangeKind.MERGER, "合户", "几户合成一户，每次合户一行；要是同一位业主的。", "Homes of one owner that become one: a row for each merger.", ("home",), (
        HOME_COLUMN,
        Column("others", "和哪几户合", "房号，几户用顿号分开", "homes, parted by commas", required=True),
        _day("since", "从哪天起", "不动产登记簿上的那一天", "the day in the register of real estate"),
        Column("door", "新室号", "没有登记过的室号，例如 501A", "a door that is not registered, such as 501A", Form.CODE, True, pattern=PART),
        AREA,
        _words("area_source", "面积依据", AREA_SOURCES),
        CORRECTED,
    )),
    Sheet(ChangeKind.TENANT_IN, "租户入住", "新租户，每户一行。不公开。", "New tenants. Never public.", ("home", "since"), (
        HOME_COLUMN,
        _day("since", "起租日", "第一天", "the first day"),
        Column("name", "租户姓名", "个人或单位", "a person or a body", required=True),
        PHONE,
        _day("until", "租到哪天", "最后一天，没有约定空着", "the last day; empty where none was agreed", required=False),
    )),
    Sheet(ChangeKind.COMPONENT, "新部位", "新的部位和设施设备。", "New components and facilities.", ("code",), (
        Column("code", "部位代码", "字母、数字，例如 roof-3", "letters and digits, such as roof-3", Form.CODE, True),
        _words("kind", "部位类别", COMPONENT_KINDS),
        Column("name", "部位名称", "例如 3 幢屋面", "its name", required=True),
        Column("building", "幢号", "属于整个小区的空着", "empty where it serves the whole community", Form.CODE, pattern=PART),
    )),
)
# fmt: on
TITLE = "登记变更簿 Changes of the register"
GUIDE = (
    ("用不着的工作表可以空着或删掉；不要改表名和表头，带 * 的列必填。", "Sheets that are not needed may stay empty or be deleted; keep names and headers; columns with * must be filled."),
    ("从第二行起每行填一项变更，不要合并单元格，不要用公式。", "One row for each change from the second row on; no merged cells, no formulas."),
    ("办之前先列出每一项变更前后的不同，看过再登记。", "Before anything is written, what each row would change is shown."),
    ("整本一次登记：有一处不对就一行也不登记，并把错误写在每行末尾的“错误”列里还给您。", "The workbook comes in whole or not at all; it is given back with what is wrong at the end of each row."),
)  # fmt: skip
