"""How a request comes in: who asks, in which role, when, in which transaction, and whether it came before."""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

from flask import Response, current_app, g, json, make_response, request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from ledger.access.access import actor_for, tokens, writing
from ledger.access.tables import Answered
from ledger.access.tokens import TokenRefused
from ledger.community.rules import NotYourHome, Role
from ledger.errors import Malformed
from ledger.journal.rules import AskedDifferently
from ledger.money import MOST_FEN

Fen = Annotated[int, Field(strict=True, gt=0, le=MOST_FEN, description="fen (1/100 yuan)")]
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z一-鿿][0-9A-Za-z一-鿿/_.@-]*$")]


class In(BaseModel):
    """What comes in: nothing that was not asked for."""

    model_config = ConfigDict(extra="forbid")


class CommunityPath(BaseModel):
    community: Code


class KeyMissing(Malformed):
    code = "idempotency-key-missing"
    zh = "写入请求必须带 Idempotency-Key 请求头（8–100 个字符），重发时用同一个。"
    en = "A write must carry an Idempotency-Key header (8–100 characters), the same when it is sent again."


def who_and_when() -> None:
    """Before each request of the API: the instant, the person, and the role the route asks for."""
    g.now = current_app.extensions["clock"]()
    view = current_app.view_functions.get(request.endpoint or "")
    allowed: frozenset[Role] = getattr(view, "allowed_roles", frozenset())
    if view is None or not allowed:
        return
    login = _bearer()
    community = (request.view_args or {}).get("community")
    g.actor, g.own_home = actor_for(login, community, allowed)


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenRefused()
    return tokens().read(token.strip())


def check_own_home(home: str) -> None:
    """See that an owner or a tenant asks about his own home; others see what their role may see.

    Raises:
        RoleMissing: it is somebody else's.
    """
    if g.actor.role in (Role.OWNER, Role.TENANT) and g.own_home != home:
        raise NotYourHome(home="—")


def once(deed: Callable[[Session], dict[str, Any]], status: int = 201) -> Response:
    """Do a deed in one transaction, once for each Idempotency-Key of a person.

    The same key with the same request gets the first answer again; with another it is refused.

    Raises:
        KeyMissing, AskedDifferently.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= 100 or not key.isprintable():
        raise KeyMissing()
    asked = sha256(
        request.method.encode() + b" " + request.full_path.encode() + b"\n" + _content()
    ).hexdigest()
    with writing() as session:
        earlier = _claim(session, g.actor.login, key, asked)
        if earlier is None:
            answer = json.dumps(deed(session), ensure_ascii=False)
            session.execute(
                update(Answered)
                .where(col(Answered.login) == g.actor.login, col(Answered.key) == key)
                .values(status=status, answer=answer)
            )
        elif earlier.asked != asked:
            raise AskedDifferently(key=key)
        else:
            status, answer = earlier.status, earlier.answer
    response = make_response(answer, status)
    response.content_type = "application/json"
    if earlier is not None:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _content() -> bytes:
    if request.files:
        parts = [sha256(file.read()).digest() for file in request.files.values()]
        for file in request.files.values():
            file.seek(0)
        return b"".join(parts) + repr(sorted(request.form.items())).encode()
    return request.get_data()


def _claim(session: Session, login: str, key: str, asked: str) -> Answered | None:
    """Take a key, or find who took it; a second request with it waits for the first to end."""
    dialect = session.get_bind().dialect.name
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(Answered)
    values = {"login": login, "key": key, "asked": asked, "status": 0, "answer": "", "at": g.now}
    taken = statement.values(**values).on_conflict_do_nothing().returning(col(Answered.key))
    if session.execute(taken).first():
        return None
    return session.get(Answered, (login, key))
