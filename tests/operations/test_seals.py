"""Nothing goes into the public log that its operation does not declare."""

import pytest

from ledger.log.leaf import WHO, commit, new_leaf
from ledger.operations.seals import SEALS, NotDeclared, check_declared

SALT = b"0" * 16


def a_leaf(what="fees.waiver-approved", facts=(), salted=()):
    content = {"what": what, "facts": dict.fromkeys(facts, 1)}
    return new_leaf("memo", content, tuple(commit(name, "x", SALT) for name in (*salted, WHO)))


def test_what_is_declared_may_be_sealed():
    check_declared(
        ["fees.waiver-approved", "vote.cast", "period-close"],
        [
            a_leaf(facts=["fen", "kind"], salted=["basis"]),
            a_leaf("vote.cast", ["motion"], ["ballot/M-1/1-1-101"]),
            new_leaf("period-close", {"month": "2026-07"}, (commit("fee/suspense", "x", SALT),)),
        ],
    )


@pytest.mark.parametrize(
    ("kinds", "leaf", "named"),
    [
        (["vote.cast"], a_leaf(), "fees.waiver-approved"),
        ([], new_leaf("disclosure", {}), "disclosure"),
        (["fees.waiver-approved"], a_leaf(facts=["home"]), "fees.waiver-approved: home"),
        (["fees.waiver-approved"], a_leaf(salted=["phone"]), "fees.waiver-approved: phone"),
    ],
)
def test_what_is_not_declared_is_not_sealed(kinds, leaf, named):
    with pytest.raises(NotDeclared, match=f"^{named}$"):
        check_declared(kinds, [leaf])


def test_no_fact_stands_in_the_clear_and_salted_at_once():
    assert [kind for kind, seal in SEALS.items() if seal.facts & seal.salted] == []
