"""The deeds of intake: import a statement, resolve what stands in suspense."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.queries import home_codes
from ledger.community.rules import Actor
from ledger.db import write_rows
from ledger.fees.actions import Payment, receive, resolve_suspense
from ledger.intake.lines import Direction, Line
from ledger.intake.queries import imported, known_lines, line
from ledger.intake.rules import BeforeItCameIn, LineState, Match, NoSuchHome, NotInSuspense, home_named
from ledger.intake.statement import profile, read_statement
from ledger.intake.tables import BankLine, StatementFile
from ledger.journal.actions import Posted
from ledger.log.queries import head


class Imported(NamedTuple):
    """What importing a file did; ``known`` lines had been imported before and were left alone."""

    lines: int
    known: int
    matched: int
    matched_fen: int
    suspense: int
    suspense_fen: int
    kept: int
    warnings: int


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
    """Import a bank's or wallet's file: book what came in, keep the rest, never book a line twice.

    ``into`` is the role of the account the statement belongs to: ``bank`` or ``wallet``. A receipt whose
    remark names one home pays that home's oldest debts; any other waits in suspense.

    Raises:
        UnknownProfile, StatementUnreadable: the file cannot be read; nothing is imported.
        MonthClosed: a receipt's month is closed.
    """
    statement = read_statement(content, profile(profile_name))
    digest = sha256(content).hexdigest()
    head(session, community, lock=True)
    account = f"{profile_name}/{into}"
    if statement.lines:
        days = [each.occurred_on for each in statement.lines]
        known = known_lines(session, community, profile_name, min(days), max(days))
    else:
        known = set()
    fresh = [each for each in statement.lines if (each.fingerprint, each.occurrence) not in known]
    if imported(session, community, digest) is None:
        session.add(
            StatementFile(
                community=community,
                sha256=digest,
                profile=profile_name,
                account=account,
                name=name,
                lines=len(statement.lines),
                warnings=json.dumps([asdict(w) for w in statement.warnings], ensure_ascii=False),
                imported_by=by.login,
                imported_at=at,
            )
        )
        session.flush()  # the lines name the file
    homes = home_codes(session, community)
    incoming = {each: home_named(each.remark, homes) for each in fresh if each.direction is Direction.IN}
    payments = [
        Payment(
            key=f"statement/{account}/{each.fingerprint}/{each.occurrence}",
            home=match.home,
            amount_fen=each.amount_fen,
            on=each.occurred_on,
            into=into,
            memo=f"{each.counterparty} {each.remark}".strip(),
        )
        for each, match in incoming.items()
    ]
    posted = (
        dict(zip(incoming, receive(session, community, payments, by=by, at=at), strict=True))
        if payments
        else {}
    )
    write_rows(
        session,
        BankLine,
        [_row(community, account, digest, each, incoming.get(each), posted) for each in fresh],
    )
    matched = [each for each, match in incoming.items() if match.home]
    waiting = [each for each, match in incoming.items() if not match.home]
    return Imported(
        lines=len(statement.lines),
        known=len(statement.lines) - len(fresh),
        matched=len(matched),
        matched_fen=sum(each.amount_fen for each in matched),
        suspense=len(waiting),
        suspense_fen=sum(each.amount_fen for each in waiting),
        kept=len(fresh) - len(incoming),
        warnings=len(statement.warnings),
    )


def _row(
    community: str, account: str, digest: str, each: Line, match: Match | None, posted: Mapping[Line, Posted]
) -> dict[str, object]:
    state = LineState.KEPT
    if match is not None:
        state = LineState.MATCHED if match.home else LineState.SUSPENSE
    return {
        "community": community,
        "account": account,
        "fingerprint": each.fingerprint,
        "occurrence": each.occurrence,
        "file": digest,
        "row": each.row,
        "occurred_on": each.occurred_on,
        "direction": each.direction.value,
        "amount_fen": each.amount_fen,
        "fee_fen": each.fee_fen,
        "balance_fen": each.balance_fen,
        "counterparty": each.counterparty,
        "remark": each.remark,
        "order_no": each.order_no,
        "state": state,
        "home": match.home if match else None,
        "why": match.why if match else each.kind,
        "entry_no": posted[each].no if each in posted else None,
        "resolved_by": None,
        "resolved_entry": None,
    }


def resolve(
    session: Session,
    community: str,
    account: str,
    fingerprint: str,
    occurrence: int,
    home: str,
    on: date,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Say for which home a receipt in suspense was; it pays that home's oldest debts.

    Raises:
        NotInSuspense: it was matched or resolved before.
        NoSuchHome: the home is not of this community.
        BeforeItCameIn: the day lies before the receipt.
    """
    head(session, community, lock=True)
    found = line(session, community, account, fingerprint, occurrence)
    if found.state is not LineState.SUSPENSE:
        raise NotInSuspense(state=found.state)
    if home not in home_codes(session, community):
        raise NoSuchHome(community=community, home=home)
    if on < found.occurred_on:
        raise BeforeItCameIn(came_in=found.occurred_on, on=on)
    payment = Payment(
        key=f"resolved/{account}/{fingerprint}/{occurrence}", home=home, amount_fen=found.amount_fen, on=on
    )
    posted = resolve_suspense(session, community, payment, by=by, at=at)
    found.state, found.home, found.resolved_by, found.resolved_entry = (
        LineState.RESOLVED,
        home,
        by.login,
        posted.no,
    )
    session.add(found)
    return posted
