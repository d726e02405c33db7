"""pymerkle: a tree in memory. Prints the leaves of 400 bytes that it appends a second.

Run as ``pymerkle_tree.py <leaves>``.
"""

import sys
from time import perf_counter

from pymerkle import InmemoryTree


def main(leaves: int) -> None:
    tree, leaf = InmemoryTree(algorithm="sha256"), bytes(400)
    start = perf_counter()
    for _ in range(leaves):
        tree.append_entry(leaf)
    print(leaves / (perf_counter() - start))


main(int(sys.argv[1]))
