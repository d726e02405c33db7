"""The steps of a use of the fund: which may follow which, on what conditions, and who took each.

The machine is data: one table of rows (deed, states it may be done in, state it leads to, guards). What the local
profile does not ask for, such as a price review of a small job, is skipped because a row allows it and not by a
flag. Each step is a row in ink with the digests of its documents, and a memorandum in the log.
"""
