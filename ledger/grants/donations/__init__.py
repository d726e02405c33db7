"""社区基金: money that people and firms gave for a purpose, and what was spent for it.

It lies in a book of its own with a sub-ledger by purpose, which the database itself keeps from being overdrawn, so
that one purpose never pays for another; it never mixes with the maintenance fund. A donor may
stay unnamed in public; the name is for the staff and never goes into the log.
"""
