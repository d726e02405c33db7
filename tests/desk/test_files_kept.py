"""A file that was chosen stays with its form: whatever else is wrong, and whenever a row is added."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from sqlmodel import select
from werkzeug.datastructures import FileStorage, MultiDict

from ledger.community.actions import appoint
from ledger.community.queries import homes
from ledger.community.role_rules import Level, Role, Seat
from ledger.desk.forms import Drawing, Sent, drawn, request_of
from ledger.fields import Upload
from ledger.files.actions import hold_upload
from ledger.files.queries import held_upload
from ledger.files.rules import HELD
from ledger.files.tables import HeldUpload, StoredFile
from ledger.operations.operation import Field, Operation
from ledger.operations.registry import OPERATIONS
from ledger.operations.shapes import Shape, fields_of
from ledger.votes.actions import announce
from ledger.votes.rules import Matter, NewMotion
from tests.cast import CHEN, MEI, NOON, OUYANG
from tests.desk.conftest import Visitor
from tests.doors import HOMES
from tests.factories import PAPER
from tests.files.photographs import a_photograph
from tests.strange import address

UPLOADS = [operation for operation in OPERATIONS if operation.takes_files and not operation.everywhere]
PLACE = {"no": "1", "code": "M-1", "home": HOMES[0]}
NOTHING = b"\x00\x01 nothing that is taken in"
TODAY = NOON.date()


def files_in(operation: Operation) -> list[str]:
    """The names of a form's questions for files, of its first row where there are rows."""
    return [
        path
        for name, asking in fields_of(operation.model).items()
        for path in _files(name, asking.shape, operation.fields.get(name))
    ]


def _files(path: str, shape: Shape, field: Field | None = None) -> Iterator[str]:
    if shape.kind in ("evidence", "upload"):
        yield path
    elif shape.kind == "object":
        for part, asking in shape.of.items():
            yield from _files(f"{path}.{part}", asking.shape)
    elif shape.kind == "list":
        yield from _files(f"{path}:0", shape.of)
    elif shape.kind == "map" and shape.of[0].kind == "choice":
        for member in field.members if field and field.members else shape.of[0].of:
            yield from _files(f"{path}:{member.value}", shape.of[1])


def rows_in(operation: Operation) -> list[str]:
    return [
        name
        for name, asking in fields_of(operation.model).items()
        if (asking.shape.kind == "list" and asking.shape.of.kind == "object")
        or (asking.shape.kind == "map" and asking.shape.of[0].kind != "choice")
    ]


WITH_FILES = [operation for operation in OPERATIONS if files_in(operation)]
WITH_ROWS = [operation for operation in WITH_FILES if rows_in(operation)]


@pytest.fixture
def mei(at_the_desk, database) -> Visitor:
    """Mei, who for once holds every role, where there is a ticket and a question to the owners."""
    with database.writing() as session:
        for role in set(Role) - {Role.MANAGER, Role.TENANT, Role.OWNER}:
            level = Level.HOUSING_AUTHORITY if role is Role.SUPERVISOR else None
            appoint(session, "mei", "meiyuan", Seat(role, level=level), date(2026, 1, 1), by=MEI, at=NOON)
        question = NewMotion(
            "M-1", Matter.OTHER, "换门禁？", opens_on=TODAY, closes_on=TODAY + timedelta(days=3)
        )
        announced = NOON - timedelta(days=15)
        announce(session, "meiyuan", question, homes(session, "meiyuan"), by=CHEN, at=announced)
    mei = at_the_desk(MEI)
    mei.fill("/desk/meiyuan/do/tickets", category="leak", title="漏水")
    return mei


def form_of(operation: Operation) -> str:
    return f"/desk/meiyuan/do{address(operation.path, PLACE)}"


def kept_in(page: str) -> dict[str, str]:
    """The files that a page says are still there."""
    kept = re.findall(r'<input type="hidden" name="(kept:[^"]+)" value="([^"]+)"', page)
    return {name: unescape(value) for name, value in kept}


@pytest.mark.parametrize("operation", UPLOADS, ids=lambda operation: operation.path)
def test_an_upload_that_came_with_something_wrong_need_not_be_chosen_again(mei, operation):
    form = form_of(operation)
    name, *_others = files_in(operation)

    first = mei.client.post(form, data=mei.form(form) | {name: (BytesIO(NOTHING), "七月.csv")})
    kept = kept_in(first.text)
    again = mei.client.post(form, data=mei.form(form) | kept)

    assert first.status_code == again.status_code
    assert 400 <= first.status_code < 500
    assert [*kept] == [f"kept:{name}"]
    assert "七月.csv" in first.text
    assert kept_in(again.text) == kept
    assert f'id="{name}-error"' not in again.text


