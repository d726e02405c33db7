"""A month at the desk from its charge to its close, by forms alone; and a receipt of nobody that finds its home."""

import pytest

from ledger.fees.charge_actions import charge_month
from ledger.fees.queries import home_account
from ledger.journal.fsck import problems
from ledger.journal.queries import trial_balance
from ledger.log.queries import head
from ledger.periods import Month
from tests.browser.desk import desk
from tests.cast import CHEN, MEI, NOON
from tests.flows.test_half_year import wechat_bill

__all__ = ["desk"]

JUNE = Month(2026, 6)
ACCOUNTS = (
    ("物业费", "微信、支付宝收款户", "86.00"),
    ("维修资金", "银行存款", "0"),
    ("公共收益", "银行存款", "0"),
)
"""What each account's statement says at the end of June, but the fee's own."""


@pytest.fixture
def bill(tmp_path):
    """A wallet's file: one receipt whose home is named, and one that says nothing."""
    file = tmp_path / "wx.csv"
    lines = (("2026-06-12", "1-1-102 物业费", "36.00"), ("2026-06-13", "谢谢", "50.00"))
    file.write_bytes(wechat_bill(*lines))
    return file


def of_the_month(clerk, noun, way, **more):
    """From the noun's page through the question for the month."""
    clerk.goes(noun, way)
    clerk.fills({**more, "月份": "2026-06"})
    clerk.presses("main form button")


def imports(clerk, file):
    clerk.goes("银行与对账", "导入流水")
    clerk.fills({"文件是哪家的格式": "微信支付账单（个人）", "文件": file})
    clerk.page.select_option("select[name=into]", "wallet")
    clerk.sends()


def test_g7_a_list_of_debtors_is_no_print(desk):
    with desk.database.writing() as session:
        charge_month(session, "meiyuan", Month(2026, 5), by=MEI, at=NOON)
    mei = desk.sits(MEI)
    mei.goes("收费", "欠费户")
    table = mei.page.locator("main table")
    assert table.is_visible()

    mei.page.emulate_media(media="print")

    assert not table.is_visible()
    assert mei.page.get_by_text("不打印、不张贴").is_visible()


def balances(desk) -> dict[str, int]:
    with desk.database.reading() as session:
        rows = trial_balance(session, "meiyuan", "fee", JUNE, JUNE)
    return {row.zh: row.closing_fen for row in rows}


def test_a_month_goes_from_its_charge_to_its_close(desk, bill):
    mei, chen = desk.sits(MEI), desk.sits(CHEN)
    mei.goes("收费", "收费标准")
    assert "决议 1" in mei.said
    assert mei.flaws() == []

    of_the_month(mei, "收费", "计收当月物业费")
    assert "月份 2026年6月" in mei.said
    mei.presses("main form button.main")
    assert "应收物业费" in mei.said
    assert mei.flaws() == []
    mei.presses("button[name=confirmed]")
    assert "合计 216.00 元" in mei.done

    mei.goes("收费", "物业费收款", "登记收款")
    mei.sends({"收据号": "S-1", "房屋": "1-1-101", "日期": "2026-06-10"})
    assert "金额：必须填" in mei.wrong
    assert mei.page.locator("[name=reference]").input_value() == "S-1"
    assert mei.flaws() == []
    mei.fills({"金额": "36"})
    mei.presses("main form button.main")
    before = mei.form()
    mei.presses("button[name=confirmed]")
    assert "登记收款" in mei.done
    again = mei.page.request.post(before["url"], form={**before["form"], "confirmed": "yes"})
    assert again.status == 200
    mei.goes("收费", "物业费收款")
    assert "共 1 条" in mei.said
    assert mei.flaws() == []

    imports(mei, bill)
    assert "流水 2；认到户 1；认到户金额 36.00 元；待认领 1；待认领金额 50.00 元" in mei.done
    of_the_month(mei, "报表", "月结")
    mei.closes_without_statements("本月没有收支")
    assert "还有 -50.00 元没有结清" in mei.wrong
    assert mei.flaws() == []

    mei.goes("银行与对账", "待认领的款和其他流水", "某某")
    mei.sends({"房屋": "1-1-201", "日期": "2026-06-13"})
    assert "认给一户" in mei.done

    reconciles(mei, chen)
    for book, role, closing in ACCOUNTS:
        of_the_month(mei, "银行与对账", "编制对账", 账套=book, 账户种类=role)
        mei.sends({"期末余额": closing})
        assert "没有原因的差额 0.00" in " ".join(mei.said.split())
        chen.goes("银行与对账", "对账")
        chen.presses(
            chen.page.locator("main tbody tr").filter(has_text=book).filter(has_text=role).locator("a")
        )
        chen.sends({"您核对过的这张表": True})
        assert "确认对账" in chen.done

    assert "月结" not in offered(chen, "报表")
    of_the_month(mei, "报表", "月结")
    mei.closes_without_statements("本月没有收支")
    assert "月结" in mei.done
    assert mei.flaws() == []

    amounts = balances(desk)
    assert (amounts["银行存款"], amounts["微信、支付宝收款户"], amounts["待查收款"]) == (36_00, 86_00, 0)
    assert (amounts["应收物业费"], amounts["预收物业费"]) == (216_00 - 3 * 36_00, 14_00)
    with desk.database.reading() as session:
        assert head(session, "meiyuan").closed_through == "2026-06"
        assert list(problems(session, "meiyuan", desk.app.extensions["installation"].signer)) == []


