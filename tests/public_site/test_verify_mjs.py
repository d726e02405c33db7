"""The browser's verifier on bytes that Python made: the same verdict in both languages, on true and on false ones."""

import json
import shutil
import subprocess
from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import LedgerError
from ledger.log import merkle, note
from ledger.log.actions import sign_head
from ledger.log.leaf import content_of, files_of, place_of
from ledger.log.signer import Signer
from public_site import sealed_figures
from public_site.sealed_figures import At
from tests.public_site.conftest import public_app
from tests.public_site.meiyuan import PUBLISHED, publish_evaluation

HALF_YEAR = "/meiyuan/half-year/2026-H1/v1/"
STATIC = Path("public_site/static").absolute()
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None, reason="node is not installed, so the browser's module cannot be run here"
)


@dataclass(frozen=True)
class Case:
    """What a browser has in hand when it proves a notice."""

    body: bytes
    leaf: bytes
    proof: bytes | None
    checkpoint: bytes
    vkey: bytes
    files: dict[str, bytes]
    notice: dict[str, Any] = field(
        default_factory=lambda: {"kind": "half-year", "period": "2026-H1", "version": 1}
    )
    consistency: dict[str, str] = field(default_factory=dict)
    memory: Any = "first"
    paper: dict[str, str] | None = None
    marks: tuple[dict[str, str], ...] = ()
    engine: str = "webcrypto"


