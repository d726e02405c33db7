"""Places that are let (点位): a common part in use, with who uses it and when it stood empty.

A site may be let to one at a time; one that nobody pays for is either vacant or income that is not booked (R12),
so the list of vacancies is kept rather than guessed. Refused: a price on the site, for a contract has it.
"""
