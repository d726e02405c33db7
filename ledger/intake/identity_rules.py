"""Whether a line of a file is one that was imported before. Pure.

What its source never changes tells: its number, or else its running balance; or else day, amount, direction and
counterparty. Status, remark and the name of the profile may be others than last time. A long number alone tells, whatever
the day; one of several numbers does, where the other is missing or rounded. Another mapping may have read another day and
another number of one payment, so that such lines are asked about. Of lines without number and
balance several may be just alike. How many there are then, two files tell together if one holds the whole day, or if
both hold its beginning or both its end. Where each holds another piece of the day they do not, and nobody but a person
can say whether a line is the same.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from ledger.intake.lines import BETWEEN, Line, bare_number, squeezed
from ledger.intake.marks import Direction

Name = TypeVar("Name", bound=Hashable)
COUNTING = (Direction.IN, Direction.OUT)
NEAR = timedelta(days=7)
"""So far apart may be the two days, of the payment and of the booking, that a bank writes beside one line."""
REFUND = "退款"
LONG = 20
"""A number of so many signs is given to one payment only."""
KEPT_FIGURES = 15
"""So many figures of a number does a spreadsheet keep; it writes noughts for the others."""


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
    """What a line is, the earlier line that it is or may be, and the code of the warning that says why it may."""

    again: Again
    before: Before[Name] | None = None
    why: str = "doubtful"


def days_of(lines: Sequence[Line]) -> Days | None:
    """The days of a file's lines; None of a file without any."""
    days = [line.occurred_on for line in lines]
    return Days(min(days), max(days), days in (sorted(days), sorted(days)[::-1])) if days else None


def is_refund(line: Line) -> bool:
    """Whether a row says that it is the return of another's money."""
    return REFUND in line.kind or (REFUND in line.status and line.direction is Direction.NEUTRAL)


def long_numbers(lines: Iterable[Line]) -> set[str]:
    """The numbers of a file's lines that are given to one payment only, as they may be stored."""
    return {
        number
        for line in lines
        if _is_long(line.order_no)
        for number in (line.order_no, bare_number(line.order_no))
    }


def recognised_elsewhere(
    lines: Sequence[Line], profile: str, before: Sequence[Before[Name]]
) -> list[Recognised[Name]]:
    """What each line of a file is beside those of other accounts: a file may have come into the wrong one.

    There a line is known by number or balance and all its words. One that has neither is doubtful if the same profile read it.
    """
    there: dict[Hashable, list[Before[Name]]] = defaultdict(list)
    for old in before:
        there[_known_by(_facts(old, "", False))].append(old)
    answers = []
    for line in lines:
        facts = _facts(line, "", False)
        candidates = there.get(_known_by(facts), [])
        if not (facts.number or facts.balance_fen is not None):
            candidates = [old for old in candidates if old.profile == profile]
        again = Again.KNOWN if facts.number or facts.balance_fen is not None else Again.DOUBTFUL
        answers.append(Recognised(again, candidates[0]) if candidates else Recognised(Again.FRESH))
        if candidates:
            there[_known_by(facts)].remove(candidates[0])
    return answers


def recognised(
    lines: Sequence[Line], profile: str, before: Sequence[Before[Name]], files: Sequence[Days]
) -> list[Recognised[Name]]:
    """What each line of a file is beside those of the same account that were imported before, one to one.

    ``before`` stands in the order in which the lines came in; ``files`` are the days of the files that they came from.
    """
    answers: list[Recognised[Name]] = [Recognised(Again.FRESH)] * len(lines)
    news = [_facts(line, profile, is_refund(line)) for line in lines]
    olds = [
        _facts(old, old.profile, REFUND in old.status and old.direction not in COUNTING) for old in before
    ]
    taken: set[int] = set()
    days = _Held(news, days_of(lines), olds, files)

    def join(step: _Step, again: Again, *, same_remark: bool) -> None:
        free: dict[Hashable, list[int]] = defaultdict(list)
        for j, old in enumerate(olds):
            for key in step.keys(old, before=True) if j not in taken else ():
                free[key].append(j)
        for i, new in enumerate(news):
            if answers[i].again is not Again.FRESH:
                continue
            for j in chain.from_iterable(free.get(key, ()) for key in step.keys(new, before=False)):
                old = olds[j]
                if j in taken or (same_remark and new.remark != old.remark) or not step.alike(new, old):
                    continue
                decided = again is Again.DOUBTFUL or days.enough(step, new, old)
                taken.add(j)
                answers[i] = Recognised(again if decided else Again.DOUBTFUL, before[j])
                break

    def ask(step: _Step, why: str) -> None:
        """Ask about each line that may be an earlier one: which of them it would be, nobody can see."""
        may_be: dict[Hashable, list[int]] = defaultdict(list)
        for j, old in enumerate(olds):
            for key in step.keys(old, before=True) if j not in taken else ():
                may_be[key].append(j)
        for i, new in enumerate(news):
            if answers[i].again is not Again.FRESH:
                continue
            for j in chain.from_iterable(may_be.get(key, ()) for key in step.keys(new, before=False)):
                if step.alike(new, olds[j]):
                    answers[i] = Recognised(Again.DOUBTFUL, before[j], why)
                    break

    if before:
        for step in CERTAIN:
            for same_remark in (True, False):
                join(step, Again.KNOWN, same_remark=same_remark)
        for step in (PARTS, WORDS):
            for same_remark in (True, False):
                join(step, Again.KNOWN, same_remark=same_remark)
        ask(OTHER_AMOUNT, "doubtful-amount")
        if any(old.profile != profile for old in before):
            ask(OTHER_MAPPING, "doubtful-mapping")
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
    numbers: frozenset[str]
    rounded: tuple[str, ...]
    clocked: bool


