"""The actions of gains: credit them, share them out in two steps, take a run back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, select

from ledger.accounts.queries import check_approved
from ledger.community.queries import heirs
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.community.rules import HomeKind
from ledger.community.tables import Home
from ledger.db import write_rows
from ledger.fields import Amount, Code, PeriodText, Text
from ledger.fund.gains.queries import (
    changes_of_parts,
    gains_run,
    gains_shares_of,
    run_over,
    undistributed,
)
from ledger.fund.gains.rules import (
    GainsPeriodOpen,
    NothingHeld,
    Part,
    PartKind,
    PeriodShared,
    RunNotPosted,
    RunOver,
    Source,
    check_gained,
    day_products,
    gains_shares,
    handed_on,
)
from ledger.fund.gains.tables import GainsRun, GainsShare
from ledger.fund.power_queries import check_may
from ledger.fund.power_rules import Power
from ledger.journal.actions import Posted, post, replay, reverse
from ledger.journal.queries import accounts, lock_for
from ledger.journal.rules import AskedDifferently, BookCode, Draft, Move
from ledger.log.queries import head
from ledger.money import Fen
from ledger.periods import Period, day_in_shanghai

FUND = BookCode.FUND.value


def credit_interest(
    session: Session, community: str, amount_fen: int, on: date, *, key: str, by: Actor, at: datetime
) -> Posted:
    """Book interest that the bank credited (Dr 1001 / Cr 4101; 165号令 Art. 27 (一)), once for each key that stands.

    Raises:
        AccountNotApproved: the fund has no approved account on the day.
    """
    return _credit(session, community, "fund.interest", "interest", amount_fen, on, key, {}, by=by, at=at)


def credit_other(
    session: Session,
    community: str,
    source: Source,
    amount_fen: int,
    on: date,
    *,
    voucher_no: str,
    what: str,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book what scrap of common facilities brought (Dr 1001 / Cr 4301), or other income (Cr 4901; Art. 27 (四)).

    The voucher's number makes it happen once; once more when what was booked was reversed. ``what`` was sold or came in
    is kept privately.

    Raises:
        AccountNotApproved: the fund has no approved account on the day.
    """
    kind = f"fund.{source.value.replace('_', '-')}"
    key = f"gain/{source.value}/{voucher_no}"
    return _credit(session, community, kind, source.value, amount_fen, on, key, {"what": what}, by=by, at=at)


