"""What public revenue may be used for. Pure."""

from enum import StrEnum

from ledger.errors import Malformed, Refused

ALLOWED = "《物业管理条例》第54条"


class Use(StrEnum):
    """The union of Henan's six, Qingyuan and Liaocheng; the last three are known in order to be refused."""

    FUND = "fund"
    REPAIRS = "repairs"
    OWNERS = "owners"
    AUDIT = "audit"
    OFFSET = "offset"
    BENEFIT = "benefit"
    OTHER = "other"
    INVESTMENT = "investment"
    LOAN = "loan"
    GUARANTEE = "guarantee"


FORBIDDEN = frozenset({Use.INVESTMENT, Use.LOAN, Use.GUARANTEE})
BOUGHT = frozenset({Use.REPAIRS, Use.BENEFIT, Use.OTHER})
"""What somebody asks a price for that can be reviewed."""


class UseForbidden(Refused):
    code = "use-forbidden"
    zh = "公共收益不得用于投资、出借、担保（{use}），有决议也不行。"
    en = "Public revenue may not be invested, lent or pledged ({use}), whoever decides it."


class UseExists(Refused):
    code = "use-exists"
    zh = "使用编号 {use} 已经登记过。"
    en = "The use {use} is registered already."


class UseAboveResolution(Refused):
    code = "use-above-resolution"
    zh = "决议 {motion} 只批准了 {budget_fen:money} 元，已使用 {used_fen:money} 元，不能再用 {amount_fen:money} 元。"
    en = "Resolution {motion} allows {budget_fen:money} yuan, of which {used_fen:money} are used; {amount_fen:money} more are not."
    article = ALLOWED


class NotTheirIncome(Refused):
    code = "not-their-income"
    zh = "“{part}”的公共收益只有 {there_fen:money} 元可用，不能用 {amount_fen:money} 元：部分业主共有的收益归这部分业主。"
    en = "“{part}” has {there_fen:money} yuan of public revenue to use, not {amount_fen:money}: what a part earns is its owners'."
    article = "《民法典》第283条"


class UseNotPositive(Malformed):
    code = "use-not-positive"
    zh = "使用金额须大于零，不能是 {amount_fen:money} 元。"
    en = "The amount of a use must be more than nought, not {amount_fen:money} yuan."


class OfTheFundsScope(Refused):
    code = "use-of-the-funds-scope"
    zh = "属于维修资金使用范围的维修、更新、改造不得从公共收益列支，请按使用维修资金办理。"
    en = "Repair, renewal and alteration within the scope of the maintenance fund are not paid from public revenue; propose a use of the fund."


class UsePriceNotReviewed(Refused):
    code = "use-price-not-reviewed"
    zh = "从公共收益支出 {limit_fen:money} 元以上（含本数）的须先审价：{amount_fen:money} 元的使用没有附审价报告。"
    en = "A use of {limit_fen:money} yuan of public revenue or more is reviewed for its price first: no review is attached to {amount_fen:money} yuan."


def check_scope(use: Use, article: str, *, excluded: bool) -> None:
    """See that revenue does not pay for what the fund is there for, where the place excludes that.

    Raises:
        OfTheFundsScope.
    """
    if excluded and use is Use.REPAIRS:
        raise OfTheFundsScope(article=article)


def check_price(use: Use, amount_fen: int, limit_fen: int, article: str, *, reviewed: bool) -> None:
    """See that the price of what is bought was reviewed, where it reaches the place's limit.

    Raises:
        UsePriceNotReviewed.
    """
    if use in BOUGHT and amount_fen >= limit_fen and not reviewed:
        raise UsePriceNotReviewed(limit_fen=limit_fen, amount_fen=amount_fen, article=article)


def check_use(use: Use, amount_fen: int) -> None:
    """See that money may be spent on this at all.

    Raises:
        UseForbidden: investment, loan, guarantee. UseNotPositive.
    """
    if use in FORBIDDEN:
        raise UseForbidden(use=use)
    if amount_fen <= 0:
        raise UseNotPositive(amount_fen=amount_fen)


def check_within(motion: str, budget_fen: int | None, used_fen: int, amount_fen: int) -> None:
    """See that a use keeps within what its resolution allows, with what was used on it before.

    Raises:
        UseAboveResolution: it names a sum, and this is above it.
    """
    if budget_fen is not None and used_fen + amount_fen > budget_fen:
        raise UseAboveResolution(
            motion=motion, budget_fen=budget_fen, used_fen=used_fen, amount_fen=amount_fen
        )
