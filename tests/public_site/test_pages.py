"""The pages as a reader gets them."""

import json
import re
from datetime import date, timedelta

import pytest

from ledger.log.actions import sign_head
from ledger.log.signer import Signer
from ledger.noticeboard.actions import publish_notice
from ledger.noticeboard.queries import notice
from ledger.noticeboard.rules import NewNotice, canonical_body, labelled
from ledger.words import yuan
from public_site import notice_queries
from tests.cast import CHEN
from tests.public_site.conftest import READABLE, public_app, tables_in
from tests.public_site.meiyuan import PUBLISHED, publish_accounts

HALF_YEAR = "/meiyuan/half-year/2026-H1/"
EVALUATION = "/meiyuan/evaluation/2026-H1/"
GRADED = "/meiyuan/evaluation/2025-H2/"
STANDING = "/meiyuan/standing/2026-07-10/"
PAGES = ["/", "/meiyuan/", HALF_YEAR, f"{HALF_YEAR}v1/", EVALUATION, GRADED, STANDING, "/about/verify"]


def words_of(response) -> str:
    """A page's text without its tags."""
    page = re.sub(r"<template.*?</template>", "", response.text, flags=re.S)
    page = re.sub(r"</?(span|strong)[^>]*>", "", page)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_shown(client, address, language):
    response = client.get(f"{address}?lang={language}")

    assert response.status_code == 200
    assert response.text.count("<h1") == 1
    assert f'<html lang="{"en" if language == "en" else "zh-CN"}"' in response.text


def test_the_board_names_communities_and_the_newest_notices(client):
    text = words_of(client.get("/"))

    assert "梅园新村" in text
    assert "梅园新村 2026 年上半年收支公示" in text
    assert "2026年7月10日挂出" in text


def test_the_two_balances_come_first(client):
    text, body = words_of(client.get(HALF_YEAR)), client.get(f"{HALF_YEAR}body.json").json
    fund, revenue = (yuan(body[book]["closing_fen"]) for book in ("fund", "revenue"))

    assert f"维修资金 · 期末余额 ¥{fund}元 约 " in text
    assert f"公共收益 · 期末余额 ¥{revenue}元 截至2026年6月30日" in text
    assert text.index(fund) < text.index(revenue) < text.index("钱从哪里来") < text.index("三张报表（元）")


@pytest.mark.parametrize(
    "words",
    [
        "2 幢电梯钢丝绳更换", "批准金额 31,200.00 元（2026年5月13日）", "业主表决：通过", "免得认出谁投了什么票", "jianxin 公司", "排水设施堵塞",  # projects
        "GG-01", "电梯轿厢广告 4 面", "业主大会 2025-4 号决议", "12,000.00", "净收益的 70%", "2026年4月15日",  # revenue
        "当期收缴率（CR1）", "以前欠的物业费，本期补交了多少。", "不单列",  # fee, tickets
        "政府投入", "3,520,000.00", "2030年11月20日",  # works
        "资产负债表（会住维01表）", "收支表（会住维02表）", "净资产变动表（会住维03表）", "✓ 相符", "未核对",
        "有疑问怎么办", "report.pdf", "projects.csv", "body.json", "三个不同的人",
    ],
)  # fmt: skip
def test_a_half_year_says(client, words):
    assert words in words_of(client.get(HALF_YEAR))


def test_a_community_says_first_how_it_stands_and_from_which_notice(client):
    page = client.get("/meiyuan/")
    text, body = words_of(page), client.get(f"{STANDING}body.json").json

    assert (
        text.index("现状")
        < text.index("anju 公司 · 物业服务合同到2026年12月31日")
        < text.index("现在有多少钱")
    )
    assert body["tickets"]["open"] is None
    assert "还没办完的报修不到 5 件，数目不单列。" in text
    assert f'href="{STANDING}"' in page.text
    assert "2026年7月10日公布" in text