def offered(clerk, noun):
    clerk.goes(noun)
    return clerk.offered()


def reconciles(mei, chen):
    """The fee's account at the bank: an item needs its reason, and what is confirmed is what was read."""
    of_the_month(mei, "银行与对账", "编制对账", 账套="物业费", 账户种类="银行存款")
    mei.sends({"期末余额": "0"})
    assert "没有原因的差额 36.00" in " ".join(mei.said.split())
    assert mei.flaws() == []
    mei.sends({"原因": "6月30日收的现金，7月1日存入"})
    assert "确认对账" not in mei.offered()

    chen.goes("银行与对账", "对账", "2026年6月")
    assert chen.flaws() == []
    chen.sends()
    assert "您核对过的这张表：必须填" in chen.wrong
    mei.sends({"原因": "6月30日收的现金，7月2日存入"})
    chen.sends({"您核对过的这张表": True})
    assert "您看的不是现在的样子" in chen.said
    assert chen.flaws() == []
    chen.sends({"您核对过的这张表": True})
    assert "确认对账" in chen.done
    assert "编制对账" not in chen.offered()


def test_a_receipt_of_nobody_finds_its_home_once(desk, bill):
    mei, other, chen = desk.sits(MEI), desk.sits(MEI), desk.sits(CHEN)
    of_the_month(mei, "收费", "计收当月物业费")
    mei.sends()
    imports(mei, bill)
    mei.goes("银行与对账", "待认领的款和其他流水")
    assert "合计 50.00" in " ".join(mei.said.split())
    assert "no home" not in mei.said
    assert mei.flaws() == []
    mei.follows("某某")
    other.goes("银行与对账", "待认领的款和其他流水", "某某")
    assert mei.flaws() == []

    other.fills({"房屋": "1-1-202", "日期": "2026-06-13"})
    other.presses("main form button.main")
    assert "应收物业费" in other.said
    assert other.flaws() == []
    other.presses("button[name=confirmed]")
    mei.fills({"房屋": "1-1-201", "日期": "2026-06-13"})
    mei.presses("main form button.main")
    assert "您看的不是现在的样子" in mei.said
    assert "已查明" in mei.said
    assert mei.flaws() == []

    chen.goes("银行与对账")
    assert {"导入流水", "待认领的款和其他流水"}.isdisjoint(chen.offered())
    assert chen.opens(other.page.url.removeprefix(desk.served.address)).locator("main form").count() == 0
    assert chen.page.request.get(f"{desk.served.address}/desk/meiyuan/do/suspense/resolutions").status == 403

    mei.goes("收费", "一户的物业费账")
    mei.fills({"房屋": "1-1-202"})
    mei.presses("main form button")
    assert "预交 14.00" in " ".join(mei.said.split())
    assert mei.flaws() == []
    with desk.database.reading() as session:
        owed = {
            home: home_account(session, "meiyuan", home, by=MEI).owed_fen for home in ("1-1-201", "1-1-202")
        }
    assert owed == {"1-1-201": 36_00, "1-1-202": 0}
    assert balances(desk)["待查收款"] == 0
