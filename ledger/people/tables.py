"""Sign-ins, second factors, slips, and what is remembered of access."""

from datetime import UTC, date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from ledger.db import Instant, words
from ledger.people.rules import WHOLE_WITH_FACTOR, Ending, Event


class SignIn(SQLModel, table=True):
    """One sign-in, from the password to the end: what every token names, so that it can be ended.

    ``refresh`` is the digest of the token that carries it on, ``before`` of the one that was carried on last: whoever
    comes with that again has it from somebody else. ``network`` is the address from which it began.
    """

    __tablename__ = "sign_in"

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.login", index=True)
    since: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    refresh: str = Field(unique=True)
    before: str | None = Field(default=None, index=True)
    device: str
    network: str
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ending: Ending | None = Field(default=None, sa_type=words(Ending))

    @property
    def with_factor(self) -> bool:
        """Whether it began under a role that signs in with a second factor: none but such a one is so short."""
        return self.until - self.since <= WHOLE_WITH_FACTOR


class SecondFactor(SQLModel, table=True):
    """A person's authenticator. ``secret`` is sealed with the key of the installation; ``used`` the last step of thirty
    seconds whose code was taken, for none is taken twice."""

    __tablename__ = "second_factor"

    person: str = Field(primary_key=True, foreign_key="person.login")
    secret: str
    since: datetime = Field(sa_type=Instant)
    used: int = 0


class Slip(SQLModel, table=True):
    """登录条: lets one person set a password once, until a day. ``code`` is a digest of what stands on the paper."""

    no: int | None = Field(default=None, primary_key=True)
    person: str = Field(foreign_key="person.login", index=True)
    community: str
    code: str = Field(unique=True)
    made_by: str
    made_at: datetime = Field(sa_type=Instant)
    last_day: date
    forgets_factor: bool = False
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    void_at: datetime | None = Field(default=None, sa_type=Instant)

    @property
    def identity(self) -> str:
        """What its code is made from, together with the key of the installation."""
        return f"{self.no}/{self.person}/{self.made_at.astimezone(UTC):%Y%m%d%H%M%S}"


class AccessRecord(SQLModel, table=True):
    """What is remembered of sign-ins, refusals and reading of personal data (网络安全法 Art. 21: six months at least)."""

    __tablename__ = "access_record"

    __table_args__ = (
        Index("ix_access_record_account", "login", "network", "at"),
        Index("ix_access_record_network", "network", "at"),
        Index("ix_access_record_community", "community", "at"),
    )

    no: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    event: Event = Field(sa_type=words(Event))
    login: str
    network: str
    community: str = ""
    what: str = ""
