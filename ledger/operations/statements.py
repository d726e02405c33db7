"""银行流水: files of banks and wallets, and what people do with their lines."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import Actor, Role
from ledger.errors import Malformed
from ledger.fields import Amount, Asked, Code, Day, Digest, Out, Upload
from ledger.intake.booked_actions import join, part
from ledger.intake.doubt_actions import ask_void, confirm_void, say_another, say_same
from ledger.intake.import_actions import Imported, import_payments
from ledger.intake.lines import Meaning, Spelled
from ledger.intake.mappings.actions import save_mapping
from ledger.intake.mappings.queries import profile_of, profiles_of
from ledger.intake.mappings.reading import read_by_mapping
from ledger.intake.mappings.rules import Proposal, proposed
from ledger.intake.marks import Direction
from ledger.intake.preview_queries import Fate, Foreseen, foreseen, foreseen_by_mapping
from ledger.intake.queries import (
    line,
    lines,
    pending,
    returns_asked,
    statement_file,
    statement_files,
    steps,
    takings_back,
    voids_asked,
)
from ledger.intake.rules import VOIDABLE, LineAction, LineId, LineState, Occurrence
from ledger.intake.settlement_actions import settle
from ledger.intake.sheets import ZIP
from ledger.intake.statement import called, profile_names
from ledger.intake.suspense_actions import approve_return, ask_return, merge, resolve, split, undo
from ledger.intake.tables import LineStep
from ledger.intake.take_back_actions import take_back_statement
from ledger.journal.actions import Posted
from ledger.operations import choices
from ledger.operations.operation import (
    Choice,
    Choices,
    Declared,
    EntryOut,
    Field,
    InBoth,
    Listing,
    Operation,
    Part,
    Record,
    Said,
    by_another_than,
)
from ledger.words import yuan

MOST_CHOSEN = 200
"""So many lines can be ticked in a form."""
READERS = (Role.MANAGER, Role.AUDITOR)
Cells = Annotated[list[Annotated[str, Limit(min_length=1, max_length=60)]], Limit(max_length=10)]
OF_A_LINE = {
    "why": Field(Said("怎么认的", "Why it stands so")),
    "words": Field(Said("付款人、附言或金额", "Payer, remark or amount")),
    "entry_no": Field(Said("到账凭证", "Entry of the receipt")),
}
THIS_LINE = Said("这笔流水", "This line")


class HomeTwice(Malformed):
    code = "home-twice"
    zh = "{home} 写了两次，请合成一行。"
    en = "The home {home} stands twice; write it in one row."


class MappingAsked(Asked):
    """What the columns of a file mean."""

    columns: dict[Meaning, Cells]
    words: dict[Spelled, Cells] = {}
    end: Cells = []


class PartAsked(Asked):
    """One home's part of a receipt."""

    home: Code
    amount_fen: Amount


class LineOut(Out):
    account: str
    fingerprint: str
    occurrence: int
    row: int
    occurred_on: date
    direction: str
    amount_fen: int
    fee_fen: int
    counterparty: str
    remark: str
    order_no: str
    state: LineState
    home: str | None
    why: InBoth
    entry_no: int | None
    resolved_by: str | None
    resolved_entry: int | None
    settled_entry: int | None


class LineToldOut(LineOut):
    asks: LineAction | None
    asked_by: str | None


class LineStepOut(Out):
    no: int
    action: LineAction
    home: str | None
    amount_fen: int
    entry_no: int | None
    note: str
    by_login: str
    at: datetime


class OddityOut(Out):
    row: int
    odd: InBoth


class ImportedOut(Out):
    lines: int
    known: int
    matched: int
    matched_fen: int
    suspense: int
    suspense_fen: int
    kept: int
    warnings: int
    booked: int
    settled: int
    doubtful: int
    oddities: list[OddityOut]


class ForeseenOut(Out):
    row: int
    occurred_on: date | None
    direction: Direction | None
    amount_fen: int | None
    counterparty: str
    remark: str
    fate: Fate
    home: str | None
    why: InBoth
    odd: InBoth


class ProposalOut(Out):
    sheet: str
    row: int
    names: list[str]
    candidates: dict[Meaning, list[str]]
    first_rows: list[list[str]]
    mapping: dict[str, Any]
    unknown: dict[Meaning, list[str]]


