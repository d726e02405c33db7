"""A community is opened: its log and its books begin, whether it comes by a workbook or by a form."""

from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import Field
from sqlmodel import Session

from ledger.community.actions import seed_profiles
from ledger.community.role_rules import Actor
from ledger.community.rules import COMMUNITY, Mode
from ledger.community.tables import Area, Community
from ledger.errors import Malformed, Refused
from ledger.fees.charge_actions import open_fee_book
from ledger.fields import Code, Day, Note, Text
from ledger.fund.actions import open_fund_book
from ledger.log.actions import open_log
from ledger.register.queries import jurisdictions
from ledger.revenue.actions import open_revenue_book


class CommunityThere(Refused):
    code = "community-there"
    zh = "这个代码已经是“{name}”的，请另取一个。"
    en = "This code is that of “{name}” already; take another."


class JurisdictionUnknown(Malformed):
    code = "jurisdiction-unknown"
    zh = "没有“{jurisdiction}”的本地参数；有 {known}。"
    en = "There are no local numbers of “{jurisdiction}”; there are {known}."


class AreaUnknown(Malformed):
    code = "area-unknown"
    zh = "没有登记片区“{area}”；小区开通以后再加入新的片区。"
    en = "The area “{area}” is not registered; a community joins a new one once it is open."


class NewCommunity(NamedTuple):
    """A community by its code, which stands in addresses for good, its names, and the day from which its books are kept here.

    ``jurisdiction`` says whose local numbers hold; ``transferred`` whether its owners keep their fund themselves (划转).
    """

    code: Annotated[str, Field(pattern=f"^{COMMUNITY}$", examples=["meiyuan"])]
    name: Text
    opened_on: Day
    jurisdiction: Code = "national_default"
    mode: Mode = Mode.MARKET
    transferred: bool = False
    name_en: Note = ""
    address: Note = ""
    built_year: Annotated[int, Field(strict=True, ge=1800, le=2200)] | None = None
    area: Code | None = None


def open_community(session: Session, new: NewCommunity, *, host: str, by: Actor, at: datetime) -> Community:
    """Open one community, with its log and its books; buildings, homes, people and contracts are registered in it then.

    Raises:
        CommunityThere: the code is taken. JurisdictionUnknown, AreaUnknown.
    """
    seed_profiles(session, by=by, at=at)
    if (there := session.get(Community, new.code)) is not None:
        raise CommunityThere(name=there.name)
    places = jurisdictions(session)
    if new.jurisdiction not in places:
        raise JurisdictionUnknown(jurisdiction=new.jurisdiction, known=places)
    if new.area is not None and session.get(Area, new.area) is None:
        raise AreaUnknown(area=new.area)
    opened = Community(**new._asdict())
    session.add(opened)
    session.flush()
    begin_books(session, new.code, host=host, by=by, at=at)
    return opened


def begin_books(session: Session, code: str, *, host: str, by: Actor, at: datetime) -> None:
    """Open a community's log and the books that every community has."""
    open_log(session, code, f"{host}/log/{code}", at=at)
    for open_book in (open_fund_book, open_fee_book, open_revenue_book):
        open_book(session, code, by=by, at=at)
