"""What homes may be divided or merged, and what stands against it. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from ledger.community.rules import AreaSource, HomeKind
from ledger.errors import Malformed, Refused
from ledger.fields import Code, Note
from ledger.money import parts as decimal
from ledger.register.rules import AreaDm2, Part
from ledger.words import Coded, word


class NewPart(NamedTuple):
    """One of the homes that a home is divided into; whose it is where its owner is another than before."""

    door: Part
    area_dm2: AreaDm2
    name: Note = ""
    phone: Note = ""


class MergedHome(NamedTuple):
    """The home that several become, in the stairwell of the one that it is done on."""

    door: Part
    area_dm2: AreaDm2
    area_source: AreaSource


NewParts = Annotated[Sequence[NewPart], Field(min_length=2, max_length=20)]
Others = Annotated[Sequence[Code], Field(min_length=1, max_length=20)]


class Obstacle(StrEnum):
    """What has to be over before a home is divided or merged."""

    DEBT = "debt"
    PREPAID = "prepaid"
    WAIVER = "waiver"
    WAIVER_RUNS = "waiver_runs"
    FUND_USE = "fund_use"
    TOPUP = "topup"
    FUND_RETURN = "fund_return"
    CUSTODY = "custody"
    LEVY = "levy"
    TENANCY = "tenancy"
    LOST = "lost"


def stands_open(obstacle: Obstacle, home: str, which: object = "") -> Coded:
    """An obstacle of a home as a refusal names it: which one, and what to do first."""
    zh, en = (word(obstacle, language=language) for language in ("zh", "en"))
    named = f" {which}" if which else ""
    return Coded("succession.Obstacle", obstacle.value, (f"{home}{named} {zh}", f"{home}{named} {en}"))


class StandsOpen(Refused):
    code = "home-stands-open"
    zh = "分户、合户以前先办完：{open}。"
    en = "Before homes are divided or merged this has to be over: {open}."


class PartsTooFew(Malformed):
    code = "division-of-one"
    zh = "{home} 至少要分成两户。"
    en = "{home} has to be divided into two homes at least."


class AreasDiffer(Refused):
    code = "home-areas-differ"
    zh = "原来一共 {before} ㎡，分户、合户以后一共 {after} ㎡，对不上；面积确有更正的，请附上更正面积的文件。"
    en = "It was {before} m² in all and would be {after} m²: add the paper by which the area is corrected, or put it right."


class HomesApart(Refused):
    code = "homes-apart"
    zh = "{home} 和 {other} 不能合户：要在同一幢，房屋性质相同，售房或开发单位也相同。"
    en = "{home} and {other} cannot be merged: homes of one building, of one kind, and of one seller or developer are."


class OwnersDiffer(Refused):
    code = "home-owners-differ"
    zh = "{home} 和 {other} 登记的不是同一位业主，不能合户；已经过户的，先在那一户登记新业主，并选上他的另一户。"
    en = "{home} and {other} are not one owner's on record: if one was sold, register its new holder first, with the other home of his."


class SuccessionAhead(Malformed):
    code = "succession-ahead"
    zh = "{since}还没有到：权属登记以后再来登记分户、合户。"
    en = "{since} is still to come: enter it once the right is registered."


class SuccessionTooEarly(Refused):
    code = "succession-too-early"
    zh = "{home} 自{last}起才是现在的业主或现在的户，不能从{since}起分户、合户。"
    en = (
        "{home} has its present owner or stands since {last}; it cannot be divided or merged from {since} on."
    )


class MergedWithItself(Malformed):
    code = "merged-with-itself"
    zh = "{home} 写了两次：每一户只写一次，自己不用写。"
    en = "{home} is named twice: each home once, and not the one it is done on."


class Joined(NamedTuple):
    """A home as merging sees it: where it is, what it is, and whose head it counts to."""

    home: str
    building: str
    kind: HomeKind
    seller: str | None
    head: str


def check_joined(homes: Sequence[Joined]) -> None:
    """See that homes may become one: of one building, kind and seller, and one owner's.

    Raises:
        MergedWithItself, HomesApart, OwnersDiffer.
    """
    first, *others = homes
    seen = {first.home}
    for other in others:
        if other.home in seen:
            raise MergedWithItself(home=other.home)
        seen.add(other.home)
        if (other.building, other.kind, other.seller) != (first.building, first.kind, first.seller):
            raise HomesApart(home=first.home, other=other.home)
        if other.head != first.head:
            raise OwnersDiffer(home=first.home, other=other.home)


def check_areas(before_dm2: int, after_dm2: int, *, corrected: bool) -> None:
    """See that no area, in dm², is gained or lost, unless a paper corrects it.

    Raises:
        AreasDiffer.
    """
    if before_dm2 != after_dm2 and not corrected:
        raise AreasDiffer(before=decimal(before_dm2, 2), after=decimal(after_dm2, 2))


def check_since(home: str, since: date, last: date | None, today: date) -> None:
    """See that the day has come, and that the home had its present owner by then and stood.

    Raises:
        SuccessionAhead, SuccessionTooEarly.
    """
    if since > today:
        raise SuccessionAhead(since=since)
    if last is not None and since < last:
        raise SuccessionTooEarly(home=home, last=last, since=since)
