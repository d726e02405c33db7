"""账: the books, every voucher with its proof, the end of a month, and what can be taken away as a file."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.accounts.tables import ApprovedAccount
from ledger.community.role_rules import Actor, Role
from ledger.errors import Refused
from ledger.fees.payment_actions import reverse_payment
from ledger.fees.queries import check_of_no_statement
from ledger.fields import (
    Asked,
    Code,
    EntryNumber,
    HalfYearText,
    MonthText,
    Out,
    PeriodText,
    SignedAmount,
    Text,
)
from ledger.files.actions import erase_from_entry
from ledger.files.rules import ENTRY_YEARS
from ledger.grants.actions import take_back
from ledger.installation import Installation
from ledger.intake.month_actions import close_with_statements
from ledger.intake.queries import lacking_statement
from ledger.integrity import everything_wrong
from ledger.journal.actions import Posted, open_book, reverse
from ledger.journal.month_queries import uncleared
from ledger.journal.queries import (
    NoBook,
    books,
    closings,
    entries,
    entry,
    moves_of,
    reversal_no,
    trial_balance,
    voucher_number,
)
from ledger.journal.rules import AccountRow, Chart, Element, KeptBy, LedgerRow, Side
from ledger.log.queries import NotSignedYet, latest_signed, private_digests, proof
from ledger.log.signer import held_to_its_key
from ledger.noticeboard.queries import notice
from ledger.operations.choices import account_roles, approved_accounts, clearing_accounts, disclosed
from ledger.operations.circles import OFFICE
from ledger.operations.files import ERASERS, REQUEST
from ledger.operations.labels import own_code
from ledger.operations.operation import (
    Declared,
    Document,
    EntryOut,
    Field,
    File,
    Listing,
    Operation,
    Part,
    Record,
    Said,
    by_another_than,
)
from ledger.periods import Month, Period, check_begun
from ledger.register.privacy_rules import sees_home
from ledger.reports import lobby
from ledger.reports.check_report import render
from ledger.reports.journal_export import export
from ledger.words import Coded

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "beancount": "text/plain; charset=utf-8",
    "hledger": "text/plain; charset=utf-8",
}
Format = Literal["csv", "xlsx", "beancount", "hledger"]
RECEIPTS = frozenset({"fees.received", "fees.identified"})
BOOKS_ONLY = frozenset(
    {
        "fund.interest",
        "fund.scrap",
        "fund.other-income",
        "grant.spent",
        "grant.returned",
        "housing-safety.received",
        "fees.cost",
        "fees.remuneration",
    }
)
"""Entries that nothing outside the books rests on."""


class NotReversible(Refused):
    code = "not-reversible"
    zh = "第 {no} 号凭证不能单独冲销：它还牵涉合同、项目或应收记录。"
    en = "Entry {no} cannot be reversed by itself: a contract, a project or charges rest on it."


class AccountOfBookAsked(Asked):
    """An account of a new book: its code, what it is for (``bank``, ``income``), its names, and what it is."""

    code: Code
    purpose: Code
    zh: Text
    en: Text
    element: Element
    floor_fen: SignedAmount | None = None
    closes_to: Code | None = None
    ledger: Code | None = None


class SubledgerOfBookAsked(Asked):
    """A sub-ledger of a new book: whose balances it keeps apart, over all accounts that name its code."""

    code: Code
    kept_by: KeptBy
    balance_side: Side
    floor_fen: SignedAmount | None = None


class BookOut(Out):
    code: str
    zh: str
    en: str


class AccountBalanceOut(Out):
    account: str
    zh: str
    en: str
    element: Element
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int


class MovementOut(Out):
    debit: str
    credit: str
    fen: int
    home: str | None
    party: str | None


class EntryShownOut(Out):
    no: int
    voucher: int | None
    leaf: int
    book: str | None
    what: str
    on: date
    posted_at: datetime
    by: str
    approved_by: str | None
    reverses: int | None
    reversed_by_entry: int | None
    provable: bool
    private_words: int
    movements: list[MovementOut]


class EntryRowOut(Out):
    no: int
    leaf: int = Limit(validation_alias="leaf_index")
    book: str | None
    what: str = Limit(validation_alias="kind")
    on: date = Limit(validation_alias="booked_on")
    by: str = Limit(validation_alias="by_login")
    approved_by: str | None
    reverses: int | None = Limit(validation_alias="reverses_no")


class ClosingOut(Out):
    month: str
    leaf: int = Limit(validation_alias="leaf_index")
    trial_root: str


class ClosedMonthOut(ClosingOut):
    by_login: str
    closed_at: datetime


class LackingOut(Out):
    code: str
    bank: str
    book: str
    role: str


class ProblemsOut(Out):
    problems: list[str]


def voucher(session: Session, community: str, no: EntryNumber, *, by: Actor) -> Mapping[str, Any]:
    """An entry with its movements; memos are private and not shown here, nor which home it was to whoever may not see that (`sees_home`).

    Raises:
        NoEntry: there is none with this number.
    """
    journal_entry = entry(session, community, no)
    return {
        "no": journal_entry.no,
        "voucher": voucher_number(session, community, no) if journal_entry.book else None,
        "leaf": journal_entry.leaf_index,
        "book": journal_entry.book,
        "what": journal_entry.kind,
        "on": journal_entry.booked_on,
        "posted_at": journal_entry.posted_at,
        "by": journal_entry.by_login,
        "approved_by": journal_entry.approved_by,
        "reverses": journal_entry.reverses_no,
        "reversed_by_entry": reversal_no(session, community, no),
        "provable": journal_entry.who_salt is not None,
        "private_words": len(private_digests(session, community, journal_entry.leaf_index)),
        "movements": [
            {
                "debit": m.debit,
                "credit": m.credit,
                "fen": m.amount_fen,
                "home": m.home if sees_home(journal_entry.book, m.home, by) else None,
                "party": m.party,
            }
            for m in moves_of(session, community, no)
        ],
    }


def balances(
    session: Session, community: str, book: Code, today: date, *, period: PeriodText | None = None
) -> Sequence[Any]:
    """Opening, turnover and closing of every account of a book in a period, else in this year; in fen.

    Raises:
        NoBook; PeriodToCome: it has not begun.
    """
    of = Period.parse(period or str(today.year))
    check_begun(of, today)
    rows = trial_balance(session, community, book, of.start, of.end)
    if not rows:
        raise NoBook(community=community, book=Coded("book", book))
    return rows


def everything_recomputed(
    session: Session, community: str, installation: Installation
) -> Mapping[str, list[str]]:
    """What does not add up, the first first; an empty list when all does."""
    wrong = everything_wrong(session, [community], installation.signer)
    return {"problems": [str(problem) for _, problem in wrong]}


def lobby_sheet(session: Session, community: str, period: PeriodText, *, installation: Installation) -> File:
    """The sheet for the notice board of the lobby: how to check the published accounts of a period, and their log, against paper.

    Raises:
        NoNotice: the accounts of this period are not published.
        NotSignedYet: no signed head covers them yet.
        KeyOfLogForged: the head names another key than the signer's.
    """
    kind = Period.parse(period).kind
    published = notice(session, community, kind, period)
    signed = latest_signed(session, community)
    if signed is None or signed.tree_size <= published.leaf_index:
        raise NotSignedYet(community=community, index=published.leaf_index)
    held_to_its_key(signed, installation.signer)
    page_url = installation.page_url(community, kind, period)
    body = lobby.sheet(published, signed, page_url=page_url, fonts=installation.config.fonts)
    return File(body, "application/pdf", f"lobby-{community}-{period}.pdf")


def open_own_book(
    session: Session,
    community: str,
    code: Code,
    zh: Text,
    en: Text,
    accounts: Annotated[list[AccountOfBookAsked], Limit(min_length=1, max_length=200)],
    ledgers: Annotated[list[SubledgerOfBookAsked], Limit(max_length=50)] = [],  # noqa: B006 - never changed
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """A book of the community's own: its names and its accounts, sealed in the log. Money never moves between books.

    ``floor_fen`` is how far an account may be overdrawn, 0 for never; ``closes_to`` the purpose of the account that
    takes the balance over at the end of a period; ``ledger`` the sub-ledger that keeps it apart by home or by party.

    Raises:
        BookThere, ChartWrong: as for `ledger.journal.actions.open_book`.
    """
    rows = tuple(
        AccountRow(a.code, a.purpose, a.zh, a.en, a.element, a.ledger, a.floor_fen, False, a.closes_to)
        for a in accounts
    )
    apart = tuple(
        LedgerRow(ledger.code, ledger.kept_by, ledger.balance_side, ledger.floor_fen) for ledger in ledgers
    )
    return open_book(session, community, Chart(code, zh, en, apart, rows), by=by, at=at)


def reverse_voucher(
    session: Session, community: str, no: EntryNumber, reason: Text, *, by: Actor, at: datetime
) -> Posted:
    """A second entry in red that names the first; at most one. What a receipt had paid is owed again.

    Raises:
        NotReversible: more than the books rests on it. OfAStatement: a line of a statement does, and is taken back instead.
        NoEntry, AlreadyReversed, MonthClosed, Overspent: as for `ledger.journal.actions.reverse`.
    """
    kind = entry(session, community, no).kind
    if kind in RECEIPTS:
        check_of_no_statement(session, community, no)
        return reverse_payment(session, community, no, reason=reason, by=by, at=at)
    if kind == "grant.received":
        return take_back(session, community, no, reason=reason, by=by, at=at)
    if kind in BOOKS_ONLY:
        return reverse(session, community, no, reason=reason, key=f"reversal/{no}", by=by, at=at)
    raise NotReversible(no=no)


def open_clearings(session: Session, community: str, month: MonthText) -> Mapping[str, Any]:
    """The clearing accounts that a month would leave open and the accounts without a statement of it, still without a reason."""
    clearings = uncleared(session, community, Month.parse(month))
    return {
        "exceptions": {f"{book}/{account}": "" for book, account in sorted(clearings)},
        "without_statement": {account.code: "" for account in lacking_statements(session, community, month)},
    }


def lacking_statements(session: Session, community: str, month: str) -> Sequence[ApprovedAccount]:
    """The accounts of which no statement of the month was imported."""
    return lacking_statement(session, community, Month.parse(month))


def close_month(
    session: Session,
    community: str,
    month: MonthText,
    exceptions: dict[Text, Text] = {},  # noqa: B006 - never changed
    without_statement: dict[Text, Text] = {},  # noqa: B006 - never changed
    *,
    by: Actor,
    at: datetime,
) -> Any:
    """Carry income and expenditure over and shut the month for good; there is no reopening.

    ``exceptions`` say why a clearing account is not nought, by book/account; ``without_statement`` why no statement of
    an approved account was imported, by the account's code.
    """
    return close_with_statements(
        session,
        community,
        Month.parse(month),
        exceptions=exceptions,
        without_statement=without_statement,
        by=by,
        at=at,
    )


def proof_of(session: Session, community: str, no: EntryNumber) -> File:
    """A tlog-proof file: where the entry's leaf stands, and the signed checkpoint that covers it."""
    journal_entry = entry(session, community, no)
    text = proof(session, community, journal_entry.leaf_index).text
    return File(text.encode(), "text/plain; charset=utf-8", f"entry-{no}.tlog-proof")


