"""The books: the only writer of money.

A movement is one debit account, one credit account, one amount, inside one book of one community; both
accounts are pinned to that book by composite foreign keys, its own or its balances', so an unbalanced or
commingled entry cannot be written down. An entry is sealed by its leaf in the community's log: the two are
committed together or not at all, and nothing is added to a sealed entry, changed or deleted; a mistake is put
right by a reversal. The log's head row is the one lock of a community, so numbers, leaf order and commit order
agree. Running balances are kept by triggers in the same transaction and recomputed by `fsck`. What the database
refuses by itself stands in `migrations/versions/0002_*.sql`, and for PostgreSQL in `0013_*.sql`. Carrying over
and closing a month are in ``month_actions``.
"""
