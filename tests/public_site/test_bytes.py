"""The bytes behind the pages: as they were sealed, with the headers that keep them safe and cheap."""

import json
import re
import subprocess
import sys
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from ledger.log import merkle, note
from ledger.log.actions import sign_head
from ledger.log.leaf import WHO, opened
from ledger.log.note import Verifier, fingerprint, paper_groups, parse_checkpoint, parse_note, parse_proof
from ledger.log.queries import leaf, opening_of, tiles
from ledger.log.signer import Signer
from ledger.noticeboard.queries import attachments, notice
from ledger.noticeboard.rules import NewAttachment
from public_site.pages import CSP
from tests.journal.shell import take_the_triggers_off
from tests.public_site.conftest import public_app
from tests.public_site.meiyuan import PUBLISHED, publish_accounts, publish_evaluation, the_files

HALF_YEAR = "/meiyuan/half-year/2026-H1/"
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def published(board):
    with board.reading() as session:
        disclosure = notice(session, "meiyuan", "half-year", "2026-H1")
        sealed = leaf(session, "meiyuan", disclosure.leaf_index)
        return (
            disclosure,
            sealed.body,
            {attachment.name: attachment.sha256 for attachment in attachments(session, disclosure)},
        )


def test_the_body_is_served_as_it_was_sealed(client, published):
    response = client.get(f"{HALF_YEAR}v1/body.json")

    assert response.data == published[0].body
    assert response.content_type == "application/json"
    assert response.headers["Cache-Control"] == FOR_EVER
    assert response.get_etag() == (published[0].sha256, False)


def test_the_address_without_a_version_is_not_kept_for_ever(client):
    assert client.get(f"{HALF_YEAR}body.json").headers["Cache-Control"] == "public, max-age=60"
    assert client.get(f"{HALF_YEAR}files/report.pdf").headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "name", ["body.json", "leaf", "proof", "files/report.pdf", "v1/body.json", "v1/leaf"]
)
def test_what_a_reader_has_is_not_sent_again(client, name):
    tag = client.get(HALF_YEAR + name).headers["ETag"]

    again = client.get(HALF_YEAR + name, headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


def test_the_leaf_is_served_as_it_was_hashed(client, published):
    assert client.get(f"{HALF_YEAR}v1/leaf").data == published[1]
    assert json.loads(published[1])["body"] == sha256(client.get(f"{HALF_YEAR}body.json").data).hexdigest()


def test_the_leaf_says_when_the_notice_was_published_and_commits_to_who_published_it(board, published):
    sealed = json.loads(published[1])
    assert sealed["at"] == published[0].published_at.isoformat()
    with board.reading() as session:
        kept = opening_of(session, "meiyuan", published[0].leaf_index, WHO)
    assert sealed["sd"] == [kept.digest]
    assert opened(kept.disclosure)[1].keys() == {"by", "role"}


def test_the_proof_proves_the_leaf_under_the_published_key(client, published):
    proof = note.parse_proof(client.get(f"{HALF_YEAR}proof").text)
    key = note.Verifier.parse(client.get("/meiyuan/log/key").text)

    signed, signers = note.verified(proof.checkpoint, [key])
    checkpoint = note.parse_checkpoint(signed.text)

    assert signers == [key]
    assert proof.checkpoint == client.get("/meiyuan/log/checkpoint").text
    assert merkle.verify_inclusion(
        merkle.leaf_hash(published[1]), proof.index, checkpoint.size, proof.path, checkpoint.root
    )


def test_what_belongs_to_the_logs_end_is_always_asked_for_again(client):
    for address in (f"{HALF_YEAR}proof", "/meiyuan/log/checkpoint", "/meiyuan/log/key"):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.content_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize("old", [1, 2, 64, 256, 300])
def test_consistency_between_two_sizes_is_proved(client, board, old):
    checkpoint = note.parse_checkpoint(note.parse_note(client.get("/meiyuan/log/checkpoint").text).text)
    with board.reading() as session:
        tile = tiles(session, "meiyuan")
        leaves = [*tile(0, 0), *tile(0, 1)]

    response = client.get(f"/meiyuan/log/consistency?old={old}&new={checkpoint.size}")
    path = [b64decode(line) for line in response.text.splitlines()]

    assert merkle.verify_consistency(
        old, checkpoint.size, merkle.root_of(leaves[:old]), checkpoint.root, path
    )
    assert response.headers["Cache-Control"] == FOR_EVER


@pytest.mark.parametrize(
    "query",
    [
        "",
        "old=1",
        "new=5",
        "old=0&new=5",
        "old=6&new=5",
        "old=1&new=100000",
        "old=-1&new=5",
        "old=x&new=5",
        "old=1.5&new=5",
        f"old=1&new={'9' * 5000}",
        "old=1&new=٣",
    ],
)
def test_sizes_that_are_none_are_refused(client, query):
    assert client.get(f"/meiyuan/log/consistency?{query}").status_code == 400


# ---- files ----


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("report.pdf", "application/pdf"),
        ("projects.csv", "text/csv; charset=utf-8"),
        ("chart-fund.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_a_file_is_served_as_it_was_sealed(client, published, name, media_type):
    response = client.get(f"{HALF_YEAR}v1/files/{name}")

    assert sha256(response.data).hexdigest() == published[2][name] == response.get_etag()[0]
    assert response.content_type in (media_type, media_type.removesuffix("; charset=utf-8"))
    assert response.headers["Content-Disposition"] == f"inline; filename*=UTF-8''{name}"
    assert response.headers["Cache-Control"] == FOR_EVER


def test_a_picture_cannot_run_anything(client):
    policy = client.get(f"{HALF_YEAR}files/chart-fund.svg").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


def test_a_file_that_a_browser_might_run_is_only_for_keeping(sample, translations):
    files = [
        *the_files(),
        NewAttachment("page.html", "text/html", b"<script>alert(1)</script>"),
        NewAttachment(
            "名册 “1”.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"
        ),
    ]
    with sample.writing() as session:
        publish_accounts(session, "meiyuan", why="加附件", attached=files)
    client = public_app(sample, translations).test_client()

    page = client.get(f"{HALF_YEAR}files/page.html")
    sheet = client.get(f"{HALF_YEAR}files/名册 “1”.xlsx")

    assert page.content_type == sheet.content_type == "application/octet-stream"
    assert page.headers["Content-Disposition"] == "attachment; filename*=UTF-8''page.html"
    assert sheet.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "files/%E5%90%8D" in client.get(HALF_YEAR).text


# ---- headers ----


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/meiyuan/",
        HALF_YEAR,
        f"{HALF_YEAR}body.json",
        f"{HALF_YEAR}proof",
        "/about/verify",
        "/nosuch/",
        "/static/site/site.css",
        f"{HALF_YEAR}files/report.pdf",
    ],
)
def test_every_answer_guards_its_reader(client, address):
    headers = client.get(address).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/", "/meiyuan/", HALF_YEAR, "/about/verify", "/nosuch/"])
