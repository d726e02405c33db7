"""A file is what its bytes are, whatever it is called."""

from contextlib import nullcontext
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from ledger.files.rules import (
    CSV,
    JPEG,
    LARGEST_FILE,
    LARGEST_PICTURE,
    PDF,
    PNG,
    SERVES,
    WEBP,
    XLSX,
    FileKind,
    FileOfAnotherKind,
    FileRefused,
    FileTooLarge,
    Purpose,
    check_serves,
    judge,
    kind_asked_for,
    media_type,
    plain_name,
)
from tests.files.photographs import a_photograph


def a_workbook():
    out = BytesIO()
    Workbook().save(out)
    return out.getvalue()


def a_zip(*names):
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (a_photograph(), JPEG),
        (a_photograph(encoded="PNG"), PNG),
        (a_photograph(encoded="WEBP"), WEBP),
        (b"%PDF-1.7 a scan", PDF),
        (a_workbook(), XLSX),
        ("日期,金额\n2026-07-01,1.00\n".encode("gb18030"), CSV),
        ("\ufeff日期\t金额\n".encode(), CSV),
    ],
    ids=["jpeg", "png", "webp", "pdf", "xlsx", "csv in GB 18030", "tabs in UTF-8"],
)
def test_a_file_is_known_by_its_content(body, kind):
    assert media_type(body) == kind


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"GIF89a\x01\x00,",
        b"<svg onload='alert(1,2)'>",
        b" %PDF-1.7",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\x00\xff\xd8\xff",
        b"\x00\x00\x00\x18ftypheic,",
        b"MZ\x90\x00,",
        b"PK\x03\x04 no archive",
        a_zip("word/document.xml"),
        a_zip("xl/workbook.xml", "xl/vbaProject.bin"),
        b"no columns",
    ],
    ids=[str(no) for no in range(12)],  # an archive holds the time at which it was made
)
def test_nothing_else_is_taken_in(body):
    assert media_type(body) is None
    with pytest.raises(FileRefused):
        judge(body, FileKind.PAPER)


@pytest.mark.parametrize(
    ("kind", "body", "accepted"),
    [
        (FileKind.PHOTO, b"%PDF-1.7", "JPEG / PNG / WebP"),
        (FileKind.SHEET, b"a,b\n", "JPEG / PNG / WebP / PDF"),
    ],
)
def test_a_kind_says_which_types_it_accepts(kind, body, accepted):
    with pytest.raises(FileRefused) as refused:
        judge(body, kind)

    for language, comma in (("zh", "、"), ("en", ", ")):
        assert accepted.replace(" / ", comma) in refused.value.sentence(language)


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("photo", b"\xff\xd8\xff", FileKind.PHOTO),
        ("photo", b"%PDF-1.7", FileKind.PAPER),
        ("sheet", b"%PDF-1.7", FileKind.SHEET),
        ("contract", b"%PDF-1.7", FileKind.CONTRACT),
        ("invoice", b"%PDF-1.7", FileKind.INVOICE),
        ("price_review", b"%PDF-1.7", FileKind.PAPER),
    ],
)
def test_a_paper_is_kept_as_what_it_was_asked_for(name, body, kind):
    assert kind_asked_for(name, body) is kind


def test_a_picture_may_come_in_larger_than_a_file_is_kept():
    picture, scan = a_photograph(), b"%PDF-1.7"

    assert judge(picture.ljust(LARGEST_PICTURE, b"\0"), FileKind.PHOTO) == JPEG
    assert judge(scan.ljust(LARGEST_FILE), FileKind.PAPER) == PDF
    with pytest.raises(FileTooLarge, match="24 MB"):
        judge(picture.ljust(LARGEST_PICTURE + 1, b"\0"), FileKind.PHOTO)
    with pytest.raises(FileTooLarge, match="8 MB"):
        judge(scan.ljust(LARGEST_FILE + 1), FileKind.PAPER)


@pytest.mark.parametrize(
    ("uploaded", "kept"),
    [
        ("完工.jpg", "完工.jpg"),
        (r"C:\fakepath\after.jpg", "after.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\u202e.pdf", "ab.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_folders_and_without_what_cannot_be_printed(uploaded, kept):
    assert plain_name(uploaded) == kept


@pytest.mark.parametrize(
    ("purpose", "kind", "media_type", "proves"),
    [
        (Purpose.COMPLETION, FileKind.PHOTO, JPEG, True),
        (Purpose.COMPLETION, FileKind.PAPER, JPEG, True),  # a picture that came in as a paper
        (Purpose.COMPLETION, FileKind.PAPER, PDF, False),
        (Purpose.DAMAGE, FileKind.INVOICE, JPEG, False),
        (Purpose.CONTRACT, FileKind.CONTRACT, PDF, True),
        (Purpose.CONTRACT, FileKind.INVOICE, PDF, False),
        (Purpose.INVOICE, FileKind.INVOICE, PDF, True),
        (Purpose.PRICE_REVIEW, FileKind.PAPER, PDF, True),
        (Purpose.PRICE_REVIEW, FileKind.CONTRACT, PDF, False),
        (Purpose.BALLOT_SHEET, FileKind.SHEET, PDF, True),
        (Purpose.RULING, FileKind.SHEET, PDF, False),
    ],
)
def test_b7_a_file_proves_what_one_of_its_kind_can(purpose, kind, media_type, proves):
    refused = nullcontext() if proves else pytest.raises(FileOfAnotherKind)
    with refused:
        check_serves("a" * 64, kind, media_type, SERVES[purpose])