def _credit(
    session: Session,
    community: str,
    kind: str,
    role: str,
    amount_fen: int,
    on: date,
    key: str,
    private: dict[str, str],
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    key = lock_for(session, community, key)
    codes = accounts(session, community, FUND)
    check_approved(session, community, FUND, "bank", on)
    moves = [Move(codes["bank"], codes[role], amount_fen)]
    draft = Draft(kind=kind, on=on, key=key, book=FUND, moves=moves, private=private)
    return post(session, community, draft, by=by, at=at)


def prepare_run(
    session: Session,
    community: str,
    code: Code,
    period: PeriodText,
    income_fen: Amount,
    *,
    by: Actor,
    at: datetime,
) -> GainsRun:
    """Work out how the actual gains of a closed period fall to homes and selling units; nothing moves yet.

    ``income_fen`` comes out of 待分配累计收益; each part gets its share by day-products, append-only, with the
    product that it comes from; that of a home that was divided or merged goes to what it became. Asking again with the
    same code and content gives the same run.

    Raises:
        AskedDifferently: the code was used for another period or amount.
        GainsPeriodOpen: a month of the period is open, so products could still change.
        PeriodShared: a run that stands covers a day of it.
        NotThatMuchGained: more is asked than stands undistributed.
        NothingHeld: nobody held anything.
    """
    closed_through = head(session, community, lock=True).closed_through
    if earlier := session.get(GainsRun, (community, code)):
        if (earlier.period, earlier.income_fen) != (period, income_fen):
            raise AskedDifferently(key=code)
        return earlier
    of = Period.parse(period)
    if str(of.end) > closed_through:
        raise GainsPeriodOpen(period=period, closed_through=closed_through or "—")
    _check_free(session, community, of.first, of.last, period)
    check_gained(income_fen, undistributed(session, community))
    earned = day_products(changes_of_parts(session, community, of.first, of.last), of.last)
    products = {p: product for p, product in handed_on(earned, heirs(session, community)).items() if product}
    if not products:
        raise NothingHeld(period=period)
    on = day_in_shanghai(at)
    run = GainsRun(
        community=community,
        code=code,
        period=period,
        first_on=of.first,
        last_on=of.last,
        income_fen=income_fen,
        prepared_by=by.login,
        prepared_on=on,
    )
    session.add(run)
    session.flush()  # the shares name the run
    shares = _shared_out(session, run, products)
    draft = Draft(
        kind="fund.gains-prepared",
        on=on,
        key=f"gains/{code}/prepared",
        facts={
            "run": code,
            "period": period,
            "income": income_fen,
            "parts": len(shares),
            "products": sum(products.values()),
        },
        subject=f"gains/{code}",
    )
    post(session, community, draft, by=by, at=at)
    return run


def _shared_out(session: Session, run: GainsRun, products: Mapping[Part, int]) -> dict[Part, Fen]:
    """Write down what each part gets of a run, with the product that it comes from."""
    shares = gains_shares(run.income_fen, products)
    rows = [
        {
            "community": run.community,
            "run": run.code,
            "bearer": part.bearer,
            "kind": part.kind,
            "product": products[part],
            "share_fen": share,
        }
        for part, share in shares.items()
    ]
    write_rows(session, GainsShare, rows)
    return shares


def _check_free(session: Session, community: str, first: date, last: date, period: str) -> None:
    if standing := run_over(session, community, first, last):
        raise PeriodShared(period=period, run=standing.code)


def post_run(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Posted:
    """Give a prepared run's shares to homes and selling units (Dr 3101 / Cr 3001, 3002; 财会〔2020〕7号).

    Raises:
        NotYourPower: the authority posts it while it keeps the fund, after the hand-over the committee.
        SamePerson: whoever prepared it may not post it.
        RunOver: it was posted and reversed.
        PeriodShared: another run that stands covers a day of it.
        NotThatMuchGained: the gains have gone elsewhere since.
    """
    head(session, community, lock=True)
    run = gains_run(session, community, code)
    draft = Draft(
        kind="fund.gains-shared",
        on=day_in_shanghai(at),
        key=f"gains/{code}",
        book=FUND,
        asked={"run": code, "income": run.income_fen},
        subject=f"gains/{code}",
        approved_by=by.login,
    )
    check_different_people([(Duty.PREPARE, run.prepared_by)], step=Duty.APPROVE, by=by)
    check_may(session, community, Power.SHARE_GAINS, by=by, at=at)
    standing = run_over(session, community, run.first_on, run.last_on)
    if run.entry_no is not None and (standing is None or standing.code != code):
        raise RunOver(run=code)
    if earlier := replay(session, community, draft):
        return earlier
    if standing is not None:
        raise PeriodShared(period=run.period, run=standing.code)
    check_gained(run.income_fen, undistributed(session, community))
    codes = accounts(session, community, FUND)
    kinds = dict(session.execute(select(Home.code, Home.kind).where(Home.community == community)).all())
    shares = {
        Part(share.kind, share.bearer): share.share_fen for share in gains_shares_of(session, community, code)
    }
    moves = []
    for part, share_fen in handed_on(shares, heirs(session, community)).items():
        if not share_fen:
            continue
        if part.kind is PartKind.SELLER:
            moves.append(Move(codes["gains"], codes["public_seller"], share_fen, party=part.bearer))
        else:
            role = "public_owner" if kinds[part.bearer] is HomeKind.SOLD_PUBLIC else "commodity"
            moves.append(Move(codes["gains"], codes[role], share_fen, home=part.bearer))
    entry = post(session, community, replace(draft, moves=moves), by=by, at=at)
    run.posted_by, run.posted_on, run.entry_no = by.login, draft.on, entry.no
    session.add(run)
    return entry


def reverse_run(
    session: Session, community: str, code: Code, *, reason: Text, by: Actor, at: datetime
) -> Posted:
    """Take a posted run back, whole; its period may then be shared out again under another code.

    Raises:
        NotYourPower: see `post_run`.
        RunNotPosted: it has not been posted.
        AlreadyReversed, Overspent: see `journal.actions.reverse`.
    """
    head(session, community, lock=True)
    run = gains_run(session, community, code)
    check_may(session, community, Power.SHARE_GAINS, by=by, at=at)
    if run.entry_no is None:
        raise RunNotPosted(run=code)
    return reverse(
        session, community, run.entry_no, reason=reason, key=f"gains/{code}/reversed", by=by, at=at
    )
