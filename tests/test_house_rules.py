"""The rules of the house. Each test names the file that breaks it; none needs a list to be kept."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from ledger.errors import LedgerError

LADDER = (
    {"errors"},
    {"money", "periods"},
    {"config", "db"},
    {"community"},
    {"log"},
    {"journal", "noticeboard"},
    {"files"},
    {"votes", "accounts"},
    {"fund", "fees", "revenue", "grants"},
    {"repairs", "proposals", "handover"},
    {"intake"},
    {"findings"},
    {"disclosure"},
    {"evaluation"},
    {"reports"},
    {"publishing"},
    {"access"},
    {"api", "desk", "demo"},
    {"web", "cli"},
)
HEIGHT = {name: height for height, rung in enumerate(LADDER) for name in rung}
PUBLIC_READS = {"noticeboard", "log", "money", "periods", "config", "db", "errors"}
IMPURE = {
    "flask",
    "sqlmodel",
    "sqlalchemy",
    "pandas",
    "PIL",
    "weasyprint",
    "jwt",
    "os",
    "pathlib",
    "random",
    "time",
    "secrets",
}
ONLY_IN = {
    "weasyprint": {"ledger/reports/pdf.py"},
    "pandas": {"ledger/reports/frames.py"},
    "vl_convert": {"ledger/reports/charts.py"},
    "jwt": {"ledger/access/tokens.py"},
    "PIL": {"ledger/files/pictures.py"},
}
MEETS_FLOATS = {
    "ledger/log/leaf.py",  # refuses them
    "ledger/intake/sheets.py",  # reads the numbers of Excel exactly
    "ledger/intake/register_cells.py",
}
FILES = sorted([*Path("ledger").rglob("*.py"), *Path("public_site").rglob("*.py")])
LEDGER = [file for file in FILES if file.parts[0] == "ledger"]
PURE = [
    f for f in FILES if f.name == "rules.py" or f.as_posix() in {"ledger/log/merkle.py", "ledger/log/leaf.py"}
]


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def package(file: Path) -> str:
    return file.parts[1].removesuffix(".py")


@pytest.mark.parametrize("file", [f for f in LEDGER if f != Path("ledger/__init__.py")], ids=str)
def test_imports_go_down_the_ladder(file):
    here = package(file)
    for name in imports(file):
        if name.startswith("ledger."):
            there = name.split(".")[1]
            assert there == here or HEIGHT[there] < HEIGHT[here], f"{file} may not import {name}"


@pytest.mark.parametrize("file", [f for f in FILES if f.parts[0] == "public_site"], ids=str)
def test_the_public_door_reads_notices_and_the_log_and_nothing_else(file):
    for name in imports(file):
        if name.startswith("ledger."):
            assert name.split(".")[1] in PUBLIC_READS, f"{file} may not import {name}"
            assert not name.endswith(".actions"), f"{file} may not import {name}"


@pytest.mark.parametrize("file", PURE, ids=str)
def test_rules_touch_nothing_outside_themselves(file):
    assert IMPURE.isdisjoint(name.split(".")[0] for name in imports(file))


@pytest.mark.parametrize("file", FILES, ids=str)
def test_heavy_libraries_are_imported_in_one_place(file):
    for name in imports(file):
        allowed = ONLY_IN.get(name.split(".")[0])
        assert allowed is None or file.as_posix() in allowed, f"{file} may not import {name}"


@pytest.mark.parametrize("file", [f for f in LEDGER if f.name == "actions.py"], ids=str)
def test_actions_never_commit(file):
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert called.isdisjoint({"commit", "rollback", "begin", "now", "today", "utcnow"})


@pytest.mark.parametrize("file", [f for f in LEDGER if f.name == "queries.py"], ids=str)
def test_queries_never_write(file):
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert called.isdisjoint({"commit", "flush", "add_all", "delete", "insert", "update"} - {"update"})


@pytest.mark.parametrize(
    "file", [f for f in LEDGER if f.name == "actions.py" and package(f) != "log"], ids=str
)
def test_every_deed_says_who_and_when(file):
    module = import_module(".".join(file.with_suffix("").parts))
    for name, deed in inspect.getmembers(module, inspect.isfunction):
        if deed.__module__ == module.__name__ and not name.startswith("_"):
            reads_only = name in {"replay"}
            assert reads_only or {"by", "at"} <= set(inspect.signature(deed).parameters), f"{file}: {name}"


def family(kind: type[LedgerError]) -> Iterator[type[LedgerError]]:
    for child in kind.__subclasses__():
        yield child
        yield from family(child)


def every_refusal() -> list[type[LedgerError]]:
    for file in LEDGER:
        if file.name != "__main__.py":
            import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
    return list(family(LedgerError))


def test_every_refusal_has_a_code_and_words_of_its_own():
    kinds = every_refusal()
    codes = [kind.code for kind in kinds]

    assert len(codes) == len(set(codes))
    for kind in kinds:
        assert "zh" in vars(kind), f"{kind} has no Chinese sentence"
        assert "en" in vars(kind), f"{kind} has no English sentence"


def test_both_languages_of_a_refusal_tell_the_same_facts():
    told = re.compile(r"\{(\w+)")
    for kind in every_refusal():
        zh = {name.removesuffix("_zh") for name in told.findall(kind.zh)}
        en = {name.removesuffix("_en") for name in told.findall(kind.en)}
        assert zh == en, kind


@pytest.mark.parametrize("file", FILES, ids=str)
def test_no_file_is_a_drawer(file):
    assert file.stem not in {"utils", "helpers", "common", "misc", "base", "manager", "constants", "services"}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_no_float_comes_near_money(file):
    if file.parts[1] in {"reports", "demo"} or file.as_posix() in MEETS_FLOATS:
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float), f"{file}:{node.lineno}"
        if isinstance(node, ast.Name):
            assert node.id != "float", f"{file}:{node.lineno}"


def test_nothing_reads_outside_the_project():
    for file in [*FILES, *Path("tests").rglob("*.py"), *Path("migrations").rglob("*.py")]:
        if file != Path(__file__).relative_to(Path.cwd()):
            assert "../shared" not in file.read_text("utf-8"), file
