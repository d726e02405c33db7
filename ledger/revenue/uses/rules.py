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
