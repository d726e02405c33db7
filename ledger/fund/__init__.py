"""The maintenance fund (住宅专项维修资金): its book, whose it is, and its statements.

Each home has its own part (分户账), sold public housing has a second part which belongs to the selling unit.
What the fund may pay, and who bears it, is in `ledger.fund.uses`.
"""
