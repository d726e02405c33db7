import json
import re
from base64 import b64encode

import pytest

from ledger.db import Database
from ledger.disclosure.accounts_queries import gather
from ledger.fees.payment_actions import Payment, receive
from ledger.journal.queries import books, trial_balance
from ledger.log.queries import latest_signed
from ledger.noticeboard.queries import attachments, notice
from ledger.noticeboard.rules import digest
from ledger.periods import Period, PeriodToCome
from ledger.reports import check_report
from ledger.words import yuan
from tests.cast import MEI, NOON
from tests.factories import a_community
from tests.reports import town
from tests.reports.conftest import render
from tests.reports.reading import attached_to, fonts_in, pages_of, text_of, title_of
from tests.reports.test_sheets import rows_of


def test_the_title_never_says_audit_report_alone(report, unpublished_report):
    for pdf in (report, unpublished_report):
        assert title_of(pdf) == "梅园新村2026年上半年账目核查报告（系统生成，非注册会计师审计报告）"
        assert "账目核查报告（系统生成，非注册会计师审计报告）" in text_of(pdf)
        for page in pages_of(pdf):
            assert "非注册会计师审计报告" in page


def test_either_database_gives_a_report(session, fonts):
    code = town.build(session)

    pdf = check_report.render(session, code, town.HALF, fonts=fonts, page_url=town.PAGE, at=town.AUGUST)

    assert "本期维修支出" in text_of(pdf)


def test_figures_of_a_half_year_that_runs_are_cut_off_today_and_of_a_later_one_there_are_none(meiyuan, fonts):
    with meiyuan.reading() as session:
        running, to_come = Period.parse("2026-H2"), Period.parse("2031-H1")
        pdf = check_report.render(
            session, "meiyuan", running, fonts=fonts, page_url=town.PAGE, at=town.AUGUST
        )
        assert "数据截止2026年8月3日" in text_of(pdf)
        with pytest.raises(PeriodToCome, match="2031"):
            check_report.render(session, "meiyuan", to_come, fonts=fonts, page_url=town.PAGE, at=town.AUGUST)


def test_it_repeats_and_carries_only_our_fonts(published, fonts, report):
    assert render(published, fonts) == report
    assert fonts_in(report) == {"Noto-Sans-SC", "Noto-Sans-SC-Bold"}
    assert 8 <= len(pages_of(report)) <= 16


def test_the_contents_name_the_page_of_every_section(report):
    first, *rest = pages_of(report)
    entries = re.findall(r"(附件[一二三]|[一二三四五六七八九十]+、)([^.…]+?)\.{3,}(\d+)", first)

    assert len(entries) == 16
    for number, name, page in entries:
        assert number + name in rest[int(page) - 2]


def test_the_statements_stand_in_it_row_by_row(body, report):
    text = text_of(report)

    for words in ("资产负债表（会住维01表）", "收支表（会住维02表）", "净资产变动表（会住维03表）"):
        assert words in text
    assert text.count("资金名称：梅园新村住宅专项维修资金") == 3
    assert text.count("编制单位：梅园新村维修资金代管单位2026年6月30日单位：元") == 3
    for key in ("statement_01", "statement_02", "statement_03"):
        for line in json.loads(body)["fund"][key]:
            assert line["zh"] + "".join(yuan(fen) for fen in line["fen"]) in text


def test_projects_are_followed_through_their_steps(report):
    text = text_of(report)

    assert "紧急使用（排水设施堵塞、爆裂），免予表决" in text
    assert "参加15/18人" in text
    assert "批准人与提出人不是同一人✓相符" in text
    assert "合同文本、报价和审价资料不在本系统内，未核查未核对" in text
    assert "不合要求" not in text
    assert re.search(r"R23（M）应急使用\S+：使用情况还没有公示", text)


