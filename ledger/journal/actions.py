"""The actions of the books: open a book, post, reverse."""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from ledger.community.queries import NoHome
from ledger.community.role_rules import Actor
from ledger.community.tables import Home
from ledger.db import Prepared, Texts, among, together, write_rows
from ledger.journal.queries import (
    BEHIND,
    BOOKED_ON,
    Locked,
    accounts,
    called,
    digest_through,
    entries_with_moves,
    entry,
    entry_by_key,
    last_of_format_1,
    lock,
    moves_of,
    overdrawn,
    overdrawn_ledger,
    reversal_no,
    written,
)
from ledger.journal.rules import (
    DEBIT_NORMAL,
    SEALED_AT_UPGRADE,
    WHO_ERASED,
    AlreadyReversed,
    AskedDifferently,
    BookThere,
    Chart,
    Draft,
    EntryPlace,
    Move,
    Overspent,
    ReversedBefore,
    check_chart,
    check_draft,
    entry_content,
    reversal_of,
    who_content,
)
from ledger.journal.tables import Account, Book, Entry, Movement, Subledger
from ledger.log.actions import append
from ledger.log.leaf import SALT_BYTES, WHO, Commitment, Json, NewLeaf, commit, instant_text, new_leaf
from ledger.log.queries import Head, NoPrivateField, head, leaf
from ledger.periods import day_in_shanghai
from ledger.words import AccountCode, Coded


class Posted(NamedTuple):
    """Where an entry was written; ``fresh`` is false when it had been written before."""

    no: int
    leaf_index: int
    fresh: bool


def open_book(session: Session, community: str, chart: Chart, *, by: Actor, at: datetime) -> Posted:
    """Open a book with its chart of accounts, and seal the chart in the log.

    Raises:
        BookThere: the community has a book of this code.
        ChartWrong: the chart does not agree with itself.
    """
    head(session, community, lock=True)  # before the book's row, which would share the lock with another's
    check_chart(chart)
    if (there := session.get(Book, (community, chart.book))) is not None:
        raise BookThere(book=Coded("book", chart.book, (there.zh, there.en)))
    session.add(Book(community=community, code=chart.book, zh=chart.zh, en=chart.en))
    session.flush()  # the accounts below name the book
    _enter_accounts(session, community, chart)
    draft = Draft(
        kind="book.opened",
        on=day_in_shanghai(at),
        key=f"book/{chart.book}",
        facts=_chart_facts(chart),
    )
    return post(session, community, draft, by=by, at=at)


def widen_book(
    session: Session, community: str, chart: Chart, *, by: Actor, at: datetime
) -> Mapping[str, str]:
    """See that a book has every account of its chart: what it was opened without is added and sealed in the log.

    A chart only grows. Gives the account codes by role.

    Raises:
        NoBook: the community has no such book.
    """
    head(session, community, lock=True)
    there = accounts(session, community, chart.book)
    lacking = tuple(row for row in chart.accounts if row.role not in there)
    if not lacking:
        return there
    ledgers = set(
        session.exec(
            select(Subledger.code).where(Subledger.community == community, Subledger.book == chart.book)
        )
    )
    more = chart._replace(
        accounts=lacking, ledgers=tuple(row for row in chart.ledgers if row.code not in ledgers)
    )
    _enter_accounts(session, community, more)
    draft = Draft(
        kind="book.widened",
        on=day_in_shanghai(at),
        key=f"book/{chart.book}/" + "+".join(row.code for row in lacking),
        facts=_chart_facts(more),
    )
    post(session, community, draft, by=by, at=at)
    return {**there, **{row.role: row.code for row in lacking}}


def _enter_accounts(session: Session, community: str, chart: Chart) -> None:
    if chart.ledgers:
        session.execute(
            insert(Subledger),
            [{"community": community, "book": chart.book, **row._asdict()} for row in chart.ledgers],
        )
    session.execute(
        insert(Account),
        [
            {
                "community": community,
                "book": chart.book,
                **row._asdict(),
                "side": "D" if row.element in DEBIT_NORMAL else "C",
            }
            for row in chart.accounts
        ],
    )


