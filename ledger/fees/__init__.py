"""The property fee: dated tariffs, monthly charges, payments and what they were applied to.

A month is charged by one entry with one movement a home, so that it happened once or not at all. Charges are
rounded a month at a time and then added (`domain/05` §5.2, T4). A payment meets what the payer names, then the oldest
debt (民法典 Art. 560), within a debt costs, interest, principal (Art. 561); what is more than due is prepaid and becomes
income only when its month is charged. Each noun beside them has a package of its own: ``waivers``, ``prepaid`` (and
refunds), ``dunning`` (demands, late fees, limitation), ``budgets`` (costs, remuneration), ``modes`` (and bundles).
"""
