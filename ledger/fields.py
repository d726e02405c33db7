"""The kinds of value that a request may hold, each with its limits: one home for what every door accepts.

An action's parameters and the objects it takes are annotated with these, and the request models of the doors are made
from the annotations. A `Kind` beside the limits tells a door how people write the value: an amount in yuan, a day in a
calendar, a document as a file.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    GetPydanticSchema,
    StringConstraints,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from ledger.errors import Malformed
from ledger.money import MOST_FEN
from ledger.periods import Month
from ledger.words import ProvisionalDay, why


class Kind(StrEnum):
    """How a value is written by people, where its type does not tell."""

    MONEY = "money"
    LONG = "long"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"
    PERIOD = "period"
    EVIDENCE = "evidence"


class Decimals(NamedTuple):
    """How many decimals people write of a whole number that is kept, and whether it is per cent then."""

    places: int
    per_cent: bool = False


DECIMALS = {
    "area_dm2": Decimals(2),
    "rate_e4": Decimals(4),
    "late_daily_e6": Decimals(4, per_cent=True),
    "remuneration_e4": Decimals(2, per_cent=True),
    "retention_e2": Decimals(2, per_cent=True),
    "share_e2": Decimals(2, per_cent=True),
    "score_e2": Decimals(2),
    "weight_e2": Decimals(2),
}
"""The numbers that are kept so, by name: an area in m², a price in yuan, a share, a score."""

UNSEEN = (
    r"\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U00013430-\U0001345f\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
"""What nobody sees: controls, zero-width characters, tags, and those that turn the direction of what is written."""
SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""What nobody sees either, and chooses a form of the character before it; by itself it is nothing."""
CHOSEN = (
    "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\ufe00-\ufe02\U000e0100-\U000e01ef]|"
    "[\u1820-\u18aa][\u180b-\u180d\u180f]|[#*0-9\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff][\ufe0e\ufe0f]"
)
"""Where it chooses one: of a Han character, of a Mongolian letter, of a sign that is a picture too."""
PLAIN = rf"^(?:{CHOSEN}|[^\x00-\x1f{UNSEEN}{SELECTORS}])*$"
LINES = rf"^(?:{CHOSEN}|[^\x00-\x08\x0b\x0c\x0e-\x1f{UNSEEN}{SELECTORS}])*$"
"""As plain, with several lines."""
CODE = r"^[0-9A-Za-z一-鿿][0-9A-Za-z一-鿿/_.@-]*$"
MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
PERIOD = r"^20[0-9]{2}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]|(0[1-9]|1[0-2])-R12))?$"
HALF_YEAR = r"^20[0-9]{2}-H[12]$"
QUARTER = r"^20[0-9]{2}(-Q[1-4])?$"
DIGEST = r"^[0-9a-f]{64}$"
WRITTEN_AS: Mapping[str, str] = {
    PLAIN: "written_plain",
    LINES: "written_plain",
    CODE: "written_code",
    MONTH: "written_month",
    PERIOD: "written_period",
    HALF_YEAR: "written_half_year",
    QUARTER: "written_quarter",
    DIGEST: "written_digest",
}
"""How what has to fit a pattern is written, by the word for it."""


def why_not(fault: str, ctx: Mapping[str, object] | None, language: str) -> str:
    """Why a value is not taken, in plain words, and of what has to fit a pattern how it is written."""
    pattern = str((ctx or {}).get("pattern"))
    return why(WRITTEN_AS.get(pattern, fault), ctx, language)


LARGEST_NUMBER = 2**31 - 1
"""Of a ticket, an objection and other things that a community counts."""

