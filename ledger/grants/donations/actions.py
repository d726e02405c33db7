"""The actions of the community fund: open a purpose, take a donation, spend it for the purpose by two people."""

from datetime import datetime
from importlib.resources import files

from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.queries import firm
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.fields import Amount, Code, Day, Text
from ledger.grants.donations.queries import left, purpose_of, spending
from ledger.grants.donations.rules import BOOK, check_left
from ledger.grants.donations.tables import Donation, DonationPurpose, DonationSpending
from ledger.grants.rules import check_amount
from ledger.journal.actions import Posted, open_book, post, replay
from ledger.journal.queries import accounts, books
from ledger.journal.rules import Draft, Move, read_chart
from ledger.log.queries import head
from ledger.periods import day_in_shanghai


def open_donation_book(session: Session, community: str, *, by: Actor, at: datetime) -> None:
    """Open the book of the community fund."""
    chart = read_chart((files("ledger.grants.donations") / "chart.toml").read_text())
    open_book(session, community, chart, by=by, at=at)


def open_purpose(
    session: Session, community: str, code: Code, name: Text, *, by: Actor, at: datetime
) -> DonationPurpose:
    """Open a purpose that people may give for; the first opens the book.

    Raises:
        AskedDifferently: the code is another purpose's.
    """
    head(session, community, lock=True)
    draft = Draft(
        kind="donation.purpose",
        on=day_in_shanghai(at),
        key=f"donation-purpose/{code}",
        asked={"name": name},
        facts={"purpose": code},
        private={"name": name},
    )
    if replay(session, community, draft):
        return purpose_of(session, community, code)
    opened = DonationPurpose(community=community, code=code, name=name, opened_on=draft.on)
    session.add(opened)
    session.flush()
    post(session, community, draft, by=by, at=at)
    if BOOK not in {book.code for book in books(session, community)}:
        open_donation_book(session, community, by=by, at=at)
    return opened


def take_donation(
    session: Session,
    community: str,
    receipt_no: Code,
    purpose: Code,
    donor: Text,
    amount_fen: Amount,
    on: Day,
    *,
    unnamed: bool = False,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book a donation for a purpose, in fen, under its numbered receipt; an unnamed donor is named to staff only.

    Raises:
        AmountNotPositive; NoPurpose; NoBook; MonthClosed; AskedDifferently: the number is used.
        AccountNotApproved: the book has no approved account on the day.
    """
    check_amount(amount_fen)
    head(session, community, lock=True)
    purpose_of(session, community, purpose)
    codes = accounts(session, community, BOOK)
    draft = Draft(
        kind="donation.received",
        on=on,
        key=f"donation/{receipt_no}",
        book=BOOK,
        moves=[Move(codes["bank"], codes["restricted"], amount_fen, party=purpose)],
        facts={"purpose": purpose},
        subject=f"donation/{purpose}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_approved(session, community, BOOK, "bank", on)
    posted = post(session, community, draft, by=by, at=at)
    session.add(
        Donation(
            community=community, receipt_no=receipt_no, purpose=purpose, donor=donor, unnamed=unnamed,
            amount_fen=amount_fen, given_on=on, entry_no=posted.no,
        )
    )  # fmt: skip
    session.flush()
    return posted


def ask_spending(
    session: Session,
    community: str,
    number: Code,
    purpose: Code,
    payee: Code,
    amount_fen: Amount,
    *,
    what: Text,
    by: Actor,
    at: datetime,
) -> DonationSpending:
    """Ask for donated money to be spent for its purpose, in fen, by the invoice's number.

    Raises:
        AmountNotPositive; NoPurpose; NoFirm; PurposeEmpty.
    """
    check_amount(amount_fen)
    head(session, community, lock=True)
    purpose_of(session, community, purpose)
    firm(session, payee)
    draft = Draft(
        kind="donation.spending-asked",
        on=day_in_shanghai(at),
        key=f"donation-spending/{number}/asked",
        asked={"what": what, "payee": payee},
        facts={"number": number, "purpose": purpose, "fen": amount_fen},
        private={"what": what},
    )
    if replay(session, community, draft):
        return spending(session, community, number)
    check_left(purpose, left(session, community, purpose), amount_fen)
    asked = DonationSpending(
        community=community, number=number, purpose=purpose, payee=payee, what=what, amount_fen=amount_fen,
        requested_by=by.login, requested_on=draft.on,
    )  # fmt: skip
    session.add(asked)
    post(session, community, draft, by=by, at=at)
    return asked


def pay_spending(
    session: Session, community: str, number: Code, on: Day, *, by: Actor, at: datetime
) -> Posted:
    """Pay what was asked for, out of its own purpose.

    Raises:
        NoSpending; SamePerson: who asked for it; PurposeEmpty; MonthClosed.
    """
    head(session, community, lock=True)
    asked = spending(session, community, number)
    codes = accounts(session, community, BOOK)
    draft = Draft(
        kind="donation.spent",
        on=on,
        key=f"donation-spending/{number}",
        book=BOOK,
        moves=[Move(codes["restricted"], codes["bank"], asked.amount_fen, party=asked.purpose)],
        facts={"purpose": asked.purpose, "number": number},
        subject=f"donation/{asked.purpose}",
        approved_by=by.login,
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_different_people([(Duty.ASK, asked.requested_by)], step=Duty.PAY, by=by)
    check_left(asked.purpose, left(session, community, asked.purpose), asked.amount_fen)
    asked.approved_by, asked.approved_on = by.login, day_in_shanghai(at)
    session.add(asked)
    session.flush()
    return post(session, community, draft, by=by, at=at)