def in_javascript(cases: list[Case], values: list[tuple[Any, str]] | None = None) -> dict[str, Any]:
    """What verify.mjs says of each case."""

    def text(data: bytes | None) -> str | None:
        return None if data is None else b64encode(data).decode()

    asked = [
        vars(case)
        | {name: text(getattr(case, name)) for name in ("body", "leaf", "proof", "checkpoint", "vkey")}
        | {"files": {name: text(body) for name, body in case.files.items()}}
        for case in cases
    ]
    process = subprocess.run(
        [NODE, Path(__file__).parent / "prove.mjs", STATIC],
        input=json.dumps({"cases": asked, "values": values or []}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(process.stdout)


def proves(case: Case) -> dict[str, Any]:
    return in_javascript([case])["cases"][0]


def in_python(case: Case) -> dict[str, bool]:
    """The same steps with the ledger's own functions."""
    return {
        "body": _holds(_body, case),
        "files": _holds(_files, case),
        "inclusion": _holds(_inclusion, case),
        "signature": _holds(_signature, case),
    }


def _holds(step, case: Case) -> bool:
    try:
        return bool(step(case))
    except (LedgerError, UnicodeDecodeError, ValueError, KeyError, TypeError):
        return False


def _leaf(case: Case) -> dict[str, Any]:
    sealed = content_of(case.leaf)
    if sealed is None or files_of(sealed) is None:
        raise ValueError
    return sealed


def _body(case: Case) -> bool:
    sealed = _leaf(case)
    about = {"kind": sealed["what"], "period": sealed["period"], "version": sealed["version"]}
    return about == case.notice and sealed["body"] == sha256(case.body).hexdigest()


def _files(case: Case) -> bool:
    return files_of(_leaf(case)) == {name: sha256(body).hexdigest() for name, body in case.files.items()}


def _inclusion(case: Case) -> bool:
    proof = note.parse_proof(case.proof.decode())
    head = note.parse_checkpoint(note.parse_note(proof.checkpoint).text)
    sealed = _leaf(case)
    return (
        place_of(sealed) == proof.index
        and sealed["log"] == head.origin
        and merkle.verify_inclusion(
            merkle.leaf_hash(case.leaf), proof.index, head.size, proof.path, head.root
        )
    )


def _signature(case: Case) -> bool:
    key = note.Verifier.parse(case.vkey.decode())
    signed, _ = note.verified(note.parse_proof(case.proof.decode()).checkpoint, [key])
    return note.parse_checkpoint(signed.text).origin == key.name


@pytest.fixture(scope="module")
def true_case(sample_file, translations) -> Case:
    """A true notice, fetched as a browser fetches it."""
    from ledger.db import Database

    database = Database(f"sqlite:///{sample_file}")
    case = fetched(public_app(database, translations).test_client())
    database.close()
    return case


def fetched(client, **more: Any) -> Case:
    names = [name for name, _ in json.loads(client.get(f"{HALF_YEAR}leaf").data)["att"]]
    return Case(
        body=client.get(f"{HALF_YEAR}body.json").data,
        leaf=client.get(f"{HALF_YEAR}leaf").data,
        proof=client.get(f"{HALF_YEAR}proof").data,
        checkpoint=client.get("/meiyuan/log/checkpoint").data,
        vkey=client.get("/meiyuan/log/key").data,
        files={name: client.get(f"{HALF_YEAR}files/{name}").data for name in names},
        **more,
    )


@pytest.mark.parametrize("engine", ["webcrypto", "noble"])
def test_a_true_notice_is_proved(true_case, engine):
    proved = proves(replace(true_case, engine=engine))

    assert proved["good"]
    assert proved["steps"] == {
        "body": ["ok", "body-proved"],
        "files": ["ok", "files-proved"],
        "inclusion": ["ok", "included"],
        "signature": ["ok", f"signed-{engine}"],
        "head": ["ok", "head-agrees"],
        "memory": ["new", "first-time"],
        "paper": ["new", "no-paper"],
        "page": ["new", "page-unmarked"],
    }
    assert all(in_python(true_case).values())


@pytest.mark.parametrize(
    ("what", "step", "mask"),
    [
        ("proof", 1, 1),
        ("proof", 5, 0x80),
        ("checkpoint", 1, 1),
        ("vkey", 1, 1),
        ("vkey", 3, 0x20),
        ("leaf", 1, 1),
        ("leaf", 7, 0x80),
        ("body", 211, 1),
    ],
)
def test_e6_one_byte_changed_is_always_told_and_in_both_languages(true_case, what, step, mask):
    whole = getattr(true_case, what)
    last = len(whole) - (what == "vkey")  # the line's end is no part of a key
    cases = [
        replace(true_case, **{what: whole[:place] + bytes([whole[place] ^ mask]) + whole[place + 1 :]})
        for place in range(0, last, step)
    ]

    answers = in_javascript(cases)["cases"]

    assert not any(answer["good"] for answer in answers)
    for case, answer in zip(cases, answers, strict=True):
        here = {
            step: answer["steps"][step][0] == "ok" for step in ("body", "files", "inclusion", "signature")
        }
        assert here == in_python(case)


def test_e6_both_engines_give_one_verdict(true_case):
    whole = true_case.proof
    cases = [
        replace(
            true_case, proof=whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :], engine=engine
        )
        for place in range(0, len(whole), 9)
        for engine in ("webcrypto", "noble")
    ]

    answers = in_javascript(cases)["cases"]

    for one, other in zip(answers[::2], answers[1::2], strict=True):
        assert one["steps"]["signature"][1].split("-")[0] == other["steps"]["signature"][1].split("-")[0]


def lines(case: Case, **changes: str) -> Case:
    """The case with words of its proof exchanged."""
    text = case.proof.decode()
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new, 1)
    return replace(case, proof=text.encode())


