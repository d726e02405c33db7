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
from types import MappingProxyType
from typing import NamedTuple

from ledger.intake.marks import Direction, directed, says, went_through, without_amount
from ledger.intake.oddities import RowProblem, RowWarning, problem, warning
from ledger.intake.sheets import DAMAGED, Row
from ledger.money import AmountMalformed, Fen, fen
from ledger.periods import SHANGHAI
from ledger.words import Coded, yuan

DECIMALS = r"(?:\.[0-9]{1,2})?"
YUAN = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})" + DECIMALS
AMOUNT = re.compile(rf"¥? ?([+-]?) ?¥? ?({YUAN}) ?元?")
SCALED = re.compile(rf"¥? ?([+-]?) ?¥? ?({YUAN.removesuffix(DECIMALS)}(?:\.[0-9]{{1,8}})?)")
FOREIGN = re.compile(r"美元|美金|港元|港币|欧元|日元|英镑|澳元|加元|外币|原币|[$€£]|USD|HKD|EUR|JPY|GBP")
UNITS = (
    (re.compile(r"亿元"), 8),
    (re.compile(r"百万元"), 6),
    (re.compile(r"万元|[(/:_-]万\)?$"), 4),
    (re.compile(r"千元"), 3),
    (re.compile(r"(?:[(/:_-]|单位)角\)?$"), -1),
    (re.compile(r"(?:[(/:_-]|单位)(?:人民币)?分\)?$"), -2),
)
MINUS = str.maketrans("−", "-")
ZEROS = re.compile(r"(?<=\.[0-9]{2})0+$")
INSTANT = re.compile(
    r"(?:((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|((?:19|20)\d{2})(\d{2})(\d{2}))"
    r"(?:[ T]*(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0{1,9})?)?|(\d{2})(\d{2})(\d{2})))?",
    re.ASCII,
)
BRACKETED = re.compile(r"\((.+)\)")
MARKED = re.compile(r"([^\d¥(),.+-]*)([\d¥(+-].*[\d)元])([^\d¥(),.+-]*)")
SPOILT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
"""What Excel makes of a number with more figures than it keeps."""
NOTHING = re.compile(r"[-–—_/\s]*")
BETWEEN = " · "
"""What joins the words of several columns of one meaning."""
BETWEEN_CELLS = "\x1f"


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
    DONE = "done"
    CURRENCY = "currency"


CERTAIN = (
    Meaning.OCCURRED,
    Meaning.AMOUNT,
    Meaning.INCOME,
    Meaning.EXPENSE,
    Meaning.FEE,
    Meaning.BALANCE,
    Meaning.DIRECTION,
    Meaning.CURRENCY,
    Meaning.STATUS,
    Meaning.ORDER_NO,
)
"""What has to be known to the last sign; the rest is words for people."""


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
            that mean ``void``, and whole ones that mean ``done``; what yuan are called in the ``currency`` column. Where there is no
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
        fingerprint: of what its source never changes (`fingerprint`), and so the same in whatever file.
        occurrence: 1, 2, … among the rows of this file that have one fingerprint.
        rounded: what a spreadsheet has left of its numbers.
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
    fingerprint: str
    occurrence: int
    rounded: tuple[str, ...] = ()


class Columns(NamedTuple):
    """The header of one file: its names, and where each meaning stands."""

    names: tuple[str, ...]
    at: Mapping[Meaning, tuple[int, ...]]
    powers: Mapping[Meaning, int] = MappingProxyType({})


def unit_of(words: str) -> int | None:
    """The power of ten by which a money column's name or a note multiplies yuan: 4 of 金额(万元), -2 of 金额(分); None of no yuan."""
    plain = squeezed(words).upper()
    if FOREIGN.search(plain):
        return None
    return next((power for unit, power in UNITS if unit.search(plain)), 0)


