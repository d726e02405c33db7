"""Mingbai 明白账: the maintenance and transparency ledger of a renovated residential community.

Packages stand on a ladder and import only downwards; `tests/test_house_rules.py` keeps it so:

    errors money periods · config db · community · log · journal noticeboard · votes ·
    fund fees revenue grants · repairs handover · intake · findings · disclosure · evaluation · reports · api desk cli demo

Inside a package: `rules.py` is pure, `tables.py` is what is stored, `queries.py` reads, `actions.py` are
the deeds; a noun without tables of its own has its files there, named by their kind (`payment_actions.py`), one with
tables has a package inside. Actions never commit and never ask the clock: `by` and `at` come in from the door.
"""
