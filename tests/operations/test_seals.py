"""Nothing goes into the public log that its operation does not declare."""

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from textwrap import dedent
from types import FunctionType, ModuleType
from typing import Any

import pytest

from ledger.intake.workbooks.actions import import_workbook
from ledger.log.leaf import WHO, commit, new_leaf
from ledger.operations.registry import OPERATIONS
from ledger.operations.seals import SEALS, NotDeclared, check_declared


@cache
def tree_of(function: Callable[..., Any]) -> ast.AST:
    return ast.parse(dedent(inspect.getsource(function)))


def stands_for(node: ast.AST, names: dict[str, Any]) -> Any:
    """What a name or an attribute of a module stands for where a function was written."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(module := stands_for(node.value, names), ModuleType):
        return getattr(module, node.attr, None)
    return node.value if isinstance(node, ast.Constant) else None


def drafted(function: Callable[..., Any], seen: set[Callable[..., Any]]) -> Iterator[str]:
    """The kinds of entries that a function drafts by their names, itself or through whatever it names."""
    if function in seen or not function.__module__.startswith("ledger."):
        return
    seen.add(function)
    for node in ast.walk(tree_of(function)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Draft":
            kind = next((keyword.value for keyword in node.keywords if keyword.arg == "kind"), *node.args[:1])
            if isinstance(named := stands_for(kind, function.__globals__), str):
                yield named
        if isinstance(callee := stands_for(node, function.__globals__), FunctionType):
            yield from drafted(callee, seen)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_declares_every_kind_that_its_action_can_reach(operation):
    """What a suite seals is not all: some is sealed in states that are seldom."""
    assert set(drafted(inspect.unwrap(operation.does), set())) <= set(operation.seals)


def test_the_workbook_declares_what_each_of_its_sheets_can_reach():
    [workbook] = [operation for operation in OPERATIONS if "workbook.imported" in operation.seals]
    brought = [
        function for function in import_workbook.__globals__.values() if isinstance(function, FunctionType)
    ]

    assert {kind for function in brought for kind in drafted(function, set())} <= set(workbook.seals)


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
