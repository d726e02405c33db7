"""What is stored of a community. Every table of one community has ``community`` first in its key."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import BigInteger, Field, SQLModel

from ledger.community.role_rules import Level, Role
from ledger.community.rules import AreaSource, ComponentKind, FirmKind, HomeKind, Mode
from ledger.db import Instant, words


class Area(SQLModel, table=True):
    """片区: several communities renovated and run together."""

    code: str = Field(primary_key=True)
    name: str


class Community(SQLModel, table=True):
    """小区. ``jurisdiction`` names the profile whose local numbers hold here."""

    code: str = Field(primary_key=True)
    area: str | None = Field(default=None, foreign_key="area.code")
    name: str
    name_en: str = ""
    address: str = ""
    jurisdiction: str = "national_default"
    built_year: int | None = None
    mode: Mode = Field(default=Mode.MARKET, sa_type=words(Mode))
    transferred: bool = False
    """Whether the fund has been handed to the owners' assembly (划转) or is still in custody (代管)."""
    opened_on: date | None = None
    """启用日: the day from which its books are kept here; none where they were begun before that was asked."""


class Building(SQLModel, table=True):
    """幢."""

    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    floors: int | None = None
    has_lift: bool = False


class Stairwell(SQLModel, table=True):
    """单元 of a building."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "building"], ["building.community", "building.code"]),
    )

    community: str = Field(primary_key=True)
    building: str = Field(primary_key=True)
    code: str = Field(primary_key=True)


class Home(SQLModel, table=True):
    """户. ``handle`` stands for the home in the log: random, and changed when the owner changes."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "building", "stairwell"],
            ["stairwell.community", "stairwell.building", "stairwell.code"],
        ),
        CheckConstraint("area_dm2 > 0", name="area_positive"),
        CheckConstraint("first_deposit_fen >= 0", name="first_deposit_not_negative"),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    building: str
    stairwell: str
    door: str
    side: str | None = None
    """The side of the stairwell, where something serves one side only (a riser, a lift)."""
    kind: HomeKind = Field(sa_type=words(HomeKind))
    area_dm2: int
    area_source: AreaSource = Field(default=AreaSource.REGISTER, sa_type=words(AreaSource))
    first_deposit_fen: int = Field(default=0, sa_type=BigInteger)
    seller: str | None = Field(default=None, foreign_key="firm.code")
    """The selling unit of sold public housing, or the developer of an unsold home."""
    handle: str


class Succession(SQLModel, table=True):
    """分户、合户: a home that ended, and one that it became from a day on, by a paper. Append-only."""

    __tablename__ = "home_succession"
    __table_args__ = (
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "became"], ["home.community", "home.code"]),
        CheckConstraint("home <> became", name="another_home"),
        Index("ix_home_succession_became", "community", "became"),
    )

    community: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    became: str = Field(primary_key=True)
    since: date
    """The first day of ``became``, the day after the last of ``home``."""
    document: str


class HandOver(SQLModel, table=True):
    """交付: the day on which a home passed from its developer to its owner."""

    __tablename__ = "hand_over"
    __table_args__ = (ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),)

    community: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    handed_over_on: date
    developer: str | None = Field(default=None, foreign_key="firm.code")


class Holder(SQLModel, table=True):
    """业主 of a home from a day on. Personal data: never public, never in the log.

    ``person_key`` is the same for all homes of one owner, so that he counts as one head in a vote.
    """

    __table_args__ = (ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),)

    community: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    name: str
    phone: str = ""
    person_key: str
    erasure_no: int | None = Field(default=None, sa_type=BigInteger)
    """The entry by which his name and telephone were erased."""


class Firm(SQLModel, table=True):
    """企业: property firm, contractor, selling unit, developer, advertiser, utility. A licence is one firm's.

    ``registered_twice`` is one that had its licence together with another when that was not seen to yet.
    """

    __table_args__ = (
        Index(
            "uq_firm_licence",
            "licence",
            unique=True,
            sqlite_where=text("licence <> '' AND NOT registered_twice"),
            postgresql_where=text("licence <> '' AND NOT registered_twice"),
        ),
    )

    code: str = Field(primary_key=True)
    name: str
    kind: FirmKind = Field(sa_type=words(FirmKind))
    licence: str = ""
    phone: str = ""
    registered_twice: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class ServiceContract(SQLModel, table=True):
    """物业服务合同 between a community and its property firm.

    ``may_charge_until`` is set when the firm goes: the last day that it may charge for (民法典 Arts. 949, 950).
    """

    __tablename__ = "service_contract"
    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    firm: str = Field(foreign_key="firm.code")
    starts_on: date
    ends_on: date
    lump_sum: bool = True
    """包干制 when true, 酬金制 when false."""
    may_charge_until: date | None = None
    motion: str | None = None
    """The owners' decision that it, or its present term, rests on; none for what the register brought."""


class Works(SQLModel, table=True):
    """改造工程: one renovation project of a community."""

    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    started_on: date | None = None


class Package(SQLModel, table=True):
    """标段: a part of the works with its own contractor, price and acceptance day."""

    __table_args__ = (ForeignKeyConstraint(["community", "works"], ["works.community", "works.code"]),)

    community: str = Field(primary_key=True)
    works: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    contractor: str = Field(foreign_key="firm.code")
    price_fen: int = Field(sa_type=BigInteger)
    accepted_on: date | None = None


class Component(SQLModel, table=True):
    """部位/设施 on a building, or on the whole community when ``building`` is empty.

    ``warranty_until`` is the last day of the package's warranty on it; none when no package touched it.
    """

    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        ForeignKeyConstraint(
            ["community", "works", "package"], ["package.community", "package.works", "package.code"]
        ),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    kind: ComponentKind = Field(sa_type=words(ComponentKind))
    name: str
    building: str | None = None
    works: str | None = None
    package: str | None = None
    warranty_until: date | None = None


class ProfileValue(SQLModel, table=True):
    """One local number from a day on. ``scope`` is a jurisdiction, or ``community:<code>`` to override it."""

    __tablename__ = "profile_value"

    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    value: str
    """JSON: an integer, a string, true/false or a list."""
    source: str = ""


class CalendarDay(SQLModel, table=True):
    """A day which the operator of an area decided to be a working day or not."""

    __tablename__ = "calendar_day"

    area: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    works: bool


class Demo(SQLModel, table=True):
    """That this database holds the sample and nothing else, and the day that is today in it. A real one has no row."""

    day: date = Field(primary_key=True)


class Person(SQLModel, table=True):
    """Someone who signs in. ``password`` is an Argon2id hash."""

    login: str = Field(primary_key=True)
    name: str
    password: str
    since: datetime = Field(sa_type=Instant)
    active: bool = True


class Appointment(SQLModel, table=True):
    """任职: the role a person holds in a community from a day to a day. ``*`` is every community.

    ``home`` is set for owners and tenants: what they may see of their own; somebody with two homes has two rows. Whoever
    is appointed for a ``building`` acts for that one only.
    ``organisation`` is whom he acts for, by name, and ``level`` what kind of organisation that is.
    """

    __table_args__ = (
        Index(
            "uq_appointment",
            "person",
            "community",
            "role",
            "since",
            text("coalesce(home, '')"),
            text("coalesce(building, '')"),
            unique=True,
        ),
    )

    no: int | None = Field(default=None, primary_key=True)
    person: str = Field(foreign_key="person.login")
    community: str
    role: Role = Field(sa_type=words(Role))
    since: date
    until: date | None = None
    home: str | None = None
    organisation: str = ""
    level: Level | None = Field(default=None, sa_type=words(Level))
    building: str | None = None
