"""The one way from a door to an action: once for each key, never on another state than was seen, in one transaction."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import bindparam, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from ledger.access.tables import Answered
from ledger.community.queries import person_called
from ledger.community.role_rules import Actor
from ledger.db import Prepared, write_rows
from ledger.errors import LedgerError, Malformed, Refused, Unknown
from ledger.fields import DECIMALS, Out
from ledger.installation import Installation
from ledger.journal.queries import account_called, behind, booked_on, sides_since
from ledger.journal.rules import AskedDifferently, ClockBehind
from ledger.log.queries import appended, head
from ledger.money import parts
from ledger.operations.labels import is_person, label
from ledger.operations.operation import Call, Comparison, EntryOut, Operation, Record, bound
from ledger.operations.seals import check_declared
from ledger.periods import check_past, day_in_shanghai
from ledger.progress import Progress, unseen
from ledger.words import AccountCode, Called, Coded, Login, period, told, yuan

ANSWERS_KEPT = timedelta(days=366)
"""How long a request that is sent again gets the answer of the first time."""


class KeyMissing(Malformed):
    code = "idempotency-key-missing"
    zh = "没有办：缺少请求编号（Idempotency-Key，8–100 个字符，重发时用同一个）。"
    en = "Nothing was done: there is no key to know this request by (Idempotency-Key, 8–100 characters, the same when it is sent again)."


class SeenMalformed(Malformed):
    code = "seen-malformed"
    zh = "表单里记着的“看的时候是怎样”读不出来，没有登记；请看过现在的情况再办。"
    en = "What this form was drawn for cannot be read, so nothing was written; look at it as it is now and then decide."


class SeenOfNothing(Malformed):
    code = "seen-of-nothing"
    zh = "这件事不是在一条已有的记录上办的，没有“看的时候是怎样”可以核对，没有办；请去掉这一项再发一次。"
    en = "This is done to no record that is there, so nothing that was seen can be held against it, and nothing was done; send it without If-Match (--seen)."


UNKNOWN = "?"
"""Instead of what was seen, where a program has not said it."""


class Change(NamedTuple):
    """A fact of a record that has moved: its name, what was seen, what it is now.

    A program names what it saw by a tag alone: then ``seen`` is `UNKNOWN`, and every fact is told as it is now.
    """

    name: str
    seen: Any
    now: Any

    @property
    def words(self) -> Coded:
        zh, en = (self._in(language) for language in ("zh", "en"))
        return Coded("fact", self.name, (zh, en))

    def _in(self, language: str) -> str:
        seen = "" if self.seen is UNKNOWN else f"{self._told(self.seen, language)} → "
        gap = " " if language == "en" or not seen else ""
        return f"{label(self.name).in_(language)}{gap}{seen}{self._told(self.now, language)}"

    def _told(self, value: Any, language: str) -> str:
        """A value of the fact as people write it: money in yuan, an area in m², a period by its name."""
        if isinstance(value, int) and not isinstance(value, bool):
            if self.name.endswith("_fen"):
                return f"{yuan(value)}{' yuan' if language == 'en' else ' 元'}"
            if self.name in DECIMALS:
                return parts(value, DECIMALS[self.name].places)
        if isinstance(value, str) and self.name.endswith(("month", "period")):
            return period(value, language)
        return told(value, language)


class Stale(Refused):
    """What the form was drawn for has moved; ``changes`` are the facts that have, or all of them where it is not known which."""

    code = "stale"
    zh = "您看过以后有变动：{what}。没有登记，请看过现在的情况再办。"
    en = "It has changed since you saw it: {what}. Nothing was written; look again and then decide."

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__(changes=changes, what=[change.words for change in changes])


class Conflict(Refused):
    """What no rule foresaw but the database refuses."""

    code = "conflict"
    zh = "编号已被占用，或所引用的内容不存在；没有写入。"
    en = "The code is taken, or it names what is not there; nothing was written."


class Wish(NamedTuple):
    """Who wants what done, where and when: what a door has read from a request.

    ``seen`` is what the form was drawn for, by fact; ``seen_tag`` the same as a program names it.
    """

    operation: Operation
    community: str
    place: Mapping[str, Any]
    asked: BaseModel
    by: Actor
    at: datetime
    key: str
    seen: Mapping[str, Any] | None = None
    seen_tag: str | None = None


class Answer(NamedTuple):
    """What came of it, as JSON text; ``replayed`` when it had been done before under the same key.

    ``stood`` when what it asks for had been done before by another request, so that nothing was written: an approval that
    was given, a bill that was paid.
    """

    status: int
    body: str
    replayed: bool = False
    stood: bool = False


_ANSWERED = Prepared(
    select(Answered.asked, Answered.status, Answered.answer).where(
        Answered.login == bindparam("of_login"), Answered.key == bindparam("its_key")
    )
)


@contextmanager
def _calling_by_name(installation: Installation, wish: Wish) -> Iterator[None]:
    """What is refused names people and accounts by what they are called here, not by code: for all doors at once."""
    try:
        yield
    except LedgerError as error:
        if codes := [fact for fact in error.facts.values() if isinstance(fact, Called)]:
            with installation.database.reading() as session:
                for code in codes:
                    code.called = _called(session, code, wish)
        raise


def _called(session: Session, code: Called, wish: Wish) -> tuple[str, str] | None:
    match code:
        case Login():
            return person_called(session, code, wish.community, day_in_shanghai(wish.at), by=wish.by)
        case AccountCode():
            return account_called(session, wish.community, code)
    return None


def check_key(wish: Wish) -> None:
    """See that a wish has a key by which it can be known again.

    Raises:
        KeyMissing.
    """
    if not 8 <= len(wish.key) <= 100 or not wish.key.isprintable():
        raise KeyMissing()


def takes_long(wish: Wish) -> bool:
    """Whether what is wished is done in the background."""
    return wish.operation.takes_long is not None and wish.operation.takes_long(wish.asked)


def perform(installation: Installation, wish: Wish, progress: Progress = unseen) -> Answer:
    """Do what is wished in one transaction, once for each key of a person, and shape the answer.

    The same key with the same request gets the first answer again, whatever has happened since. What is slow and what
    follows writing is done before and after the transaction.

    Raises:
        KeyMissing, AskedDifferently, Stale, Conflict; and what the action refuses.
        NotDeclared: the action seals what its operation does not declare, a fault of ours.
    """
    with _calling_by_name(installation, wish):
        check_key(wish)
        asked = digest_of(wish)
        operation = wish.operation
        prepared = None
        try:
            if operation.prepares:
                if answer := _earlier(installation, wish, asked):
                    return answer
                with installation.database.writing() as session:
                    check_seen(installation, session, wish)
                prepared = _prepared(installation, wish, progress)
            with installation.database.writing() as session:
                if answer := _answered(session, wish, asked):
                    return answer
                check_seen(installation, session, wish)
                outcome = operation.call(_call(installation, session, wish, prepared, progress))
                check_declared(operation.seals, appended(session))
                _check_clock(session, wish)
                _check_days(session, wish)
                body = operation.gives.of(outcome).model_dump_json()
                row = {"login": wish.by.login, "key": wish.key, "asked": asked, "status": operation.status}
                write_rows(session, Answered, [{**row, "answer": body, "at": wish.at}])
                stood = _tells_entry(operation) and not appended(session)
        except (LedgerError, IntegrityError) as error:
            if answer := _earlier(installation, wish, asked):  # another with this key was first
                return answer
            if isinstance(error, IntegrityError):
                raise Conflict() from error
            raise
        if operation.afterwards:
            operation.afterwards(installation, wish.community, at=wish.at)
        return Answer(operation.status, body, stood=stood)


def _tells_entry(operation: Operation) -> bool:
    """Whether what it seals is told by its answer: the entry that was made, or the one that stood."""
    return bool(operation.seals) and issubclass(operation.gives, EntryOut)


FAULTS = logging.getLogger("mingbai.faults")
MOST_BEHIND = timedelta(days=1)
"""So far may the clock be behind the last entry: what is posted then is posted at that entry's time."""


