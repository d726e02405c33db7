"""Mingbai 明白账: the maintenance and transparency ledger of a renovated residential community.

Packages stand on a ladder, which the README draws, and import only downwards; `tests/test_house_rules.py` keeps it so.

Inside a package: `rules.py` is pure, `tables.py` is what is stored, `queries.py` reads, `actions.py` change
it. A noun that others beside it lean on has its files there, named by their kind (`contract_actions.py`); one that stands
on the rest is a package inside, and no package imports another that imports it. Actions never commit and never ask the clock: `by` and `at` come in from the door.
"""
