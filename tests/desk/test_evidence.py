"""Evidence on a record: a link to the stored file for whom it may be shown to, else what it is."""

from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import select

from ledger.demo.tickets import picture
from ledger.desk.views import Cell, Words, cell, timeline
from ledger.files.actions import keep_file, use_file
from ledger.files.rules import JPEG, LARGEST_FILE, FileKind, Purpose
from ledger.files.tables import StoredFile
from ledger.operations.uses import UseStepOut
from ledger.repairs.queries import ticket
from tests.cast import AN, BAO, CHEN, MEI, NOON, OUYANG, SONG, WEN
from tests.doors import HOMES, Caller
from tests.files.photographs import a_photograph, taken

TICKET = "/desk/meiyuan/tickets/1"
FILES = "/desk/meiyuan/files"
SCAN = b"%PDF-1.7 a scan"
DIGEST = "ab" * 32
PROVES = {FileKind.INVOICE: Purpose.INVOICE}


def kept(database, kind, subject, body=SCAN, by=CHEN) -> str:
    with database.writing() as session:
        file = keep_file(session, "meiyuan", body, "a.pdf", kind, by=by, at=NOON)
        use_file(session, "meiyuan", file.sha256, subject, PROVES.get(kind, Purpose.DELIVERY), by=by, at=NOON)
        return file.sha256


def test_a10_g4_the_photograph_of_a_finished_repair_is_a_link_to_it(at_the_desk):
    mei, wen = at_the_desk(MEI), at_the_desk(WEN)
    mei.fill("/desk/meiyuan/do/tickets", category="leak", title="漏水", home=HOMES[0])
    mei.fill("/desk/meiyuan/do/tickets/1/triage", priority="P2", daily_upkeep="yes")
    mei.fill("/desk/meiyuan/do/tickets/1/assignment", to="wen")
    wen.fill("/desk/meiyuan/do/tickets/1/arrival")
    wen.fill("/desk/meiyuan/do/tickets/1/completion", note="好了", photo=(BytesIO(picture(1)), "done.png"))

    page = mei.get(TICKET).text

    link = page.partition(f'href="{FILES}/')[2].partition('/content"')[0]
    assert f'href="{FILES}/{link}/content">照片</a>' in page
    answer = at_the_desk(OUYANG).get(f"{FILES}/{link}/content")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert f'href="{FILES}/{link}/content">照片</a>' in at_the_desk(OUYANG).get(TICKET).text


def test_a10_24_bytes_that_begin_like_a_picture_finish_no_repair_and_nothing_typed_is_lost(
    at_the_desk, database
):
    mei, wen = at_the_desk(MEI), at_the_desk(WEN)
    mei.fill("/desk/meiyuan/do/tickets", category="leak", title="漏水", home=HOMES[0])
    mei.fill("/desk/meiyuan/do/tickets/1/triage", priority="P2", daily_upkeep="yes")
    mei.fill("/desk/meiyuan/do/tickets/1/assignment", to="wen")
    wen.fill("/desk/meiyuan/do/tickets/1/arrival")
    completion = "/desk/meiyuan/do/tickets/1/completion"

    refused = wen.fill(completion, note="换了阀门", photo=(BytesIO(b"\xff\xd8\xff" + b"x" * 21), "done.jpg"))
    json_door = Caller(wen.client, WEN)(
        "POST",
        "/communities/meiyuan/tickets/1/completion",
        422,
        note="换了阀门",
        photo=(b"\xff\xd8\xff" + b"x" * 21, "done.jpg"),
    )

    assert refused.status_code == 422
    assert "换了阀门" in refused.text
    assert "这张图片打不开" in refused.text
    assert json_door["code"] == "picture-unreadable"
    with database.reading() as session:
        assert ticket(session, "meiyuan", 1).state == "arrived"

    large = taken(Image.effect_noise((3_400, 3_000), 90), quality=97)
    assert len(large) > LARGEST_FILE
    assert wen.fill(completion, note="换了阀门", photo=(BytesIO(large), "done.jpg")).status_code == 302
    with database.reading() as session:
        [photo] = session.exec(select(StoredFile).where(StoredFile.name == "done.jpg")).all()
        assert photo.size < LARGEST_FILE
        assert ticket(session, "meiyuan", 1).state == "done"


@pytest.mark.parametrize(
    ("kind", "seen", "not_seen"),
    [
        (FileKind.PAPER, {CHEN, AN, BAO}, {MEI, WEN, OUYANG, SONG}),
        (FileKind.INVOICE, {CHEN, AN, BAO, MEI, WEN}, {OUYANG, SONG}),
    ],
)
def test_a_file_is_shown_to_whom_its_kind_says(at_the_desk, database, kind, seen, not_seen):
    digest = kept(database, kind, f"home/{HOMES[0]}")

    for actor in seen:
        assert at_the_desk(actor).get(f"{FILES}/{digest}/content").data == SCAN
    for actor in not_seen:
        assert at_the_desk(actor).get(f"{FILES}/{digest}/content").status_code == 403


def test_a_photograph_of_a_home_is_shown_to_its_owner_alone_of_all_owners(at_the_desk, database):
    own = kept(database, FileKind.PHOTO, f"home/{HOMES[0]}", a_photograph())
    other = kept(database, FileKind.PHOTO, f"home/{HOMES[1]}", a_photograph(size=(80, 60)))
    ouyang = at_the_desk(OUYANG)

    assert ouyang.get(f"{FILES}/{own}/content").mimetype == JPEG
    assert ouyang.get(f"{FILES}/{other}/content").status_code == 403


def test_whoever_brought_a_paper_sees_it(at_the_desk, database):
    digest = kept(database, FileKind.PAPER, "project/2026-03", by=MEI)

    assert at_the_desk(MEI).get(f"{FILES}/{digest}/content").status_code == 200


def test_a_digest_without_a_file_is_told_whole():
    assert cell("sha256", DIGEST, Words("zh")) == Cell(DIGEST, "digest")


def test_a_file_that_may_not_be_seen_is_its_kind_without_a_link():
    words = Words("zh", files={DIGEST: Cell("书面文件")})

    assert cell("evidence", DIGEST, words) == Cell("书面文件")


def test_the_papers_of_a_step_go_by_what_they_are():
    words = Words("zh", files={DIGEST: Cell("书面文件", url="/there")})
    step = UseStepOut.of({
        "line": 1, "action": "price", "state": "priced", "by_login": "chen", "at": NOON,
        "papers": f'{{"price_review": "{DIGEST}"}}',
    })  # fmt: skip

    assert timeline([step], words)[0].papers == [Cell("审价报告", url="/there")]
    assert cell("papers", step.papers, words).parts == [Cell("审价报告", url="/there")]
