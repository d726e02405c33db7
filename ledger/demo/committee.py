"""The owners' committee of the sample: elected before its books began, entered on its filing."""

from datetime import date, datetime

from sqlmodel import Session

from ledger.committee.actions import elect
from ledger.committee.rules import Elected, NewTerm, Office
from ledger.demo.people import CHEN, FAN, GU, HE, LIN, PAN
from ledger.demo.votes import a_paper

MEMBERS = (
    Elected(CHEN.login, Office.HEAD),
    Elected(FAN.login, Office.DEPUTY),
    *(Elected(member.login, Office.MEMBER) for member in (LIN, GU, PAN)),
)
TERM = NewTerm(
    elected_on=date(2022, 9, 17),
    starts_on=date(2022, 10, 1),
    ends_on=date(2027, 9, 30),
    filed_on=date(2022, 10, 12),
)


def enter_committee(session: Session, community: str, at: datetime) -> None:
    """Enter the term that runs when the books begin, by the community office."""
    filing = a_paper(session, community, "committee-filing", at)
    elect(session, community, MEMBERS, TERM, filing, by=HE.actor, at=at)
