"""The way of an objection. Pure."""

from datetime import date
from enum import StrEnum

from ledger.errors import Refused, Unknown
from ledger.periods import years_after


class ObjectionState(StrEnum):
    RAISED = "raised"
    ANSWERED = "answered"
    COURT = "court"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


DECIDED = frozenset({ObjectionState.UPHELD, ObjectionState.DISMISSED})
LEADS_TO = {
    ObjectionState.RAISED: {ObjectionState.ANSWERED, ObjectionState.COURT, *DECIDED},
    ObjectionState.ANSWERED: {ObjectionState.COURT, *DECIDED},
    ObjectionState.COURT: DECIDED,
    ObjectionState.UPHELD: frozenset(),
    ObjectionState.DISMISSED: frozenset(),
}


class NoObjection(Unknown):
    code = "no-objection"
    zh = "议题 {motion} 没有第 {no} 号异议。"
    en = "{motion} has no objection no. {no}."


class ObjectionTooEarly(Refused):
    code = "objection-too-early"
    zh = "议题 {motion} 还没有计票，没有可以提出异议的结果。"
    en = "{motion} has not been counted; there is no result to object to."
    article = "《民法典》第280条"


class ObjectionTooLate(Refused):
    code = "objection-too-late"
    zh = "对议题 {motion} 结果的异议须在{last}前提出，{day}已经超过一年。"
    en = "An objection to the result of {motion} had to come by {last}; {day} is past the year."
    article = "《建筑物区分所有权解释》第12条"


class ObjectionNotReady(Refused):
    code = "objection-not-ready"
    zh = "第 {no} 号异议现在是“{state}”，不能转为“{to}”。"
    en = "Objection no. {no} is “{state}” and cannot become “{to}”."


def check_in_time(code: str, known_on: date, day: date) -> None:
    """See that an objection comes within a year of the day on which the result could be known.

    Raises:
        ObjectionTooLate: it does not.
    """
    last = years_after(known_on, 1)
    if day > last:
        raise ObjectionTooLate(motion=code, last=last, day=day)


def check_objection_step(no: int, state: ObjectionState, to: ObjectionState) -> None:
    """See that an objection may go from one state to another.

    Raises:
        ObjectionNotReady: it may not.
    """
    if to not in LEADS_TO[state]:
        raise ObjectionNotReady(no=no, state=state, to=to)