def amount_fen(text: str, power: int = 0) -> Fen:
    """Read an amount as a statement writes it: ``¥1,234.50``, ``-￥3``, ``20.5元``, ``１２．００``.

    Stricter than a form for people: ``12,34`` may be twelve or a thousand, so it is refused. ``power`` is its unit's (`unit_of`).

    Raises:
        AmountMalformed: less than a fen, commas in odd places, or not a number.
    """
    plain = unicodedata.normalize("NFKC", text).translate(MINUS).strip()
    bracketed = BRACKETED.fullmatch(plain)
    inside = bracketed[1] if bracketed else plain
    match = (SCALED if power else AMOUNT).fullmatch(inside)
    if not match or (bracketed and match[1]):
        raise AmountMalformed(value=text)
    sign = "-" if bracketed else match[1]
    if not power:
        return fen(sign + match[2])
    whole, _, decimals = match[2].replace(",", "").partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > 2 + power:
        raise AmountMalformed(value=text)
    scaled = (whole + decimals.ljust(2 + power, "0")).rjust(3, "0")
    return fen(f"{sign}{scaled[:-2].lstrip('0') or '0'}.{scaled[-2:]}")


def marked_fen(text: str, power: int = 0) -> Fen:
    """Read an amount that may carry a word for its direction, before or behind it: ``5,000.00 DR``, ``贷 310.00``.

    Raises:
        AmountMalformed: it is no amount, what stands beside it is no word for a direction, or it has a sign of its own.
    """
    if (marked := _mark(text)) is None:
        return amount_fen(text, power)
    direction, amount = marked
    moved_fen = amount_fen(amount, power)
    if moved_fen < 0:
        raise AmountMalformed(value=text)
    return moved_fen if direction is Direction.IN else Fen(-moved_fen)


def _mark(text: str) -> tuple[Direction, str] | None:
    """The direction that a word in an amount's cell says, and the amount without it; None of one without such a word."""
    match = MARKED.fullmatch(unicodedata.normalize("NFKC", text).translate(MINUS).strip())
    direction = directed(match[1] + " " + match[3]) if match else None
    return (direction, match[2]) if match and direction else None


def fingerprint(line: "Line") -> str:
    """What names a line: its source's number, day, direction, amount, balance and counterparty.

    Remark, status and the name of the profile may be others tomorrow, and are not in it.
    """
    facts = (
        bare_number(line.order_no),
        line.occurred_on.isoformat(),
        line.direction.value if line.direction is Direction.OUT else Direction.IN.value,
        str(line.amount_fen),
        "" if line.balance_fen is None else str(line.balance_fen),
        squeezed(line.counterparty),
    )
    return sha256(BETWEEN_CELLS.join(facts).encode()).hexdigest()


