"""/sessions and /me: sign in, carry on, sign out, and see what one may do.

Written by hand, for nobody has a role before he signs in (``x-roles`` is empty). Nor is a key asked for: each sign-in is
another one, a token is renewed once by itself, and a password that is changed to what it is stays.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from flask import Blueprint, current_app, g, json, make_response, request
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from ledger.access import access
from ledger.access.access import allow, new_token, reading, tokens, writing
from ledger.access.tokens import Bearer, TokenRefused
from ledger.community.queries import appointments
from ledger.community.role_rules import Level, Role
from ledger.community.tables import Person
from ledger.fields import Asked, Out, check_named_once
from ledger.operations.shapes import sample_of
from ledger.people.queries import sign_ins
from ledger.people.rules import ACCESS, Ending
from ledger.people.sign_ins import Pass, sign_out
from ledger.periods import day_in_shanghai

A = TypeVar("A", bound=BaseModel)
sign_in = Blueprint("sign_in", __name__, url_prefix="/api/v1")


class SignInAsked(Asked):
    login: str = Field(min_length=1, max_length=60, examples=["mei"])
    password: str = Field(min_length=1, max_length=200, examples=["a long sentence"])

    code: str = Field(default="", max_length=12, examples=["492 039"])
    """The six digits of an authenticator, where the role asks for a second factor."""


class RefreshAsked(Asked):
    refresh: str = Field(min_length=1, max_length=100, examples=["what came with the token"])


class TokenOut(Out):
    token: str
    expires_in: int
    """Seconds."""
    refresh: str
    """Exchanged for the next token and the next of its own kind, once; empty when two ask at the same moment."""


class AppointmentOut(Out):
    community: str
    role: Role
    home: str | None
    building: str | None
    organisation: str
    level: Level | None
    since: date
    until: date | None


class PasswordAsked(Asked):
    present: str = Field(min_length=1, max_length=200, examples=["a long sentence"])
    new: str = Field(min_length=1, max_length=200, examples=["another long sentence"])


class SignInOut(Out):
    id: str
    device: str
    network: str
    since: datetime
    seen_at: datetime
    until: datetime


class SignInsOut(Out):
    sign_ins: list[SignInOut]


class MeOut(Out):
    login: str
    name: str
    appointments: list[AppointmentOut]


@sign_in.before_request
def set_the_clock() -> None:
    g.now = current_app.extensions["clock"]()


def bearer() -> Bearer:
    """Whom the request's token stands for.

    Raises:
        TokenRefused: there is none, or it is not ours or over.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenRefused()
    return tokens().read(token.strip())


def in_json(model: type[A]) -> A:
    """What was sent as JSON, read by its model; nothing sent asks for nothing.

    Raises:
        NamedTwice, ValidationError.
    """
    body = request.get_data() or b"{}"
    check_named_once(body)
    return model.model_validate_json(body)


@sign_in.post("/sessions")
@allow()
def post_session() -> Response:
    """Get a token for a quarter of an hour, and one that carries the sign-in on."""
    asked = in_json(SignInAsked)
    return _token(access.sign_in(asked.login, asked.password, asked.code))


@sign_in.post("/sessions/current/token")
@allow()
def post_token() -> Response:
    """Exchange the refresh token for the next two. One that was exchanged before ends the sign-in."""
    asked = in_json(RefreshAsked)
    carried_on = access.renewed(asked.refresh)
    if carried_on is None:
        raise TokenRefused()
    return _token(carried_on)


@sign_in.delete("/sessions/current")
@allow(*Role)
def delete_session() -> Response:
    """Sign out: no token of this sign-in is worth anything any more."""
    whose = bearer()
    access.held(whose, None, g.now)
    with writing() as session:
        sign_out(session, whose.login, whose.sign_in, Ending.SIGNED_OUT, at=datetime.now(UTC))
    return make_response("", 204)


def _token(given: Pass) -> Response:
    token = new_token(given.login, given.sign_in)
    return _json(TokenOut(token=token, expires_in=int(ACCESS.total_seconds()), refresh=given.refresh), 201)


@sign_in.get("/me")
@allow(*Role)
def get_me() -> Response:
    """The person behind the token, with today's appointments: every role, home and organisation."""
    whose = bearer()
    access.held(whose, None, g.now)
    with reading() as session:
        name = session.get_one(Person, whose.login).name
        held = appointments(session, whose.login, day_in_shanghai(g.now))
        shown = [AppointmentOut.model_validate(appointment) for appointment in held]
    return _json(MeOut(login=whose.login, name=name, appointments=shown), 200)


