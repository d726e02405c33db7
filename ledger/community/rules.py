"""What a community is made of, in words; who may be two people at once, and who may not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Malformed, NotAllowed, Refused
from ledger.periods import years_after


class Role(StrEnum):
    """What a person may do; the five groups of 一核多元 in the ledger's words."""

    MANAGER = "manager"
    WORKER = "worker"
    OWNER = "owner"
    TENANT = "tenant"
    COMMITTEE = "committee"
    COMMUNITY_OFFICE = "community_office"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class HomeKind(StrEnum):
    """Whose money a home's part of the fund is (165号令 Arts. 6–8, 21)."""

    COMMODITY = "commodity"
    SOLD_PUBLIC = "sold_public"
    NON_RESIDENTIAL = "non_residential"
    UNSOLD = "unsold"


class AreaSource(StrEnum):
    REGISTER = "register"
    SURVEY = "survey"
    CONTRACT = "contract"


class FirmKind(StrEnum):
    PROPERTY = "property"
    CONTRACTOR = "contractor"
    SELLER = "seller"
    DEVELOPER = "developer"
    TENANT = "tenant"
    UTILITY = "utility"
    OTHER = "other"


class Mode(StrEnum):
    """How an old community is managed (`domain/05` §5.5)."""

    MARKET = "market"
    STATE_BACKSTOP = "state_backstop"
    QUASI = "quasi"
    SELF = "self"
    EMERGENCY = "emergency"
    BUNDLED = "bundled"
    BASIC = "basic"


class ComponentKind(StrEnum):
    """Common parts and facilities, by the warranty that the law gives them (`domain/06` §6.2)."""

    STRUCTURE = "structure"
    ROOF = "roof"
    OUTER_WALL = "outer_wall"
    INSULATION = "insulation"
    HEATING = "heating"
    PIPES = "pipes"
    ELECTRICAL = "electrical"
    DECORATION = "decoration"
    LIFT = "lift"
    FIRE = "fire"
    ROAD = "road"
    LIGHTING = "lighting"
    GREENING = "greening"
    SECURITY = "security"
    PARKING = "parking"
    OTHER = "other"


FUND_USES = "fund"
"""The works of a community under which what its maintenance fund repaired stands with its warranty: no renovation."""


class Actor(NamedTuple):
    """Who does a deed: the sign-in name, and the role in which it is done."""

    login: str
    role: Role


@dataclass(frozen=True)
class Warranty:
    """A warranty of a works package on one kind of component; ``until`` is its last day."""

    component: str
    contractor: str
    accepted_on: date
    until: date


class SamePerson(NotAllowed):
    """Two steps that must be two people's were asked of one."""

    code = "same-person"
    zh = "{first}和{second}必须由不同的人完成：{login} 已经做了前一步。"
    en = "{first} and {second} must be done by different people: {login} has done the earlier one."
    article = "会计法 第37条（稽核与经办分离）"


class HolderMalformed(Malformed):
    code = "holder-malformed"
    zh = "{home} 的新业主缺姓名或业主标识。"
    en = "The new holder of {home} lacks a name or a person key."


class HolderNotLater(Refused):
    code = "holder-not-later"
    zh = "{home} 现登记的业主自 {last} 起持有，新业主须在其后，不能自 {since} 起。"
    en = "The holder of {home} on record has it since {last}; a new one comes after that, not on {since}."
    article = "《民法典》第209条（不动产物权变动自登记时生效）"


class NoProfileValue(Refused):
    code = "no-profile-value"
    zh = "地方参数表里没有 {key} 在 {on} 的值，请先登记。"
    en = "The local profile has no value of {key} on {on}; enter it first."


def check_different_people(earlier: Iterable[tuple[str, str | None]], *, step: str, by: str) -> None:
    """See that whoever does this step did none of the earlier ones, given as (step, login).

    Raises:
        SamePerson: the same sign-in name stands at an earlier step.
    """
    for name, login in earlier:
        if login == by:
            raise SamePerson(first=name, second=step, login=by)


def warranty_until(accepted_on: date, years: int) -> date:
    """The last day of a warranty that starts at acceptance, the first day not counted (民法典 Art. 201)."""
    return years_after(accepted_on, years)
