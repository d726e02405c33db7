"""A half-year at the desk: prepared, checked and published by three people, read on the board, taken away by a supervisor."""

from ledger.disclosure.accounts_queries import disclosure
from ledger.noticeboard.queries import latest_version
from tests.browser.desk import desk
from tests.browser.test_desk_month import of_the_month
from tests.cast import AN, CHEN, LIN, MEI, SU, WEN

__all__ = ["desk"]

BOARD = "/meiyuan/half-year/2026-H1/"


def closed(mei) -> None:
    """June charged and closed, and with it the half-year."""
    of_the_month(mei, "收费", "计收当月物业费")
    mei.sends()
    of_the_month(mei, "报表", "月结")
    mei.closes_without_statements("本月没有收支")
    assert "月结" in mei.done


def prepares(mei, **more) -> None:
    mei.goes("公示", "编制公示稿")
    mei.fills({"哪一期": "2026年上半年"})
    mei.presses("main form button")
    mei.sends(more)


def test_a_half_year_is_published_by_three_people(desk):
    mei, chen, an, lin, wen = (desk.sits(actor) for actor in (MEI, CHEN, AN, LIN, WEN))
    prepares(mei)
    assert "有 1 处要改" in mei.wrong  # its months are still open
    assert mei.flaws() == []
    closed(mei)
    prepares(mei)
    assert "编制公示稿" in mei.done
    assert "核对公示稿" not in mei.offered()
    assert mei.flaws() == []

    chen.goes("公示", "公示", "2026年上半年")
    assert chen.flaws() == []
    assert chen.takes("公示稿打印版").endswith(".pdf")
    chen.sends()
    assert "您读过的那一稿：必须填" in chen.wrong
    assert chen.flaws() == []
    an.goes("公示", "公示", "2026年上半年")
    chen.sends({"您读过的那一稿": True})
    assert "已审核" in chen.said
    assert "正式公示" not in chen.offered()
    an.sends({"您读过的那一稿": True})
    assert "您看的不是现在的样子" in an.said
    assert "已审核" in an.said
    assert an.flaws() == []

    lin.goes("公示", "公示", "2026年上半年")
    lin.presses("main form button.main")
    assert lin.flaws() == []
    before = lin.form()
    lin.presses("button[name=confirmed]")
    assert "已公示" in lin.said
    assert lin.flaws() == []
    again = lin.page.request.post(before["url"], form={**before["form"], "confirmed": "yes"})
    assert again.status == 200
    for look in ({}, {"confirmed": "yes"}):
        late = lin.page.request.post(before["url"], form={**before["form"], "key": "of-another-tab", **look})
        assert late.status == 409
        assert "您看的不是现在的样子" in late.text()
    publish = f"{desk.served.address}/desk/meiyuan/do/disclosures/2026-H1/publication"
    assert wen.page.request.get(publish).status == 403
    assert "公示" not in wen.page.locator("nav.rail").inner_text().split()

    board = lin.opens(BOARD)
    assert "2026年上半年" in board.locator("main").inner_text()
    with desk.database.reading() as session:
        draft = disclosure(session, "meiyuan", "2026-H1")
        assert (draft.prepared_by, draft.checked_by, draft.published_by) == ("mei", "chen", "lin")
        assert latest_version(session, "meiyuan", "half-year", "2026-H1")[0] == 1


def test_a_supervisor_takes_the_report_and_the_statements_away_with_one_click(desk):
    closed(desk.sits(MEI))
    su = desk.sits(SU)
    su.goes("报表")
    assert su.flaws() == []

    for document, edition, name in (
        ("账目核查报告", "2026年上半年", "check-meiyuan-2026-H1.pdf"),
        ("会住维01至03表", "2026年上半年 PDF", "statements-meiyuan-2026-H1.pdf"),
        ("会住维01至03表", "2026年上半年 XLSX", "statements-meiyuan-2026-H1.xlsx"),
    ):
        assert su.takes(f"{document} {edition}") == name
