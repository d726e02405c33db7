"""What a community is made of, in words, and what is due in it. Pure. Who somebody is there: `role_rules`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Refused
from ledger.periods import years_after

COMMUNITY = r"[a-z0-9][a-z0-9-]{0,39}"
"""A community's code stands in addresses and in the name of its log."""
DEMO_PASSWORD = "mingbai-demo"  # noqa: S105 - printed on purpose: a sample with invented people
"""Everybody may read it, so it opens nothing outside the demo."""


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
    """How an old community is managed."""

    MARKET = "market"
    STATE_BACKSTOP = "state_backstop"
    QUASI = "quasi"
    SELF = "self"
    EMERGENCY = "emergency"
    BUNDLED = "bundled"
    BASIC = "basic"


class ComponentKind(StrEnum):
    """Common parts and facilities, by the warranty that the law gives them."""

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


class Waiting(NamedTuple):
    """Something that waits for somebody: what it is (a member of a package's tasks), of which thing, and its day if any."""

    task: StrEnum
    subject: str
    due_on: date | None = None


@dataclass(frozen=True)
class Warranty:
    """A warranty of a works package on one kind of component; ``until`` is its last day."""

    component: str
    contractor: str
    accepted_on: date
    until: date


class NoProfileValue(Refused):
    code = "no-profile-value"
    zh = "本地参数里没有“{key}”在{on}的值，请先登记。"
    en = "The local numbers have no value of “{key}” on {on}; enter it first."


def warranty_until(accepted_on: date, years: int) -> date:
    """The last day of a warranty that starts at acceptance, the first day not counted (民法典 Art. 201)."""
    return years_after(accepted_on, years)
