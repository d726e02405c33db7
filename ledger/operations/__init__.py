"""Everything that people can do with the ledger and see of it, declared once: doors are made from it.

An operation names its address, its words, who may, the action, and what comes back; what it asks is read off the action.
`registry` is the table of contents. Four of them from door to row:

Payment. A form or a JSON body becomes the request (`desk.forms`, `api.routes`); `access.performing.perform` looks for the
key and opens the transaction; `Declared.call` hands the values to `fees.payment_actions.take_payment` by name; `receive`
locks the head, asks what is owed and whether the account is approved; `journal.actions.post_all` writes entry, movements,
balances and leaf, and `perform` the answer beside them, all or nothing.

A month's charges. As above to `fees.actions.charge_month`; it asks once for every home's price, days and waivers, writes
one entry with a movement a home by `write_rows`, and lets prepayments pay.

A closed ticket. The record offers the step by `repairs.rules.NEXT`; the form carries what was seen; `perform` locks the head
and refuses when that moved; `repairs.actions.close` writes the memorandum with times and rating, then the step.

A publication. `prepares` draws the files from the checked bytes before the transaction; `disclosure.actions.publish` puts
them as a notice with its leaf; `afterwards` has the log's head signed. A second request with the key gets the first answer.
"""
