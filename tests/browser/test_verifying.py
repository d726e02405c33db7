"""Proving a notice in a browser, against a server that lies."""

import json
import re
import shutil
from datetime import timedelta
from hashlib import sha256

import pytest

from ledger.db import Database
from ledger.log import note
from ledger.log.actions import sign_head
from ledger.log.note import paper_groups
from ledger.log.queries import latest_signed
from ledger.log.signer import Signer
from tests.browser.conftest import Reader
from tests.public_site.meiyuan import PUBLISHED, build, publish_evaluation

HALF_YEAR = "/meiyuan/half-year/2026-H1/"


def flipped(place: int):
    """One bit of one byte changed on the way."""
    return lambda body: body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


def test_e1_e2_the_button_proves_a_true_notice(reader):
    reader.opens(HALF_YEAR)

    steps = reader.proves()

    assert {step: verdict for step, (verdict, _) in steps.items()} == {
        "body": "ok", "files": "ok", "inclusion": "ok", "signature": "ok", "head": "ok", "memory": "new", "paper": "new",
        "page": "ok",
    }  # fmt: skip
    assert "核到封存" in reader.verdict
    assert "核验通过" not in reader.verdict, "whoever comes first cannot know"
    assert "WebCrypto" in steps["signature"][1]
    assert "第一次" in steps["memory"][1]
    assert int(re.search(r"(\d+) 处内容", steps["page"][1])[1]) > 300
    assert reader.violations() == []
    assert reader.complaints == []


def test_the_second_time_it_knows_the_log(reader):
    reader.opens(HALF_YEAR)
    reader.proves()

    reader.opens("/meiyuan/evaluation/2025-H2/")

    assert reader.proves()["memory"][0] == "ok"
    assert "核到一致" in reader.verdict


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_evaluation_is_proved_in_both_languages(reader, language):
    reader.opens(f"/meiyuan/evaluation/2025-H2/?lang={language}")

    assert reader.proves()["page"][0] == "ok"
    assert ("核到封存" if language == "zh" else "Sealed:") in reader.verdict


def test_an_english_half_year_says_what_was_sealed(reader):
    reader.opens(f"{HALF_YEAR}?lang=en")

    assert reader.proves()["page"][0] == "ok"


