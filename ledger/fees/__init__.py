"""The property fee: opening its book, hand-over of homes, and a charge for every month.

A month is charged by one entry with one movement a home, so that it happened once or not at all. Charges are
rounded a month at a time and then added. What is paid beyond what is due becomes income only
when its month is charged. Prices and a contract's terms are in ``tariff_actions``, payments in
``payment_actions``, what the books before leave in ``opening_actions``. A noun with tables has a package of its own:
``waivers``, ``prepaid`` (and refunds), ``dunning`` (demands, late fees, limitation), ``budgets`` (costs, remuneration),
``modes`` (and bundles).
"""
