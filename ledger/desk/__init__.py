"""The desk: plain pages for people who sign in, made for a phone. The first has sign-in and tickets.

A page calls the same actions as the JSON door. The sign-in is the same short token, kept in a cookie that
scripts cannot read and that is not sent from other sites; every form carries a CSRF token.
"""

from ledger.desk.pages import desk

__all__ = ["desk"]
