"""The actions that end a doubt: whether a line is one that came in before, and whether it ever was."""

from datetime import datetime

from sqlmodel import Session

from ledger.accounts.queries import account as account_of
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.fees.payment_actions import receive, reverse_payment
from ledger.fields import Evidence, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.intake.marks import Direction
from ledger.intake.preview_queries import homes_of
from ledger.intake.queries import line, next_step, pending, salt
from ledger.intake.receipts import payment_of
from ledger.intake.rules import (
    VOIDABLE,
    LineAction,
    LineId,
    LineState,
    NotDoubtful,
    NotVoidable,
    NoVoidAsked,
    VoidAskedBefore,
)
from ledger.intake.tables import BankLine, LineStep
from ledger.journal.actions import Posted, post
from ledger.journal.rules import BookCode, Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.words import Login


def say_same(session: Session, community: str, which: LineId, *, by: Actor, at: datetime) -> BankLine:
    """Say that a doubtful line is one that came in before: it counts nothing and books nothing.

    Raises:
        NoLine; NotDoubtful: nobody asks about it.
    """
    head(session, community, lock=True)
    doubtful = _doubtful(session, community, which)
    doubtful.state, doubtful.resolved_by = LineState.SAME, by.login
    doubtful.why = f"由 {by.login} 核对为同一笔 / said by {by.login} to be the same"
    _note(session, doubtful, LineAction.SAME, by=by, at=at)
    return doubtful


def say_another(session: Session, community: str, which: LineId, *, by: Actor, at: datetime) -> BankLine:
    """Say that a doubtful line is a payment of its own: it is booked as its import would have booked it.

    Raises:
        NoLine, NotDoubtful; AccountNotApproved: its account is not approved on the day on which it is booked.
    """
    closed_through = head(session, community, lock=True).closed_through
    doubtful = _doubtful(session, community, which)
    account = account_of(session, community, doubtful.account)
    doubtful.state, doubtful.why, doubtful.resolved_by = LineState.KEPT, "", by.login
    if doubtful.direction == Direction.IN and account.book == BookCode.FEE:
        [match] = homes_of(session, community, [doubtful], salt(session, community) or "")
        payment = payment_of(account, which, doubtful, match, closed_through, day_in_shanghai(at))
        [posted] = receive(session, community, [payment], by=by, at=at)
        doubtful.state = LineState.MATCHED if match.home else LineState.SUSPENSE
        doubtful.home, doubtful.why, doubtful.entry_no = match.home, match.why, posted.no
    _note(session, doubtful, LineAction.ANOTHER, entry_no=doubtful.entry_no, by=by, at=at)
    return doubtful


def ask_void(
    session: Session, community: str, which: LineId, reason: Text, paper: Evidence, *, by: Actor, at: datetime
) -> LineStep:
    """Ask that a line be voided: it was read from a file, and the bank says that it never was.

    Args:
        paper: what shows it, such as the bank's own statement; stored before.

    Raises:
        NoLine, FileMissing; NotVoidable: something was done with it that has to be taken back first.
        VoidAskedBefore: somebody has asked already.
    """
    head(session, community, lock=True)
    wrong = _voidable(session, community, which)
    if (asked := pending(session, community, which, LineAction.VOID_ASKED)) is not None:
        raise VoidAskedBefore(by=Login(asked.by_login))
    use_file(session, community, paper, f"line/{which}", Purpose.VOIDING, by=by, at=at)
    return _note(session, wrong, LineAction.VOID_ASKED, note=reason, by=by, at=at)


def confirm_void(session: Session, community: str, which: LineId, *, by: Actor, at: datetime) -> Posted:
    """Confirm that a line never was: what it booked is reversed in red; it stays in sight, and in no sum.

    Raises:
        NoLine, NotVoidable, NoVoidAsked, SamePerson.
        Overspent: what it prepaid has paid for a later month since; reverse that first.
    """
    head(session, community, lock=True)
    wrong = _voidable(session, community, which)
    asked = pending(session, community, which, LineAction.VOID_ASKED)
    if asked is None:
        raise NoVoidAsked()
    check_different_people([(Duty.ASK, asked.by_login)], step=Duty.CONFIRM, by=by)
    if wrong.entry_no is not None:
        reverse_payment(session, community, wrong.entry_no, reason=asked.note, by=by, at=at)
    account = account_of(session, community, wrong.account)
    draft = Draft(
        kind="bank-line.voided",
        on=day_in_shanghai(at),
        key=f"voided/{which}/{asked.no}",
        facts={
            "account": f"{account.book}/{account.role}",
            "line": wrong.fingerprint,
            "day": wrong.occurred_on.isoformat(),
            "way": wrong.direction,
            "fen": wrong.amount_fen,
        },
        private={"reason": asked.note},
        approved_by=by.login,
    )
    posted = post(session, community, draft, by=by, at=at)
    wrong.state, wrong.home = LineState.VOIDED, None
    wrong.resolved_by, wrong.resolved_entry = by.login, posted.no
    wrong.why = f"由 {asked.by_login} 申请、{by.login} 确认作废 / voided: asked by {asked.by_login}, confirmed by {by.login}"
    _note(session, wrong, LineAction.VOIDED, entry_no=posted.no, by=by, at=at)
    return posted


def _doubtful(session: Session, community: str, which: LineId) -> BankLine:
    bank_line = line(session, community, *which)
    if bank_line.state is not LineState.DOUBTFUL:
        raise NotDoubtful(state=bank_line.state)
    return bank_line


def _voidable(session: Session, community: str, which: LineId) -> BankLine:
    bank_line = line(session, community, *which)
    if bank_line.state not in VOIDABLE or bank_line.settled_entry is not None:
        raise NotVoidable(state=bank_line.state)
    return bank_line


def _note(
    session: Session,
    bank_line: BankLine,
    action: LineAction,
    *,
    entry_no: int | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> LineStep:
    which = LineId(bank_line.account, bank_line.fingerprint, bank_line.occurrence)
    step = LineStep(
        community=bank_line.community,
        **which._asdict(),
        no=next_step(session, bank_line.community, which),
        action=action,
        home=bank_line.home,
        amount_fen=bank_line.amount_fen,
        entry_no=entry_no,
        note=note,
        by_login=by.login,
        at=at,
    )
    session.add_all([bank_line, step])
    session.flush()
    return step
