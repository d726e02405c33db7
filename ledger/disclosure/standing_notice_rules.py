"""When a standing notice is published anew. Pure."""

from datetime import date

from ledger.disclosure.rules import Figures

LEGAL = ("service", "contract_days", "committee_days", "disclosures_due", "votes")
"""The figures that are facts of law: a change of one is published at once."""
DAILY = ("community", "calendar", "tickets")
"""Others, of which a change is published once a day."""


def changed_facts(before: Figures, now: Figures) -> list[str]:
    """The facts of law that two standing notices say differently, by the names of their figures; one that an older notice
    has not yet is nothing there."""
    return [name for name in LEGAL if before.get(name, []) != now.get(name, [])]


def falls_due(told_on: date, before: Figures, now: Figures, today: date) -> bool:
    """Whether what holds now is to be published after what was told: a fact of law changed, or another figure did and
    nothing was told today."""
    if changed_facts(before, now):
        return True
    return told_on < today and any(before.get(name) != now.get(name) for name in DAILY)
