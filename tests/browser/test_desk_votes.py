"""A vote at the desk: its notice, its roll, a ballot at the screen and three on paper, the count and the posted result."""

from sqlmodel import select

from ledger.journal.fsck import problems
from ledger.votes.queries import told
from ledger.votes.tables import Ballot
from tests.browser.desk import Clerk, desk, paper
from tests.cast import CHEN, HE, MEI, OUYANG
from tests.doors import HOMES
from tests.factories import a_home

__all__ = ["desk", "paper"]

ASKED = {
    "表决编号": "2026-02",
    "表决事项": "其他重大事项",
    "议题": "要不要在东门装快递柜？",
    "从哪天开始投票": "2026-08-20",
    "投到哪天": "2026-08-26",
}


def at_the_vote(clerk: Clerk) -> Clerk:
    clerk.goes("表决", "表决", "2026-02")
    return clerk


def reads_the_sheet(clerk: Clerk, sheet, **more) -> Clerk:
    rows = {f"第 {no} 行 / 房屋": HOMES[no] for no in (1, 2, 3)}
    choices = {f"第 {no} 行 / 意见": "同意" for no in (1, 2, 3)}
    at_the_vote(clerk).sends({"哪张选票": sheet, "收回日": "2026-08-20", **rows, **choices, **more})
    return clerk


def test_a_vote_goes_from_its_notice_to_its_posted_result(desk, paper):
    chen, he, mei = (desk.sits(actor) for actor in (CHEN, HE, MEI))
    mei.goes("表决")
    assert "公告一项表决" not in mei.offered()
    chen.goes("表决", "公告一项表决")
    chen.sends({**ASKED, "从哪天开始投票": "2026-08-02"})
    assert "不足 15 日的公告期" in chen.wrong
    chen.sends({"从哪天开始投票": ASKED["从哪天开始投票"]})
    assert "已办好：公告一项表决" in chen.done
    with desk.database.writing() as session:
        a_home(session, "1-1-401", area_dm2=9_000)  # too late for the roll

    ouyang = desk.sits(OUYANG, viewport={"width": 360, "height": 740})
    assert "投票" not in at_the_vote(ouyang).offered()
    desk.waits(23)
    ouyang.signs_in()
    at_the_vote(ouyang).sends({"您的意见": "同意"})
    assert "已办好：投票" in ouyang.done
    assert "投票" not in ouyang.offered()

    sheet = paper("sheet")
    assert "已办好：录入纸质选票" in reads_the_sheet(he, sheet).done
    assert "必须由不同的人完成" in reads_the_sheet(he, sheet).said  # nobody reads a sheet twice
    reads_the_sheet(chen, sheet, **{"第 3 行 / 意见": "反对"})
    chen.goes("表决", "表决", "2026-02")
    assert "1" in chen.said
    with desk.database.reading() as session:
        assert len(session.exec(select(Ballot)).all()) == 3

    desk.waits(7)
    stale = at_the_vote(desk.sits(CHEN))
    at_the_vote(he).sends()
    assert "已办好：计票" in he.done
    stale.sends()
    assert "您看的不是现在的样子" in stale.said
    assert "表决中" in stale.said
    at_the_vote(he).sends({"张贴日": desk.waits(0), "张贴照片": paper("wall", photo=True)})
    assert "已办好：登记结果已经张贴" in he.done

    with desk.database.reading() as session:
        outcome = told(session, "meiyuan", "2026-02")
        assert (outcome["heads_all"], outcome["heads_part"], outcome["heads_yes"]) == (6, 3, 3)
        assert (outcome["area_all"], outcome["passed"]) == (48_000, False)
        assert list(problems(session, "meiyuan")) == []
