"""Backups: everything an installation needs to stand up again elsewhere, and the proof that it is all of it.

A backup is a directory of plain files that does not say from which database it comes: a table a file, its rows in the order
of their key as JSON under gzip; the keys apart, sealed with a passphrase; a manifest with every digest and the head of every
log, signed as a note. It is read from one snapshot while the server works and goes back into either database.

A restore builds the database aside, a file or a schema beside the one that stands, with every trigger and key in force;
running balances are not copied but come from the movements again. It proves each log from its leaves, holds it against
what the signer remembers, and only then changes over in one step. From that step to the end a note in LEDGER_HOME keeps
everybody out, and the same command carries on from it.
"""
