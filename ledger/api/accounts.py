"""/communities/…/accounts and /reconciliations: which bank accounts count, and the months they agree with the books."""

from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.accounts.actions import approve_account, close_account, request_account
from ledger.accounts.queries import accounts_of
from ledger.accounts.rules import NewAccount
from ledger.accounts.tables import ApprovedAccount
from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.queries import community
from ledger.community.rules import Role
from ledger.errors import Malformed
from ledger.intake.reconciliation.actions import confirm_reconciliation, prepare_reconciliation
from ledger.intake.reconciliation.queries import items_of, prepared, reconciliation, reconciliations
from ledger.intake.reconciliation.rules import Worksheet
from ledger.money import MOST_FEN
from ledger.periods import Month

accounts_api = APIBlueprint(
    "accounts",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
Balance = Annotated[int, Field(strict=True, ge=-MOST_FEN, le=MOST_FEN, description="fen (1/100 yuan)")]


class AccountPath(CommunityPath):
    account: Code


class AccountIn(In):
    code: Code
    book: Code
    role: Code = "bank"
    bank: Text
    number: str = Field(min_length=4, max_length=40)
    holder: Text
    opened_on: date
    settles_as: str = Field("", max_length=20, pattern=r"^[^\x00-\x1f\x7f]*$")
    replaces: Code | None = None


class ClosingIn(In):
    on: date


class ReconciliationPath(CommunityPath):
    book: Code
    role: Code
    month: str = Field(pattern=MONTH)


class StatementBalanceIn(In):
    account: Code
    closing_fen: Balance
    opening_fen: Balance | None = Field(
        None, description="only of an account that was never reconciled before"
    )


class ReasonIn(In):
    item: str = Field(min_length=1, max_length=200)
    reason: Text


class PreparationIn(In):
    statements: list[StatementBalanceIn] = Field(max_length=50)
    reasons: list[ReasonIn] = Field(default=[], max_length=2_000)


class ConfirmationIn(In):
    digest: str = Field(pattern="^[0-9a-f]{64}$")


def _account(found: ApprovedAccount) -> dict[str, Any]:
    return found.model_dump(mode="json", exclude={"community"})


def _sheet(sheet: Worksheet) -> dict[str, Any]:
    return {
        "book": sheet.book,
        "role": sheet.role,
        "month": sheet.month,
        "book_fen": sheet.book_fen,
        "bank_fen": sheet.bank_fen,
        "unexplained_fen": sheet.unexplained_fen,
        "digest": sheet.digest,
        "statements": [vars(each) for each in sheet.statements],
        "items": [
            {
                "item": i.key,
                "side": i.side.value,
                "on": i.on.isoformat(),
                "amount_fen": i.fen,
                "reason": i.reason,
            }
            for i in sheet.items
        ],
    }


@accounts_api.get("/accounts", summary="Approved accounts, and those that were asked for")
@allow(*OFFICE)
def list_accounts(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Every one there ever was, with who asked and who approved; numbers are masked."""
    with reading() as session:
        community(session, path.community)
        return {"accounts": [_account(each) for each in accounts_of(session, path.community)]}


@accounts_api.post("/accounts", summary="Ask that an account be approved")
@allow(Role.MANAGER)
def post_account(path: CommunityPath, body: AccountIn):  # type: ignore[no-untyped-def]
    """Until another approves it nothing may come into it."""

    def deed(session: Any) -> dict[str, Any]:
        return _account(
            request_account(session, path.community, NewAccount(**body.model_dump()), by=g.actor, at=g.now)
        )

    return once(deed)


@accounts_api.post("/accounts/<account>/approval", summary="Approve an account")
@allow(Role.COMMITTEE)
def post_approval(path: AccountPath):  # type: ignore[no-untyped-def]
    """By another than asked; the account that it replaces ends the day before."""

    def deed(session: Any) -> dict[str, Any]:
        return _account(approve_account(session, path.community, path.account, by=g.actor, at=g.now))

    return once(deed)


@accounts_api.post("/accounts/<account>/closing", summary="Close an account")
@allow(Role.COMMITTEE)
def post_closing(path: AccountPath, body: ClosingIn):  # type: ignore[no-untyped-def]
    """Nothing later may come into it."""

    def deed(session: Any) -> dict[str, Any]:
        return _account(close_account(session, path.community, path.account, body.on, by=g.actor, at=g.now))

    return once(deed)


@accounts_api.get("/reconciliations", summary="The months that were reconciled or prepared")
@allow(*OFFICE)
def list_reconciliations(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Newest first."""
    with reading() as session:
        community(session, path.community)
        found = reconciliations(session, path.community)
        hidden = {"community", "closings", "openings", "reasons"}
        return {"reconciliations": [each.model_dump(mode="json", exclude=hidden) for each in found]}


@accounts_api.get("/reconciliations/<book>/<role>/<month>", summary="One month's reconciliation")
@allow(*OFFICE)
def get_reconciliation(path: ReconciliationPath):  # type: ignore[no-untyped-def]
    """As it was sealed; or, until it is confirmed, as books and lines stand now."""
    with reading() as session:
        found = reconciliation(session, path.community, path.book, path.role, Month.parse(path.month))
        if found.confirmed_by is None:
            return {
                **_sheet(prepared(session, found)),
                "prepared_by": found.prepared_by,
                "confirmed_by": None,
            }
        items = [
            {"item": i.key, "side": i.side.value, "on": i.on.isoformat(), "amount_fen": i.amount_fen, "reason": i.reason}
            for i in items_of(session, found)
        ]  # fmt: skip
        return {
            **found.model_dump(mode="json", exclude={"community", "closings", "openings", "reasons"}),
            "unexplained_fen": 0,
            "items": items,
        }


@accounts_api.put("/reconciliations/<book>/<role>/<month>", summary="Prepare a month's reconciliation")
@allow(Role.MANAGER)
def put_reconciliation(path: ReconciliationPath, body: PreparationIn):  # type: ignore[no-untyped-def]
    """Statement balances and reasons in, worksheet out; again as often as it takes."""

    def deed(session: Any) -> dict[str, Any]:
        closings = {each.account: each.closing_fen for each in body.statements}
        reasons = {each.item: each.reason for each in body.reasons}
        if len(closings) != len(body.statements) or len(reasons) != len(body.reasons):
            raise Malformed(what="account or item twice")
        openings = {s.account: s.opening_fen for s in body.statements if s.opening_fen is not None}
        month = Month.parse(path.month)
        return _sheet(
            prepare_reconciliation(
                session, path.community, path.book, path.role, month, closings,
                openings=openings, reasons=reasons, by=g.actor, at=g.now,
            )
        )  # fmt: skip

    return once(deed)


@accounts_api.post("/reconciliations/<book>/<role>/<month>/confirmation", summary="Confirm and seal a month")
@allow(Role.COMMITTEE)
def post_confirmation(path: ReconciliationPath, body: ConfirmationIn):  # type: ignore[no-untyped-def]
    """By another than prepared it, and exactly what he prepared; there is no reopening."""

    def deed(session: Any) -> dict[str, Any]:
        month = Month.parse(path.month)
        return _sheet(
            confirm_reconciliation(
                session, path.community, path.book, path.role, month, body.digest, by=g.actor, at=g.now
            )
        )

    return once(deed)
