"""居民出资: what each home owes towards works, paid, got back, and what was used of it.

The money lies in the book ``community``, with a sub-ledger by home; it is not the maintenance fund. It goes into the
works as one entry there and one in the residents' book of works money, linked, from each home by what it has paid
and not got back. A personal item (个性化) is charged to the homes that consented, each by its own paper, and to no
other. Homes and amounts are for the staff; the public sees totals.
"""