def test_a_page_holds_no_script_or_style_of_its_own(client, address):
    response = client.get(address)

    assert response.headers["Content-Security-Policy"] == CSP
    assert " style=" not in response.text
    assert "<style" not in response.text
    assert " onclick" not in response.text
    assert "<script>" not in response.text
    assert "http://" not in response.text.replace("http://www.w3.org", "")
    assert "https://" not in response.text


def test_pages_are_kept_a_minute_and_not_across_languages(client):
    response = client.get(HALF_YEAR)

    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in response.headers["Vary"]


def test_the_sites_own_files_are_kept_for_ever_under_their_digest(client):
    page = client.get("/").text
    address = page.split('<link rel="stylesheet" href="')[2].split('"')[0].replace("&amp;", "&")

    assert "?v=" in address
    assert client.get(address).headers["Cache-Control"] == FOR_EVER
    assert client.get("/static/site/verify.mjs").headers["Cache-Control"] == "no-cache"
    assert "javascript" in client.get("/static/site/verify.mjs").content_type


# ---- without this server ----


def head_now(client):
    return parse_checkpoint(parse_note(client.get("/meiyuan/log/checkpoint").text).text)


@pytest.fixture
def checked(tmp_path):
    """What ``check_notice.py`` says of the files that a reader has taken home, by themselves, against a root."""
    script = Path("public_site/static/check_notice.py").absolute()

    def run(root, **files):
        for name, body in files.items():
            (tmp_path / name).write_bytes(body)
        ended = subprocess.run(
            [sys.executable, "-I", script, "body", "leaf", "proof", root],
            cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
        assert (ended.returncode == 0) is ended.stdout.startswith("RIGHT: ")
        assert "Traceback" not in ended.stderr
        return ended.stdout + ended.stderr

    return run


def taken_home(client, proof="proof"):
    names = {"body": "body.json", "leaf": "leaf", "proof": proof}
    return {name: client.get(HALF_YEAR + address).data for name, address in names.items()}


def test_e7_a_notice_can_be_checked_with_python_alone_and_is_named(client, checked):
    files, root = taken_home(client), head_now(client).root.hex()

    assert checked(root, **files).startswith("RIGHT: half-year 2026-H1 version 1, ")
    assert checked(" ".join(paper_groups(root))).startswith("RIGHT")
    assert checked("00" * 32).startswith("WRONG: not the root that you gave")
    assert checked(root, body=files["body"].replace(b"186", b"187")).startswith("WRONG: the figures")


def test_e7_e3_a_mistyped_digit_is_no_wrong_root(client, checked):
    """An honest ledger is not to be convicted by somebody's typing."""
    files, groups = taken_home(client), paper_groups(head_now(client).root.hex())
    groups[8] = ("0" if groups[8][0] != "0" else "1") + groups[8][1:]

    assert checked(" ".join(groups), **files).startswith("LOOK AGAIN: group 9 ")


def test_e7_e3_what_the_sheet_says_is_right_offline_after_the_log_has_grown(
    sample, sample_keys, translations, checked
):
    client = public_app(sample, translations).test_client()
    on_paper = head_now(client)
    with sample.writing() as session:
        publish_evaluation(session, "meiyuan", at=PUBLISHED + timedelta(days=1), why="复核后更正")
        sign_head(session, "meiyuan", Signer(sample_keys), at=PUBLISHED)

    newest = checked(on_paper.root.hex(), **taken_home(client))
    assert "take proof?size=" in newest
    of_the_paper = checked(on_paper.root.hex(), **taken_home(client, f"proof?size={on_paper.size}"))
    assert f"{on_paper.size} records" in of_the_paper
    assert of_the_paper.startswith("RIGHT")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("proof", lambda proof: proof.replace(b"\n", b"\r\n")),
        ("proof", lambda proof: proof.replace(b"index ", b"index 1")),
        ("proof", lambda proof: proof.replace(b"=\n", b"=!\n", 1)),
        ("proof", lambda _: b""),
        ("proof", lambda _: b"\xff"),
        ("leaf", lambda leaf: leaf.replace(b'"i":', b'"I":')),
        ("leaf", lambda leaf: leaf.decode().encode("utf-16")),
        ("leaf", lambda leaf: leaf + b" "),
        ("leaf", lambda _: b"[]"),
        ("leaf", lambda _: b"[" * 100_000),
    ],
)
def test_e7_what_cannot_be_proved_is_wrong_and_no_fault_of_the_program(client, checked, name, change):
    files = taken_home(client)

    assert checked(head_now(client).root.hex(), **files | {name: change(files[name])}).startswith("WRONG")


