"""A contract on common parts at the desk: its place, its money, its cost, and the fund's share of what is left."""

import pytest

from ledger.journal.fsck import problems
from ledger.journal.queries import trial_balance
from ledger.periods import Month
from ledger.revenue.contract_queries import receipts_on
from ledger.revenue.remittance.queries import share_seen
from tests.browser.desk import TODAY, Clerk, desk, paper
from tests.cast import AN, CHEN, MEI
from tests.revenue.owners import a_resolution

__all__ = ["desk", "paper"]

SITE = {"编号": "DT-1", "名称": "1 号电梯轿厢", "类别": "电梯广告", "从哪天起可以出租": "2026-01-01"}
CONTRACT = {
    "合同编号": "GY-01",
    "类别": "电梯广告",
    "租用单位": "media 公司",
    "租的是什么": "电梯广告",
    "开始日": "2026-04-01",
    "到期日": "2027-03-31",
    "合同价": "4,000",
    "几个月付一期": "3",
    "业主决议的编号": "M-1",
    "选择方式": "比价",
    "几家报价": "3",
    "场地": "DT-1 · 1 号电梯轿厢",
}
RECEIPT = {"收到的收益": "1,000", "到账日": "2026-04-02", "银行流水号或收据号": "LS-1"}
COST = {
    "成本种类": "能耗",
    "金额": "200",
    "付款日": "2026-05-06",
    "票据号": "FP-9",
    "为哪份合同": "GY-01 · 电梯广告",
}


@pytest.fixture
def town(desk):
    """The desk of a community whose owners allowed business with common parts."""
    with desk.database.writing() as session:
        a_resolution(session, "M-1", at=TODAY)
    return desk


def at_the_contract(clerk: Clerk) -> Clerk:
    clerk.goes("公共收益", "经营合同", "GY-01")
    return clerk


def at_the_share(clerk: Clerk) -> Clerk:
    clerk.goes("公共收益", "一个期间应转入维修资金的")
    clerk.fills({"期间": "2026年第2季度"})
    clerk.presses("main form button.main")
    return clerk


def closing(session, book: str, account: str) -> int:
    rows = trial_balance(session, "meiyuan", book, Month(2026, 1), Month(2026, 12))
    return next(row.closing_fen for row in rows if row.account == account)


def test_a_contract_goes_from_its_place_to_the_funds_share(town, paper):
    mei, chen, an = (town.sits(actor) for actor in (MEI, CHEN, AN))
    mei.goes("公共收益", "登记可以出租的场地")
    mei.sends({**SITE, "位置图或照片": paper("plan")})
    assert "已办好：登记可以出租的场地" in mei.done
    mei.goes("公共收益", "登记经营合同")
    mei.sends(CONTRACT)
    assert "已办好" not in mei.done  # without the quotes themselves
    mei.sends({"证明文件": paper("quotes")})
    assert "已办好：登记经营合同" in mei.done

    assert "2,000.00" in at_the_contract(mei).said  # due by now
    mei.fills(RECEIPT)
    mei.presses("main form button.main")
    mei.sends_twice()
    assert "已办好：登记合同收款" in mei.done
    assert "登记合同收款" not in at_the_contract(an).offered()
    mei.goes("公共收益", "登记有票据的成本")
    mei.sends(COST)
    assert "已办好：登记有票据的成本" in mei.done

    at_the_contract(mei)
    at_the_contract(chen).follows("提前终止合同")
    chen.sends({"合同最后一天": "2026-09-30", "原因": "租用单位停业"})
    assert "已办好：提前终止合同" in chen.done
    mei.sends({**RECEIPT, "银行流水号或收据号": "LS-2"})
    assert "您看的不是现在的样子" in mei.said
    assert "2026年9月30日" in mei.said

    assert "还没付的" in at_the_share(mei).said
    mei.sends({"转账日": "2026-07-28"})
    assert "已办好：转入维修资金" in mei.done
    assert "转入维修资金" not in at_the_share(chen).offered()

    with town.database.reading() as session:
        assert [receipt.fen for receipt in receipts_on(session, "meiyuan", "GY-01")] == [100_000]
        owing = share_seen(session, "meiyuan", "2026-Q2", TODAY.date())
        assert owing["due_fen"] == owing["paid_fen"] > 0
        assert closing(session, "revenue", "PR1001") == 100_000 - 20_000 - owing["paid_fen"]
        assert list(problems(session, "meiyuan")) == []
