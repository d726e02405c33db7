"""账户与对账: which bank accounts count, and the months in which they agree with the books."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.accounts.actions import approve_account, close_account, request_account
from ledger.accounts.queries import account, accounts_of
from ledger.community.role_rules import Actor, Role
from ledger.errors import Malformed
from ledger.fields import Asked, Code, Digest, MonthText, Note, Out, SignedAmount
from ledger.intake.reconciliation.actions import confirm_reconciliation, prepare_reconciliation
from ledger.intake.reconciliation.queries import begun, items_of, prepared, reconciliation, reconciliations
from ledger.intake.reconciliation.rules import Side, Worksheet
from ledger.operations.circles import OFFICE
from ledger.operations.labels import own_code
from ledger.operations.operation import Declared, Field, Listing, Operation, Record, Said, by_another_than
from ledger.periods import Month


class StatedTwice(Malformed):
    code = "stated-twice"
    zh = "{name} 写了两次，请只写一次。"
    en = "{name} stands twice; write it once."


class StatementAsked(Asked):
    """What the bank's statement of an account says at the month's end; ``opening_fen`` only the first time."""

    account: Code
    closing_fen: SignedAmount
    opening_fen: SignedAmount | None = None


class ReasonAsked(Asked):
    """Why an item stands in the books and not at the bank, or the other way round."""

    item: Annotated[str, Limit(min_length=1, max_length=200)]
    reason: Note = ""


class AccountOut(Out):
    code: str
    book: str
    role: str
    bank: str
    number: str
    holder: str
    settles_as: str
    opened_on: date
    closed_on: date | None
    replaces: str | None
    requested_by: str
    requested_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    closed_by: str | None


class ReconciliationRowOut(Out):
    book: str
    role: str
    month: str
    digest: str
    book_fen: int
    bank_fen: int
    prepared_by: str
    prepared_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    entry_no: int | None


class StatementOfOut(Out):
    account: str
    opening_fen: int
    moved_fen: int
    closing_fen: int
    lines: int
    late: int
    root: str


class ItemOut(Out):
    item: str
    side: Side
    on: date
    amount_fen: int
    reason: str


class WorksheetOut(Out):
    book: str
    role: str
    month: str
    book_fen: int
    bank_fen: int
    unexplained_fen: int
    digest: str
    statements: list[StatementOfOut]
    items: list[ItemOut]


class ReconciliationOut(Out):
    book: str
    role: str
    month: str
    book_fen: int
    bank_fen: int
    unexplained_fen: int
    digest: str
    prepared_by: str
    confirmed_by: str | None
    statements: list[StatementOfOut]
    items: list[ItemOut]


def sheet_told(sheet: Worksheet) -> Mapping[str, Any]:
    """A worksheet with its items as they are named in requests."""
    return {
        "book": sheet.book,
        "role": sheet.role,
        "month": sheet.month,
        "book_fen": sheet.book_fen,
        "bank_fen": sheet.bank_fen,
        "unexplained_fen": sheet.unexplained_fen,
        "digest": sheet.digest,
        "statements": list(sheet.statements),
        "items": [
            {
                "item": item.key,
                "side": item.side,
                "on": item.on,
                "amount_fen": item.fen,
                "reason": item.reason,
            }
            for item in sheet.items
        ],
    }


def month_told(
    session: Session, community: str, book: Code, role: Code, month: MonthText
) -> Mapping[str, Any]:
    """As it was sealed; or, until it is confirmed, as books and lines stand now.

    Raises:
        NothingPrepared: nobody has begun.
    """
    record = reconciliation(session, community, book, role, Month.parse(month))
    people = {"prepared_by": record.prepared_by, "confirmed_by": record.confirmed_by}
    if record.confirmed_by is None:
        return {**sheet_told(prepared(session, record)), **people}
    return {
        "book": record.book,
        "role": record.role,
        "month": record.month,
        "book_fen": record.book_fen,
        "bank_fen": record.bank_fen,
        "unexplained_fen": 0,
        "digest": record.digest,
        **people,
        "statements": [],
        "items": [
            {"item": i.key, "side": i.side, "on": i.on, "amount_fen": i.amount_fen, "reason": i.reason}
            for i in items_of(session, record)
        ],
    }


def month_begun(
    session: Session, community: str, book: Code, role: Code, month: MonthText
) -> Mapping[str, Any]:
    """What is known of a month before its form is filled in: accounts, balances told before, items and their reasons."""
    return begun(session, community, book, role, Month.parse(month))


def prepare_month(
    session: Session,
    community: str,
    book: Code,
    role: Code,
    month: MonthText,
    statements: Annotated[list[StatementAsked], Limit(max_length=50)],
    reasons: Annotated[list[ReasonAsked], Limit(max_length=2_000)] = [],  # noqa: B006 - never changed
    *,
    by: Actor,
    at: datetime,
) -> Mapping[str, Any]:
    """Statement balances and reasons in, worksheet out; again as often as it takes.

    Raises:
        StatedTwice: an account or an item stands twice; and what `prepare_reconciliation` refuses.
    """
    closings = {
        _once([s.account for s in statements], statement.account): statement.closing_fen
        for statement in statements
    }
    by_item = {
        _once([r.item for r in reasons], explanation.item): explanation.reason for explanation in reasons
    }
    openings = {s.account: s.opening_fen for s in statements if s.opening_fen is not None}
    sheet = prepare_reconciliation(
        session, community, book, role, Month.parse(month), closings, openings=openings, reasons=by_item, by=by, at=at
    )  # fmt: skip
    return sheet_told(sheet)


def _once(names: Sequence[str], name: str) -> str:
    if names.count(name) > 1:
        raise StatedTwice(name=name)
    return name


def confirm_month(
    session: Session,
    community: str,
    book: Code,
    role: Code,
    month: MonthText,
    digest: Digest,
    *,
    by: Actor,
    at: datetime,
) -> Mapping[str, Any]:
    """Confirm and seal a month: by another than prepared it, and exactly what he prepared; there is no reopening.

    Raises:
        NothingPrepared, SamePerson, WorksheetChanged, and what `confirm_reconciliation` refuses.
    """
    sheet = confirm_reconciliation(session, community, book, role, Month.parse(month), digest, by=by, at=at)
    return sheet_told(sheet)


def unsealed(sheet: Mapping[str, Any]) -> bool:
    return sheet["confirmed_by"] is None


OF_THE_BOOKS = Field(Said("账户种类", "Kind of account"))
ITS_NUMBER = Field(Said("账号", "Number of the account"))
OF_AN_ACCOUNT = {"number": ITS_NUMBER, "role": OF_THE_BOOKS}
ACCOUNT = Record(
    path="/accounts/<code>",
    title=Said("账户", "Account"),
    roles=OFFICE,
    query=account,
    gives=AccountOut,
    heading="bank",
    state=("approved_by", "closed_on"),
    facts=OF_AN_ACCOUNT,
)
MONTH = Record(
    path="/reconciliations/<book>/<role>/<month>",
    title=Said("银行存款余额调节表", "A month's reconciliation"),
    roles=OFFICE,
    query=month_told,
    gives=ReconciliationOut,
    state=("digest", "confirmed_by"),
    facts={"role": OF_THE_BOOKS},
)
PREPARED = {
    "role": OF_THE_BOOKS,
    "statements": Field(
        Said("各账户的银行期末余额", "Closing balances of the bank's statements"),
        hint=Said("第一次对账的账户要写期初余额。", "An account's first time needs its opening balance too."),
    ),
    "reasons": Field(
        Said("未达账项的原因", "Why items differ"),
        hint=Said(
            "先不填，编制以后会列出每一项，再逐项写原因；没写原因的不能确认。",
            "Leave it at first: once prepared, every item is listed here and needs its reason before it can be confirmed.",
        ),
    ),
}

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/accounts",
        title=Said("收付款账户", "Approved accounts, and those that were asked for"),
        roles=OFFICE,
        query=accounts_of,
        gives=AccountOut,
        key="accounts",
        record=ACCOUNT,
        columns=("code", "book", "bank", "number", "holder", "opened_on", "closed_on", "approved_by"),
        facts=OF_AN_ACCOUNT,
        empty=Said(
            "还没有账户。先申请，另一人批准后才能收款。", "There is no account yet. Ask for one first."
        ),
    ),
    ACCOUNT,
    Operation(
        path="/accounts",
        title=Said("申请账户", "Ask that an account be approved"),
        roles=(Role.MANAGER,),
        does=request_account,
        gives=AccountOut,
        fields={
            "code": own_code("ZH-01"),
            **OF_AN_ACCOUNT,
            "number": replace(
                ITS_NUMBER,
                hint=Said(
                    "照开户许可或协议写；微信、支付宝写商户号。",
                    "As the bank's paper has it; of a wallet the merchant number.",
                ),
            ),
        },
    ),
    Operation(
        path="/accounts/<code>/approval",
        title=Said("批准账户", "Approve the account"),
        roles=(Role.COMMITTEE,),
        does=approve_account,
        gives=AccountOut,
        seals=("account.approved", "account.closed"),
        on=ACCOUNT,
        offered=lambda bank_account: bank_account.approved_by is None,
        fits=by_another_than("requested_by"),
    ),
    Operation(
        path="/accounts/<code>/closing",
        title=Said("销户", "Close the account"),
        roles=(Role.COMMITTEE,),
        does=close_account,
        gives=AccountOut,
        seals=("account.closed",),
        on=ACCOUNT,
        turns_back=True,
        offered=lambda bank_account: bank_account.approved_by is not None and bank_account.closed_on is None,
        fields={"on": Field(Said("最后一天", "Last day"))},
        confirms=True,
    ),
    Listing(
        path="/reconciliations",
        title=Said("对账", "The months that were reconciled or prepared"),
        roles=OFFICE,
        query=reconciliations,
        gives=ReconciliationRowOut,
        key="reconciliations",
        record=MONTH,
        columns=("month", "book", "role", "book_fen", "bank_fen", "prepared_by", "confirmed_by"),
        facts={"role": OF_THE_BOOKS},
        empty=Said("还没有对过账。", "Nothing was reconciled yet."),
    ),
    MONTH,
    Operation(
        path="/reconciliations/<book>/<role>/<month>",
        title=Said("编制对账", "Prepare a month's reconciliation"),
        roles=(Role.MANAGER,),
        does=prepare_month,
        gives=WorksheetOut,
        method="PUT",
        fields=PREPARED,
        on=MONTH,
        offered=unsealed,
        begins=month_begun,
    ),
    Operation(
        path="/reconciliations/<book>/<role>/<month>/confirmation",
        title=Said("确认对账", "Confirm and seal the month"),
        roles=(Role.COMMITTEE,),
        does=confirm_month,
        gives=WorksheetOut,
        seals=("bank-statement", "reconciled"),
        on=MONTH,
        offered=unsealed,
        confirms=True,
        reads="digest",
        fits=by_another_than("prepared_by"),
        fields={
            "digest": Field(
                Said("您核对过的这张表", "The worksheet that you read"),
                hint=Said(
                    "确认后封存，不能重开。编制的人不能确认。",
                    "It is sealed for good. Whoever prepared it may not confirm it.",
                ),
            )
        },
    ),
)
