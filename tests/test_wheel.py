"""What is installed is whole: the wheel in an environment of its own, far from this folder."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

PARTS = ("ledger", "migrations", "public_site", "LICENSE", "README.md", "pyproject.toml", "setup.py")
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


@pytest.fixture
def installed(tmp_path) -> Path:
    """The Python of an environment that has the wheel, and the libraries of this one but not its own code."""
    source, environment = tmp_path / "source", tmp_path / "environment"
    source.mkdir()
    for part in PARTS:
        if Path(part).is_dir():
            shutil.copytree(part, source / part, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(part, source)
    venv.create(environment)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    _run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, source], tmp_path)
    [wheel] = tmp_path.glob("*.whl")
    _run([*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], tmp_path)
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
