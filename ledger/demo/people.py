"""Who signs in to the sample."""

from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.actions import appoint, enrol
from ledger.community.rules import Actor, Role

PASSWORD = "mingbai-demo"  # noqa: S105 - printed on purpose: a sample with invented people


class Player(NamedTuple):
    login: str
    name: str
    role: Role
    home: str | None = None

    @property
    def actor(self) -> Actor:
        homes = frozenset({self.home}) if self.home else frozenset()
        return Actor(self.login, self.role, homes)


MEI = Player("mei", "梅经理", Role.MANAGER)
WEN = Player("wen", "文师傅", Role.WORKER)
CHEN = Player("chen", "陈主任（业委会）", Role.COMMITTEE)
LIN = Player("lin", "林委员（业委会）", Role.COMMITTEE)
HE = Player("he", "何书记（社区）", Role.COMMUNITY_OFFICE)
SU = Player("su", "苏科长（街道）", Role.SUPERVISOR)
AN = Player("an", "安审计", Role.AUDITOR)
OUYANG = Player("ouyang", "欧阳女士（业主）", Role.OWNER, home="3-2-501")
ROOT = Player("root", "系统管理员", Role.OPERATOR)
EVERYBODY = (MEI, WEN, CHEN, LIN, HE, SU, AN, OUYANG, ROOT)


def enrol_everybody(session: Session, communities: list[str], *, since: date, at: datetime) -> None:
    """Let the players sign in and give each a role: street, audit and operator everywhere, the others at home."""
    for player in EVERYBODY:
        enrol(session, player.login, player.name, PASSWORD, by=ROOT.actor, at=at)
        session.flush()  # the appointments name the person
        everywhere = player.role in (Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR)
        places = ["*"] if everywhere else communities[:1] if player.home else communities
        for community in places:
            appoint(
                session,
                player.login,
                community,
                player.role,
                since,
                home=player.home,
                by=ROOT.actor,
                at=at,
            )
