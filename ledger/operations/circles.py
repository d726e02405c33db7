"""Roles that go together: who sees the books, who checks them, who may hold a vote."""

from ledger.community.role_rules import Level, Role

OFFICE = (Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR)
"""Whoever works with the books of a community."""
STREET = Role.SUPERVISOR.at(Level.STREET)
"""The street office, which guides and watches over the communities of its ground."""
OVERSIGHT = Role.SUPERVISOR.at(Level.STREET, Level.HOUSING_AUTHORITY)
"""Who watches over property firms and fees: not the bank that keeps the fund, which is a supervisor of that alone."""
CHECKERS = (Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR)
"""Whoever may see what single homes hold of the fund and owe to it."""
HOLDERS = (Role.COMMITTEE, Role.COMMUNITY_OFFICE)
"""Whoever may hold a vote and stand for the owners on the spot; the residents' committee helps where there is no other."""
REGISTRARS = (Role.MANAGER, Role.COMMUNITY_OFFICE)
"""Whoever keeps the register: the firm, and the community office that checks it before a vote."""
