"""第一个月: what a community that was just opened still lacks before its first month is closed and first disclosed.

`queries` looks at what is there, `rules` says which steps that leaves, in their order; who does them is said where they can
be done (`ledger.operations.first_month`).
"""
