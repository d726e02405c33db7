"""Import a statement of a bank or a wallet into an approved account.

Every line is booked, joined to its entry, or waits in suspense.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlmodel import Session

from ledger.accounts.queries import approved_account
from ledger.accounts.tables import ApprovedAccount
from ledger.community.queries import home_codes
from ledger.community.role_rules import Actor
from ledger.db import write_rows
from ledger.fees.payment_actions import Payment, receive
from ledger.fees.queries import outstanding
from ledger.fees.rules import STATEMENT
from ledger.intake.booked_actions import match_booked
from ledger.intake.lines import Direction, Line
from ledger.intake.mappings.queries import profile_of
from ledger.intake.oddities import RowWarning, warning
from ledger.intake.queries import imported, known_lines, lines_taken_back, payers, salt
from ledger.intake.rules import Known, LineId, LineState, Match, Receipt, matches, payer_key
from ledger.intake.settlement_actions import settle_all
from ledger.intake.statement import read_statement
from ledger.intake.tables import BankLine, PayerSalt, StatementFile
from ledger.journal.actions import Posted
from ledger.journal.queries import lock_free
from ledger.journal.rules import BookCode
from ledger.log.queries import head
from ledger.periods import day_in_shanghai


class Imported(NamedTuple):
    """What importing a file did; ``known`` lines had been imported before and were left alone.

    ``matched`` and ``suspense`` count receipts of the fee book as they came in; ``booked`` the lines that are
    the bank's side of entries written by actions; ``settled`` the settlements of wallets that were found.
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

    A receipt of the fee book is booked: to the home that `ledger.intake.rules.RULES` find, else to suspense.
    Any other line, and every line of another book, looks for the entry that an action has written for it.

    Raises:
        UnknownProfile, StatementUnreadable: the file cannot be read; nothing is imported.
        AccountNotApproved: the account is not approved, or not on all of the file's days.
        MonthClosed: a receipt's month is closed.
    """
    statement = read_statement(content, profile_of(session, community, profile_name))
    digest = sha256(content).hexdigest()
    head(session, community, lock=True)
    days = [line.occurred_on for line in statement.lines] or [day_in_shanghai(at)]
    account = approved_account(session, community, into, min(days), max(days))
    known = known_lines(session, community, profile_name, min(days), max(days))
    fresh = sorted(
        (line for line in statement.lines if (line.fingerprint, line.occurrence) not in known), key=_in_order
    )
    warnings = [*statement.warnings, *_elsewhere(statement.lines, known, into)]
    earlier = imported(session, community, digest)
    if earlier is None or earlier.taken_back_no is not None:
        session.merge(
            StatementFile(
                community=community,
                sha256=digest,
                profile=profile_name,
                account=into,
                name=name,
                lines=len(statement.lines),
                warnings=json.dumps([asdict(w) for w in warnings], ensure_ascii=False),
                imported_by=by.login,
                imported_at=at,
            )
        )
        session.flush()  # the lines name the file
    salted = _salt(session, community)
    keys = {line: payer_key(salted, line.counterparty) for line in fresh}
    incoming = [line for line in fresh if line.direction is Direction.IN and account.book == BookCode.FEE]
    by_line = dict(zip(incoming, _matched(session, community, incoming, keys), strict=True))
    posted = _receive(session, account, by_line, by=by, at=at)
    rows = [_row(account, digest, line, keys[line], by_line.get(line), posted.get(line)) for line in fresh]
    _write(session, account, rows, lines_taken_back(session, community, into, min(days), max(days)))
    booked = match_booked(session, community, account, by=by, at=at)
    settled = settle_all(session, community, by=by, at=at) if account.book == BookCode.FEE else 0
    matched = [line for line, match in by_line.items() if match.home]
    waiting = [line for line, match in by_line.items() if not match.home]
    return Imported(
        lines=len(statement.lines),
        known=len(statement.lines) - len(fresh),
        matched=len(matched),
        matched_fen=sum(line.amount_fen for line in matched),
        suspense=len(waiting),
        suspense_fen=sum(line.amount_fen for line in waiting),
        kept=len(fresh) - len(incoming),
        warnings=len(warnings),
        booked=booked,
        settled=settled,
    )


def _write(
    session: Session,
    account: ApprovedAccount,
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


def _in_order(line: Line) -> tuple[object, ...]:
    """The order in which lines are booked: of their days, whatever order the file has."""
    clock = line.occurred_at.isoformat() if line.occurred_at else ""
    return line.occurred_on, clock, line.fingerprint, line.occurrence


def _elsewhere(lines: Sequence[Line], known: Mapping[tuple[str, int], str], into: str) -> list[RowWarning]:
    there = ((line.row, known.get((line.fingerprint, line.occurrence), into)) for line in lines)
    return [warning(row, "known-elsewhere", account=account) for row, account in there if account != into]


def _salt(session: Session, community: str) -> str:
    if (there := salt(session, community)) is not None:
        return there
    made = PayerSalt(community=community, salt=secrets.token_hex(16))
    session.add(made)
    return made.salt


def _matched(
    session: Session, community: str, incoming: Sequence[Line], keys: Mapping[Line, str]
) -> list[Match]:
    if not incoming:
        return []
    owed = {home: sum(fen for _, fen in due) for home, due in outstanding(session, community).items()}
    known = Known(home_codes(session, community), owed, payers(session, community))
    return matches([Receipt(line.remark, keys[line], line.amount_fen) for line in incoming], known)


def _receive(
    session: Session, account: ApprovedAccount, by_line: Mapping[Line, Match], *, by: Actor, at: datetime
) -> dict[Line, Posted]:
    if not by_line:
        return {}
    known_as = {
        line: f"{STATEMENT}{LineId(account.code, line.fingerprint, line.occurrence)}" for line in by_line
    }
    keys, _books = lock_free(session, account.community, list(known_as.values()))
    payments = [
        Payment(
            key=keys[known_as[line]],
            home=match.home,
            amount_fen=line.amount_fen,
            on=line.occurred_on,
            into=account.role,
            memo=f"{line.counterparty} {line.remark}".strip(),
        )
        for line, match in by_line.items()
    ]
    return dict(zip(by_line, receive(session, account.community, payments, by=by, at=at), strict=True))


def _row(
    account: ApprovedAccount, digest: str, line: Line, payer: str, match: Match | None, posted: Posted | None
) -> dict[str, object]:
    state = LineState.KEPT
    if match is not None:
        state = LineState.MATCHED if match.home else LineState.SUSPENSE
    return {
        "community": account.community,
        "account": account.code,
        "fingerprint": line.fingerprint,
        "occurrence": line.occurrence,
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
    }
