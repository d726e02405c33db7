"""Checks a notice on your own machine, with Python alone and nothing of this server's but the four files.

    python3 check_notice.py body.json leaf proof ROOT

ROOT is the root hash, in hexadecimal, that the paper on site or somebody else's telephone shows. It is the one thing
you must not take from here. Take the proof for the size that stands beside it: .../proof?size=SIZE
The fifth digit of each group on paper is a check digit; give the root with it or without.
"""

import json
import sys
from base64 import b64decode
from hashlib import sha256


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which a leaf's path leads (RFC 9162 §2.1.3.2)."""
    last, hashed = size - 1, sha256(b"\x00" + leaf).digest()
    for sibling in path:
        if last == 0:
            sys.exit("WRONG: the path is too long / 证明的路径过长")
        if index & 1 or index == last:
            hashed = node(sibling, hashed)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hashed = node(hashed, sibling)
        index, last = index >> 1, last >> 1
    if last:
        sys.exit("WRONG: the path is too short / 证明的路径过短")
    return hashed


def from_paper(digits: str) -> str:
    """The root without spaces, and without the check digits where they are given: 16 groups of five."""
    digits = "".join(digits.split()).lower()
    if len(digits) != 80:
        return digits
    groups = [digits[at : at + 5] for at in range(0, 80, 5)]
    for number, group in enumerate(groups, start=1):
        weighed = zip((1, 3, 5, 7), group[:4], strict=True)
        if sum(weight * int(digit, 16) for weight, digit in weighed) % 16 != int(group[4], 16):
            sys.exit(f"LOOK AGAIN: group {number} is mistyped / 请再看一眼，第 {number} 组填错了")
    return "".join(group[:4] for group in groups)


def main(body_file: str, leaf_file: str, proof_file: str, expected: str) -> None:
    expected = from_paper(expected)
    with open(body_file, "rb") as body, open(leaf_file, "rb") as sealed, open(proof_file, "rb") as proof:
        body_bytes, leaf, proof_text = body.read(), sealed.read(), proof.read().decode()
    (head, _, checkpoint), sealed_leaf = proof_text.partition("\n\n"), json.loads(leaf.decode())
    if sha256(body_bytes).hexdigest() != sealed_leaf["body"]:
        sys.exit("WRONG: the figures are not the sealed ones / 数字与封存的不一致")
    lines = [line for line in head.split("\n")[1:] if not line.startswith("extra ")]
    index, path = int(lines[0].removeprefix("index ")), [b64decode(line, validate=True) for line in lines[1:]]
    origin, size, root = checkpoint.split("\n")[:3]
    if (sealed_leaf["i"], sealed_leaf["log"]) != (index, origin):
        sys.exit("WRONG: the seal is of another place or log / 封条是别处或别的日志的")
    own_root = root_from(leaf, index, int(size), path)
    if own_root != b64decode(root):
        sys.exit("WRONG: the seal is not in the log / 封条不在日志里")
    if own_root.hex() != expected:
        sys.exit(
            f"WRONG: not the root that you gave, but {own_root.hex()} of {size} records; "
            f"if your paper shows another number of them, take proof?size= that number / "
            f"与您给的根不同；纸上的记录数若不是 {size}，请下载 proof?size=纸上的记录数"
        )
    named = f"{sealed_leaf['what']} {sealed_leaf['period']} version {sealed_leaf['version']}"
    print(f"RIGHT: {named}, {origin}, {size} records / 一致：{named}，共 {size} 条记录")  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        sys.exit(f"WRONG: a file or the root cannot be read ({error}) / 有一个文件或根读不出来")