def _check_clock(session: Session, wish: Wish) -> None:
    """Tell whoever runs the machine that its clock is behind, and refuse what it does by more than a day.

    Raises:
        ClockBehind: the last entry was posted more than a day after now.
    """
    if not (gap := behind(session)):
        return
    if gap > MOST_BEHIND:
        raise ClockBehind(now=wish.at.date(), last=(wish.at + gap).date())
    FAULTS.warning("the clock is %s behind the last entry of %s", gap, wish.community)


def _check_days(session: Session, wish: Wish) -> None:
    """See that nothing is booked on a day to come; only the charges of a month may be, which is charged ahead.

    Raises:
        DayToCome: an entry's day lies after today.
    """
    if day := booked_on(session):
        check_past(day, day_in_shanghai(wish.at + behind(session)))


class _Undone(Exception):
    """Ends a trial without keeping it."""


class Side(NamedTuple):
    """What one account of an entry gets: ``debit`` or ``credit``, the account's name in Chinese and English, fen."""

    side: str
    zh: str
    en: str
    fen: int


class Foretold(NamedTuple):
    """What would come of it: the entries that would be booked, by account, and the answer."""

    sides: Sequence[Side] = ()
    answer: Out | None = None

    @property
    def digest(self) -> str:
        """By which the entries that were foretold are known again."""
        return sha256(json.dumps(self.sides).encode()).hexdigest()[:16]

    @property
    def answered(self) -> dict[str, Any]:
        """The answer as a door would give it; nothing where none can be foretold."""
        return {} if self.answer is None else self.answer.model_dump(mode="json")


