"""The check report as a file, and a proof checked without any server."""

import base64
import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.merkle import leaf_hash
from ledger.log.note import COSIGNATURE, Checkpoint, Proof, Verifier, parse_note, parse_proof, sign, verified
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


@pytest.mark.parametrize("line", ["witness w", "quorum w", "group g 2 w", "log", "lgo x"])
def test_e6_a_policy_with_a_line_that_means_nothing_is_refused_by_it(desk, files, line):
    with files[2].open("a", encoding="utf-8") as policy:
        policy.write(line + "\n")
    assert line in verify(desk, files, expect=1).stderr


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"c2sp.org/tlog-proof@v1\n", base64.b64encode(bytes(99))])
@pytest.mark.parametrize("which", [0, 2], ids=["proof", "policy"])
def test_e6_files_that_are_no_proof_or_policy_are_refused(desk, files, which, body):
    files[which].write_bytes(body)
    assert len(verify(desk, files, expect=1).stderr.splitlines()) == 2


def witnessed(files, *keys):
    """The proof with the cosignatures of witnesses, and the lines of a policy that name them."""
    proof = parse_proof(files[0].read_text("utf-8"))
    text = parse_note(proof.checkpoint).text
    lines, checkpoint = [], proof.checkpoint
    for number, key in enumerate(keys):
        witness = Verifier(f"witness-{number}.example", key.public_key().public_bytes_raw(), COSIGNATURE)
        seen_at = (1_785_000_000).to_bytes(8)
        signature = key.sign(f"cosignature/v1\ntime 1785000000\n{text}".encode())
        payload = base64.b64encode(witness.key_id + seen_at + signature).decode()
        checkpoint += f"— {witness.name} {payload}\n"
        lines.append(f"witness w{number} {witness.vkey}\n")
    files[0].write_text(proof._replace(checkpoint=checkpoint).text, "utf-8")
    return "".join(lines)


def test_e6_a_policy_asks_for_so_many_witnesses_and_gets_them(desk, files):
    two = [Ed25519PrivateKey.generate() for _ in range(2)]
    lines = witnessed(files, *two)
    third = Verifier("third.example", two[0].public_key().public_bytes_raw(), COSIGNATURE)
    log = files[2].read_text("utf-8").replace("quorum none\n", "")
    for asked, code in (("any", 0), ("2", 0), ("all", 1), ("3", 1)):
        quorum = f"witness w9 {third.vkey}\ngroup g {asked} w0 w1 w9\nquorum g\n"
        files[2].write_text(log + lines + quorum, "utf-8")
        answer = verify(desk, files, expect=code)
        assert ("w0" in answer.stdout) if code == 0 else ("见证人不够" in answer.stderr)


def test_e6_a_cosignature_that_does_not_fit_sinks_the_proof(desk, files):
    key = Ed25519PrivateKey.generate()
    lines = witnessed(files, key)
    text = files[0].read_text("utf-8")
    _, _, payload = text.splitlines()[-1].removeprefix("— ").partition(" ")
    raw = bytearray(base64.b64decode(payload))
    raw[5] ^= 1  # the second at which it was seen
    other = base64.b64encode(bytes(raw)).decode()
    files[0].write_text(text.replace(payload, other), "utf-8")
    files[2].write_text(files[2].read_text("utf-8") + lines, "utf-8")
    assert "签名" in verify(desk, files, expect=1).stderr


@pytest.mark.parametrize("which", [0, 2], ids=["proof", "policy"])
def test_e6_lines_end_in_lf_alone(desk, files, which):
    files[which].write_bytes(files[which].read_bytes().replace(b"\n", b"\r\n"))
    assert "不" in verify(desk, files, expect=1).stderr


def a_log_of_one(desk, files, **content):
    """A log whose only leaf says this, signed by the key that the policy names."""
    seal_alone(desk, files, json.dumps({"i": 0, "log": "test.example/log/meiyuan", **content}).encode())


def seal_alone(desk, files, body):
    (key,) = (desk.folder / "home" / "keys").glob("*meiyuan.key")
    head = Checkpoint("test.example/log/meiyuan", 1, leaf_hash(body))
    signed = sign(head.text, head.origin, Ed25519PrivateKey.from_private_bytes(key.read_bytes()))
    files[0].write_text(Proof(0, (), signed).text, "utf-8")
    files[1].write_bytes(body)


@pytest.mark.parametrize("content", [{"i": 8}, {"log": "test.example/log/guiyuan"}, {"i": None}])
def test_e6_a_leaf_that_names_another_place_is_not_proved(desk, files, content):
    a_log_of_one(desk, files, **content)
    assert "与证明里的不同" in verify(desk, files, expect=1).stderr


def test_e6_body_and_files_are_held_to_the_leaf(desk, files):
    body, table = desk.folder / "body.json", desk.folder / "a.csv"
    body.write_bytes(b"{}")
    table.write_bytes(b"a")
    att = [["a.csv", sha256(b"a").hexdigest()]]
    about = {"kind": "disclosure", "what": "half-year", "period": "2026-H1", "version": 1}
    a_log_of_one(desk, files, **about, body=sha256(b"{}").hexdigest(), att=att)
    beside = ("--body", body, "--file", table)
    proof, leaf, policy = files
    named = ("--json", "verify", proof, "--leaf", leaf, "--policy", policy)

    assert '"sealed": "half-year 2026-H1 1"' in desk(*named, *beside).stdout

    table.write_bytes(b"b")
    assert "附件" in desk(*named, *beside, expect=1).stderr
    table.write_bytes(b"a")
    body.write_bytes(b"[]")
    assert "原文" in desk(*named, *beside, expect=1).stderr
    assert "附件" in desk(*named, "--file", body, expect=1).stderr


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"i":0,"log":"test.example/log/meiyuan","more":NaN}',
        '{"i":0,"log":"test.example/log/meiyuan"}'.encode("utf-16"),
        b'\xef\xbb\xbf{"i":0,"log":"test.example/log/meiyuan"}',
        b'{"i":0,"log":"test.example/log/meiyuan","more":' + b"[" * 60_000 + b"]" * 60_000 + b"}",
    ],
    ids=range(6),
)
def test_e6_a_leaf_that_is_no_json_for_every_reader_is_refused_in_words(desk, files, body):
    seal_alone(desk, files, body)
    assert "核验不通过" in verify(desk, files, expect=1).stderr


@pytest.mark.parametrize("more", [5, ["a.csv"], ["a.csv", 5], ["b.csv", "00", ""], ["a.csv", "00" * 32]])
def test_e6_a_leaf_whose_files_are_no_pairs_of_text_each_once_seals_no_notice(desk, files, more):
    table = desk.folder / "a.csv"
    table.write_bytes(b"a")
    a_log_of_one(desk, files, kind="disclosure", att=[["a.csv", sha256(b"a").hexdigest()], more])
    proof, leaf, policy = files
    said = desk("verify", proof, "--leaf", leaf, "--policy", policy, "--file", table, expect=1).stderr
    assert "核验不通过" in said


def test_e6_verifying_writes_nothing(desk, files):
    home = desk.folder / "elsewhere"
    desk.env["LEDGER_HOME"] = str(home)
    verify(desk, files)
    assert not home.exists()
