"""Who owes what for how long. For staff: nothing of this is ever public."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.community.queries import community as community_of
from ledger.community.queries import decided_days, profile, profile_history
from ledger.community.role_rules import Actor
from ledger.db import select_columns
from ledger.errors import Unknown
from ledger.fees.dunning.late_fee_formula_rules import CAP, LateDebt, NoLateFee, late_fee
from ledger.fees.dunning.rules import Claim, Measure, Step, claim, due_on
from ledger.fees.dunning.tables import Demand, Dispute
from ledger.fees.queries import debts, stands
from ledger.fees.rules import Part, check_sees_account
from ledger.fees.tables import Applied, Charge, FeeTerms, Surcharge, SurchargePaid, Waived
from ledger.fees.waivers.queries import standings as fee_standings
from ledger.fields import Code
from ledger.journal.tables import Entry
from ledger.periods import Month, marked

SOME = 100
"""Up to so many homes are asked for by name; of more, all are read."""


class NoDispute(Unknown):
    code = "no-dispute"
    zh = "本小区没有异议“{dispute}”。"
    en = "This community has no dispute “{dispute}”."


class NoSurcharge(Unknown):
    code = "no-surcharge"
    zh = "第 {no} 号凭证没有计过违约金，也不是判决的追索费用。"
    en = "Entry {no} charged no late fee and no awarded costs."


def dispute(session: Session, community: str, code: Code) -> Dispute:
    """One dispute.

    Raises:
        NoDispute: there is none with this code.
    """
    row = session.get(Dispute, (community, code))
    if row is None:
        raise NoDispute(community=community, dispute=code)
    return row


def disputes(session: Session, community: str) -> Sequence[Dispute]:
    """Every dispute there was, the newest first."""
    return session.exec(
        select(Dispute)
        .where(Dispute.community == community)
        .order_by(col(Dispute.opened_on).desc(), Dispute.code)
    ).all()


def terms_by_month(session: Session, community: str, months: Collection[str]) -> dict[str, FeeTerms | None]:
    """The contract's terms for each month: of the contract that charges on its last day, else the last before."""
    rows = session.exec(select(FeeTerms).where(FeeTerms.community == community)).all()
    ordered = sorted(rows, key=lambda row: row.charges_from or date.min)

    def of(month: Month) -> FeeTerms | None:
        return next((row for row in reversed(ordered) if (row.charges_from or date.min) <= month.last), None)

    return {month: of(Month.parse(month)) for month in months}


def steps(session: Session, community: str, homes: Collection[str] | None = None) -> dict[str, list[Step]]:
    """The demands that were delivered, by home, oldest first; days to pay by are marked as long as they are provisional."""
    decided = decided_days(session, community_of(session, community).area)
    query = select(Demand).where(Demand.community == community).order_by(col(Demand.entry_no))
    if homes is not None and len(homes) <= SOME:
        query = query.where(col(Demand.home).in_(homes))
    by_home: dict[str, list[Step]] = {}
    for row in session.exec(query):
        by_home.setdefault(row.home, []).append(
            Step(row.measure, row.delivered_on, marked(row.pay_by, decided))
        )
    return by_home


def late_debts(
    session: Session, community: str, homes: Collection[str], due_days: dict[str, int]
) -> dict[tuple[str, str], LateDebt]:
    """What homes were charged for the months in ``due_days`` (days to pay), with what took it down; by (home, month)."""
    some = set(homes)
    first, last = min(due_days), max(due_days)
    down: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for row, day, fen in (
        (Applied, col(Applied.received_on), col(Applied.amount_fen)),
        (Waived, col(Waived.waived_on), col(Waived.amount_fen) - col(Waived.released_fen)),
    ):
        taken_down = select(col(row.home), col(row.month), day, fen).where(
            row.community == community, col(row.month).between(first, last), stands(row)
        )
        for home, month, on, taken in session.execute(
            taken_down.where(col(row.home).in_(some)) if len(some) <= SOME else taken_down
        ):
            down.setdefault((home, month), []).append((on, int(taken)))
    disputed: dict[str, list[Dispute]] = {}
    for objection in session.exec(select(Dispute).where(Dispute.community == community)):
        disputed.setdefault(objection.home, []).append(objection)
    decided = decided_days(session, community_of(session, community).area)
    falls_due = {month: due_on(Month.parse(month), days, decided) for month, days in due_days.items()}
    query = select(Charge.home, Charge.month, Charge.amount_fen).where(
        Charge.community == community, col(Charge.month).between(first, last), stands(Charge)
    )
    return {
        (home, month): LateDebt(
            charged_fen,
            falls_due[month],
            down.get((home, month), ()),
            [(d.opened_on, d.ended_on) for d in disputed.get(home, ()) if d.first <= month <= d.last],
        )
        for home, month, charged_fen in session.execute(
            query.where(col(Charge.home).in_(some)) if len(some) <= SOME else query
        )
        if home in some and month in falls_due
    }


