"""The property fee: prices, contracts' terms, what was brought over, what every home owes, is charged and pays.

On it stand ``waivers``, ``prepaid`` (and refunds), ``dunning`` (demands, late fees, limitation), ``budgets`` (costs,
remuneration) and ``modes`` (and bundles). Of what is here only charging and paying (`charge_actions`,
`payment_actions`) know them: what was prepaid pays a month as soon as it is charged.
"""
