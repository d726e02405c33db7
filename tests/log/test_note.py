"""Signed notes, checkpoints and proof files are read as C2SP writes them, and nothing else is."""

from base64 import b64decode, b64encode
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.note import (
    Checkpoint,
    NoteMalformed,
    Proof,
    SignatureWrong,
    Verifier,
    check_name,
    parse_checkpoint,
    parse_note,
    parse_proof,
    sign,
    verified,
)

NAME = "test.example/log/meiyuan"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VERIFIER = Verifier(NAME, KEY.public_key().public_bytes_raw())
ROOT = bytes(range(32))
CHECKPOINT = Checkpoint(NAME, 109_482, ROOT)
NOTE = sign(CHECKPOINT.text, NAME, KEY)
LINE = NOTE.rpartition("\n\n")[2]

NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_SAYS = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SALVATORE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


def test_the_note_of_go_verifies():
    verifier = Verifier.parse(NEUMANN)
    note, signers = verified(NEUMANN_SAYS, [verifier])
    assert note.text == NEUMANN_SAYS[: NEUMANN_SAYS.index("\n\n") + 1]
    assert signers == [verifier]
    assert verifier.vkey == NEUMANN


def test_the_text_of_a_note_may_have_blank_lines():
    note = parse_note(SALVATORE)
    assert note.text.endswith("raggio di sole:\n\ned è subito sera.\n")
    assert [signature.name for signature in note.signatures] == ["quasimodo.example/salvatore"]
    assert note.signatures[0].key_id.hex() == "367ba04b"


def test_the_checkpoint_of_the_specification_is_read():
    checkpoint = parse_checkpoint(parse_note(SOFA).text)
    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.size == 20_852_163
    assert checkpoint.root == b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert checkpoint.text == parse_note(SOFA).text


def test_what_is_signed_verifies_and_reads_back():
    note, signers = verified(NOTE, [VERIFIER])
    assert signers == [VERIFIER]
    assert parse_checkpoint(note.text) == CHECKPOINT
    assert Verifier.parse(VERIFIER.vkey) == VERIFIER


def test_a_signature_repeats_to_the_byte():
    assert sign(CHECKPOINT.text, NAME, KEY) == NOTE


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\u00a0b", "a\nb", "a\tb", " a", "a\u2028"])
def test_a_name_has_no_space_and_no_plus(name):
    with pytest.raises(NoteMalformed):
        check_name(name)
    with pytest.raises(NoteMalformed):
        sign("text\n", name, KEY)


def test_a_text_without_a_last_newline_is_not_signed():
    with pytest.raises(NoteMalformed):
        sign("text", NAME, KEY)


def signature_line(name=NAME, payload=None):
    return f"— {name} {b64encode(payload if payload is not None else VERIFIER.key_id + bytes(64)).decode()}\n"


def test_signatures_of_unknown_keys_are_ignored():
    stranger = sign(CHECKPOINT.text, "witness.example", Ed25519PrivateKey.generate()).rpartition("\n\n")[2]
    same_name = signature_line(payload=b"\1\2\3\4" + bytes(64))
    same_id = signature_line(name="other.example")
    long = signature_line(name="post.quantum", payload=bytes(2_424))
    short = signature_line(name="short.example", payload=bytes(5))
    note = CHECKPOINT.text + "\n" + stranger + same_name + LINE + same_id + long + short

    assert verified(note, [VERIFIER])[1] == [VERIFIER]
    with pytest.raises(NoteMalformed, match="没有认识的签名"):
        verified(note.replace(LINE, ""), [VERIFIER])
    with pytest.raises(NoteMalformed, match="没有认识的签名"):
        verified(NOTE, [])


def test_sixteen_signatures_and_more_are_taken():
    others = "".join(signature_line(name=f"w{n}.example", payload=bytes(4_999)) for n in range(40))
    assert verified(CHECKPOINT.text + "\n" + others + LINE, [VERIFIER])[1] == [VERIFIER]


def test_a_known_key_that_does_not_fit_sinks_the_note():
    with pytest.raises(SignatureWrong):
        verified(CHECKPOINT.text + "\n" + signature_line() + LINE, [VERIFIER])
    with pytest.raises(SignatureWrong):
        verified(NOTE.replace("109482", "109483"), [VERIFIER])
    for length in (1, 63, 65, 128):
        with pytest.raises(SignatureWrong):
            verified(
                CHECKPOINT.text + "\n" + signature_line(payload=VERIFIER.key_id + bytes(length)), [VERIFIER]
            )


