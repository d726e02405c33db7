"""Statements of banks that no declared profile knows: what their columns mean is asked once, of a person.

An unknown file is looked at and a mapping proposed: the header row, the columns that could mean each thing, the
first rows. What the person confirms is tried on the very file, read as strictly as any other; only a mapping
that reads it whole is saved, under a name of the community's own, and is used by that name afterwards. A saved
mapping is never changed: lines that were read by it would get another fingerprint and be booked twice.
"""
