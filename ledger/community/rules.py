"""What a community is made of, in words, and what is due in it. Pure. Who somebody is there: `role_rules`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from ledger.errors import Refused
from ledger.money import split
from ledger.periods import day_of_year, years_after

COMMUNITY = r"[a-z0-9][a-z0-9-]{0,39}"
"""A community's code stands in addresses and in the name of its log."""
DEFAULTS = "national_default"
"""The scope of the ledger's own numbers, which hold where neither place nor community has any."""
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
    COOLING = "cooling"
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


def scopes_of(jurisdiction: str, community: str) -> list[str]:
    """Whose local numbers hold in a community, the widest first: the country's, its place's, its own.

    A district stands behind its city (``shanghai/hongkou``), whose numbers hold there too.
    """
    steps = jurisdiction.split("/")
    places = ["/".join(steps[: end + 1]) for end in range(len(steps))]
    return list(dict.fromkeys([DEFAULTS, *places, f"community:{community}"]))


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


def passed_on(amounts: Mapping[str, int], heirs: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """What homes hold, with what is of homes that ended handed on to what they became, by area; the sum stays.

    ``heirs`` are the areas in dm² of what each home that ended became. What a heir that ended too gets goes on.
    """
    left = dict(amounts)
    while ended := sorted(left.keys() & heirs.keys()):
        for home in ended:
            for heir, share in split(left.pop(home), heirs[home]).items():
                left[heir] = left.get(heir, 0) + share
    return left


SEASONAL = frozenset({ComponentKind.HEATING, ComponentKind.COOLING})
"""What is under warranty by seasons and not by years (建设工程质量管理条例 Art. 40 (三))."""


def warranty_until(accepted_on: date, years: int) -> date:
    """The last day of a warranty that starts at acceptance, the first day not counted (民法典 Art. 201)."""
    return years_after(accepted_on, years)


def usual_warranty_until(kind: ComponentKind, accepted_on: date, local: Mapping[str, Any]) -> date:
    """The last day of the warranty that a kind of part has by the local numbers of the day of its acceptance.

    Of heating and cooling it is the last day of the last of so many seasons: those that begin on the day of acceptance or
    after it, since one that runs already is no whole one.
    """
    if kind not in SEASONAL:
        return warranty_until(accepted_on, local[f"warranty.years.{kind}"])
    begins, ends = local[f"warranty.{kind}.begins"], local[f"warranty.{kind}.ends"]
    year = accepted_on.year + (day_of_year(accepted_on.year, begins) < accepted_on)
    last = year + local[f"warranty.seasons.{kind}"] - 1
    return day_of_year(last + (ends < begins), ends)
