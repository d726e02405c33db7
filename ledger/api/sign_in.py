"""/sessions and /me: sign in, and see what one may do. Written by hand, for nobody has a role before he signs in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, current_app, g, json, make_response, request
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from ledger.access.access import allow, check_password, new_token, reading, tokens
from ledger.access.tokens import LIFETIME, TokenRefused
from ledger.community.queries import appointments, person
from ledger.community.rules import Level, Role
from ledger.fields import Asked, Out
from ledger.periods import day_in_shanghai

sign_in = Blueprint("sign_in", __name__, url_prefix="/api/v1")


class SignInAsked(Asked):
    login: str = Field(min_length=1, max_length=60, examples=["mei"])
    password: str = Field(min_length=1, max_length=200, examples=["a long sentence"])


class TokenOut(Out):
    token: str
    expires_in: int
    """Seconds."""


class AppointmentOut(Out):
    community: str
    role: Role
    home: str | None
    building: str | None
    organisation: str
    level: Level | None
    since: date
    until: date | None


class MeOut(Out):
    login: str
    name: str
    appointments: list[AppointmentOut]


@sign_in.before_request
def set_the_clock() -> None:
    g.now = current_app.extensions["clock"]()


def bearer() -> str:
    """The sign-in name behind the request's token.

    Raises:
        TokenRefused: there is none, or it is not ours or over.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenRefused()
    return tokens().read(token.strip())


@sign_in.post("/sessions")
@allow()
def post_session() -> Response:
    """Get a token for half an hour."""
    asked = SignInAsked.model_validate_json(request.get_data() or b"{}")
    with reading() as session:
        login = check_password(session, asked.login, asked.password)
    return _json(TokenOut(token=new_token(login), expires_in=int(LIFETIME.total_seconds())), 201)


@sign_in.get("/me")
@allow(*Role)
def get_me() -> Response:
    """The person behind the token, with today's appointments: every role, home and organisation."""
    login = bearer()
    with reading() as session:
        found = person(session, login)
        if found is None:
            raise TokenRefused()
        held = appointments(session, login, day_in_shanghai(g.now))
        shown = [AppointmentOut.model_validate(each) for each in held]
    return _json(MeOut(login=found.login, name=found.name, appointments=shown), 200)


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
                "requestBody": {"required": True, "content": _content("SignInAsked")},
                "responses": {
                    "201": {"description": "The token", "content": _content("TokenOut")},
                    **refusals,
                },
            }
        },
        "/api/v1/me": {
            "get": {
                "operationId": "get_me",
                "summary": "Who am I, and where may I do what 我是谁",
                "description": get_me.__doc__,
                "tags": ["Signing in"],
                "security": [{"token": []}],
                "responses": {"200": {"description": "The person", "content": _content("MeOut")}, **refusals},
            }
        },
    }


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