def squeezed(text: str) -> str:
    """Words as they compare: narrow, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def bare_number(text: str) -> str:
    """A serial number as it compares: a spreadsheet drops the noughts before it."""
    plain = squeezed(text)
    return plain.lstrip("0") if plain.isdecimal() else plain


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
    ``out_sign`` is the sign of an amount beside which it says that money went out; 0 of any other row. ``marked`` says that
    its amount carries a word for the direction.
    """

    out_sign = 0
    marked = False

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
        self.check_whole()

    def line(self) -> Line | None:
        """The movement, not named yet; None where nothing moved or where something could not be read."""
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
            order_no=self.order_no(),
            kind=self.text(Meaning.KIND),
            status=self.text(Meaning.STATUS),
            fingerprint="",
            occurrence=1,
            rounded=tuple(filter(SPOILT.fullmatch, self.texts(Meaning.ORDER_NO))),
        )

    def check_whole(self) -> None:
        """Half a character hurts nobody in words; a day, a figure or a mark cannot be known with one."""
        certain = {i for meaning in CERTAIN for i in self.columns.at[meaning]}
        for i, cell in enumerate(self.cells):
            if DAMAGED in cell and i in certain:
                self.problems.append(problem(self.row.number, "damaged", self.columns.names[i], cell))
            elif DAMAGED in cell:
                name = self.columns.names[i] if i < len(self.columns.names) else ""
                self.warn("damaged", field=name, value=cell)

    def order_no(self) -> str:
        """The number that the source gave; none where a spreadsheet has spoilt it."""
        numbers = self.texts(Meaning.ORDER_NO)
        whole = [number for number in numbers if not SPOILT.fullmatch(number)]
        if len(whole) < len(numbers) and not any(odd.code == "number-spoilt" for odd in self.warnings):
            self.warn("number-spoilt", value=" ".join(numbers))
        return BETWEEN.join(whole)

    def occurred(self) -> tuple[date, datetime | None]:
        texts = self.texts(Meaning.OCCURRED)
        text = " ".join(texts)
        try:
            return instant(text)
        except ValueError:
            for first in texts[:1] if len(texts) > 1 and all(map(is_instant, texts)) else ():
                return instant(first)  # of two days the first that the profile names
            self.wrong("instant" if text else "missing", Meaning.OCCURRED, text)
            return date.min, None

    def movement(self) -> tuple[Direction, int]:
        signed_fen = self.signed_fen()
        if not self.happened():
            return Direction.VOID, abs(signed_fen)
        if Meaning.DIRECTION not in self.profile.columns:
            return (Direction.IN if signed_fen > 0 else Direction.OUT), abs(signed_fen)
        word = "".join(self.cells[i] for i in self.columns.at[Meaning.DIRECTION])
        ways = (Direction.IN, Direction.OUT, Direction.NEUTRAL)
        way = next((way for way in ways if word in self.profile.words.get(way, ())), directed(word))
        if way is None:
            self.wrong("direction-unknown", Meaning.DIRECTION, word)
        if way is Direction.IN and signed_fen < 0:
            self.wrong("sign", Meaning.AMOUNT, yuan(signed_fen))
        if way is Direction.OUT and signed_fen:
            self.out_sign = -1 if signed_fen < 0 else 1
        return way or Direction.NEUTRAL, abs(signed_fen)

    def happened(self) -> bool:
        """Whether the status lets the row count; one that nobody knows is refused."""
        words = self.profile.words
        happened = True
        for status in self.texts(Meaning.STATUS):
            if without_amount(status) in words.get("done", ()):
                continue
            known = False if says(status, words.get("void", ())) else went_through(status)
            if known is None:
                self.wrong("status-unknown", Meaning.STATUS, status)
            happened &= known is not False
        return happened

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
            return amount_fen(text, self.columns.powers.get(Meaning.BALANCE, 0)) if text else None
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
        power = self.columns.powers.get(meaning, 0)
        for text in self.texts(meaning)[:1]:
            try:
                # A fee comes from a rate and is written with up to five decimals, the last of them noughts.
                if meaning is Meaning.AMOUNT and Meaning.DIRECTION not in self.profile.columns:
                    self.marked = _mark(text) is not None
                    return marked_fen(text, power)
                return amount_fen(ZEROS.sub("", text) if meaning is Meaning.FEE else text, power)
            except AmountMalformed:
                self.wrong("amount", meaning, text)
                return Fen(0)
        return None

    def text(self, meaning: Meaning, between: str = BETWEEN) -> str:
        return between.join(self.texts(meaning))

    def texts(self, meaning: Meaning) -> list[str]:
        """What stands in the columns of that meaning, without the strokes that stand for nothing."""
        cells = (self.cells[i] for i in self.columns.at[meaning])
        return [cell for cell in cells if not NOTHING.fullmatch(cell)]

    def warn(self, code: str, **facts: object) -> None:
        self.warnings.append(warning(self.row.number, code, **facts))

    def wrong(self, code: str, meaning: Meaning, value: str = "") -> None:
        names = [self.columns.names[i] for i in self.columns.at[meaning]]
        self.problems.append(problem(self.row.number, code, " ".join(names) or meaning, value))


def is_instant(text: str) -> bool:
    """Whether a text is a day, with or without a time."""
    try:
        instant(text)
    except ValueError:
        return False
    return True
