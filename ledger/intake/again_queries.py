"""What the lines of a file are beside those that are there: new ones, known ones, and those a person has to look at."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from ledger.accounts.tables import ApprovedAccount
from ledger.intake.identity_rules import (
    COUNTING,
    NEAR,
    Again,
    Before,
    Days,
    Recognised,
    is_refund,
    long_numbers,
    recognised,
    recognised_elsewhere,
)
from ledger.intake.lines import Line, bare_number, fingerprint, squeezed
from ledger.intake.marks import Direction
from ledger.intake.oddities import RowWarning, warning
from ledger.intake.queries import files_of, imported, lines_before, refunds_waiting, said_same
from ledger.intake.rules import LineId
from ledger.intake.tables import BankLine
from ledger.words import WORDS


@dataclass(frozen=True)
class Sorted:
    """The lines of a file, by what they are.

    Attributes:
        fresh: never seen, with their names.
        doubtful: perhaps seen, with their names: nothing is booked of them.
        awakened: seen when they had not moved; now they have. With the names that they got then.
        warnings: what of those that are known has changed, and why others are doubtful.
    """

    fresh: dict[Line, LineId]
    doubtful: dict[Line, LineId]
    awakened: dict[Line, LineId]
    warnings: list[RowWarning]


def sort_out(
    session: Session, account: ApprovedAccount, lines: Sequence[Line], profile: str, digest: str
) -> Sorted:
    """What each line of a file is beside what came into an account before.

    The refund of a receipt that is booked is money out, though its wallet counts it neither in nor out.
    """
    community, into = account.community, account.code
    if not lines:
        return Sorted({}, {}, {}, [])
    before_it = imported(session, community, digest)
    if before_it is not None and before_it.taken_back_no is not None:
        before_it = None
    if before_it is not None and before_it.account != into:
        elsewhere = [warning(line.row, "known-elsewhere", account=before_it.account) for line in lines]
        return Sorted({}, {}, {}, elsewhere)
    warnings: list[RowWarning] = []
    turned = list(_turned(session, account, lines, warnings))
    days = [line.occurred_on for line in turned]
    before = lines_before(session, community, min(days) - NEAR, max(days) + NEAR, long_numbers(turned))
    here = [old for old in before if old.name.account == into]
    files = [Days(date.min, date.max)] if before_it else files_of(session, community, into)
    answers = recognised(turned, profile, here, files)
    there = [old for old in before if old.name.account != into]
    unseen = [i for i, answer in enumerate(answers) if answer.again is Again.FRESH]
    others = recognised_elsewhere([turned[i] for i in unseen], profile, there) if there else []
    for i, other in zip(unseen, others, strict=False):
        answers[i] = other
    said = said_same(session, community, into, min(days), max(days))
    return _named(into, turned, answers, [*(old.name for old in here), *map(_named_of, said)], said, warnings)


def returned_before(
    session: Session, account: ApprovedAccount, lines: Iterable[Line]
) -> Iterator[tuple[Line, BankLine]]:
    """The receipts among lines of which the refund came in before them, each with that refund."""
    received = {
        bare_number(line.order_no): line for line in lines if line.order_no and line.direction is Direction.IN
    }
    for refund in refunds_waiting(session, account.community, account.code) if received else ():
        if (line := received.get(bare_number(_refunded(refund)))) is not None:
            yield line, refund


def _named_of(line: BankLine) -> LineId:
    return LineId(line.account, line.fingerprint, line.occurrence)


def _named(
    into: str,
    lines: Sequence[Line],
    answers: Sequence[Recognised[LineId]],
    names: Sequence[LineId],
    said: Sequence[BankLine],
    warnings: list[RowWarning],
) -> Sorted:
    last: dict[str, int] = {}
    for old in names:
        last[old.fingerprint] = max(last.get(old.fingerprint, 0), old.occurrence)
    answered = Counter(old.fingerprint for old in said if old.order_no or old.balance_fen is not None)
    sorted_out = Sorted({}, {}, {}, warnings)
    for line, answer in sorted(zip(lines, answers, strict=True), key=lambda pair: _in_order(pair[0])):
        known = answer.before
        if answer.again is Again.KNOWN and known is not None:
            if known.name.account == into and line.direction in COUNTING and known.direction not in COUNTING:
                sorted_out.awakened[line] = known.name
            else:
                warnings += _changed(line, known, into)
            continue
        if answer.again is Again.DOUBTFUL and answered[line.fingerprint]:
            answered[line.fingerprint] -= 1
            continue
        last[line.fingerprint] = last.get(line.fingerprint, 0) + 1
        name = LineId(into, line.fingerprint, last[line.fingerprint])
        if answer.again is Again.DOUBTFUL:
            warnings.append(warning(line.row, answer.why))
            sorted_out.doubtful[line] = name
        else:
            sorted_out.fresh[line] = name
    return sorted_out


def _in_order(line: Line) -> tuple[object, ...]:
    """The order in which lines are booked: of their days, whatever order the file has."""
    clock = line.occurred_at.isoformat() if line.occurred_at else ""
    return line.occurred_on, clock, line.fingerprint, line.occurrence


def _changed(line: Line, old: Before[LineId], into: str) -> Iterator[RowWarning]:
    if old.name.account != into:
        yield warning(line.row, "known-elsewhere", account=old.name.account)
    if old.direction in COUNTING and line.direction not in COUNTING:
        yield warning(line.row, "void-now", value=line.status or _called(line.direction))
    elif old.status and squeezed(old.status) != squeezed(line.status):
        yield warning(line.row, "known-changed", before=old.status, value=line.status)
    if squeezed(old.remark) != squeezed(line.remark):
        yield warning(line.row, "known-changed", before=old.remark, value=line.remark)


def _called(direction: Direction) -> str:
    return WORDS["intake.Direction"][direction.value][0]


def _turned(
    session: Session, account: ApprovedAccount, lines: Sequence[Line], warnings: list[RowWarning]
) -> Iterator[Line]:
    refunds = {
        line: _refunded(line) for line in lines if line.direction is Direction.NEUTRAL and is_refund(line)
    }
    numbers = {number for number in refunds.values() if number}
    received = {bare_number(line.order_no) for line in lines if line.direction is Direction.IN}
    if numbers - received:
        received |= set(
            map(
                bare_number,
                session.exec(
                    select(BankLine.order_no).where(
                        BankLine.community == account.community,
                        BankLine.account == account.code,
                        BankLine.direction == Direction.IN.value,
                        col(BankLine.order_no).in_(numbers),
                    )
                ),
            )
        )
    for line in lines:
        if (number := refunds.get(line)) and bare_number(number) in received:
            warnings.append(warning(line.row, "refund-of", value=number))
            out = replace(line, direction=Direction.OUT)
            yield replace(out, fingerprint=fingerprint(out))
        else:
            yield line


def _refunded(line: Line | BankLine) -> str:
    """The number of the order that a refund returns: its own number begins with it."""
    return line.order_no.partition("_")[0].partition("*")[0].strip()
