"""Recompute everything a community has written and name the first thing that is wrong.

The database refuses what it can; what an administrator with a shell could still do is found here: leaf bytes are
read again and compared with the rows they describe, hashes and the tree are computed afresh, running balances
are summed from the movements, and the log is held against the checkpoints that were signed before. Nothing
that is found here may stop the search: what cannot be read is itself a problem.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from json import loads
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session, SQLModel, col, select

from ledger.community.tables import Home
from ledger.db import select_columns
from ledger.errors import Malformed
from ledger.journal.queries import books, closing_balances, digest_through, trial_balance
from ledger.journal.rules import (
    ERASES,
    SEALED_AT_UPGRADE,
    WHO_ERASED,
    Move,
    lines_content,
    trial_root,
    who_content,
)
from ledger.journal.tables import Closing, ClosingBalance, Entry, Movement
from ledger.log import merkle, note
from ledger.log.leaf import WHO, Json, commit, digest_of, instant_text, opened
from ledger.log.queries import Head, continues, head, opening_of
from ledger.log.row_actions import seal_written
from ledger.log.row_queries import Problem, row_problems, whatever_stops
from ledger.log.signer import MemoryLost, Signer
from ledger.log.tables import Leaf, PrivateField, SignedHead, Subtree
from ledger.periods import Month, PeriodMalformed

ENTRY, MOVEMENT = SQLModel.metadata.tables["entry"], SQLModel.metadata.tables["movement"]
"""Read as rows: a hundred thousand objects are half of the time that the whole takes."""


def problems(
    session: Session,
    community: str,
    signer: Signer | None = None,
    memory: Mapping[str, note.Checkpoint] | None = None,
) -> Iterator[Problem]:
    """Everything wrong in a community's log and books, the log first, then entry by entry, then the sums, then every row.

    ``memory`` is what the signer remembered before the session began, for a database that is signed meanwhile.

    Raises:
        NoLog: the community has none.
    """
    head(session, community)
    seal_written(session)
    for part in (
        _log(session, community, signer, memory),
        _private_fields(session, community),
        _entries(session, community),
        _strays(session, community),
        _erased_rows(session, community),
        _balances(session, community),
        _closings(session, community),
        row_problems(session, community),
    ):
        yield from whatever_stops(community, part)


def _log(
    session: Session,
    community: str,
    signer: Signer | None,
    memory: Mapping[str, note.Checkpoint] | None,
) -> Iterator[Problem]:
    current = head(session, community)
    frontier: list[bytes] = []
    size = 0
    last = (0, "")
    stored: dict[tuple[int, int], bytes] = {}
    heads = {
        row.tree_size: row
        for row in session.exec(select(SignedHead).where(SignedHead.community == community))
    }
    # at once, or what is signed while the leaves are read would be taken for what the log lacks
    of_signer = list(_memory(session, current, signer, bool(heads), memory)) if signer else []
    rows = session.execute(
        select_columns(Leaf.leaf_index, Leaf.prev_index, Leaf.kind, Leaf.body, Leaf.hash)
        .where(Leaf.community == community)
        .order_by(col(Leaf.leaf_index))
        .execution_options(yield_per=1000)
    )
    for index, before, kind, body, hashed in rows:
        if before != (index - 1 if index else None):
            yield Problem("leaf-gap", f"leaf {index}", f"it says that it follows leaf {before}")
        if index != size:
            yield Problem("leaf-gap", f"leaf {size}", f"next stored leaf is {index}")
            yield from of_signer
            return
        if merkle.leaf_hash(body) != hashed:
            yield Problem("leaf-hash", f"leaf {index}", "the stored hash is not the hash of the stored bytes")
        sealed = _read(body)
        if (sealed.get("log"), sealed.get("i"), sealed.get("kind")) != (current.origin, index, kind):
            yield Problem("leaf-index", f"leaf {index}", "the bytes name another log, index or kind")
        if "seq" in sealed:
            last = (sealed["seq"], hashed.hex())
        frontier, size, more = merkle.append(frontier, size, [hashed])
        stored |= {(subtree.level, subtree.index): subtree.hash for subtree in more}
        if size in heads and heads[size].root != merkle.root(frontier):
            yield Problem("signed-root", f"checkpoint {size}", "the log is not the one that was signed")
    if size != current.tree_size or tuple(frontier) != current.frontier:
        yield Problem(
            "head", f"tree size {current.tree_size}", f"the leaves give size {size} and another frontier"
        )
    if last != (current.last_no, current.last_hash):
        yield Problem("head", f"last entry {current.last_no}", f"the log's last entry is {last[0]}")
    for size_signed in heads:
        if size_signed > size:
            yield Problem("signed-root", f"checkpoint {size_signed}", f"only {size} leaves are left")
    yield from _subtrees(session, community, stored)
    yield from of_signer
    if signer is not None and heads:
        yield from _checkpoints(signer, current.origin, list(heads.values()))


def _memory(
    session: Session,
    current: Head,
    signer: Signer,
    signed: bool,
    memory: Mapping[str, note.Checkpoint] | None,
) -> Iterator[Problem]:
    """The log begins with the last head that the signer signed of it, whatever the database says of heads."""
    try:
        remembered = (
            signer.remembered(current.origin)
            if memory is None
            else memory.get(current.origin, note.Checkpoint(current.origin, 0, b""))
        )
    except MemoryLost:
        yield Problem(
            "signer", current.origin, f"what the signer remembers of it in {signer.directory} cannot be read"
        )
        return
    if remembered.size > 0 and not _begins_with(session, current, remembered):
        yield Problem(
            "signer",
            current.origin,
            f"the signer has signed {remembered.size} leaves that this log of {current.tree_size} does not continue: "
            "the database is older than that head, or was rewritten",
        )
    elif not remembered.size and signed:
        yield Problem(
            "signer",
            current.origin,
            f"it was signed, and the signer in {signer.directory} remembers nothing of it",
        )


def _begins_with(session: Session, current: Head, remembered: note.Checkpoint) -> bool:
    """As `continues`, of a log whose hashes may be anything."""
    try:
        return continues(session, current, remembered)
    except (IndexError, ValueError):
        return False


def _subtrees(session: Session, community: str, right: Mapping[tuple[int, int], bytes]) -> Iterator[Problem]:
    kept = {
        (row.level, row.index): row.hash
        for row in session.exec(select(Subtree).where(Subtree.community == community))
    }
    for level, number in sorted(right.keys() | kept.keys()):
        if right.get((level, number)) != kept.get((level, number)):
            yield Problem("subtree", f"level {level} index {number}", "not the hash of its leaves")


def _checkpoints(signer: Signer, origin: str, heads: Sequence[SignedHead]) -> Iterator[Problem]:
    if not signer.has_key(origin):
        yield Problem("key", origin, f"its key is not in {signer.directory}: no checkpoint was verified")
        return
    verifier = signer.verifier(origin)
    for signed in heads:
        where = f"checkpoint {signed.tree_size}"
        try:
            checkpoint = note.parse_checkpoint(note.verified(signed.note, [verifier])[0].text)
        except Malformed as error:
            yield Problem("checkpoint", where, error.sentence("en"))
            continue
        if checkpoint != (origin, signed.tree_size, signed.root):
            yield Problem("checkpoint", where, "the signed text says otherwise")
        if signed.vkey != verifier.vkey:
            yield Problem("checkpoint", where, "its row names another key than the signer's")


def _read(body: bytes) -> dict[str, Any]:
    """The content of a leaf; nothing when it cannot be read."""
    try:
        content = loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _digests(sealed: dict[str, Any]) -> list[Any]:
    digests = sealed.get("sd")
    return digests if isinstance(digests, list) else []


def _private_fields(session: Session, community: str) -> Iterator[Problem]:
    """Each disclosure that is still there opens a commitment of its leaf, and a leaf says of any other that it was erased."""
    erased = _erased(session, community)
    rows = session.execute(
        select(PrivateField.leaf_index, PrivateField.digest, PrivateField.disclosure, Leaf.body)
        .join(
            Leaf,
            (col(Leaf.community) == PrivateField.community)
            & (col(Leaf.leaf_index) == PrivateField.leaf_index),
        )
        .where(PrivateField.community == community)
        .order_by(col(PrivateField.leaf_index), col(PrivateField.digest))
    )
    for index, digest, disclosure, body in rows:
        if digest not in _digests(_read(body)):
            yield Problem("private-field", f"leaf {index}", f"{digest} is not committed to in the leaf")
        elif disclosure is None and (str(index), digest) not in erased:
            yield Problem(
                "private-field",
                f"leaf {index}",
                f"what opens {digest} is gone, and no leaf says that it was erased",
            )
        elif disclosure is not None and digest_of(disclosure) != digest:
            yield Problem("private-field", f"leaf {index}", f"what is kept does not open {digest}")


def _entries(session: Session, community: str) -> Iterator[Problem]:
    """Each entry's leaf says what its rows say; numbers are dense; each names the leaf of the one before."""
    current = head(session, community)
    no, prev = 0, ""
    older, covered = 0, 0
    last_at, went_back = "", False
    erased = _erased(session, community)
    movements = _by_entry(session, community)
    handles = dict(session.execute(select(Home.handle, Home.code).where(Home.community == community)).all())
    rows = session.execute(
        select_columns(*ENTRY.c, Leaf.body, col(Leaf.hash).label("leaf_hash"))
        .join_from(
            ENTRY,
            Leaf,
            (col(Leaf.community) == ENTRY.c.community) & (col(Leaf.leaf_index) == ENTRY.c.leaf_index),
            isouter=True,
        )
        .where(ENTRY.c.community == community)
        .order_by(ENTRY.c.no)
        .execution_options(yield_per=1000)
    )
    for entry in rows:
        no += 1
        if entry.no != no:
            yield Problem("entry-gap", f"entry {no}", f"next stored entry is {entry.no}")
            return
        if entry.prev_no != (no - 1 if no > 1 else None):
            yield Problem("entry-gap", f"entry {no}", f"it says that it follows entry {entry.prev_no}")
        if entry.body is None:
            yield Problem("entry-unsealed", f"entry {no}", "it has no leaf")
            continue
        sealed = _read(entry.body)
        at = str(sealed.get("at", ""))  # what its row says is held to it elsewhere
        if at < last_at and not went_back:
            went_back = True
            yield Problem("clock", f"entry {no}", f"posted at {at}, before entry {no - 1}")
        last_at = at
        yield from _sealed_as_stored(entry, movements(no), sealed, prev, handles, erased)
        prev = entry.leaf_hash.hex()
        if sealed.get("v") == 1:
            older = no
        if entry.kind == SEALED_AT_UPGRADE:
            covered = max(covered, _covered(sealed))
            yield from _upgrade(session, entry, _covered(sealed))
    if older > covered:
        yield Problem(
            "entry-uncovered", f"entry {older}", "nothing seals who wrote it and when: run mingbai migrate"
        )
    if last_at and current.last_at != last_at:
        yield Problem(
            "head",
            f"last entry {current.last_no}",
            f"posted at {current.last_at} by the head, {last_at} by its leaf",
        )
    if (no, prev) != (current.last_no, current.last_hash):
        yield Problem("head", f"last entry {current.last_no}", f"the entries end at {no}")


