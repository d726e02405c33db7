"""The Chinese words of the printed reports for what the ledger stores as English words. Pure.

A sealed body may be older than the words here, so a word that is not known is shown as it stands.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from ledger.community.rules import Mode
from ledger.fund.rules import Standing
from ledger.fund.uses.rules import EmergencyCase, ScopeKind
from ledger.fund.uses.steps.rules import ProjectState
from ledger.journal.rules import CARRIED_OVER
from ledger.money import round_half_up, yuan
from ledger.periods import SHANGHAI
from ledger.repairs.rules import Category, Priority
from ledger.revenue.rules import Category as Stream

MODES: Mapping[str, str] = {
    Mode.MARKET: "专业化物业管理",
    Mode.STATE_BACKSTOP: "国有企业兜底管理",
    Mode.QUASI: "准物业管理",
    Mode.SELF: "业主自治",
    Mode.EMERGENCY: "应急物业服务",
    Mode.BUNDLED: "打包连片管理",
    Mode.BASIC: "基本保洁秩序服务",
}
CATEGORIES: Mapping[str, str] = {
    Category.LEAK: "漏水、渗水",
    Category.DRAIN: "下水道、排水",
    Category.WATER: "供水",
    Category.POWER: "供电",
    Category.LIFT: "电梯",
    Category.LIGHTING: "楼道灯、路灯",
    Category.DOOR: "单元门、门禁",
    Category.WALL: "墙面、屋顶",
    Category.ROAD: "道路、车位",
    Category.GREENING: "绿化",
    Category.CLEANING: "保洁、垃圾",
    Category.SECURITY: "安全、监控",
    Category.COMPLAINT: "投诉",
    Category.OTHER: "其他",
}
PRIORITIES: Mapping[str, str] = {
    Priority.P1: "危及人身安全",
    Priority.P2: "急修",
    Priority.P3: "一般维修",
    Priority.P4: "需要立项",
}
STREAMS: Mapping[str, str] = {
    Stream.PARKING_COMMON: "占用共有场地停车",
    Stream.PARKING_TEMP: "临时停车",
    Stream.AD_LIFT: "电梯广告",
    Stream.AD_GATE_LIGHTBOX_WALL: "道闸、灯箱、外墙广告",
    Stream.VENUE_RENT: "场地租赁",
    Stream.ROOM_RENT: "共有用房出租",
    Stream.PARCEL_LOCKER: "快递柜",
    Stream.VENDING: "自助售卖机",
    Stream.EV_CHARGING: "充电桩",
    Stream.TELECOM_SITE: "通信基站场地",
    Stream.CLUB_POOL: "会所、泳池",
    Stream.COMPENSATION: "赔偿、征收补偿",
    Stream.SCRAP: "旧设备残值",
    Stream.INTEREST: "孳息",
    Stream.OTHER: "其他",
}
SCOPES: Mapping[str, str] = {
    ScopeKind.COMMUNITY: "全小区",
    ScopeKind.BUILDING: "本幢",
    ScopeKind.STAIRWELL: "本单元",
    ScopeKind.SIDE: "本侧",
}
EMERGENCIES: Mapping[str, str] = {
    EmergencyCase.LIFT: "电梯故障危及安全",
    EmergencyCase.FIRE: "消防设施故障",
    EmergencyCase.ROOF_WALL_LEAK: "屋面、外墙渗漏",
    EmergencyCase.WATER_PUMP: "二次供水水泵中断",
    EmergencyCase.DRAIN: "排水设施堵塞、爆裂",
    EmergencyCase.FACADE_FALL: "外墙脱落危及安全",
    EmergencyCase.WALL_ROAD_COLLAPSE: "围墙、道路坍塌",
    EmergencyCase.OTHER_SAFETY: "其他危及房屋安全",
}
PROJECT_STATES: Mapping[str, str] = {
    ProjectState.DRAFT: "方案",
    ProjectState.SURVEYED: "已查勘",
    ProjectState.PRICED: "已审价",
    ProjectState.POSTED: "方案公示",
    ProjectState.VOTING: "表决中",
    ProjectState.VOTE_POSTED: "结果公示",
    ProjectState.APPLIED: "已申请",
    ProjectState.APPROVED: "已批准",
    ProjectState.ADVANCE_PAID: "已付首付款",
    ProjectState.IN_WORKS: "施工中",
    ProjectState.ACCEPTED: "已验收",
    ProjectState.SETTLED: "已结算",
    ProjectState.FINAL_PAID: "已付尾款",
    ProjectState.APPORTIONED: "已分摊",
    ProjectState.DISCLOSED: "已公示",
    ProjectState.ARCHIVED: "已归档",
    ProjectState.REJECTED: "未通过",
    ProjectState.CANCELLED: "已取消",
    ProjectState.OVERRUN_REVOTE: "超支待再表决",
}
STANDINGS: Mapping[str, str] = {
    Standing.NO_FUND: "尚未建立",
    Standing.NEEDS_TOPUP: "须续交",
    Standing.SOUND: "正常",
}
ENTRIES: Mapping[str, str] = {
    "fund.brought-over": "资金转入",
    "fund.deposited": "交存",
    "fund.interest": "存款利息",
    "fund.scrap": "共用设施处置收入",
    "fund.other-income": "其他收入",
    "fund.gains-shared": "收益分配",
    "fund.loss-accrued": "房屋灭失应返还",
    "fund.returned": "返还",
    "bond.bought": "购买国债",
    "bond.matured": "国债兑付",
    "custody.released": "划转转出",
    "custody.taken": "划转转入",
    "fund.paid": "维修支出",
    "fund.revenue": "公共收益转入",
    "fees.charged": "物业费应收",
    "fees.received": "物业费收款",
    "fees.prepaid-applied": "预收抵应收",
    "fees.identified": "待查收款查明",
    "fees.waived": "物业费减免",
    "fees.waiver-undone": "减免撤销",
    "fees.refunded": "预收退款",
    "fees.late-charged": "违约金应收",
    "fees.costs-claimed": "追索费用应收",
    "fees.cost": "物业服务支出",
    "fees.remuneration": "物业服务酬金",
    "revenue.received": "公共收益收款",
    "revenue.cost": "公共收益成本",
    "revenue.remitted": "转出到维修资金",
    "revenue.used": "公共收益使用",
    "revenue.deposit-taken": "收取押金",
    "revenue.deposit-returned": "退还押金",
    "revenue.deposit-forfeited": "没收押金",
    "fees.offset": "公共收益抵物业费",
    "grant.received": "改造资金到位",
    "grant.spent": "改造资金支出",
    "grant.returned": "改造资金退回",
    "contribution.received": "居民出资归集",
    "contribution.refunded": "居民出资退款",
    "contribution.used": "居民出资拨付工程",
    "donation.received": "社区基金捐赠",
    "donation.spent": "社区基金支出",
    "reversal": "红字冲销",
    CARRIED_OVER: "期末结转",
}
NOTICES: Mapping[str, str] = {"half-year": "半年账目公示", "evaluation": "物业服务评价"}
STATEMENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "statement_01": ("资产负债表（会住维01表）", ("年初余额", "期末余额")),
    "statement_02": ("收支表（会住维02表）", ("本期数", "本年累计数")),
    "statement_03": (
        "净资产变动表（会住维03表）",
        ("商品住宅维修资金", "已售公有住房维修资金", "待分配累计收益", "净资产合计"),
    ),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "mode": MODES,
    "category": CATEGORIES,
    "priority": PRIORITIES,
    "stream": STREAMS,
    "scope": SCOPES,
    "emergency": EMERGENCIES,
    "state": PROJECT_STATES,
    "standing": STANDINGS,
    "entry": ENTRIES,
    "notice": NOTICES,
}
NOTHING = "—"
HIDDEN = "不公布"


def word(value: str | StrEnum | None, kind: str) -> str:
    """The Chinese word of a stored one: ``word("ad_lift", "stream")``."""
    return NOTHING if value is None else WORDS[kind].get(value, str(value))


def money(amount_fen: int | None) -> str:
    """Fen as yuan with commas; a dash for none. Also shows dm² as m², which are hundredths just the same."""
    return NOTHING if amount_fen is None else yuan(amount_fen)


def bare_yuan(amount_fen: int) -> str:
    """Fen as yuan without commas, as files for programs want it: ``-1234.50``."""
    return yuan(amount_fen).replace(",", "")


def rate(ten_thousandths: int | None) -> str:
    """Ten-thousandths as a percentage: 9164 → 91.64%."""
    return NOTHING if ten_thousandths is None else f"{yuan(ten_thousandths)}%"


def ratio(value: Fraction | None) -> str:
    """A share as a percentage with two decimals, rounded half up."""
    return NOTHING if value is None else f"{yuan(round_half_up(value * 10_000))}%"


def points(hundredths: int) -> str:
    """Hundredths of a point as points: 1579 → 15.79."""
    return yuan(hundredths)


def day(value: str | date | None) -> str:
    """A day as people write it: 2026年6月30日."""
    if value is None:
        return NOTHING
    on = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{on.year}年{on.month}月{on.day}日"


def moment(at: datetime) -> str:
    """An instant as Shanghai's clocks show it: 2026年7月15日 12:00."""
    here = at.astimezone(SHANGHAI)
    return f"{day(here.date())} {here:%H:%M}"


def period(name: str) -> str:
    """A period as people say it: 2026年上半年, 2026年第1季度, 2026年7月, 2026年度."""
    year, _, rest = name.partition("-")
    if rest.startswith("H"):
        return f"{year}年{'上' if rest == 'H1' else '下'}半年"
    if rest.startswith("Q"):
        return f"{year}年第{rest[1:]}季度"
    return f"{year}年{int(rest)}月" if rest else f"{year}年度"


def place(scope: str, building: str | None, stairwell: str | None, side: str | None = None) -> str:
    """Whom a project serves: 全小区, 2幢, 2幢1单元, 2幢1单元东侧."""
    if building is None:
        return word(scope, "scope")
    return f"{building}幢" + (f"{stairwell}单元" if stairwell else "") + (f"{side}侧" if side else "")


def shown_columns(statement: str, lines: Sequence[Mapping[str, Any]]) -> list[int]:
    """Which columns of a statement are printed: 03 drops the kind of housing that is not there (`domain/02` §2.4)."""
    columns = range(len(STATEMENTS[statement][1]))
    housing = (0, 1) if statement == "statement_03" else ()
    empty = [at for at in housing if not any(line["fen"][at] for line in lines)]
    return [at for at in columns if at not in empty or len(empty) == len(housing)]
