"""Receipts of public revenue: what came in on a contract, and what no contract promised.

More than a contract promises is booked and shows, for the money is there; refused is what comes before its
start, or after its end when nothing is owed. Interest and compensation need no contract. Scrap is booked in the fund
(4301) and is no public revenue.
"""
