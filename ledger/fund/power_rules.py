"""Which roles, at which kind of organisation, the law lets do what with money of the fund. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ledger.community.role_rules import LEVEL_OF, Actor, Condition, Level, Role
from ledger.errors import NotAllowed
from ledger.fund.rules import Keeper

DECREE = "《住宅专项维修资金管理办法》"
AUTHORITY = Role.SUPERVISOR.at(Level.HOUSING_AUTHORITY)
BANK = Role.SUPERVISOR.at(Level.CUSTODIAN)
COMMITTEE = Role.COMMITTEE.at(Level.OWNERS_COMMITTEE)
FIRM = Role.MANAGER.at(Level.PROPERTY_FIRM)


class Power(StrEnum):
    """What is done with money of the fund."""

    APPROVE = "approve"
    CONSENT = "consent"
    FILE = "file"
    SUBSTITUTE = "substitute"
    PAY = "pay"
    PAY_CASH = "pay_cash"
    KEEP_BOOKS = "keep_books"
    SHARE_GAINS = "share_gains"
    INVEST = "invest"
    GIVE_BACK = "give_back"
    NOTIFY_HANDOVER = "notify_handover"
    SIGN_HANDOVER = "sign_handover"
    NOTIFY_TOPUP = "notify_topup"


class Given(NamedTuple):
    """A power with its words, and to whom which article gives it under each keeper of the fund."""

    zh: str
    en: str
    in_custody: tuple[Condition, ...]
    in_custody_by: str
    handed_over: tuple[Condition, ...]
    handed_over_by: str


POWERS: Mapping[Power, Given] = MappingProxyType(
    {
        Power.APPROVE: Given(
            "审核同意使用维修资金", "approving a use of the fund",
            (AUTHORITY,), f"{DECREE}第22条第（四）、（五）项",
            (COMMITTEE,), f"{DECREE}第23条第（四）、（五）项",
        ),
        Power.CONSENT: Given(
            "审核动用公有住房维修资金", "consenting to the use of selling units' money",
            (AUTHORITY,), f"{DECREE}第22条第（四）、（五）项",
            (AUTHORITY,), f"{DECREE}第23条第（四）、（五）项",
        ),
        Power.FILE: Given(
            "报主管部门备案", "filing a use with the authority",
            (COMMITTEE, FIRM), f"{DECREE}第23条第（五）项",
            (COMMITTEE, FIRM), f"{DECREE}第23条第（五）项",
        ),
        Power.SUBSTITUTE: Given(
            "组织代修", "ordering a substitute repair",
            (AUTHORITY,), f"{DECREE}第24条",
            (AUTHORITY,), f"{DECREE}第24条",
        ),
        Power.PAY: Given(
            "从维修资金付款、冲销付款", "paying from the fund and taking a payment back",
            (AUTHORITY, BANK), f"{DECREE}第22条第（五）、（六）项",
            (COMMITTEE, BANK), f"{DECREE}第23条第（六）、（七）项",
        ),
        Power.PAY_CASH: Given(
            "支付业主自筹款", "paying on what owners contributed in cash",
            (COMMITTEE,), "《物业管理条例》第15条",
            (COMMITTEE,), "《物业管理条例》第15条",
        ),
        Power.KEEP_BOOKS: Given(
            "记维修资金的账", "keeping the books of the fund",
            (FIRM, AUTHORITY, BANK), f"{DECREE}第10条",
            (FIRM, COMMITTEE, BANK), f"{DECREE}第16条",
        ),
        Power.SHARE_GAINS: Given(
            "批准收益分配", "approving how gains are shared out",
            (AUTHORITY,), f"{DECREE}第10、27条",
            (COMMITTEE,), f"{DECREE}第16、27条",
        ),
        Power.INVEST: Given(
            "购买国债", "buying treasury bonds",
            (AUTHORITY,), f"{DECREE}第10、26条",
            (COMMITTEE,), f"{DECREE}第16、26条",
        ),
        Power.GIVE_BACK: Given(
            "返还维修资金", "giving money of the fund back",
            (AUTHORITY,), f"{DECREE}第10、29条",
            (COMMITTEE,), f"{DECREE}第16、29条",
        ),
        Power.NOTIFY_HANDOVER: Given(
            "通知划转", "giving notice of a hand-over",
            (COMMITTEE,), f"{DECREE}第15条",
            (COMMITTEE,), f"{DECREE}第15条",
        ),
        Power.SIGN_HANDOVER: Given(
            "为管理方签划转", "signing a hand-over for the keeper",
            (AUTHORITY,), f"{DECREE}第15条第（三）项",
            (COMMITTEE,), f"{DECREE}第15条第（三）项",
        ),
        Power.NOTIFY_TOPUP: Given(
            "通知续筹", "telling owners to top the fund up",
            (COMMITTEE,), "",
            (COMMITTEE,), "",
        ),
    }
)  # fmt: skip

GIVEN_BY_PLACE: Mapping[Power, str] = MappingProxyType({Power.NOTIFY_TOPUP: "topup.silence_days"})
"""Powers that no national law gives: the number of the place whose source does."""

KEPT: Mapping[Keeper, tuple[str, str]] = MappingProxyType(
    {
        Keeper.PRE_TRANSFER: ("维修资金由主管部门代管期间", "while the authority keeps the fund"),
        Keeper.POST_TRANSFER: ("维修资金划转业主大会后", "after the hand-over to the owners' assembly"),
    }
)
NAMED: Mapping[Level, tuple[str, str]] = MappingProxyType(
    {
        Level.PROPERTY_FIRM: ("物业服务企业", "the property firm"),
        Level.OWNERS_COMMITTEE: ("业主委员会", "the owners' committee"),
        Level.MANAGEMENT_COMMITTEE: ("物业管理委员会", "the property management committee"),
        Level.COMMUNITY_OFFICE: ("社区居民委员会", "the residents' committee"),
        Level.STREET: ("街道办事处", "the street office"),
        Level.HOUSING_AUTHORITY: ("住房和城乡建设（房地产）主管部门", "the housing authority"),
        Level.CUSTODIAN: ("专户管理银行", "the custodian bank"),
        Level.AUDIT_FIRM: ("审计机构", "the audit firm"),
    }
)
"""The organisations in the words of the law."""


class NotYourPower(NotAllowed):
    code = "not-your-power"
    zh = "{when_zh}，{action_zh}由{who_zh}办理；{you_zh}不能办理。"
    en = "{when_en}, {action_en} is for {who_en}; it is not for {you_en}."


def may(power: Power, keeper: Keeper) -> tuple[Condition, ...]:
    """Who may do it while this keeper has the fund: roles, each at one kind of organisation."""
    given = POWERS[power]
    return given.in_custody if keeper is Keeper.PRE_TRANSFER else given.handed_over


def ever(power: Power) -> tuple[Condition, ...]:
    """Who may do it under one keeper of the fund or the other, in the order of the law; the action asks which it is."""
    given = POWERS[power]
    return tuple(dict.fromkeys((*given.in_custody, *given.handed_over)))


def has_power(power: Power, keeper: Keeper, by: Actor) -> bool:
    """Whether the law gives this to whoever wants to do it."""
    return any(by.role is body.role and level_of(by) in body.levels for body in may(power, keeper))


def check_power(power: Power, keeper: Keeper, by: Actor, article: str = "") -> None:
    """See that whoever does this with money of the fund may; ``article`` is that of the place, where none is national.

    Raises:
        NotYourPower: the law gives it to others; the sentence names them and the article.
    """
    if has_power(power, keeper, by):
        return
    allowed, level = may(power, keeper), level_of(by)
    given = POWERS[power]
    named = [NAMED[one] for body in allowed for one in sorted(body.levels)]
    you = NAMED[level] if level else (by.role, by.role)
    raise NotYourPower(
        when_zh=KEPT[keeper][0],
        when_en=KEPT[keeper][1].capitalize(),
        action_zh=given.zh,
        action_en=given.en,
        who_zh=[zh for zh, _ in named],
        who_en=[en for _, en in named],
        you_zh=you[0],
        you_en=you[1],
        article=article or (given.in_custody_by if keeper is Keeper.PRE_TRANSFER else given.handed_over_by),
    )


def level_of(by: Actor) -> Level | None:
    """The kind of organisation he acts for; that of his role where a role has but one."""
    return by.level or LEVEL_OF.get(by.role)
