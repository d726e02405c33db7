"""What each home bears of a works item, and what it may pay or get back. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from ledger.errors import Malformed, Refused
from ledger.money import Fen, split
from ledger.words import yuan


class ItemClass(StrEnum):
    """基础类、完善类、提升类, and 个性化改造."""

    BASIC = "basic"
    IMPROVING = "improving"
    RAISING = "raising"
    PERSONAL = "personal"


class Basis(StrEnum):
    """The key by which homes share: floor area, or each home the same."""

    AREA = "area"
    HOUSEHOLD = "household"


class LevyEmpty(Malformed):
    code = "levy-empty"
    zh = "出资项目 {levy} 没有写明由哪些户承担，或写重了一户。"
    en = "The levy {levy} names no homes, or names one twice."


class ConsentMissing(Refused):
    code = "consent-missing"
    zh = "个性化改造只能由本户同意后出资：{homes} 没有同意书编号。"
    en = "A personal item is paid only by homes that consented: {homes} have no paper."
    article = "《民法典》第5条（自愿）"


class LevyAbovePlan(Refused):
    code = "levy-above-plan"
    zh = "{package} 计划由居民出资 {planned} 元，各出资项目合计 {levied} 元，超过计划。"
    en = "{package} is planned to be paid by residents with {planned} yuan; the levies come to {levied}, which is more."


class PaidAboveDue(Refused):
    code = "paid-above-due"
    zh = "{home} 在出资项目 {levy} 应出 {due} 元，已交 {paid} 元，不能再收 {asked} 元。"
    en = "{home} owes {due} yuan to the levy {levy} and has paid {paid}; {asked} more are not due."


class NotHeldForHome(Refused):
    code = "not-held-for-home"
    zh = "{home} 在出资项目 {levy} 只剩 {held} 元没有用于工程，不能退 {asked} 元。"
    en = "Only {held} yuan of {home} in the levy {levy} have not gone into the works; {asked} cannot be refunded."


class NotCollected(Refused):
    code = "not-collected"
    zh = "出资项目 {levy} 只归集了 {held} 元可用，不能拨付 {asked} 元。"
    en = "Only {held} yuan of the levy {levy} are collected and unused; {asked} cannot be handed over."


def dues(total_fen: int, areas_dm2: Mapping[str, int], basis: Basis) -> dict[str, Fen]:
    """What each home bears, in fen: by floor area or each the same, by largest remainder; adds up to the total."""
    return split(total_fen, areas_dm2 if basis is Basis.AREA else dict.fromkeys(areas_dm2, 1))


def check_consents(item: ItemClass, consents: Mapping[str, str]) -> None:
    """See that each home charged with a personal item has signed for it.

    Raises:
        ConsentMissing.
    """
    without = sorted(home for home, paper in consents.items() if not paper.strip())
    if item is ItemClass.PERSONAL and without:
        raise ConsentMissing(homes=without[:5])


def check_due(levy: str, home: str, due_fen: int, paid_fen: int, asked_fen: int) -> None:
    """See that a home pays no more than it owes.

    Raises:
        PaidAboveDue.
    """
    if paid_fen + asked_fen > due_fen:
        raise PaidAboveDue(
            levy=levy, home=home, due=yuan(due_fen), paid=yuan(paid_fen), asked=yuan(asked_fen)
        )


def check_refund(levy: str, home: str, held_fen: int, asked_fen: int) -> None:
    """See that a home gets back no more than has not gone into the works.

    Raises:
        NotHeldForHome.
    """
    if asked_fen > held_fen:
        raise NotHeldForHome(levy=levy, home=home, held=yuan(held_fen), asked=yuan(asked_fen))


def shares_of_use(levy: str, amount_fen: int, held: Mapping[str, int]) -> dict[str, Fen]:
    """What of each home's money goes into the works: in proportion to what is held of it; never more.

    Raises:
        NotCollected.
    """
    total = sum(held.values())
    if amount_fen > total:
        raise NotCollected(levy=levy, held=yuan(total), asked=yuan(amount_fen))
    return {home: fen for home, fen in split(amount_fen, held).items() if fen}
