"""The log: a JSON object a line on stderr, for requests, faults and what libraries warn of."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from traceback import extract_tb, format_list
from typing import Any

from ledger.watching.requests import Answered

REQUESTS = logging.getLogger("mingbai.requests")
FAULTS = logging.getLogger("mingbai.faults")


def log_to_stderr() -> None:
    """Have everything that is logged in this process written as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    REQUESTS.setLevel(logging.INFO)


def tell_request(answered: Answered) -> None:
    """The line of a request that is answered."""
    caller = answered.caller
    facts = {
        "request": answered.id,
        "method": answered.method,
        "route": answered.route,
        "status": answered.status,
        "ms": answered.nanoseconds // 1_000_000,
        "bytes": answered.bytes,
        "network": answered.network,
        "sign_in": caller.sign_in if caller else None,
        "roles": list(caller.roles) if caller else [],
        "refusal": answered.refusal,
    }
    REQUESTS.info("request", extra={"facts": facts})


def tell_fault(request: str, error: BaseException) -> None:
    """The line of a fault of ours, by the number of the request that met it."""
    FAULTS.error("fault", exc_info=error, extra={"facts": {"request": request}})


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["traceback"] = list(_led_to(record.exc_info[1]))
        return json.dumps(line)


def _led_to(error: BaseException) -> Iterator[str]:
    """The faults that led to one, the first one first: the lines of each and its kind, without its words."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _led_to(before)
    yield from (frame.rstrip() for frame in format_list(extract_tb(error.__traceback__)))
    yield f"{type(error).__module__}.{type(error).__qualname__}"
