"""What has been published on the notice board: bytes, sealed once, and never redrawn.

A notice's body and attachments are kept as the bytes that were sealed; they are served, hashed and verified
as they are. A wrong notice is not taken down: a new version of the same kind and period is published which
names the one before. The public door reads this package and the log, and nothing else.
"""
