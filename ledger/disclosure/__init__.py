"""Half-year disclosures: prepared by one, checked by another, published by a third.

From the moment they are prepared the figures are bytes; what is checked is named by its digest, and what
is published is what was checked.
"""
