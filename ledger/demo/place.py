"""What the sample communities look like: their register as the workbook a property office would hand in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from random import Random
from typing import Any

from openpyxl import Workbook

from ledger.grants.rules import Source
from ledger.intake.register_layout import PLANNED, SHEETS

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "建国志强秀英桂兰玉梅海燕文军春华丽娟国平晓东淑珍永康明霞德福雪松静怡思远子涵家豪雨桐"
SHARES = {
    Source.GOVERNMENT: 78,
    Source.UTILITY: 12,
    Source.RESIDENTS: 1,
    Source.SOCIAL_CAPITAL: 6,
    Source.PUBLIC_REVENUE: 3,
}
"""Per cent of works money by source; audits find residents at about 1 %."""


@dataclass(frozen=True)
class Block:
    """One building: how many stairwells and floors, doors on a floor, and whose the homes are."""

    code: str
    stairwells: int
    floors: int = 6
    doors: int = 2
    kind: str = "商品住宅"


@dataclass(frozen=True)
class Sample:
    """One sample community."""

    code: str
    name: str
    name_en: str
    address: str
    built_year: int
    blocks: tuple[Block, ...]
    works_fen: int
    fee_e4: int
    mode: str = "专业化物业"
    area_code: str | None = None
    total_area_dm2: int | None = None
    shops: int = 0
    unsold: int = 0


@dataclass
class Rows:
    """Rows of the workbook's sheets, as cells by field."""

    of: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def add(self, sheet: str, rows: Iterable[Mapping[str, Any]]) -> None:
        self.of.setdefault(sheet, []).extend(rows)


def workbook(rows: Rows) -> bytes:
    """The rows as a register workbook."""
    book = Workbook(write_only=True)
    for sheet in SHEETS:
        page = book.create_sheet(sheet.title)
        page.append([column.header for column in sheet.columns])
        for row in rows.of.get(sheet.name, []):
            page.append([row.get(column.field) for column in sheet.columns])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def register_of(samples: Sequence[Sample], areas: Mapping[str, str]) -> bytes:
    """The register workbook of some sample communities."""
    random = Random(20260630)  # noqa: S311 - invented people, not keys
    rows = Rows()
    rows.add("areas", [{"code": code, "name": name} for code, name in areas.items()])
    rows.add("firms", FIRMS)
    for sample in samples:
        _community(rows, sample, random)
    return workbook(rows)


FIRMS: tuple[Mapping[str, str], ...] = (
    {"code": "anhe", "name": "安和物业服务有限公司", "kind": "物业服务企业"},
    {"code": "tongda", "name": "通达建设工程有限公司", "kind": "施工单位"},
    {"code": "hongcheng", "name": "宏城防水工程有限公司", "kind": "施工单位"},
    {"code": "ruishui", "name": "瑞水管道工程有限公司", "kind": "施工单位"},
    {"code": "lvyuan", "name": "绿源园林工程有限公司", "kind": "施工单位"},
    {"code": "mianfang", "name": "第三棉纺厂", "kind": "售房单位"},
    {"code": "fangguan", "name": "房屋管理所", "kind": "开发建设单位"},
    {"code": "fengrun", "name": "丰润传媒有限公司", "kind": "承租经营单位"},
    {"code": "suxiang", "name": "速箱快递柜运营有限公司", "kind": "承租经营单位"},
    {"code": "tieta", "name": "云塔通信设施有限公司", "kind": "承租经营单位"},
    {"code": "chongle", "name": "充乐新能源有限公司", "kind": "承租经营单位"},
    {"code": "tingbao", "name": "停宝停车服务有限公司", "kind": "承租经营单位"},
)


