"""Files from outside: the register workbook, statements of banks and wallets, and matching them to homes.

A statement's layout is a declared profile (`profiles/*.toml`), so that the next bank is a file and not a
program. Matching never guesses: a line goes to a home only when its remark names exactly one; everything else
waits in a suspense list for a person, and its money stands on the suspense account meanwhile.
"""
