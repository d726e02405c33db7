"""The tree is the tree of RFC 6962, and no wrong proof passes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from ledger.log import merkle
from tests.log import trees

VECTORS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots over the first 0 … 8 inputs of Certificate Transparency's reference tests."""
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]

LEAVES = trees.leaves(1_100)
TILE = trees.tile_of(LEAVES)
EDGES = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 255, 256, 257, 511, 512, 513, 768, 1_023, 1_024, 1_025, 1_100]

sizes = st.one_of(st.integers(1, 64), st.integers(1, 1_100), st.sampled_from(EDGES))


@st.composite
def places(draw):
    """A leaf in a tree: (index, size)."""
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


@st.composite
def growths(draw):
    """A tree and a later one: (old, new)."""
    new = draw(sizes)
    return draw(st.integers(1, new)), new


root = trees.mth


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size):
    hashes = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in INPUTS[:size]]
    assert merkle.root_of(hashes).hex() == VECTORS[size]


def test_an_audit_path_is_that_of_certificate_transparency():
    hashes = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in INPUTS]
    assert [node.hex() for node in merkle.inclusion_path(5, 8, trees.tile_of(hashes))] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_a_leaf_never_hashes_like_a_node():
    left, right = LEAVES[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@given(st.integers(0, 300))
def test_the_root_is_the_recursive_one(size):
    assert merkle.root_of(LEAVES[:size]) == trees.mth(LEAVES[:size])


@given(st.lists(st.integers(0, 60), max_size=8))
def test_growing_in_steps_or_at_once_is_the_same_tree(steps):
    frontier, size, stored = [], 0, []
    for step in steps:
        frontier, size, more = merkle.append(frontier, size, LEAVES[size : size + step])
        stored += more

    assert (frontier, size, stored) == merkle.append([], 0, LEAVES[: sum(steps)])
    assert len(frontier) == size.bit_count()
    assert merkle.root(frontier) == trees.mth(LEAVES[:size])


def test_every_complete_run_of_256_is_stored_once():
    _, _, stored = merkle.append([], 0, LEAVES)
    assert [(node.level, node.index) for node in stored] == [(8, n) for n in range(len(LEAVES) // 256)]
    for node in stored:
        assert node.hash == trees.mth(LEAVES[node.index * 256 : (node.index + 1) * 256])


def test_a_run_of_65536_is_stored_on_the_next_level():
    hashes = trees.leaves(65_536 + 256)
    frontier, _, stored = merkle.append([], 0, hashes)
    top = [node for node in stored if node.level == 16]
    assert [node.index for node in top] == [0]
    assert top[0].hash == frontier[0] == trees.mth(hashes[:65_536])
    assert sum(node.level == 8 for node in stored) == 257


@given(places())
def test_an_audit_path_is_the_recursive_one_and_verifies(place):
    index, size = place
    path = merkle.inclusion_path(index, size, TILE)
    assert path == trees.path(index, LEAVES[:size])
    assert merkle.verify_inclusion(LEAVES[index], index, size, path, root(LEAVES[:size]))


@given(growths())
def test_a_consistency_proof_is_the_recursive_one_and_verifies(growth):
    old, new = growth
    proof = merkle.consistency_path(old, new, TILE)
    assert proof == trees.subproof(old, LEAVES[:new])
    assert merkle.verify_consistency(old, new, root(LEAVES[:old]), root(LEAVES[:new]), proof)


def test_all_small_trees_prove_all_their_leaves_and_all_their_pasts():
    for size in range(1, 40):
        tree = root(LEAVES[:size])
        for index in range(size):
            path = merkle.inclusion_path(index, size, TILE)
            assert merkle.verify_inclusion(LEAVES[index], index, size, path, tree)
            assert not any(
                merkle.verify_inclusion(LEAVES[index], other, size, path, tree)
                for other in range(size)
                if other != index
            )
        for old in range(1, size + 1):
            path = merkle.consistency_path(old, size, TILE)
            assert merkle.verify_consistency(old, size, root(LEAVES[:old]), tree, path)


def test_another_library_agrees_on_roots_and_audit_paths():
    oracle = InmemoryTree(algorithm="sha256")
    for n in range(300):
        oracle.append_entry(b"leaf" + str(n).encode())
    for size in (1, 2, 3, 5, 8, 127, 128, 255, 256, 257, 300):
        assert oracle.get_root(size) == merkle.root_of(LEAVES[:size])
        for index in {0, size // 3, size // 2, size - 1}:
            leaf, *siblings = oracle.prove_inclusion(index + 1, size).path
            assert leaf == LEAVES[index]
            assert siblings == merkle.inclusion_path(index, size, TILE)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (6, 5), (0, 0), (-1, 0)])
def test_no_path_for_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError):
        merkle.inclusion_path(index, size, TILE)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5), (0, 0)])
def test_no_consistency_with_nothing_or_with_the_future(old, new):
    with pytest.raises(ValueError):
        merkle.consistency_path(old, new, TILE)


