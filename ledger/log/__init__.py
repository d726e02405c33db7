"""The transparency log: bytes in, bytes out; it knows nobody.

One RFC 6962 tree a community, kept as a frontier plus one stored hash for every complete run of 256
leaves, so that appending costs two hashes and a proof a few short reads at any size. A leaf's bytes are
stored as they were hashed and are never serialised a second time. Heads are published as C2SP checkpoints
(signed notes, Ed25519) and proofs as `tlog-proof` files; formats are those
of the C2SP documents of 2026-03 (signed-note, tlog-checkpoint, tlog-proof v1). Rows that no leaf tells again are sealed one by
one in a chain to which a leaf commits (`row_rules`). The signer keeps a state of
its own and applies a witness's rule to itself, so a database restored from an old backup cannot fork a log.
"""

from ledger.log import row_actions as row_actions  # every session seals the rows that it writes
