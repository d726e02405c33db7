"""Costs of public revenue, which whoever manages it has to prove (建筑物区分所有权解释 Art. 14).

A cost has a voucher and the contract it was spent for; only tax may be of no contract. What is claimed and cannot be
proved is kept as a claim: it counts as nought and no money moves (R15).
"""
