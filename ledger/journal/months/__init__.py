"""Months: carrying income and expenditure over (期末结转), and closing for good.

A month is closed once it is over and its clearing accounts are nought or explained; with it all before are closed. The
trial balance of that moment is kept and its root sealed in the log, and what is found later is put right in an open month.
"""
