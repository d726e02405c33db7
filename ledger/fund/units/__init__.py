"""The unit ledger (分户账) of a home and the ledger of a building (幢账), line by line with the balance after each.

They are read out of the fund's one book and stored nowhere a second time, so they cannot differ from it.
A line is named by the accounts it moves and by its receipt, not by the deed that wrote it: a
new deed needs no new word here. What closes one account into another moves nobody's part and is no line.
"""
