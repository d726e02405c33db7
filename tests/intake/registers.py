"""A small register in which everything occurs once, and short ways to change, fill in and read it."""

from copy import deepcopy
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from ledger.intake.register import import_register, read_register, template
from ledger.intake.register_layout import BY_NAME
from ledger.people.keyring import Keyring
from tests.cast import MEI, NOON


def rows(fields, *lines):
    """Rows of these fields; cells that are not told stay empty."""
    return [dict(zip(fields.split(), cells, strict=False)) for cells in lines]


def ours(fields, *lines):
    return [{"community": "meiyuan", **row} for row in rows(fields, *lines)]


# fmt: off
GOOD = {
    "areas": rows("code name", ("daoxiang", "稻香片区")),
    "communities": rows(
        "code area name name_en built_year mode transferred",
        ("meiyuan", "daoxiang", "梅园新村", "Meiyuan", 1995, "专业化物业", "否"),
    ),
    "buildings": ours("code floors has_lift", (1, 6, "否"), ("3",)),
    "stairwells": ours("building code", (1, 1), ("3", 1), ("3", "2")),
    "homes": ours(
        "code kind area_dm2 area_source first_deposit_fen opening_fen seller",
        ("1-1-101", "商品住宅", 90.12, "不动产登记簿", 5000, 1234.5),
        ("3-1-101", "已售公有住房", 60, "实测", 0, 100, "factory"),
        ("3-2-501", "非住宅", "70.50", "合同"),
        ("3-2-502", "未售", 70.5, "合同", None, None, "kaifa"),
    ),
    "holders": ours(
        "home since name phone",
        ("1-1-101", "2020-01-01", "王伟", 13800138000),
        ("3-2-501", date(2021, 5, 1), "王伟", "13800138000"),
        ("3-1-101", datetime(2022, 5, 1), "王伟"),
    ),
    "firms": rows(
        "code name kind",
        ("anju", "安居物业", "物业服务企业"),
        ("jian", "市建工", "施工单位"),
        ("factory", "机械厂", "售房单位"),
        ("kaifa", "某开发公司", "开发建设单位"),
    ),
    "contracts": ours("number firm starts_on ends_on lump_sum", ("HT-2025-1", "anju", "2025-01-01", "2027/12/31", "酬金制")),
    "seller_balances": ours("seller building opening_fen", ("factory", 3, 2000.01)),
    "works": ours("code name started_on", (2024, "综合改造", "2024年3月1日")),
    "packages": ours(
        "works code name contractor price_fen accepted_on planned_government_fen planned_residents_fen",
        ("2024", "A", "屋面", "jian", "1,000,000.00", "2025-06-30", 700000.7, 299999.3),
        ("2024", "B", "管道", "jian", 5),
    ),
    "components": ours(
        "code kind name building works package warranty_years",
        ("roof-3", "屋面", "3 幢屋面", 3, "2024", "A"),
        ("wall-3", "外墙", "3 幢外墙", 3, "2024", "A", 8),
        ("pipes", "给排水管道", "管道", None, "2024", "B"),
        ("gate", "安防", "大门"),
    ),
    "tariffs": ours(
        "applies_to since basis rate_e4 resolution",
        ("全部", "2025-01-01", "按面积", 0.4555, "业主大会 2024-3"),
        ("非住宅", "2025-01-01", "按户", 30, "业主大会 2024-3"),
    ),
}
# fmt: on


def filled(sheets):
    """The template with these rows, as bytes."""
    book = load_workbook(BytesIO(template()))
    for name, lines in sheets.items():
        fields = [column.field for column in BY_NAME[name].columns]
        for row in lines:
            book[BY_NAME[name].title].append([row.get(field) for field in fields])
    return saved(book)


def saved(book):
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def changed(*changes):
    """The good register with some cells changed, each given as sheet, row (as Excel counts), field, value."""
    sheets = deepcopy(GOOD)
    for sheet, row, field, value in changes:
        there = sheets[sheet]
        there += [{} for _ in range(row - 1 - len(there))]
        there[row - 2][field] = value
    return filled(sheets)


def importing(session, content, *, by=MEI):
    with TemporaryDirectory() as home:
        keyring = Keyring(Path(home) / "people.key")
        return import_register(session, content, host="test.example", keyring=keyring, by=by, at=NOON)


def place(sheet, row, field):
    """How a problem names a cell: the sheet's title, the row, the column's letter and header."""
    column = next(i for i, column in enumerate(BY_NAME[sheet].columns) if column.field == field)
    return BY_NAME[sheet].title, row, get_column_letter(column + 1), BY_NAME[sheet].columns[column].header


def what_is_wrong(content):
    return [
        ((problem.sheet, problem.row, problem.column, problem.header), problem.en)
        for problem in read_register(content).problems
    ]
