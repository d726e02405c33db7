"""When a site is let, and when it is not. Pure."""

from collections.abc import Iterable
from datetime import date

from ledger.errors import Refused


class SiteExists(Refused):
    code = "site-exists"
    zh = "点位编号 {site} 已经登记过。"
    en = "Site {site} is registered already."


class SiteTaken(Refused):
    code = "site-taken"
    zh = "点位 {site} 在这段时间已经租给合同 {contract}，不能重复出租。"
    en = "Site {site} is let by contract {contract} in that time; it cannot be let twice."


def days_let(first: date, last: date, terms: Iterable[tuple[date, date]]) -> int:
    """On how many days between two a site was let, its contracts given by first and last day; none overlap."""
    return sum(max(0, (min(last, ends_on) - max(first, starts_on)).days + 1) for starts_on, ends_on in terms)
