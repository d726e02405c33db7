"""Whether a line of a file is one that was imported before. Pure.

What its source never changes tells: its number, or else its running balance; or else day, amount, direction and
counterparty. Status, remark and the name of the profile may be others than last time. Of lines without number and
balance several may be just alike. How many there are then, two files tell together if one holds the whole day, or if
both hold its beginning or both its end. Where each holds another piece of the day they do not, and nobody but a person
can say whether a line is the same.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

from ledger.intake.lines import Line, bare_number, squeezed
from ledger.intake.marks import Direction

Name = TypeVar("Name", bound=Hashable)
COUNTING = (Direction.IN, Direction.OUT)
NEAR = timedelta(days=7)
"""So far apart may be the two days, of the payment and of the booking, that a bank writes beside one line."""
REFUND = "退款"


class Again(Enum):
    """What a line of a file is beside those that were imported before."""

    FRESH = "fresh"
    KNOWN = "known"
    DOUBTFUL = "doubtful"


class Before(NamedTuple, Generic[Name]):
    """A line as it was imported: its name, the profile that read it, and what it says, in fen."""

    name: Name
    profile: str
    order_no: str
    on: date
    direction: Direction
    amount_fen: int
    balance_fen: int | None
    counterparty: str
    remark: str
    status: str = ""


class Days(NamedTuple):
    """The first and the last day of a file's lines, and whether they stand in the order of their days."""

    first: date
    last: date
    ordered: bool = True


@dataclass(frozen=True)
class Recognised(Generic[Name]):
    """What a line is, and the earlier line that it is or may be."""

    again: Again
    before: Before[Name] | None = None


def days_of(lines: Sequence[Line]) -> Days | None:
    """The days of a file's lines; None of a file without any."""
    days = [line.occurred_on for line in lines]
    return Days(min(days), max(days), days in (sorted(days), sorted(days)[::-1])) if days else None


def is_refund(line: Line) -> bool:
    """Whether a row says that it is the return of another's money."""
    return REFUND in line.kind or (REFUND in line.status and line.direction is Direction.NEUTRAL)


def recognised_elsewhere(
    lines: Sequence[Line], profile: str, before: Sequence[Before[Name]]
) -> list[Recognised[Name]]:
    """What each line of a file is beside those of other accounts: a file may have come into the wrong one.

    There a line is known by number or balance and all its words. One that has neither is doubtful if the same profile read it.
    """
    there: dict[Hashable, list[Before[Name]]] = defaultdict(list)
    for old in before:
        there[_facts(old, "", False)].append(old)
    answers = []
    for line in lines:
        candidates = there.get(facts := _facts(line, "", False), [])
        if not (facts.number or facts.balance_fen is not None):
            candidates = [old for old in candidates if old.profile == profile]
        again = Again.KNOWN if facts.number or facts.balance_fen is not None else Again.DOUBTFUL
        answers.append(Recognised(again, candidates[0]) if candidates else Recognised(Again.FRESH))
        if candidates:
            there[facts].remove(candidates[0])
    return answers


def recognised(
    lines: Sequence[Line], profile: str, before: Sequence[Before[Name]], files: Sequence[Days]
) -> list[Recognised[Name]]:
    """What each line of a file is beside those of the same account that were imported before, one to one.

    ``before`` stands in the order in which the lines came in; ``files`` are the days of the files that they came from.
    """
    answers: list[Recognised[Name]] = [Recognised(Again.FRESH)] * len(lines)
    news = [_facts(line, profile, is_refund(line)) for line in lines]
    olds = [_facts(old, old.profile, False) for old in before]
    taken: set[int] = set()
    days = _Held(news, days_of(lines), olds, files)

    def join(step: _Step, again: Again, *, same_remark: bool) -> None:
        free: dict[Hashable, list[int]] = defaultdict(list)
        for j, old in enumerate(olds):
            if j not in taken and (key := step.key(old)) is not None:
                free[key].append(j)
        for i, new in enumerate(news):
            if answers[i].again is not Again.FRESH or (key := step.key(new)) is None:
                continue
            for j in free.get(key, ()):
                old = olds[j]
                if j in taken or (same_remark and new.remark != old.remark) or not step.alike(new, old):
                    continue
                decided = again is Again.DOUBTFUL or days.enough(step, new, old)
                taken.add(j)
                answers[i] = Recognised(again if decided else Again.DOUBTFUL, before[j])
                break

    if before:
        for step in CERTAIN:
            for same_remark in (True, False):
                join(step, Again.KNOWN, same_remark=same_remark)
        join(OTHER_MAPPING, Again.DOUBTFUL, same_remark=False)
        for same_remark in (True, False):
            join(WORDS, Again.KNOWN, same_remark=same_remark)
    return answers


class _Facts(NamedTuple):
    """What two lines are compared by, as it compares."""

    profile: str
    number: str
    on: date
    direction: Direction
    amount_fen: int
    balance_fen: int | None
    payer: str
    remark: str
    refund: bool


