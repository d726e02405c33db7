"""和园小区: a community of thirty homes that comes into the ledger from a workbook, and its first statement."""

from datetime import UTC, date, datetime

from tests.flows.test_half_year import wechat_bill
from tests.intake.registers import rows

PLACE = "heyuan"
OPENED = date(2026, 6, 1)
TODAY = datetime(2026, 7, 2, 2, 0, tzinfo=UTC)
HOMES = [f"1-{stair}-{floor}0{door}" for stair in (1, 2, 3) for floor in (1, 2, 3, 4, 5) for door in (1, 2)]
SHOPS = (HOMES[0], HOMES[20], HOMES[26])
"""Large ones on the ground floor: one ballot each decides a vote."""
OWNERS = {"王伟": HOMES[:20], "李娜": HOMES[20:26], "张勇": HOMES[26:]}


def of_heyuan(fields, *lines):
    return [{"community": PLACE, **line} for line in rows(fields, *lines)]


# fmt: off
REGISTER = {
    "communities": rows(
        "code name name_en built_year mode transferred opened_on",
        (PLACE, "和园小区", "Heyuan", 1994, "专业化物业", "否", OPENED),
    ),
    "buildings": of_heyuan("code floors has_lift", (1, 5, "否")),
    "stairwells": of_heyuan("building code", (1, 1), (1, 2), (1, 3)),
    "homes": of_heyuan(
        "code kind area_dm2 area_source first_deposit_fen opening_fen",
        *((home, "商品住宅", 2000 if home in SHOPS else 60, "不动产登记簿", 3000, 1000) for home in HOMES),
    ),
    "holders": of_heyuan(
        "home since name phone",
        *((home, "2020-01-01", name, f"1380013800{len(homes) % 10}")
          for name, homes in OWNERS.items() for home in homes),
    ),
    "firms": rows("code name kind", ("anju", "安居物业", "物业服务企业")),
    "contracts": of_heyuan(
        "number firm starts_on ends_on lump_sum", ("HT-1", "anju", "2024-01-01", "2026-12-31", "包干制"),
    ),
    "tariffs": of_heyuan(
        "applies_to since basis rate_e4 resolution", ("全部", "2024-01-01", "按面积", 0.5, "业主大会 2023-1"),
    ),
    "accounts": of_heyuan(
        "code book role bank number holder settles_as opened_on",
        ("fee", "物业费", "银行账户", "工商银行", "6222000011112222", "安居物业", None, OPENED),
        ("wallet", "物业费", "收款码", "微信", "1600000001", "安居物业", "财付通", OPENED),
        ("fund", "维修资金", "银行账户", "工商银行", "6222000011113333", "和园小区维修资金专户", None, OPENED),
        ("revenue", "公共收益", "银行账户", "工商银行", "6222000011114444", "和园小区业委会", None, OPENED),
    ),
    "people": of_heyuan(
        "name role home level organisation since until",
        ("梅经理", "物业经理", None, None, "安居物业", OPENED),
        ("温师傅", "维修工", None, None, "安居物业", OPENED),
        ("陈主任", "业委会", None, None, "业委会", OPENED),
        ("林委员", "业委会", None, None, "业委会", OPENED),
        ("何书记", "社区居委会", None, None, "居委会", OPENED),
        ("苏科长", "街道、住建监督", None, "街道办事处", "街道", OPENED),
        ("安审计", "审计", None, None, "事务所", OPENED),
    ),
}
# fmt: on


def bill(folder):
    """A wallet's file of June: one receipt whose home is named, and one that says nothing."""
    file = folder / "wx.csv"
    lines = (("2026-06-12", f"{HOMES[1]} 物业费", "30.00"), ("2026-06-13", "谢谢", "50.00"))
    file.write_bytes(wechat_bill(*lines))
    return file
