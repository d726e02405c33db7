"""How debts are pressed for, what a late payment costs, and when a claim runs out. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pydantic import ConfigDict

from ledger.community.role_rules import Level, Role
from ledger.errors import Malformed, NotAllowed, Refused
from ledger.fields import Code, Evidence
from ledger.periods import Month, plus_days, plus_months, years_after

CLAIM_YEARS = 3
"""诉讼时效 (民法典 Art. 188): a law for the whole country, no local number."""


class Measure(StrEnum):
    """What somebody may want to do about arrears; the last six are never done."""

    REMINDER = "reminder"
    COMMITTEE_URGING = "committee_urging"
    LETTER = "letter"
    SUIT = "suit"
    PROMISE = "promise"
    CUT_POWER = "cut_power"
    CUT_WATER = "cut_water"
    CUT_HEAT = "cut_heat"
    CUT_GAS = "cut_gas"
    LOCK_ACCESS = "lock_access"
    NAME_IN_PUBLIC = "name_in_public"


FLOW = (Measure.REMINDER, Measure.COMMITTEE_URGING, Measure.LETTER, Measure.SUIT)
UTILITIES = "《民法典》第944条第三款"
NEVER: Mapping[Measure, str] = {
    Measure.CUT_POWER: UTILITIES,
    Measure.CUT_WATER: UTILITIES,
    Measure.CUT_HEAT: UTILITIES,
    Measure.CUT_GAS: UTILITIES,
    Measure.LOCK_ACCESS: f"{UTILITIES}；《民法典》第236条",
    Measure.NAME_IN_PUBLIC: f"{UTILITIES}；《个人信息保护法》第10条、《民法典》第1032条",
}


class Channel(StrEnum):
    """How a demand reached its debtor, so that it can be proved."""

    SIGNED = "signed"
    REGISTERED_POST = "registered_post"
    SMS = "sms"
    MESSAGE = "message"
    WITNESSED = "witnessed"
    COURT = "court"


class TimeBar(StrEnum):
    RUNNING = "running"
    AT_RISK = "at_risk"
    PASSED = "passed"


class MeasureForbidden(Refused):
    code = "measure-forbidden"
    zh = "不得以“{measure}”的方式催交物业费。"
    en = "The fee may not be pressed for by {measure}."


class NotTheirStep(NotAllowed):
    code = "not-their-step"
    zh = "“{measure}”这一步由{who}进行。"
    en = "The step {measure} is taken by the {who}."
    article = "《物业管理条例》第64条"


class TooSoon(Refused):
    code = "dunning-too-soon"
    zh = "{home} 还不能进行这一步（{measure}）：须先送达“{needed}”，并等到{until}之后。"
    en = "{home} cannot be taken to {measure} yet: {needed} must have been delivered first, and {until} have passed."
    article = "《民法典》第944条第二款；《物业管理条例》第64条"


class NothingOwed(Refused):
    code = "nothing-owed"
    zh = "{home} 没有到期未付的物业费，不能催交。"
    en = "{home} owes nothing that is due, so nothing can be demanded."
    article = "《民法典》第944条"


class SurchargePaidFor(Refused):
    code = "surcharge-paid-for"
    zh = "第 {no} 号凭证计的违约金或费用已经由第 {payer} 号凭证交过：先冲销那笔收款（按流水登记的，到“银行与对账”的那一笔上撤回），再撤回这一笔，最后把收款重新登记。"
    en = "Entry {payer} paid late fees or costs of entry {no}: reverse that payment first (one from a statement is taken back at its line under “Bank”), then take this back, then book the payment again."


class DaysBackwards(Malformed):
    code = "days-backwards"
    zh = "结束（{last}）早于开始（{first}）。"
    en = "It ends ({last}) before it begins ({first})."


@dataclass(frozen=True)
class Delivery:
    """Proof that a demand reached a home: how, and the SHA-256 of the receipt, photograph or message."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    home: Code
    channel: Channel
    proof: Evidence


class Step(NamedTuple):
    """A demand that was delivered: on which day, and by which day it gave time to pay."""

    measure: Measure
    on: date
    pay_by: date


def check_measure(measure: Measure, role: Role) -> None:
    """See that nobody is pressed by what the law forbids, and that the committee does its own urging.

    Raises:
        MeasureForbidden: with the article.
        NotTheirStep: the committee urges, the firm does the rest.
    """
    if article := NEVER.get(measure):
        raise MeasureForbidden(measure=measure, article=article)
    urging = measure is Measure.COMMITTEE_URGING
    if urging != (role is Role.COMMITTEE):
        raise NotTheirStep(measure=measure, who=Level.OWNERS_COMMITTEE if urging else Level.PROPERTY_FIRM)


def check_step(home: str, measure: Measure, on: date, before: Sequence[Step]) -> None:
    """See that a step of the flow comes after the one before it, and after the time that one gave.

    A promise to pay can be noted at any time.

    Raises:
        TooSoon: the step before was not delivered, or its reasonable period runs still.
    """
    if measure not in FLOW[1:]:
        return
    needed = FLOW[FLOW.index(measure) - 1]
    days = [step.pay_by for step in before if step.measure is needed]
    if not days or min(days) >= on:
        until = min(days) if days else "—"
        raise TooSoon(home=home, measure=measure, needed=needed, until=until)


def due_on(month: Month, due_days: int, decided: Mapping[date, bool] | None = None) -> date:
    """The day on which a month's fee falls due: so many days after its last, and the next working day where that is one off
    (民法典 Art. 203)."""
    return plus_days(month.last, due_days, decided)


class Claim(NamedTuple):
    """How long a debt can still be claimed: from which day the three years run, and their last day."""

    since: date
    runs_out_on: date
    state: TimeBar


def claim(
    due: date,
    demands: Collection[date],
    debtors_own: Collection[date],
    on: date,
    flag_months: int,
    decided: Mapping[date, bool] | None = None,
) -> Claim:
    """How the limitation of a debt stands on a day (民法典 Arts. 188, 192, 195); one that would run out on a day off runs out
    on the next working day (Art. 203).

    A demand or a suit after the due day begins it anew while it runs, and never once it has run out; the debtor's own
    promise or payment does so even then. It is at risk from ``flag_months`` after the last of them. A debt out of time
    stays a debt: courts do not raise it (Art. 193).
    """
    since = due
    for day in sorted({*demands, *debtors_own}):
        in_time = day <= _runs_out(since, decided)
        if since < day <= on and (in_time or day in debtors_own):
            since = day
    runs_out = _runs_out(since, decided)
    flagged_on = min(plus_months(since, flag_months), runs_out)
    if on > runs_out:
        return Claim(since, runs_out, TimeBar.PASSED)
    return Claim(since, runs_out, TimeBar.AT_RISK if on >= flagged_on else TimeBar.RUNNING)


def _runs_out(since: date, decided: Mapping[date, bool] | None) -> date:
    return plus_days(years_after(since, CLAIM_YEARS), 0, decided)
