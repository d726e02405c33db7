"""A wallet's money as it reaches the bank: in lump sums, less the platform's fees.

The wallet's own lines are booked gross when they come in. The bank's line of a settlement stands in suspense
until it is found to be, to the fen, a run of the wallet's days less their fees; then one entry moves it from
the wallet and books the fees as the firm's cost. A sum that fits no run of whole days stays listed: a
difference of one fen is somebody's money.
"""
