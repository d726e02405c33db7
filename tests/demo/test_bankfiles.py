"""The statements that the sample's banks write are read back by their profiles to the fen.

ICBC tells in a second column where the payer stood; that follows the remark after a dot.
"""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.demo.bankfiles import CHANNELS, PaidIn
from ledger.intake.marks import Direction
from ledger.intake.rules import home_named
from ledger.intake.statement import profile, profile_names, read_statement

PAID = [
    PaidIn(datetime(2026, 5, 3, 9, 7), 44_10, "王建国", "3-2-501 物业费", "20260503000000000001"),
    PaidIn(datetime(2026, 5, 3, 9, 7), 44_10, "王建国", "3-2-501 物业费", "20260503000000000002"),
    PaidIn(
        datetime(2026, 5, 9, 18, 30), 1_234_567_89, "李玉梅", "12幢1单元302室物业费", "20260509000000000003"
    ),
    PaidIn(datetime(2026, 5, 28, 20, 0), 1, "房屋管理所", "物业费", "20260528000000000004"),
]


def test_every_channel_is_a_declared_profile_and_fills_one_account():
    assert {channel.profile for channel in CHANNELS} <= set(profile_names())
    assert {channel.into for channel in CHANNELS} == {"bank", "wallet"}


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.profile)
def test_a_month_of_payments_is_read_back_line_by_line(channel):
    statement = read_statement(channel.write(PAID), profile(channel.profile))

    rows = sorted(
        (line.occurred_on, line.amount_fen, line.counterparty, line.remark.split(" · ")[0])
        for line in statement.lines
    )
    assert rows == sorted((paid.at.date(), paid.amount_fen, paid.payer, paid.remark) for paid in PAID)
    assert {line.direction for line in statement.lines} == {Direction.IN}
    assert {warning.code for warning in statement.warnings} <= {"balance-unreadable"}  # ICBC masks it
    assert [home_named(line.remark, {"3-2-501", "12-1-302"}).home for line in statement.lines].count(
        None
    ) == 1


payments = st.lists(
    st.builds(
        PaidIn,
        st.datetimes(datetime(2023, 7, 1), datetime(2026, 6, 30)),
        st.integers(1, 10**10),
        st.sampled_from(["王建国", "欧阳思远", "房屋管理所"]),
        st.sampled_from(["3-2-501 物业费", "3幢2单元501室物业费", "交物业费 3#2-501", "物业费"]),
        st.integers(1, 10**12).map(lambda n: f"{n:020d}"),
    ),
    min_size=1,
    max_size=20,
)


@given(payments, st.sampled_from(CHANNELS))
def test_whatever_came_in_is_read_back_to_the_fen(paid, channel):
    lines = read_statement(channel.write(paid), profile(channel.profile)).lines

    assert sorted(line.amount_fen for line in lines) == sorted(payment.amount_fen for payment in paid)
    assert len({(line.fingerprint, line.occurrence) for line in lines}) == len(paid)