def _erased(session: Session, community: str) -> set[tuple[str, str]]:
    """Which commitments the log says were erased: the leaf and the digest."""
    of_entry = (col(Entry.community) == Leaf.community) & (col(Entry.leaf_index) == Leaf.leaf_index)
    query = select(Leaf.body).join(Entry, of_entry, isouter=True).where(Leaf.community == community)
    said = map(_read, session.exec(query.where((Leaf.kind == "erasure") | (Entry.kind == WHO_ERASED))))
    facts = (content.get("facts", content) for content in said)
    return {
        (str(erasure.get("of")), str(erasure.get("digest"))) for erasure in facts if isinstance(erasure, dict)
    }


def _erased_rows(session: Session, community: str) -> Iterator[Problem]:
    """A row that was erased names the entry that says so."""
    for name, table in sorted(SQLModel.metadata.tables.items()):
        if "erasure_no" not in table.columns:
            continue
        its_entry = (col(Entry.community) == table.c.community) & (col(Entry.no) == table.c.erasure_no)
        query = (
            select(table.c.erasure_no, Entry.kind, *table.primary_key.columns)
            .join_from(table, Entry, its_entry, isouter=True)
            .where(table.c.community == community, table.c.erasure_no.is_not(None))
            .order_by(*table.primary_key.columns)
        )
        for no, kind, _community, *key in session.execute(query):
            if kind not in ERASES:
                yield Problem(
                    "erasure", f"{name} {[*map(str, key)]}", f"entry {no} does not say that it was erased"
                )