@pytest.mark.parametrize(
    ("old", "new", "good"),
    [
        ("@v1\n", "@v1\nextra aGVsbG8=\n", True),
        ("@v1\n", "@v2\n", False),
        ("@v1\n", "@v1\nunknown line\n", False),
        ("index ", "index 0", False),
        ("index ", "index +", False),
        ("index ", "Index ", False),
        ("\n\n", "\n\r\n", False),
        ("=\n", "\n", False),
        ("=\n", "==\n", False),
        ("=\n", "= \n", False),
        ("=\n", "=\nAAAA\n", False),
        ("test.example", "tést.example", False),
        ("— test", "-- test", False),
        ("\n— ", "\n— other.example/key AAAAAAAAAA==\n— ", True),
        ("\n— ", "\n— other.example/key AAAAAAAAAB==\n— ", False),
        ("\n— ", "\n— other key AAAAAAAAAA==\n— ", False),
        ("\n— ", "\n— other+key AAAAAAAAAA==\n— ", False),
        ("\n— ", "\n— \u3000 AAAAAAAAAA==\n— ", False),
        ("\n— ", "\n\n— ", False),
        ("\n— ", "\n— x AAAA\n— ", False),
    ],
)  # fmt: skip
def test_e6_a_proof_is_read_strictly_and_alike(true_case, old, new, good):
    case = lines(true_case, change=(old, new))
    case = replace(case, checkpoint=note.parse_proof(true_case.proof.decode()).checkpoint.encode())

    answer = proves(case)

    assert answer["good"] is good
    here = {step: answer["steps"][step][0] == "ok" for step in ("inclusion", "signature")}
    there = in_python(case)
    assert here == {step: there[step] for step in here}
    assert all(here.values()) is good


@pytest.mark.parametrize("size", ["0331", "+331", "331 ", "-1", "", "0", "99999999999999999999999", "3_31"])
def test_a_signed_head_of_an_odd_size_is_no_head(true_case, size):
    """Even the key's holder cannot have a size read in two ways."""
    key = Ed25519PrivateKey.generate()
    origin = json.loads(true_case.leaf)["log"]
    root = head_of(true_case).root
    signed = note.sign(f"{origin}\n{size}\n{b64encode(root).decode()}\n", origin, key)
    head, _, _ = true_case.proof.decode().partition("\n\n")
    case = replace(
        true_case,
        proof=f"{head}\n\n{signed}".encode(),
        checkpoint=signed.encode(),
        vkey=note.Verifier(origin, key.public_key().public_bytes_raw()).vkey.encode(),
    )

    answer = proves(case)

    assert not answer["good"]
    here = {step: answer["steps"][step][0] == "ok" for step in ("inclusion", "signature")}
    there = in_python(case)
    assert here == {step: there[step] for step in here}


# ---- what the notice names ----


def test_another_notices_seal_is_no_seal(true_case):
    answer = proves(replace(true_case, notice={"kind": "half-year", "period": "2025-H2", "version": 1}))

    assert answer["steps"]["body"] == ["bad", "leaf-of-another"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda files: {**files, "report.pdf": b"%PDF-other"}, "file-changed"),
        (lambda files: {name: files[name] for name in files if name != "report.pdf"}, "file-missing"),
        (lambda files: {**files, "more.pdf": b""}, "file-unsealed"),
    ],
)
def test_files_are_those_of_the_seal(true_case, change, code):
    assert proves(replace(true_case, files=change(true_case.files)))["steps"]["files"] == ["bad", code]


# ---- what this browser saw before, what the paper says ----


@pytest.fixture
def grown(sample, sample_keys, translations):
    """The log as it was and as it grew; the proofs between are in the later case."""
    client = public_app(sample, translations).test_client()
    before = fetched(client)
    with sample.writing() as session:
        publish_evaluation(session, "meiyuan", at=PUBLISHED + timedelta(days=1), why="复核后更正")
        sign_head(session, "meiyuan", Signer(sample_keys), at=PUBLISHED)
    old, new = head_of(before), head_of(fetched(client))
    path = client.get(f"/meiyuan/log/consistency?old={old.size}&new={new.size}").text
    return before, fetched(client, consistency={f"{old.size}-{new.size}": path})


def head_of(case: Case) -> note.Checkpoint:
    return note.parse_checkpoint(note.parse_note(case.checkpoint.decode()).text)


def seen(case: Case, **changes: str) -> dict[str, str]:
    head = head_of(case)
    return {
        "vkey": case.vkey.decode().strip(), "size": str(head.size), "root": b64encode(head.root).decode(), **changes
    }  # fmt: skip


def test_a_log_that_grew_is_recognised(grown):
    before, after = grown

    assert proves(replace(before, memory=seen(before)))["steps"]["memory"] == ["ok", "as-before"]
    assert proves(replace(after, memory=seen(before)))["steps"]["memory"] == ["ok", "grown"]


