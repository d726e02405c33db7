"""Nobody can be found in anything that the reports give out."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from sqlmodel import select

from ledger.community.tables import Holder, Home
from ledger.log.leaf import opened
from ledger.log.tables import PrivateField
from ledger.reports.journal_export import WRITERS, export
from tests.reports import town
from tests.reports.reading import attached_to, text_of


def words_of(name: str, body: bytes) -> Iterator[str]:
    """What a program reads out of a file, files inside it included."""
    if body.startswith(b"%PDF"):
        yield text_of(body)
        for inner, inside in attached_to(body).items():
            yield from words_of(inner, inside)
    elif body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as whole:
            yield from (whole.read(entry).decode("utf-8", "replace") for entry in whole.namelist())
    else:
        yield body.decode("utf-8")


@pytest.fixture(scope="session")
def given_out(meiyuan, report, unpublished_report, half_year_files, scorecard_files) -> dict[str, bytes]:
    with meiyuan.reading() as session:
        exports = {f"journal.{form}": export(session, "meiyuan", form) for form in WRITERS}
    return {
        **half_year_files,
        **scorecard_files,
        **exports,
        "check.pdf": report,
        "check-unpublished.pdf": unpublished_report,
    }


def test_no_name_phone_home_or_private_word_leaves(meiyuan, given_out):
    with meiyuan.reading() as session:
        names = set(session.exec(select(Holder.name)))
        homes = set(session.exec(select(Home.code)))
    private = re.compile("|".join(map(re.escape, sorted({*names, *homes, *town.PRIVATE}))))

    assert {"欧阳海棠", "业主1"} & names
    assert len(given_out) == 27
    for name, body in given_out.items():
        for text in words_of(name, body):
            assert not private.search(text), f"{name}: {private.search(text)}"


def test_the_private_words_are_in_the_database(meiyuan):
    """Else the test above would prove nothing."""
    with meiyuan.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT title, reporter FROM ticket").all()
        hidden = [opened(field) for field in session.exec(select(PrivateField.disclosure)) if field]

    assert all("王小虎" in title and "13900001234" in reporter for title, reporter in kept)
    assert {"欧阳海棠 13900001234", "欧阳海棠转错账"} <= {
        value for _, value in hidden if isinstance(value, str)
    }


def test_whoever_did_a_step_is_not_named(given_out):
    signed_in = re.compile(r"\b(mei|wen|chen|lin|an|su|he|ouyang)\b")

    for name, body in given_out.items():
        if name.endswith((".csv", ".beancount", ".hledger")):
            for text in words_of(name, body):
                assert not signed_in.search(text), f"{name}: {signed_in.search(text)}"


def test_a_home_is_its_handle_in_the_journal(meiyuan, given_out):
    with meiyuan.reading() as session:
        handles = set(session.exec(select(Home.handle)))

    for form in WRITERS:
        text = "".join(words_of(form, given_out[f"journal.{form}"]))
        assert all(handle in text for handle in handles)
