"""Waivers (减免): one person asks, another approves, and the total is disclosed.

A waiver is booked Dr waived Cr receivable, home by home, for the months charged already when it is approved and
with each later month of its period. What a home had paid of a waived charge becomes a prepayment. Waived money
leaves the denominator of the collection rate. Withdrawing a waiver charges its months again; nothing is deleted.
"""
