"""What an entry may say, what it says to the log, and what the books add up to. Pure."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from json import JSONEncoder
from typing import Any, NamedTuple

from ledger.errors import Malformed, Refused
from ledger.log import merkle
from ledger.log.leaf import Json, canonical, instant_text
from ledger.money import MOST_FEN

MOST_LINES = 200
"""An entry with more lines puts the root over its lines into the leaf instead of the lines."""


CARRIED_OVER = "carried-over"
"""The kind of the entries that close income and expenditure; statements of a period leave them out."""


LEAF_FORMAT = 2
"""Of an entry's leaf. Format 1, of older entries, says neither when it was posted nor commits to who did it."""

VOUCHER_YEARS = 30
"""How long vouchers are kept (会计档案管理办法, annexed table 1)."""

SEALED_AT_UPGRADE = "sealed.at-upgrade"
"""The kind of the memorandum that covers who wrote the entries of format 1, and when."""

WHO_ERASED = "who.erased"
"""The kind of the memorandum that says that what opens an entry's commitment to who did it was erased."""

WORDS_ERASED = "words.erased"
"""The kind of the memorandum that says that what opens the private words of an entry was erased."""

RESIDENT_ERASED = "resident.erased"
"""The kind of the memorandum that says that the name and telephone of a former holder or tenant of a home were erased."""

TICKET_STRIPPED = "ticket.stripped"
"""The kind of the memorandum that says that the personal data of a ticket were erased."""

ERASES = frozenset({RESIDENT_ERASED, TICKET_STRIPPED})
"""The kinds of the memoranda by which a row that names one was erased."""


class BookCode(StrEnum):
    """The books that rules depend on by what they are for; a community may have others, which are rows alone.

    No two books ever mix. Grant books are one for each restricted source: ``grant-<source>``.
    """

    FUND = "fund"
    REVENUE = "revenue"
    FEE = "fee"
    COMMUNITY = "community"
    CASH_SHARES = "cash-shares"


class Element(StrEnum):
    ASSET = "asset"
    LIABILITY = "liability"
    NET = "net"
    INCOME = "income"
    EXPENSE = "expense"


DEBIT_NORMAL = frozenset({Element.ASSET, Element.EXPENSE})


class KeptBy(StrEnum):
    """Whose balances a sub-ledger keeps apart."""

    HOME = "home"
    PARTY = "party"


class Side(StrEnum):
    """The side on which a balance stands when nothing is odd."""

    DEBIT = "D"
    CREDIT = "C"


class NothingToPost(Malformed):
    code = "nothing-to-post"
    zh = "凭证没有分录。"
    en = "The entry has no movements."


class ChartWrong(Malformed):
    code = "chart-wrong"
    zh = "账套“{book}”的科目表有误：{wrong}。科目代码和用途各只能用一次，结转科目和分户账须在表里，每本分户账都要有科目记入。"
    en = "The chart of the book “{book}” is wrong: {wrong}. Each code and each purpose stands once; what an account closes to and its sub-ledger stand in the chart, and each sub-ledger has an account."


class BookThere(Refused):
    code = "book-there"
    zh = "这个代码已经是账套“{book}”的，新账套请用别的代码。"
    en = "This code is that of the book “{book}” already; a new one takes another code."


class MovementWrong(Malformed):
    code = "movement-wrong"
    zh = "第 {line} 行分录有误：借 {debit}、贷 {credit}、{amount_fen:money} 元。借贷科目须不同，金额须大于零（红字冲销除外）。"
    en = "Line {line} is wrong: debit {debit}, credit {credit}, {amount_fen:money} yuan. The accounts must differ and the amount be above nought (except in a reversal)."


class MonthClosed(Refused):
    code = "month-closed"
    zh = "{month:period}已经结账（已结到{closed_through:period}），不能再记入；请在未结的月份用红字冲销更正。"
    en = "{month:period} is closed (closed through {closed_through:period}); correct by a reversal in an open month."
    article = "《会计法》第17条"


class AskedDifferently(Refused):
    code = "asked-differently"
    zh = "编号“{key}”以前登记过，内容和这次不同；这次没有记账。"
    en = "“{key}” was entered before with other content; this time nothing was written."


class ClockBehind(Refused):
    code = "clock-behind"
    zh = "这台机器的时钟是 {now}，而最后一张凭证记于 {last}：时钟慢了一天以上，没有登记；请先把时钟校准。"
    en = "The clock of this machine says {now} and the last entry was posted at {last}: it is more than a day behind, and nothing was written; set it right first."


class AlreadyReversed(Refused):
    code = "already-reversed"
    zh = "第 {no} 号凭证已经被冲销过。"
    en = "Entry {no} has been reversed already."


class ReversedBefore(Refused):
    """What is sent again was done and then reversed: it is not done any more, and saying that it is would be untrue."""

    code = "reversed-before"
    zh = "这件事登记过，是第 {no} 号凭证，后来由第 {reversal} 号凭证冲销了；没有再登记。"
    en = "This was written before as entry {no}, which entry {reversal} reversed since; it is not written again."