@pytest.mark.parametrize(
    ("language", "says", "does_not"),
    [
        ("zh", "当天又有变化：正在投票的议题。", "Votes"),
        ("en", "Changed again that day: Votes that take ballots.", "正在投票的议题"),
    ],
)
def test_a_second_standing_notice_of_a_day_says_what_changed_and_corrects_nothing(
    sample, translations, language, says, does_not
):
    with sample.writing() as session:
        body = notice(session, "meiyuan", "standing", "2026-07-10").body
        changed = json.loads(body) | {
            "votes": [{"code": "1", "question": "?", "opens_on": "2026-07-10", "closes_on": "2026-07-20"}]
        }
        new = NewNotice(
            "standing",
            "2026-07-10",
            ("现状", "as it stands"),
            json.dumps(changed).encode(),
            (),
            PUBLISHED.date(),
        )
        why = "正在投票的议题 / Votes that take ballots"
        publish_notice(session, "meiyuan", new, why=why, by=None, at=PUBLISHED)
    board = public_app(sample, translations).test_client()

    newer = words_of(board.get(f"{STANDING}?lang={language}"))
    older = words_of(board.get(f"{STANDING}v1/?lang={language}"))

    assert says in newer
    assert does_not not in newer
    for text in (newer, older):
        assert "更正" not in text.partition("有疑问怎么办")[0]


def test_what_the_server_publishes_by_itself_does_not_crowd_out_what_people_publish(client):
    assert "现状" not in words_of(client.get("/"))
    assert words_of(client.get("/meiyuan/")).count("现状") == 1


def test_an_evaluation_says_its_grade_and_that_owners_decide(client):
    text, body = words_of(client.get(GRADED)), client.get(f"{GRADED}body.json").json

    assert body["grade"] in "ABCD"
    assert f"{body['grade']} {body['grade_zh']}" in text
    assert f"{yuan(body['score_e2'])}分，满分 100" in text
    assert body["advice_zh"] in text
    assert "是否续聘由业主们自己决定" in text


def test_an_evaluation_says_why_an_indicator_was_not_assessed(client):
    text = words_of(client.get(GRADED))

    assert "A2 一般维修按时完成率 93.00%" in text
    assert "A1 急修及时到场率 本期只有 4 件，标准要求至少 5 件，不评" in text
    assert "B1 业主满意率 满意度问卷尚未由社区开展" in text
    assert "D3 银行对账 该交的材料没交 没有提交银行对账单 0.00 / " in text


def test_c1_an_evaluation_without_a_grade_says_so_and_why(client):
    text, body = words_of(client.get(EVALUATION)), client.get(f"{EVALUATION}body.json").json

    assert (body["grade"], body["no_grade"]) == ("—", True)
    assert "暂不评级，上面的分数只作参考。" in text
    assert f"原因：{body['why_no_grade_zh']}。" in text
    assert "暂不评级" not in words_of(client.get(GRADED))


def test_c4_what_the_software_cannot_hold_stands_apart_from_what_happened(client):
    text = words_of(client.get(EVALUATION))

    of_the_place, of_the_software = text.split("本系统还做不到的")
    assert "本系统还不能登记" not in of_the_place.split("为什么有的指标不评")[1]
    assert "下面几项是软件的原因，不说明这个小区或这家企业做得好还是不好。" in of_the_software
    assert "B3 询问答复及时率 本系统还不能登记业主询问" in of_the_software
    assert "尚未启用" not in text


@pytest.mark.parametrize("notice", [HALF_YEAR, STANDING])
def test_english_is_complete_but_for_what_the_notice_says_in_chinese(client, notice):
    page = client.get(f"{notice}?lang=en").text
    page = re.sub(r'<span data-at="[^"]*"[^>]*>.*?</span>|<a href="\?lang=zh".*?</a>', "", page, flags=re.S)

    assert re.findall(r"[\u3400-\u9fff]+", page) == []


def test_nobody_is_named(client):
    text = client.get(HALF_YEAR).text + client.get(EVALUATION).text + client.get("/meiyuan/").text

    for login in ("mei", "chen", "an", "su"):
        assert not re.search(rf"[>\s]{login}[<\s]", text)
    assert "业主1" not in text


def test_every_figure_says_where_it_stands_in_the_sealed_bytes(client):
    page = client.get(HALF_YEAR).text
    body = json.loads(client.get(f"{HALF_YEAR}body.json").data)

    marks = re.findall(r'data-at="([^"]*)"', page)

    assert len(marks) > 300
    for mark in marks:
        value = body
        for step in mark.split("/")[1:]:
            value = value[int(step)] if isinstance(value, list) else value[step.replace("~1", "/")]


# ---- language and type ----


def test_the_language_is_remembered_in_a_cookie(client):
    response = client.get("/?lang=en")

    assert "lang=en" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Notice board" in client.get("/").text


