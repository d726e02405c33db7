"""Leaf bytes are canonical and plain; what is private is committed to with salt, and only that."""

import json
from base64 import urlsafe_b64decode
from decimal import Decimal
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.journal.rules import Move, line_bytes
from ledger.log import merkle
from ledger.log.leaf import (
    LARGEST_LEAF,
    SALT_BYTES,
    LeafMalformed,
    canonical,
    commit,
    new_leaf,
    opened,
    sealed,
)
from ledger.money import MOST_FEN

SALT = bytes(range(SALT_BYTES))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.text(st.characters(codec="ascii"), max_size=12)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-MOST_FEN, MOST_FEN) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ({}, "{}"),
        ({"b": 1, "a": [True, False, None, -1]}, '{"a":[true,false,null,-1],"b":1}'),
        ({"e": '\u20ac$\x0f\nA\'B"\\"/'}, '{"e":"€$\\u000f\\nA\'B\\"\\\\\\"/"}'),
        ({"n": MOST_FEN, "m": -MOST_FEN}, '{"m":-9007199254740991,"n":9007199254740991}'),
        ({"z": "\u007f\u0080"}, '{"z":"\u007f\u0080"}'),
        ({"nfc": "é", "nfd": "e\u0301"}, '{"nfc":"é","nfd":"e\u0301"}'),  # nothing is normalised
    ],
)
def test_bytes_are_those_of_rfc_8785(content, body):
    assert canonical(content) == body.encode()


@given(st.dictionaries(names, plain, max_size=5))
def test_what_is_plain_can_be_sealed_and_read_back(content):
    body = canonical(content)
    assert body == rfc8785.dumps(content)
    assert json.loads(body) == content
    assert canonical(json.loads(body)) == body
    assert canonical(dict(reversed(content.items()))) == body


@pytest.mark.parametrize(
    "wrong",
    [1.0, 0.0, -0.0, 1e300, float("nan"), float("inf"), MOST_FEN + 1, -MOST_FEN - 1, 2**64,
     "\ud800", "a\udfffb", b"bytes", {1, 2}, Decimal(1), pytest.param(object(), id="object"), {1: "a"}, {None: 1}, {"\ud800": 1}, {"é": 1}, {"\U0001f600": 1}],
    ids=repr,
)  # fmt: skip
def test_what_is_not_plain_is_refused_however_deep_it_lies(wrong):
    for content in ({"a": wrong}, {"a": [1, wrong]}, {"a": {"b": {"c": (wrong,)}}}):
        with pytest.raises(LeafMalformed):
            canonical(content)


def test_a_leaf_holds_up_to_65535_bytes():
    frame = len(canonical({"a": ""}))
    assert len(canonical({"a": "x" * (LARGEST_LEAF - frame)})) == 65_535
    with pytest.raises(LeafMalformed, match="太大"):
        canonical({"a": "x" * (LARGEST_LEAF - frame + 1)})
    with pytest.raises(LeafMalformed):
        canonical({"a": "民" * (LARGEST_LEAF // 3)})


def test_a_new_leaf_is_hashed_as_it_is_stored():
    leaf = new_leaf("memo", {"what": "vote", "i": 3})
    assert leaf.body == b'{"i":3,"what":"vote"}'
    assert leaf.hash == merkle.leaf_hash(leaf.body) == sha256(b"\0" + leaf.body).digest()
    assert leaf.private == ()


def test_the_digest_of_a_disclosure_is_that_of_rfc_9901():
    sealed_name = sealed('["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]')
    assert sealed_name.digest == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert sealed_name.disclosure == "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert opened(sealed_name.disclosure) == ("family_name", "Möbius")


@given(words, plain, st.binary(min_size=SALT_BYTES, max_size=32))
def test_a_commitment_opens_to_its_name_and_value(name, value, salt):
    commitment = commit(name, value, salt)
    assert opened(commitment.disclosure) == (name, value)
    assert commitment == commit(name, value, salt)


def test_a_commitment_follows_rfc_9901_byte_for_byte():
    commitment = commit("memo.1", "三楼漏水", SALT)
    padded = commitment.disclosure + "=" * (-len(commitment.disclosure) % 4)
    salt, name, value = json.loads(urlsafe_b64decode(padded))
    assert (name, value) == ("memo.1", "三楼漏水")
    assert urlsafe_b64decode(salt + "==") == SALT
    digest = sha256(commitment.disclosure.encode("ascii")).digest()
    assert urlsafe_b64decode(commitment.digest + "=") == digest


def test_the_same_value_under_two_salts_gives_two_digests():
    assert commit("door", "1203", SALT).digest != commit("door", "1203", SALT[::-1]).digest


@pytest.mark.parametrize("salt", [b"", bytes(15)])
def test_a_short_salt_is_refused(salt):
    with pytest.raises(LeafMalformed):
        commit("door", "1203", salt)


@pytest.mark.parametrize("text", ["\ud800", "a\udc00"])
def test_half_a_character_is_refused_not_crashed_upon(text):
    with pytest.raises(LeafMalformed):
        commit("memo.1", text, SALT)
    with pytest.raises(LeafMalformed):
        commit(text, "memo", SALT)


codes = st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True)


@given(
    codes, codes, codes,
    st.integers(-MOST_FEN, MOST_FEN).filter(bool),
    st.none() | st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
)  # fmt: skip
def test_a_line_formatted_by_hand_is_the_canonical_line(book, debit, credit, amount_fen, handle):
    home = {"h": handle} if handle else {}
    lines = line_bytes(book, Move(debit, credit, amount_fen, handle), handle)
    assert lines == (
        canonical({"a": debit, "f": book, "n": amount_fen, "s": "D", **home}),
        canonical({"a": credit, "f": book, "n": amount_fen, "s": "C", **home}),
    )
