"""A new office, from an empty directory to its first disclosure and on: all by clicks, on a phone and on a screen."""

import re
from base64 import b32decode
from datetime import date
from time import time
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from ledger.cli.commands import main
from ledger.cli.context import CommandContext
from ledger.community.queries import service_contract
from ledger.community.role_rules import Actor, Role
from ledger.db import Database
from ledger.grants.contract_queries import works_contract
from ledger.journal.fsck import problems
from ledger.noticeboard.queries import latest_version
from ledger.register.queries import holder_of
from tests.browser.desk import PHONE, SIZE, Clerk, Desk, paper
from tests.heyuan import HOMES, PLACE, REGISTER, SHOPS, TODAY, bill
from tests.intake.registers import filled

__all__ = ["paper"]

PASSWORD = "一句好记又够长的话"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Newcomer(Clerk):
    """Somebody who comes with a slip and stays signed in, by a password and where his role asks for it an authenticator."""

    def __init__(self, desk, size, link: str, login: str = "") -> None:
        super().__init__(desk.browser, desk.served, Actor(login, Role.OWNER), viewport=size)
        desk.clerks.append(self)
        parts = urlsplit(link)
        self.opens(f"{parts.path}?{parts.query}")
        self.page.fill("#password", PASSWORD)
        self.presses("main form button.main")
        if self.page.locator("input[name=sealed]").count():
            typed = re.search(r"(?:[A-Z2-7]{4} ?){8}", self.said)[0].replace(" ", "")
            self.page.fill("#code", self.digits(typed))
            self.presses("main form button.main")

    def comes_home(self) -> None:
        super().comes_home()
        if not self.page.locator("nav.rail").count():  # whoever runs the machine may go to any community
            self.follows("和园小区")

    def signs_in(self) -> None:
        self.page.fill("#login", self.actor.login)
        self.page.fill("#password", PASSWORD)
        self.presses("main form button")

    def digits(self, typed: str) -> str:
        return TOTP(b32decode(typed), 6, SHA1(), 30, enforce_key_length=False).generate(int(time())).decode()


@pytest.fixture
def empty(chromium, tmp_path, monkeypatch):
    """A directory with nothing in it, `mingbai init`, and a server: the desk and the link of the first operator."""
    home, url = tmp_path / "home", f"sqlite:///{tmp_path}/home/mingbai.db"
    monkeypatch.setattr(CommandContext, "clock", TODAY)
    ended = CliRunner().invoke(main, ["init"], env={"LEDGER_HOME": str(home), "LEDGER_DATABASE_URL": url})
    link = re.search(r"\S+/desk/slip\?code=\S+", ended.output)[0]
    database = Database(url)
    desk = Desk(chromium, database, home, TODAY)
    yield desk, link
    desk.closes()
    database.close()


def opens(operator, folder) -> None:
    """The community of the workbook, after a look at what would come."""
    register = folder / "登记簿.xlsx"
    register.write_bytes(filled(REGISTER))
    operator.follows("开通小区")
    operator.sends({"填好的登记簿": register})
    assert "已办好：开通小区" in operator.done, operator.said


def slips(clerk) -> dict[str, tuple[str, str]]:
    """The slips that wait, by the name to sign in with: whose it is, and what its QR code says."""
    clerk.goes("人员", "还没用过的登录条")
    ways, slips = clerk.page.locator("main tbody a"), {}
    pages = [way.get_attribute("href") for way in ways.all()]
    while clerk.page.locator("a[rel=next]").count():
        clerk.presses("a[rel=next]")
        pages += [way.get_attribute("href") for way in ways.all()]
    for page in dict.fromkeys(pages):
        clerk.opens(page)
        login = re.search(r"登录名\s+(\S+)", clerk.said)[1]
        slips[login] = clerk.page.locator("h1").inner_text(), re.search(r"\S+/slip\?code=\S+", clerk.said)[0]
    return slips


def steps_of(clerk) -> str:
    """The checklist on somebody's first screen."""
    clerk.comes_home()
    return " ".join(clerk.page.locator(".checklist").inner_text().split())


def of_the_month(clerk, noun, way, **more):
    clerk.goes(noun, way)
    clerk.fills({**more, "月份": "2026-06"})
    clerk.presses("main form button")


