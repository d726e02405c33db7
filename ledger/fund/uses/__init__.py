"""A use of the fund (使用维修资金), from its plan to the archive.

A bill is borne in two steps, first by area onto groups and then inside each group by its own rule; no part
goes below nought and no home pays for another: what a part cannot carry is asked of its owner in cash, outside
the fund's book, which is kept on a cash basis (财会〔2020〕7号).

An emergency is not voted on and has no quorum (`step_and_emergency_rules`); the quorum of every vote is
`ledger.votes.quorum_and_majority_rules.Tally`.
"""
