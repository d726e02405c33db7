"""Files from outside: the register, statements of banks and wallets, and the workbooks of an office.

A statement's layout is a declared profile (`profiles/*.toml`, or a community's own from `mappings`; `import_actions` reads by it), so that the next
bank is data and not a program. It goes into an approved account (`accounts`) and nowhere else. Matching never
guesses: a receipt goes to a home by its remark, or by amount and known payer together; everything else waits in
suspense for a person (`suspense_actions`). Wallets' lump sums are taken apart to the fen (`settlement_actions`); lines
of other money find the entries that actions wrote (`booked_actions`). Each month the bank is held against the books and sealed (`reconciliation`).
The register begins communities; `workbooks` bring in and out what an office keeps in Excel.
"""
