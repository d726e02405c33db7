"""人员: who is what here, from when to when; invitations, slips, and the end of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.committee.seat_actions import appoint_by_hand, end_by_hand, invite_by_hand
from ledger.community.queries import community as community_of
from ledger.community.role_rules import Actor, Level, Role
from ledger.community.tables import Person
from ledger.db import Page
from ledger.errors import NotAllowed
from ledger.fields import Code, Out, PageNumber, PageSize
from ledger.installation import Installation
from ledger.operations.choices import buildings_with_slips, homes
from ledger.operations.operation import (
    Choice,
    Declared,
    Document,
    EntryOut,
    Field,
    File,
    Listing,
    Operation,
    Part,
    Record,
    Said,
)
from ledger.people.actions import (
    deactivate,
    invite_owners,
    make_slip,
    void_slip,
)
from ledger.people.keyring import Keyring
from ledger.people.queries import (
    NoHomesThere,
    NoPersonHere,
    SeatHeld,
    access_of_community,
    roles_given,
    seats_held,
    slip,
    slips,
    slips_of_homes,
)
from ledger.people.rules import MAY_APPOINT, Event
from ledger.people.tables import Slip
from ledger.periods import noon
from ledger.register.queries import holders
from ledger.reports.slip import slips_paper
from ledger.words import label, told

OFFICES = (Role.OPERATOR, Role.COMMUNITY_OFFICE, Role.COMMITTEE, Role.MANAGER)
"""Whoever lets people in, each his own kinds (`ledger.people.rules.MAY_APPOINT`)."""


class SlipNotShown(NotAllowed):
    code = "slip-not-shown"
    zh = "这张登录条不是您能打的：拿着它的人就能登录。"
    en = "This slip is not yours to see: whoever holds it can sign in."


class HeldSeatOut(Out):
    role: Role
    home: str | None
    building: str | None
    level: Level | None
    organisation: str
    since: date
    until: date | None


class SeatOut(HeldSeatOut):
    login: str
    name: str
    waiting: bool


class PersonOut(Out):
    login: str
    signs_in_as: str = Limit(validation_alias="login")
    name: str
    active: bool
    waiting: bool


class InvitedOut(EntryOut):
    login: str
    slip: int


class AccessRecordOut(Out):
    at: datetime
    event: Event
    login: str
    network: str
    what: str


class OwnersInvitedOut(Out):
    building: str
    invited: int
    without_holder: int


class SlipRowOut(Out):
    no: int
    person: str
    made_by: str
    last_day: date


class WaitingSlipOut(Out):
    slip: int = Limit(validation_alias="no")
    made_by: str
    last_day: date


class SlipOut(SlipRowOut):
    name: str
    code: str
    link: str


def people(session: Session, community: str, *, role: Role | None = None) -> Sequence[SeatHeld]:
    """Every seat that was given here, the standing ones first: personal data of whoever lives here."""
    return [seat for seat in seats_held(session, community) if role in (None, seat.role)]


def person_here(session: Session, community: str, person: str) -> SeatHeld:
    """Somebody who holds or held a seat here.

    Raises:
        NoPersonHere.
    """
    seats = seats_held(session, community, person)
    if not seats:
        raise NoPersonHere(login=person)
    return seats[0]


def seats_of(session: Session, community: str, person: str) -> Sequence[SeatHeld]:
    """His seats here."""
    return seats_held(session, community, person)


def slip_seen(
    session: Session,
    community: str,
    no: int,
    keyring: Keyring,
    installation: Installation,
    today: date,
    *,
    by: Actor,
) -> Mapping[str, Any]:
    """A slip with its code, for whoever may let its person in.

    Raises:
        NoSlip; SlipNotShown.
    """
    paper = slip(session, community, no)
    if not _of_whom_he_lets_in(session, community, [paper], today, by=by):
        raise SlipNotShown()
    code = keyring.code(paper.identity)
    return {
        "no": paper.no,
        "person": paper.person,
        "made_by": paper.made_by,
        "last_day": paper.last_day,
        "name": session.get_one(Person, paper.person).name,
        "code": f"{code[:4]} {code[4:]}",
        "link": f"{installation.config.site}/desk/slip?code={code}",
    }


def _of_whom_he_lets_in(
    session: Session, community: str, papers: Sequence[Slip], today: date, *, by: Actor
) -> Sequence[Slip]:
    """Of these slips those whose persons have no role that is not his to give."""
    roles = roles_given(session, community, {paper.person for paper in papers}, today)
    may_give = MAY_APPOINT.get(by.role, frozenset())
    return [paper for paper in papers if may_give.issuperset(roles[paper.person])]


def slips_waiting(session: Session, community: str, today: date, *, by: Actor) -> Sequence[Slip]:
    """The slips that nobody has used yet and that whoever asks may hand over, the newest first."""
    return _of_whom_he_lets_in(session, community, slips(session, community), today, by=by)


def slips_of(session: Session, community: str, person: str, today: date, *, by: Actor) -> Sequence[Slip]:
    """Those of one person."""
    return [paper for paper in slips_waiting(session, community, today, by=by) if paper.person == person]


def printed_slip(
    session: Session,
    community: str,
    no: int,
    keyring: Keyring,
    installation: Installation,
    today: date,
    *,
    by: Actor,
) -> File:
    """A slip on paper, to be handed over: name, code, QR code and last day.

    Raises:
        NoSlip; SlipNotShown.
    """
    seen = slip_seen(session, community, no, keyring, installation, today, by=by)
    place = community_of(session, community)
    return File(
        slips_paper(
            place.name, place.name_en, [seen], site=installation.config.site, fonts=installation.config.fonts
        ),
        "application/pdf",
        f"slip-{no}.pdf",
    )


def printed_slips(
    session: Session,
    community: str,
    building: Code,
    keyring: Keyring,
    installation: Installation,
    today: date,
    *,
    by: Actor,
) -> File:
    """The slips that wait for people of a building, by home, one a page.

    Raises:
        NoHomesThere: none waits there.
        SlipNotShown.
    """
    homes_there = [held.home for held in holders(session, community, building)]
    waiting = slips_of_homes(session, community, homes_there)
    if not waiting:
        raise NoHomesThere(building=building)
    seen = [
        slip_seen(session, community, paper.no or 0, keyring, installation, today, by=by) for paper in waiting
    ]
    place = community_of(session, community)
    return File(
        slips_paper(
            place.name, place.name_en, seen, site=installation.config.site, fonts=installation.config.fonts
        ),
        "application/pdf",
        f"slips-{building}.pdf",
    )


def seats_to_choose(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The seats that stand, each for its person alone."""
    return [
        Choice(
            str(seat.appointment),
            Said(
                f"{label(seat.role)} {seat.home or ''} {told(seat.since, 'zh')}起",
                f"{label(seat.role, language='en')} {seat.home or ''} from {told(seat.since, 'en')}",
            ),
            whose=seat.login,
        )
        for seat in seats_held(session, community)
        if seat.until is None or seat.until >= today
    ]


