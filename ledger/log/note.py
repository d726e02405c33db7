"""Signed notes, checkpoints and proof files, in the formats of C2SP. Pure but for Ed25519 itself."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import Malformed

ED25519 = 0x01
COSIGNATURE = 0x04
"""The key of a witness, which signs when it saw a checkpoint along with it (cosignature/v1)."""
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
LONGEST_NOTE = 1_000_000
"""Characters; room for far more than the 16 signatures that every reader must take."""

LARGEST_SIZE = 2**63 - 1

SMALL_ORDER = frozenset(
    int.from_bytes(bytes.fromhex(y), "little")
    for y in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)
"""The Ed25519 keys, without their sign bit, under which one signature fits many texts."""


class NoteFault(StrEnum):
    """What is wrong with a note, a checkpoint, a proof or a key."""

    KEY = "key"
    WEAK_KEY = "weak_key"
    KEY_NUMBER = "key_number"
    NAME = "name"
    TEXT = "text"
    TOO_LONG = "too_long"
    CONTROL = "control"
    NO_NEWLINE = "no_newline"
    NO_SIGNATURE = "no_signature"
    SIGNATURE_LINE = "signature_line"
    NOBODY_KNOWN = "nobody_known"
    CHECKPOINT = "checkpoint"
    CHECKPOINT_SIZE = "checkpoint_size"
    CHECKPOINT_ROOT = "checkpoint_root"
    PROOF_HEADER = "proof_header"
    PROOF_INDEX = "proof_index"
    PROOF_PATH = "proof_path"
    BASE64 = "base64"
    OTHER_LOG = "other_log"
    NOT_IN_TREE = "not_in_tree"
    ENCODING = "encoding"


class NoteMalformed(Malformed):
    code = "note-malformed"
    zh = "这不是一份有效的签名文件：{what}"
    en = "This is not a valid signed note: {what}"


class SignatureWrong(Malformed):
    code = "signature-wrong"
    zh = "{name} 的签名与内容不符。"
    en = "The signature of {name} does not match the text."


class Verifier(NamedTuple):
    """A public key with the name it signs under; ``kind`` is ``ED25519`` of a log, ``COSIGNATURE`` of a witness."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        key = b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def message(self, text: str, signature: bytes) -> tuple[bytes, bytes]:
        """What it signed of a text, and the 64 bytes by which; a witness's stand behind the second at which it saw it.

        Raises:
            SignatureWrong: the signature is too long or too short.
        """
        stamp = 8 if self.kind == COSIGNATURE else 0
        if len(signature) != stamp + 64:
            raise SignatureWrong(name=self.name)
        if not stamp:
            return text.encode(), signature
        seen_at = int.from_bytes(signature[:stamp])
        return f"cosignature/v1\ntime {seen_at}\n{text}".encode(), signature[stamp:]

    @staticmethod
    def parse(vkey: str, kind: int = ED25519) -> "Verifier":
        """Read ``name+keyid+key`` and recompute the key's id.

        Raises:
            NoteMalformed: not a vkey, another algorithm, an id that is not the key's, or a key of small order.
        """
        name, _, rest = vkey.strip().partition("+")
        stated, _, key = rest.partition("+")
        raw = _base64(key)
        check_name(name)
        if len(raw) != 33 or raw[0] != kind:
            raise NoteMalformed(what=NoteFault.KEY)
        if int.from_bytes(raw[1:], "little") % 2**255 in SMALL_ORDER:
            raise NoteMalformed(what=NoteFault.WEAK_KEY)
        verifier = Verifier(name, raw[1:], kind)
        if verifier.key_id.hex() != stated:
            raise NoteMalformed(what=NoteFault.KEY_NUMBER)
        return verifier


class Signature(NamedTuple):
    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """The signed text, which ends with a newline, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]


class Checkpoint(NamedTuple):
    """A tree's head: which log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


class Proof(NamedTuple):
    """A ``tlog-proof``: where a leaf stands, its audit path, and the signed checkpoint it leads to."""

    index: int  # type: ignore[assignment]  # hides tuple.index
    path: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        lines = [PROOF_HEADER, f"index {self.index}", *(b64encode(node).decode() for node in self.path)]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def fingerprint(vkey: str) -> str:
    """What people compare of a log's key: SHA-256 over the text of its verifier key, in hexadecimal."""
    return sha256(vkey.encode()).hexdigest()


def paper_groups(digits: str) -> list[str]:
    """Hexadecimal digits as paper shows them: in groups of four, each with a fifth that tells a mistyped one.

    The fifth is the sum of the four, taken 1, 3, 5 and 7 times, modulo 16.
    """
    groups = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    return [
        f"{group}{sum(w * int(d, 16) for w, d in zip((1, 3, 5, 7), group, strict=False)) % 16:x}"
        for group in groups
    ]


