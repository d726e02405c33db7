"""A file is kept once, says what it proves, and can be erased but not changed."""

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from ledger.files.actions import erase_file, keep_file, use_file
from ledger.files.queries import as_it_came, body_of, check_file, files_of, is_stored, stored
from ledger.files.rules import (
    JPEG,
    LARGEST_FILE,
    FileErased,
    FileKind,
    FileMissing,
    FileRefused,
    FileTooLarge,
    PictureUnreadable,
    Purpose,
    ShownTo,
)
from ledger.files.tables import FileUse, StoredFile
from ledger.fund.uses.step_and_emergency_rules import Action, Paper, purpose_of
from ledger.log.tables import Leaf
from tests.cast import CHEN, HE, NOON, WEN
from tests.factories import SHA, SHOT, a_community
from tests.files.photographs import a_photograph

PLACE = "meiyuan"
SCAN = b"%PDF-1.7 a scan"
LATER = NOON + timedelta(minutes=1)


def kept(session, body=SCAN, kind=FileKind.PAPER, name="scan.pdf", **how):
    return keep_file(session, PLACE, body, name, kind, **{"by": HE, "at": NOON, **how})


def test_a_paper_is_kept_as_it_came_under_the_digest_of_its_bytes(session):
    a_community(session)

    file = kept(session, name="C:\\委托书.pdf")

    assert file.sha256 == sha256(SCAN).hexdigest()
    assert (file.name, file.size, file.by_login) == ("委托书.pdf", len(SCAN), "he")
    assert (file.shown_to, file.original_sha256) == (ShownTo.COMMITTEE, None)
    assert body_of(session, PLACE, file.sha256) == SCAN


def test_a_picture_is_kept_as_it_is_shown_with_what_its_file_said(session):
    a_community(session)
    place = ("N", (31, 13, 48), "E", (121, 28, 12))
    body = a_photograph(captured="2026:07:14 09:30:00", place=place)

    file = kept(session, body, FileKind.PHOTO, "after.jpg")

    shown = body_of(session, PLACE, file.sha256)
    assert (file.sha256, file.size) == (sha256(shown).hexdigest(), len(shown))
    assert (file.original_sha256, file.media_type) == (sha256(body).hexdigest(), JPEG)
    assert (file.captured_on, file.latitude_e6, file.longitude_e6) == (
        date(2026, 7, 14),
        31_230_000,
        121_470_000,
    )
    assert file.shown_to is ShownTo.RESIDENT
    assert as_it_came(session, PLACE, file.original_sha256) is file


def test_the_same_file_is_kept_once_as_what_it_first_came_in_as(session):
    a_community(session)
    body = a_photograph()

    first = kept(session, body, FileKind.PHOTO, "after.jpg")
    as_shown = body_of(session, PLACE, first.sha256)
    again = [
        kept(session, content, FileKind.PAPER, "again", by=CHEN, at=LATER) for content in (body, as_shown)
    ]

    assert [file.sha256 for file in again] == [first.sha256] * 2
    assert (first.kind, first.name, first.by_login) == (FileKind.PHOTO, "after.jpg", "he")
    assert (
        len(session.exec(select(StoredFile.sha256).where(col(StoredFile.sha256).not_in([SHA, SHOT]))).all())
        == 1
    )


def test_two_pictures_that_show_the_same_are_one(session):
    a_community(session)

    held = [
        kept(session, a_photograph(captured=f"2026:07:{day} 09:30:00"), FileKind.PHOTO) for day in (14, 15)
    ]

    assert held[0] is held[1]


def test_what_is_said_of_who_may_see_it_goes_before_its_kind(session):
    a_community(session)

    assert kept(session, shown_to=ShownTo.STAFF).shown_to is ShownTo.STAFF


@pytest.mark.parametrize(
    ("body", "kind", "refusal"),
    [
        (SCAN, FileKind.PHOTO, FileRefused),
        (SCAN.ljust(LARGEST_FILE + 1), FileKind.PAPER, FileTooLarge),
        (b"\xff\xd8\xff" + b"x" * 21, FileKind.PHOTO, PictureUnreadable),
    ],
    ids=["paper as photo", "large", "24 bytes"],
)
def test_what_is_refused_is_not_kept(session, body, kind, refusal):
    a_community(session)

    with pytest.raises(refusal):
        kept(session, body, kind)
    assert set(session.exec(select(StoredFile.sha256))) == {SHA, SHOT}


def test_a_file_is_one_community_s_and_of_a_kind(session):
    a_community(session)
    a_community(session, "elsewhere")
    digest = kept(session).sha256

    check_file(session, PLACE, digest, {FileKind.PAPER})
    for community, sha, kinds in (
        ("elsewhere", digest, {FileKind.PAPER}),
        (PLACE, digest, {FileKind.PHOTO}),
        (PLACE, "0" * 64, frozenset(FileKind)),
    ):
        with pytest.raises(FileMissing, match=sha):
            check_file(session, community, sha, kinds)
    for read in (stored, body_of):
        with pytest.raises(FileMissing):
            read(session, "elsewhere", digest)