def _facts(line: "Line | Before[Name]", profile: str, refund: bool) -> _Facts:
    numbers = list(map(bare_number, filter(None, line.order_no.split(BETWEEN))))
    return _Facts(
        profile,
        BETWEEN.join(numbers),
        line.occurred_on if isinstance(line, Line) else line.on,
        line.direction,
        line.amount_fen,
        line.balance_fen,
        squeezed(line.counterparty),
        squeezed(line.remark),
        refund,
        frozenset(numbers),
        line.rounded if isinstance(line, Line) else (),
        isinstance(line, Line) and line.occurred_at is not None,
    )


def _known_by(facts: _Facts) -> Hashable:
    return facts._replace(rounded=(), clocked=False)


class _Step(NamedTuple):
    """One way to know a line again: what has to be equal (None where it cannot be asked), and what has to fit.

    ``parts`` are what one of each has to be equal besides.
    """

    key: Callable[[_Facts], Hashable | None]
    alike: Callable[[_Facts, _Facts], bool] = lambda new, old: True
    parts: Callable[[_Facts, bool], Iterable[Hashable]] = lambda facts, before: ((),)

    def keys(self, facts: _Facts, *, before: bool) -> list[Hashable]:
        """Under what a line is kept that came in before, and a new one is looked for."""
        key = self.key(facts)
        return [] if key is None else [(key, part) for part in self.parts(facts, before)]


def _one_moved(new: _Facts, old: _Facts) -> bool:
    """An order that moved then and is closed now, or the other way round; what returns its money is another line."""
    return not (new.refund or old.refund) and not (new.direction in COUNTING and old.direction in COUNTING)


def _one_receipt(new: _Facts, old: _Facts) -> bool:
    return not (new.refund or old.refund) and Direction.OUT not in (new.direction, old.direction)


def _is_long(number: str) -> bool:
    return any(len(part) >= LONG for part in number.split(BETWEEN))


def _fits(one: str, other: str) -> bool:
    """Whether two counterparties may be one: one of them may be masked, or say less than the other."""
    if not one or not other or one == other:
        return True
    names, others = set(one.split("·")), set(other.split("·"))
    return names <= others or others <= names or ("*" in one + other and _masks(one, other))


def _masks(one: str, other: str) -> bool:
    patterns = (
        (".+".join(map(re.escape, re.split(r"\*+", mask))), name)
        for mask, name in ((one, other), (other, one))
    )
    return any(re.fullmatch(pattern, name) for pattern, name in patterns)


