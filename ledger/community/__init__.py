"""Who lives here and who works here: areas, communities, buildings, homes, holders, firms, contracts,
renovation works with their warranties, people with their roles, and the profile.

Areas of floor are whole dm² (1 m² = 100 dm²), so that no share is ever computed from a float. Every
local number (a threshold, a share, a number of days) is a dated row of the profile (`thresholds_and_caps_by_place.toml`), never a constant:
a rule is handed the value that was in force on the day it judges. A holder's name and phone are
personal data: they stay in `holder` and never reach a leaf, a notice or the public door.

A role is a member of `role_rules.Role`, with its word in `ledger.words`; what it may do is said by the operations, each for
itself, and on what condition by `role_rules.Condition`: ``Role.OWNER.of("home")``, ``Role.X.of(building="building")``.
"""
