"""Contracts of a works package: price, change orders, and the defects that hold the retention money back.

A change order counts once a second person approved it. Retention money (质量保证金) is at most 3 % of the price,
for at most two years from acceptance (建质〔2017〕138号); the warranty outlives it, so it is not paid out over an open
claim. A contract with the property firm or with a person is refused.
"""
