"""What is installed is whole: the wheel in an environment of its own, far from this folder."""

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from email import message_from_bytes
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest

PARTS = ("ledger", "migrations", "public_site", "LICENSE", "README.md", "pyproject.toml", "setup.py")
PIP = (sys.executable, "-m", "pip", "-q", "--disable-pip-version-check")
ASKED = """
import sys
import ledger
from ledger.config import Config
from ledger.db import migrate
from ledger.web import create_app

config = Config.from_env()
migrate(config.database_url)
client = create_app(config).test_client()
print(ledger.__file__)
for address in sys.argv[1:]:
    print(client.get(address).text)
"""


BOARD = "Only what has been publicly posted is here; anyone may read it without signing in."
DESK = "Reading the books needs no sign-in."


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """What is handed out, built from what is committed to it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for part in PARTS:
        if Path(part).is_dir():
            shutil.copytree(part, source / part, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(part, source)
    _run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source], folder)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel, tmp_path) -> Path:
    """The Python of an environment that has the wheel, and the libraries of this one but not its own code."""
    environment = tmp_path / "environment"
    venv.create(environment)
    python = environment / "bin" / "python"
    _run([*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel], tmp_path)
    [site] = environment.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))  # whose own .pth files are not read
    return python


def _run(command: list[object], folder: Path) -> str:
    words = [str(word) for word in command]
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LEDGER_HOME": str(folder / "home")}
    finished = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_installed_pages_speak_english(installed, tmp_path):
    said = _run([installed, "-c", ASKED, "/?lang=en", "/desk/sign-in?lang=en"], tmp_path)

    assert Path(said.splitlines()[0]).is_relative_to(installed.parents[1])
    assert BOARD in said
    assert DESK in said


def _imported(module: bytes) -> Iterator[str]:
    """The packages that a module imports from, wherever in it, by their first name."""
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _one_spelling(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_whatever_is_imported_is_asked_for(wheel):
    """In the environment of the test above every library of ours is there, whether it is declared or not."""
    with ZipFile(wheel) as packed:
        names = packed.namelist()
        [metadata] = [packed.read(name) for name in names if name.endswith(".dist-info/METADATA")]
        imported = {name for file in names if file.endswith(".py") for name in _imported(packed.read(file))}
    asked = message_from_bytes(metadata).get_all("Requires-Dist", [])
    declared = {
        _one_spelling(re.split(r"[^\w.-]", requirement)[0])
        for requirement in asked
        if "dev" not in requirement.partition("extra ==")[2]
    }
    brought_by = packages_distributions()

    foreign = imported - sys.stdlib_module_names - {Path(part).name for part in PARTS}
    assert {name for name in foreign if not declared & set(map(_one_spelling, brought_by[name]))} == set()