def _facts(line: "Line | Before[Name]", profile: str, refund: bool) -> _Facts:
    return _Facts(
        profile,
        bare_number(line.order_no),
        line.occurred_on if isinstance(line, Line) else line.on,
        line.direction,
        line.amount_fen,
        line.balance_fen,
        squeezed(line.counterparty),
        squeezed(line.remark),
        refund,
    )


class _Step(NamedTuple):
    """One way to know a line again: what has to be equal (None where it cannot be asked), and what has to fit."""

    key: Callable[[_Facts], Hashable | None]
    alike: Callable[[_Facts, _Facts], bool] = lambda new, old: True


def _one_moved(new: _Facts, old: _Facts) -> bool:
    """An order that moved then and is closed now, or the other way round; what returns its money is another line."""
    return not new.refund and not (new.direction in COUNTING and old.direction in COUNTING)


def _fits(one: str, other: str) -> bool:
    return not one or not other or one == other


def _near(new: _Facts, old: _Facts) -> bool:
    """Read by another mapping, whose columns may be others: number, counterparty, even the day."""
    apart = abs(new.on - old.on)
    return new.profile != old.profile and (not apart or (apart <= NEAR and _fits(new.payer, old.payer)))


BY_NUMBER = _Step(lambda f: (f.amount_fen, f.number, f.on, f.direction) if f.number else None)
BY_NUMBER_UNSETTLED = _Step(lambda f: (f.amount_fen, f.number, f.on) if f.number else None, _one_moved)
BY_NUMBER_AND_BALANCE = _Step(
    lambda f: (
        (f.amount_fen, f.number, f.balance_fen, f.direction)
        if f.number and f.balance_fen is not None
        else None
    )
)
BY_BALANCE = _Step(
    lambda f: (f.amount_fen, f.balance_fen, f.on, f.direction) if f.balance_fen is not None else None,
    lambda new, old: _fits(new.number, old.number) and _fits(new.payer, old.payer),
)
CERTAIN = (BY_NUMBER, BY_NUMBER_UNSETTLED, BY_NUMBER_AND_BALANCE, BY_BALANCE)
OTHER_MAPPING = _Step(
    lambda f: (f.amount_fen, f.balance_fen, f.direction) if f.balance_fen is not None else None, _near
)
WORDS = _Step(
    lambda f: (f.amount_fen, f.on, f.direction),
    lambda new, old: (
        not (new.number and old.number)
        and (new.balance_fen is None or old.balance_fen is None)
        and _fits(new.payer, old.payer)
    ),
)
"""Alike as far as lines without number and balance, on either side, can be."""


class _Held:
    """On which days two files tell together how many lines there are that are just alike."""

    def __init__(
        self, news: Sequence[_Facts], mine: Days | None, olds: Sequence[_Facts], files: Sequence[Days]
    ) -> None:
        self.mine, self.files = mine, files
        self.here, self.there = _rows_of(news), _rows_of(olds)
        self.answers: dict[date, bool] = {}

    def enough(self, step: _Step, new: _Facts, old: _Facts) -> bool:
        """Whether a line that is alike in a step has to be the same."""
        if step is WORDS and not (new.payer or old.payer) and new.remark != old.remark:
            return False  # nothing but its remark tells the line, and that is another
        if step is not WORDS and not (step is BY_BALANCE and self._came_and_went(new)):
            return True
        if new.on not in self.answers:
            self.answers[new.on] = self._of(new.on)
        return self.answers[new.on]

    def _came_and_went(self, new: _Facts) -> bool:
        """Whether the same sum moved both ways on a day, so that two lines of it may leave one balance."""
        ways = {
            way
            for rows in (self.here, self.there)
            for way, fen, _, _ in rows[new.on]
            if fen == new.amount_fen
        }
        return len(ways & {*COUNTING}) > 1

    def _of(self, day: date) -> bool:
        held = [file for file in self.files if file.first <= day <= file.last]
        if self.mine is None:
            return False
        if any(file.ordered and file.first < day < file.last for file in held):
            return True
        begun, ended = (self.mine.ordered and side for side in (self.mine.first < day, day < self.mine.last))
        if begun and ended:
            return True
        if begun and all(file.ordered and file.first < day for file in held):
            return True
        if ended and all(file.ordered and day < file.last for file in held):
            return True
        same_rows = self.here[day] == self.there[day]  # the same file, saved anew
        if self.mine.ordered and self.mine.first < self.mine.last:
            return False
        return same_rows and all(file[:2] == self.mine[:2] for file in held)


def _rows_of(facts: Iterable[_Facts]) -> dict[date, list[tuple[Direction, int, str, str]]]:
    rows: dict[date, list[tuple[Direction, int, str, str]]] = defaultdict(list)
    for fact in facts:
        rows[fact.on].append((fact.direction, fact.amount_fen, fact.payer, fact.remark))
    return rows
