"""The property fee: prices, contracts' terms, what was brought over, and what every home owes.

What is here knows nothing of the packages that stand on it: ``charges`` (the month, hand-over of homes), ``payments``,
``waivers``, ``prepaid`` (and refunds), ``dunning`` (demands, late fees, limitation), ``budgets`` (costs, remuneration) and
``modes`` (and bundles).
"""
