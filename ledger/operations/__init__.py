"""Everything that people can do with the ledger and see of it, declared once: doors are made from it.

An operation names its address, its words, who may, the action, and what comes back; what it asks is read off the action.
`registry` is the table of contents. Four of them from door to row, names as under `ledger`:

A payment:
1. `desk.forms.request_of` or the operation's `operations.operation.Declared.model` makes the request of what was sent,
2. `access.performing.perform` opens the transaction and looks for the key in it, `operations.operation.Declared.call` hands the request over,
3. `fees.payment_actions.take_payment` names it by its slip, `journal.queries.lock_free` locks the head, and account and debts are asked for,
4. `journal.actions.post_all` writes the entry, its movements and balances, `log.actions.append` its leaf,
5. `db.write_rows` what it pays, and with `access.tables.Answered` the answer beside it: all or nothing.

A month's charges:
1. `cli.months.charge_month_command` for every community, or any door through `access.performing.perform` for one,
2. `fees.charge_actions.charge_month` locks the head and asks `journal.actions.replay` whether the month was charged before,
3. it makes every home's bill of price, days and term, and `journal.actions.post` writes one entry with a movement a bill,
4. `db.write_rows` writes a `fees.tables.Charge` a home, where there are many by COPY on PostgreSQL,
5. `fees.waivers.actions.waive_month` takes off what is waived, `fees.prepaid.actions.settle` lets prepayments pay.

A closed ticket:
1. the record offers the step that `repairs.rules.NEXT` allows, and `access.performing.seen_of` puts into the form what was seen,
2. `access.performing.perform` locks the head and raises `access.performing.Stale` when that has moved,
3. `repairs.actions.close` asks `repairs.rules.check_step` once more,
4. `journal.actions.post` seals the rating and whether it was in time, as a memorandum of no book,
5. a `repairs.tables.TicketStep` says who closed it and when, and the ticket is closed.

A publication:
1. before the transaction the key is looked for, and `publishing.draw_accounts` draws the files from the bytes that were checked,
2. `disclosure.actions.publish` sees that a third person publishes that very draft,
3. `noticeboard.actions.publish_notice` writes `noticeboard.tables.Notice` and its files, and `log.actions.append` the leaf,
4. `disclosure.tables.Disclosure` becomes published; the same key again gets the first answer,
5. after the transaction `publishing.after_publication` has the log's new head signed.
"""
