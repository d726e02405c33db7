"""Progress: how whoever does something long says how far it is."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Is told how many parts are behind, and of how many; what it raises ends the work."""


def unseen(_part: int, _whole: int) -> None:
    """Progress that nobody looks at."""
