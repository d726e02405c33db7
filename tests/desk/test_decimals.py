"""What is kept as a whole number and written with decimals: a price in yuan, a share in per cent, a score."""

import pytest

from tests.api.test_fees import a_resolution
from tests.cast import CHEN, OUYANG

TARIFFS = "/desk/meiyuan/fees/tariffs"
FORM = "/desk/meiyuan/do/fees/tariffs"
PRICE = {"since": "2027-01-01", "basis": "per_m2", "pricing": "market", "reference": "M-1"}


def test_a_price_is_typed_and_shown_in_yuan(at_the_desk, database):
    a_resolution(database)

    at_the_desk(CHEN).fill(FORM, **PRICE, rate_e4="1.6543")

    shown = at_the_desk(OUYANG).get(TARIFFS).text
    assert ">1.6543<" in shown
    assert "单价（元）" in shown
    assert "全小区" in shown
    assert ">*<" not in shown


@pytest.mark.parametrize(
    ("typed", "refused"), [("1.65432", "最多 4 位小数"), ("很贵", "最多 4 位小数"), ("-1", "0.00")]
)
def test_what_is_no_such_number_is_refused_beside_its_field(at_the_desk, typed, refused):
    answer = at_the_desk(CHEN).fill(FORM, **PRICE, rate_e4=typed)

    assert answer.status_code == 422
    assert refused in answer.text
    assert f'value="{typed}"' in answer.text