def preview(installation: Installation, wish: Wish) -> Foretold:
    """What would come of it, found by doing it and keeping nothing.

    An operation that makes something ready before its transaction is not tried, and foretells nothing.

    Raises:
        what the action refuses, and Stale.
    """
    with _calling_by_name(installation, wish):
        operation = wish.operation
        if operation.prepares:
            with installation.database.writing() as session:
                check_seen(installation, session, wish)
            return Foretold()
        foretold = Foretold()
        try:
            with installation.database.writing() as session:
                check_seen(installation, session, wish)
                if operation.everywhere:
                    outcome = operation.call(_call(installation, session, wish))
                    foretold = Foretold(answer=operation.gives.of(outcome))
                else:
                    before = head(session, wish.community, lock=True).last_no
                    outcome = operation.call(_call(installation, session, wish))
                    sides = [Side(*side) for side in sides_since(session, wish.community, before)]
                    foretold = Foretold(sides, operation.gives.of(outcome))
                _check_days(session, wish)
                raise _Undone
        except IntegrityError as error:
            raise Conflict() from error
        except _Undone:
            return foretold


def would_be(installation: Installation, wish: Wish) -> list[Out]:
    """What would be otherwise, where the operation tells it (`Operation.shows`); nothing is kept of it."""
    part = wish.operation.shows
    if part is None:
        return []
    if isinstance(part, Comparison):
        return _compared(installation, wish, part)
    with _calling_by_name(installation, wish), installation.database.reading() as session:
        return [
            part.gives.of(row) for row in bound(part.query, _call(installation, session, wish), wish.asked)
        ]


def _compared(installation: Installation, wish: Wish, part: Comparison) -> list[Out]:
    """What stands otherwise after an operation than before, found by doing it and keeping nothing."""
    rows: list[Out] = []
    with _calling_by_name(installation, wish):
        try:
            with installation.database.writing() as session:
                call = _call(installation, session, wish)
                before = bound(part.query, call, wish.asked)
                wish.operation.call(call)
                session.expire_all()
                after = bound(part.query, call, wish.asked)
                rows = [part.gives.of(row) for row in part.otherwise(before, after)]
                raise _Undone
        except IntegrityError as error:
            raise Conflict() from error
        except _Undone:
            return rows


def digest_of(wish: Wish) -> str:
    """What is wished and where, whoever wishes it and whenever: the SHA-256 by which a key's second request is known."""
    place = json.dumps(wish.place, sort_keys=True, default=str)
    content = wish.asked.model_dump(mode="python")
    request = json.dumps(content, sort_keys=True, default=_plain)
    return sha256("\n".join((wish.operation.path, wish.community, place, request)).encode()).hexdigest()


def _plain(value: object) -> str:
    return sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


