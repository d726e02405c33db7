"""The keys of an installation: gathered from its home, sealed with a passphrase, put back.

Sealed as the `cryptography` library has it for passwords: a key derived by Argon2id with the parameters of RFC 9106 for
machines with little memory, and Fernet under it.
"""

import os
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from json import dumps, loads
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ledger.backup.durable import keep_names, replace_file
from ledger.backup.rules import LEAST_PASSPHRASE, PassphraseShort, PassphraseWrong
from ledger.log.signer import STATE

HEADER = b"mingbai-keys-1"
SALT_BYTES = 16


def memory_of(home: Path) -> dict[str, bytes]:
    """What the signer of a home remembers, by the file's path in it."""
    return _read(home, sorted((home / "keys").glob(f"*{STATE}")))


def keys_of(home: Path) -> dict[str, bytes]:
    """The secret and the keys of a home, by their path in it."""
    return _read(home, [home / "secret", *sorted((home / "keys").glob("*.key"))])


def _read(home: Path, files: Sequence[Path]) -> dict[str, bytes]:
    return {str(file.relative_to(home)): file.read_bytes() for file in files if file.is_file()}


def check_passphrase(passphrase: bytes) -> None:
    """See that a passphrase is not quickly guessed.

    Raises:
        PassphraseShort: it has too few bytes.
    """
    if len(passphrase) < LEAST_PASSPHRASE:
        raise PassphraseShort(least=LEAST_PASSPHRASE)


def sealed(keys: Mapping[str, bytes], passphrase: bytes) -> bytes:
    """The file of the keys: a header, the salt of the passphrase, and a Fernet token, a line each."""
    salt = os.urandom(SALT_BYTES)
    content = dumps({path: b64encode(content).decode() for path, content in keys.items()}).encode()
    return b"\n".join((HEADER, b64encode(salt), _box(passphrase, salt).encrypt(content), b""))


def opened(file: bytes, passphrase: bytes) -> dict[str, bytes]:
    """The keys again.

    Raises:
        PassphraseWrong: the passphrase is another, or the file was changed.
    """
    try:
        header, salt, token, end = file.split(b"\n")
        if header != HEADER or end:
            raise PassphraseWrong()
        content = loads(_box(passphrase, b64decode(salt, validate=True)).decrypt(token))
    except (ValueError, Base64Error, InvalidToken):
        raise PassphraseWrong() from None
    return {path: b64decode(key) for path, key in content.items()}


def _box(passphrase: bytes, salt: bytes) -> Fernet:
    derived = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024).derive(passphrase)
    return Fernet(urlsafe_b64encode(derived))


def put_back(home: Path, keys: Mapping[str, bytes], aside: str) -> None:
    """Put keys into a home; one that is there and is another is kept in the folder ``aside`` beside the keys.

    The signer's memory of a log is put back only where this home has none: it may know more. Doing it again is no harm.
    """
    (home / "keys").mkdir(parents=True, exist_ok=True, mode=0o700)
    for path, content in keys.items():
        file = home / path
        if file.exists():
            if path.endswith(STATE) or file.read_bytes() == content:
                continue
            kept = home / "keys" / aside
            kept.mkdir(exist_ok=True, mode=0o700)
            if not (kept / file.name).exists():
                os.link(file, kept / file.name)
                keep_names(kept)
        replace_file(file, content)


def first_line(file: Path) -> bytes:
    """The passphrase in a file: its first line."""
    return file.read_bytes().split(b"\n")[0].rstrip(b"\r")
