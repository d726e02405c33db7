"""The actions that people do with receipts that nobody could be found for.

A line goes to one home, is split over several, or several together make one bill; or it goes back to whoever
paid it, which one person asks and another approves. Sums must fit to the fen. What was done wrongly is undone
by reversal, and the line waits again; every step keeps who did it and when.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col

from ledger.accounts.queries import account as account_of
from ledger.community.queries import home_codes
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.fees.payment_actions import Payment, receive, resolve_suspense, reverse_payment
from ledger.fees.queries import outstanding
from ledger.fees.rules import STATEMENT
from ledger.fields import Code, Day, Digest, Text
from ledger.intake.marks import Direction
from ledger.intake.queries import line, next_step, pending, steps
from ledger.intake.rules import (
    BeforeItCameIn,
    LineAction,
    LineId,
    LineState,
    NoReturnAsked,
    NoSuchHome,
    NothingToUndo,
    NotInSuspense,
    Occurrence,
    PartWrong,
    ReturnAskedBefore,
    SumsDiffer,
)
from ledger.intake.tables import BankLine, LineStep
from ledger.journal.actions import Posted, post
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.words import Login, yuan

FEE = BookCode.FEE.value


def resolve(
    session: Session,
    community: str,
    account: Code,
    fingerprint: Digest,
    occurrence: Occurrence,
    home: Code,
    on: Day,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Say for which home a receipt in suspense was; it pays that home's oldest debts.

    Raises:
        NoLine; NotInSuspense: it was matched or resolved before.
        NoSuchHome: the home is not of this community.
        BeforeItCameIn: the day lies before the receipt.
    """
    which = LineId(account, fingerprint, occurrence)
    head(session, community, lock=True)
    receipt = _waiting(session, community, which, on)
    return _assign(session, receipt, {home: receipt.amount_fen}, on, by=by, at=at)[0]


def split(
    session: Session,
    community: str,
    which: LineId,
    parts: Mapping[str, int],
    on: date,
    *,
    by: Actor,
    at: datetime,
) -> list[Posted]:
    """Say that one receipt was for several homes, with the fen of each; an entry for each home.

    Raises:
        NoLine, NotInSuspense, NoSuchHome, BeforeItCameIn.
        PartWrong: a part is not more than nought. SumsDiffer: the parts are another sum than came in.
    """
    head(session, community, lock=True)
    receipt = _waiting(session, community, which, on)
    for home, fen in parts.items():
        if fen <= 0:
            raise PartWrong(home=home, fen=fen)
    if sum(parts.values()) != receipt.amount_fen:
        raise SumsDiffer(lines=yuan(receipt.amount_fen), parts=yuan(sum(parts.values())))
    return _assign(session, receipt, parts, on, by=by, at=at)


def merge(
    session: Session,
    community: str,
    lines: Sequence[LineId],
    home: Code,
    on: Day,
    *,
    by: Actor,
    at: datetime,
) -> list[Posted]:
    """Say that several receipts together pay what one home owes, all of it, to the fen.

    Raises:
        NoLine, NotInSuspense, NoSuchHome, BeforeItCameIn; PartWrong: a line stands twice.
        SumsDiffer: together they are another sum than the home owes.
    """
    head(session, community, lock=True)
    if len(set(lines)) != len(lines) or not lines:
        raise PartWrong(home=home, fen=0)
    receipts = [_waiting(session, community, which, on) for which in lines]
    owed = sum(fen for _, fen in outstanding(session, community, [home]).get(home, []))
    total = sum(receipt.amount_fen for receipt in receipts)
    if total != owed:
        raise SumsDiffer(lines=yuan(total), parts=yuan(owed))
    return [
        posted
        for receipt in receipts
        for posted in _assign(session, receipt, {home: receipt.amount_fen}, on, by=by, at=at)
    ]


def undo(
    session: Session, community: str, which: LineId, *, reason: Text, by: Actor, at: datetime
) -> BankLine:
    """Take back what was done with a receipt, by reversal; it waits in suspense again.

    What an import matched wrongly is reversed too, and the receipt booked again to nobody, dated today.

    Raises:
        NoLine; NothingToUndo: nothing was done with it that could be undone.
        AccountNotApproved: it is booked again, and no account of its role is approved today.
        Overspent: what it prepaid has paid for a later month since.
    """
    head(session, community, lock=True)
    receipt = line(session, community, *which)
    history = steps(session, community, which)
    if receipt.state in (LineState.RESOLVED, LineState.SETTLED):
        undone = (LineAction.UNDONE, LineAction.TAKEN_BACK)
        taken_back = {step.entry_no for step in history if step.action in undone}
        wrong = [
            step.entry_no
            for step in history
            if step.entry_no is not None and step.action not in undone and step.entry_no not in taken_back
        ]
    elif receipt.state is LineState.MATCHED and receipt.entry_no is not None:
        wrong = [receipt.entry_no]
    else:
        raise NothingToUndo(state=receipt.state)
    for no in wrong:
        reverse_payment(session, community, no, reason=reason, by=by, at=at)
        _note(session, receipt, LineAction.UNDONE, receipt.amount_fen, entry_no=no, note=reason, by=by, at=at)
    if receipt.state is LineState.MATCHED:
        again = Payment(
            key=f"{STATEMENT}{which}/{next_step(session, community, which)}",
            home=None,
            amount_fen=receipt.amount_fen,
            on=day_in_shanghai(at),
            into=account_of(session, community, receipt.account).role,
            memo=f"{receipt.counterparty} {receipt.remark}".strip(),
        )
        receipt.entry_no = receive(session, community, [again], by=by, at=at)[0].no
    if receipt.state is LineState.SETTLED:
        session.execute(
            update(BankLine)
            .where(col(BankLine.community) == community, col(BankLine.settled_entry).in_(wrong))
            .values(settled_entry=None)
            .execution_options(synchronize_session=False)
        )
    receipt.state, receipt.home, receipt.resolved_by, receipt.resolved_entry = (
        LineState.SUSPENSE,
        None,
        None,
        None,
    )
    receipt.why = f"由 {by.login} 撤销，待查 / undone by {by.login}"
    session.add(receipt)
    session.flush()
    return receipt


