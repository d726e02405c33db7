"""Paper ballots: a photographed sheet, entered by two different people.

A ballot counts when the second entry says what the first said. When it does not, both entries are void and both
people are told which homes they read differently (not what was read), look at the sheet again, and enter again.
Sheets that nobody has entered a second time are not counted, and the sealed result says how many.
"""
