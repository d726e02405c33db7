"""The actions of the public account: book what the government paid in, ask for a payment, pay it by another person."""

from datetime import datetime
from importlib.resources import files

from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.queries import building, firm
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.fields import Code, Day
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.grants.safety.queries import PAID, left, payment_of, safety_payment
from ledger.grants.safety.rules import BOOK, NewGrant, NewSafetyPayment, check_left
from ledger.grants.safety.tables import SafetyGrant, SafetyPayment
from ledger.journal.actions import Posted, open_book, post, replay
from ledger.journal.queries import accounts
from ledger.journal.rules import Draft, Move, read_chart
from ledger.log.queries import head
from ledger.periods import day_in_shanghai


def open_safety_book(session: Session, community: str, *, by: Actor, at: datetime) -> Posted:
    """Open the book of the public account, so that an account for it can be approved.

    Raises:
        BookThere: the community has it.
    """
    chart = read_chart((files("ledger.grants.safety") / "chart.toml").read_text("utf-8"))
    return open_book(session, community, chart, by=by, at=at)


def take_safety_grant(session: Session, community: str, new: NewGrant, *, by: Actor, at: datetime) -> Posted:
    """Book government money that came into the public account, under its numbered receipt.

    Raises:
        NoBook: the book was not opened. AccountNotApproved: it has no approved account on the day. FileMissing.
        AskedDifferently: the number is used. MonthClosed.
    """
    head(session, community, lock=True)
    codes = accounts(session, community, BOOK)
    draft = Draft(
        kind="housing-safety.received",
        on=new.on,
        key=f"housing-safety/received/{new.receipt_no}",
        book=BOOK,
        moves=[Move(codes["bank"], codes["granted"], new.amount_fen)],
        asked={"payer": new.payer, "fen": new.amount_fen, "document": new.document},
        private={"payer": new.payer},
        attachments=[new.document],
        subject="housing-safety",
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_approved(session, community, BOOK, "bank", new.on)
    use_file(
        session,
        community,
        new.document,
        f"housing-safety-grant/{new.receipt_no}",
        Purpose.NOTICE,
        by=by,
        at=at,
    )
    posted = post(session, community, draft, by=by, at=at)
    session.add(
        SafetyGrant(
            community=community,
            receipt_no=new.receipt_no,
            payer=new.payer,
            amount_fen=new.amount_fen,
            received_on=new.on,
            document=new.document,
            entry_no=posted.no,
        )
    )
    session.flush()
    return posted


def ask_safety_payment(
    session: Session, community: str, new: NewSafetyPayment, *, by: Actor, at: datetime
) -> dict[str, object]:
    """Ask for a payment out of the public account, in fen, by the number of its bill.

    Raises:
        NoBuilding, NoFirm, FileMissing; NoBook. AccountShort: the account holds less.
    """
    head(session, community, lock=True)
    accounts(session, community, BOOK)
    firm(session, new.payee)
    if new.building is not None:
        building(session, community, new.building)
    draft = Draft(
        kind="housing-safety.payment-asked",
        on=day_in_shanghai(at),
        key=f"housing-safety/asked/{new.number}",
        asked={"what": new.what, "payee": new.payee, "document": new.document},
        facts={"number": new.number, "fen": new.amount_fen, "building": new.building},
        private={"what": new.what},
        attachments=[new.document],
        subject=f"housing-safety/{new.number}",
    )
    if replay(session, community, draft):
        return safety_payment(session, community, new.number)
    check_left(left(session, community), new.amount_fen)
    use_file(session, community, new.document, f"housing-safety/{new.number}", Purpose.INVOICE, by=by, at=at)
    session.add(
        SafetyPayment(
            community=community,
            number=new.number,
            what=new.what,
            building=new.building,
            payee=new.payee,
            amount_fen=new.amount_fen,
            document=new.document,
            requested_by=by.login,
            requested_on=draft.on,
        )
    )
    session.flush()
    post(session, community, draft, by=by, at=at)
    return safety_payment(session, community, new.number)


def pay_safety_payment(
    session: Session, community: str, number: Code, on: Day, *, by: Actor, at: datetime
) -> Posted:
    """Pay what was asked for out of the public account and out of nothing else.

    Raises:
        NoSafetyPayment; SamePerson: who asked for it; AccountShort; MonthClosed.
    """
    head(session, community, lock=True)
    asked = payment_of(session, community, number)
    codes = accounts(session, community, BOOK)
    draft = Draft(
        kind="housing-safety.paid",
        on=on,
        key=f"{PAID}{number}",
        book=BOOK,
        moves=[Move(codes["granted"], codes["bank"], asked.amount_fen)],
        facts={"number": number, "building": asked.building},
        subject=f"housing-safety/{number}",
        approved_by=by.login,
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_different_people([(Duty.ASK, asked.requested_by)], step=Duty.PAY, by=by)
    check_left(left(session, community), asked.amount_fen)
    return post(session, community, draft, by=by, at=at)
