"""The actions of a use: asked for, and released by somebody else."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.queries import firm, profile
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.fields import Amount, Code, Day, Evidence, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post, post_all, replay
from ledger.journal.queries import accounts
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.queries import head
from ledger.money import split
from ledger.periods import day_in_shanghai
from ledger.revenue.queries import check_covered, check_part
from ledger.revenue.rules import WHOLE, Part
from ledger.revenue.uses.queries import areas_in, to_use, use, used_on
from ledger.revenue.uses.rules import (
    NotTheirIncome,
    Use,
    UseExists,
    check_price,
    check_scope,
    check_use,
    check_within,
)
from ledger.revenue.uses.tables import RevenueUse
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter
from ledger.words import Coded

REVENUE, FUND, FEE = BookCode.REVENUE.value, BookCode.FUND.value, BookCode.FEE.value


@dataclass(frozen=True)
class NewUse:
    """A use that is asked for; ``motion`` is the resolution of the owners whose income it is, ``price_review`` the report on
    its price where the place asks for one."""

    code: Code
    kind: Use
    amount_fen: Amount
    purpose: Text
    motion: Code
    part: Part = WHOLE
    payee: Code | None = None
    price_review: Evidence | None = None


def request_use(session: Session, community: str, new: NewUse, *, by: Actor, at: datetime) -> RevenueUse:
    """Ask for a use of public revenue.

    Raises:
        UseForbidden, UseNotPositive: money is not spent on this.
        OfTheFundsScope, UsePriceNotReviewed: by the place's rules. FileMissing: the review is no file.
        NoResolutionPassed: the owners have not decided it (民法典 Art. 278 (九)); NotCovered: not all of them were asked.
        NobodyThere; NoFirm: the payee is not registered; UseExists.
    """
    head(session, community, lock=True)
    check_use(new.kind, new.amount_fen)
    today = day_in_shanghai(at)
    draft = Draft(
        "revenue.use-requested",
        today,
        f"revenue-use/{new.code}",
        facts={
            "use": new.code,
            "kind": new.kind.value,
            "amount_fen": new.amount_fen,
            "motion": new.motion,
            "part": list(new.part),
            "payee": new.payee,
        },
        asked={"price_review": new.price_review} if new.price_review else {},
        private={"purpose": new.purpose},
        attachments=[new.price_review] if new.price_review else [],
        subject=f"revenue-use/{new.code}",
    )
    if replay(session, community, draft):
        return use(session, community, new.code)
    if session.get(RevenueUse, (community, new.code)) is not None:
        raise UseExists(use=new.code)
    check_part(session, community, new.part)
    _check_local(session, community, new.kind, today)
    _check_reviewed(session, community, new, today)
    resolution(session, community, new.motion, Matter.OTHER, today)
    check_covered(session, community, new.motion, new.part)
    if new.payee is not None:
        firm(session, new.payee)
    if new.price_review:
        use_file(
            session,
            community,
            new.price_review,
            f"revenue-use/{new.code}",
            Purpose.PRICE_REVIEW,
            by=by,
            at=at,
        )
    asked = RevenueUse(
        community=community,
        code=new.code,
        kind=new.kind,
        amount_fen=new.amount_fen,
        purpose=new.purpose,
        motion=new.motion,
        building=new.part.building,
        stairwell=new.part.stairwell,
        payee=new.payee,
        requested_by=by.login,
        requested_at=at,
    )
    session.add(asked)
    session.flush()
    post(session, community, draft, by=by, at=at)
    return asked


def _check_local(session: Session, community: str, kind: Use, on: date) -> None:
    local, key = profile(session, community, on), "revenue.no_fund_works"
    check_scope(kind, local.source(key), excluded=local[key])


def _check_reviewed(session: Session, community: str, new: NewUse, on: date) -> None:
    local, key = profile(session, community, on), "revenue.price_review_from_fen"
    if key in local:
        reviewed = new.price_review is not None
        check_price(new.kind, new.amount_fen, local[key], local.source(key), reviewed=reviewed)


def release_use(
    session: Session, community: str, code: Code, on: Day, *, by: Actor, at: datetime
) -> list[Posted]:
    """Approve a use and pay it, by somebody who did not ask for it.

    A top-up is a second entry in the fund, an offset one in the fee book, each linked to the first.

    Raises:
        NoUse; SamePerson: who asked does not release. OfTheFundsScope: the place's rule forbids it since.
        NoResolutionPassed: the resolution no longer stands. UseAboveResolution: it allows less.
        NotTheirIncome: the part has not earned so much.
        AccountNotApproved: the other book has no approved account on the day.
    """
    head(session, community, lock=True)
    asked = use(session, community, code)
    check_different_people([(Duty.ASK, asked.requested_by)], step=Duty.APPROVE, by=by)
    drafts = _drafts(asked, on, by)
    earlier = [replay(session, community, draft) for draft in drafts]
    if all(earlier):
        return [posted for posted in earlier if posted]
    _check_local(session, community, asked.kind, on)
    motion = resolution(session, community, asked.motion, Matter.OTHER, day_in_shanghai(at))
    used = used_on(session, community, asked.motion)
    check_within(asked.motion, motion.budget_fen, used, asked.amount_fen)
    part = Part(asked.building, asked.stairwell)
    there = to_use(session, community, part)
    if asked.amount_fen > there:
        where = "-".join(filter(None, part)) or Coded("fund.ScopeKind", "community")
        raise NotTheirIncome(part=where, there_fen=max(0, there), amount_fen=asked.amount_fen)
    for draft in drafts[1:]:
        check_approved(session, community, draft.book or "", "bank", on)
    moves = _moves(session, community, asked, part)
    written = post_all(
        session,
        community,
        [replace(draft, moves=moves[draft.book or ""]) for draft in drafts],
        by=by,
        at=at,
    )
    asked.approved_by, asked.paid_on, asked.entry_no = by.login, on, written[0].no
    asked.other_entry = written[1].no if len(written) > 1 else None
    session.add(asked)
    session.flush()
    return written


def _drafts(asked: RevenueUse, on: date, by: Actor) -> list[Draft]:
    """The entries of a use, still without their movements: ours, and the linked one in the other book."""
    link = f"revenue-use/{asked.code}"
    out = Draft(
        "revenue.used",
        on,
        f"{link}/out",
        REVENUE,
        asked={"use": asked.code, "on": on.isoformat()},
        facts={"use": asked.code, "motion": asked.motion},
        subject=link,
        link=link,
        approved_by=by.login,
    )
    if asked.kind is Use.FUND:
        return [out, replace(out, kind="fund.revenue", key=f"{link}/in", book=FUND)]
    if asked.kind is Use.OFFSET:
        return [out, replace(out, kind="fees.offset", key=f"{link}/in", book=FEE)]
    return [out]


def _moves(session: Session, community: str, asked: RevenueUse, part: Part) -> dict[str, list[Move]]:
    ours = accounts(session, community, REVENUE)
    fen = asked.amount_fen
    moves = {REVENUE: [Move(ours[f"use_{asked.kind.value}"], ours["bank"], fen, party=asked.payee)]}
    if asked.kind is Use.FUND:
        funds = accounts(session, community, FUND)
        moves[FUND] = [Move(funds["bank"], funds["operating"], fen)]
    elif asked.kind is Use.OFFSET:
        fees = accounts(session, community, FEE)
        shares = split(fen, areas_in(session, community, part))
        moves[FEE] = [
            Move(fees["bank"], fees["prepaid"], share, home) for home, share in shares.items() if share
        ]
    return moves
