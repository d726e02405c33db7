"""The actions of wallet settlements: a wallet's money as it reaches the bank, in lump sums, less the platform's fees.

The wallet's own lines are booked gross when they come in. The bank's line of a settlement stands in suspense
until it is found to be, to the fen, a run of the wallet's days less their fees; then one entry moves it from
the wallet and books the fees as the firm's cost. A sum that fits no run of whole days stays listed: a
difference of one fen is somebody's money.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from ledger.accounts.queries import account as account_of
from ledger.accounts.queries import approved
from ledger.accounts.tables import ApprovedAccount
from ledger.community.role_rules import Actor
from ledger.fields import Code, Day
from ledger.intake.booked_queries import COUNTING, SETTLED, signed
from ledger.intake.queries import line, next_step
from ledger.intake.rules import COUNT_NOTHING, LineAction, LineId, LineState, NotInSuspense
from ledger.intake.settlement_rules import NotAWallet, Run, SettlementDoesNotFit, WalletLine, run_for, run_of
from ledger.intake.tables import BankLine, LineStep
from ledger.journal.actions import Posted, post
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai
from ledger.words import yuan

FEE = BookCode.FEE.value


def settle(
    session: Session,
    community: str,
    which: LineId,
    wallet: Code,
    first: Day,
    last: Day,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Say that a bank line in suspense pays out a wallet's days from ``first`` to ``last``.

    Raises:
        NoLine, NotInSuspense, NoAccount; NotAWallet: the account settles into no bank.
        SettlementDoesNotFit: the days less their fees are another sum than came in.
    """
    head(session, community, lock=True)
    settlement, source = line(session, community, *which), account_of(session, community, wallet)
    if settlement.state is not LineState.SUSPENSE:
        raise NotInSuspense(state=settlement.state)
    if not source.settles_as or source.book != FEE:
        raise NotAWallet(account=wallet)
    run = run_of(_unsettled(session, source), first, last)
    if run.net_fen != settlement.amount_fen:
        gap = yuan(run.net_fen - settlement.amount_fen)
        raise SettlementDoesNotFit(
            first=first, last=last, net=yuan(run.net_fen), came=yuan(settlement.amount_fen), gap=gap
        )
    return _settle(session, settlement, source, run, by=by, at=at)


def settle_all(session: Session, community: str, *, by: Actor, at: datetime) -> int:
    """Find the wallets' days of every settlement in suspense, oldest first; gives how many were found."""
    head(session, community, lock=True)
    count = 0
    for wallet in approved(session, community, FEE):
        waiting = _settlements(session, wallet) if wallet.settles_as else []
        lines = _unsettled(session, wallet) if waiting else []
        for settlement in waiting:
            if (run := run_for(settlement.amount_fen, settlement.occurred_on, lines)) is None:
                continue
            _settle(session, settlement, wallet, run, by=by, at=at)
            lines = [other for other in lines if other.on > run.last]
            count += 1
    return count


def _settlements(session: Session, wallet: ApprovedAccount) -> Sequence[BankLine]:
    """The bank lines in suspense that a wallet's operator paid in, oldest first."""
    return session.exec(
        select(BankLine)
        .where(
            BankLine.community == wallet.community,
            BankLine.state == LineState.SUSPENSE,
            BankLine.account != wallet.code,
            (col(BankLine.counterparty) + " " + BankLine.remark).contains(wallet.settles_as, autoescape=True),
        )
        .order_by(col(BankLine.occurred_on), BankLine.fingerprint, col(BankLine.occurrence))
    ).all()


def _unsettled(session: Session, wallet: ApprovedAccount) -> list[WalletLine]:
    rows = session.execute(
        select(col(BankLine.occurred_on), signed(), col(BankLine.fee_fen)).where(
            BankLine.community == wallet.community,
            BankLine.account == wallet.code,
            BankLine.state != LineState.TAKEN_BACK,
            col(BankLine.direction).in_(COUNTING),
            col(BankLine.state).not_in(COUNT_NOTHING),
            col(BankLine.settled_entry).is_(None),
        )
    )
    return [WalletLine(on, int(fen), int(fee)) for on, fen, fee in rows]


def _settle(
    session: Session, settlement: BankLine, wallet: ApprovedAccount, run: Run, *, by: Actor, at: datetime
) -> Posted:
    """The bank got the net sum, the platform kept its fees, and both left the wallet."""
    community, codes = settlement.community, accounts(session, settlement.community, FEE)
    closed = head(session, community).closed_through
    on = settlement.occurred_on if str(Month.of(settlement.occurred_on)) > closed else day_in_shanghai(at)
    moves = [Move(codes["suspense"], codes[wallet.role], settlement.amount_fen)]
    if run.fee_fen:
        sides = (codes["platform_fees"], codes[wallet.role])
        debit, credit = sides if run.fee_fen > 0 else sides[::-1]
        moves.append(Move(debit, credit, abs(run.fee_fen)))
    which = LineId(settlement.account, settlement.fingerprint, settlement.occurrence)
    no = next_step(session, community, which)
    draft = Draft(
        kind=SETTLED,
        on=on,
        key=f"settled/{which}/{no}",
        book=FEE,
        moves=moves,
        asked={"wallet": wallet.code, "first": run.first.isoformat(), "last": run.last.isoformat()},
    )
    posted = post(session, community, draft, by=by, at=at)
    session.execute(
        update(BankLine)
        .where(
            col(BankLine.community) == community,
            col(BankLine.account) == wallet.code,
            col(BankLine.state) != LineState.TAKEN_BACK,
            col(BankLine.settled_entry).is_(None),
            col(BankLine.direction).in_(COUNTING),
            col(BankLine.state).not_in(COUNT_NOTHING),
            col(BankLine.occurred_on) >= run.first,
            col(BankLine.occurred_on) <= run.last,
        )
        .values(settled_entry=posted.no)
        .execution_options(synchronize_session=False)
    )
    settlement.state, settlement.resolved_by, settlement.resolved_entry = (
        LineState.SETTLED,
        by.login,
        posted.no,
    )
    settlement.why = (
        f"“{wallet.code}” {run.first} 至 {run.last} 结算，手续费 {yuan(run.fee_fen)} 元 / "
        f"settles {run.first} to {run.last}, fees {yuan(run.fee_fen)}"
    )
    session.add(settlement)
    session.add(
        LineStep(
            community=community,
            **which._asdict(),
            no=no,
            action=LineAction.SETTLED,
            amount_fen=settlement.amount_fen,
            entry_no=posted.no,
            by_login=by.login,
            at=at,
        )
    )
    session.flush()
    return posted
