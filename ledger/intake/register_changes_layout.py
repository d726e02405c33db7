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
SHEETS = (
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
        Column("area_dm2", "建筑面积（㎡）", "平方米，最多两位小数", "m² with at most two decimals", Form.NUMBER, True, places=2, least=1, most=10_000_000),
        _words("area_source", "面积依据", AREA_SOURCES),
    )),
    Sheet(ChangeKind.TENANT_OUT, "租户搬出", "哪天起租的租户，住到哪天。", "Which tenant moved out, and his last day.", ("home", "since"), (
        HOME_COLUMN,
        _day("since", "起租日", "登记的起租日", "the first day as registered"),
        _day("until", "最后一天", "搬出的那一天", "the last day"),
    )),
    Sheet(ChangeKind.TENANT_IN, "租户入住", "新租户，每户一行。不公开。", "New tenants. Never public.", ("home", "since"), (
        HOME_COLUMN,
        _day("since", "起租日", "第一天", "the first day"),
        Column("name", "租户姓名", "个人或单位", "a person or a body", required=True),
        PHONE,
        _day("until", "租到哪天", "最后一天，没有约定空着", "the last day; empty where none was agreed", required=False),
    )),
    Sheet(ChangeKind.FIRM, "新企业", "施工、承租等新单位。", "New firms: contractors, renters and others.", ("code",), (
        Column("code", "企业代码", "字母、数字，例如 anju", "letters and digits, such as anju", Form.CODE, True),
        Column("name", "企业名称", "营业执照上的名称", "the registered name", required=True),
        _words("kind", "企业类别", FIRM_KINDS),
        Column("licence", "证照号", "统一社会信用代码，可以空着", "the credit code, may be empty", default=""),
        PHONE,
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
