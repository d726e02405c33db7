"""What a page of its own says of what cannot be: the law and the fields in the reader's language."""

import pytest

from ledger.files.actions import erase_file, keep_file
from ledger.files.rules import FileKind
from tests.cast import HE, MEI, NOON
from tests.factories import SHA


@pytest.mark.parametrize(
    ("language", "cited"),
    [("zh", "<dd>《个人信息保护法》第47条</dd>"), ("en", "<dd>《个人信息保护法》 Art. 47</dd>")],
)
def test_a_refusal_cites_the_law_in_the_language_of_its_page(at_the_desk, database, language, cited):
    with database.writing() as session:
        sha256 = keep_file(session, "meiyuan", b"%PDF-1.7 x", "", FileKind.PAPER, by=HE, at=NOON).sha256
        erase_file(session, "meiyuan", sha256, "申请", SHA, by=HE, at=NOON)

    page = at_the_desk(HE).get(f"/desk/meiyuan/files/{sha256}/content?lang={language}")

    assert page.status_code == 409
    assert cited in page.text


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tickets?page=0&lang=zh", "页：不能小于 1"),
        ("tickets?page=0&lang=en", "Page: "),
    ],
)
def test_what_is_wrong_with_an_address_goes_by_its_label(at_the_desk, address, sentence):
    page = at_the_desk(MEI).get(f"/desk/meiyuan/{address}")

    assert page.status_code == 422
    assert sentence in page.text


def test_a_document_is_given_whatever_the_language_of_its_page(at_the_desk, database):
    with database.writing() as session:
        sha256 = keep_file(session, "meiyuan", b"%PDF-1.7 x", "", FileKind.PAPER, by=HE, at=NOON).sha256

    assert at_the_desk(HE).get(f"/desk/meiyuan/files/{sha256}/content?lang=en").data == b"%PDF-1.7 x"
