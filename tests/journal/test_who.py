"""Who did what an entry says, and when, is sealed with it: what is altered of it is named by `fsck` (see `shell`)."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from ledger.community.role_rules import Actor, Level, Role
from ledger.journal.actions import erase_who, post, seal_at_upgrade
from ledger.journal.fsck import problems
from ledger.journal.queries import entry, entry_by_key
from ledger.journal.rules import Move, who_content
from ledger.log.leaf import WHO, commit
from ledger.log.queries import NoPrivateField, leaf
from ledger.log.tables import PrivateField
from tests.cast import CHEN, MEI, NOON
from tests.journal.purse import CODE, IN_AUGUST, ONE, a_draft, a_memo, into, write
from tests.journal.shell import rewrite
from tests.journal.written_ledger import SOMEBODY


def sealed(session, index):
    return json.loads(leaf(session, CODE, index).body)


def named(shell):
    """What is wrong with the entries; that heads are gone too, which `as_it_was_before` takes away, is another matter."""
    others = ("row", "signer")
    return [(problem.check, problem.where) for problem in shell.problems() if problem.check not in others]


def test_the_leaf_says_when_and_commits_to_who_did_it(session):
    draft = a_draft(into(ONE, 5), Move("1001", "2001", 7, None, "wuye"), approved_by="chen", subject="x/1")
    posted = post(session, CODE, draft, by=MEI, at=NOON)

    row, content = entry(session, CODE, posted.no), sealed(session, posted.leaf_index)
    assert (row.by_role, len(row.who_salt)) == ("manager", 16)
    assert (content["v"], content["at"]) == (2, "2026-07-15T04:00:00+00:00")
    value = {
        "by": "mei", "role": "manager", "approved_by": "chen", "for": [[1, ONE, None], [2, None, "wuye"]],
        "key": draft.key, "asked": draft.asked_digest, "subject": "x/1", "link": None,
    }  # fmt: skip
    assert who_content(row.model_dump(), draft.moves) == value
    assert content["who"] == commit(WHO, value, row.who_salt).digest


def test_the_same_action_of_the_same_person_looks_different_each_time(session):
    first, second = (write(session, into(ONE, 5)) for _ in range(2))
    assert sealed(session, first.leaf_index)["who"] != sealed(session, second.leaf_index)["who"]
    body = leaf(session, CODE, first.leaf_index).body.decode()
    assert '"mei"' not in body
    assert '"manager"' not in body
    kept = select(PrivateField).where(PrivateField.leaf_index == first.leaf_index)
    assert session.exec(kept).all() == []


@pytest.mark.parametrize(
    "change",
    ["by_login = 'li'", "by_role = 'worker'", "by_role = NULL", "by_level = 'street'", "approved_by = 'chen'", "key = 'else'",
     "asked = 'else'", "subject = 'else'", "link = 'else'", "who_salt = :other", "who_salt = :short"],
)  # fmt: skip
@pytest.mark.parametrize("no", [1, 4])
def test_f1_whoever_alters_who_did_an_entry_is_found(shell, no, change):
    values = {"other": {"other": bytes(16)}, "short": {"short": b"x"}}.get(change.split(":")[-1], {})
    shell(f"UPDATE entry SET {change} WHERE community = :c AND no = {no}", **values)
    assert named(shell) == [("entry-who", f"entry {no} (leaf {no})")]


def test_f1_who_approved_an_entry_cannot_be_taken_off_it(shell):
    posted = post(shell.session, CODE, a_memo(approved_by="chen"), by=MEI, at=NOON)
    assert named(shell) == []
    shell(f"UPDATE entry SET approved_by = NULL WHERE community = :c AND no = {posted.no}")
    assert named(shell) == [("entry-who", f"entry {posted.no} (leaf {posted.leaf_index})")]


@pytest.mark.parametrize("change", ["by_level = NULL", "by_level = 'owners_committee'"])
def test_the_body_that_stood_in_for_the_committee_cannot_be_altered(shell, change):
    guan = Actor("guan", Role.COMMITTEE, level=Level.MANAGEMENT_COMMITTEE)
    posted = post(shell.session, CODE, a_memo(), by=guan, at=NOON)
    assert entry(shell.session, CODE, posted.no).by_level == "management_committee"
    assert named(shell) == []
    shell(f"UPDATE entry SET {change} WHERE community = :c AND no = {posted.no}")
    assert named(shell) == [("entry-who", f"entry {posted.no} (leaf {posted.leaf_index})")]


@pytest.mark.parametrize("at", ["2026-07-15 04:00:01.000000", "2026-07-15 04:00:00.000001"])
def test_f1_whoever_alters_when_an_entry_was_posted_is_found(shell, at):
    utc = "+00" if shell.session.get_bind().dialect.name == "postgresql" else ""
    shell(f"UPDATE entry SET posted_at = '{at}{utc}' WHERE community = :c AND no = 4")
    assert named(shell) == [("entry-leaf", "entry 4 (leaf 4)")]


def test_f1_the_payee_of_a_movement_cannot_be_altered(shell):
    posted = write(shell.session, Move("1001", "3101", 7, None, "wuye"))
    shell(f"UPDATE movement SET party = 'else' WHERE community = :c AND entry_no = {posted.no}")
    assert ("entry-who", f"entry {posted.no} (leaf {posted.leaf_index})") in named(shell)


def test_a_salt_that_is_gone_is_named_unless_the_log_says_that_it_was_erased(shell):
    shell("UPDATE entry SET who_salt = NULL WHERE community = :c AND no = 4")
    assert named(shell) == [("entry-who", "entry 4 (leaf 4)")]


def test_who_did_an_entry_can_be_erased_once_and_the_log_says_so(session):
    posted = write(session, into(ONE, 5))
    said = erase_who(session, CODE, posted.no, request="r", by=CHEN, at=NOON)

    assert entry(session, CODE, posted.no).who_salt is None
    digest = sealed(session, posted.leaf_index)["who"]
    assert sealed(session, said.leaf_index)["facts"] == {
        "of": posted.leaf_index, "digest": digest, "request": "r",
    }  # fmt: skip
    assert entry(session, CODE, said.no).by_login == "chen"
    assert list(problems(session, CODE)) == []
    with pytest.raises(NoPrivateField):
        erase_who(session, CODE, posted.no, request="r", by=CHEN, at=NOON)


@pytest.mark.parametrize(
    "change",
    ["by_login = 'li'", "by_role = NULL", "by_level = 'x'", "approved_by = 'x'", "key = 'x'", "asked = 'x'", "kind = 'x'",
     "subject = 'x'", "link = 'x'", "leaf_index = 0", "original_on = booked_on", "reverses_no = 1", "book = NULL",
     "month = 'x'", "no = 77", "prev_no = 77", "community = 'x'", "booked_on = original_on", "posted_at = NULL"],
)  # fmt: skip
def test_with_the_salt_nothing_else_of_an_entry_changes(session, change):
    posted = write(session, into(ONE, 5))
    with pytest.raises(DBAPIError, match="entry is in ink"), session.begin_nested():
        session.execute(text(f"UPDATE entry SET who_salt = NULL, {change} WHERE no = {posted.no}"))


def test_an_erased_salt_does_not_come_back(session):
    posted = write(session, into(ONE, 5))
    session.execute(text(f"UPDATE entry SET who_salt = NULL WHERE no = {posted.no}"))
    for value in (":other", "NULL"):
        with pytest.raises(DBAPIError, match="entry is in ink"), session.begin_nested():
            statement = text(f"UPDATE entry SET who_salt = {value} WHERE no = {posted.no}")
            session.execute(statement, {"other": bytes(16)} if value == ":other" else {})


@pytest.mark.parametrize("change", ["by_login = 'li'", "closed_at = '2026-07-15 04:00:01.000000{utc}'"])
def test_whoever_alters_who_closed_a_month_or_when_is_found(shell, change):
    utc = "+00" if shell.session.get_bind().dialect.name == "postgresql" else ""
    shell(f"UPDATE closing SET {change.format(utc=utc)} WHERE community = :c")
    assert named(shell) == [("closing", "2026-06")]


def as_it_was_before(shell):
    """The log as it was when leaves said neither who nor when."""

    def older(index, content):
        content["v"] = 1
        for name in ("at", "who"):
            content.pop(name, None)

    shell(
        "DELETE FROM signed_head WHERE community = :c",
        "UPDATE entry SET by_role = NULL, who_salt = NULL WHERE community = :c",
    )
    rewrite(shell, older)


def test_older_entries_are_good_once_they_are_sealed(shell):
    as_it_was_before(shell)
    assert named(shell) == [("entry-uncovered", "entry 8")]

    posted = seal_at_upgrade(shell.session, CODE, by=SOMEBODY, at=IN_AUGUST)

    assert posted.no == 9
    content = sealed(shell.session, posted.leaf_index)
    assert (content["kind"], content["what"], content["facts"]) == (
        "memo",
        "sealed.at-upgrade",
        {"entries": 8},
    )
    assert len(content["sd"]) == 1
    assert named(shell) == []


def test_older_entries_are_sealed_once(shell):
    assert seal_at_upgrade(shell.session, CODE, by=SOMEBODY, at=IN_AUGUST) is None
    as_it_was_before(shell)
    seal_at_upgrade(shell.session, CODE, by=SOMEBODY, at=IN_AUGUST)
    assert seal_at_upgrade(shell.session, CODE, by=CHEN, at=IN_AUGUST) is None
    post(shell.session, CODE, a_memo(), by=MEI, at=NOON)
    assert seal_at_upgrade(shell.session, CODE, by=CHEN, at=IN_AUGUST) is None
    assert entry_by_key(shell.session, CODE, "sealed.at-upgrade/8").by_login == "somebody"
    assert named(shell) == []


@pytest.mark.parametrize(
    "change",
    ["by_login = 'li'", "approved_by = 'li'", "posted_at = '2026-07-15 04:00:01.000000{utc}'", "subject = 'else'",
     "key = 'else'"],
)  # fmt: skip
def test_whoever_alters_who_did_an_older_entry_is_found_by_the_seal(shell, change):
    as_it_was_before(shell)
    seal_at_upgrade(shell.session, CODE, by=SOMEBODY, at=IN_AUGUST)
    utc = "+00" if shell.session.get_bind().dialect.name == "postgresql" else ""
    shell(f"UPDATE entry SET {change.format(utc=utc)} WHERE community = :c AND no = 4")
    assert named(shell) == [("entry-who", "entries 1 to 8")]


def test_an_older_entry_names_no_role_afterwards(shell):
    as_it_was_before(shell)
    seal_at_upgrade(shell.session, CODE, by=SOMEBODY, at=IN_AUGUST)
    shell("UPDATE entry SET by_role = 'operator' WHERE community = :c AND no = 4")
    assert ("entry-who", "entry 4 (leaf 4)") in named(shell)


@pytest.mark.parametrize("disclosure", [None, "非", "WzFd", "MQ"])
def test_a_seal_that_cannot_be_opened_is_named(shell, disclosure):
    as_it_was_before(shell)
    posted = seal_at_upgrade(shell.session, CODE, by=SOMEBODY, at=IN_AUGUST)
    shell(
        "UPDATE private_field SET disclosure = :d WHERE community = :c AND leaf_index = :i",
        d=disclosure, i=posted.leaf_index,
    )  # fmt: skip
    assert ("entry-who", "entries 1 to 8") in named(shell)