def journal_file(session: Session, community: str, format: Format, today: date) -> File:  # noqa: A002
    """Every entry of every book, without personal data, for beancount, hledger or a spreadsheet."""
    body = export(session, community, format)
    return File(body, MEDIA[format], f"{community}-{today:%Y%m%d}.{format}")


def check_report(
    session: Session, community: str, period: HalfYearText, *, installation: Installation, at: datetime
) -> File:
    """The check report of a half-year (账目核查报告): the system's, not the audit report of an accountant.

    Raises:
        FiguresDoNotFoot: a stream does not add up.
        KeyOfLogForged: the log's head names another key than the signer's.
    """
    page_url = installation.page_url(community, Period.parse(period).kind, period)
    body = render(
        session,
        community,
        Period.parse(period),
        fonts=installation.config.fonts,
        page_url=page_url,
        at=at,
        signer=installation.signer,
    )
    return File(body, "application/pdf", f"check-{community}-{period}.pdf")


ENTRY = Record(
    path="/entries/<int:no>",
    title=Said("凭证", "Voucher"),
    roles=OFFICE,
    query=voucher,
    gives=EntryShownOut,
    state=("no", "reverses", "reversed_by_entry", "provable", "private_words"),
    known_as=("entry", "entry_no", "paid_entry", "reversed_by_entry", "reverses"),
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/entries",
        title=Said("全部凭证", "Vouchers"),
        roles=OFFICE,
        query=entries,
        gives=EntryRowOut,
        key="entries",
        record=ENTRY,
        columns=("no", "on", "book", "what", "by", "approved_by"),
    ),
    ENTRY,
    Listing(
        path="/books",
        title=Said("账套", "Books"),
        roles=OFFICE,
        query=books,
        gives=BookOut,
        key="books",
    ),
    Operation(
        path="/books",
        title=Said("开一个账套", "Open a book"),
        roles=(Role.OPERATOR,),
        does=open_own_book,
        seals=("book.opened",),
        fields={
            "code": own_code("ZT-01", Said("账套代码", "Code of the book")),
            "zh": Field(Said("中文名", "Name in Chinese")),
            "en": Field(Said("英文名", "Name in English")),
            "accounts.code": Field(Said("科目代码", "Code of the account")),
            "ledgers.code": Field(Said("分户账代码", "Code of the sub-ledger")),
            "purpose": Field(
                Said("科目用途", "What the account is for"),
                choices=account_roles,
                free=True,
                hint=Said(
                    "选一个合适的；都不合适，就自己起一个代号。",
                    "Choose what fits; where nothing does, give it a code of your own.",
                ),
            ),
            "closes_to": Field(
                Said("期末结转到哪个用途", "Closes to the account for"),
                hint=Said(
                    "填这张表里另一个科目的用途；不结转就不填。",
                    "The purpose of another account of this form, or nothing.",
                ),
            ),
            "ledger": Field(
                Said("记入哪本分户账", "In the sub-ledger"),
                hint=Said(
                    "填下面列出的分户账代码；不分户就不填。",
                    "The code of a sub-ledger listed below, or nothing.",
                ),
            ),
            "ledgers": Field(
                Said("分户账", "Sub-ledgers"),
                hint=Said(
                    "需要逐户或逐个往来单位分开记的，先在这里列出，再在科目里写明记入哪一本；不需要就不填。",
                    "What is to be kept apart by home or by party: list it here, and name it at its accounts; "
                    "else leave it out.",
                ),
            ),
        },
        confirms=True,
    ),
    Listing(
        path="/books/<book>/trial-balance",
        title=Said("科目余额表", "Trial balance"),
        roles=OFFICE,
        query=balances,
        gives=AccountBalanceOut,
        key="accounts",
        columns=("account", "zh", "opening_fen", "debit_fen", "credit_fen", "closing_fen"),
        totals=("debit_fen", "credit_fen"),
    ),
    Listing(
        path="/months",
        title=Said("已结的月份", "Closed months"),
        roles=OFFICE,
        query=closings,
        gives=ClosedMonthOut,
        key="months",
        empty=Said("还没有月结。", "No month is closed yet."),
    ),
    Operation(
        path="/entries/<int:no>/reversal",
        title=Said("红字冲销", "Reverse it in red"),
        roles=(Role.MANAGER,),
        does=reverse_voucher,
        gives=EntryOut,
        seals=("fees.prepaid-applied", "reversal"),
        on=ENTRY,
        confirms=True,
        turns_back=True,
        offered=lambda shown: (
            shown["what"] in RECEIPTS | BOOKS_ONLY | {"grant.received"} and shown["reversed_by_entry"] is None
        ),
        fields={
            "reason": Field(
                Said("为什么冲销", "Why it is reversed"),
                hint=Said("原凭证和红字凭证都保留，可以查。", "Both entries stay and can be seen."),
            )
        },
    ),
    Operation(
        path="/entries/<int:no>/erasure",
        title=Said("依法删除个人信息", "Erase personal data by law"),
        roles=ERASERS,
        does=erase_from_entry,
        seals=("erasure", "who.erased", "words.erased"),
        on=ENTRY,
        confirms=True,
        turns_back=True,
        offered=lambda shown: (
            shown["what"].partition(".")[0] in ENTRY_YEARS
            and (shown["provable"] or shown["private_words"] > 0)
        ),
        fits=by_another_than("by"),
        fields={**REQUEST, "what": Field(Said("删除什么", "What is erased"))},
    ),
    Operation(
        path="/months/<month>/closing",
        title=Said("月结", "Close the month"),
        roles=(Role.MANAGER,),
        does=close_month,
        gives=ClosingOut,
        seals=("carried-over", "period-close"),
        confirms=True,
        begins=open_clearings,
        shows=Part(
            title=Said(
                "这个月还没有导入流水的账户", "Accounts of which no statement of the month was imported"
            ),
            query=lacking_statements,
            gives=LackingOut,
        ),
        fields={
            "exceptions": Field(
                Said("过渡科目不为零的原因", "Why a clearing account is not nought"),
                hint=Said(
                    "还没有结清的科目列在下面，逐个写明原因；没有列的不用填。",
                    "What is not cleared yet stands below, each needs its reason; where nothing stands leave it out.",
                ),
                choices=clearing_accounts,
                pair=(Said("过渡科目", "Clearing account"), Said("原因", "Reason")),
            ),
            "without_statement": Field(
                Said("账户没有流水的原因", "Why an account has no statement"),
                hint=Said(
                    "没有导入这个月流水的账户列在下面：导入，或逐个写明原因；原因记进月结，不公开。",
                    "Accounts without a statement of the month stand below: import it, or say why for each; "
                    "the reason is kept with the closing and is not public.",
                ),
                choices=approved_accounts,
                pair=(Said("账户", "Account"), Said("原因", "Reason")),
            ),
        },
    ),
    Record(
        path="/fsck",
        title=Said("全部重算核对", "Recompute everything"),
        roles=(Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR),
        query=everything_recomputed,
        gives=ProblemsOut,
        empty=Said("全部重算过了，没有一处对不上。", "Everything was recomputed; nothing disagrees."),
    ),
    Document(
        path="/reports/check/<period>.pdf",
        title=Said("账目核查报告", "The check report"),
        roles=(Role.SUPERVISOR, Role.AUDITOR, Role.COMMITTEE, Role.MANAGER),
        makes=check_report,
        media_types=("application/pdf",),
    ),
    Document(
        path="/reports/lobby/<period>.pdf",
        title=Said("公告栏张贴页", "The sheet for the notice board"),
        roles=tuple(Role),
        makes=lobby_sheet,
        media_types=("application/pdf",),
        facts={"period": Field(Said("哪一期", "Period"), choices=disclosed)},
    ),
    Document(
        path="/entries/<int:no>/proof",
        title=Said("凭证在日志里的证明", "The voucher's proof in the log"),
        roles=tuple(Role),
        makes=proof_of,
        media_types=("text/plain",),
    ),
    Document(
        path="/journal.<format>",
        title=Said("全部分录文件", "The journal as a file"),
        roles=(Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR),
        makes=journal_file,
        media_types=("text/csv", "text/plain", MEDIA["xlsx"]),
    ),
)