def answered_before(installation: Installation, wish: Wish) -> bool:
    """Whether the key of a wish has its answer already.

    Raises:
        AskedDifferently: as for `perform`.
    """
    return _earlier(installation, wish, digest_of(wish)) is not None


def _earlier(installation: Installation, wish: Wish, asked: str) -> Answer | None:
    with installation.database.reading() as session:
        return _answered(session, wish, asked)


def forget_answers(session: Session, *, by: Actor, at: datetime) -> int:
    """Delete the answers that nobody asks for again: they repeat what people wrote, and stay no longer than `ANSWERS_KEPT`."""
    old = delete(Answered).where(col(Answered.at) < at - ANSWERS_KEPT)
    return len(session.execute(old.returning(col(Answered.key))).all())


def _answered(session: Session, wish: Wish, asked: str) -> Answer | None:
    """What was answered to the same key before.

    Raises:
        AskedDifferently: the key came with another request.
    """
    answers = _ANSWERED.ask(session, {"of_login": wish.by.login, "its_key": wish.key})
    if not answers:
        return None
    [(before, status, body)] = answers
    if before != asked:
        raise AskedDifferently(key=wish.key)
    return Answer(status, body, replayed=True)


def _call(
    installation: Installation,
    session: Session,
    wish: Wish,
    prepared: Any = None,
    progress: Progress = unseen,
) -> Call:
    return Call(
        session,
        wish.community,
        wish.place,
        wish.asked,
        wish.by,
        wish.at,
        day_in_shanghai(wish.at),
        installation,
        prepared,
        progress,
    )


def _prepared(installation: Installation, wish: Wish, progress: Progress) -> Any:
    assert wish.operation.prepares is not None
    with installation.database.reading() as session:
        return wish.operation.prepares(_call(installation, session, wish, progress=progress))


def seen_of(record: Record, row: Any) -> dict[str, Any]:
    """The facts of a record that a form on it is drawn for."""
    shown: dict[str, Any] = record.gives.of(row).model_dump(mode="json")
    return {name: shown[name] for name in record.state or _scalars(shown)}


def _scalars(shown: Mapping[str, Any]) -> Sequence[str]:
    return [name for name, value in shown.items() if not isinstance(value, (list, dict))]


def tag_of(seen: Mapping[str, Any]) -> str:
    """The same for programs: an entity tag."""
    return sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:16]


def check_seen(installation: Installation, session: Session, wish: Wish) -> None:
    """See that what was seen, if that is said, still stands; nobody can move it until the transaction ends.

    Raises:
        SeenOfNothing: there is no record to have been seen. Stale.
    """
    if wish.seen is None and wish.seen_tag is None:
        return
    record = wish.operation.on
    if record is None:
        raise SeenOfNothing()
    if not wish.operation.everywhere:
        head(session, wish.community, lock=True)
    values = {name: _named(wish, name) for name in record.variables}
    call = _call(installation, session, wish)._replace(place=values, asked=record.model())
    try:
        now = seen_of(record, record.call(call))
    except Unknown:
        if not wish.operation.begins_its_record:
            raise
        now = {}

    def as_it_was(name: str, value: Any) -> Any:
        if isinstance(value, str) and is_person(name):
            login = Login(value)
            login.called = _called(session, login, wish)
            return login
        return _member(record, name, value)

    if wish.seen is None:
        if wish.seen_tag != tag_of(now):
            raise Stale([Change(name, UNKNOWN, as_it_was(name, value)) for name, value in now.items()])
        return
    changes = [
        Change(name, as_it_was(name, wish.seen.get(name)), as_it_was(name, value))
        for name, value in now.items()
        if wish.seen.get(name) != value
    ]
    if changes:
        raise Stale(changes)


def _member(record: Record, name: str, value: Any) -> Any:
    """A fact of a record as it was before it became JSON."""
    info = record.gives.model_fields.get(name)
    if info is None or info.annotation is None or value is None:
        return value
    try:
        return TypeAdapter[Any](info.annotation).validate_python(value)
    except ValidationError:
        return value


def _named(wish: Wish, name: str) -> Any:
    return wish.place[name] if name in wish.place else getattr(wish.asked, name)
