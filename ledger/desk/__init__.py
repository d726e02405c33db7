"""The desk: pages for people who sign in, made from the registry of operations: nouns, lists, records, forms.

A form becomes the request that a program would have sent, and goes the same way to the same action. The sign-in is the same short token, kept in a cookie that
scripts cannot read and that is not sent from other sites; every form carries a CSRF token.
"""

from ledger.desk.pages import desk

__all__ = ["desk"]
