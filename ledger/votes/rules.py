"""How votes are counted. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Refused


class Matter(StrEnum):
    """The items of Civil Code Art. 278 that the ledger asks about."""

    RULES = "rules"
    CONVENTION = "convention"
    COMMITTEE = "committee"
    FIRM = "firm"
    USE_FUND = "use_fund"
    RAISE_FUND = "raise_fund"
    REBUILD = "rebuild"
    COMMON_PARTS_BUSINESS = "common_parts_business"
    OTHER = "other"


THREE_QUARTERS = frozenset({Matter.RAISE_FUND, Matter.REBUILD, Matter.COMMON_PARTS_BUSINESS})
"""民法典 Art. 278 items (六), (七), (八)."""


class Choice(StrEnum):
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class MotionState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class MotionClosed(Refused):
    code = "motion-closed"
    zh = "议题 {motion} 的投票已经截止。"
    en = "The vote on {motion} is closed."


class VotedAlready(Refused):
    code = "voted-already"
    zh = "{home} 已经对议题 {motion} 投过票，一户只能投一次。"
    en = "{home} has voted on {motion} already; a home votes once."


class NotOnRoll(Refused):
    code = "not-on-roll"
    zh = "{home} 不在议题 {motion} 的业主名册内：只由承担费用的业主表决。"
    en = "{home} is not on the roll of {motion}: only the owners who bear the cost vote."
    article = "《民法典》第278条；domain/01 §1.6"


class Vote(NamedTuple):
    """One home on the roll: its area, its owner's head key, and its choice if it voted."""

    area_dm2: int
    head: str
    choice: Choice | None


class Tally(NamedTuple):
    """The count; areas in dm². Abstentions take part and do not consent."""

    area_all: int
    heads_all: int
    area_part: int
    heads_part: int
    area_yes: int
    heads_yes: int

    @property
    def quorum(self) -> bool:
        """At least two thirds of area and of heads took part; where nobody did, nobody decided."""
        return (
            self.heads_part > 0
            and 3 * self.area_part >= 2 * self.area_all
            and 3 * self.heads_part >= 2 * self.heads_all
        )

    def passed(self, matter: Matter) -> bool:
        """Whether the motion carries: > 1/2 of participants by area and heads, or >= 3/4 for the heavy matters."""
        if not self.quorum:
            return False
        if matter in THREE_QUARTERS:
            return 4 * self.area_yes >= 3 * self.area_part and 4 * self.heads_yes >= 3 * self.heads_part
        return 2 * self.area_yes > self.area_part and 2 * self.heads_yes > self.heads_part


def tally(votes: Iterable[Vote]) -> Tally:
    """Count areas and heads; one owner of several homes is one head (建筑物区分所有权解释 Art. 9).

    An owner's head takes part when any of his homes voted, and consents when all of his homes that
    voted said yes.
    """
    everyone: set[str] = set()
    took_part: set[str] = set()
    against: set[str] = set()
    area_all = area_part = area_yes = 0
    for area, head, choice in votes:
        everyone.add(head)
        area_all += area
        if choice is None:
            continue
        took_part.add(head)
        area_part += area
        if choice is Choice.YES:
            area_yes += area
        else:
            against.add(head)
    return Tally(area_all, len(everyone), area_part, len(took_part), area_yes, len(took_part - against))