class ProfileSavedOut(Out):
    name: str
    lines: int
    warnings: int
    oddities: list[OddityOut]


class OwnProfileOut(Out):
    name: str
    saved_by: str
    saved_at: datetime
    columns: dict[str, list[str]]
    words: dict[str, list[str]]
    end: list[str]


class DeclaredProfileOut(Out):
    title: InBoth
    name: str


class ProfilesOut(Out):
    declared: list[DeclaredProfileOut]
    own: list[OwnProfileOut]


class EntriesOut(Out):
    entries: list[int]


class StatementOut(Out):
    sha256: str
    name: str
    account: str
    profile: str
    lines: int
    imported_by: str
    imported_at: datetime
    taken_back_no: int | None


class StatementTakenBackOut(Out):
    no: int
    account: str
    imported_by: str
    imported_at: datetime
    lines: int
    entries: int
    reason: str
    taken_back_by: str
    taken_back_at: datetime
    entry_no: int


class ReturnAskedOut(Out):
    asked_by: str = Limit(validation_alias="by_login")


class VoidAskedOut(Out):
    asked_by: str = Limit(validation_alias="by_login")


class JoinedOut(Out):
    entry: int
    lines: int


def lines_in(state: LineState) -> Choices:
    """The lines that are in a state, as a request names them."""

    def choices(session: Session, community: str, today: date) -> Sequence[Choice]:
        page = lines(session, community, state=state, size=MOST_CHOSEN)
        return [
            Choice(
                json.dumps(LineId(bank_line.account, bank_line.fingerprint, bank_line.occurrence)._asdict()),
                " ".join(
                    filter(
                        None,
                        (
                            str(bank_line.occurred_on),
                            bank_line.counterparty,
                            yuan(bank_line.amount_fen),
                            bank_line.remark,
                        ),
                    )
                ),
            )
            for bank_line in page.rows
        ]

    return choices


def receive_statement(
    session: Session,
    community: str,
    file: Upload,
    profile: Code,
    into: Code = "bank",
    *,
    by: Actor,
    at: datetime,
) -> Imported:
    """Import a bank's or wallet's file: all of it or nothing, into an approved account; known lines are left alone.

    A receipt of a closed month is booked today and names its day. Lines that may be known wait for a person (``doubtful``).

    Raises:
        UnknownProfile, StatementUnreadable, AccountNotApproved.
    """
    return import_payments(session, community, file.body, profile, name=file.name, into=into, by=by, at=at)


LARGE = 512 * 1024
"""Bytes of a statement that takes about two seconds to book; packed ones are a quarter of it."""


def is_large(asked: Any) -> bool:
    """Whether a statement takes long."""
    body = asked.file.body
    return len(body) > (LARGE // 4 if body.startswith(ZIP) else LARGE)


def would_book(
    session: Session, community: str, file: Upload, profile: str, into: str, today: date
) -> Sequence[Foreseen]:
    """The rows of the file as they would be booked, those first of which something is odd."""
    return foreseen(session, community, file.body, profile_of(session, community, profile), into, today)


def would_read(
    session: Session, community: str, file: Upload, mapping: MappingAsked | None
) -> Sequence[Foreseen]:
    """The rows of the file as they would be booked by this mapping."""
    columns, words, end = _as_mapped(file, mapping)
    read = read_by_mapping(file.body, "x", columns, words=words, end=end)
    return foreseen_by_mapping(session, community, read.lines, read.warnings)


def guessed_mapping(file: Upload) -> Mapping[str, Any]:
    """The mapping that is proposed for a file, as its form asks for it."""
    return {"mapping": proposed(file.body).mapping}


def _as_mapped(
    file: Upload, mapping: MappingAsked | None
) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]], Sequence[str]]:
    asked = mapping or MappingAsked.model_validate(proposed(file.body).mapping)
    columns = {meaning.value: names for meaning, names in asked.columns.items()}
    return columns, {spelled.value: names for spelled, names in asked.words.items()}, asked.end


