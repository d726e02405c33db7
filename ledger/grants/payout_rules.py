"""What works money may be paid, and from which source. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ledger.errors import Malformed, Refused
from ledger.grants.rules import Source
from ledger.money import round_half_up, split
from ledger.words import yuan


class PayoutKind(StrEnum):
    """A bill of the contractor; retention money released; money given back to its source."""

    BILL = "bill"
    RELEASE = "release"
    RETURN = "return"


class PartsWrong(Malformed):
    code = "parts-wrong"
    zh = "各来源的金额有误：合计 {total} 元，应为 {due} 元；每一部分都须大于零。"
    en = "The parts by source are wrong: they add up to {total} yuan instead of {due}; each must be above nought."


class PaidAbovePrice(Refused):
    code = "paid-above-price"
    zh = "合同 {contract} 的价款加已批准的变更共 {price} 元，已报付 {billed} 元，不能再付 {asked} 元；请先办变更。"
    en = "Contract {contract} with its approved changes comes to {price} yuan, of which {billed} are billed; {asked} more need a change order first."


class PaidAbovePlan(Refused):
    code = "paid-above-plan"
    zh = (
        "“{source}”对 {package} 最多出 {most} 元（计划与书面承诺取小），已用 {used} 元，不能再付 {asked} 元。"
    )
    en = "{package} takes at most {most} yuan of {source} (the lesser of plan and pledges), of which {used} are used; {asked} more are refused."
    article = "《会计法》第16条"


class ReleaseAboveHeld(Refused):
    code = "release-above-held"
    zh = "合同 {contract} 只留存质量保证金 {held} 元，不能返还 {asked} 元。"
    en = "Only {held} yuan are retained of contract {contract}, not {asked}."


class Part(NamedTuple):
    """What a source pays of a payout and what of it is retained, in fen; see `tables.PayoutPart`."""

    paid_fen: int
    retained_fen: int


def cut_bill(gross_fen: int, parts: Mapping[Source, int], retention_e2: int) -> dict[Source, Part]:
    """A bill cut by source: of each part its share of the retention money is kept back.

    The retention money is the bill's per cent, rounded half up to the fen, and split over the sources by largest
    remainder, so that what is paid and what is kept add up to the bill in every source.

    Raises:
        PartsWrong: the parts do not add up to the bill, or one is not positive.
    """
    whole = all(isinstance(fen, int) and not isinstance(fen, bool) and fen > 0 for fen in parts.values())
    if not parts or not whole or sum(parts.values()) != gross_fen:
        total = sum(fen for fen in parts.values() if isinstance(fen, int))
        raise PartsWrong(total=yuan(total), due=yuan(gross_fen))
    kept = split(
        round_half_up(Fraction(gross_fen * retention_e2, 10_000)), {s.value: f for s, f in parts.items()}
    )
    return {source: Part(fen - kept[source.value], kept[source.value]) for source, fen in parts.items()}


def cut_release(contract: str, amount_fen: int, held: Mapping[Source, int]) -> dict[Source, Part]:
    """Retention money released, from each source by what is held of it.

    Raises:
        ReleaseAboveHeld.
    """
    total = sum(held.values())
    if amount_fen > total:
        raise ReleaseAboveHeld(contract=contract, held=yuan(total), asked=yuan(amount_fen))
    shares = split(amount_fen, {source.value: fen for source, fen in held.items() if fen > 0})
    return {Source(source): Part(fen, -fen) for source, fen in shares.items() if fen}


def check_held(contract: str, cut: Mapping[Source, Part], held: Mapping[Source, int]) -> None:
    """See that a release takes from no source more than is held of it.

    Raises:
        ReleaseAboveHeld.
    """
    for source, part in cut.items():
        if part.paid_fen > held.get(source, 0):
            raise ReleaseAboveHeld(
                contract=contract, held=yuan(held.get(source, 0)), asked=yuan(part.paid_fen)
            )


def check_price(contract: str, price_fen: int, billed_fen: int, asked_fen: int) -> None:
    """See that bills stay within price and approved changes.

    Raises:
        PaidAbovePrice.
    """
    if billed_fen + asked_fen > price_fen:
        raise PaidAbovePrice(
            contract=contract, price=yuan(price_fen), billed=yuan(billed_fen), asked=yuan(asked_fen)
        )


def check_ceiling(
    package: str,
    source: Source,
    planned_fen: int,
    pledged_fen: int | None,
    used_fen: int,
    asked_fen: int,
) -> None:
    """See that a source pays for a package no more than the lesser of what is planned and what it pledged.

    A source that pledged nothing in writing (None) is bound by the plan alone.

    Raises:
        PaidAbovePlan.
    """
    most = planned_fen if pledged_fen is None else min(planned_fen, pledged_fen)
    if used_fen + asked_fen > most:
        raise PaidAbovePlan(
            package=package,
            most=yuan(most),
            used=yuan(used_fen),
            asked=yuan(asked_fen),
            source=source,
        )