def surcharged(session: Session, community: str, homes: Collection[str]) -> dict[tuple[str, str], int]:
    """The late fee charged so far, in fen by (home, month)."""
    query = select(Surcharge.home, Surcharge.month, func.sum(Surcharge.amount_fen)).where(
        Surcharge.community == community, Surcharge.part == Part.INTEREST, stands(Surcharge)
    )
    if len(homes) <= SOME:
        query = query.where(col(Surcharge.home).in_(homes))
    rows = session.execute(query.group_by(Surcharge.home, Surcharge.month))
    return {(home, month): int(fen) for home, month, fen in rows}


def homes_surcharged(session: Session, community: str, no: int) -> set[str]:
    """The homes that an entry charged late fees or awarded costs.

    Raises:
        NoSurcharge: it is another entry.
    """
    homes = set(
        session.exec(select(Surcharge.home).where(Surcharge.community == community, Surcharge.entry_no == no))
    )
    if not homes:
        raise NoSurcharge(no=no)
    return homes


def surcharge_payers(session: Session, community: str, no: int) -> set[int]:
    """The entries that stand and paid what an entry charged on top: those of each debt that nothing else charged covers."""
    paid: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for payer, fen, *debt in session.execute(
        select_columns(
            col(SurchargePaid.entry_no),
            col(SurchargePaid.amount_fen),
            SurchargePaid.home,
            SurchargePaid.month,
            SurchargePaid.part,
        ).where(_charged_by(SurchargePaid, community, no), stands(SurchargePaid))
    ):
        paid.setdefault(tuple(debt), []).append((payer, fen))
    others = session.execute(
        select(Surcharge.home, Surcharge.month, Surcharge.part, func.sum(Surcharge.amount_fen))
        .where(_charged_by(Surcharge, community, no), Surcharge.entry_no != no, stands(Surcharge))
        .group_by(Surcharge.home, Surcharge.month, col(Surcharge.part))
    )
    covered = {(home, month, part): int(fen) for home, month, part, fen in others}
    return {
        payer
        for debt, payments in paid.items()
        if sum(fen for _, fen in payments) > covered.get(debt, 0)
        for payer, _ in payments
    }


def prepaid_alone(session: Session, community: str, no: int, payers: Collection[int]) -> set[int]:
    """Those of the payers by which prepayments paid what an entry charged on top, and nothing else."""
    paid_more = exists().where(
        col(SurchargePaid.community) == Entry.community,
        col(SurchargePaid.entry_no) == Entry.no,
        ~_charged_by(SurchargePaid, community, no),
    )
    paid_fees = exists().where(col(Applied.community) == Entry.community, col(Applied.entry_no) == Entry.no)
    return set(
        session.exec(
            select(Entry.no).where(
                Entry.community == community,
                col(Entry.no).in_(payers),
                Entry.kind == "fees.prepaid-applied",
                ~paid_more,
                ~paid_fees,
            )
        )
    )


def _charged_by(row: type[Surcharge] | type[SurchargePaid], community: str, no: int) -> ColumnElement[bool]:
    """That a row is about a debt which an entry charged or added to."""
    mine = aliased(Surcharge)
    return exists().where(
        col(row.community) == community,
        col(mine.community) == community,
        col(mine.entry_no) == no,
        col(mine.home) == row.home,
        col(mine.month) == row.month,
        col(mine.part) == row.part,
    )


