"""From a yuan's source to its use and back, to the fen; and what every source planned, brought and paid.

Within one source and one project money goes out in the order in which it came in (先进先出). The walk is derived
from the journal, not stored: the entries are in ink and taken in the order of their numbers, so it can be
recomputed by anybody and never changes once told. A payment reversed puts its money back at the end of the row, with the
reversal as its origin, and a receipt reversed goes out like any payment; so neither moves what was drawn before.
"""