def test_every_question_for_a_file_keeps_what_was_chosen(database, app):
    for operation in WITH_FILES:
        names = files_in(operation)
        files = {name: FileStorage(BytesIO(PAPER), "a.pdf") for name in names}
        sent = Sent(MultiDict(), files, keep=lambda name, upload: "0" * 64, held=lambda digest: None)

        request_of(operation, sent)
        for name in sent.uploads:
            sent.typed[f"kept:{name}"] = "0" * 64 + " a.pdf"

        with database.reading() as session:
            drawing = Drawing(session, "meiyuan", TODAY, "zh", operation.fields, sent.typed, {}, blank=False)
            questions = [*every(drawn(operation, drawing))]
        assert {question.name for question in questions if question.kept} == set(names), operation.path
        assert not any(question.required for question in questions if question.kept), operation.path


def every(fields):
    for field in fields:
        yield field
        yield from every(field.fields)
        for group in field.groups:
            yield from every(group)


@pytest.mark.parametrize("operation", WITH_ROWS, ids=lambda operation: operation.path)
def test_a_row_more_keeps_the_file_that_was_chosen(mei, operation):
    form = form_of(operation)
    names = files_in(operation)
    files = {name: (BytesIO(PAPER), "a.pdf") for name in names}
    [rows] = rows_in(operation)

    page = mei.client.post(form, data=mei.form(form) | files | {f"more:{rows}": "5"})

    assert page.status_code == 200
    assert page.text.count('<fieldset class="row">') == 5
    assert {*kept_in(page.text)} == {f"kept:{name}" for name in names}


def test_a_paper_that_is_not_taken_in_is_told_at_its_field_and_the_others_stay(mei):
    form = "/desk/meiyuan/do/fees/demands"
    [name] = files_in(next(operation for operation in OPERATIONS if operation.path == "/fees/demands"))
    other = name.replace(":0.", ":1.")
    files = {name: (BytesIO(NOTHING), "a.pdf"), other: (BytesIO(PAPER), "b.pdf")}

    page = mei.client.post(form, data=mei.form(form) | files)

    assert page.status_code == 422
    assert re.search(r'id="deliveries-0-\w+-error"', page.text)
    assert {*kept_in(page.text)} == {f"kept:{other}"}


def test_a_held_upload_is_done_with_once_the_form_is_in_order(mei, database):
    form = "/desk/meiyuan/do/tickets/1"
    mei.fill(f"{form}/triage", priority="P2", daily_upkeep="yes")
    mei.fill(f"{form}/assignment", to="mei")
    mei.fill(f"{form}/arrival")
    photo = {"photo": (BytesIO(a_photograph()), "好了.jpg")}
    wrong = mei.client.post(
        f"{form}/completion", data=mei.form(f"{form}/completion") | photo | {"note": "长" * 3_000}
    )
    answer = mei.fill(f"{form}/completion", note="好了", **kept_in(wrong.text))

    assert (wrong.status_code, answer.status_code) == (422, 302)
    with database.reading() as session:
        photos = session.exec(select(StoredFile).where(StoredFile.kind == "photo")).all()
        assert [file.name for file in photos if file.name] == ["好了.jpg"]


def test_nobody_else_gets_what_is_held(database, app):
    upload = Upload("名册.xlsx", b"who lives where")
    with database.writing() as session:
        digest = hold_upload(session, "meiyuan", upload, by=MEI, at=NOON)

    with database.reading() as session:
        assert held_upload(session, "meiyuan", digest, by=MEI, at=NOON + HELD) == upload
        assert held_upload(session, "meiyuan", digest, by=OUYANG, at=NOON) is None
        assert held_upload(session, "meiyuan", digest, by=MEI, at=NOON + HELD + timedelta(minutes=1)) is None


def test_what_was_never_sent_is_deleted(database, app):
    with database.writing() as session:
        hold_upload(session, "meiyuan", Upload("a", b"a"), by=MEI, at=NOON)
        digest = hold_upload(session, "meiyuan", Upload("b", b"b"), by=OUYANG, at=NOON + 2 * HELD)

    with database.reading() as session:
        assert [upload.sha256 for upload in session.exec(select(HeldUpload))] == [digest]


def test_what_is_no_longer_held_is_asked_for_again(mei, database):
    form = "/desk/meiyuan/do/votes/papers"

    page = mei.client.post(form, data=mei.form(form) | {"kept:file": "0" * 64 + " a.pdf"})

    assert page.status_code == 422
    assert kept_in(page.text) == {}
    assert 'id="file-error"' in page.text
