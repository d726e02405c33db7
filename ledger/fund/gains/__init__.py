"""Gains of the fund (增值收益): credited when the bank or a buyer pays, given to homes when a period is shared out.

Only actual income is shared, never a notional rate: by day-products (积数), the deposit's day counting and the
withdrawal's day not, so that the sum is the income to the fen. A run covers closed months
only, so what one person prepared is what another posts: nothing in between can change a product. A home sees
its own row and no other.
"""
