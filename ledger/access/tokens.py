"""Access tokens: short-lived, Ed25519, saying who, by which sign-in and until when, and nothing else."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.config import made_once
from ledger.errors import NotAllowed
from ledger.people.rules import ACCESS

ALGORITHM = "EdDSA"
AUDIENCE = "mingbai"


class TokenRefused(NotAllowed):
    code = "token-refused"
    zh = "请先登录（登录已过期或无效）。"
    en = "Please sign in (the sign-in is missing, over or invalid)."


class Bearer(NamedTuple):
    """Whom a token stands for, and the sign-in it belongs to."""

    login: str
    sign_in: str


class Tokens:
    """Issues and reads tokens with a key that is made at first use."""

    def __init__(self, file: Path) -> None:
        key = made_once(file, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
        self._key = Ed25519PrivateKey.from_private_bytes(key)

    def issue(self, login: str, sign_in: str, at: datetime) -> str:
        """A token for whoever has just signed in or carries his sign-in on."""
        claims = {"sub": login, "sid": sign_in, "iat": at, "exp": at + ACCESS, "aud": AUDIENCE}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str) -> Bearer:
        """Whom a token stands for.

        Raises:
            TokenRefused: it is over, not ours, or no token.
        """
        try:
            claims = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["sub", "sid", "exp", "iat", "aud"]},
            )
        except jwt.InvalidTokenError:
            raise TokenRefused() from None
        return Bearer(str(claims["sub"]), str(claims["sid"]))