def test_an_older_proof_beside_a_newer_head_agrees(grown):
    before, after = grown

    mixed = replace(after, proof=before.proof)

    assert proves(mixed)["steps"]["head"] == ["ok", "head-agrees"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda before, after: replace(before, memory=seen(after)), "rolled-back"),
        (
            lambda before, after: replace(after, memory=seen(after, root=b64encode(bytes(32)).decode())),
            "rewritten",
        ),
        (
            lambda before, after: replace(after, memory=seen(before, root=b64encode(bytes(32)).decode())),
            "rewritten",
        ),
        (lambda before, after: replace(after, memory=seen(before), consistency={}), "no-consistency"),
        (
            lambda before, after: replace(
                after, memory=seen(before, vkey="test.example/log/meiyuan+00000000+AQ==")
            ),
            "other-key",
        ),
        (lambda before, after: replace(after, memory=seen(before, root="?")), "memory-unreadable"),
    ],
)
def test_a_log_that_is_not_the_one_seen_before_is_refused(grown, change, code):
    answer = proves(change(*grown))

    assert not answer["good"]
    assert answer["steps"]["memory"] == ["bad", code]


def test_a_log_of_another_name_and_key_is_refused_where_one_was_seen(grown):
    """The memory is the community's: a new name for the log does not make it a first visit."""
    before, after = grown
    other = seen(before, vkey="other.example/log/meiyuan+00000000+AQ==")

    assert proves(replace(after, memory=other))["steps"]["memory"] == ["bad", "other-key"]


def test_a_browser_that_may_not_remember_says_so(true_case):
    answer = proves(replace(true_case, memory=None))

    assert answer["good"]
    assert answer["steps"]["memory"] == ["new", "no-memory"]


def on_paper(case: Case, **changes: str) -> dict[str, str]:
    head = head_of(case)
    fingerprint = sha256(case.vkey.strip()).hexdigest()
    return {"size": str(head.size), "root": head.root.hex(), "fingerprint": fingerprint, **changes}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda before, after: replace(after, paper=on_paper(before)), ["ok", "paper-agrees"]),
        (lambda before, after: replace(after, paper=on_paper(after)), ["ok", "paper-agrees"]),
        (lambda before, after: replace(before, paper=on_paper(after)), ["bad", "paper-ahead"]),
        (
            lambda before, after: replace(after, paper=on_paper(before, root="00" * 32)),
            ["bad", "paper-differs"],
        ),
        (
            lambda before, after: replace(after, paper=on_paper(before, fingerprint="00" * 32)),
            ["bad", "paper-other-key"],
        ),
    ],
)
def test_the_paper_on_the_wall_convicts(grown, change, verdict):
    answer = proves(change(*grown))

    assert answer["steps"]["paper"] == verdict
    assert answer["good"] is (verdict[0] == "ok")


def test_e1_four_verdicts_are_four_words_and_only_paper_makes_it_sure(grown):
    before, after = grown
    cases = [
        replace(after, proof=None),
        after,
        replace(after, memory=seen(before)),
        replace(after, memory=seen(before), paper=on_paper(before)),
        replace(after, paper=on_paper(before)),
        replace(after, memory=None),
    ]

    answers = in_javascript(cases)["cases"]

    assert [answer["verdict"] for answer in answers] == [
        "recorded", "sealed", "consistent", "confirmed", "confirmed", "sealed",
    ]  # fmt: skip
    assert all(answer["good"] for answer in answers)


def test_e1_a_log_that_was_forged_whole_is_never_more_than_sealed_and_paper_convicts_it(grown):
    before, after = grown
    key = Ed25519PrivateKey.generate()
    proof, head = note.parse_proof(after.proof.decode()), head_of(after)
    forged = replace(
        after,
        proof=proof._replace(checkpoint=note.sign(head.text, head.origin, key)).text.encode(),
        checkpoint=note.sign(head.text, head.origin, key).encode(),
        vkey=note.Verifier(head.origin, key.public_key().public_bytes_raw()).vkey.encode(),
    )
    cases = [
        forged,
        replace(forged, memory=seen(before)),
        replace(forged, paper=on_paper(before)),
        replace(forged, memory=seen(forged)),
        replace(forged, memory=seen(forged), paper=on_paper(before)),
    ]

    answers = in_javascript(cases)["cases"]

    assert [answer["verdict"] for answer in answers] == ["sealed", "bad", "bad", "consistent", "bad"]
    assert answers[1]["steps"]["memory"] == ["bad", "other-key"]
    assert answers[2]["steps"]["paper"] == ["bad", "paper-other-key"]