def test_one_key_counts_once_however_often_it_signs():
    assert verified(CHECKPOINT.text + "\n" + LINE * 3, [VERIFIER])[1] == [VERIFIER]


def test_a_name_that_only_looks_the_same_is_another_name():
    homoglyph = NOTE.replace("— test", "— tеst")
    assert homoglyph != NOTE
    with pytest.raises(NoteMalformed, match="没有认识的签名"):
        verified(homoglyph, [VERIFIER])


@pytest.mark.parametrize(
    "note",
    {
        "empty": "",
        "only newlines": "\n\n",
        "no signature": CHECKPOINT.text,
        "no signature after the blank line": CHECKPOINT.text + "\n",
        "no blank line": CHECKPOINT.text + LINE,
        "no last newline": NOTE[:-1],
        "two blank lines at the end": NOTE + "\n",
        "three newlines at the end": NOTE + "\n\n",
        "carriage returns": NOTE.replace("\n", "\r\n"),
        "one carriage return": NOTE.replace("\n", "\r\n", 1),
        "NUL": NOTE.replace("test", "te\0st", 1),
        "tab": NOTE.replace("109482", "109482\t"),
        "escape": "\x1b[2J" + NOTE,
        "lone surrogate in the text": "\ud800" + NOTE,
        "lone surrogate in a name": CHECKPOINT.text + "\n" + signature_line(name="\ud800") + LINE,
        "hyphen for the dash": NOTE.replace("—", "-"),
        "en dash for the dash": NOTE.replace("—", "–"),
        "two spaces": NOTE.replace("— ", "—  "),
        "no space": NOTE.replace("— ", "—"),
        "no-break space": NOTE.replace("— ", "—\u00a0"),
        "space at the end": NOTE[:-1] + " \n",
        "name with a plus": CHECKPOINT.text + "\n" + signature_line(name="a+b"),
        "no name": CHECKPOINT.text + "\n" + signature_line(name=""),
        "no payload": CHECKPOINT.text + f"\n— {NAME} \n",
        "only a key id": CHECKPOINT.text + "\n" + signature_line(payload=VERIFIER.key_id),
        "no padding": NOTE[:-1].rstrip("=") + "\n" if NOTE[:-1].endswith("=") else NOTE[:-3] + "\n",
        "more padding": NOTE[:-1] + "=\n",
        "base64 with a space": NOTE[:-9] + " " + NOTE[-9:],
        "url-safe base64": CHECKPOINT.text + "\n" + signature_line(payload=b"\xff" * 68).replace("/", "_"),
        "base64 that is not canonical": CHECKPOINT.text + f"\n— {NAME} AAAAAAB=\n",
        "base64 of another script": CHECKPOINT.text + f"\n— {NAME} ＡＡＡＡＡＡＡＡ\n",
        "a line after the signatures": NOTE + "and more\n",
        "a million letters": CHECKPOINT.text + "x" * 1_000_000 + "\n\n" + LINE,
        "a million signatures": CHECKPOINT.text + "\n" + LINE * 10_000,
    }.items(),
    ids=lambda item: item[0],
)  # fmt: skip
def test_what_is_no_note_is_refused(note):
    with pytest.raises(NoteMalformed):
        verified(note[1], [VERIFIER])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        NAME,
        f"{NAME}+{VERIFIER.key_id.hex()}",
        VERIFIER.vkey.replace(VERIFIER.key_id.hex(), "00000000"),
        VERIFIER.vkey.replace(VERIFIER.key_id.hex(), VERIFIER.key_id.hex().upper()),
        VERIFIER.vkey[:-4],
        VERIFIER.vkey + "AAAA",
        VERIFIER.vkey.replace(NAME, ""),
        VERIFIER.vkey.replace(NAME, "other.example"),
        VERIFIER.vkey.replace(NAME, "test example"),
        f"{NAME}+{VERIFIER.key_id.hex()}+{b64encode(bytes([4]) + VERIFIER.public).decode()}",
        f"{NAME}+{VERIFIER.key_id.hex()}+{b64encode(bytes([1]) + VERIFIER.public[:-1]).decode()}",
        f"{NAME}+{VERIFIER.key_id.hex()}+非",
    ],
)
def test_a_key_must_be_what_its_id_says(vkey):
    with pytest.raises(NoteMalformed):
        Verifier.parse(vkey)


@pytest.mark.parametrize("sign_bit", [0x00, 0x80])
@pytest.mark.parametrize(
    "public",
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ],
)
def test_a_key_of_small_order_would_sign_anything_and_is_refused(public, sign_bit):
    raw = bytearray.fromhex(public)
    raw[31] |= sign_bit
    with pytest.raises(NoteMalformed):
        Verifier.parse(Verifier(NAME, bytes(raw)).vkey)