@sign_in.put("/me/password")
@allow(*Role)
def put_password() -> Response:
    """Change one's own password; one is signed out everywhere else."""
    asked = in_json(PasswordAsked)
    whose = bearer()
    access.held(whose, None, g.now)
    access.change_password(whose, asked.present, asked.new)
    return make_response("", 204)


@sign_in.get("/me/sign-ins")
@allow(*Role)
def get_sign_ins() -> Response:
    """Where one is signed in, the one used last first."""
    whose = bearer()
    access.held(whose, None, g.now)
    with reading() as session:
        going_on = sign_ins(session, whose.login, datetime.now(UTC))
        shown = SignInsOut(sign_ins=[SignInOut.model_validate(row) for row in going_on])
    return _json(shown, 200)


@sign_in.delete("/me/sign-ins/<sign_in_id>")
@allow(*Role)
def delete_sign_in(sign_in_id: str) -> Response:
    """Sign another device of one's own out."""
    whose = bearer()
    access.held(whose, None, g.now)
    with writing() as session:
        sign_out(session, whose.login, sign_in_id, Ending.ELSEWHERE, at=datetime.now(UTC))
    return make_response("", 204)


def _json(shown: BaseModel, status: int) -> Response:
    answer = make_response(json.dumps(shown.model_dump(mode="json"), ensure_ascii=False), status)
    answer.content_type = "application/json"
    return answer


def described(refusals: Mapping[str, Any]) -> dict[str, Any]:
    """These paths for the OpenAPI document, their schemas by reference."""
    return {
        "/api/v1/sessions": {
            "post": {
                "operationId": "post_session",
                "summary": "Sign in 登录",
                "description": post_session.__doc__,
                "tags": ["Signing in"],
                "x-roles": [],
                "requestBody": _asked(SignInAsked),
                "responses": {
                    "201": {"description": "The token", "content": _content("TokenOut")},
                    **refusals,
                },
            }
        },
        "/api/v1/sessions/current/token": {
            "post": {
                "operationId": "post_token",
                "summary": "Carry a sign-in on 续用登录",
                "description": post_token.__doc__,
                "tags": ["Signing in"],
                "x-roles": [],
                "requestBody": _asked(RefreshAsked),
                "responses": {
                    "201": {"description": "The next token", "content": _content("TokenOut")},
                    **refusals,
                },
            }
        },
        "/api/v1/sessions/current": {
            "delete": {
                "operationId": "delete_session",
                "summary": "Sign out 退出登录",
                "description": delete_session.__doc__,
                "tags": ["Signing in"],
                "x-roles": [],
                "security": [{"token": []}],
                "responses": {"204": {"description": "Signed out"}, **refusals},
            }
        },
        "/api/v1/me/password": {
            "put": {
                "operationId": "put_password",
                "summary": "Change one's password 改密码",
                "description": put_password.__doc__,
                "tags": ["Signing in"],
                "x-roles": [],
                "security": [{"token": []}],
                "requestBody": _asked(PasswordAsked),
                "responses": {"204": {"description": "Changed"}, **refusals},
            }
        },
        "/api/v1/me/sign-ins": {
            "get": {
                "operationId": "get_sign_ins",
                "summary": "Where am I signed in 登录着的设备",
                "description": get_sign_ins.__doc__,
                "tags": ["Signing in"],
                "x-roles": [],
                "security": [{"token": []}],
                "responses": {
                    "200": {"description": "The sign-ins", "content": _content("SignInsOut")},
                    **refusals,
                },
            }
        },
        "/api/v1/me/sign-ins/{sign_in_id}": {
            "delete": {
                "operationId": "delete_sign_in",
                "summary": "Sign a device out 让一台设备退出",
                "description": delete_sign_in.__doc__,
                "tags": ["Signing in"],
                "x-roles": [],
                "security": [{"token": []}],
                "parameters": [
                    {"name": "sign_in_id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {"204": {"description": "Signed out"}, **refusals},
            }
        },
        "/api/v1/me": {
            "get": {
                "operationId": "get_me",
                "summary": "Who am I, and where may I do what 我是谁",
                "description": get_me.__doc__,
                "tags": ["Signing in"],
                "x-roles": [],
                "security": [{"token": []}],
                "responses": {"200": {"description": "The person", "content": _content("MeOut")}, **refusals},
            }
        },
    }


def _asked(model: type[BaseModel]) -> dict[str, Any]:
    content = {"schema": _reference(model.__name__), "example": sample_of(model)}
    return {"required": True, "content": {"application/json": content}}


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": _reference(schema)}}


def _reference(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}
