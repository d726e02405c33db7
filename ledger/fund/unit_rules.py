"""How a line of a unit ledger is named. Pure.

It is named by the accounts it moves and by its receipt, not by the action that wrote it: a new action needs no new word
here. What closes one account into another moves nobody's part and is no line.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.fund.rules import DepositKind, Standing


class LineKind(StrEnum):
    """What a line of a unit ledger is."""

    FIRST = "first"
    TOPUP = "topup"
    ESTABLISH = "establish"
    OPENING = "opening"
    GAINS = "gains"
    REPAIR = "repair"
    RETURN = "return"
    CUSTODY = "custody"
    SUCCESSION = "succession"
    HOLDER = "holder"
    REVERSAL = "reversal"


class Line(NamedTuple):
    """A line: what came in and went out, and what is held after it, in fen; in red where it is a reversal."""

    on: date
    entry_no: int | None
    kind: LineKind
    in_fen: int
    out_fen: int
    balance_fen: int
    project_no: str | None = None
    receipt_no: str | None = None


class PassedPart(NamedTuple):
    """What passed by a division or merger, in fen: in from the home that ended, or out to the home that it became."""

    on: date
    home: str
    in_fen: int
    out_fen: int


class UnitLedger(NamedTuple):
    """分户账 of a home. ``holders_since`` are the days from which owners are on record, without names.

    A home that was divided or merged has no ``standing``: nobody tops it up any more.
    """

    home: str
    building: str
    door: str
    area_dm2: int
    first_deposit_fen: int
    trigger_pct: int
    balance_fen: int
    standing: Standing | None
    holders_since: tuple[date, ...]
    passed_parts: tuple[PassedPart, ...]
    lines: tuple[Line, ...]


class SaleProof(NamedTuple):
    """What the seller of a home tells its buyer of the fund (165号令 Art. 28): it passes with the home.

    ``deposited_fen`` was deposited for this home itself; what was for a home that it came of is in ``passed_parts``.
    """

    home: str
    on: date
    first_deposit_fen: int
    deposited_fen: int
    passed_parts: tuple[PassedPart, ...]
    balance_fen: int
    standing: Standing | None


def kind_of(deposit: DepositKind | None, roles: Iterable[str], reversal: bool) -> LineKind:
    """What a movement is, by the roles of its two accounts and the deposit that it books, if it books one."""
    if reversal:
        return LineKind.REVERSAL
    if deposit is not None:
        return LineKind(deposit.value)
    words = {role.partition("_")[0] for role in roles}
    if "gains" in words:
        return LineKind.GAINS
    if "repairs" in words:
        return LineKind.REPAIR
    if words & {"refunds", "deposits"}:
        return LineKind.RETURN
    if "passing" in words:
        return LineKind.SUCCESSION
    return LineKind.CUSTODY


class Moved(NamedTuple):
    """What moved of a part, in fen: in when credited, out when debited."""

    on: date
    entry_no: int | None
    kind: LineKind
    in_fen: int = 0
    out_fen: int = 0
    project_no: str | None = None
    receipt_no: str | None = None


def with_balances(moved: Iterable[Moved]) -> list[Line]:
    """The lines by day, each with the balance after it; holders change before money of the same day moves."""
    lines, balance = [], 0
    for move in sorted(moved, key=lambda m: (m.on, m.entry_no or 0)):
        balance += move.in_fen - move.out_fen
        lines.append(Line(*move[:5], balance, *move[5:]))
    return lines
