"""How much may be paid when, to whom, and what is held back. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.community.rules import FirmKind
from ledger.errors import Malformed, Refused
from ledger.fields import Amount, AmountOrNought, Code, Day, Evidence
from ledger.fund.uses.step_and_emergency_rules import Action, Paper
from ledger.log.leaf import Json
from ledger.periods import years_after
from ledger.words import yuan


class Stage(StrEnum):
    """首付款, 审价或监理费, 尾款, 质量保证金返还."""

    ADVANCE = "advance"
    UNIT = "unit"
    FINAL = "final"
    RETENTION = "retention"


ACTION: Mapping[Stage, Action] = {
    Stage.ADVANCE: Action.PAY_ADVANCE,
    Stage.UNIT: Action.PAY_UNIT,
    Stage.FINAL: Action.PAY_FINAL,
    Stage.RETENTION: Action.RELEASE_RETENTION,
}


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What is paid: its stage, whom to, the number of the invoice and its scan, and what is held back with the final payment
    until a day; in fen."""

    bill_fen: Amount
    stage: Stage = Stage.FINAL
    payee: Code
    invoice_no: Code
    on: Day
    retention_fen: AmountOrNought = 0
    retention_until: Day | None = None
    invoice: Evidence | None = None

    @property
    def papers(self) -> Mapping[Paper, str]:
        """The papers that belong to the step of paying it."""
        return {Paper.INVOICE: self.invoice} if self.invoice else {}


class BillAboveApproved(Refused):
    code = "bill-above-approved"
    zh = "账单合计 {bill} 元超过批准可付的 {approved} 元；超出部分须重新申请。"
    en = "Bills of {bill} yuan in all are above the approved {approved} yuan; the excess must be applied for again."


class PayeeWrong(Refused):
    code = "payee-wrong"
    zh = "维修资金只能付给签约的施工单位，或方案载明的审价、监理单位，不能付给 {payee}（{kind}）。"
    en = "The fund pays only the contracted works unit or the appraisal or supervision unit of the plan, not {payee} ({kind})."
    article = "《住宅专项维修资金管理办法》第22、23条"


class FundEmpty(Refused):
    code = "fund-empty"
    zh = "承担费用的各户在维修资金里都没有余额，项目 {project} 没有可以列支的钱，须由业主自筹。"
    en = "None of those who bear project {project} has anything in the fund; the owners have to pay in cash."


class ShareWouldShrink(Refused):
    code = "share-would-shrink"
    zh = "{amount} 元太少，按累计金额分摊到户时有的户反而要退一分钱；请与下一笔合并支付。"
    en = "{amount} yuan is too little to be shared out: somebody's share of the total would shrink; pay it with the next bill."


class RetentionReleasedElsewhere(Malformed):
    code = "retention-released-elsewhere"
    zh = "质量保证金不作为账单支付，请用“质量保证金返还”一步。"
    en = "Retention money is not paid as a bill; it is released by a step of its own."


class RetentionTooHigh(Refused):
    code = "use-retention-too-high"
    zh = "质量保证金 {retention} 元超过结算价 {total} 元的 {pct}%。"
    en = "Retention money of {retention} yuan is above {pct} % of the settled {total} yuan."
    article = "《建设工程质量保证金管理办法》第7条"


class RetentionTooLong(Refused):
    code = "retention-too-long"
    zh = "质量保证金须写明返还日，在验收日之后、缺陷责任期最长 {years} 年之内，即不晚于{latest}。"
    en = "Retention money needs a day of release after the acceptance and within {years} years, that is by {latest}."
    article = "《建设工程质量保证金管理办法》第2条"


class RetentionNotDue(Refused):
    code = "use-retention-not-due"
    zh = "项目 {project} 的质量保证金 {due} 到期，现在不能返还。"
    en = "The retention money of project {project} is due on {due}; it cannot be released yet."
    article = "《建设工程质量保证金管理办法》第10条"


class ClaimsOpen(Refused):
    code = "warranty-claims-open"
    zh = "项目 {project} 还有未了结的保修报修 {claims}，质量保证金不能返还。"
    en = "Project {project} has open warranty claims {claims}; the retention money is not released."
    article = "《建设工程质量保证金管理办法》第9条"


class NoPayment(Refused):
    code = "no-payment-to-take-back"
    zh = "项目 {project} 没有可以冲销的付款。"
    en = "Project {project} has no payment that could be taken back."


def asked(stage: Stage, bill_fen: int, payee: str, retention_fen: int) -> dict[str, Json]:
    """What a payment's entry keeps the digest of: a repeat of it is known by this, and the auditor checks it."""
    return {"stage": stage.value, "bill": bill_fen, "payee": payee, "retention": retention_fen}


def ceiling(approved_fen: int, settled_fen: int | None, overrun_redo_pct: int) -> int:
    """What may be paid in all, in fen: the settlement while it is within the percentage, else what was approved."""
    if settled_fen is None or settled_fen * 100 > approved_fen * (100 + overrun_redo_pct):
        return approved_fen
    return settled_fen


def check_within(total_fen: int, limit_fen: int, article: str = "") -> None:
    """See that all bills and what is held back stay within what may be paid.

    Raises:
        BillAboveApproved: they do not.
    """
    if total_fen > limit_fen:
        raise BillAboveApproved(bill=yuan(total_fen), approved=yuan(limit_fen), article=article)


def check_payee(payee: str, kind: FirmKind, stage: Stage, contractor: str, units: Collection[str]) -> None:
    """See that the payee is the contractor, or for its own fee a unit the plan names; never the property firm.

    Raises:
        PayeeWrong: it is somebody else.
    """
    allowed = units if stage is Stage.UNIT else (contractor,)
    if payee not in allowed or kind is FirmKind.PROPERTY:
        raise PayeeWrong(payee=payee, kind=kind)


def check_retention(
    retention_fen: int, total_fen: int, until: date | None, accepted_on: date, most_pct: int, most_years: int
) -> None:
    """See that what is held back is within the law: 3 % and 2 years of the national rule, by the profile.

    Raises:
        RetentionTooHigh, RetentionTooLong.
    """
    if retention_fen * 100 > total_fen * most_pct:
        raise RetentionTooHigh(retention=yuan(retention_fen), total=yuan(total_fen), pct=most_pct)
    latest = years_after(accepted_on, most_years)
    if retention_fen and (until is None or not accepted_on < until <= latest):
        raise RetentionTooLong(years=most_years, latest=latest)


def still_to_bear(
    of_all: Mapping[tuple[str, str], int], earlier: Mapping[tuple[str, str], int], amount_fen: int
) -> dict[tuple[str, str], int]:
    """What a further payment lays on each bearer: his share of all bills less what earlier ones laid on him, in fen.

    Raises:
        ShareWouldShrink: the payment is so small that somebody's share of the total is less than he bore already.
    """
    left = {who: of_all.get(who, 0) - earlier.get(who, 0) for who in of_all.keys() | earlier.keys()}
    if any(fen < 0 for fen in left.values()):
        raise ShareWouldShrink(amount=yuan(amount_fen))
    return left
