"""Sample communities, invented from end to end: names, companies, amounts.

Everything goes through the real doors: a register workbook, statements in the layouts of real banks and
wallets, and the actions of every stream, dated as they would have been. The generator is seeded, so the same
sample is built everywhere; only keys, salts and handles differ.
"""
