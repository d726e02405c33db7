"""The workbook of changes as declared: what happened to homes, firms, works and contracts since the register came in."""

from dataclasses import replace

from ledger.community.rules import HomeKind
from ledger.handover.rules import Cause
from ledger.intake.register_changes_rules import ChangeKind
from ledger.intake.register_layout import (
    AREA_SOURCES,
    COMPONENT_KINDS,
    FIRM_KINDS,
    HOME,
    HOME_KINDS,
    LUMP_SUM,
    PART,
    PLANNED,
    Column,
    Form,
    Sheet,
    Word,
)
from ledger.money import MOST_FEN
from ledger.register.rules import TransferCause
from ledger.revenue.rules import Category
from ledger.words import word

CAUSES = tuple(Word(word(cause), cause.value, cause) for cause in TransferCause)
ENDINGS = tuple(Word(word(cause), cause.value, cause) for cause in Cause)
CATEGORIES = tuple(Word(word(category), category.value, category) for category in Category)
SOLD_AS = tuple(kind for kind in HOME_KINDS if kind.value is not HomeKind.UNSOLD)
CODE = r"[0-9A-Za-z一-鿿][0-9A-Za-z一-鿿/_.@-]{0,59}"
"""How a code is written wherever it is asked for (`ledger.fields.Code`)."""
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
CONTRACT = Column("number", "合同编号", "登记的物业服务合同的编号", "the number of a registered service contract", Form.CODE, True, pattern=CODE)
DECISION = Column("motion", "业主决议", "通过的表决的编号", "the code of the vote that passed", Form.CODE, pattern=CODE)
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
    Sheet(ChangeKind.JOINED, "加入片区", "小区加入的片区，只有一行。", "The area that the community joins: one row.", ("area",), (
        Column("area", "片区代码", "字母、数字，例如 daoxiang", "letters and digits, such as daoxiang", Form.CODE, True, pattern=CODE),
        Column("name", "新片区的名称", "已有的片区空着", "empty for one that is registered", default=""),
    )),
    Sheet(ChangeKind.WORKS, "新工程", "新立项的改造工程。", "Renovation projects that were approved.", ("code",), (
        Column("code", "工程代码", "字母、数字，例如 2026", "letters and digits, such as 2026", Form.CODE, True, pattern=CODE),
        Column("name", "工程名称", "例如 2026 年综合改造", "the project's name", required=True),
        _day("started_on", "开工日", "第一天", "the first day"),
    )),
    Sheet(ChangeKind.PACKAGE, "新标段", "新的标段，每个一行；各个来源合计须等于价款。", "New works packages, a row for each; the sources add up to the price.", ("works", "code"), (
        Column("works", "工程代码", "登记的工程，或“新工程”表里的", "registered works, or works of the sheet 新工程", Form.CODE, True, pattern=CODE),
        Column("code", "标段代码", "字母、数字，例如 A", "letters and digits, such as A", Form.CODE, True, pattern=CODE),
        Column("name", "标段名称", "例如 屋面与外墙", "the package's name", required=True),
        Column("contractor", "施工单位", "企业代码", "a firm's code", Form.CODE, True, pattern=CODE),
        Column("price_fen", "价款（元）", "合同价", "the price", Form.NUMBER, True, places=2, least=1, most=MOST_FEN),
        *(
            Column(field, f"{word(source)}（元）", "计划出资，没有空着", "planned, may be empty", Form.NUMBER, places=2, most=MOST_FEN)
            for source, field in PLANNED.items()
        ),
    )),
    Sheet(ChangeKind.SITE, "新场地", "可以出租的共用部位，每处一行。", "Common parts that can be let, a row for each.", ("code",), (
        Column("code", "场地代码", "字母、数字，例如 DW-07", "letters and digits, such as DW-07", Form.CODE, True, pattern=CODE),
        Column("name", "场地名称", "例如 东门灯箱", "its name", required=True),
        _words("category", "收益类别", CATEGORIES),
        _day("since", "从哪天起可以出租", "第一天", "the first day on which it can be let"),
        Column("building", "幢号", "属于整个小区的空着", "empty where it is the whole community's", Form.CODE, pattern=PART),
        Column("stairwell", "单元号", "属于整幢的空着", "empty where it is the whole building's", Form.CODE, pattern=PART),
    )),
    Sheet(ChangeKind.ENDING, "合同终止", "通知终止的物业服务合同，从通知登记的这一天算起。", "Service contracts of whose end notice is given, on the day on which it is entered.", ("number",), (
        CONTRACT,
        _words("cause", "终止原因", ENDINGS),
        _day("last_day", "最后一天", "合同的最后一天", "the contract's last day"),
        replace(DECISION, zh="通过的表决的编号，企业一方通知的空着", en="the code of the vote that passed; empty where the firm gives notice"),
    )),
    Sheet(ChangeKind.SERVICE, "新物业合同", "新签的物业服务合同：首次、续签或者换企业。", "Service contracts that were concluded: the first, a renewal, or another firm's.", ("number",), (
        replace(CONTRACT, zh="合同上的编号", en="the number on the contract"),
        Column("firm", "物业企业", "企业代码", "a firm's code", Form.CODE, True, pattern=CODE),
        _day("starts_on", "开始日", "合同的第一天", "the first day"),
        _day("ends_on", "结束日", "合同的最后一天", "the last day"),
        _words("lump_sum", "收费方式", LUMP_SUM),
        replace(DECISION, zh="通过的表决的编号，启用日以前就在履行的第一份合同空着", en="the code of the vote that passed; empty for a first contract from before the opening day"),
    )),
    Sheet(ChangeKind.PROLONGATION, "合同延期", "延长期限的物业服务合同。", "Service contracts whose term is prolonged.", ("number",), (
        CONTRACT,
        _day("ends_on", "延长到哪天", "新的最后一天", "the new last day"),
        replace(DECISION, required=True),
    )),
    Sheet(ChangeKind.TAKEOVER, "下一家接手", "已经通知终止的合同，下一家从哪天起服务。", "The first day of whoever serves after a contract of whose end notice was given.", ("number",), (
        replace(CONTRACT, zh="原合同的编号", en="the number of the contract that ends"),
        _day("since", "接手第一天", "下一家的第一天", "the first day of the next"),
    )),
)
# fmt: on
TITLE = "登记变更簿 Changes of the register"
GUIDE = (
    ("用不着的工作表可以空着或删掉；不要改表名和表头，带 * 的列必填。", "Sheets that are not needed may stay empty or be deleted; keep names and headers; columns with * must be filled."),
    ("从第二行起每行填一项变更，不要合并单元格，不要用公式。", "One row for each change from the second row on; no merged cells, no formulas."),
    ("办之前先列出每一项变更前后的不同，看过再登记。", "Before anything is written, what each row would change is shown."),
    ("每张表要有办这件事的身份才能登记，和在页面上办一样。", "Each sheet is for whoever may do the same by its form."),
    ("整本一次登记：有一处不对就一行也不登记，并把错误写在每行末尾的“错误”列里还给您。", "The workbook comes in whole or not at all; it is given back with what is wrong at the end of each row."),
)  # fmt: skip
