"""What concerns a person is erased on a paper, by another than whoever did it, and not before its years are over."""

import json
from datetime import date, datetime

import pytest

from ledger.community.role_rules import SamePerson
from ledger.files.actions import erase_file, erase_from_entry, keep_file, use_file
from ledger.files.queries import files_of, uses_of
from ledger.files.rules import (
    EntryKept,
    Erasable,
    FileKept,
    FileKind,
    FileMissing,
    NothingToErase,
    ProofOfItself,
    Purpose,
    check_entry_erasable,
    check_erasable,
)
from ledger.journal.actions import post
from ledger.journal.fsck import problems
from ledger.journal.queries import entry
from ledger.journal.rules import Draft, Move
from ledger.log.queries import leaf, private_fields
from tests.cast import HE, MEI, NOON
from tests.factories import PAPER, SHA, a_community

PLACE = "meiyuan"
DAY = date(2026, 7, 15)


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (FileKind.INVOICE, date(2056, 12, 31)),
        (FileKind.CONTRACT, date(2056, 12, 31)),
        (FileKind.SHEET, date(2031, 12, 31)),
    ],
)
def test_what_vouchers_and_votes_rest_on_is_kept_its_years(kind, last):
    with pytest.raises(FileKept) as refused:
        check_erasable(kind, [], DAY, last)

    assert refused.value.facts["until"] == last
    assert "第47条" in refused.value.sentence("zh")
    check_erasable(kind, [], DAY, date(last.year + 1, 1, 1))


@pytest.mark.parametrize("kind", [FileKind.PHOTO, FileKind.PAPER])
def test_a_picture_or_a_letter_may_be_erased_on_the_day_it_came(kind):
    check_erasable(kind, [Purpose.DAMAGE], DAY, DAY)


@pytest.mark.parametrize(
    ("purpose", "year"),
    [(Purpose.ACCEPTANCE, 2056), (Purpose.TITLE, 2056), (Purpose.BALLOT_SHEET, 2031), (Purpose.PROXY, 2031)],
)
def test_whatever_a_file_came_in_as_it_is_kept_for_what_it_proves(purpose, year):
    proves = [Purpose.DAMAGE, purpose]

    with pytest.raises(FileKept):
        check_erasable(FileKind.PAPER, proves, DAY, date(year, 12, 31))
    check_erasable(FileKind.PAPER, proves, DAY, date(year + 1, 1, 1))


@pytest.mark.parametrize(
    ("kind", "year"), [("fees.received", 2056), ("book.opened", 2056), ("sealed.at-upgrade", 2056), ("vote.cast", 2031)]
)  # fmt: skip
def test_an_entry_is_kept_as_what_it_is(kind, year):
    with pytest.raises(EntryKept):
        check_entry_erasable(7, kind, DAY, date(year, 12, 31))
    check_entry_erasable(7, kind, DAY, date(year + 1, 1, 1))
    check_entry_erasable(7, "ticket.logged", DAY, DAY)


def test_the_request_is_another_file_and_was_taken_in(session):
    a_community(session)
    letter = keep_file(session, PLACE, PAPER + b"2", "", FileKind.PAPER, by=MEI, at=NOON).sha256

    with pytest.raises(ProofOfItself):
        erase_file(session, PLACE, letter, "r", letter, by=HE, at=NOON)
    with pytest.raises(FileMissing):
        erase_file(session, PLACE, letter, "r", "0" * 64, by=HE, at=NOON)

    use_file(session, PLACE, letter, "use/1", Purpose.AUDIT, by=MEI, at=NOON)
    with pytest.raises(FileKept):
        erase_file(session, PLACE, letter, "r", SHA, by=HE, at=NOON)
    letter = keep_file(session, PLACE, PAPER + b"3", "", FileKind.PAPER, by=MEI, at=NOON).sha256

    erase_file(session, PLACE, letter, "r", SHA, by=HE, at=NOON)
    assert [use.purpose for use in uses_of(session, PLACE, SHA)] == [Purpose.ERASURE]


def a_ticket(session) -> int:
    """A memorandum about a ticket that Mei wrote, with a private word."""
    a_community(session)
    draft = Draft(kind="ticket.logged", on=DAY, key="t/1", private={"title": "欧阳家漏水", "who": "欧阳"})
    return post(session, PLACE, draft, by=MEI, at=NOON).no


def erased(session, no, what, document=SHA, by=HE):
    return erase_from_entry(session, PLACE, no, what, "欧阳要求", document, by=by, at=NOON)


def test_what_an_entry_says_privately_is_erased_and_the_log_says_so(session):
    no = a_ticket(session)
    index = entry(session, PLACE, no).leaf_index
    assert len(private_fields(session, PLACE, [index])[index]) == 2

    said = erased(session, no, Erasable.WORDS)

    assert private_fields(session, PLACE, [index])[index] == {}
    content = json.loads(leaf(session, PLACE, said.leaf_index).body)
    assert (content["what"], content["facts"]) == ("words.erased", {"of": index, "request": SHA})
    lines = [json.loads(leaf(session, PLACE, said.leaf_index - back).body) for back in (1, 2)]
    assert {(line["kind"], line["of"], line["request"]) for line in lines} == {("erasure", index, SHA)}
    assert "欧阳" not in str(content)
    assert entry(session, PLACE, no).who_salt is not None
    assert list(problems(session, PLACE)) == []
    with pytest.raises(NothingToErase):
        erased(session, no, Erasable.WORDS)


def test_who_did_an_entry_is_erased_and_the_log_says_so(session):
    no = a_ticket(session)

    said = erased(session, no, Erasable.WHO)

    assert entry(session, PLACE, no).who_salt is None
    assert entry(session, PLACE, said.no).kind == "who.erased"
    assert [(use.purpose, file.sha256) for use, file in files_of(session, PLACE, f"entry/{no}")] == [
        (Purpose.ERASURE, SHA)
    ]
    assert list(problems(session, PLACE)) == []
    with pytest.raises(NothingToErase):
        erased(session, no, Erasable.WHO)


@pytest.mark.parametrize("what", Erasable)
def test_nobody_erases_his_own_entry_nor_without_a_request(session, what):
    no = a_ticket(session)

    with pytest.raises(SamePerson):
        erased(session, no, what, by=MEI)
    with pytest.raises(FileMissing):
        erased(session, no, what, document="0" * 64)

    assert entry(session, PLACE, no).who_salt is not None


@pytest.mark.parametrize("what", Erasable)
def test_a_voucher_keeps_who_made_it_and_what_it_says(session, what):
    a_community(session)
    moves = [Move("1002", "4001", 500, memo="欧阳")]
    no = post(session, PLACE, Draft("fees.received", DAY, "v/1", "fee", moves), by=MEI, at=NOON).no

    with pytest.raises(EntryKept):
        erased(session, no, what)

    after = datetime(2057, 1, 1, 4, tzinfo=NOON.tzinfo)
    erase_from_entry(session, PLACE, no, what, "r", SHA, by=HE, at=after)