def test_e1_a_proof_that_is_kept_back_from_whoever_knows_a_longer_log_is_told(grown):
    """He knows it from his own browser, or from the paper on the wall; with a lie of the leaf's place it is no better."""
    before, after = grown
    nowhere = after.leaf.replace(b'"i":', b'"I":')
    cases = [
        replace(after, proof=None, memory=seen(before)),
        replace(after, proof=None, paper=on_paper(before)),
        replace(after, proof=None, paper=on_paper(before), leaf=nowhere),
        replace(after, proof=None, memory=seen(before), leaf=nowhere),
    ]

    for answer in in_javascript(cases)["cases"]:
        assert answer["steps"]["inclusion"] == ["bad", "proof-withheld"]
        assert answer["verdict"] == "bad"


def test_e2_a_page_without_a_mark_is_not_called_the_same_as_the_sealed_text(true_case):
    answer = proves(true_case)

    assert answer["steps"]["page"] == ["new", "page-unmarked"]


P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202, 4 * pow(5, -1, P) % P)
OF_ORDER_2 = (0, P - 1)


def added(one, other):
    """The sum of two points of edwards25519."""
    (x1, y1), (x2, y2) = one, other
    xy = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + xy, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - xy, -1, P) % P


def times(n, point):
    total = (0, 1)
    while n:
        total, point, n = added(total, point) if n & 1 else total, added(point, point), n >> 1
    return total


