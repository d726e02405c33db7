"""Money for works and upkeep, by its source (五个一点): one restricted book a source, planned against actual.

Plans (versions, pledges, subsidies, gifts in kind), contracts and payouts need each other and stand here side by side;
contributions of homes, donations and concessions have a package each. The walk from a yuan's source to its use and back is in ``walk_queries``,
what was spent and is free in ``spent_queries``. The maintenance fund may bear a part of the works, but its money never
leaves its own book: its payments are only named here. A ledger of "available money" beside the books was refused; what is left is read from them.
"""
