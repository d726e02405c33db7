"""Which step of a disclosure follows which; what may be shown of small groups. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any

from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.errors import Refused
from ledger.money import round_half_up
from ledger.words import Coded, yuan

RULES_VERSION = "2026.1"
"""The version of the rules by which the figures were made; it stands in every disclosure."""


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
