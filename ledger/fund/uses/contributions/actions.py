"""The actions of cash shares: open the book, take cash in, pay it on to the contractor."""

from dataclasses import replace
from datetime import datetime
from importlib.resources import files

from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.fields import Amount, Code, Day
from ledger.fund.power_queries import check_may
from ledger.fund.power_rules import Power
from ledger.fund.uses.contributions.queries import owed_by, register
from ledger.fund.uses.contributions.rules import NothingInHand, Way, check_receivable
from ledger.fund.uses.contributions.tables import Contribution
from ledger.fund.uses.queries import project as project_of
from ledger.fund.uses.step_and_emergency_rules import check_amount
from ledger.journal.actions import Posted, open_book, post, replay
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Chart, Draft, Move, read_chart
from ledger.log.queries import head

BOOK = BookCode.CASH_SHARES.value


def open_cash_book(session: Session, community: str, *, by: Actor, at: datetime) -> Chart:
    """Open the book of what bearers of repairs pay in cash; once for a community."""
    chart = read_chart((files("ledger.fund.uses.contributions") / "chart.toml").read_text())
    open_book(session, community, chart, by=by, at=at)
    return chart


def receive_share(
    session: Session,
    community: str,
    project: Code,
    bearer: Code,
    amount_fen: Amount,
    *,
    receipt_no: Code,
    on: Day,
    by: Actor,
    at: datetime,
) -> Posted:
    """Take in cash, in fen, of a home, selling unit (``unit@building``) or developer for its share of a use.

    Raises:
        AskedDifferently: the receipt was booked with other content.
        NoProject, NothingOwed, MoreThanOwed.
        AccountNotApproved: the book has no approved account on the day.
    """
    head(session, community, lock=True)
    check_amount(amount_fen)
    draft = Draft(
        kind="contribution.received",
        on=on,
        key=f"contribution/{receipt_no}",
        book=BOOK,
        asked={"project": project, "bearer": bearer, "amount": amount_fen, "on": on.isoformat()},
        subject=f"project/{project}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    project_of(session, community, project)
    owed = owed_by(session, community, project, bearer)
    check_receivable(owed, amount_fen)
    codes = accounts(session, community, BOOK)
    check_approved(session, community, BOOK, "bank", on)
    move = (
        Move(codes["bank"], codes["homes"], amount_fen, home=bearer)
        if owed.of_home
        else Move(codes["bank"], codes["parties"], amount_fen, party=bearer)
    )
    posted = post(session, community, replace(draft, moves=[move]), by=by, at=at)
    row = {"bearer": bearer, "project": project, "way": Way.RECEIVED, "amount_fen": amount_fen}
    write_rows(session, Contribution, [{"community": community, "entry_no": posted.no, **row}])
    return posted


def pay_on(
    session: Session,
    community: str,
    code: Code,
    *,
    invoice_no: Code,
    on: Day,
    by: Actor,
    at: datetime,
) -> Posted:
    """Pay the contractor all the cash that is in hand for a use; the invoice again gives back the first entry.

    Raises:
        NoProject, NothingInHand.
        NotYourPower: the owners' own money is released by their committee.
        SamePerson: whoever proposed, applied or approved may not release the money.
    """
    head(session, community, lock=True)
    planned = project_of(session, community, code)
    draft = Draft(
        kind="contribution.paid-on",
        on=on,
        key=f"contribution-payment/{code}/{invoice_no}",
        book=BOOK,
        asked={"project": code, "payee": planned.contractor, "on": on.isoformat()},
        subject=f"project/{code}",
        approved_by=planned.approved_by,
    )
    if earlier := replay(session, community, draft):
        return earlier
    earlier_steps = [
        (Duty.PROPOSE, planned.proposed_by),
        (Duty.ASK, planned.applied_by),
        (Duty.APPROVE, planned.approved_by),
    ]
    check_different_people(earlier_steps, step=Duty.PAY, by=by)
    check_may(session, community, Power.PAY_CASH, by=by, at=at)
    waiting = [
        contribution for contribution in register(session, community, code) if contribution.in_hand_fen > 0
    ]
    if not waiting:
        raise NothingInHand(project=code)
    codes = accounts(session, community, BOOK)
    moves = [
        Move(codes["homes"], codes["bank"], contribution.in_hand_fen, home=contribution.bearer)
        if contribution.of_home
        else Move(codes["parties"], codes["bank"], contribution.in_hand_fen, party=contribution.bearer)
        for contribution in waiting
    ]
    posted = post(session, community, replace(draft, moves=moves), by=by, at=at)
    rows = [
        {
            "community": community,
            "entry_no": posted.no,
            "bearer": contribution.bearer,
            "project": code,
            "way": Way.PAID_ON,
            "amount_fen": contribution.in_hand_fen,
        }
        for contribution in waiting
    ]
    write_rows(session, Contribution, rows)
    return posted
