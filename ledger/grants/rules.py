"""The sources of works money and what each may be used for. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Malformed, Refused
from ledger.fields import Amount, Code, Day
from ledger.journal.rules import BookCode, Chart
from ledger.words import label, word, yuan


class Source(StrEnum):
    """政府投入、专营单位分担、居民出资、社会资本引入、公共收益补充, and the maintenance fund."""

    GOVERNMENT = "government"
    UTILITY = "utility"
    RESIDENTS = "residents"
    SOCIAL_CAPITAL = "social_capital"
    PUBLIC_REVENUE = "public_revenue"
    MAINTENANCE_FUND = "maintenance_fund"


class Receipt(NamedTuple):
    """Money for works that came in from a source on a day, in fen."""

    source: Source
    works: Code
    amount_fen: Amount
    on: Day


class Funding(NamedTuple):
    """A source's part in a package of works."""

    works: Code
    package: Code
    source: Source


OWN_BOOK = tuple(source for source in Source if source is not Source.MAINTENANCE_FUND)
"""The sources that have a book of works money; the maintenance fund stays in its own."""


class FundStaysHome(Refused):
    code = "fund-stays-home"
    zh = "维修资金只在自己的账套里收支、直接划转给维修单位，不能转入改造资金账套。"
    en = "Money of the maintenance fund moves in its own book only, straight to the contractor; it cannot go into a book of works money."
    article = "《住宅专项维修资金管理办法》第22、23条"


class SourceNotPlanned(Refused):
    code = "source-not-planned"
    zh = "{works} 的 {package} 没有安排“{source}”出资；专项资金只能用于计划写明的标段。"
    en = "{package} of {works} is not planned to be paid by {source}; restricted money goes only where the plan says."
    article = "《会计法》第16条"


class PurposeShort(Refused):
    code = "purpose-short"
    zh = "“{source}”给 {works} 的钱只剩 {left} 元可用（已扣除留存的质量保证金），不够 {asked} 元。"
    en = "Of the money of {source} for {works} only {left} yuan are free (retention money set aside), not {asked}."
    article = "《会计法》第16条"


class NotAReceipt(Refused):
    code = "not-a-grant-receipt"
    zh = "第 {no} 号凭证不是改造资金的到账凭证。"
    en = "Entry {no} is no receipt of works money."


class LinkedReceipt(Refused):
    code = "linked-receipt"
    zh = "第 {no} 号凭证的钱是从本小区另一个账套转来的，不能只冲销一边。"
    en = "The money of entry {no} came from another book of the community; one side cannot be reversed alone."


class WorksThere(Refused):
    code = "works-there"
    zh = "本小区已经有编号“{works}”的改造工程（{name}）；请另取编号。"
    en = "The community has works “{works}” ({name}) already; take another code."


class PackageThere(Refused):
    code = "package-there"
    zh = "工程 {works} 已经有编号“{package}”的标段（{name}）；请另取编号。"
    en = "The works {works} have a package “{package}” ({name}) already; take another code."


class PlanNotThePrice(Malformed):
    code = "plan-not-the-price"
    zh = "各来源合计 {planned_fen:money} 元，与标段价款 {price_fen:money} 元不相等。"
    en = "The sources give {planned_fen:money} yuan together and the package costs {price_fen:money}."


class AcceptedAlready(Refused):
    code = "package-accepted-already"
    zh = "标段“{package}”已登记在{on}验收，保修期从那一天起算；登记错了，请用“更正标段”。"
    en = "The package “{package}” is registered as accepted on {on}, from which its warranties run; where that is wrong, correct the package."


class PackageUnchanged(Refused):
    code = "package-unchanged"
    zh = "标段“{package}”登记的就是这些内容，没有要更正的。"
    en = "The package “{package}” is registered just so; there is nothing to correct."


class AcceptanceNotCorrected(Malformed):
    code = "package-acceptance-not-corrected"
    zh = "标段“{package}”的验收日只能改成另一天：已验收的不能改成没有验收，没有验收的请登记验收。"
    en = "The day of acceptance of the package “{package}” can only become another day: one that was accepted stays so, and one that was not is accepted by the step for it."


class ContractorPaid(Refused):
    code = "package-contractor-bound"
    zh = "标段“{package}”不能改由别的单位承担：和{firm}签的合同（{contracts}）或维修资金付给它的款（凭证 {entries}）还在。"
    en = "The package “{package}” cannot become another firm's: a contract with {firm} ({contracts}) or a payment of the fund to it (entries {entries}) rests on it."


class RetentionReleased(Refused):
    code = "package-retention-released"
    zh = "标段“{package}”的验收日不能改成{on}：合同 {contract} 的质量保证金已在{released}返还（{payout}），那时缺陷责任期还没有满；请先冲销那笔付款。"
    en = "The package “{package}” cannot be accepted on {on}: the retention money of contract {contract} was released on {released} ({payout}), before its defects-liability period would have been over; reverse that payment first."


class AcceptedEarly(Refused):
    code = "package-accepted-early"
    zh = "验收日{on}早于开工日{started}。"
    en = "The day of acceptance, {on}, lies before the works began, on {started}."


class AcceptedAhead(Malformed):
    code = "package-accepted-ahead"
    zh = "验收日{on}还没有到；验收以后再登记。"
    en = "The day of acceptance, {on}, is still to come; enter it when the package has been accepted."


class ComponentOfAnother(Refused):
    code = "component-of-another"
    zh = "部位“{component}”已经登记在标段“{package}”名下，保修由那个标段承担。"
    en = "The component “{component}” is of the package “{package}” already, which gives the warranty on it."


class AmountNotPositive(Malformed):
    code = "amount-not-positive"
    zh = "金额 {amount_fen:money} 元有误：须大于零。"
    en = "The amount of {amount_fen:money} yuan is wrong: it must be above nought."


def book_of(source: Source) -> str:
    """The book of a source; sources never mix."""
    if source is Source.MAINTENANCE_FUND:
        return BookCode.FUND.value
    return f"grant-{source.value.replace('_', '-')}"


SOURCE_OF = {book_of(source): source for source in OWN_BOOK}


def chart_of(source: Source, chart: Chart) -> Chart:
    """The works-money chart as the chart of one source's book.

    Raises:
        FundStaysHome: the maintenance fund has a chart of its own.
    """
    if source is Source.MAINTENANCE_FUND:
        raise FundStaysHome()
    zh, en = word(source), label(source, language="en")
    return chart._replace(book=book_of(source), zh=f"{chart.zh}—{zh}", en=f"{chart.en}: {en}")


def check_amount(amount_fen: int) -> None:
    """See that an amount is a positive whole number of fen.

    Raises:
        AmountNotPositive.
    """
    if isinstance(amount_fen, bool) or not isinstance(amount_fen, int) or amount_fen <= 0:
        raise AmountNotPositive(amount_fen=amount_fen)


def check_planned(works: str, planned: Mapping[Source, int], source: Source, package: str = "*") -> None:
    """See that a plan counts on a source at all.

    Raises:
        SourceNotPlanned.
    """
    if planned.get(source, 0) <= 0:
        raise SourceNotPlanned(works=works, package=package, source=source)


def check_free(works: str, source: Source, free_fen: int, asked_fen: int) -> None:
    """See that a source has brought in for these works what is asked of it.

    Raises:
        PurposeShort.
    """
    if asked_fen > free_fen:
        raise PurposeShort(works=works, left=yuan(free_fen), asked=yuan(asked_fen), source=source)