@pytest.mark.parametrize(
    "text",
    {
        "empty": "",
        "two lines": f"{NAME}\n5\n",
        "no last newline": CHECKPOINT.text[:-1],
        "no origin": CHECKPOINT.text.replace(NAME, "", 1),
        "no size": CHECKPOINT.text.replace("109482", ""),
        "size with a leading nought": CHECKPOINT.text.replace("109482", "0109482"),
        "size 00": CHECKPOINT.text.replace("109482", "00"),
        "negative size": CHECKPOINT.text.replace("109482", "-1"),
        "size with a plus": CHECKPOINT.text.replace("109482", "+1"),
        "hexadecimal size": CHECKPOINT.text.replace("109482", "0x1"),
        "size 1.0": CHECKPOINT.text.replace("109482", "1.0"),
        "size 1e2": CHECKPOINT.text.replace("109482", "1e2"),
        "size with an underscore": CHECKPOINT.text.replace("109482", "1_000"),
        "size in other digits": CHECKPOINT.text.replace("109482", "１２"),
        "size of five thousand digits": CHECKPOINT.text.replace("109482", "9" * 5_000),
        "size beyond 2^63": CHECKPOINT.text.replace("109482", str(2**63)),
        "short root": CHECKPOINT.text.replace(b64encode(ROOT).decode(), b64encode(ROOT[:-1]).decode()),
        "long root": CHECKPOINT.text.replace(b64encode(ROOT).decode(), b64encode(ROOT + b"x").decode()),
        "root without padding": CHECKPOINT.text.replace("=", ""),
        "blank extension line": CHECKPOINT.text + "\n",
        "blank line between extensions": CHECKPOINT.text + "a\n\nb\n",
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteMalformed):
        parse_checkpoint(text[1])


def test_a_checkpoint_may_be_of_the_empty_tree_and_have_extensions():
    assert parse_checkpoint(CHECKPOINT.text.replace("109482", "0")).size == 0
    assert parse_checkpoint(CHECKPOINT.text.replace("109482", str(2**63 - 1))).size == 2**63 - 1
    assert parse_checkpoint(CHECKPOINT.text + "an extension\nanother\n") == CHECKPOINT


PROOF = Proof(3, (bytes(32), ROOT), NOTE)


def test_a_proof_reads_back_and_an_extra_line_is_ignored():
    assert parse_proof(PROOF.text) == PROOF
    assert parse_proof(PROOF.text.replace("\nindex", "\nextra bW9yZQ==\nindex")) == PROOF
    assert parse_proof(Proof(0, (), NOTE).text) == Proof(0, (), NOTE)
    assert PROOF.text.startswith("c2sp.org/tlog-proof@v1\nindex 3\nAAAA")


@pytest.mark.parametrize(
    "text",
    {
        "empty": "",
        "another version": PROOF.text.replace("@v1", "@v2"),
        "no header": PROOF.text.partition("\n")[2],
        "no index": PROOF.text.replace("index 3\n", ""),
        "two indexes": PROOF.text.replace("index 3\n", "index 3\nindex 3\n"),
        "index with a leading nought": PROOF.text.replace("index 3", "index 03"),
        "negative index": PROOF.text.replace("index 3", "index -3"),
        "index 3.0": PROOF.text.replace("index 3", "index 3.0"),
        "index without a space": PROOF.text.replace("index 3", "index3"),
        "index of five thousand digits": PROOF.text.replace("index 3", "index " + "9" * 5_000),
        "index in other digits": PROOF.text.replace("index 3", "index ３"),
        "extra after the index": PROOF.text.replace("index 3\n", "index 3\nextra bW9yZQ==\n"),
        "two extras": PROOF.text.replace("\nindex", "\nextra bW9yZQ==\nextra bW9yZQ==\nindex"),
        "short hash": PROOF.text.replace("AAA=", "==="),
        "hash of 31 bytes": Proof(3, (bytes(31),), NOTE).text,
        "hash in hexadecimal": PROOF.text.replace(b64encode(ROOT).decode(), ROOT.hex()),
        "carriage returns": PROOF.text.replace("\n", "\r\n"),
        "no checkpoint": PROOF.text.partition("\n\n")[0],
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_no_proof_is_refused(text):
    with pytest.raises(NoteMalformed):
        parse_proof(text[1])


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for read in (
        parse_note,
        parse_checkpoint,
        parse_proof,
        Verifier.parse,
        lambda it: verified(it, [VERIFIER]),
    ):
        with suppress(NoteMalformed, SignatureWrong):
            read(text)