Amount = Annotated[
    int, Field(strict=True, gt=0, le=MOST_FEN, description="fen (1/100 yuan)", examples=[12_000]), Kind.MONEY
]
AmountOrNought = Annotated[
    int, Field(strict=True, ge=0, le=MOST_FEN, description="fen (1/100 yuan)", examples=[12_000]), Kind.MONEY
]
SignedAmount = Annotated[
    int,
    Field(strict=True, ge=-MOST_FEN, le=MOST_FEN, description="fen (1/100 yuan), negative for less"),
    Kind.MONEY,
]
TRIMMED = StringConstraints(strip_whitespace=True)
"""Blanks around words say nothing, and words that are nothing else are none."""
Text = Annotated[str, TRIMMED, Field(min_length=1, max_length=200, pattern=PLAIN)]
Note = Annotated[str, TRIMMED, Field(max_length=200, pattern=PLAIN)]
"""Words that may be left out."""
LongText = Annotated[str, TRIMMED, Field(min_length=1, max_length=2_000, pattern=LINES), Kind.LONG]
LongNote = Annotated[str, TRIMMED, Field(max_length=500, pattern=LINES), Kind.LONG]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=CODE)]
AddressText = Annotated[str, Field(min_length=1, max_length=120, pattern=PLAIN)]
"""What stands in an address where nothing closer is said."""
Search = Annotated[str, Field(max_length=60, pattern=PLAIN)]
ROWS_OF_A_FILE = 1_000_000
"""So many rows of a list go into a file at once."""
PageNumber = Annotated[int, Field(ge=1, le=100_000)]
PageSize = Annotated[int, Field(ge=1, le=ROWS_OF_A_FILE)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Year = Annotated[int, Field(ge=2000, le=2099, examples=[2026]), Kind.YEAR]
MonthText = Annotated[str, Field(pattern=MONTH, examples=["2026-07"]), Kind.MONTH]
CalendarMonth = Annotated[
    Month,
    GetPydanticSchema(
        lambda source, handler: core_schema.no_info_after_validator_function(
            Month.parse,
            handler.generate_schema(MonthText),
            serialization=core_schema.to_string_ser_schema(),
        )
    ),
    Kind.MONTH,
]
"""A month that is sent as ``MonthText`` and reaches the action as a `Month`."""
PeriodText = Annotated[
    str,
    Field(pattern=PERIOD, examples=["2026-H1"]),
    Kind.PERIOD,
]
HalfYearText = Annotated[str, Field(pattern=HALF_YEAR, examples=["2026-H1"]), Kind.HALF_YEAR]
QuarterText = Annotated[str, Field(pattern=QUARTER, examples=["2026-Q3"]), Kind.QUARTER]
"""A quarter, or a year where shares are paid once a year."""
Whole = Annotated[int, Field(strict=True, ge=0)]
Number = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
EntryNumber = Annotated[int, Field(ge=1, le=MOST_FEN)]
Percent = Annotated[int, Field(strict=True, ge=1, le=100)]
Digest = Annotated[str, Field(pattern=DIGEST, description="SHA-256 in hexadecimal", examples=["0" * 64])]
Evidence = Annotated[
    str,
    Field(
        pattern=DIGEST,
        description="SHA-256, in hexadecimal, of a document or picture",
        examples=["0" * 64],
    ),
    Kind.EVIDENCE,
]


class NamedTwice(Malformed):
    """A value stands twice under one name, so that two readers would take two different ones."""

    code = "named-twice"
    zh = "“{name}”写了两次，只能写一次。"
    en = "“{name}” stands twice; once is enough."


def check_named_once(body: str | bytes) -> None:
    """See that no object of a JSON text has a name twice; what is no JSON is left to whoever reads it.

    Raises:
        NamedTwice: one has.
    """
    with suppress(ValueError, RecursionError):
        json.loads(body, object_pairs_hook=_named_once)


def _named_once(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise NamedTwice(name=next(name for name in names if names.count(name) > 1))


class Upload(NamedTuple):
    """A file as it was sent: its name and its bytes."""

    name: str
    body: bytes

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A file as it came; as JSON its bytes travel in Base64, which no door takes."""
        here = core_schema.is_instance_schema(cls)
        from_json = core_schema.no_info_plain_validator_function(cls._from_json)
        return core_schema.json_or_python_schema(
            from_json,
            here,
            serialization=core_schema.plain_serializer_function_ser_schema(cls._as_json, when_used="json"),
        )

    @classmethod
    def _from_json(cls, held: dict[str, str]) -> Self:
        return cls(held["name"], b64decode(held["body"]))

    def _as_json(self) -> dict[str, str]:
        return {"name": self.name, "body": b64encode(self.body).decode()}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "format": "binary"}


class Asked(BaseModel):
    """A request: nothing in it that was not asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class Misshapen(TypeError):
    """An answer is not what its model says: a fault of ours, and never of who asked."""


def _is_provisional(day: object) -> bool:
    return day is True or isinstance(day, ProvisionalDay)


PROVISIONAL = BeforeValidator(_is_provisional)
Provisional = Annotated[bool, PROVISIONAL]
"""Whether the day beside it is provisional (`ledger.periods.marked`): ``due_on_provisional`` beside ``due_on``, filled by the
same value. People read it behind the day itself."""


class Out(BaseModel):
    """What may leave: the named attributes of a row or a value, and nothing else of it."""

    model_config = ConfigDict(from_attributes=True, extra="ignore", frozen=True)

    @classmethod
    def of(cls, row: object) -> Self:
        """The shape of a row, a value or a mapping.

        Raises:
            Misshapen: it has not what is promised.
        """
        try:
            return cls.model_validate(row)
        except ValidationError as error:
            raise Misshapen(cls.__name__) from error
