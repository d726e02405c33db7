"""An unknown bank's file: a mapping is proposed, tried on the file, saved under a name, and used by that name."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from ledger.intake.import_actions import import_payments
from ledger.intake.lines import Meaning
from ledger.intake.mappings.actions import save_mapping
from ledger.intake.mappings.queries import profile_of, profiles_of
from ledger.intake.mappings.rules import MappingWrong, NothingLikeAStatement, ProfileNameTaken, proposed
from ledger.intake.statement import StatementUnreadable, UnknownProfile
from ledger.journal.queries import held
from tests.cast import MEI, NOON
from tests.community import databases
from tests.factories import a_community
from tests.fees.homes import ONE, PLACE, THREE, TWO, three_homes
from tests.intake.files import ALIPAY, BOC, CMB, ICBC, WECHAT, WECHAT_BOOK, sample

shared, session = databases.shared, databases.session
RURAL = (
    "某某农村商业银行 账户明细\n账号：6229****0001\n"
    "序号,交易日期,借方发生额,贷方发生额,账户余额,对方户名,摘要,流水号\n"
    f"1,2026-07-03,,36.00,136.00,欧阳,{ONE} 物业费,A0001\n"
    "2,2026-07-04,5.00,,131.00,某公司,手续费,A0002\n"
    "合计,,5.00,36.00,,,,\n"
)


def columns_of(proposal):
    return proposal.mapping["columns"]


def saved(session, name="rural", columns=None, **more):
    proposal = proposed(RURAL.encode())
    details = {"words": proposal.mapping["words"], "end": proposal.mapping["end"], **more}
    return save_mapping(
        session,
        PLACE,
        name,
        RURAL.encode("gb18030"),
        columns or columns_of(proposal),
        **details,
        by=MEI,
        at=NOON,
    )


def test_a_proposal_finds_the_header_under_a_preamble_and_what_its_columns_mean():
    proposal = proposed(RURAL.encode("gb18030"))

    assert (proposal.row, proposal.names[:3]) == (3, ("序号", "交易日期", "借方发生额"))
    assert proposal.first_rows[0][1] == "2026-07-03"
    assert columns_of(proposal) == {
        "occurred": ["交易日期"],
        "income": ["贷方发生额"],
        "expense": ["借方发生额"],
        "balance": ["账户余额"],
        "counterparty": ["对方户名"],
        "remark": ["摘要"],
        "order_no": ["流水号"],
    }


@pytest.mark.parametrize("name", [WECHAT, WECHAT_BOOK, ALIPAY, ICBC, CMB, BOC])
def test_the_header_of_every_sample_is_found_with_day_and_amount(name):
    proposal = proposed(sample(name))

    assert Meaning.OCCURRED in proposal.candidates
    assert {Meaning.AMOUNT, Meaning.INCOME} & proposal.candidates.keys()


def test_a_confirmed_mapping_reads_by_its_name_and_as_strictly_as_any(session):
    three_homes(session)

    assert len(saved(session).lines) == 2
    outcome = import_payments(session, PLACE, RURAL.encode(), "rural", name="x", into="bank", by=MEI, at=NOON)
    again = import_payments(
        session, PLACE, RURAL.encode("gb18030"), "rural", name="x", into="bank", by=MEI, at=NOON
    )

    assert (outcome.matched, outcome.matched_fen, outcome.kept, again.known) == (1, 36_00, 1, 2)
    assert [(profile.name, profile.saved_by) for profile in profiles_of(session, PLACE)] == [("rural", "mei")]
    with pytest.raises(StatementUnreadable):
        broken = RURAL.replace("36.00,136.00", "36.0.0,136.00").encode()
        import_payments(session, PLACE, broken, "rural", name="x", into="bank", by=MEI, at=NOON)


def as_a_workbook(text):
    book, file = Workbook(), BytesIO()
    for row in text.splitlines():
        book.active.append(row.split(","))
    book.save(file)
    return file.getvalue()


def by_its_proposal(session, text, name="own"):
    """What came of a file that was mapped as proposed, then of it again, and as a workbook whose rows are turned."""
    mapping = proposed(text.encode()).mapping
    details = {"words": mapping["words"], "end": mapping["end"], "by": MEI, "at": NOON}
    save_mapping(session, PLACE, name, text.encode(), mapping["columns"], **details)
    header, *rows = text.splitlines()
    turned = "\n".join([header, *reversed(rows), ""])
    return [
        import_payments(session, PLACE, content, name, name="x", into="bank", by=MEI, at=NOON)
        for content in (text.encode(), text.encode(), turned.encode(), as_a_workbook(text))
    ]


def test_a3_of_a_file_mapped_as_proposed_the_payment_is_no_receipt(session):
    three_homes(session)
    marked = (
        "交易日期,交易时间,交易类型,借贷,交易金额,余额,对方户名,摘要\n"
        f"2026-07-02,09:00:00,转账,贷 Cr,310.00,10310.00,王测九,物业费 {ONE}\n"
        "2026-07-03,10:00:00,付款,借 Dr,5000.00,5310.00,某电梯维保公司,维保费\n"
    )

    first, *again = by_its_proposal(session, marked)

    assert (first.matched, first.matched_fen, first.suspense, first.kept) == (1, 310_00, 0, 1)
    assert [(outcome.known, outcome.matched, outcome.kept) for outcome in again] == [(2, 0, 0)] * 3


def test_a4_of_four_rows_of_which_one_went_through_one_home_is_credited(session):
    three_homes(session)
    states = ("交易成功", "交易失败", "已撤销", "已冲正")
    rows = [
        f"2026-07-0{day} 09:00:00,王测{day},物业费 {home},收入,520.00,{state},S000{day}\n"
        for day, (state, home) in enumerate(zip(states, (ONE, TWO, THREE, TWO), strict=True), 1)
    ]
    header = "交易时间,对方户名,摘要,收/支,交易金额,交易状态,交易流水号\n"

    first, *again = by_its_proposal(session, header + "".join(rows))

    assert (first.matched, first.matched_fen, first.suspense, first.kept) == (1, 520_00, 0, 3)
    assert [(outcome.known, outcome.matched) for outcome in again] == [(4, 0)] * 3
    assert held(session, PLACE, "fee", "prepaid") == {ONE: 520_00}


def test_a4_what_failed_at_first_and_went_through_later_is_credited_then(session):
    three_homes(session)
    header = "交易时间,对方户名,摘要,收/支,交易金额,交易状态,交易流水号\n"
    row = f"2026-07-01 09:00:00,王测一,物业费 {ONE},收入,520.00,交易失败,S0001\n"
    by_its_proposal(session, header + row)

    later = (header + row.replace("失败", "成功")).encode()
    outcomes = [
        import_payments(session, PLACE, content, "own", name="x", into="bank", by=MEI, at=NOON)
        for content in (later, later)
    ]

    assert [(outcome.matched, outcome.known) for outcome in outcomes] == [(1, 0), (0, 1)]


def test_a6_a_mapping_is_corrected_as_its_next_version_and_reads_nothing_again(session):
    three_homes(session)
    columns = columns_of(proposed(RURAL.encode()))
    saved(session, columns={meaning: names for meaning, names in columns.items() if meaning != "remark"})
    first = import_payments(session, PLACE, RURAL.encode(), "rural", name="x", into="bank", by=MEI, at=NOON)

    saved(session, columns=columns, corrects=True)
    again = [
        import_payments(session, PLACE, content, "rural", name="x", into="bank", by=MEI, at=NOON)
        for content in (RURAL.encode(), RURAL.encode("gb18030"))
    ]
    later = RURAL.replace("2026-07-03", "2026-07-05").replace("A0001", "A0003").replace("136.00", "167.00")
    third = import_payments(
        session, PLACE, later.replace("2,2026-07-04,5.00,,131.00,某公司,手续费,A0002\n", "").encode(),
        "rural", name="x", into="bank", by=MEI, at=NOON,
    )  # fmt: skip

    assert (first.suspense, [outcome.known for outcome in again]) == (1, [2, 2])
    assert (third.matched, third.known) == (1, 0)
    assert [profile.name for profile in profiles_of(session, PLACE)] == ["rural/2"]
    assert profile_of(session, PLACE, "rural").columns[Meaning.REMARK] == ("摘要",)


def test_a_workbook_is_mapped_like_text(session):
    a_community(session)
    book = Workbook()
    book.active.append(["日期", "金额", "付款人", "备注"])
    book.active.append(["2026-07-03", 36.5, "欧阳", ONE])
    file = BytesIO()
    book.save(file)

    proposal = proposed(file.getvalue())
    read = save_mapping(session, PLACE, "own", file.getvalue(), columns_of(proposal), by=MEI, at=NOON)

    assert [(line.amount_fen, line.counterparty) for line in read.lines] == [(36_50, "欧阳")]


@pytest.mark.parametrize(
    ("columns", "words", "says"),
    [
        ({"amount": ["贷方发生额"]}, {}, "交易日期"),
        ({"occurred": ["交易日期"]}, {}, "金额"),
        ({"occurred": ["交易日期"], "income": ["贷方发生额"]}, {}, "收入、支出"),
        ({"occurred": ["交易日期"], "income": ["贷方发生额"], "expense": ["贷方发生额"]}, {}, "两种金额"),
        ({"occurred": ["交易日期"], "amount": ["账户余额"], "balance": ["账户余额"]}, {}, "两种金额"),
        (
            {"occurred": ["交易日期"], "amount": ["贷方发生额"], "direction": ["摘要"]},
            {},
            "收入和支出各叫什么",
        ),
        ({"occurred": ["交易日期"], "amount": ["贷方发生额"], "currency": ["摘要"]}, {}, "人民币"),
        ({"occurred": [], "amount": ["贷方发生额"]}, {}, "没有选列"),
        ({"occurred": ["交易日期"], "amount": ["贷方发生额"], "colour": ["摘要"]}, {}, "colour"),
    ],
)
def test_a_mapping_that_makes_no_sense_says_why(session, columns, words, says):
    a_community(session)

    with pytest.raises(MappingWrong, match=says):
        saved(session, columns=columns, words=words)
    assert profiles_of(session, PLACE) == []


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"occurred": ["交易日期"], "amount": ["没有这列"]}, "没有这列"),
        ({"occurred": ["对方户名"], "amount": ["账户余额"]}, "不是日期"),
        ({"occurred": ["交易日期"], "amount": ["摘要"]}, "不是最多两位小数的金额"),
    ],
)
def test_a_mapping_that_cannot_read_its_file_whole_is_not_saved(session, columns, says):
    a_community(session)

    with pytest.raises(StatementUnreadable) as refused:
        saved(session, columns=columns)

    assert says in str([problem.zh for problem in refused.value.facts["problems"]])
    with pytest.raises(UnknownProfile, match="rural"):
        profile_of(session, PLACE, "rural")


def test_a_saved_mapping_never_changes_and_takes_no_declared_name(session):
    a_community(session)
    saved(session)

    for name in ("rural", "cmb"):
        with pytest.raises(ProfileNameTaken):
            saved(session, name=name)


def test_a_mapping_is_its_communitys_own(session):
    a_community(session)
    a_community(session, "elsewhere")
    saved(session)

    with pytest.raises(UnknownProfile):
        import_payments(session, "elsewhere", RURAL.encode(), "rural", name="x", into="bank", by=MEI, at=NOON)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", "你好，世界".encode(), b"a,b\n1,2\n", b"<html></html>"]
)
def test_what_is_no_statement_gets_no_proposal(content):
    with pytest.raises(NothingLikeAStatement):
        proposed(content)
