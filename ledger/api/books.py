"""/communities/…/books and /entries: trial balances, vouchers, reversals, month ends, checks of the whole."""

from typing import Any

from flask import Response, g, make_response
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel, Field

from ledger.access.access import allow, reading, signer
from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, In, Text, once
from ledger.api.problems import RESPONSES, file_response
from ledger.community.queries import community
from ledger.community.rules import Role
from ledger.errors import Refused
from ledger.fees.payment_actions import reverse_payment
from ledger.fund.actions import end_month
from ledger.grants.actions import take_back
from ledger.journal.actions import reverse
from ledger.journal.fsck import problems
from ledger.journal.queries import books, entry, moves_of, trial_balance, voucher_number
from ledger.log.queries import proof
from ledger.periods import Month, Period, day_in_shanghai
from ledger.reports.journal_export import export

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "beancount": "text/plain; charset=utf-8",
    "hledger": "text/plain; charset=utf-8",
}

books_api = APIBlueprint(
    "books",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class NotReversible(Refused):
    code = "not-reversible"
    zh = "第 {no} 号凭证（{kind}）不能单独冲销：它还牵涉合同、项目或应收记录。"
    en = "Entry {no} ({kind}) cannot be reversed by itself: a contract, a project or charges hang on it."


RECEIPTS = frozenset({"fees.received", "fees.identified"})
BOOKS_ONLY = frozenset(
    {
        "fund.interest",
        "fund.scrap",
        "fund.other-income",
        "grant.spent",
        "grant.returned",
        "fees.cost",
        "fees.remuneration",
    }
)
"""Entries that nothing outside the books hangs on."""


class BookPath(CommunityPath):
    book: Code


class EntryPath(CommunityPath):
    no: int = Field(ge=1, le=2**53 - 1)


class MonthPath(CommunityPath):
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")


class FormatPath(CommunityPath):
    format: str = Field(pattern="^(csv|xlsx|beancount|hledger)$")


class PeriodQuery(BaseModel):
    period: str = Field("2026", pattern=r"^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$")


class ReversalIn(In):
    reason: Text


class ClosingIn(In):
    exceptions: dict[Text, Text] = Field(
        default_factory=dict, description="why a clearing account is not nought, by book/account"
    )


@books_api.get("/books", summary="The books of a community")
@allow(*OFFICE)
def list_books(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Books never mix: each has its own accounts and its own bank account."""
    with reading() as session:
        community(session, path.community)
        return {"books": [{"code": b.code, "zh": b.zh, "en": b.en} for b in books(session, path.community)]}


@books_api.get("/books/<book>/trial-balance", summary="Trial balance of a book (科目余额表)")
@allow(*OFFICE)
def get_trial_balance(path: BookPath, query: PeriodQuery):  # type: ignore[no-untyped-def]
    """Opening, turnover and closing of every account, in fen."""
    period = Period.parse(query.period)
    with reading() as session:
        rows = trial_balance(session, path.community, path.book, period.start, period.end)
    return {"period": str(period), "accounts": [{**r._asdict(), "closing_fen": r.closing_fen} for r in rows]}


@books_api.get("/entries/<int:no>", summary="One voucher")
@allow(*OFFICE)
def get_entry(path: EntryPath):  # type: ignore[no-untyped-def]
    """An entry with its movements; memos are private and not shown here."""
    with reading() as session:
        found = entry(session, path.community, path.no)
        moves = moves_of(session, path.community, path.no)
        return {
            "no": found.no,
            "voucher": voucher_number(session, path.community, path.no) if found.book else None,
            "leaf": found.leaf_index,
            "book": found.book,
            "what": found.kind,
            "on": found.booked_on.isoformat(),
            "posted_at": found.posted_at.isoformat(),
            "by": found.by_login,
            "approved_by": found.approved_by,
            "reverses": found.reverses_no,
            "movements": [
                {"debit": m.debit, "credit": m.credit, "fen": m.amount_fen, "home": m.home, "party": m.party}
                for m in moves
            ],
        }


@books_api.get(
    "/entries/<int:no>/proof", summary="The voucher's proof in the log", responses=file_response("text/plain")
)
@allow(*Role)
def get_entry_proof(path: EntryPath):  # type: ignore[no-untyped-def]
    """A tlog-proof file: where the entry's leaf stands, and the signed checkpoint that covers it."""
    with reading() as session:
        found = entry(session, path.community, path.no)
        text = proof(session, path.community, found.leaf_index).text
    return _file(text.encode(), "text/plain; charset=utf-8", f"entry-{path.no}.tlog-proof")


@books_api.post("/entries/<int:no>/reversal", summary="Reverse a voucher (红字冲销)")
@allow(Role.MANAGER)
def post_reversal(path: EntryPath, body: ReversalIn):  # type: ignore[no-untyped-def]
    """A second entry in red that names the first; at most one. What a receipt had paid is owed again."""

    def deed(session: Any) -> dict[str, Any]:
        kind = entry(session, path.community, path.no).kind
        who = {"reason": body.reason, "by": g.actor, "at": g.now}
        if kind in RECEIPTS:
            done = reverse_payment(session, path.community, path.no, **who)
        elif kind == "grant.received":
            done = take_back(session, path.community, path.no, **who)
        elif kind in BOOKS_ONLY:
            done = reverse(session, path.community, path.no, key=f"reversal/{path.no}", **who)
        else:
            raise NotReversible(no=path.no, kind=kind)
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@books_api.post("/months/<month>/closing", summary="Close a month")
@allow(Role.MANAGER)
def post_closing(path: MonthPath, body: ClosingIn):  # type: ignore[no-untyped-def]
    """Carry income and expenditure over and shut the month for good; there is no reopening."""

    def deed(session: Any) -> dict[str, Any]:
        done = end_month(
            session,
            path.community,
            Month.parse(path.month),
            exceptions=dict(body.exceptions),
            by=g.actor,
            at=g.now,
        )
        return {"month": done.month, "leaf": done.leaf_index, "trial_root": done.trial_root}

    return once(deed)


@books_api.get("/fsck", summary="Recompute everything")
@allow(Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR)
def get_fsck(path: CommunityPath):  # type: ignore[no-untyped-def]
    """What does not add up, the first first; an empty list when all does."""
    with reading() as session:
        found = [str(each) for each in problems(session, path.community, signer())]
    return {"problems": found}


@books_api.get(
    "/journal.<format>",
    summary="The journal as a file",
    responses=file_response("text/csv", "text/plain", MEDIA["xlsx"]),
)
@allow(Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR)
def get_journal(path: FormatPath):  # type: ignore[no-untyped-def]
    """Every entry of every book, without personal data, for beancount, hledger or a spreadsheet."""
    with reading() as session:
        community(session, path.community)
        body = export(session, path.community, path.format)
    return _file(body, MEDIA[path.format], f"{path.community}-{day_in_shanghai(g.now):%Y%m%d}.{path.format}")


def _file(body: bytes, media_type: str, name: str) -> Response:
    answer = make_response(body)
    answer.content_type = media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
