"""The trees of RFC 6962 written down as the RFC writes them: slow, recursive, and easy to believe."""

from hashlib import sha256

from ledger.log import merkle


def leaves(count, word=b"leaf"):
    """So many different leaf hashes."""
    return [merkle.leaf_hash(word + str(n).encode()) for n in range(count)]


def power_below(count):
    """The largest power of two smaller than ``count``."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def mth(hashes):
    """Merkle tree hash, RFC 6962 §2.1, over leaf hashes."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = power_below(len(hashes))
    return sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def path(m, hashes):
    """Audit path, RFC 6962 §2.1.1."""
    if len(hashes) == 1:
        return []
    k = power_below(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def subproof(m, hashes, whole=True):
    """Consistency proof, RFC 6962 §2.1.2."""
    if m == len(hashes):
        return [] if whole else [mth(hashes)]
    k = power_below(len(hashes))
    if m <= k:
        return [*subproof(m, hashes[:k], whole), mth(hashes[k:])]
    return [*subproof(m - k, hashes[k:], False), mth(hashes[:k])]


def tile_of(hashes):
    """The stored hashes of a tree, as `ledger.log.merkle` asks for them, kept as ``append`` tells us to."""
    _, _, stored = merkle.append([], 0, hashes)
    kept = {(0, n): hashed for n, hashed in enumerate(hashes)}
    kept |= {(node.level, node.index): node.hash for node in stored}

    def tile(level, n):
        row = []
        while (level, n * 256 + len(row)) in kept and len(row) < 256:
            row.append(kept[level, n * 256 + len(row)])
        return row

    return tile