def _kept_as(number: str, before: bool) -> Iterator[Hashable]:
    """Under what a number is looked for: itself, and of a rounded one what a spreadsheet keeps, on either side."""
    yield number
    if len(number) > KEPT_FIGURES:
        kept, rounded = (number[:KEPT_FIGURES], len(number)), not number[KEPT_FIGURES:].strip("0")
        for of_a_rounded_one in {True, False} if rounded else {not before}:
            yield (*kept, of_a_rounded_one)


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers are one, of which a spreadsheet may have kept the first figures only."""
    if one == other:
        return True
    kept = len(one) == len(other) > KEPT_FIGURES and one[:KEPT_FIGURES] == other[:KEPT_FIGURES]
    return kept and not (one[KEPT_FIGURES:].strip("0") and other[KEPT_FIGURES:].strip("0"))


def _some_number(new: _Facts, old: _Facts) -> bool:
    """Whether all numbers of one of two lines are among those of the other."""
    few, many = sorted((new.numbers, old.numbers), key=len)
    return all(any(_same_number(number, other) for other in many) for number in few)


def _rounds(new: _Facts, old: _Facts) -> bool:
    """Whether what a spreadsheet has left of a line's numbers may come from the other's."""
    return all(
        any(_rounds_to(rounded, number) for number in old.numbers) for rounded in new.rounded if old.numbers
    )


def _rounds_to(rounded: str, number: str) -> bool:
    figures, _, places = rounded.upper().replace(".", "").replace("+", "").partition("E")
    whole = number.isdecimal() and len(number) == int(places) + 1
    return whole and abs(int(number[: len(figures)]) - int(figures)) <= 1


def _differs_by_mapping(new: _Facts, old: _Facts) -> bool:
    """Read by another mapping, whose columns may be others: number, counterparty, even the day."""
    if new.profile == old.profile or abs(new.on - old.on) > NEAR:
        return False
    if new.balance_fen is not None and old.balance_fen is not None and new.balance_fen != old.balance_fen:
        return False
    if new.numbers & old.numbers:
        return True
    if not _fits(new.payer, old.payer) and _is_name(new.payer) is _is_name(old.payer):
        return False
    return new.on == old.on or bool(new.payer or old.payer or _fits(new.remark, old.remark))


def _is_name(payer: str) -> bool:
    """Whether a counterparty is a name; another column may tell the number of its account."""
    return any(map(str.isalpha, payer))


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
LONG_NUMBER = _Step(lambda f: (f.number, f.amount_fen) if _is_long(f.number) else None, _one_receipt)
CERTAIN = (BY_NUMBER, BY_NUMBER_UNSETTLED, BY_NUMBER_AND_BALANCE, BY_BALANCE, LONG_NUMBER)
PARTS = _Step(
    lambda f: (f.amount_fen, f.on, f.direction) if f.numbers else None,
    lambda new, old: (
        _some_number(new, old)
        and _rounds(new, old)
        and (new.balance_fen is None or new.balance_fen == old.balance_fen or old.balance_fen is None)
    ),
    lambda f, before: {key for number in f.numbers for key in _kept_as(number, before)},
)
WORDS = _Step(
    lambda f: (f.amount_fen, f.on, f.direction),
    lambda new, old: (
        not (new.number and old.number)
        and (new.balance_fen is None or old.balance_fen is None)
        and _fits(new.payer, old.payer)
        and _rounds(new, old)
    ),
)
"""Alike as far as lines without number and balance, on either side, can be."""
OTHER_AMOUNT = _Step(lambda f: f.number if _is_long(f.number) else None, _one_receipt)
OTHER_MAPPING = _Step(lambda f: (f.amount_fen, f.direction), _differs_by_mapping)


class _Held:
    """On which days two files tell together how many lines there are that are just alike."""

    def __init__(
        self, news: Sequence[_Facts], mine: Days | None, olds: Sequence[_Facts], files: Sequence[Days]
    ) -> None:
        self.mine, self.files = mine, files
        self.here, self.there = _rows_of(news), _rows_of(olds)
        self.answers: dict[tuple[date, bool], bool] = {}

    def enough(self, step: _Step, new: _Facts, old: _Facts) -> bool:
        """Whether a line that is alike in a step has to be the same."""
        if step is WORDS and not (new.payer or old.payer) and new.remark != old.remark:
            return False  # nothing but its remark tells the line, and that is another
        if step not in (PARTS, WORDS) and not (step is BY_BALANCE and self._came_and_went(new)):
            return True
        if (new.on, new.clocked) not in self.answers:
            self.answers[new.on, new.clocked] = self._of(new.on, clocked=new.clocked)
        return self.answers[new.on, new.clocked]

    def _came_and_went(self, new: _Facts) -> bool:
        """Whether the same sum moved both ways on a day, so that two lines of it may leave one balance."""
        ways = {
            way
            for rows in (self.here, self.there)
            for way, fen, _, _ in rows[new.on]
            if fen == new.amount_fen
        }
        return len(ways & {*COUNTING}) > 1

    def _of(self, day: date, *, clocked: bool) -> bool:
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
        if clocked and len(self.here) == len(self.here[day]) == 1:
            return False  # one row may be of another hour than the one that is there
        if self.mine.ordered and self.mine.first < self.mine.last:
            return False
        return same_rows and all(file[:2] == self.mine[:2] for file in held)


def _rows_of(facts: Iterable[_Facts]) -> dict[date, list[tuple[Direction, int, str, str]]]:
    rows: dict[date, list[tuple[Direction, int, str, str]]] = defaultdict(list)
    for fact in facts:
        rows[fact.on].append((fact.direction, fact.amount_fen, fact.payer, fact.remark))
    return rows
