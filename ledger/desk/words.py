"""The desk's words for the ledger's states, and which step follows which for whom."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from ledger.community.rules import Role
from ledger.repairs.rules import Category, Priority, Route, State
from ledger.words import label


def _said(member: StrEnum) -> str:
    return label(member, language="en" if str(get_locale()) == "en" else "zh")


def _labels(members: Iterable[StrEnum]) -> Mapping[StrEnum, LazyString]:
    return {member: LazyString(_said, member) for member in members}


CATEGORIES = _labels(Category)
PRIORITIES = _labels(Priority)
ROUTES = _labels(Route)
STATES = _labels(State)
ROLES = _labels(Role)


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