def encoded(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def signed_by_the_cofactor(message, secret, torsion):
    """A signature whose R is off by a point of small order: eight times the equation holds, the equation does not."""
    key, nonce = encoded(times(secret, BASE)), 987_654_321
    r = encoded(added(times(nonce, BASE), torsion))
    k = int.from_bytes(sha512(r + key + message).digest(), "little") % ORDER
    return key, r + ((nonce + k * secret) % ORDER).to_bytes(32, "little")


@pytest.mark.parametrize("engine", ["webcrypto", "noble"])
@pytest.mark.parametrize(("torsion", "verdict"), [((0, 1), "ok"), (OF_ORDER_2, "bad")])
def test_e6_a_signature_that_holds_by_the_cofactor_alone_is_none_for_anybody(
    true_case, engine, torsion, verdict
):
    proof, head = note.parse_proof(true_case.proof.decode()), head_of(true_case)
    key, signature = signed_by_the_cofactor(head.text.encode(), 123_456_789, torsion)
    verifier = note.Verifier(head.origin, key)
    payload = b64encode(verifier.key_id + signature).decode()
    forged = f"{head.text}\n— {head.origin} {payload}\n"
    case = replace(
        true_case,
        proof=proof._replace(checkpoint=forged).text.encode(),
        checkpoint=forged.encode(),
        vkey=verifier.vkey.encode(),
        engine=engine,
    )

    assert proves(case)["steps"]["signature"][0] == verdict
    assert in_python(case)["signature"] is (verdict == "ok")


D0 = "00" * 32
WHOLE = {
    "att": f'[["a.csv","{D0}"]]', "body": f'"{D0}"', "i": "1", "kind": '"disclosure"', "log": '"x.example"',
    "period": '"2026-H1"', "version": "1", "what": '"half-year"',
}  # fmt: skip


def a_leaf(**members: str) -> str:
    """The leaf of a notice with some of its members' JSON exchanged."""
    return "{" + ",".join(f'"{name}":{value}' for name, value in (WHOLE | members).items()) + "}"


@pytest.mark.parametrize(
    ("leaf", "good"),
    [
        (a_leaf(), True),
        (a_leaf(i="1.0"), True),
        (a_leaf(i="10e-1"), True),
        (a_leaf(i='0,"i":1'), True),
        (a_leaf(more='"\\ud800"'), True),
        (a_leaf(i="true"), False),
        (a_leaf(i='"1"'), False),
        (a_leaf(i="1.5"), False),
        (a_leaf(i="null"), False),
        (a_leaf(i='1,"i":0'), False),
        (a_leaf(i="01"), False),
        (a_leaf(more="NaN"), False),
        (a_leaf(more="-Infinity"), False),
        (a_leaf(more='"\t"'), False),
        (a_leaf(more="1,"), False),
        (a_leaf(log='"y.example"'), False),
        (a_leaf(kind='"entry"'), False),
        (a_leaf(att="{}"), False),
        (a_leaf(att="[5]"), False),
        (a_leaf(att='["ab"]'), False),
        (a_leaf(att=f'[["a.csv","{D0}"],5]'), False),
        (a_leaf(att=f'[["a.csv","{D0}","b"]]'), False),
        (a_leaf(att='[["a.csv",5]]'), False),
        (a_leaf(att=f'[["a.csv","{D0}"],["a.csv","{D0}"]]'), False),
        (f"[{a_leaf()}]", False),
        ("\ufeff" + a_leaf(), False),
        (a_leaf().encode("utf-16"), False),
        (a_leaf(more='"é"').encode("latin-1"), False),
    ],
)  # fmt: skip
def test_e6_an_odd_leaf_is_read_alike_by_browser_and_command(true_case, leaf, good):
    """It stands in a signed log of its own: whoever holds the key can seal what two readers would read in two ways."""
    sealed = leaf if isinstance(leaf, bytes) else leaf.encode()
    key, first = Ed25519PrivateKey.generate(), merkle.leaf_hash(b"first")
    head = note.Checkpoint("x.example", 2, merkle.node_hash(first, merkle.leaf_hash(sealed)))
    signed = note.sign(head.text, head.origin, key)
    case = replace(
        true_case,
        leaf=sealed,
        proof=note.Proof(1, (first,), signed).text.encode(),
        checkpoint=signed.encode(),
        vkey=note.Verifier(head.origin, key.public_key().public_bytes_raw()).vkey.encode(),
    )

    here, there = proves(case)["steps"], in_python(case)

    assert (here["inclusion"][0] == "ok", there["inclusion"]) == (good, good), here
    assert here["signature"][0] == "ok"
    assert there["signature"]


def test_two_heads_of_one_log_are_a_fork(true_case):
    """The key's holder signs another tree of the same size: the proof's head and the published one differ."""
    key = Ed25519PrivateKey.generate()
    proof, head = note.parse_proof(true_case.proof.decode()), head_of(true_case)
    other = head._replace(root=bytes(32))
    case = replace(
        true_case,
        proof=proof._replace(checkpoint=note.sign(head.text, head.origin, key)).text.encode(),
        checkpoint=note.sign(other.text, head.origin, key).encode(),
        vkey=note.Verifier(head.origin, key.public_key().public_bytes_raw()).vkey.encode(),
    )

    assert proves(case)["steps"]["head"] == ["bad", "log-forked"]


# ---- the page against the body ----


def test_a_figure_that_the_page_shows_otherwise_is_told(true_case):
    marks = (
        {"pointer": "/fund/closing_fen", "as": "hundredths", "text": "186,587.22"},
        {"pointer": "/revenue/closing_fen", "as": "hundredths", "text": "98,576.22"},
    )

    answer = proves(replace(true_case, marks=marks))

    assert answer["steps"]["page"] == ["bad", "page-differs"]
    assert proves(replace(true_case, marks=marks[:1]))["good"]


def test_a_word_that_the_page_exchanges_is_told(true_case):
    sealed = {"pointer": "/labels/~1fund~1in_fen/0", "as": "text", "text": "本期收入"}

    assert proves(replace(true_case, marks=(sealed,)))["good"]
    answer = proves(replace(true_case, marks=({**sealed, "text": "本期支出"},)))
    assert answer["steps"]["page"] == ["bad", "page-differs"]


VALUES = [
    *[(fen, as_) for fen in (0, 5, -5, 99, 100, -12345, 123456789, 9007199254740991, 5000, 999_999, 1_005_000, -2_505_000) for as_ in ("hundredths", "percent", "count")],
    *[(fen, "wan") for fen in (1_000_000, 1_005_000, 1_015_000, 18_658_722, -2_505_000, 9007199254740991)],
    *[([n, d], "ratio") for n, d in ((19, 26), (0, 1), (1, 3), (2, 3), (1, 1), (199, 200), (144199, 157356))],
    ("2026-06-30", "day-zh"), ("2026-06-30", "day-en"), ("a < b & c", "text"), (7, "text"), (None, "text"), (None, "hundredths"),
]  # fmt: skip


def test_figures_are_shown_alike_in_both_languages():
    tools = {
        "hundredths": sealed_figures.hundredths, "percent": sealed_figures.percent, "count": sealed_figures.count, "wan": sealed_figures.wan,
        "ratio": sealed_figures.ratio, "day-zh": lambda at: sealed_figures.day(at, "zh"), "day-en": lambda at: sealed_figures.day(at, "en"),
        "text": lambda at: at.__html__(),
    }  # fmt: skip
    python = [tools[as_](At(value)).striptags() for value, as_ in VALUES]

    assert python == in_javascript([], VALUES)["values"]


# ---- the hashes for browsers without WebCrypto ----


def test_the_fallback_hashes_are_sha_256_and_sha_512():
    script = (
        f"import {{ sha256, sha512 }} from {json.dumps((STATIC / 'sha2.mjs').as_uri())};"
        "import { createHash } from 'node:crypto';"
        "for (let n = 0; n < 300; n++) { const b = Uint8Array.from({ length: n }, (_, i) => (i * 7 + n) % 256);"
        "for (const [f, name] of [[sha256, 'sha256'], [sha512, 'sha512']])"
        " if (Buffer.from(f(b)).toString('hex') !== createHash(name).update(b).digest('hex')) process.exit(1); }"
    )
    subprocess.run([NODE, "--input-type=module", "-e", script], check=True)


def test_e6_everything_is_proved_without_webcrypto(true_case, tmp_path):
    """A page over plain HTTP has no crypto.subtle: hashes and signature by what came with the page."""
    bare = tmp_path / "bare.mjs"
    bare.write_text(
        "Object.defineProperty(globalThis, 'crypto', { value: undefined });\n"
        f"process.argv[2] = {json.dumps(str(STATIC))};\n"
        f"await import({json.dumps((Path(__file__).parent / 'prove.mjs').as_uri())});\n"
    )
    case = vars(true_case) | {
        name: b64encode(getattr(true_case, name)).decode()
        for name in ("body", "leaf", "proof", "checkpoint", "vkey")
    }
    case["files"] = {name: b64encode(body).decode() for name, body in true_case.files.items()}
    del case["engine"]

    process = subprocess.run(
        [NODE, bare],
        input=json.dumps({"cases": [case]}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    answer = json.loads(process.stdout)["cases"][0]
    assert answer["good"]
    assert answer["steps"]["signature"] == ["ok", "signed-noble"]


def test_the_verifier_is_short_enough_to_be_read():
    assert len((STATIC / "verify.mjs").read_text().splitlines()) < 400


@pytest.mark.parametrize("place", range(len(note.SMALL_ORDER)))
@pytest.mark.parametrize("sign", [0, 1])
def test_a_key_of_small_order_is_no_key(true_case, place, sign):
    number = sorted(note.SMALL_ORDER)[place] + sign * 2**255
    case = replace(
        true_case, vkey=note.Verifier(head_of(true_case).origin, number.to_bytes(32, "little")).vkey.encode()
    )

    assert proves(case)["steps"]["signature"] == ["bad", "key-unreadable"]
    assert not in_python(case)["signature"]
