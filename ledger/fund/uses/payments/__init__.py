"""Paying for a use of the fund: advance, final payment, retention money, and the units that appraise or supervise.

Each payment is borne so that all together equal, to the fen, one apportionment of their total: a bearer's share of
what has been billed so far, less what earlier payments laid on him. Retention money (质量保证金) never leaves the
fund until it is released, so the cash-basis book knows nothing of it before.
"""