def test_a_file_says_what_it_proves_and_a_subject_what_proves_it(session):
    a_community(session)
    scan, photo = kept(session), kept(session, a_photograph(), FileKind.PHOTO)

    use_file(session, PLACE, scan.sha256, "motion/M-1", Purpose.PROXY, by=HE, at=NOON)
    use_file(session, PLACE, scan.sha256, "motion/M-1", Purpose.PROXY, by=CHEN, at=LATER)
    use_file(session, PLACE, photo.sha256, "motion/M-1", Purpose.POSTING, by=WEN, at=LATER)
    use_file(session, PLACE, photo.sha256, "ticket/1", Purpose.COMPLETION, by=WEN, at=LATER)

    assert [
        (use.purpose, use.by_login, file.sha256) for use, file in files_of(session, PLACE, "motion/M-1")
    ] == [(Purpose.PROXY, "he", scan.sha256), (Purpose.POSTING, "wen", photo.sha256)]
    with pytest.raises(FileMissing):
        use_file(session, PLACE, "0" * 64, "ticket/1", Purpose.DAMAGE, by=WEN, at=LATER)


def test_an_erased_file_leaves_its_digest_its_uses_and_a_line_in_the_log(database):
    with database.writing() as session:
        a_community(session)
        body = a_photograph(captured="2026:07:14 09:30:00")
        digest = kept(session, body, FileKind.PHOTO, "欧阳家.jpg").sha256
        use_file(session, PLACE, digest, "ticket/1", Purpose.DAMAGE, by=HE, at=NOON)

    with database.writing() as session:
        erase_file(session, PLACE, digest, "欧阳要求删除", SHA, by=CHEN, at=LATER)

    with database.writing() as session:
        file = stored(session, PLACE, digest)
        assert (file.name, file.captured_on, file.erased_at) == ("", None, LATER)
        with pytest.raises(FileErased):
            body_of(session, PLACE, digest)
        (proof,) = files_of(session, PLACE, "ticket/1")
        assert proof.file.erased_at == LATER
        sealed = session.exec(select(Leaf.body).order_by(Leaf.leaf_index.desc())).first()
        assert json.loads(sealed)["facts"] == {"file": digest, "kind": "photo"}
        assert json.loads(sealed)["att"] == [SHA]
        assert "欧阳" not in sealed.decode()
        [asked] = files_of(session, PLACE, f"file/{digest}")
        assert (asked.use.purpose, asked.file.sha256) == (Purpose.ERASURE, SHA)


def test_what_was_erased_is_no_proof_and_does_not_come_back(session):
    a_community(session)
    body = a_photograph()
    digest = kept(session, body, FileKind.PHOTO).sha256
    as_shown = body_of(session, PLACE, digest)
    erase_file(session, PLACE, digest, "", SHA, by=CHEN, at=NOON)

    assert not is_stored(session, PLACE, digest)
    for again in (body, as_shown):
        with pytest.raises(FileErased):
            kept(session, again, FileKind.PHOTO)
    with pytest.raises(FileErased):
        erase_file(session, PLACE, digest, "", SHA, by=CHEN, at=LATER)
    with pytest.raises(FileMissing):
        erase_file(session, PLACE, "0" * 64, "", SHA, by=CHEN, at=LATER)


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b"another"},
        {"media_type": "text/html"},
        {"shown_to": ShownTo.PUBLIC},
        {"body": None, "erased_at": NOON, "by_login": "nobody"},
        {"body": None, "erased_at": NOON, "captured_on": date(2026, 7, 1)},
        {"body": None, "erased_at": NOON, "name": "欧阳.pdf"},
    ],
    ids=str,
)
def test_the_database_lets_a_file_be_erased_and_nothing_else(trial, changed):
    a_community(trial)
    kept(trial)

    with pytest.raises(DBAPIError, match="can only be erased"):
        trial.execute(update(StoredFile).values(**changed))


@pytest.mark.parametrize(
    "statement", [delete(FileUse), update(FileUse).values(by_login="x"), delete(StoredFile)]
)
def test_the_database_keeps_files_and_what_they_prove(trial, statement):
    a_community(trial)
    use_file(trial, PLACE, kept(trial).sha256, "motion/M-1", Purpose.PROXY, by=HE, at=NOON)

    with pytest.raises(DBAPIError, match="in ink"):
        trial.execute(statement)


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("action", Action)
def test_every_paper_of_every_step_proves_something(action, paper):
    assert (purpose_of(action, paper) is Purpose.DAMAGE) <= (paper is Paper.PHOTO)
