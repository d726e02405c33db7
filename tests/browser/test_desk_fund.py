"""A use of the maintenance fund at the desk, from its plan to the contractor's money, by forms alone."""

from datetime import date

import pytest

from ledger.fund.uses.queries import project
from ledger.fund.uses.step_queries import steps
from ledger.journal.fsck import problems
from ledger.journal.queries import held as held_now
from tests.browser.desk import Clerk, desk, paper
from tests.cast import BAO, CHEN, HE, HUANG, MEI, OUYANG, WEN
from tests.doors import HOMES
from tests.factories import a_deposit

__all__ = ["desk", "paper"]

PLAN = {
    "编号": "2026-03",
    "名称": "更换二次供水水泵",
    "部位或设施": "二次供水水泵",
    "谁承担费用": "全小区",
    "施工单位": "anju 公司",
    "预算": "40,000.00",
}

WAY = [
    "propose", "survey", "price", "post_plan", "announce_vote", "post_result", "apply", "approve", "pay_advance", "begin",
    "accept", "settle", "pay_final", "apportion", "disclose", "release_retention", "archive",
]  # fmt: skip


@pytest.fixture
def town(desk):
    """The desk of a community whose homes have 10,000 yuan each in the fund."""
    with desk.database.writing() as session:
        a_deposit(session, dict.fromkeys(HOMES, 1_000_000), on=date(2026, 7, 1))
    return desk


def of_the_use(clerk: Clerk) -> Clerk:
    clerk.goes("维修资金", "维修资金使用项目", "2026-03")
    return clerk


def test_a_use_goes_from_its_plan_to_the_contractors_money(town, paper):
    mei, wen, chen, he = (town.sits(actor) for actor in (MEI, WEN, CHEN, HE))
    mei.goes("维修资金", "做使用方案")
    mei.sends({**PLAN, "属于合同里的日常养护": True})
    assert "N5" in mei.wrong
    mei.sends({"属于合同里的日常养护": False})
    assert "已办好：做使用方案" in mei.done
    of_the_use(wen).sends({"照片": paper("damage", photo=True)})
    of_the_use(chen).sends({"审定价": "38,600", "审价报告": paper("price")})
    of_the_use(he).sends({"照片": paper("plan on the wall", photo=True)})
    of_the_use(chen).sends({"从哪天开始表决": "2026-08-04", "表决到哪天": "2026-08-06"})
    assert "已办好：发起表决" in chen.done

    the_owners_agree(town, paper)
    of_the_use(he).sends()
    assert "已办好：公示表决结果" in he.done
    of_the_use(mei).sends({"申请表": paper("application")})
    huang, bao = town.sits(HUANG), town.sits(BAO)
    assert "审核同意" not in of_the_use(chen).offered()
    of_the_use(huang).sends({"批准金额": "38,600"})
    assert "已办好：审核同意" in huang.done
    assert "从维修资金付款" not in of_the_use(mei).offered()
    bill = {"付款阶段": "首付款", "付给谁": "anju 公司", "发票号": "FP-1", "付款日": "2026-08-06"}
    of_the_use(mei)
    of_the_use(bao).fills({"发票金额": "10,000", **bill})
    bao.presses("main form button.main")
    bao.sends_twice()
    assert "已办好：从维修资金付款" in bao.done
    mei.sends({"合同": paper("contract")})
    assert "您看的不是现在的样子" in mei.said
    assert "已付首付款" in mei.said
    mei.sends()
    assert "已办好：开工" in mei.done
    of_the_use(chen).sends({"照片": paper("new pump", photo=True)})
    of_the_use(chen).sends({"结算金额": "38,000", "结算审计": paper("audit")})
    final = {"付款阶段": "尾款", "付给谁": "anju 公司", "发票号": "FP-2", "付款日": "2026-08-06"}
    held = {"扣留质保金": "1,140", "质保金到哪天": "2027-08-06"}
    of_the_use(bao).sends({"发票金额": "26,860", **final, **held})
    of_the_use(mei).sends()
    assert "已办好：确认分摊到户" in mei.done
    of_the_use(he).sends({"照片": paper("shares on the wall", photo=True)})
    town.waits(366)
    of_the_use(bao).sends({"发票号": "FP-3", "日期": "2027-08-07"})
    of_the_use(he).sends()
    assert "已办好：归档" in he.done

    with town.database.reading() as session:
        use = project(session, "meiyuan", "2026-03")
        assert (use.state, use.paid_fen) == ("archived", 3_800_000)
        assert [step.action.value for step in steps(session, "meiyuan", "2026-03")] == WAY
        assert sum(held_now(session, "meiyuan", "fund", "unit").values()) == 6_000_000 - 3_800_000
        assert list(problems(session, "meiyuan")) == []


def the_owners_agree(town, paper) -> None:
    """One by his own ballot, three on paper that two people read; counted and posted."""
    today = town.waits(7)
    ouyang, he, chen = (town.sits(actor) for actor in (OUYANG, HE, CHEN))
    the_vote = ("表决", "表决", "fund/2026-03")
    ouyang.goes(*the_vote)
    ouyang.sends({"您的意见": "同意"})
    assert "已办好：投票" in ouyang.done
    for reader in (he, chen):
        reader.goes(*the_vote)
        rows = {
            f"第 {no} 行 / {what}": said
            for no in (1, 2, 3)
            for what, said in (("房屋", HOMES[no]), ("意见", "同意"))
        }
        reader.sends({"哪张选票": paper("sheet"), "收回日": today, **rows})
        assert "已办好：录入纸质选票" in reader.done
    town.waits(3)
    of_the_use(chen).sends()
    assert "已办好：计票" in chen.done
    he.goes(*the_vote)
    he.sends({"张贴日": town.waits(0), "张贴照片": paper("result on the wall", photo=True)})
    assert "已办好" in he.done
