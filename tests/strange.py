"""What nobody means to send, and every place where it can stand.

The suite asks each operation a little of it (`tests.operations.test_bad_input`), ``python -m bench bad-input`` all of it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ledger.operations.operation import VARIABLE
from ledger.operations.shapes import Asking, Shape, sample

VALUES = (
    10**20,
    2**63,
    -1,
    0,
    1.5,
    True,
    None,
    "",
    "\ud800",
    "a\r\nb",
    "\x00",
    "0001-01-01",
    "9999-12-31",
    [],
    {},
    "￥1e400",
)
"""In JSON."""
TYPED = (
    b"100000000000000000000",
    b"9223372036854775808",
    b"-1",
    b"",
    b"%ED%A0%80",
    b"%0d%0a",
    b"%00",
    b"0001-01-01",
    b"9999-12-31",
    b"9999-12",
    b"%EF%BF%A51e400",
    b"[[[",
)
"""In a form, as it travels."""
SAID = ("100000000000000000000", "-1", "", "\udcff", "a\r\nb", "0001-01-01", "9999-H2", "1e400", "[[[", "{}")
"""On a command line, which knows no null bytes."""
ADDRESSES = (
    "100000000000000000000",
    "9223372036854775808",
    "-1",
    "%00",
    "%0d%0a",
    "%ED%A0%80",
    "0001-H1",
    "9999-H2",
    "9999-12",
    "0001-01-01",
    "…",
    "x" * 300,
)
QUESTIONS = (
    "100000000000000000000",
    "9223372036854775808",
    "-1",
    "%00",
    "%0d%0a",
    "%ED%A0%80",
    "0001-01-01",
    "9999-12-31",
    "9999-H2",
    "%25",
    "planned",
)
BODIES = (
    "[" * 5_000 + "]" * 5_000,
    "{",
    "nonsense",
    '{"a": ' * 3_000,
    "\ufeff{}",
    "[]",
    "1",
    '""',
)
"""What is no request at all."""


def requests(fields: Mapping[str, Asking], value: Any, known: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A plausible request with a value in each of its places in turn, with the place; ``known`` is what is there, by name."""
    plausible = {
        name: _plausible(name, asking.shape, known) for name, asking in fields.items() if asking.required
    }
    for name, asking in fields.items():
        for where, put in _put(name, asking.shape, value, known):
            yield f"{name}{where}", {**plausible, name: put}


def _plausible(name: str, shape: Shape, known: Mapping[str, Any]) -> Any:
    if shape.kind == "list":
        return [_plausible(name, shape.of, known)]
    if shape.kind == "object":
        return {
            part: _plausible(part, asking.shape, known)
            for part, asking in shape.of.items()
            if asking.required
        }
    return known[name] if name in known and shape.kind == "text" else sample(name, shape)


def _put(name: str, shape: Shape, value: Any, known: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "", value
    match shape.kind:
        case "list":
            for where, put in _put(name, shape.of, value, known):
                yield f"[]{where}", [put]
        case "map":
            key, inner = shape.of
            yield (
                "{}",
                {value if isinstance(value, str) else json.dumps(value): _plausible(name, inner, known)},
            )
            for where, put in _put(name, inner, value, known):
                yield f"{{}}{where}", {str(_plausible(name, key, known)): put}
        case "object":
            whole = _plausible(name, shape, known)
            for part, asking in shape.of.items():
                for where, put in _put(part, asking.shape, value, known):
                    yield f".{part}{where}", {**whole, part: put}


def address(path: str, known: Mapping[str, Any], **strange: str) -> str:
    """An address with what is known in its places, or what is strange."""

    def fill(variable: Any) -> str:
        name = variable[2]
        plausible = "csv" if name == "format" else "1" if variable[1] == "int" else "2026-01"
        return strange.get(name) or str(known.get(name, plausible))

    return VARIABLE.sub(fill, path)
