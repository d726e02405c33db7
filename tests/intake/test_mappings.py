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
from tests.cast import MEI, NOON
from tests.community import databases
from tests.factories import a_community
from tests.fees.homes import ONE, PLACE, three_homes
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
