"""Which step of a disclosure follows which; what may be shown of small groups. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.errors import Refused
from ledger.money import round_half_up
from ledger.words import Coded, yuan

RULES_VERSION = "2026.1"
"""The version of the rules by which the figures were made; it stands in every disclosure."""
SATISFIED_FROM = 4
"""The least rating of a repair, of five, that is told as satisfied."""


SMALL_GROUP = 20
"""Owners of a vote, or repairs, below which it would be known of each what is told of all."""


class DisclosureState(StrEnum):
    PREPARED = "prepared"
    CHECKED = "checked"
    PUBLISHED = "published"


class PeriodOpen(Refused):
    code = "period-open"
    zh = "{period:period}还没有结账（已结到{closed_through:period}）：先结账，再公示。"
    en = "The books of {period:period} are not closed yet (closed through {closed_through:period}): close it, then disclose."


class FiguresDoNotFoot(Refused):
    code = "figures-do-not-foot"
    zh = "{what}：期初 {opening} + 收入 {inward} − 支出 {outward} ≠ 期末 {closing}，不能公示。"
    en = "{what}: opening {opening} + in {inward} − out {outward} is not closing {closing}; it cannot be disclosed."


class NotInState(Refused):
    code = "disclosure-not-in-state"
    zh = "{period:period}的公示稿现在是“{state}”，不能{action}。"
    en = "The disclosure of {period:period} is {state}; it is not ready for {action}."


def check_publishable(
    period: str, state: DisclosureState, prepared_by: str, checked_by: str | None, *, by: Actor
) -> None:
    """See that the draft is checked and that whoever publishes it did neither of the steps before.

    Raises:
        NotInState: it is not checked, or published already.
        SamePerson, OperatorDecides: this person prepared or checked it, or runs the machine.
    """
    if state is not DisclosureState.CHECKED:
        raise NotInState(period=period, state=state, action=Duty.PUBLISH)
    check_different_people([(Duty.PREPARE, prepared_by), (Duty.CHECK, checked_by)], step=Duty.PUBLISH, by=by)


class AnotherDraft(Refused):
    code = "another-draft"
    zh = "公示稿在您阅读之后又改过：请重新核对（摘要 {sha256}）。"
    en = "The draft changed after you read it: read it again (digest {sha256})."


def suppressed(cells: Mapping[str, int], least: int) -> dict[str, int | None]:
    """Counts by cell, with small ones hidden so that none can be worked out from the total.

    A count below ``least`` (but above nought) becomes None. Where subtracting the others from the total would
    still show it, because it is the only one or because all that are hidden must be ones (or all just below
    ``least``), the next smallest count is hidden too, in every cell that has it; where there is no other count,
    the noughts are hidden as well.
    """
    hidden = {cell for cell, count in cells.items() if 0 < count < least}
    small = {cells[cell] for cell in hidden}
    if hidden and (len(hidden) == 1 or small in ({1}, {least - 1})):
        following = min((count for count in cells.values() if count >= least), default=0)
        hidden |= {cell for cell, count in cells.items() if count == following}
    return {cell: None if cell in hidden else count for cell, count in cells.items()}


def merged(cells: Mapping[str, int], least: int) -> tuple[dict[str, int], int]:
    """The counts of the cells that are told, and the sum of all others, those of nought among them.

    A cell below ``least`` is not told by itself. Where the sum of these would be a few, or would tell that each is just
    below ``least``, the smallest that are told go with them, every one that has that count.
    """
    alone = {cell: count for cell, count in cells.items() if count >= least}

    def rest() -> int:
        return sum(count for cell, count in cells.items() if cell not in alone)

    while alone and (0 < rest() < least or rest() == (least - 1) * (len(cells) - len(alone)) > 0):
        smallest = min(alone.values())
        alone = {cell: count for cell, count in alone.items() if count != smallest}
    return alone, rest()


def told(count: int, least: int) -> int | None:
    """A count as it is told: None where it would point at a few."""
    return count if count == 0 or count >= least else None


def told_share(good: int, base: int, least: int) -> tuple[int | None, int | None]:
    """How many of so many, both hidden where these are a few."""
    return (None, None) if told(base, least) is None else (good, base)


def told_part(part: int, whole: int, least: int) -> tuple[int | None, int | None]:
    """How many of so many, as it is told: the part is hidden where it or the rest is a few, and where all of few are alike."""
    if told(whole, least) is None:
        return None, None
    alike = part in (0, whole) and whole < SMALL_GROUP
    few = None in (told(part, least), told(whole - part, least))
    return (None, whole) if whole and (alike or few) else (part, whole)


def told_by_month(counts: Mapping[str, int], least: int) -> dict[str, int | None]:
    """Counts by month; none at all where they are so few in all that every month could be a small one."""
    return suppressed(counts, least) if sum(counts.values()) >= least * len(counts) else {}


class Repairs(NamedTuple):
    """What happened to the tickets of a period."""

    by_category: Mapping[str, int]
    by_month: Mapping[str, int]
    finished: int
    reopened: int
    due: int
    on_time: int
    rated: int
    satisfied: int


def told_repairs(repairs: Repairs, least: int) -> "Figures":
    """The figures of repairs as they are told, every one by the same partition: kinds, months, and shares of a base."""
    finished = told_part(repairs.reopened, repairs.finished, least)
    due = told_part(repairs.on_time, repairs.due, least)
    rated = told_part(repairs.satisfied, repairs.rated, least)
    by_category, rest = merged(repairs.by_category, least)
    reported = sum(repairs.by_category.values())
    few_of_all = reported < least or reported >= (least - 1) * len(repairs.by_category)
    is_told = reported == 0 or bool(by_category) or not few_of_all
    return {
        "reported": reported if is_told else None,
        "finished": finished[1],
        "due": due[1],
        "on_time": due[0],
        "reopened": finished[0],
        "rated": rated[1],
        "satisfied": rated[0],
        "by_category": dict(sorted(by_category.items())),
        "rest": rest if is_told else None,
        "by_month": [
            {"month": month, "reported": count}
            for month, count in told_by_month(repairs.by_month, least).items()
        ],
    }


class Voted(NamedTuple):
    """The totals of a vote by heads."""

    heads_all: int
    heads_part: int
    heads_yes: int


def told_vote(vote: Voted, least: int) -> frozenset[str]:
    """Which of a vote's totals are told, of heads and of areas alike: ``all``, ``part``, ``yes``.

    Those in favour, those who took part and were not, and those who took no part make up all. A few of them would be
    known by their areas; and in a vote of few owners every total tells how somebody voted.
    """
    if vote.heads_all < SMALL_GROUP:
        return frozenset({"all"})
    against, absent = vote.heads_part - vote.heads_yes, vote.heads_all - vote.heads_part
    if all(told(count, least) is not None for count in (vote.heads_yes, against, absent)):
        return frozenset({"all", "part", "yes"})
    if all(told(count, least) is not None for count in (vote.heads_yes, against + absent)):
        return frozenset({"all", "yes"})
    return frozenset({"all"})


def check_foots(what: str, opening: int, inward: int, outward: int, closing: int) -> None:
    """See that opening plus in less out is closing.

    Raises:
        FiguresDoNotFoot: it is not.
    """
    if opening + inward - outward != closing:
        raise FiguresDoNotFoot(
            what=Coded("book", what),
            opening=yuan(opening),
            inward=yuan(inward),
            outward=yuan(outward),
            closing=yuan(closing),
        )


def per_ten_thousand(share: Fraction | None) -> int | None:
    """A share in ten-thousandths (75.00 % = 7500), rounded half up; None stays None."""
    return None if share is None else round_half_up(share * 10_000)


Figures = dict[str, Any]
