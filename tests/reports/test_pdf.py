import gc
import os
import subprocess
import sys

import pytest

from ledger.noticeboard.rules import NewAttachment
from ledger.reports.pdf import NotPrintable, render_pdf
from tests.reports.reading import attached_to, fonts_in, tags_of, text_of

HTML = '<html lang="zh-CN"><title>账目</title><style>{style}</style><body style="font-family:serif">{body}</body></html>'


def a_page(body: str = "维修资金 ✓ <b>龘</b>", style: str = "") -> str:
    return HTML.format(body=body, style=style)


def test_the_same_page_gives_the_same_bytes(fonts):
    files = [NewAttachment("figures.json", "application/json", b'{"v":1}')]

    first, second = (render_pdf(a_page(), fonts=fonts, identifier="x", attachments=files) for _ in range(2))

    assert first == second
    assert b"(D:2000" in first


def test_another_process_gives_the_same_bytes(fonts):
    program = (
        "import sys; from pathlib import Path; from ledger.reports.pdf import render_pdf; "
        "sys.stdout.buffer.write(render_pdf(sys.argv[2], fonts=Path(sys.argv[1]), identifier='x'))"
    )

    printed = [
        subprocess.run(
            [sys.executable, "-c", program, str(fonts), a_page()],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip

    assert printed[0] == printed[1] == render_pdf(a_page(), fonts=fonts, identifier="x")


def test_whatever_font_is_asked_for_ours_is_embedded(fonts):
    body = "".join(
        f'<p style="font-family:{name}">字</p>' for name in ("Arial", "monospace", "'Noto Serif CJK SC'")
    )

    assert fonts_in(render_pdf(a_page(body), fonts=fonts, identifier="x")) == {"Noto-Sans-SC"}


def test_it_is_an_archivable_pdf_with_its_files_inside(fonts):
    pdf = render_pdf(
        a_page(), fonts=fonts, identifier="x", attachments=[NewAttachment("a.csv", "text/csv", b"1,2\r\n")]
    )

    assert pdf.startswith(b"%PDF-1.7")
    assert attached_to(pdf) == {"a.csv": b"1,2\r\n"}
    assert "维修资金✓龘" in text_of(pdf)


def test_a_screen_reader_is_told_what_is_a_heading_and_what_a_table(fonts):
    body = "<h1>账目</h1><p>一</p><table><tr><th scope=col>项目</th></tr><tr><td>二</td></tr></table>"

    assert tags_of(render_pdf(a_page(body), fonts=fonts, identifier="x")) >= {"H1", "P", "Table", "TH", "TD"}


@pytest.mark.parametrize(
    "page",
    [
        a_page('<img src="file:///etc/hostname">'),
        a_page('<img src="https://example.org/x.png">'),
        a_page(style="@import 'http://127.0.0.1:9/x.css';"),
        a_page('<link rel="attachment" href="file:///etc/hostname">'),
        a_page('<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22%3E%3Cimage href=%22file:///etc/hostname%22 width=%229%22 height=%229%22/%3E%3C/svg%3E">'),
    ],
)  # fmt: skip
def test_a_page_that_reaches_out_or_misses_a_picture_is_not_printed(page, fonts):
    with pytest.raises(NotPrintable):
        render_pdf(page, fonts=fonts, identifier="x")


def test_printing_leaves_the_process_as_it_was(fonts, monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", "/somewhere")

    render_pdf(a_page(), fonts=fonts, identifier="x")

    assert os.environ["FONTCONFIG_FILE"] == "/somewhere"
    assert gc.isenabled()
