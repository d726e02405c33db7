"""An office's Excel and the fund's statements, by command."""

from openpyxl import load_workbook

from ledger.intake.workbooks.layout import BY_NAME, SHEETS

TITLES = {sheet.title for sheet in SHEETS}


def test_an_empty_workbook_is_written_once_and_never_over_another(desk, tmp_path):
    file = tmp_path / "office.xlsx"

    desk("import", "workbook", "meiyuan", file, "--template")

    assert set(load_workbook(file).sheetnames) >= TITLES
    before = file.read_bytes()
    desk("import", "workbook", "meiyuan", file, "--template", expect=1)
    assert file.read_bytes() == before


def test_an_empty_workbook_is_refused_and_nothing_is_written(desk, tmp_path):
    file, entries = tmp_path / "office.xlsx", desk.rows("entry")
    desk("import", "workbook", "meiyuan", file, "--template")

    desk.refused("import", "workbook", "meiyuan", file)

    assert desk.rows("entry") == entries


def test_what_the_office_keeps_comes_out_as_a_workbook(desk, tmp_path):
    file = tmp_path / "out.xlsx"

    desk("export", "workbook", "meiyuan", "-o", file, "--as", "mei")

    book = load_workbook(file)
    assert set(book.sheetnames) >= TITLES
    assert book[BY_NAME["charges"].title].max_row > 1


def test_the_statements_of_the_fund_come_as_a_pdf_and_as_a_sheet(desk, tmp_path):
    pdf, sheet = tmp_path / "s.pdf", tmp_path / "s.xlsx"

    desk("report", "statements", "meiyuan", "2026-06", "-o", pdf)
    desk("report", "statements", "meiyuan", "2026-06", "-o", sheet)

    assert pdf.read_bytes().startswith(b"%PDF-")
    assert load_workbook(sheet).sheetnames == ["会住维01表", "会住维02表"]  # the third is of a year
    desk("report", "statements", "meiyuan", "2026-06", "-o", tmp_path / "s.doc", expect=2)
