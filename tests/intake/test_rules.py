"""Which home a remark names: every spelling that names one, and never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.intake.rules import WHY, Known, Receipt, home_named, matches, payer_key

HOMES = {"3-2-501", "3-2-502", "13-2-501", "3-2-50", "12-1-101A", "B1-1-101"}


@pytest.mark.parametrize(
    "remark",
    [
        "3-2-501",
        "3-2-501 物业费",
        "物业费3-2-501室",
        "交 3 - 2 - 501 物业费",
        "3－2－501",
        "３－２－５０１",
        "3—2—501",
        "3–2–501",
        "3−2−501",
        "3#2-501",
        "3#2#501",
        "３＃２－５０１",
        "3幢2单元501",
        "3幢2单元501室",
        "3栋2单元501室物业费",
        "3号楼2单元501",
        "3号楼 2门 501",
        "3 幢 2 单元 501 室",
        "３幢２单元５０１室",
        "2026-07-15 3-2-501",
        "3-2-501，3幢2单元501室",
        "13812345678 3-2-501",
    ],
)
def test_every_spelling_of_a_home_names_it(remark):
    assert home_named(remark, HOMES).home == "3-2-501"


@pytest.mark.parametrize(
    ("remark", "home"),
    [
        ("13-2-501", "13-2-501"),
        ("3-2-50", "3-2-50"),
        ("12-1-101a", "12-1-101A"),
        ("b1幢1单元101", "B1-1-101"),
    ],
)
def test_a_home_is_not_taken_for_one_whose_code_it_contains(remark, home):
    assert home_named(remark, HOMES).home == home


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "物业费",
        "501",
        "3幢501",
        "3-501",
        "2单元501室",
        "三幢二单元五零一",
        "3.2.501",
        "3/2/501",
        "2026-07-15",
        "3-2-501-1",
        "1-3-2-501",
        "3-2-5011",
        "A3-2-501",
        "138-1234-5678",
    ],
)
def test_what_names_no_home_matches_none(remark):
    assert home_named(remark, HOMES).home is None


def test_two_homes_in_one_remark_wait_for_a_person():
    match = home_named("3-2-501和3幢2单元502室 物业费", HOMES)

    assert match.home is None
    assert match.why == WHY["several"].format(homes="3-2-501、3-2-502")


def test_a_home_that_is_not_in_the_register_is_said():
    assert home_named("9-9-999", HOMES) == (None, WHY["unknown"].format(homes="9-9-999"))


def test_a_known_home_beside_an_unknown_one_is_the_one_meant():
    assert home_named("9-9-999 3-2-501", HOMES).home == "3-2-501"


@pytest.mark.parametrize(
    ("remark", "home", "why"),
    [
        ("东区3-1-101物业费", "东区3-1-101", "remark"),
        ("东区 3-1-101 物业费", "东区3-1-101", "remark"),
        ("物业费 东区3幢1单元101室", "东区3-1-101", "remark"),
        ("3-1-101物业费", "3-1-101", "remark"),
        ("梅园小区3-1-101物业费", "3-1-101", "remark"),
        ("西区3-1-101物业费", None, "part"),
        ("二期 3-2-402", None, "part"),
        ("3-2-402 第二期", None, "part"),
        ("3-1-201/202", None, "several"),
        ("3-1-201、202 物业费", None, "several"),
        ("3-1-201和202", None, "several"),
        ("3-1-201~203物业费", None, "several"),
        ("3-1-201/202/203", None, "several"),
        ("3幢1单元201、202室", None, "several"),
        ("3-1-201和东区3-1-101", None, "several"),
        ("3-1-201 202 物业费", None, "several"),
        ("3-1-201 310 物业费", "3-1-201", "remark"),
        ("3-1-501 装修押金", None, "purpose"),
        ("3-2-101 维修资金补交", None, "purpose"),
        ("3-1-201 停车费", None, "purpose"),
        ("物业费和水费 3-1-201", None, "purpose"),
        ("3-1-201，310.00元", "3-1-201", "remark"),
        ("3-1-201/2026年物业费", "3-1-201", "remark"),
        ("3-1-201，2026年7月", "3-1-201", "remark"),
    ],
)
def test_a5_a_remark_that_says_more_than_one_plain_home_is_never_credited_to_it(remark, home, why):
    homes = {"3-1-101", "东区3-1-101", "3-1-201", "3-1-202", "3-1-501", "3-2-101", "3-2-402"}

    match = home_named(remark, homes)

    assert match.home == home
    assert match.why.partition("{")[0][:4] == WHY[why][:4]


@pytest.mark.parametrize(
    ("why", "remarks"),
    [
        (
            "purpose",
            ["公维金", "公维", "首期维修款", "本体维修", "首筹", "续筹", "天然气", "热力费", "房款", "网费"],
        ),
        ("purpose", ["有线", "保险", "门卡", "钥匙", "月卡", "汽车月租", "加装电梯", "维修费", "商铺", "退"]),
        (
            "purpose",
            ["非物业费", "不是物业费", "卫生费", "滞纳金", "物业费滞纳金", "会所费和物业费", "物业费 退"],
        ),
        ("purpose", ["parking fee", "电梯管理费", "违约金", "物管押金", "泊车", "公摊电", "电信"]),
        ("more", ["两套", "等3户", "等物业费", "物业费 另一套", "物业费 3套", "和隔壁物业费", "/2 物业费"]),
        (
            "several",
            ["|102 物业费", "·102 物业费", "\\102 物业费", "。102 物业费", "、2-2-202 物业费", "+9-9-901"],
        ),
        ("several", [".102", "|3-1-102", "室及9幢9单元901室 物业费"]),
        ("part", ["(东区) 物业费", "东 物业费", "物业费 南苑", "（甲）"]),
        ("several", [" (102)", "(102) 物业费", "室 102室物业费", "物业费 代缴102", "单102室"]),
        ("unknown", ["-102", "－102 物业费", "-1-3-1-102"]),
        ("unplain", ["物业门口摊位", "彩票", "五金", "鲜花", "STOPPED", "钱"]),
    ],
)
def test_a5_only_what_is_plainly_the_fee_of_plainly_one_home_is_credited(why, remarks):
    for words in remarks:
        match = home_named(
            f"3-1-101{words}" if words[0] in "|·\\。、+./(（东室等单-－" else f"3-1-101 {words}",
            {"3-1-101", "3-1-102"},
        )

        assert (words, match.home, match.why[:4]) == (words, None, WHY[why][:4])


@pytest.mark.parametrize(
    "remark",
    [
        "东苑3-1-101",
        "南苑 3-1-101 物业费",
        "甲3-1-101",
        "西院3-1-101物业费",
        "二村3-1-101",
        "北 区 3-1-101",
        "（东）3-1-101 物业费",
        "东区-3-1-101 物业费",
        "东区·3-1-101物业费",
        "東區3-1-101物业费",
        "阳光区3-1-101物业费",
        "3-1-101-东区物业费",
    ],
)
def test_a5_a_home_in_a_part_that_the_register_does_not_know_waits(remark):
    assert home_named(remark, {"3-1-101"}).why[:4] == WHY["part"][:4]


@pytest.mark.parametrize(
    "remark",
    [
        *[
            "3-1-101物业费",
            "交 3-1-101 物业管理费",
            "3-1-101 2026年上半年物业费",
            "3-1-101管理费",
            "补交3-1-101物管费",
        ],
        *[
            "3-1-101",
            "3-1-101 第三季度",
            "3-1-101 7月 310.00元",
            "转账汇款 · 3-1-101",
            "手机银行转账 3-1-101室 谢谢",
        ],
        *[
            "3-1-101 2025-2026",
            "3-1-101 2026-7-15",
            "3-1-101 138-1234-5678",
            "3-1-101 王测九",
            "王测九代交3-1-101物业费",
        ],
        *[
            "梅园小区3-1-101 缴费",
            "中国某某银行和平路支行 3-1-101",
            "3-1-101/7-9月物业费",
            "3-1-101 property fee",
            "3-1-101 物业",
            "移动支付 3-1-101 续费",
            "资金划转 · 3-1-101 物业管理",
            "3-1-101 M2026110599",
            "物业费-3-1-101",
            "3-1-101-物业费",
            "3-1-101 物业费 2026/2/02",
            "3-1-101 12:02 物业费",
            "3-1-101 ¥102 物业费",
            "3-1-101 102元 物业费",
        ],
    ],
)
def test_a5_the_fee_of_one_home_is_plain_with_days_amounts_ways_of_paying_and_the_payers_name(remark):
    assert home_named(remark, {"3-1-101", "3-1-102", "3-1-02"}, "王测九 · 6222").home == "3-1-101"


def test_a5_a_sign_that_nobody_sees_parts_no_number():
    homes = {"3-1-10", "3-1-101", "3-1-102"}

    assert home_named("物业费 3-1-10\u200b1", homes).home == "3-1-101"
    assert home_named("物业费 3-1-101\u200b、3-1-\u200b102", homes).home is None
    assert home_named("3-1-101 押\u200b金", homes).home is None


def test_a5_a_payer_who_says_what_it_is_for_is_believed_before_his_amount():
    owed, seen = {"3-2-501": 5_00}, {"wang": ["3-2-501"]}

    assert home_of(Receipt("停车费", "wang", 5_00), owed=owed, seen=seen) is None


def test_two_codes_that_differ_only_by_large_and_small_letters_are_not_told_apart():
    assert home_named("1-1-101a", {"1-1-101a", "1-1-101A"}).home is None


codes = st.tuples(st.integers(1, 99), st.integers(1, 9), st.integers(101, 3399)).map(
    lambda t: "-".join(map(str, t))
)


@given(st.sets(codes, min_size=1, max_size=8), st.sets(codes, max_size=3), st.sampled_from("、 ，\n和"))
def test_a_match_is_always_a_home_that_the_remark_spells_out(homes, named, between):
    match = home_named(between.join(sorted(named)), homes)

    meant = named & homes if not between.strip() or len(named) == 1 else named
    assert match.home == meant.pop() if len(meant) == 1 else match.home is None


# Amounts and payers


def known(owed=None, seen=None):
    return Known(HOMES, owed or {}, {payer: set(homes) for payer, homes in (seen or {}).items()})


def home_of(receipt, *args, **kwargs):
    return matches([receipt], known(*args, **kwargs))[0].home


def test_an_amount_that_one_home_owes_is_matched_when_its_payer_has_paid_for_it_before():
    owed, seen = {"3-2-501": 5_00, "3-2-502": 6_00}, {"wang": ["3-2-501", "3-2-502"]}

    match = matches([Receipt("物业费", "wang", 5_00)], known(owed, seen))[0]

    assert match == ("3-2-501", WHY["amount"].format(homes="3-2-501"))


def test_an_amount_alone_is_no_match():
    assert home_of(Receipt("物业费", "stranger", 5_00), owed={"3-2-501": 5_00}) is None
    assert home_of(Receipt("物业费", "", 5_00), owed={"3-2-501": 5_00}, seen={"wang": ["3-2-501"]}) is None


def test_a_payer_alone_is_no_match():
    assert (
        home_of(Receipt("物业费", "wang", 4_99), owed={"3-2-501": 5_00}, seen={"wang": ["3-2-501"]}) is None
    )
    assert home_of(Receipt("物业费", "wang", 5_00), seen={"wang": ["3-2-501"]}) is None


def test_a_payer_of_one_home_is_matched_though_others_owe_the_same():
    owed = {"3-2-501": 5_00, "3-2-502": 5_00}

    assert home_of(Receipt("", "wang", 5_00), owed=owed, seen={"wang": ["3-2-501"]}) == "3-2-501"


def test_a_payer_of_several_homes_that_owe_the_same_waits_for_a_person():
    owed, seen = {"3-2-501": 5_00, "3-2-502": 5_00}, {"wang": ["3-2-501", "3-2-502"]}

    match = matches([Receipt("", "wang", 5_00)], known(owed, seen))[0]

    assert match == (None, WHY["payers"].format(homes="3-2-501、3-2-502"))


def test_what_the_remark_says_comes_before_what_the_payer_did():
    owed, seen = {"3-2-501": 5_00, "3-2-502": 5_00}, {"wang": ["3-2-501"]}

    assert home_of(Receipt("3-2-502", "wang", 5_00), owed=owed, seen=seen) == "3-2-502"
    assert home_of(Receipt("9-9-999", "wang", 5_00), owed=owed, seen=seen) is None


def test_two_lines_for_one_bill_both_wait_and_a_remark_does_not():
    owed, seen = {"3-2-501": 5_00}, {"wang": ["3-2-501"]}
    line = Receipt("", "wang", 5_00)

    assert [m.home for m in matches([line, line], known(owed, seen))] == [None, None]
    both = matches([line, Receipt("3-2-501", "", 1_00)], known(owed, seen))
    assert [m.home for m in both] == [None, "3-2-501"]


RECEIPTS = st.builds(
    Receipt,
    st.sampled_from(["", "物业费", "3-2-501", "3-2-502", "3-2-501 3-2-502", "9-9-999"]),
    st.sampled_from(["", "wang", "li", "zhang"]),
    st.sampled_from([5_00, 6_00, 7_00]),
)
OWED = st.dictionaries(st.sampled_from(sorted(HOMES)), st.sampled_from([5_00, 6_00, 7_00]))
SEEN = st.dictionaries(st.sampled_from(["wang", "li", "zhang"]), st.sets(st.sampled_from(sorted(HOMES))))


@given(
    st.lists(RECEIPTS, max_size=8).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))),
    OWED,
    SEEN,
)
def test_the_same_lines_in_any_order_give_the_same_matches(orders, owed, seen):
    one, other = orders
    books = Known(HOMES, owed, seen)

    assert sorted(zip(one, matches(one, books), strict=True), key=str) == sorted(
        zip(other, matches(other, books), strict=True), key=str
    )


@given(st.lists(RECEIPTS, max_size=8), OWED, SEEN)
def test_a_match_always_rests_on_the_remark_or_on_amount_and_payer_together(receipts, owed, seen):
    for receipt, match in zip(receipts, matches(receipts, Known(HOMES, owed, seen)), strict=True):
        assert match.home is None or match.home in HOMES
        if match.home and match.home not in receipt.remark:
            assert owed[match.home] == receipt.amount_fen
            assert match.home in seen[receipt.payer]


@pytest.mark.parametrize(
    "nobody", ["", "王", "*伟", "王* · 6222****0000", "财付通支付科技有限公司", "支付宝（中国）", "6222 1234"]
)
def test_a_name_behind_which_anybody_may_stand_is_no_payer(nobody):
    assert payer_key("salt", nobody) == ""


def test_a_payers_key_is_salted_and_the_same_however_it_is_spaced():
    assert payer_key("a", "王 伟 · 6222****0000") == payer_key("a", "王伟·6222****0000")
    assert payer_key("a", "王伟") != payer_key("b", "王伟")
    assert payer_key("a", "王伟 · 6222****0000") != payer_key("a", "王伟 · 6222****0001")
