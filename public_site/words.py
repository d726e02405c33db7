"""What the words of a body are called for a reader. A word that is not here is shown as it is."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from public_site.figures import At

Table = Mapping[str, object]

KINDS: Table = {
    "half-year": _("收支公示"),
    "evaluation": _("物业服务评价"),
}
PROJECT_STATES: Table = {
    "draft": _("方案阶段"),
    "surveyed": _("已查勘"),
    "priced": _("预算已审价"),
    "posted": _("方案公示中"),
    "voting": _("业主表决中"),
    "vote_posted": _("表决结果已公示"),
    "applied": _("已申请列支"),
    "approved": _("已批准，待开工"),
    "advance_paid": _("已付首付款"),
    "in_works": _("施工中"),
    "accepted": _("已验收，待结算付款"),
    "settled": _("已结算，待付款"),
    "final_paid": _("已付款"),
    "apportioned": _("已付款并分摊到户"),
    "disclosed": _("已付款并公示分摊"),
    "archived": _("已归档"),
    "rejected": _("没有通过"),
    "cancelled": _("已取消"),
    "overrun_revote": _("结算超预算，待重新表决"),
}
SCOPES: Table = {
    "community": _("全小区的业主"),
    "building": _("本幢的业主"),
    "stairwell": _("本单元的业主"),
    "side": _("本单元一侧的业主"),
}
EMERGENCIES: Table = {
    "lift": _("电梯故障"),
    "fire": _("消防设施故障"),
    "roof_wall_leak": _("屋面、外墙渗漏"),
    "water_pump": _("供水水泵故障"),
    "drain": _("排水设施堵塞、爆裂"),
    "facade_fall": _("外墙脱落"),
    "wall_road_collapse": _("围墙、道路坍塌"),
    "other_safety": _("其他危及安全的情形"),
}
STREAMS: Table = {
    "parking_common": _("占用共有道路、场地停车"),
    "parking_temp": _("临时停车"),
    "ad_lift": _("电梯广告"),
    "ad_gate_lightbox_wall": _("道闸、灯箱、外墙广告"),
    "venue_rent": _("场地租赁"),
    "room_rent": _("共有用房出租"),
    "parcel_locker": _("快递柜"),
    "vending": _("自助售卖机"),
    "ev_charging": _("充电桩"),
    "telecom_site": _("通信基站"),
    "club_pool": _("会所、泳池"),
    "compensation": _("共用设施补偿"),
    "scrap": _("旧设备残值"),
    "interest": _("存款利息"),
    "other": _("其他"),
}
TICKETS: Table = {
    "leak": _("渗漏水"),
    "drain": _("排水堵塞"),
    "water": _("供水"),
    "power": _("供电"),
    "lift": _("电梯"),
    "lighting": _("照明"),
    "door": _("门禁、单元门"),
    "wall": _("墙面"),
    "road": _("道路"),
    "greening": _("绿化"),
    "cleaning": _("保洁"),
    "security": _("安防"),
    "complaint": _("投诉"),
    "other": _("其他"),
}
STANDINGS: Table = {
    "sound": _("余额够用的"),
    "needs_topup": _("余额偏低、需要续交的"),
    "no_fund": _("还没有建立维修资金的"),
}
MODES: Table = {
    "market": _("物业企业管理"),
    "state_backstop": _("国有企业兜底管理"),
    "quasi": _("准物业管理"),
    "self": _("业主或社区自治"),
    "emergency": _("应急管理"),
    "bundled": _("打包连片管理"),
    "basic": _("街道组织的基本服务"),
}


def word(value: At | str, table: Table) -> str:
    """What a word is called, in the reader's language."""
    raw = value.raw if isinstance(value, At) else value
    return str(table.get(raw, raw)) if isinstance(raw, str) else "—"