def _chart_facts(chart: Chart) -> dict[str, Json]:
    return {"book": chart.book, "accounts": [[a.code, a.element.value] for a in chart.accounts]}


def post(session: Session, community: str, draft: Draft, *, by: Actor, at: datetime) -> Posted:
    """Write one entry, or find that it was written before under the same key.

    Raises:
        AskedDifferently: the key was used for other content.
        ReversedBefore: what was done under it was reversed since.
        MonthClosed, MovementWrong, NothingToPost: the entry cannot be written (`rules.check_draft`).
        NoHome: a movement names a home that the community has not.
        Overspent: a restricted account or sub-ledger would go below its floor.
    """
    return post_all(session, community, [draft], by=by, at=at)[0]


def post_all(
    session: Session,
    community: str,
    drafts: Sequence[Draft],
    *,
    by: Actor,
    at: datetime,
    locked: Locked | None = None,
) -> list[Posted]:
    """Write several entries of one community in order, under one lock; see ``post``.

    A key that comes twice is written once. Whoever has to read under the lock what the entries are made of has taken
    it with `lock` for the keys of these drafts, wrote no entry since, and hands it in.
    """
    head, rows = locked or lock(session, community, [draft.key for draft in drafts])
    earlier = _written_before(rows, drafts)
    fresh = {draft.key: draft for draft in drafts if draft.key not in earlier}
    for draft in fresh.values():
        check_draft(draft, head.closed_through)
    now = _write(session, head, list(fresh.values()), by=by, at=at) if fresh else {}
    answers = []
    for draft in drafts:
        answers.append(earlier.get(draft.key) or now[draft.key])
        earlier[draft.key] = answers[-1]._replace(fresh=False)
    return answers


def replay(session: Session, community: str, draft: Draft) -> Posted | None:
    """The entry that this action left before under the draft's key; None when it was not done yet.

    Raises:
        AskedDifferently: the key was used for other content.
        ReversedBefore: what was done under it was reversed since.
    """
    rows = written(session, community, [draft.key])
    return _written_before(rows, [draft]).get(draft.key)


def _written_before(rows: Sequence[Sequence[Any]], drafts: Sequence[Draft]) -> dict[str, Posted]:
    keys = {draft.key for draft in drafts}
    if not rows and len(keys) == len(drafts):
        return {}
    asked = {key: digest for key, digest, *_ in rows}
    for _key, _digest, no, _leaf_index, reversal in rows:
        if reversal is not None:
            raise ReversedBefore(no=no, reversal=reversal)
    for draft in drafts:
        digest = draft.asked_digest
        if asked.setdefault(draft.key, digest) != digest:
            raise AskedDifferently(key=draft.key.partition("/")[2] or draft.key)
    return {key: Posted(no, leaf_index, fresh=False) for key, _, no, leaf_index, _ in rows}


def _write(
    session: Session, current: Head, drafts: Sequence[Draft], *, by: Actor, at: datetime
) -> dict[str, Posted]:
    handles = _handles(session, current.community, drafts)
    entries, movements, leaves = [], [], []
    written: dict[str, Posted] = {}
    no, prev = current.last_no, current.last_hash
    at = _never_back(session, current, at)
    if days := [draft.on for draft in drafts if not draft.ahead]:
        session.info[BOOKED_ON] = max(*days, session.info.get(BOOKED_ON, date.min))
    for index, draft in enumerate(drafts, start=current.tree_size):
        no += 1
        memos = [
            commit(f"memo.{i}", m.memo, _salt()) if m.memo else None for i, m in enumerate(draft.moves, 1)
        ]
        private = [memo for memo in memos if memo]
        private += [commit(name, text, _salt()) for name, text in draft.private.items()]
        row = _entry_row(current.community, draft, no, index, by, at)
        sealed = _leaf(draft, current.origin, row, prev, private, handles)
        leaves.append(sealed)
        prev = sealed.hash.hex()
        written[draft.key] = Posted(no, index, fresh=True)
        entries.append(row)
        movements += [
            {
                "community": current.community,
                "entry_no": no,
                "line": line,
                "book": draft.book,
                "debit": move.debit,
                "credit": move.credit,
                "amount_fen": move.amount_fen,
                "home": move.home,
                "handle": handles[move.home] if move.home else None,
                "party": move.party,
                "memo_digest": memo.digest if memo else None,
            }
            for line, (move, memo) in enumerate(zip(draft.moves, memos, strict=True), start=1)
        ]
    book = called(session, current.community, drafts[0].book) if drafts[0].book else None
    rows = len(entries) + len(movements) + sum(len(sealed_leaf.private) for sealed_leaf in leaves)
    try:
        with together(session, rows):
            write_rows(session, Entry, entries)
            write_rows(session, Movement, movements)
            append(session, current._replace(last_no=no, last_hash=prev, last_at=instant_text(at)), leaves)
    except DBAPIError as error:
        _tell_overspending(session, current.community, error, book)
        raise
    return written


