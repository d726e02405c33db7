"""The desk's words for the ledger's states, and which step follows which for whom."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from ledger.community.rules import Role
from ledger.repairs.rules import Category, Priority, Route, State

CATEGORIES = {
    Category.LEAK: _l("漏水、渗水"),
    Category.DRAIN: _l("下水道、排水"),
    Category.WATER: _l("供水"),
    Category.POWER: _l("供电"),
    Category.LIFT: _l("电梯"),
    Category.LIGHTING: _l("楼道灯、路灯"),
    Category.DOOR: _l("单元门、门禁"),
    Category.WALL: _l("墙面、屋顶"),
    Category.ROAD: _l("道路、车位"),
    Category.GREENING: _l("绿化"),
    Category.CLEANING: _l("保洁、垃圾"),
    Category.SECURITY: _l("安全、监控"),
    Category.COMPLAINT: _l("投诉"),
    Category.OTHER: _l("其他"),
}
PRIORITIES = {
    Priority.P1: _l("危及人身安全"),
    Priority.P2: _l("急修"),
    Priority.P3: _l("一般维修"),
    Priority.P4: _l("需要立项"),
}
ROUTES = {
    Route.EMERGENCY: _l("先抢险，后定责"),
    Route.WARRANTY: _l("保修单位免费修"),
    Route.OWNER: _l("业主自己的部分"),
    Route.UTILITY: _l("水电气等专营单位"),
    Route.TORT: _l("损坏人负责"),
    Route.CONTRACT: _l("物业按合同修"),
    Route.FUND_PROJECT: _l("维修资金项目"),
    Route.PROPOSAL: _l("居民提议"),
}
STATES = {
    State.NEW: _l("新报"),
    State.TRIAGED: _l("已定责"),
    State.ASSIGNED: _l("已派工"),
    State.ARRIVED: _l("已到场"),
    State.DONE: _l("已完工"),
    State.VERIFIED: _l("已确认"),
    State.FOLLOWED_UP: _l("已回访"),
    State.CLOSED: _l("已办结"),
    State.REJECTED: _l("不受理"),
}
ROLES = {
    Role.MANAGER: _l("物业经理"),
    Role.WORKER: _l("维修工"),
    Role.OWNER: _l("业主"),
    Role.TENANT: _l("租户"),
    Role.COMMITTEE: _l("业委会"),
    Role.COMMUNITY_OFFICE: _l("社区居委会"),
    Role.SUPERVISOR: _l("街道、住建监督"),
    Role.AUDITOR: _l("审计"),
    Role.OPERATOR: _l("系统管理员"),
}


class Step(NamedTuple):
    """What may be done next with a ticket, and by whom."""

    words: object
    roles: frozenset[Role]


STEPS = {
    State.NEW: Step(_l("定责"), frozenset({Role.MANAGER})),
    State.TRIAGED: Step(_l("派工"), frozenset({Role.MANAGER})),
    State.ASSIGNED: Step(_l("我到现场了"), frozenset({Role.MANAGER, Role.WORKER})),
    State.ARRIVED: Step(_l("修好了"), frozenset({Role.MANAGER, Role.WORKER})),
    State.DONE: Step(
        _l("确认修好"), frozenset({Role.OWNER, Role.TENANT, Role.COMMITTEE, Role.COMMUNITY_OFFICE})
    ),
    State.VERIFIED: Step(_l("记录回访"), frozenset({Role.COMMUNITY_OFFICE, Role.COMMITTEE, Role.MANAGER})),
    State.FOLLOWED_UP: Step(_l("办结"), frozenset({Role.MANAGER})),
}
