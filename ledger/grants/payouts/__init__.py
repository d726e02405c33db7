"""Works money going out: a bill, retention money released, money returned to its source.

One person asks, another pays; the payee is the contract's contractor. A payout is cut into parts by source, and
each part is an entry in the book of its source, all linked. What is retained of a bill is not spent yet: it stays
in the bank of its source and is set aside from what is free. Payments against contract stay within price and
approved change orders, and a source within what the plan and its pledges give to the package.
"""
