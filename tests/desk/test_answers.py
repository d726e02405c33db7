"""What the desk answers when a file cannot be read, when all is well, and in shares."""

from fractions import Fraction
from io import BytesIO

from ledger.desk.views import Words, cell
from tests.cast import AN, MEI

STATEMENTS = "/desk/meiyuan/do/statements"


def test_a_bank_file_of_another_format_is_refused_with_its_row(at_the_desk):
    mei = at_the_desk(MEI)
    content = "交易日期,收入,支出,余额,摘要\n2026-07-02,310.00,,10310.00,物业费\n".encode()

    for body in (content, b"\x89PNG\r\n\x1a\n"):
        answer = mei.client.post(
            STATEMENTS,
            data=mei.form(STATEMENTS)
            | {"account": "bank", "profile": "icbc", "file": (BytesIO(body), "七月.csv")},
        )

        assert answer.status_code == 422
        assert "要改的地方" in answer.text


def test_books_that_agree_are_told_to_agree(at_the_desk):
    auditor = at_the_desk(AN)

    assert "没有一处对不上" in auditor.get("/desk/meiyuan/fsck").text


def test_a_share_is_told_in_per_cent():
    assert cell("cr1", Fraction(22003467, 27604531), Words("zh")).text == "79.71 %"
    assert cell("cr1", Fraction(1, 1), Words("en")).text == "100.00 %"