class Debtor(NamedTuple):
    """A home that owes what is due: fee and surcharges in fen, its oldest month, the last step, and the claim on that month."""

    home: str
    principal_fen: int
    surcharge_fen: int
    oldest: str
    step: Step | None
    claim: Claim


def debtors(session: Session, community: str, today: date, *, by: Actor) -> Sequence[Debtor]:
    """Every home with a fee that is due and unpaid today, by home, for whoever may see it.

    Raises:
        AccountPrivate: he may not.
    """
    check_sees_account(None, by)
    return late_payers(session, community, today)


def late_payers(
    session: Session, community: str, today: date, homes: Collection[str] | None = None
) -> Sequence[Debtor]:
    """Every home, or of some, with a fee that is due and unpaid today, by home, in a fixed number of statements."""
    owed = debts(session, community, homes)
    if not owed:
        return []
    months = {debt.month for due in owed.values() for debt, _ in due}
    decided = decided_days(session, community_of(session, community).area)
    falls_due = {
        month: due_on(Month.parse(month), terms.due_days if terms else 0, decided)
        for month, terms in terms_by_month(session, community, months).items()
    }
    taken = steps(session, community, homes)
    paid: dict[tuple[str, str], list[date]] = {}
    for home, month, day in session.execute(
        select_columns(Applied.home, Applied.month, Applied.received_on).where(
            Applied.community == community, col(Applied.month).in_(months), stands(Applied)
        )
    ):
        paid.setdefault((home, month), []).append(day)
    flag_months = profile(session, community, today)["fee.timebar_flag_months"]
    owing = []
    for home, due in owed.items():
        late = [(d, fen) for d, fen in due if falls_due[d.month] < today]
        if not late:
            continue
        oldest = late[0][0].month
        fell_due = falls_due[oldest]
        there = taken.get(home, [])
        promised = [step.on for step in there if step.measure is Measure.PROMISE]
        demanded = [step.on for step in there if step.measure is not Measure.PROMISE]
        own = [*promised, *paid.get((home, oldest), ())]
        owing.append(
            Debtor(
                home,
                sum(fen for d, fen in late if d.part is Part.PRINCIPAL),
                sum(fen for d, fen in late if d.part is not Part.PRINCIPAL),
                oldest,
                there[-1] if there and there[-1].on > fell_due else None,
                claim(fell_due, demanded, own, today, flag_months, decided),
            )
        )
    return owing


def late_fees(
    session: Session, community: str, homes: Sequence[str], until: date
) -> dict[tuple[str, str], int]:
    """The late fee of every debt of these homes from its due day until a day, in fen by home and month.

    Raises:
        NoLateFee: a home owes for a month whose contract has none.
    """
    owed = sorted(
        (home, debt.month)
        for home, due in debts(session, community, homes).items()
        for debt, _ in due
        if debt.part is Part.PRINCIPAL
    )
    if not owed:
        return {}
    months = {month for _, month in owed}
    terms = terms_by_month(session, community, months)
    daily_e6 = _daily_rates(terms)
    late = late_debts(session, community, homes, {m: t.due_days if t else 0 for m, t in terms.items()})
    principal = {
        (standing.home, standing.month): standing.charged_fen - standing.waived_fen
        for standing in fee_standings(session, community, min(months), max(months), homes)
    }
    lpr = profile_history(session, community, "fee.lpr_1y_e6")
    cap_pct = profile(session, community, until)[CAP]
    return {
        debt: late_fee(
            late[debt],
            until,
            daily_e6=daily_e6[debt[1]],
            lpr=lpr,
            cap_pct=cap_pct,
            principal_fen=principal[debt],
        )
        for debt in owed
    }


def _daily_rates(terms: Mapping[str, FeeTerms | None]) -> dict[str, int]:
    """The contract's late fee a day for each month, in millionths.

    Raises:
        NoLateFee: a month's contract has none.
    """
    rates: dict[str, int] = {}
    for month, of_month in terms.items():
        if of_month is None or of_month.late_daily_e6 is None:
            raise NoLateFee(month=month)
        rates[month] = of_month.late_daily_e6
    return rates
