"""A waiver at the desk: asked for by one person, granted by another, seen on the home."""

from ledger.fees.queries import home_account
from tests.browser.desk import desk
from tests.browser.test_desk_month import of_the_month
from tests.cast import CHEN, MEI, WEN

__all__ = ["desk"]

ASKED = {"编号": "JM-1", "种类": "服务不到位", "减免百分之几": "50", "依据": "6月电梯停了半个月"}
FOR_JUNE = {"从哪个月": "2026-06", "到哪个月": "2026-06", "房屋": "1-1-101"}


def test_a_waiver_is_asked_granted_by_another_and_seen_on_the_home(desk):
    mei, chen, late, wen = desk.sits(MEI), desk.sits(CHEN), desk.sits(CHEN), desk.sits(WEN)
    mei.goes("收费", "减免")
    assert "还没有减免" in mei.said
    assert mei.flaws() == []
    mei.follows("申请减免")
    mei.sends(ASKED)
    assert "从哪个月：必须填" in mei.wrong
    assert mei.page.locator("[name=basis]").input_value() == ASKED["依据"]
    assert mei.flaws() == []
    mei.sends(FOR_JUNE)
    assert "申请减免" in mei.done
    assert mei.flaws() == []
    assert not {"批准减免", "不批准减免"} & set(mei.offered())

    mei.goes("收费", "减免", "JM-1")
    chen.goes("收费", "减免", "JM-1")
    late.goes("收费", "减免", "JM-1")
    assert chen.flaws() == []
    chen.presses("main form button.main")
    assert "JM-1" in chen.said
    chen.presses("button[name=confirmed]")
    assert "已批准" in chen.said

    late.sends()
    assert "您看的不是现在的样子" in late.said
    assert late.flaws() == []
    grant = f"{desk.served.address}/desk/meiyuan/do/fees/waivers/JM-1/approval"
    assert wen.page.request.get(grant).status == 403
    wen.goes("收费")
    assert "减免" not in wen.offered()

    of_the_month(mei, "收费", "计收当月物业费")
    mei.sends()
    mei.goes("收费", "一户的物业费账")
    mei.fills({"房屋": "1-1-101"})
    mei.presses("main form button")
    assert "还欠 18.00" in " ".join(mei.said.split())
    with desk.database.reading() as session:
        owed = [home_account(session, "meiyuan", home, by=MEI).owed_fen for home in ("1-1-101", "1-1-102")]
    assert owed == [18_00, 36_00]