def check_name(name: str) -> None:
    """Refuse a key name that is empty or holds a space or a plus."""
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise NoteMalformed(what=NoteFault.NAME)


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """The text with one signature line under it."""
    check_name(name)
    if not text.endswith("\n"):
        raise NoteMalformed(what=NoteFault.TEXT)
    verifier = Verifier(name, key.public_key().public_bytes_raw())
    payload = b64encode(verifier.key_id + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {payload}\n"


def parse_note(note: str) -> Note:
    """Split a note at its last blank line and read the signature lines; verifies nothing.

    Raises:
        NoteMalformed: control characters, half a character, no signature, a line that is not a signature,
            or more than a million characters.
    """
    if len(note) > LONGEST_NOTE:
        raise NoteMalformed(what=NoteFault.TOO_LONG)
    if any((letter < " " and letter != "\n") or "\ud800" <= letter <= "\udfff" for letter in note):
        raise NoteMalformed(what=NoteFault.CONTROL)
    if not note.endswith("\n"):
        raise NoteMalformed(what=NoteFault.NO_NEWLINE)
    text, blank, block = note.rpartition("\n\n")
    if not blank or not block:
        raise NoteMalformed(what=NoteFault.NO_SIGNATURE)
    signatures = []
    for line in block[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, payload = rest.partition(" ")
        raw = _base64(payload)
        check_name(name)
        if dash != "—" or len(raw) < 5:
            raise NoteMalformed(what=NoteFault.SIGNATURE_LINE)
        signatures.append(Signature(name, raw[:4], raw[4:]))
    return Note(text + "\n", tuple(signatures))


def verified(note: str, known: Iterable[Verifier]) -> tuple[Note, list[Verifier]]:
    """The note and those of the known keys that signed it, each once; unknown keys are ignored.

    Raises:
        NoteMalformed: it cannot be read, or no known key signed it.
        SignatureWrong: a known key's signature does not fit the text.
    """
    parsed = parse_note(note)
    keys = {(verifier.name, verifier.key_id): verifier for verifier in known}
    signers = []
    for name, key_id, signature in parsed.signatures:
        verifier = keys.get((name, key_id))
        if verifier is None:
            continue
        try:
            message, by = verifier.message(parsed.text, signature)
            Ed25519PublicKey.from_public_bytes(verifier.public).verify(by, message)
        except InvalidSignature:
            raise SignatureWrong(name=name) from None
        if verifier not in signers:
            signers.append(verifier)
    if not signers:
        raise NoteMalformed(what=NoteFault.NOBODY_KNOWN)
    return parsed, signers


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; extension lines are allowed and ignored.

    Raises:
        NoteMalformed: fewer than three lines, a blank one, a size with a leading zero or beyond 2^63-1,
            a root that is not 32 bytes.
    """
    *lines, end = text.split("\n")
    if len(lines) < 3 or end or not all(lines):
        raise NoteMalformed(what=NoteFault.CHECKPOINT)
    size = _count(lines[1], NoteFault.CHECKPOINT_SIZE)
    tree_root = _base64(lines[2])
    if len(tree_root) != 32:
        raise NoteMalformed(what=NoteFault.CHECKPOINT_ROOT)
    return Checkpoint(lines[0], size, tree_root)


def parse_proof(text: str) -> Proof:
    """Read a ``tlog-proof`` file; an ``extra`` line is allowed and ignored.

    Raises:
        NoteMalformed: it is not one.
    """
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines[0] != PROOF_HEADER:
        raise NoteMalformed(what=NoteFault.PROOF_HEADER)
    rest = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
    if not rest or not rest[0].startswith("index "):
        raise NoteMalformed(what=NoteFault.PROOF_INDEX)
    index = _count(rest[0].removeprefix("index "), NoteFault.PROOF_INDEX)
    path = tuple(_base64(line) for line in rest[1:])
    if any(len(node) != 32 for node in path):
        raise NoteMalformed(what=NoteFault.PROOF_PATH)
    return Proof(index, path, checkpoint)


def _count(text: str, what: NoteFault) -> int:
    """A decimal number without leading zeros; its length is looked at first, for a long one costs time to read."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_SIZE))
    if not plain or (text != "0" and text.startswith("0")) or int(text) > LARGEST_SIZE:
        raise NoteMalformed(what=what)
    return int(text)


def _base64(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise NoteMalformed(what=NoteFault.BASE64) from None
    if b64encode(raw).decode() != text:
        raise NoteMalformed(what=NoteFault.BASE64)
    return raw
