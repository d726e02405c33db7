"""The versions of the evaluation standard, as files of this package.

``default-2026.1`` is the first. ``default-2026.2`` says without which indicators there is no grade (``grade_needs``), from how
many cases an indicator is told at all (``least_told``), and within how many working days a month is to be reconciled. Of
``default-2026.3`` the numbers are the same, but a repair counts in the period in which it fell due or was finished, only a
picture that no other repair had shown and, of what the firm reported itself, a confirmation by others earn credit, a
warranty is recovered by whoever was sent first, and an approved account in which nothing is entered owes its statements.
"""

from importlib.resources import files


def rubric_bytes(version: str) -> bytes:
    """A version of the standard, byte for byte as it is published beside the scores by it."""
    return (files("ledger.evaluation") / "rubrics" / f"{version}.json").read_bytes()
