"""The register workbook as declared: its sheets, their columns, and the words their cells may hold.

Template, reader and messages all follow this one declaration; a new column is a line here. A column's ``field``
is the stored column's name wherever it is stored as it is read: fen, dm², ten-thousandths of a yuan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from ledger.committee.rules import Office
from ledger.community.role_rules import Level, Role
from ledger.community.rules import COMMUNITY, AreaSource, ComponentKind, FirmKind, HomeKind, Mode
from ledger.fees.rules import Basis
from ledger.grants.rules import Source
from ledger.journal.rules import BookCode
from ledger.money import MOST_FEN
from ledger.words import word

MOST_LETTERS = 200
"""The longest text a cell may hold."""

PLAIN = r"\w[\w.-]{0,39}"
PART = r"\w{1,20}"
"""Buildings, stairwells and doors: no hyphen, since a hyphen parts them in a home's code."""
HOME = rf"{PART}-{PART}-{PART}"


class Form(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    CODE = "code"
    WORD = "word"
    NUMBER = "number"
    DAY = "day"


class Word(NamedTuple):
    """A word that a cell may hold, in Chinese or in English, and what it means."""

    zh: str
    en: str
    value: object


class Refers(NamedTuple):
    """A row's fields that together name a row of another sheet, by its key."""

    sheet: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        zh, en: the hint.
        default: what an empty cell means, where the column is not required.
        pattern: what a code looks like.
        places, least, most: how many decimals a number may have; its bounds, counted in the last of them.
        may_lack: whether the whole column may be missing, as in workbooks from before it was there.
    """

    field: str
    header: str
    zh: str
    en: str
    form: Form = Form.TEXT
    required: bool = False
    default: object = None
    words: tuple[Word, ...] = ()
    pattern: str = PLAIN
    refers: tuple[Refers, ...] = ()
    places: int = 0
    least: int = 0
    most: int = 0
    may_lack: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet; no two rows have the same values in the fields of ``key``."""

    name: str
    title: str
    zh: str
    en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    may_lack: bool = False
    """Whether the whole sheet may be missing, as in workbooks from before it was there."""


def _of(names: Mapping[StrEnum, str]) -> tuple[Word, ...]:
    return tuple(Word(zh, member.value, member) for member, zh in names.items())


HOME_KINDS = _of(
    {
        HomeKind.COMMODITY: "商品住宅",
        HomeKind.SOLD_PUBLIC: "已售公有住房",
        HomeKind.NON_RESIDENTIAL: "非住宅",
        HomeKind.UNSOLD: "未售",
    }
)
AREA_SOURCES = _of(
    {AreaSource.REGISTER: "不动产登记簿", AreaSource.SURVEY: "实测", AreaSource.CONTRACT: "合同"}
)
FIRM_KINDS = _of(
    {
        FirmKind.PROPERTY: "物业服务企业",
        FirmKind.CONTRACTOR: "施工单位",
        FirmKind.SELLER: "售房单位",
        FirmKind.DEVELOPER: "开发建设单位",
        FirmKind.TENANT: "承租经营单位",
        FirmKind.UTILITY: "专营单位",
        FirmKind.OTHER: "其他",
    }
)
MODES = _of(
    {
        Mode.MARKET: "专业化物业",
        Mode.STATE_BACKSTOP: "国有兜底物业",
        Mode.QUASI: "准物业",
        Mode.SELF: "自治管理",
        Mode.EMERGENCY: "应急物业",
        Mode.BUNDLED: "打包连片",
        Mode.BASIC: "基本服务",
    }
)
COMPONENT_KINDS = _of(
    {
        ComponentKind.STRUCTURE: "主体结构",
        ComponentKind.ROOF: "屋面",
        ComponentKind.OUTER_WALL: "外墙",
        ComponentKind.INSULATION: "保温",
        ComponentKind.HEATING: "供热",
        ComponentKind.COOLING: "供冷",
        ComponentKind.PIPES: "给排水管道",
        ComponentKind.ELECTRICAL: "电气管线",
        ComponentKind.DECORATION: "装修",
        ComponentKind.LIFT: "电梯",
        ComponentKind.FIRE: "消防",
        ComponentKind.ROAD: "道路",
        ComponentKind.LIGHTING: "照明",
        ComponentKind.GREENING: "绿化",
        ComponentKind.SECURITY: "安防",
        ComponentKind.PARKING: "停车设施",
        ComponentKind.OTHER: "其他",
    }
)
ROLES = _of({role: word(role) for role in Role if role is not Role.OPERATOR})
"""Operators are made at the machine, for every community."""
LEVELS = _of({level: word(level) for level in Level})
OFFICES = _of({office: word(office) for office in Office})
BOOKS = _of({BookCode.FEE: "物业费", BookCode.FUND: "维修资金", BookCode.REVENUE: "公共收益"})
CHANNELS = (Word("银行账户", "bank", "bank"), Word("收款码", "wallet", "wallet"))
YES_NO = (Word("是", "yes", True), Word("否", "no", False))
LUMP_SUM = (Word("包干制", "lump_sum", True), Word("酬金制", "remuneration", False))
BASES = _of({Basis.PER_M2: "按面积", Basis.PER_HOUSEHOLD: "按户"})
APPLIES_TO = (Word("全部", "all", "*"), *(Word(word.zh, word.en, word.en) for word in HOME_KINDS))

PLANNED = {source: f"planned_{source.value}_fen" for source in Source}
"""The field that holds what each source is planned to give to a package."""


def _word(
    field: str, header: str, words: tuple[Word, ...], *, default: object = None, required: bool = True
) -> Column:
    """One of some words; what has a default, or is not required, may be empty."""
    zh, en = (" / ".join(names) for names in ([w.zh for w in words], [w.en for w in words]))
    must = required and default is None
    return Column(field, header, f"选填其一：{zh}", f"one of {en}", Form.WORD, must, default, words)


def _code(field: str, header: str, of: str, sheet: str, *by: str, required: bool = True) -> Column:
    """A code that stands in another sheet; ``by`` are the fields that name the row there with it."""
    return Column(
        field,
        header,
        f"{of}，须在“{TITLES[sheet]}”表里",
        f"a code of the sheet {TITLES[sheet]}",
        Form.CODE,
        required,
        refers=(Refers(sheet, (*by, field)),),
    )


def _yuan(
    field: str, header: str, zh: str, en: str, *, least: int | None = None, default: int | None = None
) -> Column:
    """Yuan with at most two decimals. With ``least``, in fen, the cell must be filled."""
    required = least is not None
    return Column(
        field, header, zh, en, Form.NUMBER, required, default, places=2, least=least or 0, most=MOST_FEN
    )


def _day(field: str, header: str, zh: str, en: str, *, required: bool = True) -> Column:
    return Column(field, header, f"{zh}，例如 2026-07-15", f"{en}, such as 2026-07-15", Form.DAY, required)


TITLES = {
    "areas": "片区",
    "communities": "小区",
    "buildings": "幢",
    "stairwells": "单元",
    "homes": "户",
    "holders": "业主",
    "firms": "企业",
    "contracts": "合同",
    "seller_balances": "售房单位结余",
    "works": "改造工程",
    "packages": "标段",
    "components": "部位",
    "tariffs": "物业费标准",
    "accounts": "账户",
    "people": "人员",
    "committees": "业委会任期",
}

OF_COMMUNITY = _code("community", "小区代码", "小区代码", "communities")
OF_BUILDING = _code("building", "幢号", "幢号", "buildings", "community")
OF_WORKS = _code("works", "工程代码", "工程代码", "works", "community")
HOME_PARTS = (
    Refers("buildings", ("community", "building")),
    Refers("stairwells", ("community", "building", "stairwell")),
)
# fmt: off
SHEETS = (
    Sheet("areas", TITLES["areas"], "统一改造、统一管理的几个小区；没有可以空着。", "Communities renovated and run together; may be empty.", ("code",), (
        Column("code", "片区代码", "字母、数字，例如 daoxiang", "letters and digits", Form.CODE, True),
        Column("name", "片区名称", "例如 稻香片区", "the area's name", required=True),
    )),
    Sheet("communities", TITLES["communities"], "每个小区一行；账本里已有的小区不能再导入。", "A row for each community; one that is in the ledger cannot be imported again.", ("code",), (
        Column("code", "小区代码", "小写字母、数字、连字符，例如 meiyuan；定了不能改", "small letters, digits, hyphens, such as meiyuan; for good", Form.CODE, True, pattern=COMMUNITY),
        _code("area", "片区代码", "片区代码，没有片区空着", "areas", required=False),
        Column("name", "小区名称", "例如 梅园新村", "the community's name", required=True),
        Column("name_en", "英文名", "可以空着", "the name in English, may be empty", default=""),
        Column("address", "地址", "可以空着", "the address, may be empty", default=""),
        Column("jurisdiction", "适用地区", "按哪个地区的参数，例如 shanghai、shanghai/hongkou；空着按全国", "whose local numbers hold, such as shanghai or shanghai/hongkou; empty is national_default", Form.CODE, default="national_default", pattern=r"\w[\w./-]{0,59}"),
        Column("built_year", "建成年份", "四位年份，可以空着", "a year, may be empty", Form.NUMBER, least=1800, most=2200),
        _word("mode", "管理模式", MODES),
        _word("transferred", "维修资金已划转", YES_NO),
        Column("opened_on", "启用日", "从哪天起在这里记账，例如 2026-07-01；空着从导入那天起", "the day from which the books are kept here, such as 2026-07-01; empty is the day of the import", Form.DAY, may_lack=True),
    )),
    Sheet("buildings", TITLES["buildings"], "每幢一行。", "A row for each building.", ("community", "code"), (
        OF_COMMUNITY,
        Column("code", "幢号", "字母、数字，不带连字符，例如 3", "letters and digits without hyphens, such as 3", Form.CODE, True, pattern=PART),
        Column("floors", "楼层数", "整数，可以空着", "a whole number, may be empty", Form.NUMBER, least=1, most=200),
        _word("has_lift", "有电梯", YES_NO, default=False),
    )),
    Sheet("stairwells", TITLES["stairwells"], "每个单元一行；不分单元的幢填一个单元 1。", "A row for each stairwell; a building without stairwells has one, 1.", ("community", "building", "code"), (
        OF_COMMUNITY,
        OF_BUILDING,
        Column("code", "单元号", "字母、数字，不带连字符，例如 2", "letters and digits without hyphens, such as 2", Form.CODE, True, pattern=PART),
    )),
    Sheet("homes", TITLES["homes"], "每户一行。期初余额记入维修资金分户账，首期为零也可以有余额（补建）。", "A row for each home. The opening balance goes to the home's part of the fund, also where there was no first deposit.", ("community", "code"), (
        OF_COMMUNITY,
        Column("code", "房号", "幢号-单元号-室号，例如 3-2-501", "building-stairwell-door, such as 3-2-501", Form.CODE, True, pattern=HOME, refers=HOME_PARTS),
        _word("kind", "房屋性质", HOME_KINDS),
        Column("area_dm2", "建筑面积（㎡）", "平方米，最多两位小数", "m² with at most two decimals", Form.NUMBER, True, places=2, least=1, most=100_000_000),
        _word("area_source", "面积依据", AREA_SOURCES),
        _yuan("first_deposit_fen", "首期交存（元）", "首期交存额，没有空着", "the first deposit; empty is nought", default=0),
        _yuan("opening_fen", "期初余额（元）", "转入时维修资金分户余额，没有空着", "the home's part of the fund as brought over; empty is nought", default=0),
        _code("seller", "售房或开发单位", "已售公有住房填售房单位，未售填开发单位：企业代码", "firms", required=False),
        Column("side", "侧", "单元分两侧的填在哪一侧，例如 东；不分空着", "the side of the stairwell, such as east, where something serves one side only", Form.CODE, pattern=PART, may_lack=True),
    )),
    Sheet("holders", TITLES["holders"], "每户从某日起的业主；共有的填一位代表。不公开。", "Who owns a home from a day on; of several owners one. Never public.", ("community", "home", "since"), (
        OF_COMMUNITY,
        _code("home", "房号", "房号", "homes", "community"),
        _day("since", "起始日", "从哪天起是业主", "the first day of ownership"),
        Column("name", "姓名", "个人或单位", "a person or a body", required=True),
        Column("phone", "电话", "可以空着", "may be empty", default=""),
        Column("person_key", "业主标识", "空着时姓名和电话都相同算同一人，没有电话则每户算一人；不要填身份证号", "empty: the same name and phone are one person, and without a phone each home is one; never an identity number", Form.CODE),
    )),
    Sheet("firms", TITLES["firms"], "物业、施工、售房、开发、承租、专营等单位。", "Every firm that the other sheets name.", ("code",), (
        Column("code", "企业代码", "字母、数字，例如 anju", "letters and digits, such as anju", Form.CODE, True),
        Column("name", "企业名称", "营业执照上的名称", "the registered name", required=True),
        _word("kind", "企业类别", FIRM_KINDS),
        Column("licence", "证照号", "统一社会信用代码，可以空着", "the credit code, may be empty", default=""),
        Column("phone", "电话", "可以空着", "may be empty", default=""),
    )),
    Sheet("contracts", TITLES["contracts"], "物业服务合同。", "Contracts with the property firm.", ("community", "number"), (
        OF_COMMUNITY,
        Column("number", "合同编号", "合同上的编号", "the number on the contract", required=True),
        _code("firm", "物业企业", "企业代码", "firms"),
        _day("starts_on", "开始日", "合同的第一天", "the first day"),
        _day("ends_on", "结束日", "合同的最后一天", "the last day"),
        _word("lump_sum", "收费方式", LUMP_SUM),
    )),
    Sheet("seller_balances", TITLES["seller_balances"], "售房单位转入的维修资金，按幢。", "What a selling unit brings over, by building.", ("community", "seller", "building"), (
        OF_COMMUNITY,
        _code("seller", "售房单位", "企业代码", "firms"),
        OF_BUILDING,
        _yuan("opening_fen", "期初余额（元）", "该幢的余额", "its balance for the building", least=0),
    )),
    Sheet("works", TITLES["works"], "每个改造工程一行。", "A row for each renovation project.", ("community", "code"), (
        OF_COMMUNITY,
        Column("code", "工程代码", "字母、数字，例如 2024", "letters and digits, such as 2024", Form.CODE, True),
        Column("name", "工程名称", "例如 2024 年综合改造", "the project's name", required=True),
        _day("started_on", "开工日", "可以空着", "may be empty", required=False),
    )),
    Sheet("packages", TITLES["packages"], "每个标段一行；各个来源合计须等于价款，或者全部空着。", "A row for each package; the sources add up to the price or are all empty.", ("community", "works", "code"), (
        OF_COMMUNITY,
        OF_WORKS,
        Column("code", "标段代码", "字母、数字，例如 A", "letters and digits, such as A", Form.CODE, True),
        Column("name", "标段名称", "例如 屋面与外墙", "the package's name", required=True),
        _code("contractor", "施工单位", "企业代码", "firms"),
        _yuan("price_fen", "价款（元）", "合同价", "the price", least=1),
        _day("accepted_on", "验收日", "竣工验收合格之日，未验收空着；保修期从这天起算", "the day of acceptance, from which the warranty runs; empty before", required=False),
        *(_yuan(PLANNED[source], f"{word(source)}（元）", "计划出资，没有空着", "planned, may be empty") for source in Source),
    )),
    Sheet("components", TITLES["components"], "共用部位和设施设备；改造过的写明工程和标段。", "Common parts and facilities; where they were renovated, with works and package.", ("community", "code"), (
        OF_COMMUNITY,
        Column("code", "部位代码", "字母、数字，例如 roof-3", "letters and digits, such as roof-3", Form.CODE, True),
        _word("kind", "部位类别", COMPONENT_KINDS),
        Column("name", "部位名称", "例如 3 幢屋面", "its name", required=True),
        _code("building", "幢号", "幢号，属于整个小区的空着", "buildings", "community", required=False),
        _code("works", "工程代码", "工程代码，没有改造过空着", "works", "community", required=False),
        _code("package", "标段代码", "标段代码，没有改造过空着", "packages", "community", "works", required=False),
        Column("warranty_years", "保修年限", "整年，从验收日起；空着按地方参数", "whole years from acceptance; empty takes the local default", Form.NUMBER, least=1, most=100),
    )),
    Sheet("tariffs", TITLES["tariffs"], "物业费标准，从某日起。", "Prices of the property fee, from a day on.", ("community", "applies_to", "since"), (
        OF_COMMUNITY,
        _word("applies_to", "适用范围", APPLIES_TO),
        _day("since", "起始日", "从哪天起", "from which day on"),
        _word("basis", "计费单位", BASES),
        Column("rate_e4", "标准（元/月）", "按面积是每平方米每月，按户是每户每月；最多四位小数", "yuan a m² and month, or a home and month, at most four decimals", Form.NUMBER, True, places=4, most=1_000_000_0000),
        Column("resolution", "依据", "合同条款、业主大会决定或政府指导价文号", "the contract, resolution or official price it rests on", required=True),
    )),
    Sheet("accounts", TITLES["accounts"], "收款账户，导入后由另一人批准才能用。", "Accounts that money comes into; each counts once another person approves it.", ("community", "code"), (
        OF_COMMUNITY,
        Column("code", "账户代码", "字母、数字，例如 icbc-fee", "letters and digits, such as icbc-fee", Form.CODE, True),
        _word("book", "账套", BOOKS),
        _word("role", "账户种类", CHANNELS, default="bank"),
        Column("bank", "开户行或支付平台", "例如 工商银行", "the bank or the payment service", required=True),
        Column("number", "账号", "银行账号；账本只留后四位", "the bank's number; only its last four digits are kept", required=True),
        Column("holder", "户名", "户名；资金和公共收益不能用物业企业的户名", "in whose name; the fund's and the public revenue's are not in the firm's", required=True),
        Column("settles_as", "到账名称", "收款码在银行流水上的名称，例如 财付通；银行账户空着", "how a payment service is named on the bank's statement; empty for a bank", default=""),
        _day("opened_on", "启用日", "从哪天起收款", "the first day on which money may come into it"),
    ), may_lack=True),
    Sheet("people", TITLES["people"], "要登录的人和他们的任职；业委会委员填他作为业主的那一行，写明职务。导入后每人一张登录条。", "Who signs in, and as what; a member of the owners' committee by his row as an owner, with his office. Each gets a slip.", ("community", "name", "role", "home", "level"), (
        OF_COMMUNITY,
        Column("name", "姓名", "他的姓名", "his name", required=True),
        _word("role", "身份", ROLES),
        _code("home", "房号", "业主和租户填房号，别的身份空着", "homes", "community", required=False),
        _word("level", "机构类别", LEVELS, required=False),
        Column("organisation", "机构名称", "例如 稻香街道办事处，可以空着", "whom he acts for, may be empty", default=""),
        _day("since", "任职起", "第一天", "the first day"),
        _day("until", "任职到", "最后一天，没有空着", "the last day; empty where there is none", required=False),
        replace(_word("office", "业委会职务", OFFICES, required=False), may_lack=True),
    ), may_lack=True),
    Sheet("committees", TITLES["committees"], "启用日以前选出、备了案的业主委员会，每个小区一行；委员在“人员”表里写明职务。", "The owners' committee that was elected and filed before the opening day, a row for each community; its members are named in the sheet 人员, each with his office.", ("community",), (
        OF_COMMUNITY,
        _day("elected_on", "选举日", "选出的那一天", "the day of the election"),
        _day("starts_on", "任期第一天", "任期从哪天起", "the first day of the term"),
        _day("ends_on", "任期最后一天", "任期到哪天", "the last day of the term"),
        _day("filed_on", "备案日", "哪天备案的", "the day on which it was filed"),
        Column("filing", "备案号", "备案回执上的编号", "the number of the filing", required=True),
    ), may_lack=True),
)
# fmt: on
BY_NAME = {sheet.name: sheet for sheet in SHEETS}
