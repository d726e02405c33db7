"""Peers: other programs that do what a line measures, in the same run and on the same machine; reported, never gated.

Those in Python live in an environment of their own beside ours (``make bench`` makes it), and each is a program here that is
run by it and prints figures. One that is not installed says so in its line.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from math import nan
from pathlib import Path

from bench.measuring import Line, beside

ENVIRONMENT = Path(sys.prefix) / "peers" / "bin"
PROGRAMS = Path(__file__).parent
LONGEST = 900
"""Seconds until a peer is given up."""


class Missing(Exception):
    """A peer that is not installed, or does not run here."""


def installed(program: str) -> str:
    """The path of a program of the peers' environment or of the machine.

    Raises:
        Missing: it is in neither.
    """
    path = shutil.which(program, path=str(ENVIRONMENT)) or shutil.which(program)
    if path is None:
        raise Missing("not installed")
    return path


def run(command: Sequence[str]) -> str:
    """What a peer prints.

    Raises:
        Missing: it ended badly.
    """
    try:
        process = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LONGEST)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = str(error.stderr or "").strip().splitlines() or ["no answer in time"]
        why = "not installed" if "ModuleNotFoundError" in said[-1] else f"does not run: {said[-1][:60]}"
        raise Missing(why) from error
    return process.stdout


def figures(program: str, *words: str) -> list[float]:
    """The numbers that one of the programs here prints, run in the peers' environment.

    Raises:
        Missing: the environment is not there, or the peer does not run in it.
    """
    python = ENVIRONMENT / "python"
    if not python.exists():
        raise Missing("not installed")
    return [float(figure) for figure in run([str(python), str(PROGRAMS / f"{program}.py"), *words]).split()]


def missing(peer: str, engine: str, why: Missing) -> Line:
    """The line of a peer that is not there."""
    return beside(peer, engine, "", "", str(why), nan)