def ask_return(
    session: Session, community: str, which: LineId, *, reason: Text, by: Actor, at: datetime
) -> LineStep:
    """Ask that a receipt in suspense go back to whoever paid it.

    Raises:
        NoLine, NotInSuspense; ReturnAskedBefore: somebody has asked already.
    """
    head(session, community, lock=True)
    receipt = line(session, community, *which)
    if receipt.state is not LineState.SUSPENSE:
        raise NotInSuspense(state=receipt.state)
    if (asked := pending(session, community, which, LineAction.RETURN_ASKED)) is not None:
        raise ReturnAskedBefore(by=Login(asked.by_login))
    return _note(session, receipt, LineAction.RETURN_ASKED, receipt.amount_fen, note=reason, by=by, at=at)


def approve_return(
    session: Session, community: str, which: LineId, on: Day, *, by: Actor, at: datetime
) -> Posted:
    """Approve a return that another asked for, and book it: out of suspense, out of the account it came into.

    Raises:
        NoLine, NotInSuspense, BeforeItCameIn, MonthClosed; NoReturnAsked; SamePerson.
        Overspent: the account does not hold as much any more.
    """
    head(session, community, lock=True)
    receipt = _waiting(session, community, which, on)
    asked = pending(session, community, which, LineAction.RETURN_ASKED)
    if asked is None:
        raise NoReturnAsked()
    check_different_people([(Duty.ASK, asked.by_login)], step=Duty.APPROVE, by=by)
    codes, account = accounts(session, community, FEE), account_of(session, community, receipt.account)
    draft = Draft(
        kind="fees.returned",
        on=on,
        key=f"returned/{which}/{asked.no}",
        book=FEE,
        moves=[
            Move(
                codes["suspense"], codes[account.role], receipt.amount_fen, memo=receipt.counterparty or None
            )
        ],
        private={"reason": asked.note},
        approved_by=by.login,
    )
    posted = post(session, community, draft, by=by, at=at)
    _note(session, receipt, LineAction.RETURNED, receipt.amount_fen, entry_no=posted.no, by=by, at=at)
    receipt.state, receipt.resolved_by, receipt.resolved_entry = LineState.RETURNED, by.login, posted.no
    session.add(receipt)
    return posted


def _waiting(session: Session, community: str, which: LineId, on: date) -> BankLine:
    receipt = line(session, community, *which)
    if receipt.state is not LineState.SUSPENSE or receipt.direction != Direction.IN:
        raise NotInSuspense(state=receipt.state)
    if on < receipt.occurred_on:
        raise BeforeItCameIn(came_in=receipt.occurred_on, on=on)
    return receipt


def _assign(
    session: Session, receipt: BankLine, parts: Mapping[str, int], on: date, *, by: Actor, at: datetime
) -> list[Posted]:
    community, which = receipt.community, LineId(receipt.account, receipt.fingerprint, receipt.occurrence)
    strangers = parts.keys() - home_codes(session, community)
    if strangers:
        raise NoSuchHome(community=community, home=min(strangers))
    posted = []
    for home, fen in sorted(parts.items()):
        key = f"resolved/{which}/{next_step(session, community, which)}"
        entry = resolve_suspense(session, community, Payment(key, home, fen, on), by=by, at=at)
        _note(session, receipt, LineAction.RESOLVED, fen, home=home, entry_no=entry.no, by=by, at=at)
        posted.append(entry)
    receipt.state, receipt.resolved_by, receipt.resolved_entry = LineState.RESOLVED, by.login, posted[0].no
    receipt.home = next(iter(parts)) if len(parts) == 1 else None
    words = "、".join(sorted(parts))
    receipt.why = f"由 {by.login} 认领：{words} / said by {by.login} to be for {words}"
    session.add(receipt)
    session.flush()
    return posted


def _note(
    session: Session,
    receipt: BankLine,
    action: LineAction,
    fen: int,
    *,
    home: str | None = None,
    entry_no: int | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> LineStep:
    which = LineId(receipt.account, receipt.fingerprint, receipt.occurrence)
    step = LineStep(
        community=receipt.community,
        **which._asdict(),
        no=next_step(session, receipt.community, which),
        action=action,
        home=home,
        amount_fen=fen,
        entry_no=entry_no,
        note=note,
        by_login=by.login,
        at=at,
    )
    session.add(step)
    session.flush()  # the next step counts this one
    return step
