"""The walks from door to row in the docstring of `ledger.operations` name what is there."""

import re
from functools import reduce
from importlib import import_module

import ledger.operations

NAMES = re.findall(r"`([a-z_]+(?:\.\w+)+)`", ledger.operations.__doc__ or "")


def found(name: str) -> object:
    """What a dotted name under `ledger` stands for."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            module = import_module(".".join(["ledger", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        return reduce(getattr, parts[cut:], module)
    raise ModuleNotFoundError(name)


def test_every_name_in_the_walks_is_there():
    assert len(NAMES) > 20
    for name in NAMES:
        assert found(name) is not None, name


def test_each_walk_has_five_steps():
    walks = re.split(r"\n\n", ledger.operations.__doc__ or "")[2:]

    assert [len(re.findall(r"^\d\. ", walk, re.M)) for walk in walks] == [5, 5, 5, 5]