def propose_mapping(session: Session, community: str, file: Upload) -> Proposal:
    """The header that was found, the columns that could mean each thing, the first rows. Nothing is stored.

    Raises:
        NothingLikeAStatement: it is no table with a day and an amount.
    """
    return proposed(file.body)


def keep_mapping(
    session: Session,
    community: str,
    name: Code,
    file: Upload,
    mapping: Annotated[
        MappingAsked | None,
        Limit(description="in the shape of the proposal; without it the proposal itself"),
    ] = None,
    corrects: bool = False,
    *,
    by: Actor,
    at: datetime,
) -> Mapping[str, Any]:
    """Save a mapping as a format of this community, tried on the file first; one that ``corrects`` another is its next version.

    Raises:
        MappingWrong, StatementUnreadable, ProfileNameTaken: nothing is saved; every cell is named.
    """
    columns, words, end = _as_mapped(file, mapping)
    read = save_mapping(
        session, community, name, file.body, columns, words=words, end=end, corrects=corrects, by=by, at=at
    )
    return {
        "name": name,
        "lines": len(read.lines),
        "warnings": len(read.warnings),
        "oddities": read.warnings,
    }


def known_profiles(session: Session, community: str) -> Mapping[str, Any]:
    """The bank formats that can be read: those that come with the ledger, and this community's own."""
    own = profiles_of(session, community)
    return {
        "declared": [
            {"title": Said(*(called(name).words or (name, name))), "name": name} for name in profile_names()
        ],
        "own": [
            {"name": p.name, "saved_by": p.saved_by, "saved_at": p.saved_at, **json.loads(p.declared)}
            for p in own
        ],
    }


def one_line(
    session: Session, community: str, account: Code, fingerprint: Digest, occurrence: Occurrence
) -> Mapping[str, Any]:
    """One line of a statement, and what somebody asked that another decide of it.

    Raises:
        NoLine: it was not imported.
    """
    bank_line = line(session, community, account, fingerprint, occurrence)
    request = pending(
        session,
        community,
        LineId(account, fingerprint, occurrence),
        LineAction.RETURN_ASKED,
        LineAction.VOID_ASKED,
    )
    return {
        **bank_line.model_dump(),
        "asks": request and request.action,
        "asked_by": request and request.by_login,
    }


def steps_of(session: Session, community: str, row: Mapping[str, Any]) -> Sequence[LineStep]:
    return steps(session, community, LineId(row["account"], row["fingerprint"], row["occurrence"]))


def split_between(
    session: Session,
    community: str,
    which: LineId,
    parts: Annotated[list[PartAsked], Limit(min_length=1, max_length=200)],
    on: Day,
    *,
    by: Actor,
    at: datetime,
) -> Mapping[str, list[int]]:
    """Say that a receipt was for several homes; the parts make the receipt to the fen.

    Raises:
        HomeTwice: a home stands twice.
        NoLine, NotInSuspense, NoSuchHome, BeforeItCameIn, PartWrong, SumsDiffer.
    """
    shares: dict[str, int] = {}
    for share in parts:
        if share.home in shares:
            raise HomeTwice(home=share.home)
        shares[share.home] = share.amount_fen
    posted: list[Posted] = split(session, community, which, shares, on, by=by, at=at)
    return {"entries": [entry.no for entry in posted]}


def merge_for(
    session: Session,
    community: str,
    lines: Annotated[list[LineId], Limit(min_length=1, max_length=200)],
    home: Code,
    on: Day,
    *,
    by: Actor,
    at: datetime,
) -> Mapping[str, list[int]]:
    """Say that several receipts pay one home's bill: together they are what the home owes, to the fen.

    Raises:
        NoLine, NotInSuspense, NoSuchHome, BeforeItCameIn, PartWrong, SumsDiffer.
    """
    posted = merge(session, community, lines, home, on, by=by, at=at)
    return {"entries": [entry.no for entry in posted]}


def join_entry(
    session: Session,
    community: str,
    lines: Annotated[list[LineId], Limit(min_length=1, max_length=500)],
    entry: Annotated[int, Limit(strict=True, ge=1, le=2**53)],
    *,
    by: Actor,
    at: datetime,
) -> Mapping[str, int]:
    """Say that lines are the bank's side of an entry. Books nothing.

    Raises:
        NoLine, NoAccount, LineTaken, EntryTaken, LinesDoNotMakeEntry.
    """
    join(session, community, lines, entry, by=by, at=at)
    return {"entry": entry, "lines": len(lines)}


