"""The month's reconciliation of the bank with the books (I8): every difference listed, none left over.

An account of a book is held against the statements of all approved accounts that stand for it. What is in the
books and not on the statement, or the other way round, is an item (未达账项) with its day and a reason; items
that clear by themselves, booked or arrived in another month, get theirs from the ledger. One person prepares,
another confirms exactly what was prepared, and it is sealed; there is no reopening. Lines that come late for a
sealed month count in the next one.
"""
