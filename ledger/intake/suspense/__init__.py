"""Receipts that nobody could be found for, and what people do with them.

A line goes to one home, is split over several, or several together make one bill; or it goes back to whoever
paid it, which one person asks and another approves. Sums must fit to the fen. What was done wrongly is undone
by reversal, and the line waits again; every step keeps who did it and when.
"""