def _community(rows: Rows, sample: Sample, random: Random) -> None:
    own = {"community": sample.code}
    rows.add(
        "communities",
        [
            {
                "code": sample.code,
                "area": sample.area_code,
                "name": sample.name,
                "name_en": sample.name_en,
                "address": sample.address,
                "built_year": sample.built_year,
                "mode": sample.mode,
                "transferred": "否",
            }
        ],
    )
    rows.add("buildings", [{**own, "code": b.code, "floors": b.floors} for b in sample.blocks])
    rows.add(
        "stairwells",
        [
            {**own, "building": b.code, "code": str(s)}
            for b in sample.blocks
            for s in range(1, b.stairwells + 1)
        ],
    )
    homes = _homes(sample, random)
    rows.add("homes", homes)
    rows.add("holders", _holders(sample, homes, random))
    sold = {b.code for b in sample.blocks if b.kind == "已售公有住房"}
    rows.add(
        "seller_balances",
        [{**own, "seller": "mianfang", "building": code, "opening_fen": 38_600} for code in sorted(sold)],
    )
    rows.add(
        "contracts",
        [
            {
                **own,
                "number": f"{sample.code}-2023-01",
                "firm": "anhe",
                "starts_on": date(2023, 7, 1),
                "ends_on": date(2026, 12, 31),
                "lump_sum": "包干制",
            }
        ],
    )
    rows.add(
        "tariffs",
        [
            {**own, "applies_to": "全部", "since": date(2023, 7, 1), "basis": "按面积", "rate_e4": _yuan4(sample.fee_e4), "resolution": "业主大会 2023-06-18 第 2 号决议"},
            {**own, "applies_to": "非住宅", "since": date(2023, 7, 1), "basis": "按面积", "rate_e4": _yuan4(sample.fee_e4 * 2), "resolution": "业主大会 2023-06-18 第 2 号决议"},
        ],
    )  # fmt: skip
    _works(rows, sample)


def _yuan4(rate_e4: int) -> float | int | str:
    return f"{rate_e4 / 10_000:.4f}"


def _homes(sample: Sample, random: Random) -> list[dict[str, Any]]:
    places = [
        (b, stairwell, floor * 100 + door)
        for b in sample.blocks
        for stairwell in range(1, b.stairwells + 1)
        for floor in range(1, b.floors + 1)
        for door in range(1, b.doors + 1)
    ]
    areas = [random.randrange(4_600, 9_400) for _ in places]
    if sample.total_area_dm2:
        areas = _to_total(areas, sample.total_area_dm2)
    homes = []
    for number, ((block, stairwell, door), area) in enumerate(zip(places, areas, strict=True)):
        kind = block.kind
        if number < sample.shops * 2 and door in (101, 102):
            kind = "非住宅"
        elif number >= len(places) - sample.unsold:
            kind = "未售"
        rate = {"商品住宅": 45, "非住宅": 60, "已售公有住房": 24, "未售": 0}[kind]
        first = area * rate // 100 if random.random() > 0.04 else 0  # yuan; some never paid: 未建立
        homes.append(
            {
                "community": sample.code,
                "code": f"{block.code}-{stairwell}-{door}",
                "kind": kind,
                "area_dm2": f"{area // 100}.{area % 100:02d}",
                "area_source": "不动产登记簿",
                "first_deposit_fen": first,
                "opening_fen": round(first * random.uniform(0.22, 1.05)) if first else None,
                "seller": {"已售公有住房": "mianfang", "未售": "fangguan"}.get(kind),
            }
        )
    return homes


