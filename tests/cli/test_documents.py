"""The check report as a file, and a proof checked without any server."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.note import Verifier, parse_proof, sign, verified
from tests.reports.reading import text_of


def test_the_check_report_is_a_pdf_of_the_community_and_the_period(desk):
    file = desk.folder / "check.pdf"
    (answer,) = desk.json("report", "check", "meiyuan", "2026-H1", "-o", file)
    assert answer == {"file": str(file), "bytes": file.stat().st_size}
    text = text_of(file.read_bytes())
    assert "梅园新村" in text
    assert "2026-H1" in text


def test_a_report_of_nothing_known_is_refused_and_leaves_no_file(desk):
    file = desk.folder / "check.pdf"
    assert "nowhere" in desk.refused("report", "check", "nowhere", "2026-H1", "-o", file)
    assert "2026-H3" in desk.refused("report", "check", "meiyuan", "2026-H3", "-o", file)
    desk("report", "check", "meiyuan", "2026-H1", expect=2)
    assert not file.exists()


@pytest.fixture
def files(desk):
    desk("sign")
    return desk.proof_files(7)


def verify(desk, files, expect=0):
    proof, leaf, policy = files
    return desk("--json", "verify", proof, "--leaf", leaf, "--policy", policy, expect=expect)


def test_a_good_proof_is_good_and_asks_no_database(desk, files):
    desk.file.unlink()
    assert '"index": 7' in verify(desk, files).stdout


def test_a_leaf_with_one_byte_flipped_is_not_in_the_log(desk, files):
    body = bytearray(files[1].read_bytes())
    body[len(body) // 2] ^= 1
    files[1].write_bytes(body)
    assert "这一条不在日志里" in verify(desk, files, expect=1).stderr


def test_a_proof_of_another_leaf_does_not_hold(desk, files):
    text = files[0].read_text("utf-8").replace("index 7\n", "index 6\n")
    files[0].write_text(text, "utf-8")
    assert "这一条不在日志里" in verify(desk, files, expect=1).stderr


def test_a_checkpoint_with_another_size_is_not_the_one_that_was_signed(desk, files):
    origin = "test.example/log/meiyuan\n"
    head, _, rest = files[0].read_text("utf-8").partition(origin)
    size, _, rest = rest.partition("\n")
    files[0].write_text(f"{head}{origin}{int(size) + 1}\n{rest}", "utf-8")
    assert "签名" in verify(desk, files, expect=1).stderr


def test_a_key_that_the_policy_does_not_name_proves_nothing(desk, files):
    files[2].write_text(f"log {desk.key('guiyuan')}\n", "utf-8")
    assert "没有认识的签名" in verify(desk, files, expect=1).stderr


def test_one_log_does_not_vouch_for_another(desk, files):
    keys = desk.folder / "home" / "keys"
    (stranger,) = keys.glob("*guiyuan.key")
    proof = parse_proof(files[0].read_text("utf-8"))
    text = verified(proof.checkpoint, [Verifier.parse(desk.key("meiyuan"))])[0].text
    key = Ed25519PrivateKey.from_private_bytes(stranger.read_bytes())
    forged = proof._replace(checkpoint=sign(text, "test.example/log/guiyuan", key))
    files[0].write_text(forged.text, "utf-8")
    files[2].write_text(f"log {desk.key('meiyuan')}\nlog {desk.key('guiyuan')}\n", "utf-8")
    assert "由别的日志签名" in verify(desk, files, expect=1).stderr


@pytest.mark.parametrize("line", ["witness w x+1+2", "quorum w", "log", "lgo x"])
def test_a_policy_that_asks_for_more_than_is_checked_is_refused_by_its_line(desk, files, line):
    with files[2].open("a", encoding="utf-8") as policy:
        policy.write(line + "\n")
    assert line in verify(desk, files, expect=1).stderr


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"c2sp.org/tlog-proof@v1\n", base64.b64encode(bytes(99))])
@pytest.mark.parametrize("which", [0, 2], ids=["proof", "policy"])
def test_files_that_are_no_proof_or_policy_are_refused(desk, files, which, body):
    files[which].write_bytes(body)
    assert len(verify(desk, files, expect=1).stderr.splitlines()) == 2
