"""The shape of a value that is asked for, read off its annotation: what a form, a command and a test make of it."""

import re
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ledger.fields import DECIMALS, Kind, Upload
from ledger.operations.operation import object_fields

MANY = (list, tuple, set, frozenset, Sequence, Collection, Set)


class Shape(NamedTuple):
    """One value: ``kind`` is how it is written, ``of`` what it is made of.

    Kinds: text, long, money, number, day, instant, month, quarter, half-year, year, period, check, choice (``of``: its
    members), decimal (``of``: how many places), evidence, upload, list (``of``: the shape of each), map (``of``: the
    shapes of key and value), object (``of``: its fields by name).
    """

    kind: str
    of: Any = None
    optional: bool = False
    limits: tuple[Any, ...] = ()


class Asking(NamedTuple):
    """A field of a request: its shape, whether it must be there, and what it is when it is not."""

    shape: Shape
    required: bool
    default: Any = None


def shape_of(annotation: Any, limits: tuple[Any, ...] = ()) -> Shape:
    """The shape that an annotation describes."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        own_limits = tuple(
            part for hint in more for part in (hint.metadata if isinstance(hint, FieldInfo) else (hint,))
        )
        return shape_of(inner, limits + own_limits)
    if origin in (Union, UnionType):
        [inner] = [member for member in get_args(annotation) if member is not NoneType]
        return shape_of(inner, limits)._replace(optional=True)
    if kind := next((limit for limit in limits if isinstance(limit, Kind)), None):
        return Shape(str(kind), limits=limits)
    if origin is Literal:
        return Shape("choice", get_args(annotation), limits=limits)
    if origin in MANY:
        return Shape("list", shape_of(get_args(annotation)[0]), limits=limits)
    if origin in (dict, Mapping):
        key, value = get_args(annotation)
        return Shape("map", (shape_of(key), shape_of(value)), limits=limits)
    return Shape(*_plain(annotation), limits=limits)


def _plain(annotation: Any) -> tuple[str, Any]:
    if annotation is Upload:
        return "upload", None
    if isinstance(annotation, type):
        if issubclass(annotation, Enum):
            return "choice", tuple(annotation)
        if issubclass(annotation, BaseModel) or is_dataclass(annotation) or hasattr(annotation, "_fields"):
            return "object", fields_of_object(annotation)
        for kind, name in ((bool, "check"), (int, "number"), (datetime, "instant"), (date, "day")):
            if issubclass(annotation, kind):
                return name, None
    return "text", None


def fields_of_object(of: type[Any]) -> dict[str, Asking]:
    """The fields of an object in their order."""
    if issubclass(of, BaseModel):
        return dict(fields_of(of))
    fields = {}
    for name, (annotation, default) in object_fields(of).items():
        required = default is ... or (isinstance(default, FieldInfo) and default.is_required())
        fields[name] = Asking(_named(name, shape_of(annotation)), required, None if required else default)
    return fields


def _named(name: str, shape: Shape) -> Shape:
    """The shape of a number that people write with decimals."""
    return shape._replace(kind="decimal", of=DECIMALS[name].places) if name in DECIMALS else shape


@cache
def fields_of(model: type[BaseModel]) -> Mapping[str, Asking]:
    """The fields of a request in their order."""
    return {
        name: Asking(
            _named(name, shape_of(info.annotation, tuple(info.metadata))),
            info.is_required(),
            None if info.is_required() else info.get_default(call_default_factory=True),
        )
        for name, info in model.model_fields.items()
    }


def sample_of(model: type[BaseModel]) -> dict[str, Any]:
    """A request that its own model takes: what must be there, with plausible values."""
    return {name: sample(name, field.shape) for name, field in fields_of(model).items() if field.required}


def sample(name: str, shape: Shape) -> Any:
    """A plausible value of a shape: what the field's own limits take."""
    example = next(
        (candidate for limit in shape.limits for candidate in getattr(limit, "examples", None) or ()), None
    )
    if example is not None:
        return example
    match shape.kind:
        case "choice":
            return getattr(shape.of[0], "value", shape.of[0])
        case "check":
            return False
        case "money":
            return 12_000
        case "year":
            return 2026
        case "number" | "decimal":
            return next((limit.ge for limit in shape.limits if getattr(limit, "ge", None) is not None), 1)
        case "day":
            return "2026-07-28"
        case "month":
            return "2026-07"
        case "evidence":
            return "0" * 64
        case "list":
            least = max((getattr(limit, "min_length", 0) for limit in shape.limits), default=1)
            return [sample(name, shape.of)] * max(1, least)
        case "map":
            return {str(sample("key", shape.of[0])): sample("value", shape.of[1])}
        case "object":
            return {part: sample(part, field.shape) for part, field in shape.of.items() if field.required}
        case "upload":
            return "file"
        case _:
            return _fitting(shape)


def _fitting(shape: Shape) -> str:
    """A text that the field's pattern takes."""
    patterns = [limit.pattern for limit in shape.limits if getattr(limit, "pattern", None)]
    candidates = ("3-2-501", "2026-H1", "2026", "2026-Q3", "2026-07", "0" * 64, "bank", "day", "pdf")
    return next(
        (candidate for candidate in candidates if all(re.search(pattern, candidate) for pattern in patterns)),
        "",
    )