def access_seen(
    session: Session,
    community: str,
    today: date,
    *,
    person: Code | None = None,
    page: PageNumber = 1,
    size: PageSize = 20,
) -> Page:
    """What is remembered of the last thirty days of access to this community, the newest first.

    What is older is kept its six months for an inquiry (网络安全法 Art. 21), and nobody looks through it here.
    """
    since = noon(today) - timedelta(days=30)
    return access_of_community(session, community, person, since, page=page, size=size)


GIVEN_HERE = [role for role in Role if role is not Role.OPERATOR]
"""What anybody can be in a community: operators are made at the machine (`ledger.people.actions.add_operator`)."""

SEAT_FIELDS = {
    "role": Field(Said("身份", "Role"), members=dict.fromkeys(GIVEN_HERE, False), offered_to=MAY_APPOINT),
    "since": Field(Said("从哪天", "From")),
    "until": Field(
        Said("到哪天", "Until"),
        hint=Said(
            "按聘书、备案的任期填；没有期限就不填。",
            "As the appointment says; leave it out where there is no end.",
        ),
    ),
    "home": Field(
        Said("哪一户", "Home"),
        hint=Said("业主、租户填，别人空着。", "For owners and tenants; else leave it."),
        choices=homes,
        needed=True,
    ),
    "level": Field(
        Said("什么机构", "Kind of organisation"),
        hint=Said(
            "街道、住建部门、专户银行的人填，别人空着。",
            "For people of the street office, the authority or the bank; else leave it.",
        ),
        needed=True,
    ),
    "building": Field(
        Said("只管哪一幢", "For one building only"),
        hint=Said(
            "楼门长一类的人填；管全小区的不填。", "For whoever acts for one building; leave it out otherwise."
        ),
    ),
    "organisation": Field(Said("单位名称", "Organisation")),
}

PERSON = Record(
    path="/people/<person>",
    title=Said("人员", "Person"),
    personal=True,
    roles=OFFICES,
    query=person_here,
    gives=PersonOut,
    heading="name",
    state=("active",),
    hidden=("login",),
    held_as={"person": "login"},
    facts={
        "signs_in_as": Field(Said("登录名", "Sign-in name")),
        "active": Field(Said("在用", "May sign in")),
        "waiting": Field(Said("还没有设密码", "Has set no password yet")),
    },
    parts={
        "seats": Part(title=Said("身份", "Seats"), query=seats_of, gives=HeldSeatOut),
        "slips": Part(
            title=Said("还没用过的登录条", "Slips that wait"), query=slips_of, gives=WaitingSlipOut
        ),
    },
)