@pytest.mark.parametrize("notice", [HALF_YEAR, f"{HALF_YEAR}v1/", "/meiyuan/evaluation/2026-H1/"])
def test_e7_every_field_of_a_notices_leaf_is_told_on_the_page_about_verifying(client, notice):
    page = client.get("/about/verify").text.partition('aria-labelledby="fields"')[2]
    explained = {
        name for names in re.findall(r"<dt><code>([^<]+)</code>", page) for name in names.split(" · ")
    }

    leaf = json.loads(client.get(f"{notice}leaf").data)

    assert leaf.keys() - {"before"} <= explained
    assert explained <= leaf.keys() | {"before"}


def test_the_page_shows_the_fingerprint_of_the_key(client):
    key = client.get("/meiyuan/log/key").text.strip()

    assert fingerprint(key)[:4] in client.get(HALF_YEAR).text
    assert fingerprint(key) == sha256(key.encode()).hexdigest()


def test_e3_a_proof_for_the_size_on_paper_is_given_after_the_log_has_grown(sample, sample_keys, translations):
    client = public_app(sample, translations).test_client()
    then = head_now(client)
    with sample.writing() as session:
        publish_evaluation(session, "meiyuan", at=PUBLISHED + timedelta(days=1), why="复核后更正")
        sign_head(session, "meiyuan", Signer(sample_keys), at=PUBLISHED)

    now = parse_proof(client.get(f"{HALF_YEAR}proof").text)
    earlier = parse_proof(client.get(f"{HALF_YEAR}proof?size={then.size}").text)

    assert parse_checkpoint(parse_note(earlier.checkpoint).text) == then
    assert parse_checkpoint(parse_note(now.checkpoint).text).size > then.size
    hashed = merkle.leaf_hash(client.get(f"{HALF_YEAR}leaf").data)
    assert merkle.verify_inclusion(hashed, earlier.index, then.size, earlier.path, then.root)
    assert client.get(f"{HALF_YEAR}proof?size=1").status_code == 404
    assert client.get(f"{HALF_YEAR}proof?size=x").status_code == 404


def test_f4_a_key_that_did_not_sign_the_log_is_not_served(sample, translations):
    client = public_app(sample, translations).test_client()
    forged = Verifier(
        head_now(client).origin, Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    ).vkey
    with sample.engine.begin() as connection:
        take_the_triggers_off(connection)
        connection.execute(text("UPDATE signed_head SET vkey = :forged"), {"forged": forged})

    answers = [client.get(address) for address in ("/meiyuan/log/key", "/meiyuan/log/checkpoint", HALF_YEAR)]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert not any(forged in answer.text for answer in answers)


@pytest.mark.parametrize("column", ["root", "tree_size"])
def test_f4_a_head_that_says_another_root_or_size_than_was_signed_is_not_shown(sample, translations, column):
    client = public_app(sample, translations).test_client()
    forged = {"root": bytes(32), "tree_size": head_now(client).size + 1}[column]
    with sample.engine.begin() as connection:
        take_the_triggers_off(connection)
        connection.execute(text(f"UPDATE signed_head SET {column} = :forged"), {"forged": forged})

    assert [
        client.get(address).status_code
        for address in ("/meiyuan/log/key", "/meiyuan/log/checkpoint", HALF_YEAR)
    ] == [409, 409, 409]