LINE = Record(
    path="/suspense/lines/<account>/<fingerprint>/<int:occurrence>",
    title=THIS_LINE,
    personal=True,
    roles=(*READERS, Role.COMMITTEE),
    query=one_line,
    gives=LineToldOut,
    amount=("amount_fen",),
    heading="counterparty",
    hidden=("fingerprint", "occurrence", "row"),
    facts=OF_A_LINE,
    state=("state", "home", "entry_no", "resolved_entry", "asks"),
    parts={
        "steps": Part(title=Said("经过", "What happened"), query=steps_of, gives=LineStepOut, timeline=True)
    },
)


OF_A_STATEMENT = {
    "sha256": Field(Said("流水文件", "Statement")),
    "name": Field(Said("文件名", "Name of the file")),
    "lines": Field(Said("笔数", "Lines")),
    "entries": Field(Said("冲销了几张凭证", "Entries reversed")),
}
STATEMENT = Record(
    path="/statements/<sha256>",
    title=Said("一份流水文件", "One statement"),
    roles=READERS,
    query=statement_file,
    gives=StatementOut,
    heading="name",
    state=("account", "lines", "taken_back_no"),
    facts=OF_A_STATEMENT,
    parts={
        "takings_back": Part(
            title=Said("撤回", "Taken back"),
            query=takings_back,
            gives=StatementTakenBackOut,
        )
    },
)