@pytest.mark.parametrize(
    ("address", "twist", "step", "words"),
    [
        ("/v1/body.json", lambda body: body.replace(b'"closing_fen":8', b'"closing_fen":9', 1), "body", "原文被改过"),
        ("/v1/leaf", flipped(60), "inclusion", "不通过"),
        ("/v1/leaf", flipped(0), "body", "封条读不出来"),
        ("/v1/proof", flipped(50), "inclusion", "不通过"),
        ("/v1/proof", lambda body: body.replace(b"index ", b"index 1"), "inclusion", "位置"),
        ("/v1/proof", lambda body: body[:-9] + b"AAAAA==" + body[-2:], "signature", "不通过"),
        ("/log/checkpoint", flipped(30), "head", "不通过"),
        ("/log/key", flipped(40), "signature", "钥匙读不出来"),
        ("/files/report.pdf", flipped(9), "files", "report.pdf 被改过"),
        (HALF_YEAR, lambda page: re.sub(rb"(/fund/closing_fen\"[^>]*>)1", rb"\g<1>9", page), "page", "封存的原文是"),
        (HALF_YEAR, lambda page: page.replace(b'data-file="report.pdf"', b""), "files", "少了一个附件"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_told(served, reader, address, twist, step, words):
    served.twist[address] = twist
    reader.opens(HALF_YEAR)

    steps = reader.proves()

    assert steps[step][0] == "bad"
    assert words in steps[step][1]
    assert "请不要相信这一页的数字" in reader.verdict
    assert reader.page.locator("[data-result].bad").count() == 1
    assert reader.violations() == []


def test_what_cannot_be_fetched_is_told(served, reader):
    served.twist["/v1/leaf"] = lambda _: b""
    reader.opens(HALF_YEAR)
    reader.page.route("**/v1/proof", lambda route: route.abort())

    reader.page.click("[data-prove]")
    reader.page.wait_for_selector("[data-result]:not([hidden])")

    assert "没有取到核验要用的文件" in reader.verdict
    assert reader.page.locator("[data-prove]").is_enabled()


def test_e1_a_first_visit_a_second_one_and_one_with_the_paper_end_in_three_sentences_in_both_languages(
    reader, sample
):
    with sample.reading() as session:
        signed = latest_signed(session, "meiyuan")
    paper = f"{signed.tree_size}.{signed.root.hex()}.{sha256(signed.vkey.encode()).hexdigest()}"
    verdicts = []
    for address in ("?lang=en", "?lang=zh", f"?lang=en#paper={paper}", f"?lang=zh#paper={paper}"):
        reader.opens("/")
        reader.opens(f"{HALF_YEAR}{address}")
        if "#" in address:
            reader.outcome()
        else:
            reader.proves()
        verdicts.append(reader.verdict.split("：" if "zh" in address else ":")[0])
    assert verdicts == ["○ Sealed", "○ 核到一致", "✓ Verified", "✓ 核验通过"]


def test_e1_a_ledger_that_was_forged_whole_is_told_to_be_no_more_than_sealed_at_a_first_visit(
    served, reader, sqlite_url, tmp_path
):
    """And at the second no more than consistent: in both sentences it is the paper that has to say the rest."""
    forged = Database(sqlite_url)
    build(forged, tmp_path / "forgers-keys")
    served.show(forged)
    reader.opens(HALF_YEAR)

    reader.proves()
    first = reader.verdict
    reader.proves()
    second = reader.verdict

    assert first.startswith("○ 核到封存：")
    assert "整本从头伪造的日志也会显示这一句" in first
    assert second.startswith("○ 核到一致：")
    assert "还没有纸来作证" in second
    forged.close()


def label_elements(page: bytes) -> list[bytes]:
    return [whole[0] for whole in re.finditer(rb'<(\w+) data-at="/labels/[^>]*>[^<]*</\1>', page)]


def with_two_labels_exchanged(page: bytes) -> bytes:
    one = label_elements(page)[0]
    other = next(label for label in label_elements(page) if label != one)
    return page.replace(one, b"\0", 1).replace(other, one, 1).replace(b"\0", other, 1)


LIES = {
    "a figure without its mark": lambda page: re.sub(
        rb'<(\w+)[^>]*data-at="/fund/closing_fen"[^>]*>1', rb"<\1>9", page, count=1
    ),
    "the true figure hidden beside a false one": lambda page: re.sub(
        rb'(<\w+)([^>]*data-at="/fund/closing_fen")', rb"<b>999,999.99</b>\1 hidden\2", page, count=1
    ),
    "two labels exchanged": with_two_labels_exchanged,
    "a wrong heading": lambda page: re.sub(
        rb"<h1[^>]*>.*?</h1>", "<h1>2019 年</h1>".encode(), page, count=1, flags=re.DOTALL
    ),
    "another picture": lambda page: re.sub(
        rb'<img src="[^"]*chart-[^"]*"', b'<img src="/static/site/icon.svg"', page, count=1
    ),
    "a false paragraph": lambda page: page.replace(b"</h1>", "</h1><p>余额九百万元。</p>".encode(), 1),
    "every mark removed": lambda page: re.sub(rb' data-at="[^"]*"', b"", page),
}


@pytest.mark.parametrize("lie", LIES)
def test_e2_of_a_page_that_lies_beside_its_marks_the_verdict_says_nothing(served, reader, paper, lie):
    """It speaks of the sealed file, in every verdict, and the step of the page says what was not compared."""
    pages = []
    served.twist[HALF_YEAR] = lambda page: pages.append((page, LIES[lie](page))) or pages[-1][1]
    reader.opens(HALF_YEAR)

    verdict, words = reader.proves()["page"]
    sealed = reader.verdict
    reader.opens("/")
    reader.opens(f"{HALF_YEAR}#paper={paper}")
    reader.outcome()

    assert pages
    assert all(lied != page for page, lied in pages)
    assert (verdict == "new") is (lie == "every mark removed")
    assert ("没有做标记的内容" if verdict == "new" else "没做标记的文字、顺序和图没有比，以原文为准") in words
    assert sealed.startswith("○ 核到封存：封存的原文和附件")
    assert "这一页" not in sealed
    assert reader.verdict.startswith("✓ 核验通过：封存的原文和附件")
    assert "这句话说的是封存的原文（body.json）；这一页的文字和图若与原文不同，以原文为准" in reader.verdict


# ---- what the browser remembers ----


@pytest.fixture
def earlier(sample, tmp_path):
    """The database as it is now, kept aside before it grows."""
    shutil.copytree(tmp_path / "sample", tmp_path / "earlier")
    database = Database(f"sqlite:///{tmp_path / 'earlier' / 'sample.db'}")
    yield database
    database.close()


def grow(sample, keys) -> None:
    with sample.writing() as session:
        publish_evaluation(session, "meiyuan", why="复核后更正", at=PUBLISHED + timedelta(days=1))
        sign_head(session, "meiyuan", Signer(keys), at=PUBLISHED)


def test_a_log_that_only_grew_is_recognised(reader, sample, sample_keys):
    reader.opens(HALF_YEAR)
    reader.proves()
    grow(sample, sample_keys)

    steps = reader.proves()

    assert steps["memory"][0] == "ok"
    assert "以前的一条也没有改" in steps["memory"][1]


def test_a_log_that_became_shorter_raises_the_alarm(served, reader, earlier, sample, sample_keys):
    grow(sample, sample_keys)
    reader.opens(HALF_YEAR)
    reader.proves()
    served.show(earlier)

    steps = reader.proves()

    assert steps["memory"][0] == "bad"
    assert "日志变短了" in steps["memory"][1]
    assert "警报" in reader.verdict
    assert reader.proves()["memory"][0] == "bad", "what it remembers is not overwritten by what it refuses"


def test_e1_a_rewritten_log_with_another_key_raises_the_alarm(served, reader, sqlite_url, tmp_path):
    reader.opens(HALF_YEAR)
    reader.proves()
    other = Database(sqlite_url)
    build(other, tmp_path / "other-keys")
    served.show(other)
    reader.opens(HALF_YEAR)

    steps = reader.proves()

    assert steps["signature"][0] == "ok", "taken for itself it is a perfect log"
    assert steps["memory"][0] == "bad"
    assert "钥匙换了" in steps["memory"][1]
    assert "警报" in reader.verdict
    other.close()


def test_e1_e5_a_log_rewritten_under_the_same_key_raises_the_alarm(served, reader, sqlite_url, sample_keys):
    """The operator holds the key and throws the signer's memory away: only who saw the first log can tell."""
    reader.opens(HALF_YEAR)
    reader.proves()
    for state in sample_keys.glob("*.state.json"):
        state.write_text(json.dumps({"size": 0, "root": ""}))
    other = Database(sqlite_url)
    build(other, sample_keys)
    served.show(other)
    reader.opens(HALF_YEAR)

    steps = reader.proves()

    assert steps["signature"][0] == steps["head"][0] == "ok"
    assert "日志被改写了" in steps["memory"][1]
    assert "警报" in reader.verdict
    other.close()


def test_a_browser_that_may_not_remember_says_so(reader):
    reader.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });"
    )
    reader.opens(HALF_YEAR)

    steps = reader.proves()

    assert steps["memory"][0] == "new"
    assert "不让网页记东西" in steps["memory"][1]
    assert "核到封存" in reader.verdict


