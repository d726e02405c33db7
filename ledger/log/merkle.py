"""The tree of RFC 6962 §2.1 (= RFC 9162 §2.1): roots, frontiers, proofs and their verification. Pure."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

TILE_BITS = 8
"""A tile is 256 hashes wide: the roots of complete subtrees are stored at every eighth level."""

EMPTY_ROOT = sha256(b"").digest()

Tile = Callable[[int, int], Sequence[bytes]]
"""``tile(level, n)`` gives the stored hashes of level (0, 8, 16, …) with indexes n·256 … n·256+255, as far as they exist."""


class Stored(NamedTuple):
    """The root of one complete subtree of 2^level leaves, kept because level is a multiple of 8."""

    level: int
    index: int  # type: ignore[assignment]  # hides tuple.index
    hash: bytes


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def append(
    frontier: Sequence[bytes], size: int, leaves: Iterable[bytes]
) -> tuple[list[bytes], int, list[Stored]]:
    """Grow a tree by leaf hashes.

    ``frontier`` holds the roots of the complete subtrees from left to right, one for each set bit of
    ``size``. Gives the new frontier, the new size, and the subtree roots to store. Costs one hash a leaf.
    """
    roots = list(frontier)
    stored = []
    for hashed in leaves:
        level, run = 0, size
        while run & 1:
            hashed = sha256(b"\x01" + roots.pop() + hashed).digest()
            run >>= 1
            level += 1
            if not level % TILE_BITS:
                stored.append(Stored(level, run, hashed))
        roots.append(hashed)
        size += 1
    return roots, size, stored


def root(frontier: Sequence[bytes]) -> bytes:
    """The tree's root from its frontier; the hash of nothing for the empty tree."""
    if not frontier:
        return EMPTY_ROOT
    hashed = frontier[-1]
    for left in reversed(frontier[:-1]):
        hashed = node_hash(left, hashed)
    return hashed


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes: neighbours are joined level by level, and who has none goes up as it is."""
    level = list(leaves)
    while len(level) > 1:
        joined = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = joined + level[2 * len(joined) :]
    return level[0] if level else EMPTY_ROOT


def inclusion_path(index: int, size: int, tile: Tile) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962 §2.1.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            path.append(_subtree(middle, end, tile))
            end = middle
        else:
            path.append(_subtree(start, middle, tile))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, tile: Tile) -> list[bytes]:
    """The proof that the tree of ``old`` leaves is a prefix of the tree of ``new`` (RFC 6962 §2.1.2).

    Raises:
        ValueError: not 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency from {old} to {new}")
    path = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _largest_power_below(end - start)
        if old <= middle:
            path.append(_subtree(middle, end, tile))
            end = middle
        else:
            path.append(_subtree(start, middle, tile))
            start, whole = middle, False
    if not whole:
        path.append(_subtree(start, end, tile))
    return path[::-1]


def _largest_power_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _subtree(start: int, end: int, tile: Tile) -> bytes:
    """The root over leaves start … end-1, where start is a multiple of the power of two at or above the length."""
    length = end - start
    if length & (length - 1) == 0:
        level = length.bit_length() - 1
        return _complete(level, start >> level, tile)
    middle = start + _largest_power_below(length)
    return node_hash(_subtree(start, middle, tile), _subtree(middle, end, tile))


def _complete(level: int, index: int, tile: Tile) -> bytes:
    above = level % TILE_BITS
    base, first = level - above, index << above
    hashes = list(tile(base, first >> TILE_BITS)[first % 256 : first % 256 + (1 << above)])
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], tree_root: bytes) -> bool:
    """Whether the leaf hash stands at ``index`` in the tree of that size and root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or any(len(node) != 32 for node in path):
        return False
    place, last, hashed = index, size - 1, leaf
    for node in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node_hash(node, hashed)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            hashed = node_hash(hashed, node)
        place >>= 1
        last >>= 1
    return last == 0 and hashed == tree_root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the older tree is a prefix of the newer (RFC 9162 §2.1.4.2)."""
    if old < 1 or old > new or any(len(node) != 32 for node in path):
        return False
    if old == new:
        return not path and old_root == new_root
    if not path:
        return False
    nodes = list(path)
    if old & (old - 1) == 0:
        nodes.insert(0, old_root)
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    older = newer = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            newer = node_hash(newer, node)
        place >>= 1
        last >>= 1
    return last == 0 and older == old_root and newer == new_root
