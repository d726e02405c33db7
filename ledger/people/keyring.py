"""The key of the installation for what people hold in their hands: the codes of slips, the secrets of authenticators."""

import hmac
from base64 import b32encode, urlsafe_b64encode
from pathlib import Path

from cryptography.fernet import Fernet

from ledger.config import kept_secret

CODE_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "ABCDEFGHJKMNPQRSTUVWXYZ123456789")


class Keyring:
    """Made at first use, kept beside the keys of the logs and never in the database."""

    def __init__(self, file: Path) -> None:
        self._key = bytes.fromhex(kept_secret(file))
        self._sealed = Fernet(urlsafe_b64encode(self._derived("factor")))

    def code(self, slip: str) -> str:
        """The eight letters of a slip, told again whenever it is printed: ``K7Q49D2M``."""
        return b32encode(self._derived(f"slip/{slip}")).decode()[:8].translate(CODE_LETTERS)

    def digest(self, code: str) -> str:
        """What the database keeps of a code, however it was typed: it says nothing without the key."""
        typed = "".join(code.upper().split()).replace("-", "").replace("I", "1").replace("L", "1")
        return self._derived(f"code/{typed}").hex()

    def seal(self, secret: bytes) -> str:
        """A secret as the database may keep it."""
        return self._sealed.encrypt(secret).decode()

    def open(self, sealed: str, seconds: int | None = None) -> bytes:
        """The secret again, within so many seconds where it was sealed for a while only.

        Raises:
            InvalidToken: it is not ours, or too old.
        """
        return self._sealed.decrypt(sealed, seconds)

    def _derived(self, purpose: str) -> bytes:
        return hmac.digest(self._key, purpose.encode(), "sha256")
