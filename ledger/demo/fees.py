"""What the sample lives through with its property fee besides charging and paying: waivers, demands, a mode."""

from datetime import datetime, timedelta

from sqlmodel import Session

from ledger.community.queries import community as one_community
from ledger.community.queries import service_contract
from ledger.db import Database
from ledger.demo.people import CHEN, MEI, SU
from ledger.demo.votes import a_paper
from ledger.fees.dunning.actions import demand
from ledger.fees.dunning.queries import late_payers
from ledger.fees.dunning.rules import Channel, Delivery, Measure, Step
from ledger.fees.modes.actions import begin_mode
from ledger.fees.tariff_actions import Terms, set_terms
from ledger.fees.waivers.actions import approve_waiver, request_waiver
from ledger.fees.waivers.rules import Asked, Kind, Months
from ledger.periods import Month, noon

OWED_MONTHS = 3
"""The office reminds whoever owes his third month."""


def agree_on_the_fee(session: Session, community: str, first: Month) -> None:
    """The contract's words about the fee: due a month after, half a thousandth a day when late, nothing off for empty homes."""
    at = noon(first.first - timedelta(days=1))
    contract = service_contract(session, community, first.first)
    if contract is not None:
        terms = Terms(contract.number, due_days=30, late_daily_e6=500)
        set_terms(session, community, terms, by=CHEN.actor, at=at)
    begin_mode(
        session,
        community,
        one_community(session, community).mode,
        first.first,
        reference="业主大会 2023-06-18 第 2 号决议",
        by=SU.actor,
        at=at,
    )


def live_through_fees(database: Database, community: str, month: Month) -> None:
    """In May the lifts stood still and everybody is let off a little; each quarter the late payers are pressed."""
    if month.number == 5:
        with database.writing() as session:
            _waive(session, community, month, noon(month.first + timedelta(days=11)))
    if month.number % 3 == 2:
        with database.writing() as session:
            _press(session, community, month, noon(month.first + timedelta(days=27)))


def _waive(session: Session, community: str, month: Month, at: datetime) -> None:
    code = f"JM-{month}"
    request_waiver(
        session,
        community,
        code,
        Kind.SERVICE_DEFECT,
        Asked(5, None),
        Months(month, month),
        home=None,
        basis="五一期间门禁停用四天，按约定减收当月物业费的 5%",
        by=MEI.actor,
        at=at,
    )
    approve_waiver(session, community, code, by=CHEN.actor, at=at)


def _press(session: Session, community: str, month: Month, at: datetime) -> None:
    """A reminder first; whoever let it pass is urged by the committee."""
    on = at.date()
    late = [d for d in late_payers(session, community, on) if d.oldest <= str(month.plus(1 - OWED_MONTHS))]
    fresh = [d.home for d in late if d.step is None]
    reminded = [d.home for d in late if d.step and _over(d.step, Measure.REMINDER, at)]
    for measure, homes, who in (
        (Measure.REMINDER, fresh, MEI.actor),
        (Measure.COMMITTEE_URGING, reminded, CHEN.actor),
    ):
        if homes:
            code = f"{month}/{measure.value}"
            signed = a_paper(session, community, f"{code} signed for", at)
            deliveries = [Delivery(home, Channel.SIGNED, signed) for home in homes]
            demand(session, community, code, measure, deliveries, on, by=who, at=at)


def _over(step: Step, measure: Measure, at: datetime) -> bool:
    return step.measure is measure and step.pay_by < at.date()
