"""Import a statement of a bank or a wallet into an approved account.

Every line is booked, joined to its entry, or waits in suspense.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from sqlmodel import Session

from ledger.accounts.queries import approved_account
from ledger.community.role_rules import Actor
from ledger.db import write_rows
from ledger.fees.payment_actions import receive
from ledger.intake.again_queries import returned_before, sort_out
from ledger.intake.booked_actions import match_booked
from ledger.intake.identity_rules import Days, days_of
from ledger.intake.lines import Line
from ledger.intake.mappings.queries import profile_of
from ledger.intake.marks import Direction
from ledger.intake.oddities import RowWarning, warning
from ledger.intake.preview_queries import homes_of
from ledger.intake.queries import imported, lines_taken_back, salt
from ledger.intake.queries import line as line_of
from ledger.intake.receipts import payment_of
from ledger.intake.rules import WHY, LineId, LineState, Match, payer_key
from ledger.intake.settlement_actions import settle_all
from ledger.intake.statement import check_past_lines, read_statement
from ledger.intake.tables import BankLine, PayerSalt, StatementFile
from ledger.journal.actions import Posted
from ledger.journal.queries import lock_free
from ledger.journal.rules import BookCode
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai


class Imported(NamedTuple):
    """What importing a file did; ``known`` lines had been imported before and were left alone.

    ``matched`` and ``suspense`` count receipts of the fee book as they came in; ``booked`` the lines that are
    the bank's side of entries written by actions; ``settled`` the settlements of wallets that were found.
    ``doubtful`` lines may be known: a person has to say. ``oddities`` are what was odd, by rows.
    """

    lines: int
    known: int
    matched: int
    matched_fen: int
    suspense: int
    suspense_fen: int
    kept: int
    warnings: int
    booked: int = 0
    settled: int = 0
    doubtful: int = 0
    oddities: tuple[RowWarning, ...] = ()


def import_payments(
    session: Session,
    community: str,
    content: bytes,
    profile_name: str,
    *,
    name: str,
    into: str,
    by: Actor,
    at: datetime,
) -> Imported:
    """Import a bank's or wallet's file into an approved account, ``into``; never book a line twice.

    What a statement told that was taken back is not known any more.
    A line is known by what its source never changes (`identity_rules`). Of a closed month it is booked today, naming its day.
    The refund of a receipt that came in before it is money out from now on.
    A receipt of the fee book is booked: to the home that `ledger.intake.rules.RULES` find, else to suspense.
    Any other line, and every line of another book, looks for the entry that an action has written for it.

    Raises:
        UnknownProfile, StatementUnreadable: the file cannot be read; nothing is imported. LineToCome: nor is a file
            with a line of a day after today.
        AccountNotApproved: the account is not approved, or not on all of the file's days.
    """
    profile = profile_of(session, community, profile_name)
    statement = read_statement(content, profile)
    digest = sha256(content).hexdigest()
    closed_through = head(session, community, lock=True).closed_through
    today = day_in_shanghai(at)
    check_past_lines(statement.lines, today)
    days = days_of(statement.lines) or Days(today, today)
    account = approved_account(session, community, into, days.first, days.last)
    seen = sort_out(session, account, statement.lines, profile.name, digest)
    incoming = [
        line
        for line in [*seen.fresh, *seen.awakened]
        if line.direction is Direction.IN and account.book == BookCode.FEE
    ]
    returned = list(returned_before(session, account, [*seen.fresh, *seen.awakened]))
    warnings = [
        *statement.warnings,
        *seen.warnings,
        *_late(incoming, closed_through, today),
        *(warning(line.row, "refund-of", value=line.order_no) for line, _ in returned),
    ]
    warnings.sort(key=lambda odd: odd.row)
    earlier = imported(session, community, digest)
    if earlier is None or earlier.taken_back_no is not None:
        session.merge(
            StatementFile(
                community=community,
                sha256=digest,
                profile=profile.name,
                account=into,
                name=name,
                lines=len(statement.lines),
                warnings=json.dumps([asdict(w) for w in warnings], ensure_ascii=False),
                first_on=days.first if statement.lines else None,
                last_on=days.last if statement.lines else None,
                ordered=days.ordered,
                imported_by=by.login,
                imported_at=at,
            )
        )
        session.flush()  # the lines name the file
    salted = _salt(session, community)
    moving = {**seen.fresh, **seen.awakened}
    keys = {line: payer_key(salted, line.counterparty) for line in [*moving, *seen.doubtful]}
    by_line = dict(zip(incoming, homes_of(session, community, incoming, salted), strict=True))
    payments = [
        payment_of(account, moving[line], line, match, closed_through, today)
        for line, match in by_line.items()
    ]
    free, _books = lock_free(session, community, [payment.key for payment in payments])
    payments = [payment._replace(key=free[payment.key]) for payment in payments]
    posted = dict(zip(by_line, receive(session, community, payments, by=by, at=at), strict=True))
    rows = [
        _row(community, digest, name, line, keys[line], by_line.get(line), posted.get(line))
        for line, name in moving.items()
    ]
    taken_back = lines_taken_back(session, community, into, days.first, days.last)
    _write(session, rows[: len(seen.fresh)], taken_back)
    _awaken(session, community, rows[len(seen.fresh) :])
    for _, refund in returned:
        session.add(refund.sqlmodel_update({"direction": Direction.OUT.value}))
    _write(session, [
        {**_row(community, digest, name, line, keys[line], None, None), "state": LineState.DOUBTFUL, "why": WHY["doubtful"]}
        for line, name in seen.doubtful.items()
    ], taken_back)  # fmt: skip
    booked = match_booked(session, community, account, by=by, at=at)
    settled = settle_all(session, community, by=by, at=at) if account.book == BookCode.FEE else 0
    matched = [line for line, match in by_line.items() if match.home]
    waiting = [line for line, match in by_line.items() if not match.home]
    return Imported(
        lines=len(statement.lines),
        known=len(statement.lines) - len(moving) - len(seen.doubtful),
        matched=len(matched),
        matched_fen=sum(line.amount_fen for line in matched),
        suspense=len(waiting),
        suspense_fen=sum(line.amount_fen for line in waiting),
        kept=len(moving) - len(incoming),
        warnings=len(warnings),
        booked=booked,
        settled=settled,
        doubtful=len(seen.doubtful),
        oddities=tuple(warnings),
    )


def _write(
    session: Session,
    rows: Sequence[Mapping[str, object]],
    taken_back: Mapping[tuple[str, int], BankLine],
) -> None:
    """Store lines; one that came in before with a statement that was taken back counts again."""
    new = []
    for row in rows:
        line = taken_back.get((str(row["fingerprint"]), int(str(row["occurrence"]))))
        if line is None:
            new.append(row)
        else:
            session.add(line.sqlmodel_update(dict(row)))
    session.flush()
    write_rows(session, BankLine, new)


def _late(lines: Iterable[Line], closed_through: str, today: date) -> list[RowWarning]:
    """That lines of closed months are booked in the open one."""
    return [
        warning(line.row, "late", month=Month.of(line.occurred_on), on=line.occurred_on, booked=today)
        for line in lines
        if str(Month.of(line.occurred_on)) <= closed_through
    ]


def _awaken(session: Session, community: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Lines that had not moved when they came in, and have now: they keep their names and their file."""
    for row in rows:
        which = LineId(*(row[name] for name in LineId._fields))  # type: ignore[arg-type]
        stored = line_of(session, community, *which)
        for name in ("direction", "state", "home", "why", "entry_no", "status", "payer", "fee_fen"):
            setattr(stored, name, row[name])
        session.add(stored)
    session.flush()


def _salt(session: Session, community: str) -> str:
    if (there := salt(session, community)) is not None:
        return there
    made = PayerSalt(community=community, salt=secrets.token_hex(16))
    session.add(made)
    return made.salt


def _row(
    community: str,
    digest: str,
    which: LineId,
    line: Line,
    payer: str,
    match: Match | None,
    posted: Posted | None,
) -> dict[str, object]:
    state = LineState.KEPT
    if match is not None:
        state = LineState.MATCHED if match.home else LineState.SUSPENSE
    return {
        "community": community,
        **which._asdict(),
        "file": digest,
        "row": line.row,
        "occurred_on": line.occurred_on,
        "direction": line.direction.value,
        "amount_fen": line.amount_fen,
        "fee_fen": line.fee_fen,
        "balance_fen": line.balance_fen,
        "counterparty": line.counterparty,
        "remark": line.remark,
        "order_no": line.order_no,
        "state": state,
        "home": match.home if match else None,
        "why": match.why if match else line.kind,
        "entry_no": posted.no if posted else None,
        "resolved_by": None,
        "resolved_entry": None,
        "payer": payer,
        "settled_entry": None,
        "status": line.status,
    }
