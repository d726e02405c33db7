"""Sign-in tokens: short-lived, Ed25519, saying who and until when, and nothing else."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import NotAllowed

LIFETIME = timedelta(minutes=30)
ALGORITHM = "EdDSA"
AUDIENCE = "mingbai"


class TokenRefused(NotAllowed):
    code = "token-refused"
    zh = "请先登录（登录已过期或无效）。"
    en = "Please sign in (the sign-in is missing, over or invalid)."


class Tokens:
    """Issues and reads tokens with a key that is made at first use."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with open(file, "xb", opener=_private) as handle:
                handle.write(Ed25519PrivateKey.generate().private_bytes_raw())
        except FileExistsError:
            pass
        self._key = Ed25519PrivateKey.from_private_bytes(file.read_bytes())

    def issue(self, login: str, at: datetime) -> str:
        """A token for whoever has just signed in."""
        claims = {"sub": login, "iat": at, "exp": at + LIFETIME, "aud": AUDIENCE}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str) -> str:
        """The sign-in name that a token stands for.

        Raises:
            TokenRefused: it is over, not ours, or no token.
        """
        try:
            claims = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["sub", "exp", "iat", "aud"]},
            )
        except jwt.InvalidTokenError:
            raise TokenRefused() from None
        return str(claims["sub"])


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