def test_large_type_needs_no_script(client):
    assert 'class="large"' not in client.get("/").text
    assert "?type=large" in client.get("/").text

    client.get("/?type=large")

    assert 'class="large"' in client.get("/").text
    assert "?type=normal" in client.get("/").text


def test_a_language_that_is_none_is_not_kept(client):
    response = client.get("/?lang=fr%0d%0aSet-Cookie:x")

    assert "Set-Cookie" not in response.headers
    assert "小区公示栏" in response.text


def test_a_switch_keeps_what_was_searched(client):
    assert "?q=%E6%A2%85&amp;lang=en" in client.get("/?q=梅").text


# ---- what is refused ----


@pytest.mark.parametrize(
    "address",
    [
        "/nosuch/", "/meiyuan/half-year/2031-H1/", "/meiyuan/nosuch/2026-H1/", f"{HALF_YEAR}v2/", f"{HALF_YEAR}v0/",
        f"{HALF_YEAR}v99999999999999999999/", f"{HALF_YEAR}files/none.pdf", "/meiyuan/what/ever/is/here", "/about/us",
        "/nosuch/log/checkpoint", "/nosuch/log/key", "/nosuch/log/consistency?old=1&new=1", "/meiyuan'--/", "/梅园/",
        f"{HALF_YEAR}files/..%2f..%2fbody.json", "/%F0%9F%98%80/", "/%ff%fe/", "/meiyuan/half-year/' OR 1=1/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(client, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "没有找到" in response.text
    assert "公示栏首页" in response.text


@pytest.mark.parametrize(
    "address",
    [
        "/mei%00yuan/",
        f"{HALF_YEAR}files/%00",
        "/?q=%00",
        "/?q=%ff",
        "/?page=-1",
        "/?page=x",
        "/?page=999999999999999999999",
    ],
)
def test_odd_bytes_in_an_address_break_nothing(client, address):
    assert client.get(address).status_code in (200, 404)


@pytest.mark.parametrize("taken", ["/api/x", "/desk/x", "/healthz", "/metrics", "/static/nothing", "/api/"])
def test_other_doors_addresses_are_left_to_them(client, taken):
    response = client.get(taken)

    assert response.status_code == 404
    assert "公示栏" not in response.text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_sent_here(client, method):
    for address in PAGES:
        assert getattr(client, method)(address).status_code == 405


def test_what_is_searched_for_is_shown_as_text(client):
    page = client.get("/?q=<script>alert(1)</script>").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# ---- versions ----


def test_an_older_version_stays_and_says_that_it_was_corrected(sample, sample_keys, translations):
    with sample.writing() as session:
        publish_accounts(session, "meiyuan", why="快递柜租金多计一季", at=PUBLISHED + timedelta(days=3))
        sign_head(session, "meiyuan", Signer(sample_keys), at=PUBLISHED)
    client = public_app(sample, translations).test_client()

    old, new, listed = (words_of(client.get(a)) for a in (f"{HALF_YEAR}v1/", HALF_YEAR, "/meiyuan/"))

    assert "已更正 这一版已经被第 2 版更正" in old
    assert "更正理由：快递柜租金多计一季" in old
    assert "这是更正后的第 2 版" in new
    assert "看前一版" in new
    assert listed.index("第 2 版") < listed.index("已更正")
    first, latest, second = (client.get(f"{HALF_YEAR}{v}body.json").data for v in ("v1/", "", "v2/"))
    assert latest == second != first


def test_a_kind_without_a_page_of_its_own_is_shown_as_it_is(sample, translations):
    with sample.writing() as session:
        publish_notice(
            session,
            "meiyuan",
            NewNotice(
                "minutes",
                "2026-07",
                titles=("<业主大会>纪要", "Minutes"),
                body='{"text":"<b>同意</b>"}'.encode(),
                attachments=[],
                must_stay_until=PUBLISHED.date(),
            ),
            by=CHEN,
            at=PUBLISHED,
        )
        publish_notice(
            session,
            "meiyuan",
            NewNotice(
                "scan",
                "x",
                titles=("扫描件", "Scan"),
                body=b"\xff\x00 no JSON",
                attachments=[],
                must_stay_until=PUBLISHED.date(),
            ),
            by=CHEN,
            at=PUBLISHED,
        )
    client = public_app(sample, translations).test_client()

    page = client.get("/meiyuan/minutes/2026-07/").text

    assert "&lt;业主大会&gt;纪要" in page
    assert "&lt;b&gt;同意&lt;/b&gt;" in page
    assert client.get("/meiyuan/scan/x/").status_code == 200
    assert client.get("/meiyuan/scan/x/body.json").data == b"\xff\x00 no JSON"
    assert "minutes" in client.get("/meiyuan/").text


def test_a_half_year_of_another_version_of_the_figures_is_shown_as_it_is(sample, translations):
    with sample.writing() as session:
        for period, body in (
            ("2027-H1", b'{"kind":"half-year","v":3}'),
            ("2027-H2", b'{"kind":"half-year","v":1,"fund":7}'),
        ):
            publish_notice(
                session,
                "meiyuan",
                NewNotice(
                    "half-year",
                    period,
                    titles=("公示", "Notice"),
                    body=body,
                    attachments=[],
                    must_stay_until=PUBLISHED.date(),
                ),
                by=CHEN,
                at=PUBLISHED,
            )
    client = public_app(sample, translations).test_client()

    assert "封存的原文" in client.get("/meiyuan/half-year/2027-H1/").text
    assert client.get("/meiyuan/half-year/2027-H2/").status_code == 200
    assert client.get("/meiyuan/").status_code == 200


def test_b6_accounts_that_stay_into_a_year_without_its_official_calendar_say_that_the_day_is_provisional(
    sample, translations
):
    until = date(2027, 1, 13)
    with sample.writing() as session:
        old = notice(session, "meiyuan", "half-year", "2026-H1").body
        standing = {"kind": "standing", "v": 2, "calendar": {"official_through": 2026}}
        for kind, period, body in (
            ("half-year", "2026-H2", old.replace(b'"2026-H1"', b'"2026-H2"')),
            ("minutes", "2026-12", b"{}"),
            ("standing", "2031-01-01", json.dumps(standing).encode()),
        ):
            publish_notice(
                session,
                "meiyuan",
                NewNotice(
                    kind, period, titles=("公示", "Notice"), body=body, attachments=[], must_stay_until=until
                ),
                by=CHEN,
                at=PUBLISHED,
            )
    client = public_app(sample, translations).test_client()

    assert "至少挂到2027年1月13日（暂按法定节假日推算）" in words_of(
        client.get("/meiyuan/half-year/2026-H2/")
    )
    assert "至少挂到2027年1月13日" in words_of(client.get("/meiyuan/minutes/2026-12/"))
    assert "暂按法定节假日推算" not in words_of(client.get("/meiyuan/minutes/2026-12/"))
    assert "暂按法定节假日推算" not in words_of(client.get(HALF_YEAR))


def test_a_notice_that_no_signature_covers_yet_says_so(sample, translations):
    with sample.writing() as session:
        publish_accounts(session, "meiyuan", why="更正")
    client = public_app(sample, translations).test_client()

    assert "下一次签名还没有盖住" in client.get(HALF_YEAR).text
    assert client.get(f"{HALF_YEAR}proof").status_code == 409
    assert "data-prove" in client.get(f"{HALF_YEAR}v1/").text


# ---- many communities ----


def test_many_communities_can_be_searched_and_leafed_through(sample, translations):
    with sample.writing() as session:
        seal = notice(session, "meiyuan", "half-year", "2026-H1").body
        _copy_notices(session, seal, 65)
    client = public_app(sample, translations).test_client()

    first = words_of(client.get("/"))

    assert "小区名称" in first
    assert "第 1 页，共 3 页" in first
    assert "下一页" in first
    assert "样板小区" in words_of(client.get("/?page=2"))
    assert "样板小区 07" in words_of(client.get("/?q=样板小区 07"))
    assert "没有找到名称里有“%”的小区" in words_of(client.get("/?q=%25"))


def _copy_notices(session, seal: bytes, count: int) -> None:
    """Further communities, each with the sample's half-year under its own name."""
    from tests.factories import a_community

    for number in range(count):
        code = f"c{number:04d}"
        a_community(session, code)
        body = seal.replace("梅园新村".encode(), f"样板小区 {number:02d}".encode())
        publish_notice(
            session,
            code,
            NewNotice(
                "half-year",
                "2026-H1",
                titles=(f"样板小区 {number:02d} 收支公示", f"Sample {number:02d}"),
                body=body,
                attachments=[],
                must_stay_until=PUBLISHED.date(),
            ),
            by=CHEN,
            at=PUBLISHED,
        )


# ---- what it costs ----


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 4),
        ("/meiyuan/", 4),
        (HALF_YEAR, 4),
        (EVALUATION, 4),
        (f"{HALF_YEAR}body.json", 1),
        (f"{HALF_YEAR}files/report.pdf", 2),
        (f"{HALF_YEAR}leaf", 2),
        (f"{HALF_YEAR}proof", 6),
        ("/meiyuan/log/checkpoint", 1),
        ("/meiyuan/log/consistency?old=3&new=300", 4),
        ("/about/verify", 0),
    ],
)
def test_few_queries_and_of_the_board_and_the_log_only(client, statements, monkeypatch, address, most):
    monkeypatch.setattr(
        notice_queries, "_NAMES", {}
    )  # the first request of a process, which knows nobody's name
    assert client.get(address).status_code == 200

    asked = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(asked) <= most
    assert bool(asked) is bool(most)
    assert all(statement.startswith(("SELECT", "BEGIN", "PRAGMA")) for statement in statements)
    assert {table for statement in asked for table in tables_in(statement)} <= READABLE


