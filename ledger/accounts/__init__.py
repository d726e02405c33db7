"""Approved bank accounts and wallets: which account of the world stands for which account of a book.

A statement is imported into an approved account and into nothing else, and every action that takes money in asks for
one itself (`queries.check_approved`), so that no receipt lands where nobody agreed that money may land. One asks for
an account, another approves it; an account that changes banks is replaced, never renamed. The full number is not
kept: only what a person needs to recognise it. Whether the fund's and the public revenue's account may be in the
property firm's name is the profile's to say.
"""
