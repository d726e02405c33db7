"""The versions of the evaluation standard, as files of this package."""

from importlib.resources import files


def rubric_bytes(version: str) -> bytes:
    """A version of the standard, byte for byte as it is published beside the scores by it."""
    return (files("ledger.evaluation") / "rubrics" / f"{version}.json").read_bytes()