class Overspent(Refused):
    code = "overspent"
    zh = "余额不足：{book} 账套的 {account} 不能透支。"
    en = "Not enough money: {account} in the book {book} may not be overdrawn."
    article = "《住宅专项维修资金管理办法》第4条（专款专用）"


class Move(NamedTuple):
    """One debit with its credit, in fen. ``home`` and ``party`` carry it to the sub-ledgers; ``memo`` is private."""

    debit: str
    credit: str
    amount_fen: int
    home: str | None = None
    party: str | None = None
    memo: str | None = None


_SORTED = JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Draft:
    """An entry about to be posted; a memorandum has no book and no moves.

    ``key`` is the action's own name, unique in the community: posting the same key with the same ``asked``
    gives back the first entry. ``facts`` go into the leaf as they are: numbers, codes, digests, no
    free text. ``private`` is committed to with salt.
    """

    kind: str
    on: date
    key: str
    book: str | None = None
    moves: Sequence[Move] = ()
    asked: Mapping[str, Json] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[str] = ()
    subject: str | None = None
    reverses_no: int | None = None
    original_on: date | None = None
    link: str | None = None
    approved_by: str | None = None
    ahead: bool = False
    """Whether it is of a month that may be charged before it begins, and stands on that month's first day."""

    @property
    def month(self) -> str:
        """The month in which it is booked: ``2026-07``."""
        return self.on.isoformat()[:7]

    @property
    def asked_digest(self) -> str:
        """SHA-256 over what was asked: with the key, it tells a repeat from another request."""
        content = {
            "kind": self.kind,
            "book": self.book,
            "asked": dict(self.asked) or [list(move[:5]) for move in self.moves],
            "facts": dict(self.facts),
        }
        return sha256(_SORTED.encode(content).encode()).hexdigest()


class AccountRow(NamedTuple):
    """One account of a chart: what stands in ``chart.toml`` and in the account table.

    ``closes_to`` is the role of the account that takes its balance over at the end of a period (期末结转).
    """

    code: str
    role: str
    zh: str
    en: str
    element: Element
    ledger: str | None
    floor_fen: int | None
    clearing: bool
    closes_to: str | None


class LedgerRow(NamedTuple):
    """A sub-ledger (分户账): balances by home or by party over all accounts that name it."""

    code: str
    by: KeptBy
    side: Side
    floor_fen: int | None


class Chart(NamedTuple):
    book: str
    zh: str
    en: str
    ledgers: tuple[LedgerRow, ...]
    accounts: tuple[AccountRow, ...]


def read_chart(text: str) -> Chart:
    """Read a chart of accounts from TOML: ``book``, ``zh``, ``en``, ``[[ledger]]``, ``[[account]]``."""
    data = tomllib.loads(text)
    ledgers = tuple(
        LedgerRow(row["code"], KeptBy(row["by"]), Side(row["side"]), row.get("floor_fen"))
        for row in data.get("ledger", [])
    )
    accounts = tuple(
        AccountRow(
            row["code"],
            row["role"],
            row["zh"],
            row["en"],
            Element(row["element"]),
            row.get("ledger"),
            row.get("floor_fen"),
            row.get("clearing", False),
            row.get("closes_to"),
        )
        for row in data["account"]
    )
    return Chart(data["book"], data["zh"], data["en"], ledgers, accounts)


def check_chart(chart: Chart) -> None:
    """See that a chart agrees with itself.

    Raises:
        ChartWrong: a code or a role stands twice, what an account closes to or its sub-ledger is not there, or a
            sub-ledger is no account's.
    """
    codes, roles = ([getattr(row, name) for row in chart.accounts] for name in ("code", "role"))
    ledgers = [row.code for row in chart.ledgers]
    named = {row.ledger for row in chart.accounts}
    wrong = [name for of in (codes, roles, ledgers) for name in of if of.count(name) > 1]
    wrong += [row.closes_to for row in chart.accounts if row.closes_to and row.closes_to not in roles]
    wrong += [ledger for ledger in named if ledger and ledger not in ledgers]
    wrong += [ledger for ledger in ledgers if ledger not in named]
    if wrong:
        raise ChartWrong(book=chart.book, wrong=sorted(set(wrong)))


def check_draft(draft: Draft, closed_through: str) -> None:
    """See that the entry can be written at all.

    Raises:
        NothingToPost: it has a book and no moves.
        MovementWrong: an amount is not a whole number of fen in range, or the accounts are the same.
        MonthClosed: its day lies in a closed month.
    """
    month = draft.month
    if month <= closed_through:
        raise MonthClosed(month=month, closed_through=closed_through)
    if draft.book is not None and not draft.moves:
        raise NothingToPost()
    for line, move in enumerate(draft.moves, start=1):
        amount = move.amount_fen
        whole = isinstance(amount, int) and not isinstance(amount, bool) and 0 < abs(amount) <= MOST_FEN
        if not whole or move.debit == move.credit or (amount < 0 and draft.reverses_no is None):
            raise MovementWrong(line=line, debit=move.debit, credit=move.credit, amount_fen=amount)


