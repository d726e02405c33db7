"""Who is who in the tests."""

from datetime import UTC, datetime

from ledger.community.role_rules import Actor, Level, Role

MEI = Actor("mei", Role.MANAGER)
"""Manages the property firm's office."""
WEN = Actor("wen", Role.WORKER)
"""Repairs things."""
CHEN = Actor("chen", Role.COMMITTEE)
"""Sits on the owners' committee."""
LIN = Actor("lin", Role.COMMITTEE)
"""Sits there too."""
AN = Actor("an", Role.AUDITOR)
"""Audits."""
SU = Actor("su", Role.SUPERVISOR, level=Level.STREET)
"""Supervises at the street office."""
HUANG = Actor("huang", Role.SUPERVISOR, level=Level.HOUSING_AUTHORITY)
"""Keeps the maintenance fund at the housing authority until it is handed over."""
BAO = Actor("bao", Role.SUPERVISOR, level=Level.CUSTODIAN)
"""Pays at the custodian bank."""
HE = Actor("he", Role.COMMUNITY_OFFICE)
"""Works for the residents' committee."""
OUYANG = Actor("ouyang", Role.OWNER, frozenset({"1-1-101"}))
"""Owns home 1-1-101."""
SONG = Actor("song", Role.TENANT)
"""Is a stranger to the community."""

NOON = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)
"""Noon in Shanghai on a day of July 2026."""