def _never_back(session: Session, current: Head, at: datetime) -> datetime:
    """When an entry is posted: never before the last one, whatever the clock says. How far it is behind, `behind` tells."""
    if not current.last_at or (last := datetime.fromisoformat(current.last_at)) <= at:
        return at
    session.info[BEHIND] = max(session.info.get(BEHIND, timedelta()), last - at)
    return last


def _salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def _leaf(
    draft: Draft,
    origin: str,
    row: Mapping[str, Any],
    prev: str,
    private: Sequence[Commitment],
    handles: Mapping[str, str],
) -> NewLeaf:
    """The entry's leaf; decoy digests keep the number of private fields from being read off it."""
    digests = [commitment.digest for commitment in private]
    while digests and len(digests) & (len(digests) - 1):
        digests.append(commit("decoy", None, _salt()).digest)
    content = entry_content(
        draft,
        EntryPlace(origin, row["leaf_index"], row["no"], prev),
        at=row["posted_at"],
        who=commit(WHO, who_content(row, draft.moves), row["who_salt"]).digest,
        sd=sorted(digests),
        handles=handles,
    )
    return new_leaf(str(content["kind"]), content, tuple(private))


def _entry_row(community: str, draft: Draft, no: int, index: int, by: Actor, at: datetime) -> dict[str, Any]:
    return {
        "community": community,
        "no": no,
        "prev_no": no - 1 if no > 1 else None,
        "leaf_index": index,
        "book": draft.book,
        "kind": draft.kind,
        "month": draft.month,
        "booked_on": draft.on,
        "posted_at": at,
        "by_login": by.login,
        "by_role": by.role.value,
        "by_level": by.level.value if by.level else None,
        "approved_by": draft.approved_by,
        "who_salt": _salt(),
        "key": draft.key,
        "asked": draft.asked_digest,
        "subject": draft.subject,
        "reverses_no": draft.reverses_no,
        "original_on": draft.original_on,
        "link": draft.link,
    }


_HANDLES = Prepared(
    select(Home.code, Home.handle).where(
        Home.community == bindparam("of"), among(col(Home.code), bindparam("homes", type_=Texts()))
    )
)


def _handles(session: Session, community: str, drafts: Sequence[Draft]) -> dict[str, str]:
    homes = {move.home for draft in drafts for move in draft.moves if move.home}
    if not homes:
        return {}
    handles: dict[str, str] = dict(_HANDLES.read(session, {"of": community, "homes": list(homes)}))
    if strangers := sorted(homes - handles.keys()):
        raise NoHome(community=community, home=strangers[0])
    return handles


def reverse(
    session: Session, community: str, no: int, *, reason: str, key: str, by: Actor, at: datetime
) -> Posted:
    """Put an entry right by a second one in red (红字冲销), dated today, which names the first.

    Raises:
        NoEntry: there is none with this number.
        AskedDifferently: the key was used for something else, such as the reversal of another entry.
        AlreadyReversed: another reversal stands.
        MonthClosed: today's month is closed.
        Overspent: what came in by the entry is spent.
    """
    head(session, community, lock=True)  # or two reversals could both find that none stands
    wrong = entry(session, community, no)
    draft = _reversal(wrong, moves_of(session, community, no), reason, key, day_in_shanghai(at))
    if entry_by_key(session, community, key) is None and reversal_no(session, community, no) is not None:
        raise AlreadyReversed(no=no)
    return post(session, community, draft, by=by, at=at)