def _disclosed(session: Session, community: str, index: int, name: str) -> Json:
    """What is kept of a leaf's private field of this name; None when it is gone or cannot be read."""
    try:
        kept = opening_of(session, community, index, name)
        return opened(kept.disclosure)[1] if kept else None
    except (ValueError, TypeError):
        return None


def _covered(sealed: dict[str, Any]) -> int:
    """The last entry that a seal of older entries covers."""
    facts = sealed.get("facts")
    through = facts.get("entries") if isinstance(facts, dict) else 0
    return through if isinstance(through, int) else 0


def _upgrade(session: Session, entry: Row[Any], through: int) -> Iterator[Problem]:
    """The rows of older entries are what the memorandum at the upgrade sealed."""
    where = f"entries 1 to {through}"
    kept = _disclosed(session, entry.community, entry.leaf_index, "rows")
    if kept is None:
        yield Problem("entry-who", where, f"what opens the seal of entry {entry.no} is gone")
    elif kept != digest_through(session, entry.community, through):
        yield Problem("entry-who", where, f"who wrote them, or when, is not what entry {entry.no} sealed")


def _who(
    entry: Row[Any], sealed: dict[str, Any], movements: Sequence[Row[Any]], erased: set[tuple[str, str]]
) -> Iterator[Problem]:
    """The row says who did it as the leaf committed to it; older leaves commit to nobody."""
    where = f"entry {entry.no} (leaf {entry.leaf_index})"
    if sealed.get("v") == 1:
        if any(column is not None for column in (entry.by_role, entry.by_level, entry.who_salt)):
            yield Problem("entry-who", where, "the row names a role, its leaf commits to nobody")
        return
    if (at := instant_text(entry.posted_at)) != sealed.get("at"):
        yield Problem("entry-leaf", where, f"at is {at!r} in the row, {sealed.get('at')!r} in the leaf")
    digest = str(sealed.get(WHO))
    if entry.who_salt is None:
        if (str(entry.leaf_index), digest) not in erased:
            yield Problem("entry-who", where, "what opens it is gone, and no leaf says that it was erased")
        return
    moves = [Move(m.debit, m.credit, m.amount_fen, m.home, m.party) for m in movements]
    try:
        row_digest = commit(WHO, who_content(dict(entry._mapping), moves), entry.who_salt).digest
    except Malformed as error:
        row_digest = error.sentence("en")
    if row_digest != digest:
        yield Problem(
            "entry-who",
            where,
            "by whom, in which role, approved by whom, for whom or what was asked is not what the leaf commits to",
        )


