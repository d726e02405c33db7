"""Who holds a proxy, and how many he may hold. Pure."""

from hashlib import sha256
from typing import NamedTuple

from ledger.errors import NotAllowed, Refused


class ProxyGivenAlready(Refused):
    code = "proxy-given-already"
    zh = "{home} 对议题 {motion} 已经委托过。"
    en = "{home} has given a proxy for {motion} already."


class ProxyToSelf(Refused):
    code = "proxy-to-self"
    zh = "{home} 的受托人就是它的业主本人，不需要委托。"
    en = "The holder of the proxy owns {home} himself and needs none."


class ProxiesTooMany(Refused):
    code = "proxies-too-many"
    zh = "同一受托人对议题 {motion} 最多受托 {most} 户（家庭成员之间除外），{home} 不能再委托给他。"
    en = "One person may hold {most} proxies for {motion}, his family aside; {home} cannot be entrusted to him too."
    article = "《物业管理条例》第12条；《业主大会议事规则》"


class NotYourBallot(NotAllowed):
    code = "not-your-ballot"
    zh = "您不是 {home} 的业主，也没有它对议题 {motion} 的委托。"
    en = "You neither own {home} nor hold its proxy for {motion}."
    article = "《民法典》第278条"


class CastBallot(NamedTuple):
    """A ballot that was taken in: of which home, and that it counts."""

    home: str
    counted: bool = True


def holder_digest(person_key: str) -> str:
    """How a proxy names the person who holds it, without naming him."""
    return sha256(f"proxy-holder/{person_key}".encode()).hexdigest()
