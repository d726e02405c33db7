"""A proof file holds for one leaf and one log; spoilt by a single byte it holds for none."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import Malformed
from ledger.log import merkle
from ledger.log.note import Checkpoint, Proof, Verifier, parse_checkpoint, parse_proof, sign, verified
from tests.log import trees

ORIGIN = "test.example/log/meiyuan"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VERIFIER = Verifier(ORIGIN, KEY.public_key().public_bytes_raw())
LEAVES = trees.leaves(13)


def proof_of(index, leaves=LEAVES, key=KEY, origin=ORIGIN):
    note = sign(Checkpoint(origin, len(leaves), trees.mth(leaves)).text, origin, key)
    return Proof(index, tuple(trees.path(index, leaves)), note).text


def holds(file, leaf, verifier=VERIFIER):
    """What a reader does with a proof file: whether it proves that the leaf is in the log that he trusts."""
    try:
        proof = parse_proof(file.decode())
        checkpoint = parse_checkpoint(verified(proof.checkpoint, [verifier])[0].text)
    except (Malformed, UnicodeDecodeError):
        return False
    return checkpoint.origin == verifier.name and merkle.verify_inclusion(
        leaf, proof.index, checkpoint.size, proof.path, checkpoint.root
    )


@pytest.mark.parametrize("index", range(len(LEAVES)))
def test_a_proof_file_holds_for_its_leaf_only(index):
    file = proof_of(index).encode()
    assert [holds(file, leaf) for leaf in LEAVES] == [number == index for number in range(len(LEAVES))]


def test_the_proof_of_a_log_with_one_leaf_holds():
    assert holds(proof_of(0, LEAVES[:1]).encode(), LEAVES[0])


def test_a_proof_signed_by_another_key_or_for_another_log_does_not_hold():
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert not holds(proof_of(5, key=stranger).encode(), LEAVES[5])
    assert not holds(proof_of(5, origin="test.example/log/other").encode(), LEAVES[5])


@pytest.mark.parametrize("index", [0, 5, 12])
def test_no_flipped_bit_is_overlooked(index):
    file = proof_of(index).encode()
    assert holds(file, LEAVES[index])
    for place in range(len(file)):
        for bit in range(8):
            wrong = bytearray(file)
            wrong[place] ^= 1 << bit
            assert not holds(bytes(wrong), LEAVES[index]), (place, bit, bytes(wrong[place - 9 : place + 9]))


def test_no_byte_lost_doubled_or_made_a_newline_is_overlooked():
    file = proof_of(5).encode()
    for place in range(len(file)):
        before, byte, after = file[:place], file[place : place + 1], file[place + 1 :]
        assert not holds(before + after, LEAVES[5]), place
        assert not holds(before + byte + byte + after, LEAVES[5]), place
        assert byte == b"\n" or not holds(before + b"\n" + after, LEAVES[5]), place
    assert not any(holds(file[:length], LEAVES[5]) for length in range(len(file)))
