"""Amounts and days, however a bank writes them."""

from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ledger.intake.lines import amount_fen, instant
from ledger.intake.statement import profile, read_statement
from ledger.money import AmountMalformed
from tests.intake.files import CMB_HEADER


@st.composite
def written_amounts(draw):
    """Fen, and one of the many ways in which banks write them."""
    fen = draw(st.integers(-(10**12), 10**12))
    whole, cents = divmod(abs(fen), 100)
    figures = draw(st.sampled_from([f"{whole}", f"{whole:,}"]))
    figures += draw(
        st.sampled_from([f".{cents:02d}", *([f".{cents // 10}"] * (cents % 10 == 0)), *[""] * (cents == 0)])
    )
    sign = draw(st.sampled_from(["-", "−", "－"])) if fen < 0 else draw(st.sampled_from(["", "+"]))
    yuan = draw(st.sampled_from(["", "¥", "￥"]))
    text = draw(
        st.sampled_from([f"{sign}{yuan}{figures}", f"{yuan}{sign}{figures}", f"{yuan} {sign}{figures}元"])
    )
    if draw(st.booleans()):
        text = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789,."})
    return fen, draw(st.sampled_from(["", " ", "\u3000"])) + text + draw(st.sampled_from(["", " ", "\u00a0"]))


@given(written_amounts())
def test_an_amount_is_the_same_fen_however_it_is_written(amount):
    fen, text = amount
    assert amount_fen(text) == fen


@given(
    st.integers(1, 10**11),
    st.sampled_from(["{} \t", "`{}", '="{}"', " {}"]),
    st.sampled_from(["csv", "xlsx"]),
)
def test_an_amount_in_a_cell_is_the_same_fen_in_text_and_in_a_workbook(fen, around, kind):
    yuan = f"{fen // 100}.{fen % 100:02d}"
    if kind == "csv":
        content = (CMB_HEADER + f"2024-01-01,CNY,{around.format(yuan)},,,,\n").encode()
    else:
        book, buffer = Workbook(), BytesIO()
        book.active.append(CMB_HEADER.strip().split(","))
        book.active.append([date(2024, 1, 1), "CNY", float(yuan)])
        book.save(buffer)
        content = buffer.getvalue()

    (line,) = read_statement(content, profile("cmb")).lines

    assert (line.amount_fen, line.occurred_on, line.occurred_at) == (fen, date(2024, 1, 1), None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1.005",
        "1.000",
        "12,34",
        "1,2345.00",
        ",100",
        "1_000",
        "1e3",
        "NaN",
        "∞",
        "--1",
        "1-",
        "1.",
        ".5",
        "壹元",
    ],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(AmountMalformed):
        amount_fen(text)


@pytest.mark.parametrize("text", ["2024-03-05", "2024/3/5", "2024.03.05", "2024年3月5日", "20240305"])
@pytest.mark.parametrize("clock", ["", " 08:09:10", "T08:09:10", " 080910"])
def test_a_day_is_the_same_day_however_it_is_written(text, clock):
    day, at = instant(text + clock)

    assert day == date(2024, 3, 5)
    assert at == (datetime(2024, 3, 5, 8, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai")) if clock else None)


@pytest.mark.parametrize(
    "text", ["", "2023-13-45", "2023-02-29", "202435", "2024-03-05 25:00:00", "5.3.2024"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):
        instant(text)
