"""The owners' committee (业主委员会) by its terms: who was elected for which years, what of it is filed, who left and came.

Its seats end with the term, so that nobody acts for the owners by an election that is over; what then falls to another body
stands in `ledger.community.role_rules`. A term that is over leaves its papers, books and seals to be handed over, and an
audit. How many days each takes are local numbers; where no rule gives a day there is none here.
"""
