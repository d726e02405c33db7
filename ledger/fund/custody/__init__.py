"""Who keeps the fund: the authority (代管) until the owners' assembly takes it over (划转), and back again.

A hand-over empties the book of the one and fills the book of the other: every part of every home and selling unit
goes out against the bank and comes in again, to the fen (财会〔2020〕7号, statement 03 row 四(三)). Each side signs for
itself, so it takes two people of two roles, and what comes in is what went out, never a figure typed again. Since when
who keeps it is append-only; the community's column follows it and decides only where nothing was ever handed over.
"""