def stands(*states: LineState) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a line stands in one of these states."""
    return lambda bank_line: bank_line["state"] in states


def is_asked(action: LineAction) -> Callable[[Mapping[str, Any]], bool]:
    """Whether somebody asked for it, and nothing has overtaken that since."""
    return lambda bank_line: bank_line["asks"] is action


waits = stands(LineState.SUSPENSE)


KEEP_FORMAT = Operation(
    path="/statement-profiles",
    title=Said("登记一种文件格式", "Save a mapping as a format of this community"),
    roles=(Role.MANAGER,),
    does=keep_mapping,
    gives=ProfileSavedOut,
    confirms=True,
    shows=Part(
        title=Said("按这个对照，每一行会怎么记", "How each row would be booked by this mapping"),
        query=would_read,
        gives=ForeseenOut,
    ),
    guesses=guessed_mapping,
    fields={
        "corrects": Field(
            Said("改正已有的格式", "It corrects the format of this name"),
            hint=Said(
                "以前按它导入的流水还在，不会再记一遍。",
                "Lines that were read by it stay and are known again.",
            ),
        ),
    },
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/suspense",
        title=Said("待认领的款和其他流水", "Receipts nobody was found for, and other lines"),
        personal=True,
        roles=READERS,
        query=lines,
        gives=LineOut,
        key="lines",
        record=LINE,
        columns=("counterparty", "occurred_on", "amount_fen", "remark", "why", "state", "account"),
        totals=("amount_fen",),
        facts=OF_A_LINE,
        empty=Said("没有待认领的款。", "Nothing waits to be identified."),
    ),
    Listing(
        path="/suspense/returns/waiting",
        title=Said("等批准的退款", "Returns that wait for approval"),
        personal=True,
        roles=(*READERS, Role.COMMITTEE),
        query=returns_asked,
        gives=LineOut,
        key="lines",
        record=LINE,
        columns=("counterparty", "occurred_on", "amount_fen", "remark", "account"),
        totals=("amount_fen",),
        facts=OF_A_LINE,
        empty=Said("没有等批准的退款。", "No return waits for approval."),
    ),
    Listing(
        path="/statement-lines/voidings/waiting",
        title=Said("等确认的作废", "Voidings that wait for confirmation"),
        personal=True,
        roles=(*READERS, Role.COMMITTEE),
        query=voids_asked,
        gives=LineOut,
        key="lines",
        record=LINE,
        columns=("counterparty", "occurred_on", "amount_fen", "remark", "account"),
        totals=("amount_fen",),
        facts=OF_A_LINE,
        empty=Said("没有等确认的作废。", "No voiding waits for confirmation."),
    ),
    LINE,
    Operation(
        path="/statements",
        title=Said("导入流水", "Import a bank's or wallet's file"),
        roles=(Role.MANAGER,),
        does=receive_statement,
        gives=ImportedOut,
        seals=("fees.received", "fees.settled"),
        confirms=True,
        takes_long=is_large,
        shows=Part(
            title=Said("每一行会怎么记", "How each row would be booked"), query=would_book, gives=ForeseenOut
        ),
        fields={
            "profile": Field(Said("文件是哪家的格式", "Format of the file")),
            "into": Field(
                Said("是哪个账户的流水", "Account that it is of"), choices=choices.approved_accounts
            ),
        },
    ),
    Listing(
        path="/statements",
        title=Said("导入过的流水文件", "Statements that were imported"),
        roles=READERS,
        query=statement_files,
        gives=StatementOut,
        key="statements",
        record=STATEMENT,
        columns=("name", "account", "profile", "lines", "imported_by", "imported_at", "taken_back_no"),
        facts=OF_A_STATEMENT,
        empty=Said("还没有导入过流水。", "No statement was imported yet."),
    ),
    STATEMENT,
    Operation(
        path="/statements/<sha256>/taking-back",
        title=Said("导错了，整份撤回", "Take back a statement imported by mistake"),
        roles=(Role.MANAGER,),
        does=take_back_statement,
        gives=StatementTakenBackOut,
        seals=("fees.prepaid-applied", "reversal", "statement.taken-back"),
        on=STATEMENT,
        turns_back=True,
        offered=lambda file: file.taken_back_no is None,
        confirms=True,
        fields={
            "reason": Field(
                Said("为什么撤回", "Why it is taken back"),
                hint=Said(
                    "按这份流水登记的收款全部红字冲销，每一笔都不再算数，但仍可查；撤回后可以重新导入。",
                    "All that was booked of it is reversed in red and its lines count no more, but stay to be seen; "
                    "it may be imported again afterwards.",
                ),
            )
        },
    ),
    Record(
        path="/statement-profiles",
        title=Said("能读的文件格式", "The formats that can be read"),
        roles=READERS,
        query=known_profiles,
        gives=ProfilesOut,
        facts={"name": Field(Said("代号", "Code"))},
    ),
    Operation(
        path="/statement-profiles/proposals",
        title=Said("看看一个新格式的文件怎么读", "Ask what the columns of an unknown file could mean"),
        roles=(Role.MANAGER,),
        does=propose_mapping,
        gives=ProposalOut,
        then=KEEP_FORMAT,
        fields={
            "sheet": Field(Said("工作表", "Worksheet")),
            "row": Field(Said("表头在第几行", "Row of the heads")),
        },
        status=200,
    ),
    KEEP_FORMAT,
    Operation(
        path="/suspense/returns/approvals",
        title=Said("批准退回", "Approve the return"),
        roles=(Role.COMMITTEE,),
        does=approve_return,
        gives=EntryOut,
        seals=("fees.returned",),
        on=LINE,
        fits=by_another_than("asked_by"),
        offered=is_asked(LineAction.RETURN_ASKED),
        confirms=True,
    ),
    Operation(
        path="/statement-lines/voidings/confirmations",
        title=Said("确认作废", "Confirm that it is void"),
        roles=(Role.COMMITTEE,),
        does=confirm_void,
        gives=EntryOut,
        seals=("bank-line.voided", "reversal", "fees.prepaid-applied"),
        on=LINE,
        fits=by_another_than("asked_by"),
        offered=is_asked(LineAction.VOID_ASKED),
        confirms=True,
    ),
    Operation(
        path="/suspense/resolutions",
        title=Said("认给一户", "Say for which home it was"),
        roles=(Role.MANAGER,),
        does=resolve,
        gives=EntryOut,
        seals=("fees.identified",),
        on=LINE,
        offered=waits,
        confirms=True,
    ),
    Operation(
        path="/suspense/splits",
        title=Said("分给几户", "Say that it was for several homes"),
        roles=(Role.MANAGER,),
        does=split_between,
        gives=EntriesOut,
        seals=("fees.identified",),
        on=LINE,
        offered=waits,
        confirms=True,
        fields={
            "parts": Field(
                Said("各户的份额", "The homes' parts"),
                hint=Said(
                    "各份加起来要等于收到的数，一分不差。", "Together they are what came in, to the fen."
                ),
            )
        },
    ),
    Operation(
        path="/suspense/merges",
        title=Said("几笔合付一户的账单", "Say that several receipts pay one home's bill"),
        roles=(Role.MANAGER,),
        does=merge_for,
        gives=EntriesOut,
        seals=("fees.identified",),
        confirms=True,
        fields={
            "lines": Field(
                Said("哪几笔", "Which receipts"),
                hint=Said(
                    "合起来要等于这一户的欠费，一分不差。",
                    "Together they are what the home owes, to the fen.",
                ),
                choices=lines_in(LineState.SUSPENSE),
            )
        },
    ),
    Operation(
        path="/suspense/undoings",
        title=Said("撤回认领", "Take back what was done with it"),
        roles=(Role.MANAGER,),
        does=undo,
        gives=LineOut,
        seals=("fees.prepaid-applied", "fees.received", "reversal"),
        on=LINE,
        offered=stands(LineState.RESOLVED, LineState.MATCHED),
        turns_back=True,
        confirms=True,
    ),
    Operation(
        path="/statement-lines/sames",
        title=Said("和以前的是同一笔", "Say that it is the same as one before"),
        roles=(Role.MANAGER,),
        does=say_same,
        gives=LineOut,
        on=LINE,
        offered=stands(LineState.DOUBTFUL),
        confirms=True,
    ),
    Operation(
        path="/statement-lines/others",
        title=Said("是另一笔，要记账", "Say that it is another payment"),
        roles=(Role.MANAGER,),
        does=say_another,
        gives=LineOut,
        seals=("fees.received",),
        on=LINE,
        offered=stands(LineState.DOUBTFUL),
        confirms=True,
    ),
    Operation(
        path="/statement-lines/voidings",
        title=Said("申请作废", "Ask that it be voided"),
        roles=(Role.MANAGER,),
        does=ask_void,
        gives=VoidAskedOut,
        on=LINE,
        offered=stands(*VOIDABLE),
        turns_back=True,
        fields={
            "paper": Field(
                Said("证明材料", "What shows it"),
                hint=Said("银行盖章的对账单等。", "The statement that the bank has stamped, or the like."),
            )
        },
    ),
    Operation(
        path="/suspense/returns",
        title=Said("申请退回给付款人", "Ask that it go back to its payer"),
        roles=(Role.MANAGER,),
        does=ask_return,
        gives=ReturnAskedOut,
        on=LINE,
        offered=waits,
        turns_back=True,
    ),
    Operation(
        path="/suspense/settlements",
        title=Said("认作钱包的结算款", "Say that it pays out a wallet's days"),
        roles=(Role.MANAGER,),
        does=settle,
        gives=EntryOut,
        seals=("fees.settled",),
        on=LINE,
        offered=waits,
        confirms=True,
        fields={
            "wallet": Field(Said("哪个钱包", "Wallet"), choices=choices.wallets),
            "first": Field(Said("从哪天", "First day")),
            "last": Field(Said("到哪天", "Last day")),
        },
    ),
    Operation(
        path="/statement-lines/joins",
        title=Said("对上一张凭证", "Say that lines are the bank's side of an entry"),
        roles=(Role.MANAGER,),
        does=join_entry,
        gives=JoinedOut,
        fields={
            "lines": Field(Said("哪几笔流水", "Which lines"), choices=lines_in(LineState.KEPT)),
            "entry": Field(
                Said("哪张凭证", "Which entry"),
                hint=Said(
                    "还没有流水对上的凭证；金额要和流水相等。",
                    "Those that no line stands for yet; its amount is that of the lines.",
                ),
                choices=choices.unmatched_entries,
            ),
        },
    ),
    Operation(
        path="/statement-lines/partings",
        title=Said("和凭证分开", "Take the line and its entry apart"),
        roles=(Role.MANAGER,),
        does=part,
        gives=LineOut,
        on=LINE,
        offered=stands(LineState.BOOKED),
        turns_back=True,
    ),
)