APART = {"opening_fen": 0, "collected_fen": 20_000_00, "paid_on_fen": 15_000_00, "closing_fen": 5_000_00}
PUBLIC_ACCOUNT = {
    "opening_fen": 0, "in_fen": 50_000_00, "out_fen": 12_000_00, "closing_fen": 38_000_00,
    "payments": [{"what": "房屋安全体检", "building": "2", "payee": "jiance 公司", "fen": 12_000_00, "paid_on": "2026-05-12"}],
}  # fmt: skip
REWARD = {
    "source": "虹房管规〔2026〕1号", "months": 6, "area_months_dm2": 360_000, "least_fee_no_lift_fen": 90, "least_fee_lift_fen": 145,
    "by_grade": [{"grade": "A", "fen_per_m2": 40, "fen": 144_000}, {"grade": "B", "fen_per_m2": 30, "fen": 108_000}],
}  # fmt: skip


def board_after(sample, translations, kind, period, change):
    """A board on which a notice was published once more with other figures."""
    with sample.writing() as session:
        figures = change(json.loads(notice(session, "meiyuan", kind, period).body))
        figures.pop("labels", None)  # those of today are sealed with it
        body = canonical_body(labelled(figures))
        new = NewNotice(kind, period, ("公示", "Notice"), body, (), PUBLISHED.date())
        publish_notice(session, "meiyuan", new, why="重算", by=CHEN, at=PUBLISHED)
    return public_app(sample, translations).test_client()


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh", ["代收的充电电费（不是收益）", "本期付给供电单位 15,000.00", "房屋安全管理资金公共账户（政府的钱）", "房屋安全体检 2 幢 · jiance 公司", "不是业主的钱"]),
        ("en", ["Electricity of charging, passed through (no revenue)", "Paid on in the period 15,000.00", "Building 2 · jiance 公司", "not the owners"]),
    ],
)  # fmt: skip
def test_electricity_and_the_governments_account_stand_apart_from_the_owners_money(
    sample, translations, language, says
):
    def change(figures):
        return {
            **figures,
            "revenue": {**figures["revenue"], "electricity": APART},
            "housing_safety": PUBLIC_ACCOUNT,
        }

    text = words_of(
        board_after(sample, translations, "half-year", "2026-H1", change).get(f"{HALF_YEAR}?lang={language}")
    )

    for words in says:
        assert words in text


@pytest.mark.parametrize(
    ("due_fen", "language", "says"),
    [
        (108_000, "zh", "不低于 0.90 元（无电梯）或 1.45 元（有电梯）的户：6 个月，面积逐月相加 3,600.00 ㎡·月。 本期应得 1,080.00 元。 这里只算不记账"),
        (None, "en", "There is no grade for this period, so no reward is due. It is computed here and not booked"),
    ],
    ids=["due", "no grade"],
)  # fmt: skip
def test_an_evaluation_tells_the_places_reward_with_its_condition(
    sample, translations, due_fen, language, says
):
    def change(figures):
        return {**figures, "grades_source": REWARD["source"], "reward": REWARD | {"fen": due_fen}}

    board = board_after(sample, translations, "evaluation", "2025-H2", change)

    text = words_of(board.get(f"{GRADED}?lang={language}"))
    assert says in text
    assert "虹房管规〔2026〕1号" in text
    assert "A 0.40 1,440.00" in text
