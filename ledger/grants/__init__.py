"""Money for works and upkeep, by its source (五个一点): one restricted book a source, planned against actual."""