def june_is_closed(mei, chen, folder) -> None:
    """Charged, its statement read, its receipts resolved, every account reconciled by two people."""
    mei.comes_home()
    mei.follows("去办")  # the checklist leads to what is next: the charge of June
    mei.sends()
    assert "合计 3,810.00 元" in mei.done
    mei.goes("银行与对账", "导入流水")
    mei.fills({"文件是哪家的格式": "微信支付账单（个人）", "文件": bill(folder)})
    mei.page.select_option("select[name=into]", "wallet")
    mei.sends()
    mei.comes_home()
    mei.follows("去办")
    mei.follows("某某")
    mei.sends({"房屋": HOMES[20], "日期": "2026-06-13"})
    assert "已办好：认给一户" in mei.done
    assert "对账 还没有确认：物业费" in steps_of(mei)
    for book, role, opening, closing in (
        ("物业费", "微信、支付宝收款户", "0", "80"),
        ("物业费", "银行存款", "0", "0"),
        ("维修资金", "银行存款", "30000", "30000"),
        ("公共收益", "银行存款", "0", "0"),
    ):
        of_the_month(mei, "银行与对账", "编制对账", 账套=book, 账户种类=role)
        mei.sends({"期末余额": closing, "期初余额": opening})
        assert "没有原因的差额 0.00" in " ".join(mei.said.split()), mei.said
        chen.goes("银行与对账", "对账")
        chen.presses(
            chen.page.locator("main tbody tr").filter(has_text=book).filter(has_text=role).locator("a")
        )
        chen.sends({"您核对过的这张表": True})
        assert "已办好：确认对账" in chen.done
    mei.comes_home()
    mei.follows("去办")
    mei.closes_without_statements("本月没有收支")
    assert "已办好：月结" in mei.done, mei.said


def the_half_year_is_disclosed(mei, chen, lin, su) -> None:
    """By three people; then the checklist is gone, the supervisor takes the report away, everybody reads the board."""
    mei.goes("公示", "编制公示稿")
    mei.fills({"哪一期": "2026年上半年"})
    mei.presses("main form button")
    mei.sends()
    assert "已办好：编制公示稿" in mei.done, mei.said
    chen.goes("公示", "公示", "2026年上半年")
    chen.sends({"您读过的那一稿": True})
    assert "已审核" in chen.said
    lin.goes("公示", "公示", "2026年上半年")
    lin.sends()
    assert "已公示" in lin.said
    mei.comes_home()
    assert not mei.page.locator(".checklist").count()
    su.goes("报表")
    assert su.takes("账目核查报告 2026年上半年") == "check-heyuan-2026-H1.pdf"
    board = su.opens("/heyuan/half-year/2026-H1/")
    assert "2026年上半年" in board.locator("main").inner_text()


def two_more_are_invited(desk, size, operator) -> dict[str, Newcomer]:
    """The custodian of the fund and the housing authority come later than the workbook, by a form and its slip."""
    invited = {"黄科员": ("住建部门", "区房管局"), "包经理": ("维修资金专户管理银行", "工商银行")}
    for name, (level, organisation) in invited.items():
        operator.goes("人员", "邀请一个人")
        operator.sends(
            {
                "姓名": name,
                "身份": "街道、住建监督",
                "从哪天": "2026-07-01",
                "什么机构": level,
                "单位名称": organisation,
            }
        )
        assert "已办好：邀请一个人" in operator.done, operator.said
    waiting = {name: (slip, login) for login, (name, slip) in slips(operator).items()}
    return {name: Newcomer(desk, size, *waiting[name]) for name in invited}


def the_contractor_is_hired(mei, chen, paper) -> None:
    """By the works, their package and its contract."""
    mei.goes("改造资金", "改造资金总账", "登记改造工程")
    mei.sends({"编号": "2026", "工程名称": "屋面改造", "开工日": "2026-07-10", "立项批复": paper("approval")})
    assert "已办好：登记改造工程" in mei.done, mei.said
    chen.goes("改造资金", "登记标段")
    chen.sends(
        {
            "改造工程": "2026 · 屋面改造",
            "编号": "A",
            "标段名称": "屋面防水",
            "施工单位": "市建工",
            "合同价": "120,000.00",
            "各来源计划出多少 / 政府投入": "120,000.00",
            "中标通知书或合同": paper("award"),
        }
    )
    assert "已办好：登记标段" in chen.done, chen.said
    mei.goes("改造资金", "工程合同", "登记工程合同")
    mei.sends(
        {
            "合同编号": "SG-A",
            "改造工程": "2026 · 屋面改造",
            "标段": "A · 屋面防水",
            "施工单位": "市建工",
            "合同价": "120,000.00",
            "签订日": "2026-07-02",
            "质量保证金比例（%）": "3",
            "缺陷责任期（月）": "24",
        }
    )
    assert "已办好：登记工程合同" in mei.done, mei.said


