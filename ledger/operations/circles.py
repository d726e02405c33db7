"""Roles that go together: who sees the books, who checks them, who may hold a vote."""

from ledger.community.role_rules import Role

OFFICE = (Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR)
"""Whoever works with the books of a community."""
CHECKERS = (Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR)
"""Whoever may see what single homes hold of the fund and owe to it."""
HOLDERS = (Role.COMMITTEE, Role.COMMUNITY_OFFICE)
"""Whoever may hold a vote and stand for the owners on the spot; the residents' committee helps where there is no other."""
REGISTRARS = (Role.MANAGER, Role.COMMUNITY_OFFICE)
"""Whoever keeps the register: the firm, and the community office that checks it before a vote."""