def reverse_all(
    session: Session, community: str, numbers: Collection[int], *, reason: str, by: Actor, at: datetime
) -> list[Posted]:
    """Put several entries right in red, the last written first, so that nothing is overdrawn on the way; see `reverse`.

    The number of statements hardly grows with the entries.

    Raises:
        AlreadyReversed: a reversal of one of them stands.
        MonthClosed, Overspent: as for `reverse`.
    """
    head(session, community, lock=True)
    undone = set(
        session.exec(
            select(Entry.reverses_no).where(Entry.community == community, col(Entry.reverses_no).is_not(None))
        )
    )
    if twice := undone.intersection(numbers):
        raise AlreadyReversed(no=min(filter(None, twice)))
    drafts = [
        _reversal(wrong, moves, reason, f"reversal/{wrong.no}", day_in_shanghai(at))
        for wrong, moves in reversed(entries_with_moves(session, community, numbers))
    ]
    return post_all(session, community, drafts, by=by, at=at)


def _reversal(wrong: Entry, moves: Sequence[Move], reason: str, key: str, on: date) -> Draft:
    return Draft(
        kind="reversal",
        on=on,
        key=key,
        book=wrong.book,
        moves=reversal_of(moves),
        asked={"reverses": wrong.no},
        private={"reason": reason},
        subject=wrong.subject,
        reverses_no=wrong.no,
        original_on=wrong.booked_on,
    )


def seal_at_upgrade(session: Session, community: str, *, by: Actor, at: datetime) -> Posted | None:
    """Cover what the leaves of older entries do not say, who wrote them and when, by a memorandum behind them.

    Nothing happens where every entry of leaf format 1 is covered already, or there is none. The digest over their
    rows is committed to with salt: few people sign in, and a bare digest over their names could be guessed.
    """
    if last_of_format_1(session, community) is None:
        return None
    head(session, community, lock=True)
    through = last_of_format_1(session, community) or 0
    key = f"{SEALED_AT_UPGRADE}/{through}"
    if entry_by_key(session, community, key) is not None:
        return None
    draft = Draft(
        kind=SEALED_AT_UPGRADE,
        on=day_in_shanghai(at),
        key=key,
        facts={"entries": through},
        private={"rows": digest_through(session, community, through)},
    )
    return post(session, community, draft, by=by, at=at)


def erase_who(
    session: Session, community: str, no: int, *, request: str, reason: str = "", by: Actor, at: datetime
) -> Posted:
    """Erase the salt that opens an entry's commitment to who did it, and say so in a memorandum. No proof changes.

    ``request`` is the digest of the request for erasure, never its text; ``reason`` is private.

    Raises:
        NoEntry: there is none with this number.
        NoPrivateField: its leaf commits to nobody, or the salt was erased already.
    """
    head(session, community, lock=True)
    sealed_entry = entry(session, community, no)
    digest = str(json.loads(leaf(session, community, sealed_entry.leaf_index).body).get(WHO))
    if sealed_entry.who_salt is None:
        raise NoPrivateField(community=community, index=sealed_entry.leaf_index, digest=digest)
    session.execute(
        update(Entry).where(col(Entry.community) == community, col(Entry.no) == no).values(who_salt=None)
    )
    draft = Draft(
        kind=WHO_ERASED,
        on=day_in_shanghai(at),
        key=f"{WHO_ERASED}/{no}",
        facts={"of": sealed_entry.leaf_index, "digest": digest, "request": request},
        private={"reason": reason} if reason else {},
    )
    return post(session, community, draft, by=by, at=at)


def _tell_overspending(session: Session, community: str, error: DBAPIError, book: Coded | None) -> None:
    """Say the database's own refusal of an overdraft in the ledger's words."""
    _, overspent, which = str(error.orig).partition("mingbai: overspent ")
    if not overspent or book is None:
        return
    kind, _, place = which.splitlines()[0].partition(" ")
    if place:
        code = place.split("/")[1]
    else:  # SQLite cannot put a value into a refusal of its own
        code = (
            overdrawn(session, community, str(book))
            if kind == "account"
            else overdrawn_ledger(session, community, str(book))
        )
    raise Overspent(book=book, account=AccountCode(code)) from error