SLIP = Record(
    path="/slips/<int:no>",
    title=Said("登录条", "Slip"),
    roles=OFFICES,
    query=slip_seen,
    gives=SlipOut,
    heading="name",
    state=("last_day",),
    known_as=("slip",),
    facts={
        "person": Field(Said("登录名", "Sign-in name")),
        "code": Field(Said("登录条上的 8 位字", "Eight letters of the slip")),
        "link": Field(Said("链接", "Link")),
        "last_day": Field(Said("用到哪天", "Last day")),
        "made_by": Field(Said("谁打的", "Made by")),
    },
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/people",
        title=Said("人员和身份", "People and roles"),
        personal=True,
        roles=OFFICES,
        query=people,
        gives=SeatOut,
        key="people",
        record=PERSON,
        columns=("name", "role", "home", "organisation", "since", "until", "waiting"),
        facts={**PERSON.facts, **SEAT_FIELDS},
        empty=Said("这里还没有人，先邀请一个。", "Nobody is here yet: invite somebody."),
    ),
    PERSON,
    Operation(
        path="/people",
        title=Said("邀请一个人", "Invite somebody"),
        roles=OFFICES,
        does=invite_by_hand,
        gives=InvitedOut,
        seals=("person.appointed",),
        fields={"name": Field(Said("姓名", "Name")), **SEAT_FIELDS},
    ),
    Operation(
        path="/people/owners",
        title=Said("给一幢的业主做登录条", "Make slips for the owners of a building"),
        roles=(Role.OPERATOR, Role.COMMUNITY_OFFICE, Role.COMMITTEE),
        does=invite_owners,
        gives=OwnersInvitedOut,
        seals=("person.appointed",),
        fields={
            "building": Field(Said("哪一幢", "Building")),
            "since": Field(Said("从哪天", "From")),
        },
    ),
    Operation(
        path="/people/<person>/appointments",
        title=Said("再给一个身份", "Give one more seat"),
        roles=OFFICES,
        does=appoint_by_hand,
        seals=("person.appointed",),
        on=PERSON,
        offered=lambda person: person.active,
        fields=SEAT_FIELDS,
    ),
    Operation(
        path="/people/<person>/endings",
        title=Said("结束一个身份", "End a seat"),
        roles=OFFICES,
        does=end_by_hand,
        seals=("person.ended",),
        on=PERSON,
        turns_back=True,
        confirms=True,
        fields={
            "appointment": Field(Said("哪个身份", "Which seat"), choices=seats_to_choose, within="person"),
            "last_day": Field(Said("最后一天", "Last day")),
            "reason": Field(Said("原因", "Why")),
        },
    ),
    Operation(
        path="/people/<person>/slips",
        title=Said("打一张登录条", "Make a slip"),
        roles=OFFICES,
        does=make_slip,
        gives=SlipRowOut,
        on=PERSON,
        offered=lambda person: person.active,
        fields={
            "forgets_factor": Field(
                Said("验证器也丢了", "The authenticator is lost too"),
                hint=Said(
                    "重新设密码以后，再设一次动态码。", "After the password a new authenticator is set up."
                ),
            )
        },
    ),
    Operation(
        path="/people/<person>/deactivation",
        title=Said("停用", "Deactivate"),
        roles=(Role.OPERATOR,),
        does=deactivate,
        seals=("person.deactivated",),
        on=PERSON,
        turns_back=True,
        offered=lambda person: person.active,
        confirms=True,
        fields={"reason": Field(Said("原因", "Why"))},
    ),
    Listing(
        path="/slips",
        title=Said("还没用过的登录条", "Slips that wait"),
        roles=OFFICES,
        query=slips_waiting,
        gives=SlipRowOut,
        key="slips",
        record=SLIP,
        facts=SLIP.facts,
        empty=Said("登录条都用了。", "Every slip was used."),
    ),
    SLIP,
    Operation(
        path="/slips/<int:no>/void",
        title=Said("作废", "Make it void"),
        roles=OFFICES,
        does=void_slip,
        gives=SlipRowOut,
        on=SLIP,
        turns_back=True,
        confirms=True,
    ),
    Listing(
        path="/access-records",
        title=Said("登录和查阅记录", "Sign-ins and readings"),
        roles=(Role.OPERATOR,),
        query=access_seen,
        gives=AccessRecordOut,
        key="records",
        facts={
            "event": Field(Said("什么事", "What")),
            "network": Field(Said("网络地址", "Network address")),
            "what": Field(Said("看了什么", "What was read")),
        },
        empty=Said("没有记录。", "Nothing is remembered."),
    ),
    Document(
        path="/slips/buildings/<building>.pdf",
        title=Said("打印一幢的登录条", "Print the slips of a building"),
        roles=(Role.OPERATOR, Role.COMMUNITY_OFFICE, Role.COMMITTEE),
        makes=printed_slips,
        media_types=("application/pdf",),
        facts={"building": Field(Said("幢", "Building"), choices=buildings_with_slips)},
    ),
    Document(
        path="/slips/<int:no>.pdf",
        title=Said("打印登录条", "Print the slip"),
        roles=OFFICES,
        makes=printed_slip,
        media_types=("application/pdf",),
    ),
)
