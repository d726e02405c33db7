"""Who sees which home stands behind the money of a book: one rule for vouchers, fee accounts and homes' records. Pure."""

from collections.abc import Mapping

from ledger.community.role_rules import Actor, Level, Role

SEES_HOMES: Mapping[str, frozenset[Role]] = {
    "fee": frozenset({Role.MANAGER, Role.SUPERVISOR, Role.AUDITOR}),
    "fund": frozenset({Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR}),
    "community": frozenset({Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR}),
    "cash-shares": frozenset({Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR}),
}
"""By book: whoever collects, keeps or checks what single homes pay and hold."""
SEES_OTHERS = frozenset({Role.MANAGER, Role.AUDITOR})
"""Of any other book."""


def sees_home(book: str | None, home: str | None, by: Actor) -> bool:
    """Whether somebody may see what a home paid, owes or holds in a book; without a home, what any of them does.

    An owner sees his own, a tenant the fee of the home that he rents: its part of the fund is his landlord's. The bank that
    keeps the fund is a supervisor of that alone.
    """
    if home is not None and home in by.homes:
        return by.role is not Role.TENANT or book == "fee"
    if by.level is Level.CUSTODIAN and book != "fund":
        return False
    return by.role in SEES_HOMES.get(book or "", SEES_OTHERS)
