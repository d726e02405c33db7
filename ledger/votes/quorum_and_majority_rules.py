"""How votes are counted: who takes part, whether they are a quorum, what carries. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from ledger.votes.rules import Choice, Matter

THREE_QUARTERS = frozenset({Matter.RAISE_FUND, Matter.REBUILD, Matter.COMMON_PARTS_BUSINESS})
"""民法典 Art. 278 items (六), (七), (八)."""


class Vote(NamedTuple):
    """One home on the roll: its area, its owner's head key, and its choice if it voted."""

    area_dm2: int
    head: str
    choice: Choice | None


class Turnout(NamedTuple):
    """Who may vote and who did, areas in dm²: all that is told before the count."""

    area_all: int
    heads_all: int
    area_part: int
    heads_part: int


class Tally(NamedTuple):
    """The count; areas in dm². Abstentions and invalid ballots take part and do not consent."""

    area_all: int
    heads_all: int
    area_part: int
    heads_part: int
    area_yes: int
    heads_yes: int

    @property
    def quorum(self) -> bool:
        """At least two thirds of area and of heads took part; where nobody did, or no area, nobody decided.

        An emergency use of the fund is not voted on and asks for none (`ledger.fund.uses.step_and_emergency_rules`).
        """
        return (
            self.heads_part > 0
            and self.area_part > 0
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


def with_silent_consent(votes: Iterable[Vote]) -> list[Vote]:
    """The votes where the rules of procedure take silence for consent (默认表决, 建办房〔2015〕52号)."""
    return [vote if vote.choice else vote._replace(choice=Choice.YES) for vote in votes]