def test_a_browser_without_ed25519_uses_what_came_with_the_page(reader):
    reader.page.add_init_script(
        "SubtleCrypto.prototype.importKey = () => Promise.reject(new Error('NotSupported'));"
    )
    reader.opens(HALF_YEAR)

    steps = reader.proves()

    assert steps["signature"][0] == "ok"
    assert "noble-ed25519" in steps["signature"][1]


# ---- the paper on the wall ----


@pytest.fixture
def paper(sample):
    """What the paper's code holds: size, root and fingerprint, as they were when it was printed."""
    with sample.reading() as session:
        signed = latest_signed(session, "meiyuan")
    return f"{signed.tree_size}.{signed.root.hex()}.{sha256(signed.vkey.encode()).hexdigest()}"


def test_e1_e3_the_code_on_the_paper_proves_at_once(reader, paper, sample, sample_keys):
    grow(sample, sample_keys)

    reader.opens(f"{HALF_YEAR}#paper={paper}")
    steps = reader.outcome()

    assert steps["paper"][0] == "ok"
    assert "纸上的" in steps["paper"][1]
    assert "核验通过" in reader.verdict
    assert "封存的原文" in reader.verdict
    assert not any("paper=" in url for url in reader.asked if "#" not in url)


def test_e1_e3_the_paper_convicts_a_rewritten_log_even_on_a_new_phone(
    chromium, served, paper, sqlite_url, tmp_path
):
    other = Database(sqlite_url)
    build(other, tmp_path / "other-keys")
    served.show(other)
    stranger = Reader(chromium, served)

    size, root, _ = paper.split(".")
    stranger.opens(f"{HALF_YEAR}#paper={paper}")
    assert "钥匙和纸上印的不一样" in stranger.outcome()["paper"][1]
    stranger.opens("/")
    stranger.opens(f"{HALF_YEAR}#paper={size}.{root}")
    assert stranger.outcome()["paper"][0] == "bad"

    assert "警报" in stranger.verdict
    stranger.context.close()
    other.close()


def test_e3_the_paper_can_be_typed_in(reader, paper):
    size, root, _ = paper.split(".")
    page = reader.opens(HALF_YEAR)
    grouped = " ".join(paper_groups(root)).upper()

    page.fill("[data-paper] input >> nth=0", size)
    page.fill("[data-paper] input >> nth=1", grouped)
    page.click("text=和纸核对")

    assert reader.outcome()["paper"][0] == "ok"
    mistyped = paper_groups(root)
    mistyped[8] = ("0" if mistyped[8][0] != "0" else "1") + mistyped[8][1:]
    page.fill("[data-paper] input >> nth=1", " ".join(mistyped))
    page.click("text=和纸核对")
    page.wait_for_selector("text=第 9 组填错了")
    page.fill("[data-paper] input >> nth=1", "12 34")
    page.click("text=和纸核对")
    page.wait_for_selector("text=没有填对")


def test_what_is_shown_to_compare_is_what_was_proved(reader, sample):
    reader.opens(HALF_YEAR)
    reader.proves()
    with sample.reading() as session:
        signed = latest_signed(session, "meiyuan")

    root = reader.page.inner_text("[data-root]").replace(" ", "")
    fingerprint = reader.page.inner_text("[data-fingerprint]").replace(" ", "")

    assert root == signed.root.hex() == note.parse_checkpoint(note.parse_note(signed.note).text).root.hex()
    assert fingerprint == sha256(signed.vkey.encode()).hexdigest()
