"""One row of a statement as a line: what moved, when, which way, and in whose words.

Nothing here knows a bank: what the columns mean is declared in a `Profile`. Money is read strictly, because
a wrong reading would be believed; words are kept as they stand, because people will want to read them.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from ledger.intake.oddities import RowProblem, RowWarning, problem, warning
from ledger.intake.sheets import Row
from ledger.money import AmountMalformed, Fen, fen
from ledger.periods import SHANGHAI
from ledger.words import Coded, yuan

YUAN = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.[0-9]{1,2})?"
AMOUNT = re.compile(rf"¥? ?([+-]?) ?¥? ?({YUAN}) ?元?")
MINUS = str.maketrans("−", "-")
ZEROS = re.compile(r"(?<=\.[0-9]{2})0+$")
INSTANT = re.compile(
    r"(?:((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|((?:19|20)\d{2})(\d{2})(\d{2}))"
    r"(?:[ T]*(?:(\d{1,2}):(\d{2})(?::(\d{2}))?|(\d{2})(\d{2})(\d{2})))?",
    re.ASCII,
)
NOTHING = re.compile(r"[-–—_/\s]*")
BETWEEN_CELLS = "\x1f"


class Direction(StrEnum):
    """Which way money moved. Only ``IN`` and ``OUT`` count; what is ``VOID`` never arrived."""

    IN = "in"
    OUT = "out"
    NEUTRAL = "neutral"
    VOID = "void"


class Meaning(StrEnum):
    """What a column can mean; a profile says which column does."""

    OCCURRED = "occurred"
    AMOUNT = "amount"
    INCOME = "income"
    EXPENSE = "expense"
    FEE = "fee"
    BALANCE = "balance"
    DIRECTION = "direction"
    CURRENCY = "currency"
    COUNTERPARTY = "counterparty"
    REMARK = "remark"
    ORDER_NO = "order_no"
    KIND = "kind"
    STATUS = "status"


class Spelled(StrEnum):
    """What a bank spells in its own way, in the columns of direction, status and currency."""

    IN = "in"
    OUT = "out"
    NEUTRAL = "neutral"
    VOID = "void"
    CURRENCY = "currency"


MONEY = (Meaning.AMOUNT, Meaning.INCOME, Meaning.EXPENSE, Meaning.FEE, Meaning.BALANCE)


@dataclass(frozen=True)
class Claim:
    """A total that a file states of itself, ``of`` a direction, of ``all`` its lines, or of the ``fee``."""

    of: str
    says: re.Pattern[str]


@dataclass(frozen=True)
class Profile:
    """How one bank or wallet writes its file, as declared in ``profiles/<name>.toml``.

    Attributes:
        header: names that stand together in the header row and in no row above it.
        columns: by meaning, the names of columns. Of a money column the first that the file has is read; of
            a text column all are, in this order. Either ``amount``, or ``income`` and ``expense``.
        words: what ``in``, ``out`` and ``neutral`` are called in the ``direction`` column; parts of a status
            that mean ``void``; what yuan are called in the ``currency`` column. Where there is no
            ``direction`` column, the sign decides.
        end: how the first cell of the row under the last line may begin.
        open_end: the bank writes no line break after its last row, so that only the rows above tell whether
            the last cell is whole. Without it, a file that stops without a line break is cut.
        fee_sign: -1 where a fee that was kept is written with a minus.
        fee_says: how the ``fee`` column tells a fee, where it also says other things.
        claims: totals above or below the lines; in the declaration ``{count}`` and ``{yuan}`` stand for
            figures, and a tab parts the cells.
    """

    name: str
    title_zh: str
    title_en: str
    header: tuple[str, ...]
    columns: Mapping[Meaning, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]
    end: tuple[str, ...]
    open_end: bool
    fee_sign: int
    fee_says: re.Pattern[str] | None
    claims: tuple[Claim, ...]

    @property
    def called(self) -> Coded:
        """Its name with what people call it."""
        return Coded("profile", self.name, (self.title_zh, self.title_en))


@dataclass(frozen=True)
class Line:
    """One movement, as the file tells it.

    Attributes:
        row: where it stands in the file, from 1.
        occurred_at: the instant, where the file gives a time of day.
        amount_fen: always more than nought.
        fee_fen: what the bank or wallet kept; negative when it gave a fee back.
        raw: the row's cells, bare, with money written one way whatever file it came in.
        fingerprint: the same for the same row of the same source, in whatever file.
        occurrence: 1, 2, … among the rows of this file that have one fingerprint.
    """

    row: int
    occurred_on: date
    occurred_at: datetime | None
    direction: Direction
    amount_fen: int
    fee_fen: int
    balance_fen: int | None
    counterparty: str
    remark: str
    order_no: str
    kind: str
    status: str
    raw: str
    fingerprint: str
    occurrence: int


class Columns(NamedTuple):
    """The header of one file: its names, and where each meaning stands."""

    names: tuple[str, ...]
    at: Mapping[Meaning, tuple[int, ...]]


def amount_fen(text: str) -> Fen:
    """Read an amount as a statement writes it: ``¥1,234.50``, ``-￥3``, ``20.5元``, ``１２．００``.

    Stricter than a form for people: ``12,34`` may be twelve or a thousand, so it is refused.

    Raises:
        AmountMalformed: more than two decimals, commas in odd places, or not a number.
    """
    match = AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).translate(MINUS).strip())
    if not match:
        raise AmountMalformed(value=text)
    return fen(match[1] + match[2])


def instant(text: str) -> tuple[date, datetime | None]:
    """Read a day, and the instant in Shanghai if a time of day follows.

    Raises:
        ValueError: it is not a day of the calendar.
    """
    match = INSTANT.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day, *clock = (int(digits) for digits in match.groups() if digits)
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    at = datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)
    return at.date(), at if clock else None


class RowReader:
    """One row, asked what its columns mean.

    What is odd goes to ``warnings``, what cannot be read to ``problems``. The answer to a question that
    cannot be answered is then a stand-in, never used, so that the next question can be asked as well.
    """

    def __init__(
        self,
        row: Row,
        columns: Columns,
        profile: Profile,
        problems: list[RowProblem],
        warnings: list[RowWarning],
    ) -> None:
        self.row, self.columns, self.profile = row, columns, profile
        self.problems, self.warnings = problems, warnings
        width = len(columns.names)
        beyond = [cell for cell in row.cells[width:] if cell]
        self.cells = [*row.cells[:width], *[""] * (width - len(row.cells)), *beyond]
        if len(row.cells) < width:
            self.warn("row-short", found=len(row.cells), width=width)
        if beyond:
            self.warn("row-long", value=" ".join(beyond))
        if any("\n" in cell or "\r" in cell for cell in row.cells):
            self.warn("row-broken")

    def line(self) -> Line | None:
        """The movement; None where nothing moved or where something could not be read."""
        before = len(self.problems)
        occurred_on, occurred_at = self.occurred()
        direction, moved_fen = self.movement()
        fee_fen, balance_fen = self.fee(), self.balance()
        self.check_currency()
        if len(self.problems) > before:
            return None
        if moved_fen == 0:
            self.warn("amount-nought")
            return None
        order_no, raw = self.text(Meaning.ORDER_NO), self.raw()
        named = BETWEEN_CELLS.join((self.profile.name, order_no, raw))
        return Line(
            row=self.row.number,
            occurred_on=occurred_on,
            occurred_at=occurred_at,
            direction=direction,
            amount_fen=moved_fen,
            fee_fen=fee_fen,
            balance_fen=balance_fen,
            counterparty=self.text(Meaning.COUNTERPARTY),
            remark=self.text(Meaning.REMARK),
            order_no=order_no,
            kind=self.text(Meaning.KIND),
            status=self.text(Meaning.STATUS),
            raw=raw,
            fingerprint=sha256(named.encode()).hexdigest(),
            occurrence=1,
        )

    def occurred(self) -> tuple[date, datetime | None]:
        text = self.text(Meaning.OCCURRED, " ")
        try:
            return instant(text)
        except ValueError:
            self.wrong("instant" if text else "missing", Meaning.OCCURRED, text)
            return date.min, None

    def movement(self) -> tuple[Direction, int]:
        signed_fen = self.signed_fen()
        status = self.text(Meaning.STATUS)
        if any(part in status for part in self.profile.words.get("void", ())):
            return Direction.VOID, abs(signed_fen)
        if Meaning.DIRECTION not in self.profile.columns:
            return (Direction.IN if signed_fen > 0 else Direction.OUT), abs(signed_fen)
        word = "".join(self.cells[i] for i in self.columns.at[Meaning.DIRECTION])
        for direction in (Direction.IN, Direction.OUT, Direction.NEUTRAL):
            if word in self.profile.words.get(direction, ()):
                if direction is Direction.IN and signed_fen < 0:
                    self.wrong("sign", Meaning.AMOUNT, yuan(signed_fen))
                return direction, abs(signed_fen)
        self.warn("direction-unknown", value=word)
        return Direction.NEUTRAL, abs(signed_fen)

    def signed_fen(self) -> int:
        """What the money columns say together; income and expense may themselves be negative (冲正)."""
        if Meaning.AMOUNT in self.profile.columns:
            amount_fen = self.money(Meaning.AMOUNT)
            if amount_fen is None:
                self.wrong("missing", Meaning.AMOUNT)
            return amount_fen or 0
        income_fen, expense_fen = self.money(Meaning.INCOME), self.money(Meaning.EXPENSE)
        if income_fen is None and expense_fen is None:
            self.wrong("missing", Meaning.INCOME)
        if income_fen and expense_fen:
            self.wrong("both-sides", Meaning.INCOME, f"{yuan(income_fen)} / {yuan(expense_fen)}")
        return (income_fen or 0) - (expense_fen or 0)

    def fee(self) -> int:
        if self.profile.fee_says is None:
            return (self.money(Meaning.FEE) or 0) * self.profile.fee_sign
        match = self.profile.fee_says.fullmatch(self.text(Meaning.FEE))
        return amount_fen(match["yuan"]) if match else 0

    def balance(self) -> int | None:
        """The balance; one that is masked is as good as none, and is so in every row, so it is said once."""
        text = self.text(Meaning.BALANCE)
        try:
            return amount_fen(text) if text else None
        except AmountMalformed:
            if not any(odd.code == "balance-unreadable" for odd in self.warnings):
                self.warn("balance-unreadable", value=text)
            return None

    def check_currency(self) -> None:
        """The ledger keeps yuan and nothing else."""
        currency = self.text(Meaning.CURRENCY)
        if currency and currency not in self.profile.words["currency"]:
            self.wrong("currency", Meaning.CURRENCY, currency)

    def money(self, meaning: Meaning) -> Fen | None:
        """The amount in the first such column; None where there is none."""
        for text in self.texts(meaning)[:1]:
            try:
                # A fee comes from a rate and is written with up to five decimals, the last of them noughts.
                return amount_fen(ZEROS.sub("", text) if meaning is Meaning.FEE else text)
            except AmountMalformed:
                self.wrong("amount", meaning, text)
                return Fen(0)
        return None

    def text(self, meaning: Meaning, between: str = " · ") -> str:
        return between.join(self.texts(meaning))

    def texts(self, meaning: Meaning) -> list[str]:
        """What stands in the columns of that meaning, without the strokes that stand for nothing."""
        cells = (self.cells[i] for i in self.columns.at[meaning])
        return [cell for cell in cells if not NOTHING.fullmatch(cell)]

    def raw(self) -> str:
        money_columns = {i for meaning in MONEY for i in self.columns.at[meaning]}
        return BETWEEN_CELLS.join(
            _one_way(cell) if i in money_columns else cell for i, cell in enumerate(self.cells)
        )

    def warn(self, code: str, **facts: object) -> None:
        self.warnings.append(warning(self.row.number, code, **facts))

    def wrong(self, code: str, meaning: Meaning, value: str = "") -> None:
        names = [self.columns.names[i] for i in self.columns.at[meaning]]
        self.problems.append(problem(self.row.number, code, " ".join(names) or meaning, value))


def _one_way(cell: str) -> str:
    try:
        return yuan(amount_fen(cell))
    except AmountMalformed:
        return cell
