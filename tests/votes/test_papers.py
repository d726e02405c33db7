"""Papers of a vote: judged by content, kept once."""

from hashlib import sha256

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from ledger.votes.papers.actions import keep_paper
from ledger.votes.papers.queries import check_kept
from ledger.votes.papers.rules import LARGEST_PAPER, NoPaper, PaperRefused, media_type
from ledger.votes.papers.tables import VotePaper
from tests.cast import CHEN, HE, NOON
from tests.votes.asking import PLACE, a_paper, a_place


@pytest.mark.parametrize(
    ("begins", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"%PDF-1.7", "application/pdf"),
    ],
)
def test_a_paper_is_a_jpeg_a_png_or_a_pdf_by_its_content(begins, kind):
    assert media_type(begins + b"rest") == kind


@pytest.mark.parametrize(
    "body", [b"", b"GIF89a", b"<html>", b" %PDF-1.7", b"%PDF-" + b"x" * LARGEST_PAPER], ids=repr
)
def test_anything_else_and_anything_over_8_mb_is_refused(body):
    with pytest.raises(PaperRefused):
        media_type(body)


def test_a_paper_is_kept_once_under_its_digest_and_never_changed(session):
    a_place(session)
    body = b"%PDF-1.7 sheet"

    first = keep_paper(session, PLACE, body, by=HE, at=NOON)

    assert first == keep_paper(session, PLACE, body, by=CHEN, at=NOON) == sha256(body).hexdigest()
    (kept,) = session.exec(select(VotePaper)).all()
    assert (kept.kept_by, kept.media_type) == ("he", "application/pdf")
    with pytest.raises(NoPaper, match="0000"):
        check_kept(session, PLACE, "0" * 64)


def test_the_database_keeps_papers_in_ink(trial):
    a_place(trial)
    a_paper(trial)

    with pytest.raises(DBAPIError, match="in ink"):
        trial.execute(delete(VotePaper))
