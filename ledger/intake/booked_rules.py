"""Which entry a bank line is the other side of. Pure.

It is one of the same book account, the same amount the same way, within the profile's days, whose number the line names
if it names one. One line takes one entry and one entry one line, in the order of their days, so the answer is the same
whatever file came first.
"""

from collections.abc import Hashable, Sequence
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

from ledger.errors import Refused

Name = TypeVar("Name", bound=Hashable)

BY_NUMBER = "单号、金额与第 {no} 号凭证相符 / number and amount agree with entry {no}"
BY_DAY = (
    "金额与第 {no} 号凭证相符，日期相差 {days} 天以内 / amount agrees with entry {no}, within {days} days"
)
BY_HAND = "由 {by} 与第 {no} 号凭证对上 / joined with entry {no} by {by}"


class Side(NamedTuple, Generic[Name]):
    """One side of a movement of the bank: its name, its day, fen (negative when money left), and its words."""

    name: Name
    on: date
    fen: int
    words: str = ""


class Pair(NamedTuple, Generic[Name]):
    """A line and its entry, and why."""

    line: Name
    entry: int
    why: str


class LinesDoNotMakeEntry(Refused):
    code = "lines-do-not-make-entry"
    zh = "这几笔流水合计 {lines} 元，第 {no} 号凭证在这个科目上是 {entry} 元，对不上。"
    en = "These lines add up to {lines} yuan and entry {no} moves {entry} on this account."


class LineTaken(Refused):
    code = "line-taken"
    zh = "这笔流水已经对上第 {no} 号凭证。"
    en = "The line is joined with entry {no} already."


class EntryTaken(Refused):
    code = "entry-taken"
    zh = "第 {no} 号凭证已经有流水对上，或已被冲销，或不动用这个账户。"
    en = "Entry {no} has its lines already, or is reversed, or does not move this account."


def pairs(lines: Sequence[Side[Name]], entries: Sequence[Side[int]], days: int) -> list[Pair[Name]]:
    """Pair lines with entries one to one, the same for the same sides in any order.

    First those whose line names the entry's number, then those of the same amount within ``days`` days, the
    earliest with the earliest. An entry's ``words`` is the number it would be named by.
    """
    matches: list[Pair[Name]] = []
    window = timedelta(days=days)
    by_amount: dict[int, list[Side[int]]] = {}
    for entry in sorted(entries, key=lambda side: (side.on, side.name)):
        by_amount.setdefault(entry.fen, []).append(entry)
    ordered = sorted(lines, key=lambda side: (side.on, side.name))
    left = []
    for line in ordered:
        candidates = by_amount.get(line.fen, [])
        named = [
            candidate
            for candidate in candidates
            if len(candidate.words) >= 4 and candidate.words in line.words
        ]
        if len(named) == 1 and abs(named[0].on - line.on) <= 4 * window:
            candidates.remove(named[0])
            matches.append(Pair(line.name, named[0].name, BY_NUMBER.format(no=named[0].name)))
        else:
            left.append(line)
    for line in left:
        candidates = by_amount.get(line.fen, [])
        near = next((candidate for candidate in candidates if abs(candidate.on - line.on) <= window), None)
        if near is not None:
            candidates.remove(near)
            matches.append(Pair(line.name, near.name, BY_DAY.format(no=near.name, days=days)))
    return matches
