"""What a page of its own says of what cannot be: the law and the fields in the reader's language."""

from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from tests.cast import HE, NOON


def test_a_document_is_given_whatever_the_language_of_its_page(at_the_desk, database):
    with database.writing() as session:
        sha256 = keep_file(session, "meiyuan", b"%PDF-1.7 x", "", FileKind.PAPER, by=HE, at=NOON).sha256

    assert at_the_desk(HE).get(f"/desk/meiyuan/files/{sha256}/content?lang=en").data == b"%PDF-1.7 x"