def _by_entry(session: Session, community: str) -> Callable[[int], Sequence[Row[Any]]]:
    """What gives the movements of one entry after another, by rising numbers, out of one stream."""
    query = (
        select(*MOVEMENT.c)
        .where(MOVEMENT.c.community == community)
        .order_by(MOVEMENT.c.entry_no, MOVEMENT.c.line)
    )
    stream = session.execute(query.execution_options(yield_per=1000))
    groups = groupby(stream, attrgetter("entry_no"))
    ahead = next(groups, None)

    def of(no: int) -> Sequence[Row[Any]]:
        nonlocal ahead
        while ahead is not None and ahead[0] < no:
            ahead = next(groups, None)
        if ahead is None or ahead[0] > no:
            return []
        movements = list(ahead[1])
        ahead = next(groups, None)
        return movements

    return of


def _sealed_as_stored(
    entry: Row[Any],
    movements: Sequence[Row[Any]],
    sealed: dict[str, Any],
    prev: str,
    handles: dict[str, str | None],
    erased: set[tuple[str, str]],
) -> Iterator[Problem]:
    where = f"entry {entry.no} (leaf {entry.leaf_index})"
    expected = {
        "seq": entry.no,
        "prev": prev,
        "period": entry.month,
        "date": entry.booked_on.isoformat(),
        "what": entry.kind,
        "rev": entry.reverses_no,
        "original": entry.original_on.isoformat() if entry.original_on else None,
        "fund": [entry.book] if entry.book else None,
    }
    for name, value in expected.items():
        if sealed.get(name) != value:
            yield Problem(
                "entry-leaf", where, f"{name} is {value!r} in the row, {sealed.get(name)!r} in the leaf"
            )
    if [m.line for m in movements] != list(range(1, len(movements) + 1)):
        yield Problem("entry-lines", where, "its movements are not numbered from 1 without a gap")
    if entry.book is not None:
        yield from _lines(entry.book, movements, sealed, where, handles)
    yield from _who(entry, sealed, movements, erased)


