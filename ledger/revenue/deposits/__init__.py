"""Deposits of those who rent common parts (押金): held for them, never income.

A deposit is a liability to one counterparty under one contract. It goes back, or the owners' assembly decides
that it is forfeited; only then is it revenue. Refused: keeping it against arrears without a resolution.
"""
