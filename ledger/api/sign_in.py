"""/sessions and /me: sign in, and see what one may do."""

from datetime import datetime

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel, Field

from ledger.access.access import allow, check_password, reading, tokens
from ledger.access.tokens import LIFETIME
from ledger.api.door import In
from ledger.api.problems import RESPONSES
from ledger.community.queries import appointments, person
from ledger.community.rules import Role
from ledger.periods import day_in_shanghai

sign_in = APIBlueprint("sign_in", __name__, url_prefix="/api/v1", abp_responses=RESPONSES)


class SignInBody(In):
    login: str = Field(min_length=1, max_length=60)
    password: str = Field(min_length=1, max_length=200)


class TokenOut(BaseModel):
    token: str
    expires_in: int


class AppointmentOut(BaseModel):
    community: str
    role: Role
    home: str | None


class MeOut(BaseModel):
    login: str
    name: str
    appointments: list[AppointmentOut]


@sign_in.post("/sessions", summary="Sign in", responses={201: TokenOut})
@allow()
def post_session(body: SignInBody):  # type: ignore[no-untyped-def]
    """Get a token for half an hour."""
    at: datetime = g.now
    with reading() as session:
        login = check_password(session, body.login, body.password)
    return TokenOut(
        token=tokens().issue(login, at), expires_in=int(LIFETIME.total_seconds())
    ).model_dump(), 201


@sign_in.get(
    "/me", summary="Who am I, and where may I do what", responses={200: MeOut}, security=[{"token": []}]
)
@allow(*Role)
def get_me():  # type: ignore[no-untyped-def]
    """The person behind the token, with today's appointments."""
    with reading() as session:
        found = person(session, g.actor.login)
        held = appointments(session, g.actor.login, day_in_shanghai(g.now))
    assert found is not None
    return MeOut(
        login=found.login,
        name=found.name,
        appointments=[AppointmentOut(community=a.community, role=a.role, home=a.home) for a in held],
    ).model_dump(mode="json")
