"""What of public revenue goes into the maintenance fund.

How much, of what, how often and when it may stop are rows of the local profile; the owners' assembly may decide
another share, never below the local least. A payment is one entry in each book, linked; it may come in parts, and
what came late counts as late. Income of a building or a stairwell stays its owners', also inside the fund.
Refused: a share computed from books of another community, and a cost without a voucher on either side.
"""
