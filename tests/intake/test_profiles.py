"""The declared profiles."""

import pytest

from ledger.intake.lines import Meaning
from ledger.intake.marks import Direction
from ledger.intake.statement import TOTALS, UnknownProfile, profile, profile_names


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_says_all_that_reading_needs(name):
    declared = profile(name)

    assert declared.title_zh
    assert declared.title_en
    assert declared.header
    assert declared.columns[Meaning.OCCURRED]
    named = [*declared.header, *(name for names in declared.columns.values() for name in names)]
    assert min(map(len, named)) > 1, "a name stands where a list of names is asked"
    assert (Meaning.AMOUNT in declared.columns) != (Meaning.INCOME in declared.columns)
    assert (Meaning.INCOME in declared.columns) == (Meaning.EXPENSE in declared.columns)
    assert (Meaning.DIRECTION in declared.columns) == ("in" in declared.words)
    assert (Meaning.CURRENCY in declared.columns) == ("currency" in declared.words)
    assert declared.words.keys() <= {*Direction, "currency", "done"}
    assert {claim.of for claim in declared.claims} <= TOTALS.keys()


def test_the_declared_profiles_are_these():
    assert profile_names() == ("alipay", "alipay_merchant", "boc", "cmb", "icbc", "wechat", "wechat_merchant")


@pytest.mark.parametrize("name", ["ccb", "", "../profiles/cmb", "cmb.toml"])
def test_a_profile_that_is_not_declared_is_unknown(name):
    with pytest.raises(
        UnknownProfile, match="支付宝电子客户回单（个人）、支付宝业务明细（商户）、中国银行借记卡明细"
    ):
        profile(name)
