"""What a reconciliation adds up to. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from json import dumps

from ledger.errors import Malformed, Refused, Unknown
from ledger.log import merkle
from ledger.log.leaf import Json, canonical
from ledger.words import yuan


class Side(StrEnum):
    """Where an item stands: before the first reconciliation, only in the books, only on the statement."""

    OPENING = "opening"
    BOOKS = "books"
    BANK = "bank"


@dataclass(frozen=True)
class Item:
    """未达账项.

    Attributes:
        key: what names it: ``entry/12``, ``line/<account>/<fingerprint>/1``, ``fees``, ``opening``.
        fen: by how much it makes the books higher than the statement.
        reason: why; empty while nobody has said.
        by_ledger: whether the ledger itself knows the reason.
    """

    key: str
    side: Side
    on: date
    fen: int
    reason: str = ""
    by_ledger: bool = False


@dataclass(frozen=True)
class StatementOf:
    """One account's statement for the month: fen at its start and end, what moved, its lines and their root."""

    account: str
    opening_fen: int
    moved_fen: int
    closing_fen: int
    lines: int
    late: int
    root: str


@dataclass(frozen=True)
class Worksheet:
    """银行存款余额调节表 of one account of a book for one month; amounts in fen."""

    book: str
    role: str
    month: str
    book_fen: int
    statements: tuple[StatementOf, ...]
    items: tuple[Item, ...]

    @property
    def bank_fen(self) -> int:
        return sum(statement.closing_fen for statement in self.statements)

    @property
    def listed_fen(self) -> int:
        return sum(item.fen for item in self.items)

    @property
    def without_reason(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.reason)

    @property
    def unexplained_fen(self) -> int:
        """What no item with a reason explains; nought when the month may be confirmed (I8)."""
        explained = sum(item.fen for item in self.items if item.reason)
        return self.book_fen - self.bank_fen - explained

    @property
    def digest(self) -> str:
        """What the preparer and the one who confirms both mean: every figure, item and reason."""
        content: dict[str, Json] = {
            "account": [self.book, self.role, self.month, self.book_fen],
            "statements": [
                [s.account, s.opening_fen, s.closing_fen, s.lines, s.root] for s in self.statements
            ],
            "items": [[i.key, i.on.isoformat(), i.fen, i.reason] for i in self.items],
        }
        return sha256(canonical(content)).hexdigest()


class NoStatement(Refused):
    code = "no-statement"
    zh = "{month:period}没有“{book}”账套“{role}”的已批准账户，无从对账。"
    en = "In {month:period} the book “{book}” has no approved account for “{role}” to reconcile."
    article = "《会计法》第17条（账实相符）"


class ClosingMissing(Malformed):
    code = "closing-missing"
    zh = "没有填写账户“{account}”在{month:period}末的对账单余额。"
    en = "The statement balance of the account “{account}” at the end of {month:period} is missing."


class AccountNotReconciledHere(Malformed):
    code = "account-not-reconciled-here"
    zh = "账户“{account}”不属于“{book}”账套的“{role}”，或在{month:period}没有启用。"
    en = "The account “{account}” does not stand for “{role}” of the book “{book}”, or not in {month:period}."


class StatementDoesNotFoot(Refused):
    code = "statement-does-not-foot"
    zh = "账户“{account}”：期初 {opening} 加流水 {moved} 不等于期末 {closing}，差 {gap} 元；流水没有导全，或余额填错。"
    en = "Account “{account}”: {opening} and lines of {moved} do not make {closing}, {gap} apart; lines are missing or a balance is wrong."
    article = "《会计法》第17条（账实相符）"


class Unexplained(Refused):
    code = "unexplained"
    zh = "还有 {count} 项未达账项没有原因，未说明的差额 {gap} 元（第一项{first}），不能完成对账。"
    en = "{count} items have no reason and {gap} yuan are unexplained (first: {first}); the month cannot be confirmed."
    article = "《会计法》第17条（账实相符）"


class NoSuchItem(Unknown):
    code = "no-such-item"
    zh = "没有“{item}”这一项未达账项。"
    en = "There is no reconciling item “{item}”."


class AlreadyReconciled(Refused):
    code = "already-reconciled"
    zh = "“{book}”账套“{role}”的{month:period}已经对过账并封存，不能重开；补来的流水列入下一个月。"
    en = "{month:period} of “{role}” in the book “{book}” is reconciled and sealed; late lines are listed in the next month."
    article = "《会计法》第17条"


class ReconciledOutOfOrder(Refused):
    code = "reconciled-out-of-order"
    zh = "要先对完{expected:period}，才能对{month:period}。"
    en = "{expected:period} has to be reconciled before {month:period}."


class MonthNotOver(Refused):
    code = "month-not-over"
    zh = "{month:period}还没有过完，不能对账。"
    en = "{month:period} is not over; it cannot be reconciled yet."


class NothingPrepared(Unknown):
    code = "nothing-prepared"
    zh = "“{book}”账套“{role}”的{month:period}还没有人编制调节表。"
    en = "Nobody has prepared the reconciliation of “{role}” in the book “{book}” for {month:period}."


class WorksheetChanged(Refused):
    code = "worksheet-changed"
    zh = "编制之后账目或流水有了变化（或看到的不是最新一稿），请重新编制再确认。"
    en = "Books or lines have changed since it was prepared, or another draft was read: prepare it anew."


def check_foots(statement: StatementOf) -> None:
    """See that a statement's opening balance and its lines make its closing balance.

    Raises:
        StatementDoesNotFoot: they do not.
    """
    gap = statement.opening_fen + statement.moved_fen - statement.closing_fen
    if gap:
        raise StatementDoesNotFoot(
            account=statement.account,
            opening=yuan(statement.opening_fen),
            moved=yuan(statement.moved_fen),
            closing=yuan(statement.closing_fen),
            gap=yuan(gap),
        )


def explained(items: Sequence[Item], reasons: Mapping[str, str]) -> tuple[Item, ...]:
    """The items with the reasons that people gave; what the ledger knows by itself stays as it is.

    Raises:
        NoSuchItem: a reason is given for what is no item.
    """
    keys = {item.key for item in items}
    for key in reasons:
        if key not in keys:
            raise NoSuchItem(item=key)
    return tuple(
        item
        if item.by_ledger or not reasons.get(item.key, "").strip()
        else Item(item.key, item.side, item.on, item.fen, reasons[item.key].strip())
        for item in items
    )


def check_explained(sheet: Worksheet) -> None:
    """See that nothing is left over.

    Raises:
        Unexplained: an item has no reason, or the items are not the difference.
    """
    missing = sheet.without_reason
    if missing or sheet.unexplained_fen:
        first = missing[0].key if missing else "-"
        raise Unexplained(count=len(missing), gap=yuan(sheet.unexplained_fen), first=first)


def lines_root(lines: Sequence[tuple[str, str, int, date, int, int]]) -> str:
    """The root over a statement's lines as (account, fingerprint, occurrence, day, fen, fee): digests and numbers only.

    Each is hashed as RFC 8785 writes it, the keys in their order; a test holds it to that.
    """
    return merkle.root_of(merkle.leaf_hash(line_bytes(*line)) for line in lines).hex()


def line_bytes(account: str, fingerprint: str, occurrence: int, on: date, fen: int, fee_fen: int) -> bytes:
    """The canonical bytes of one line of a statement."""
    name = dumps(account, ensure_ascii=False)
    return (
        f'{{"a":{name},"d":"{on.isoformat()}","f":{fee_fen},"l":"{fingerprint}","n":{fen},"o":{occurrence}}}'
    ).encode()