def _lines(
    book: str,
    movements: Sequence[Row[Any]],
    sealed: dict[str, Any],
    where: str,
    handles: dict[str, str | None],
) -> Iterator[Problem]:
    """``handles`` gathers the home behind each handle; a leaf names the handle only, and it is never two homes'."""
    moves = [Move(m.debit, m.credit, m.amount_fen, m.handle) for m in movements]
    content = lines_content(book, moves, {m.handle: m.handle for m in movements if m.handle})
    for name, value in content.items():
        if sealed.get(name) != value:
            yield Problem("entry-lines", where, _first_difference(name, value, sealed.get(name)))
    for m in movements:
        if m.home != (handles.setdefault(m.handle, m.home) if m.handle else None):
            yield Problem("entry-home", where, f"line {m.line} names {m.home}, its handle is another's")
    digests = _digests(sealed)
    if wrong := [m.line for m in movements if m.memo_digest and m.memo_digest not in digests]:
        yield Problem("entry-memo", where, f"the memo of line {wrong[0]} is not committed to in the leaf")


def _strays(session: Session, community: str) -> Iterator[Problem]:
    """Each movement belongs to an entry of its own book."""
    of_its_entry = (
        (col(Entry.community) == Movement.community)
        & (col(Entry.no) == Movement.entry_no)
        & (col(Entry.book) == Movement.book)
    )
    rows = session.execute(
        select(Movement.entry_no, Movement.line, Movement.book)
        .join(Entry, of_its_entry, isouter=True)
        .where(Movement.community == community, col(Entry.no).is_(None))
        .order_by(col(Movement.entry_no), col(Movement.line))
    )
    for no, line, book in rows:
        yield Problem("stray", f"entry {no} line {line}", f"there is no such entry in the book {book}")


def _first_difference(name: str, value: Any, sealed: Any) -> str:
    if name == "lines" and isinstance(sealed, list):
        for place, (ours, theirs) in enumerate(zip(value, sealed, strict=False)):
            if ours != theirs:
                return f"line {place // 2 + 1} is {ours} in the rows, {theirs} in the leaf"
        return f"{len(value)} lines in the rows, {len(sealed)} in the leaf"
    return f"{name} is {value!r} over the rows, {sealed!r} in the leaf"


_SUMS = """
SELECT book, account, month, sum(d), sum(c) FROM (
  SELECT m.book, m.debit AS account, e.month, m.amount_fen AS d, 0 AS c FROM movement m
    JOIN entry e ON e.community = m.community AND e.no = m.entry_no WHERE m.community = :community
  UNION ALL
  SELECT m.book, m.credit, e.month, 0, m.amount_fen FROM movement m
    JOIN entry e ON e.community = m.community AND e.no = m.entry_no WHERE m.community = :community) legs
GROUP BY book, account, month"""

_KEPT = "SELECT book, account, month, debit_fen, credit_fen FROM balance WHERE community = :community"

_SUBLEDGER_SUMS = """
SELECT m.book, s.code, CASE s.by WHEN 'home' THEN m.home ELSE m.party END AS subject,
       sum(CASE WHEN a.code = m.debit THEN m.amount_fen ELSE 0 END),
       sum(CASE WHEN a.code = m.credit THEN m.amount_fen ELSE 0 END)
  FROM movement m
  JOIN account a ON a.community = m.community AND a.book = m.book AND a.code IN (m.debit, m.credit)
  JOIN subledger s ON s.community = a.community AND s.book = a.book AND s.code = a.ledger
 WHERE m.community = :community GROUP BY 1, 2, 3"""

