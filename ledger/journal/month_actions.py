"""The actions of a month's end: carry over (期末结转), close for good.

A month is closed once it is over and its clearing accounts are nought or explained; with it all before are closed. The
trial balance of that moment is kept and its root sealed in the log, and what is found later is put right in an open month.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from ledger.community.queries import since_opening
from ledger.community.role_rules import Actor
from ledger.db import write_rows
from ledger.journal.actions import Posted, post
from ledger.journal.month_queries import to_carry_over, uncleared
from ledger.journal.month_rules import AccountNotCleared, MonthRunning
from ledger.journal.queries import account_called, books, called, trial_balance
from ledger.journal.rules import CARRIED_OVER, Draft, MonthClosed, Move, trial_root
from ledger.journal.tables import Closing, ClosingBalance, Entry
from ledger.log.actions import append
from ledger.log.leaf import SALT_BYTES, WHO, Json, commit, instant_text, new_leaf
from ledger.log.queries import head
from ledger.periods import Month, Period, day_in_shanghai
from ledger.words import Coded, yuan


def carry_over(
    session: Session, community: str, book: str, month: Month, *, by: Actor, at: datetime
) -> Posted | None:
    """Close income and expenditure into the accounts that take them over (期末结转).

    Every month that is still open until this one is carried over with it, as closing it closes them.

    Gives None when nothing moved, or when the month was carried over already.
    """
    closed_through = head(session, community, lock=True).closed_through
    moves = [
        Move(account, target, net, home, party) if net > 0 else Move(target, account, -net, home, party)
        for account, target, home, party, net in to_carry_over(
            session, community, book, closed_through, month
        )
    ]
    if not moves:
        return None
    before = session.exec(
        select(func.count())
        .select_from(Entry)
        .where(
            Entry.community == community,
            Entry.book == book,
            Entry.month == str(month),
            Entry.kind == CARRIED_OVER,
        )
    ).one()
    draft = Draft(
        kind=CARRIED_OVER,
        on=month.last,
        key=f"carry-over/{book}/{month}/{before + 1}",
        book=book,
        moves=moves,
    )
    return post(session, community, draft, by=by, at=at)


def close_month(
    session: Session, community: str, month: Month, *, exceptions: Mapping[str, str], by: Actor, at: datetime
) -> Closing:
    """Close a month and with it all before: snapshot every account, seal the snapshot, shut the door.

    ``exceptions`` documents each clearing account that is not nought, by ``book/account``.

    Raises:
        MonthClosed: it is closed already. BeforeOpening: the books begin later.
        MonthRunning: the month is not over.
        AccountNotCleared: a clearing account is not nought, and no reason is given.
    """
    current = head(session, community, lock=True)
    if str(month) <= current.closed_through:
        raise MonthClosed(month=str(month), closed_through=current.closed_through)
    since_opening(session, community, Period.parse(str(month)))
    if day_in_shanghai(at) <= month.last:
        raise MonthRunning(month=month, last=month.last)
    for (book, account), net in uncleared(session, community, month).items():
        if f"{book}/{account}" not in exceptions:
            raise AccountNotCleared(
                month=month,
                book=called(session, community, book),
                account=Coded("account", account, account_called(session, community, account)),
                net=yuan(net),
            )
    rows = [
        (book.code, r.account, r.opening_fen, r.debit_fen, r.credit_fen, r.closing_fen)
        for book in books(session, community)
        for r in trial_balance(session, community, book.code, month, month)
    ]
    root = trial_root(rows)
    fields: dict[str, Json] = {**exceptions, WHO: {**by.sealed}}
    private = [commit(name, value, secrets.token_bytes(SALT_BYTES)) for name, value in fields.items()]
    content: dict[str, Json] = {
        "v": 2,
        "log": current.origin,
        "i": current.tree_size,
        "kind": "period-close",
        "month": str(month),
        "root": root,
        "rows": len(rows),
        "at": instant_text(at),
        "sd": [*sorted(commitment.digest for commitment in private)],
    }
    append(
        session,
        current._replace(closed_through=str(month)),
        [new_leaf("period-close", content, tuple(private))],
    )
    closing = Closing(
        community=community,
        month=str(month),
        leaf_index=current.tree_size,
        trial_root=root,
        by_login=by.login,
        closed_at=at,
    )
    session.add(closing)
    session.flush()  # the balances below name the closing
    names = ("book", "account", "opening_fen", "debit_fen", "credit_fen", "closing_fen")
    write_rows(
        session,
        ClosingBalance,
        [{"community": community, "month": str(month), **dict(zip(names, row, strict=True))} for row in rows],
    )
    return closing