def test_identities_collection_rates_and_registers_are_shown_with_their_result(body, report):
    text = text_of(report)

    for identity in json.loads(body)["identities"]:
        result = {True: "✓相符", False: "不符", None: "未核对"}[identity["holds"]]
        assert (identity["id"] + identity["zh"]).replace(" ", "") in text
        assert (identity["note"] + result).replace(" ", "") in text
    for name in ("CR1", "CR2", "CR3", "CR4"):
        assert name in text
    for line in ("期末未收物业费", "本期公共收益收入", "本期维修支出"):
        assert re.search(line + r"[\d,.]+[^✓]+✓相符", text)


def test_every_book_has_its_trial_balance(meiyuan, report):
    text = text_of(report)
    sheet = rows_of(attached_to(report)["trial-balances.csv"])

    with meiyuan.reading() as session:
        for book in books(session, "meiyuan"):
            assert f"{book.zh}（{book.code}）" in text
            rows = trial_balance(session, "meiyuan", book.code, town.HALF.start, town.HALF.end)
            assert len([row for row in sheet if row[0] == book.code]) == len(rows)
            for row in rows:
                if row.debit_fen or row.credit_fen:
                    figures = (row.opening_fen, row.debit_fen, row.credit_fen, row.closing_fen)
                    assert row.account + row.zh + "".join(map(yuan, figures)) in text


def test_a_published_notice_is_its_source_and_is_named_by_its_digest(published, body, report):
    text = text_of(report)

    assert "已公示第1版" in text
    assert "全部一致" in text
    assert digest(body) in text
    assert attached_to(report)["figures.json"] == body
    with published.reading() as session:
        for attachment in attachments(session, notice(session, "meiyuan", "half-year", "2026-H1")):
            assert attachment.name + attachment.sha256 in text


def test_the_newest_signed_checkpoint_is_printed_whole(published, report):
    text = text_of(report)

    with published.reading() as session:
        signed = latest_signed(session, "meiyuan")
    assert f"test.example/log/meiyuan{signed.tree_size}{b64encode(signed.root).decode()}" in text
    assert signed.root.hex() in text
    assert re.sub(r"\s", "", signed.vkey) in text
    assert town.PAGE in text


def test_without_a_notice_it_says_so_and_reads_the_books(meiyuan, unpublished_report):
    text = text_of(unpublished_report)

    assert "本期还没有公示" in text
    assert "日志还没有签名的检查点" in text
    assert "逾期3日未公示" in text
    with meiyuan.reading() as session:
        figures = gather(session, "meiyuan", town.HALF, town.AUGUST.date())
    assert yuan(figures["fund"]["closing_fen"]) in text


def test_what_was_not_checked_is_said(report):
    text = text_of(report)

    for words in (
        "没有向银行函证",
        "没有查验发票",
        "没有现场查看",
        "没有核对选票",
        "R01—R34",
        "没有核对现场张贴",
    ):
        assert words in text


def test_money_that_is_owed_is_put_before_the_reader(report):
    text = text_of(report)

    assert "合同KD-01到期应收3,600.00元，已收3,000.00元" in text
    assert "恒等式I8未能核对" in text


def test_an_open_period_is_reported_as_open(sqlite_url, fonts):
    database = Database(sqlite_url)
    with database.writing() as session:
        code = a_community(session)
        receive(session, code, [Payment("p", None, 777, NOON.date())], by=MEI, at=NOON)
        pdf = check_report.render(
            session, code, Period.parse("2026-H2"), fonts=fonts, page_url=town.PAGE, at=town.AUGUST
        )
    database.close()

    text = text_of(pdf)
    assert "本期尚未结账" in text
    assert "本期没有使用维修资金的项目" in text
    assert "7.77元收款尚未查明" in text


def test_what_meets_a_duty_is_counted_by_the_shortest_accounts_that_tell_of_its_period():
    of = {Period.parse(name): many for name, many in (("2026-H1", 2), ("2026-Q1", 3), ("2026", 5))}

    for due, many in (("2026-Q1", 3), ("2026-Q2", 2), ("2026-H1", 2), ("2026-Q3", 5), ("2025-Q4", 0)):
        assert check_report._versions(of, Period.parse(due)) == many