_SUBLEDGER_KEPT = (
    "SELECT book, ledger, subject, debit_fen, credit_fen FROM subledger_balance WHERE community = :community"
)


def _balances(session: Session, community: str) -> Iterator[Problem]:
    for check, sums, kept in (("balance", _SUMS, _KEPT), ("subledger", _SUBLEDGER_SUMS, _SUBLEDGER_KEPT)):
        expected, balances = (
            {
                tuple(row[:3]): (int(row[3]), int(row[4]))
                for row in session.execute(text(query), {"community": community})
            }
            for query in (sums, kept)
        )
        for key in sorted(expected.keys() | balances.keys(), key=str):
            if expected.get(key, (0, 0)) != balances.get(key, (0, 0)):
                yield Problem(
                    check,
                    "/".join(map(str, key)),
                    f"kept {balances.get(key)} but the movements give {expected.get(key)} (debit, credit)",
                )


def _closings(session: Session, community: str) -> Iterator[Problem]:
    """Each closed month is stored as its leaf sealed it and nothing moved in it since."""
    query = select(Leaf.leaf_index, Leaf.body).where(Leaf.community == community, Leaf.kind == "period-close")
    sealed = {index: _read(body) for index, body in session.execute(query)}
    closed_through = max((str(content.get("month")) for content in sealed.values()), default="")
    if head(session, community).closed_through != closed_through:
        yield Problem("head", "closed months", f"the log says closed through {closed_through or 'nothing'}")
    erased = {leaf for leaf, _ in _erased(session, community)}
    closings = session.exec(select(Closing).where(Closing.community == community).order_by(Closing.month))
    for closing in closings:
        try:
            month = Month.parse(closing.month)
        except PeriodMalformed:
            yield Problem("closing", f"leaf {closing.leaf_index}", f"{closing.month} is no month")
            continue
        rows = [
            (r.book, r.account, r.opening_fen, r.debit_fen, r.credit_fen, r.closing_fen)
            for r in closing_balances(session, community, month)
        ]
        content = sealed.pop(closing.leaf_index, {})
        root = trial_root(rows)
        said = (content.get("month"), content.get("root"), content.get("rows"))
        if said != (closing.month, root, len(rows)) or closing.trial_root != root:
            yield Problem("closing", closing.month, "the stored trial balance is not the one that was sealed")
        if content.get("v") != 1:
            yield from _closed_by(session, closing, content, erased)
        now = {
            (book.code, r.account): (r.opening_fen, r.debit_fen, r.credit_fen, r.closing_fen)
            for book in books(session, community)
            for r in trial_balance(session, community, book.code, month, month)
        }
        for book, account, *figures in rows:
            if now.get((book, account)) != tuple(figures):
                yield Problem("closing", f"{closing.month} {book}/{account}", "moved after it was closed")
    months = select(Closing.month).where(Closing.community == community)
    strays = select_columns(ClosingBalance.month, ClosingBalance.book, ClosingBalance.account).where(
        ClosingBalance.community == community, col(ClosingBalance.month).not_in(months)
    )
    for month_text, book, account in session.execute(strays):
        yield Problem("closing", f"{month_text} {book}/{account}", "no such month was closed")
    for index, content in sealed.items():
        yield Problem(
            "closing", str(content.get("month")), f"leaf {index} closes it, the books do not know it"
        )


def _closed_by(
    session: Session, closing: Closing, content: dict[str, Any], erased: set[str]
) -> Iterator[Problem]:
    """A closing's row says who closed the month and when as its leaf does."""
    if content.get("at") != instant_text(closing.closed_at):
        yield Problem("closing", closing.month, "it was not closed at the time that was sealed")
    who = _disclosed(session, closing.community, closing.leaf_index, WHO)
    by = who.get("by") if isinstance(who, dict) else None
    if by != closing.by_login and (who is not None or str(closing.leaf_index) not in erased):
        yield Problem("closing", closing.month, "it was not closed by whom the leaf commits to")