def spoilt(path):
    """Every way to spoil a path by one piece: a node missing, doubled, swapped, flipped, cut or drawn out."""
    for n, node in enumerate(path):
        yield [*path[:n], *path[n + 1 :]]
        yield [*path[:n], node, *path[n:]]
        yield [*path[:n], bytes([node[0] ^ 1]) + node[1:], *path[n + 1 :]]
        yield [*path[:n], node[:-1], *path[n + 1 :]]
        yield [*path[:n], node + b"\0", *path[n + 1 :]]
        yield [*path[:n], b"", *path[n + 1 :]]
        if n and path[n - 1] != node:
            yield [*path[: n - 1], node, path[n - 1], *path[n + 1 :]]
    yield [*path, bytes(32)]
    yield [bytes(32), *path]
    if path:
        yield []


@given(places())
@settings(max_examples=60)
def test_no_spoilt_audit_path_passes(place):
    index, size = place
    tree = root(LEAVES[:size])
    for wrong in spoilt(merkle.inclusion_path(index, size, TILE)):
        assert not merkle.verify_inclusion(LEAVES[index], index, size, wrong, tree)


@given(places(), st.integers(-3, 1_200), st.integers(-3, 1_200))
def test_an_audit_path_proves_one_leaf_at_one_place_only(place, other_index, other_leaf):
    index, size = place
    path, tree = merkle.inclusion_path(index, size, TILE), root(LEAVES[:size])
    if other_index != index:
        assert not merkle.verify_inclusion(LEAVES[index], other_index, size, path, tree)
    if other_leaf != index:
        leaf = LEAVES[other_leaf % len(LEAVES)]
        assert leaf == LEAVES[index] or not merkle.verify_inclusion(leaf, index, size, path, tree)
    assert not merkle.verify_inclusion(LEAVES[index], index, size, path, bytes(32))
    assert not merkle.verify_inclusion(LEAVES[index], index, size, path, tree[:-1])


def test_an_index_at_or_beyond_the_size_is_refused():
    for size in range(1, 20):
        tree = root(LEAVES[:size])
        for index in range(size, 3 * size + 2):
            for path in (merkle.inclusion_path(size - 1, size, TILE), [], LEAVES[:1]):
                assert not merkle.verify_inclusion(LEAVES[size - 1], index, size, path, tree)
    assert not merkle.verify_inclusion(merkle.EMPTY_ROOT, 0, 0, [], merkle.EMPTY_ROOT)


def test_the_only_leaf_needs_an_empty_path():
    (leaf,) = LEAVES[:1]
    assert merkle.verify_inclusion(leaf, 0, 1, [], leaf)
    assert not merkle.verify_inclusion(leaf, 0, 1, [leaf], leaf)
    assert not merkle.verify_inclusion(leaf, 0, 2, [], leaf)


@given(growths())
@settings(max_examples=60)
def test_no_spoilt_consistency_proof_passes(growth):
    old, new = growth
    before, after = root(LEAVES[:old]), root(LEAVES[:new])
    for wrong in spoilt(merkle.consistency_path(old, new, TILE)):
        assert not merkle.verify_consistency(old, new, before, after, wrong)


@given(growths())
def test_a_consistency_proof_proves_two_roots_only(growth):
    old, new = growth
    before, after = root(LEAVES[:old]), root(LEAVES[:new])
    proof = merkle.consistency_path(old, new, TILE)
    assert not merkle.verify_consistency(old, new, bytes(32), after, proof)
    assert not merkle.verify_consistency(old, new, before, bytes(32), proof)
    if old < new:
        assert not merkle.verify_consistency(old, new, after, before, proof)
        assert not merkle.verify_consistency(new, old, after, before, proof)
        assert not merkle.verify_consistency(new, old, before, after, proof)


def test_consistency_with_the_empty_tree_is_refused():
    for new in range(6):
        for path in ([], LEAVES[:1], [root(LEAVES[:new])]):
            assert not merkle.verify_consistency(0, new, merkle.EMPTY_ROOT, root(LEAVES[:new]), path)
    assert not merkle.verify_consistency(-1, 5, LEAVES[0], root(LEAVES[:5]), [])


def test_equal_sizes_need_an_empty_proof_and_different_sizes_do_not_take_one():
    for size in range(1, 20):
        tree = root(LEAVES[:size])
        assert merkle.verify_consistency(size, size, tree, tree, [])
        assert not merkle.verify_consistency(size, size, tree, tree, [tree])
        assert not merkle.verify_consistency(size, size, tree, bytes(32), [])
        assert not merkle.verify_consistency(size, size + 1, tree, tree, [])
        assert not merkle.verify_consistency(size, size + 1, tree, root(LEAVES[: size + 1]), [])


@given(growths(), st.data())
def test_a_rewritten_leaf_breaks_every_proof_from_before(growth, data):
    old, new = growth
    changed = data.draw(st.integers(0, old - 1))
    fork = [*LEAVES[:changed], merkle.leaf_hash(b"another"), *LEAVES[changed + 1 : new]]

    proof = merkle.consistency_path(old, new, trees.tile_of(fork))

    assert not merkle.verify_consistency(old, new, root(LEAVES[:old]), root(fork), proof)