def _to_total(areas: list[int], total: int) -> list[int]:
    """The areas scaled to a total in dm², to the last dm²."""
    whole = sum(areas)
    scaled = [area * total // whole for area in areas]
    scaled[0] += total - sum(scaled)
    return scaled


def _holders(sample: Sample, homes: list[dict[str, Any]], random: Random) -> list[dict[str, Any]]:
    rows = []
    previous = ("", "")
    for home in homes:
        name = random.choice(SURNAMES) + random.choice(GIVEN) + random.choice(GIVEN)
        who = (name, f"13800{random.randrange(1_000_000):06d}")
        if random.random() < 0.03 and previous[0]:
            who = previous  # one owner of two homes is one head in a vote
        previous = who
        if home["kind"] == "未售":
            continue
        rows.append(
            {
                "community": sample.code,
                "home": home["code"],
                "since": date(
                    2010 + random.randrange(13), 1 + random.randrange(12), 1 + random.randrange(28)
                ),
                "name": who[0],
                "phone": who[1],
            }
        )
    return rows


PACKAGES = (
    ("A", "屋面防水与外墙保温", "hongcheng", 46, date(2023, 5, 26)),
    ("B", "给排水管道与强弱电", "ruishui", 27, date(2023, 6, 9)),
    ("C", "道路、停车与照明", "tongda", 18, date(2023, 6, 16)),
    ("D", "绿化与活动场地", "lvyuan", 9, date(2023, 6, 21)),
)
"""Package, name, contractor, per cent of the works, acceptance."""


def _works(rows: Rows, sample: Sample) -> None:
    own = {"community": sample.code}
    rows.add(
        "works", [{**own, "code": "2022", "name": "2022 年老旧小区综合改造", "started_on": date(2022, 4, 12)}]
    )
    for code, name, contractor, percent, accepted_on in PACKAGES:
        price = sample.works_fen * percent // 100 // 100 * 100
        planned = {s: price * share // 100 // 100 * 100 for s, share in SHARES.items()}
        planned[Source.GOVERNMENT] += price - sum(planned.values())
        rows.add(
            "packages",
            [
                {
                    **own,
                    "works": "2022",
                    "code": code,
                    "name": name,
                    "contractor": contractor,
                    "price_fen": price // 100,
                    "accepted_on": accepted_on,
                    **{PLANNED[source]: fen // 100 for source, fen in planned.items()},
                }
            ],
        )
    covered = {**own, "works": "2022"}
    for block in sample.blocks:
        at = {"building": block.code}
        rows.add(
            "components",
            [
                {**covered, **at, "code": f"roof-{block.code}", "kind": "屋面", "name": f"{block.code} 幢屋面", "package": "A"},
                {**covered, **at, "code": f"wall-{block.code}", "kind": "外墙", "name": f"{block.code} 幢外墙", "package": "A"},
                {**covered, **at, "code": f"pipes-{block.code}", "kind": "给排水管道", "name": f"{block.code} 幢给排水立管", "package": "B"},
                {**own, **at, "code": f"stairs-{block.code}", "kind": "装修", "name": f"{block.code} 幢楼梯间与扶手"},
            ],
        )  # fmt: skip
    rows.add(
        "components",
        [
            {**covered, "code": "road", "kind": "道路", "name": "小区道路与停车位", "package": "C"},
            {**covered, "code": "lamps", "kind": "照明", "name": "路灯与楼道灯", "package": "C"},
            {**covered, "code": "green", "kind": "绿化", "name": "绿化与活动场地", "package": "D"},
            {**own, "code": "pump", "kind": "给排水管道", "name": "二次供水水泵"},
            {**own, "code": "drain", "kind": "给排水管道", "name": "小区排水主管"},
            {**own, "code": "septic", "kind": "给排水管道", "name": "小区化粪池"},
            {**own, "code": "gate", "kind": "安防", "name": "大门与围墙"},
        ],
    )


MEIYUAN = Sample(
    code="meiyuan",
    name="梅园新村",
    name_en="Meiyuan New Village",
    address="稻香路 18 号（虚构）",
    built_year=1994,
    blocks=tuple(
        Block(str(n), 3 if n <= 12 else 2, kind="已售公有住房" if 8 <= n <= 12 else "商品住宅")
        for n in range(1, 20)
    ),
    works_fen=2_486_000_000,
    fee_e4=5_500,
    shops=6,
    unsold=3,
)


def _area_blocks(count: int, homes: int, sold_every: int) -> tuple[Block, ...]:
    """So many buildings with so many homes in all: stairwells of 12 homes, and the rest in the last building."""
    per, more = divmod(homes // 12, count)
    blocks = [
        Block(str(n + 1), per + (n < more), kind="已售公有住房" if n % sold_every == 0 else "商品住宅")
        for n in range(count - 1)
    ]
    left = homes - sum(b.stairwells * 12 for b in blocks)
    blocks.append(Block(str(count), 1, floors=left // 2))
    return tuple(blocks)


def daoxiang() -> tuple[Sample, ...]:
    """The Daoxiang size: 3 communities, 453 buildings, 14,188 homes, 1,028,900 m², about 600 million yuan of works."""
    sizes = (
        ("shuixiu", "水秀社区（样例）", "Shuixiu (sample)", 151, 4_736, 34_340_000, 20_000_000_000),
        ("daoxiang", "稻香社区（样例）", "Daoxiang (sample)", 162, 5_082, 36_860_000, 21_500_000_000),
        ("beiqiao", "北桥社区（样例）", "Beiqiao (sample)", 140, 4_370, 31_690_000, 18_500_000_000),
    )
    return tuple(
        Sample(
            code=code,
            name=name,
            name_en=name_en,
            address="稻香片区（虚构）",
            built_year=1988,
            blocks=_area_blocks(buildings, homes, 4),
            works_fen=works_fen,
            fee_e4=4_500,
            mode="打包连片",
            area_code="daoxiang-area",
            total_area_dm2=area,
        )
        for code, name, name_en, buildings, homes, area, works_fen in sizes
    )