def the_register_changes(he, chen, paper) -> None:
    """A flat is sold, a contractor comes in."""
    he.goes("住户与小区", "业主名册", HOMES[5])
    he.sends(
        {"新业主姓名": "赵敏", "怎么取得的": "买卖", "权属登记日": "2026-07-01", "权属证明": paper("deed")}
    )
    assert "已办好：登记新业主" in he.done, he.said
    chen.goes("住户与小区", "登记企业")
    chen.sends({"编号": "jian", "企业名称": "市建工", "哪一类单位": "施工单位", "营业执照": paper("licence")})
    assert "已办好：登记企业" in chen.done, chen.said


def the_contract_is_renewed(desk, size, he, chen, paper) -> None:
    """The owners are let in by slips and vote; what they resolved is posted, and the contract rests on it."""
    he.goes("人员", "给一幢的业主做登录条")
    he.sends({"哪一幢": "1", "从哪天": "2026-07-02"})
    assert "已办好：给一幢的业主做登录条" in he.done, he.said
    owners = [
        Newcomer(desk, size, slip, login)
        for login, (_, slip) in slips(he).items()
        if login.removeprefix("heyuan-") in SHOPS
    ]
    chen.goes("表决", "公告一项表决")
    chen.sends(
        {
            "表决编号": "2026-1",
            "表决事项": "选聘、解聘物业企业",
            "议题": "是否与安居物业续签三年？",
            "从哪天开始投票": "2026-07-18",
            "投到哪天": "2026-07-20",
        }
    )
    assert "已办好：公告一项表决" in chen.done, chen.said
    desk.waits(16)
    for owner in owners:
        owner.goes("表决", "表决", "2026-1")
        owner.sends({"您的意见": "同意"})
        assert "已办好：投票" in owner.done, owner.said
    desk.waits(3)
    chen.goes("表决", "表决", "2026-1")
    chen.sends()
    assert "已办好：计票" in chen.done, chen.said
    assert "计票结果为通过 是" in " ".join(chen.said.split()), chen.said
    he.goes("表决", "表决", "2026-1")
    he.sends({"张贴日": desk.waits(0), "张贴照片": paper("wall", photo=True)})
    assert "已办好：登记结果已经张贴" in he.done, he.said
    chen.goes("合同与交接", "登记物业服务合同")
    chen.sends(
        {
            "合同编号": "HT-2",
            "物业企业": "安居物业",
            "开始日": "2027-01-01",
            "到期日": "2029-12-31",
            "业主决议": "2026-1 · 是否与安居物业续签三年？",
            "签好的合同": paper("contract"),
        }
    )
    assert "已办好：登记物业服务合同" in chen.done, chen.said


@pytest.mark.parametrize("size", [PHONE, SIZE], ids=["360", "1280"])
def test_from_an_empty_directory_to_a_contract_renewed_by_the_owners(empty, paper, size, tmp_path):
    desk, link = empty
    operator = Newcomer(desk, size, link)
    opens(operator, tmp_path)
    staff = {name: Newcomer(desk, size, slip, login) for login, (name, slip) in slips(operator).items()}
    mei, chen, lin, he, su = (staff[name] for name in ("梅经理", "陈主任", "林委员", "何书记", "苏科长"))
    assert "还没有批准：fee、wallet、fund、revenue · 业委会" in steps_of(mei)
    assert "去办" not in steps_of(su)
    for account in ("fee", "wallet", "fund", "revenue"):
        chen.goes("银行与对账", "收付款账户", account)
        chen.sends()
        assert "已办好：批准账户" in chen.done

    june_is_closed(mei, chen, tmp_path)
    the_half_year_is_disclosed(mei, chen, lin, su)
    nine = {**staff, **two_more_are_invited(desk, size, operator)}
    assert len(nine) == 9
    the_register_changes(he, chen, paper)
    the_contractor_is_hired(mei, chen, paper)
    the_contract_is_renewed(desk, size, he, chen, paper)

    with desk.database.reading() as session:
        assert service_contract(session, PLACE, date(2027, 1, 1)).number == "HT-2"
        assert works_contract(session, PLACE, "SG-A").contractor == "jian"
        assert holder_of(session, PLACE, HOMES[5]).name == "赵敏"
        assert latest_version(session, PLACE, "half-year", "2026-H1")[0] == 1
        assert list(problems(session, PLACE)) == []
