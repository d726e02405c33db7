"""Prepayments: how they pay what falls due, and how they are given back.

Money beyond what is due is a liability until its month is charged; nobody holds a prepayment and a debt at once.
A refund goes back the way the money came, names the receipt that brought it, and takes two people: one asks, another
releases. After a contract's end the rest is owed back (物业服务纠纷解释 Art. 3).
"""