def reversal_of(moves: Iterable[Move]) -> list[Move]:
    """The same movements in red (红字): same accounts, negative amounts."""
    return [move._replace(amount_fen=-move.amount_fen) for move in moves]


def line_bytes(book: str, move: Move, handle: str | None) -> tuple[bytes, bytes]:
    """The canonical bytes of a movement's two lines, debit and credit, as the leaf would hold them.

    Account and book codes are ASCII words, so formatting them equals RFC 8785; a test holds it to that.
    """
    tail = f',"h":"{handle}"' if handle else ""
    number = move.amount_fen
    return (
        f'{{"a":"{move.debit}","f":"{book}"{tail},"n":{number},"s":"D"}}'.encode(),
        f'{{"a":"{move.credit}","f":"{book}"{tail},"n":{number},"s":"C"}}'.encode(),
    )


def lines_content(book: str, moves: Sequence[Move], handles: Mapping[str, str]) -> dict[str, Json]:
    """What a leaf says about the lines: the lines themselves, or their root, count and total."""
    if len(moves) * 2 <= MOST_LINES:
        lines: list[Json] = []
        for move in moves:
            home = {"h": handles[move.home]} if move.home else {}
            lines.append({"a": move.debit, "f": book, "n": move.amount_fen, "s": "D", **home})
            lines.append({"a": move.credit, "f": book, "n": move.amount_fen, "s": "C", **home})
        return {"lines": lines}
    hashes = (
        merkle.leaf_hash(line)
        for move in moves
        for line in line_bytes(book, move, handles[move.home] if move.home else None)
    )
    return {
        "lines_root": merkle.root_of(hashes).hex(),
        "lines_count": len(moves) * 2,
        "lines_total": sum(move.amount_fen for move in moves),
    }


def who_content(row: Mapping[str, Any], moves: Iterable[Move]) -> dict[str, Json]:
    """What an entry's leaf commits to in one salted digest: by whom, in which role, approved by whom, for whom.

    ``row`` is the entry's row. The kind of body that he acted for is in it where it is known. For whom is each line that names a home or a party. The action's own name, what was
    asked, the subject and the link are in it too: they may name people and must not change either.
    """
    body = {"level": row["by_level"]} if row["by_level"] else {}
    return {
        "by": row["by_login"],
        "role": row["by_role"],
        **body,
        "approved_by": row["approved_by"],
        "for": [[n, m.home, m.party] for n, m in enumerate(moves, 1) if m.home or m.party],
        "key": row["key"],
        "asked": row["asked"],
        "subject": row["subject"],
        "link": row["link"],
    }


def digest_of_rows(rows: Iterable[tuple[Mapping[str, Any], Sequence[Move]]]) -> str:
    """SHA-256 over entries' rows in order, a line of JSON each: number, when it was posted, `who_content`."""
    hashed = sha256()
    for row, moves in rows:
        line = [row["no"], instant_text(row["posted_at"]), who_content(row, moves)]
        hashed.update(_SORTED.encode(line).encode() + b"\n")
    return hashed.hexdigest()


class EntryPlace(NamedTuple):
    """Where an entry stands: at an index of a log, and with its number behind the hash of the entry before."""

    origin: str
    leaf_index: int
    no: int
    prev: str


def entry_content(
    draft: Draft,
    where: EntryPlace,
    *,
    at: datetime,
    who: str,
    sd: Sequence[str],
    handles: Mapping[str, str],
) -> dict[str, Json]:
    """The content of an entry's leaf; memoranda carry facts instead of lines.

    ``who`` is the digest of the commitment to `who_content`.
    """
    content: dict[str, Json] = {
        "v": LEAF_FORMAT,
        "log": where.origin,
        "i": where.leaf_index,
        "kind": "entry" if draft.book else "memo",
        "seq": where.no,
        "prev": where.prev,
        "period": draft.month,
        "date": draft.on.isoformat(),
        "what": draft.kind,
        "rev": draft.reverses_no,
        "at": instant_text(at),
        "who": who,
        "sd": list(sd),
        "att": list(draft.attachments),
    }
    if draft.book:
        content["fund"] = [draft.book]
        content |= lines_content(draft.book, draft.moves, handles)
    if draft.original_on:
        content["original"] = draft.original_on.isoformat()
    if draft.facts:
        content["facts"] = dict(draft.facts)
    return content


class TrialRow(NamedTuple):
    """One account of a trial balance (科目余额表), in fen; opening and closing on the account's normal side."""

    account: str
    zh: str
    en: str
    element: Element
    opening_fen: int
    debit_fen: int
    credit_fen: int

    @property
    def closing_fen(self) -> int:
        turnover = self.debit_fen - self.credit_fen
        return self.opening_fen + (turnover if self.element in DEBIT_NORMAL else -turnover)


def trial_root(rows: Sequence[tuple[str, str, int, int, int, int]]) -> str:
    """The root over the rows (book, account, opening, debit, credit, closing) of a month's trial balance."""
    return merkle.root_of(
        merkle.leaf_hash(canonical({"f": f, "a": a, "o": o, "d": d, "c": c, "e": e}))
        for f, a, o, d, c, e in rows
    ).hex()
