"""What a works contract may say, and when its retention money may go. Pure."""

from datetime import date

from ledger.community.rules import FirmKind
from ledger.errors import Malformed, Refused
from ledger.periods import plus_months
from ledger.words import yuan

PAYABLE = frozenset({FirmKind.CONTRACTOR, FirmKind.UTILITY, FirmKind.OTHER})
"""Whom works money is paid to: whoever did the works, surveyed or supervised them."""


class ContractorWrong(Refused):
    code = "contractor-wrong"
    zh = "工程款只付给施工、监理、检测等承担工程的单位；{firm}（{kind}）不能作为收款单位。"
    en = "Works money goes to whoever does the works; {firm} ({kind}) cannot be the payee."
    article = "《住宅专项维修资金管理办法》第22条"


class ContractTermsWrong(Malformed):
    code = "works-contract-wrong"
    zh = "合同 {number} 的条款有误：价款 {price_fen:money} 元，须大于零。"
    en = "The terms of contract {number} are wrong: the price of {price_fen:money} yuan must be above nought."


class RetentionTooHigh(Refused):
    code = "retention-too-high"
    zh = "质量保证金比例 {asked_e2}/10000 超过上限 {most_pct}%。"
    en = "Retention money of {asked_e2}/10000 is above the ceiling of {most_pct} %."
    article = "《建设工程质量保证金管理办法》第7条"


class DefectsTooLong(Refused):
    code = "defects-too-long"
    zh = "缺陷责任期 {months} 个月超过上限 {most} 个月。"
    en = "A defects-liability period of {months} months is above the ceiling of {most}."
    article = "《建设工程质量保证金管理办法》第2条"


class ChangeTooDeep(Refused):
    code = "change-too-deep"
    zh = "变更 {change} 元会使合同 {contract} 的价款低于已付的 {paid} 元。"
    en = "A change of {change} yuan would bring contract {contract} below the {paid} yuan already billed."


class ChangeEmpty(Malformed):
    code = "change-empty"
    zh = "变更金额 {amount_fen:money} 元有误：不能是零。"
    en = "The change of {amount_fen:money} yuan is wrong: it must not be nought."


class RetentionNotDue(Refused):
    code = "retention-not-due"
    zh = "合同 {contract} 的质量保证金要到缺陷责任期满（{due}）才能返还。"
    en = "The retention money of contract {contract} is due only when the defects-liability period is over ({due})."
    article = "《建设工程质量保证金管理办法》第10条"


class RetentionClaimed(Refused):
    code = "retention-claimed"
    zh = "合同 {contract} 还有没处理完的质量缺陷（{claims}），质量保证金不能返还。"
    en = "Defects of contract {contract} are still open ({claims}); its retention money stays."
    article = "《建设工程质量保证金管理办法》第9条"


def check_terms(
    number: str, price_fen: int, retention_e2: int, most_pct: int, months: int, most_months: int
) -> None:
    """See that a contract's terms are within the law.

    Raises:
        ContractTermsWrong, RetentionTooHigh, DefectsTooLong.
    """
    if isinstance(price_fen, bool) or not isinstance(price_fen, int) or price_fen <= 0:
        raise ContractTermsWrong(number=number, price_fen=price_fen)
    if not 0 <= retention_e2 <= most_pct * 100:
        raise RetentionTooHigh(asked_e2=retention_e2, most_pct=most_pct)
    if not 0 <= months <= most_months:
        raise DefectsTooLong(months=months, most=most_months)


def check_change(contract: str, amount_fen: int, price_fen: int, billed_fen: int) -> None:
    """See that a change changes something and leaves a price that covers what was billed; all in fen.

    Raises:
        ChangeEmpty, ChangeTooDeep.
    """
    if isinstance(amount_fen, bool) or not isinstance(amount_fen, int) or amount_fen == 0:
        raise ChangeEmpty(amount_fen=amount_fen)
    if price_fen + amount_fen < max(billed_fen, 1):
        raise ChangeTooDeep(contract=contract, change=yuan(amount_fen), paid=yuan(billed_fen))


def defects_until(accepted_on: date, months: int) -> date:
    """The last day of the defects-liability period, the day of acceptance not counted; clamped to the month's end."""
    return plus_months(accepted_on, months)


def check_releasable(
    contract: str, on: date, accepted_on: date | None, months: int, claims: list[str]
) -> None:
    """See that retention money may be paid out on a day.

    Raises:
        RetentionNotDue: the package is not accepted, or the defects-liability period runs.
        RetentionClaimed: a defect is open.
    """
    if accepted_on is None:
        raise RetentionNotDue(contract=contract, due="—")
    due = defects_until(accepted_on, months)
    if on <= due:
        raise RetentionNotDue(contract=contract, due=due)
    if claims:
        raise RetentionClaimed(contract=contract, claims=list(claims))
