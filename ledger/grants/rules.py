"""The sources of works money. Pure."""

from enum import StrEnum

from ledger.journal.rules import Chart


class Source(StrEnum):
    """政府投入、专营单位分担、居民出资、社会资本引入、公共收益补充 (`domain/09` S0-9)."""

    GOVERNMENT = "government"
    UTILITY = "utility"
    RESIDENTS = "residents"
    SOCIAL_CAPITAL = "social_capital"
    PUBLIC_REVENUE = "public_revenue"


NAMES = {
    Source.GOVERNMENT: ("政府投入", "Government"),
    Source.UTILITY: ("专营单位分担", "Utilities"),
    Source.RESIDENTS: ("居民出资", "Residents"),
    Source.SOCIAL_CAPITAL: ("社会资本引入", "Social capital"),
    Source.PUBLIC_REVENUE: ("公共收益补充", "Public revenue"),
}


def book_of(source: Source) -> str:
    """The book of a source; sources never mix."""
    return f"grant-{source.value.replace('_', '-')}"


def chart_of(source: Source, chart: Chart) -> Chart:
    """The works-money chart as the chart of one source's book."""
    zh, en = NAMES[source]
    return chart._replace(book=book_of(source), zh=f"{chart.zh}—{zh}", en=f"{chart.en}: {en}")
