"""Who signs in to the sample."""

from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.actions import appoint, enrol
from ledger.community.role_rules import LEVEL_OF, Actor, Level, Role, Seat
from ledger.community.rules import DEMO_PASSWORD


class Player(NamedTuple):
    login: str
    name: str
    role: Role
    organisation: str = ""
    level: Level | None = None
    home: str | None = None

    @property
    def actor(self) -> Actor:
        homes = frozenset({self.home}) if self.home else frozenset()
        return Actor(self.login, self.role, homes, self.level or LEVEL_OF.get(self.role))


FIRM, COMMITTEE = "安和物业服务有限公司", "业主委员会"
MEI = Player("mei", "梅经理", Role.MANAGER, FIRM)
WEN = Player("wen", "文师傅", Role.WORKER, FIRM)
CHEN = Player("chen", "陈主任（业委会）", Role.COMMITTEE, COMMITTEE, home="1-1-301")
FAN = Player("fan", "范副主任（业委会）", Role.COMMITTEE, COMMITTEE, home="8-1-201")
LIN = Player("lin", "林委员（业委会）", Role.COMMITTEE, COMMITTEE, home="8-1-402")
GU = Player("gu", "顾委员（业委会）", Role.COMMITTEE, COMMITTEE, home="1-1-502")
PAN = Player("pan", "潘委员（业委会）", Role.COMMITTEE, COMMITTEE, home="8-1-601")
HE = Player("he", "何书记（社区）", Role.COMMUNITY_OFFICE, "社区居民委员会")
SU = Player("su", "苏科长（街道）", Role.SUPERVISOR, "街道办事处", Level.STREET)
HUANG = Player("huang", "黄科长（住建局）", Role.SUPERVISOR, "区住房和城乡建设局", Level.HOUSING_AUTHORITY)
BAO = Player("bao", "包经理（专户银行）", Role.SUPERVISOR, "维修资金专户管理银行", Level.CUSTODIAN)
AN = Player("an", "安审计", Role.AUDITOR, "审计事务所")
OUYANG = Player("ouyang", "欧阳女士（业主）", Role.OWNER, home="3-2-501")
ROOT = Player("root", "系统管理员", Role.OPERATOR)
EVERYBODY = (MEI, WEN, CHEN, FAN, LIN, GU, PAN, HE, SU, HUANG, BAO, AN, OUYANG, ROOT)


def enrol_everybody(session: Session, communities: list[str], *, since: date, at: datetime) -> None:
    """Let the players sign in and give each a seat: whoever supervises, audits or operates everywhere, the others at home.

    Members of the owners' committee are owners of the first community, where it is elected, and sit on that of the others by hand.
    """
    for player in EVERYBODY:
        enrol(session, player.login, player.name, DEMO_PASSWORD, by=ROOT.actor, at=at)
        session.flush()  # the appointments name the person
        for community, seat in _seats(player, communities):
            appoint(
                session,
                player.login,
                community,
                seat,
                since,
                organisation=player.organisation if seat.home is None else "",
                by=ROOT.actor,
                at=at,
            )


def _seats(player: Player, communities: list[str]) -> list[tuple[str, Seat]]:
    first, *others = communities
    seat = Seat(player.role, level=player.level)
    at_home = [(first, Seat(Role.OWNER, home=player.home))] if player.home else []
    if player.role is Role.OWNER:
        return at_home
    if player.role is Role.COMMITTEE:
        return at_home + [(other, seat) for other in others]
    everywhere = player.role in (Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR)
    return [(place, seat) for place in (["*"] if everywhere else communities)]
