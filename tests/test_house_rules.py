"""The rules of the house. Each test names every file that breaks it; none needs a list to be kept.

What a file is stands at the end of its name: `rules.py` and `tariff_rules.py` are rules.
"""

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from ledger.errors import LedgerError

LADDER = (
    {"words"},
    {"errors"},
    {"money", "periods", "progress"},
    {"fields"},
    {"config", "db"},
    {"claim", "serving_role", "community"},
    {"log"},
    {"journal", "noticeboard"},
    {"files", "integrity"},
    {"votes", "accounts", "register"},
    {"people", "jobs"},
    {"installation"},
    {"fund", "fees", "revenue", "grants"},
    {"repairs", "handover", "committee", "succession"},
    {"intake", "erasure"},
    {"findings"},
    {"disclosure"},
    {"evaluation", "first_month"},
    {"reports"},
    {"publishing"},
    {"backup"},
    {"operations"},
    {"watching", "checks"},
    {"access"},
    {"api", "desk", "demo", "tables"},
    {"web"},
    {"cli"},
)
HEIGHT = {name: height for height, rung in enumerate(LADDER) for name in rung}
PUBLIC_READS = {"noticeboard", "log", "money", "periods", "config", "db", "errors", "words"}
PURE = {
    "base64", "calendar", "collections", "dataclasses", "datetime", "enum", "fractions", "functools", "hashlib", "io",
    "itertools", "json", "ledger", "pydantic", "re", "rfc8785", "tomllib", "types", "typing", "unicodedata", "zipfile",
}  # fmt: skip
"""What rules may import: values and what is made of them."""
REACHES_OUT = {"FileIO", "open", "print", "input", "eval", "exec", "compile", "__import__"}
ONLY_IN = {
    "weasyprint": {"ledger/reports/pdf.py"},
    "pandas": {"ledger/reports/frames.py"},
    "vl_convert": {"ledger/reports/charts.py"},
    "jwt": {"ledger/access/tokens.py"},
    "PIL": {"ledger/files/developing.py"},
}
MEETS_FLOATS = {
    "ledger/log/leaf.py",  # refuses them
    "ledger/intake/sheets.py",  # reads the numbers of Excel exactly
    "ledger/intake/register_cells.py",
}
FILES = sorted([*Path("ledger").rglob("*.py"), *Path("public_site").rglob("*.py")])
LEDGER = [file for file in FILES if file.parts[0] == "ledger"]
PURE_TOO = {Path("ledger/log/merkle.py"), Path("ledger/log/leaf.py")}
ASKS_THE_CLOCK = ("ledger/api", "ledger/desk", "ledger/cli", "ledger/access", "ledger/demo", "ledger/web.py")
CLOCK = re.compile(
    r"datetime\.datetime\.(now|today|utcnow)|datetime\.date\.today"
    r"|time\.(time|time_ns|gmtime|localtime|ctime|asctime|strftime)"
    r"|pandas\.(Timestamp|Period)\.(now|today|utcnow)"
    r"|(sqlalchemy|sqlmodel)\.(.+\.)?(now|sysdate|current_(date|time|timestamp)|localtime(stamp)?"
    r"|(clock|statement|transaction)_timestamp)"
)
CLOCK_OF_A_DATABASE = re.compile(
    r"\b(now|sysdate|(clock|statement|transaction)_timestamp)\s*\(\s*\)"
    r"|\bCURRENT_(DATE|TIME|TIMESTAMP)\b|\bLOCALTIME(STAMP)?\b|'now'",
    re.IGNORECASE,
)
NO_NOUNS = {"found", "each", "done", "told"}
GIVEN_BY_WHOEVER_CALLS = {"self", "cls", "session", "community", "place", "by", "at"}
CONSTRUCTS = {"insert", "update", "delete"}
WRITES_OF_A_SESSION = {
    "add_all",
    "merge",
    "flush",
    "commit",
    "rollback",
    "begin",
    "begin_nested",
    "bulk_save_objects",
    "bulk_insert_mappings",
    "bulk_update_mappings",
}
"""What nothing but a session is asked for; a set too is added to."""
WRITTEN_OUT = re.compile(
    r"\b(INSERT\s+(OR\s+\w+\s+)?INTO|REPLACE\s+INTO|MERGE\s+INTO|UPDATE\s+\S+\s+(AS\s+\w+\s+)?SET|DELETE\s+FROM"
    r"|TRUNCATE|(CREATE|ALTER|DROP)\s+(TABLE|VIEW|INDEX|TRIGGER)|COPY\s+\S+.*\bFROM)\s",
    re.IGNORECASE | re.DOTALL,
)


def kind(name: str) -> str:
    """What a module is by its name: the kind of `rules` and of `tariff_rules` is rules."""
    return name.rpartition("_")[2]


def of_kind(wanted: str) -> list[Path]:
    return [file for file in LEDGER if kind(file.stem) == wanted]


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
            if node.module and Path(*node.module.split(".")).is_dir():
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def package(file: Path) -> str:
    return file.parts[1].removesuffix(".py")


def module(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def told(breakers: Iterable[str]) -> str:
    """All that break a rule, a line each; empty when nobody does."""
    return "\n".join(sorted(set(breakers)))


def origins(tree: ast.Module) -> dict[str, str]:
    """Where every name comes from: ``sa`` is ``sqlalchemy``, ``now`` is ``time.time``, and so is what it is given on to."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            known |= {
                alias.asname or alias.name.split(".")[0]: alias.name
                if alias.asname
                else alias.name.split(".")[0]
                for alias in node.names
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            known |= {
                target.id: origin(node.value, known)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
    return known


def origin(node: ast.expr, known: Mapping[str, str]) -> str:
    """The full name of what an expression names: ``dt.datetime.now`` is ``datetime.datetime.now``."""
    first, dot, rest = ast.unparse(node).partition(".")
    return known.get(first, first) + dot + rest


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string with its line, put together where it has gaps; not those that only explain."""
    explaining = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining:
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "gap" for part in node.values),
            )


def asks_the_clock(tree: ast.Module) -> list[int]:
    """The lines that name the clock, called or handed on, of Python or of the database."""
    known = origins(tree)
    named = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute) and CLOCK.fullmatch(origin(node, known))
    ]
    spelt = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and origin(node.func, known).startswith(("sqlalchemy.", "sqlmodel.", "pandas."))
        for given in node.args
        if isinstance(given, ast.Constant) and given.value in ("now", "today")
    ]
    return [*named, *spelt, *(line for line, text in texts(tree) if CLOCK_OF_A_DATABASE.search(text))]


def sessions(tree: ast.Module) -> set[str]:
    """The names that a session goes by: ``session``, whatever is annotated as one, and what a transaction is opened as."""
    annotated = {
        node.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and node.annotation and "Session" in ast.unparse(node.annotation)
    }
    opened = {
        node.optional_vars.id
        for node in ast.walk(tree)
        if isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name)
        if re.search(r"(Session|writing|reading)\(", ast.unparse(node.context_expr))
    }
    return {"session"} | annotated | opened


def stored(tree: ast.Module) -> set[str]:
    """The names that a table goes by beside its class: whatever is assigned a ``table_of`` or a ``__table__``."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and re.search(r"table_of\(|__table__", ast.unparse(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def writes(tree: ast.Module) -> list[str]:
    """What writes to the database, each with its line; what fills a list, a set or a mapping does not."""
    known, held_by, tables = origins(tree), sessions(tree), stored(tree)
    lines = [f"{line}: {text.split()[0]}" for line, text in texts(tree) if WRITTEN_OUT.search(f"{text} ")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            held = origin(node.value, known).rpartition(".")[2] in held_by
            writing = (
                (not isinstance(node.ctx, ast.Load) and ast.unparse(node.value) != "self")
                or node.attr in WRITES_OF_A_SESSION
                or (held and node.attr in {"add", "delete"})
            )
        elif isinstance(node, ast.Call):
            writing = _constructs(node, known, tables)
        else:
            continue
        if writing:
            lines.append(f"{node.lineno}: {ast.unparse(node)}")
    return lines


def _constructs(call: ast.Call, known: Mapping[str, str], tables: set[str]) -> bool:
    """Whether a call makes or runs a statement that writes, or sets what a row holds."""
    source, _, name = origin(call.func, known).rpartition(".")
    if name in {"write_rows", "setattr", "run"}:
        return True
    if name not in CONSTRUCTS:
        return False
    shown = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    of_a_table = shown in tables or re.search(r"table_of\(|__table__|\.query\(", shown)
    bare = isinstance(call.func, ast.Attribute) and not (call.args or call.keywords)
    return bool(of_a_table) or bare or source.split(".")[0] in {"sqlalchemy", "sqlmodel"}


def taken(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The values that a function takes, without what whoever calls it is or holds."""
    named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    spread = [function.args.vararg, function.args.kwarg]
    return [
        argument.arg
        for argument in [*named, *filter(None, spread)]
        if argument.arg not in GIVEN_BY_WHOEVER_CALLS
    ]


def variables(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every variable, parameter and field with its line; what is only imported or called has its name from elsewhere."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Name(id=name, ctx=ast.Store())
                | ast.Attribute(attr=name, ctx=ast.Store())
                | ast.arg(arg=name)
            ):
                yield node.lineno, name
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                yield node.lineno, name
            case ast.MatchMapping(rest=str(name)):
                yield node.lineno, name
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                yield from ((node.lineno, name) for name in names)


def neighbours(file: Path) -> Iterator[str]:
    """The packages that a module imports from beside its own; a module of no package stands for itself."""
    for name in imports(file):
        if name.startswith(("ledger.", "public_site")) and (other := place(name)) != place(module(file)):
            yield other


def inside(folder: Path) -> list[Path]:
    """The packages inside a package."""
    return sorted(file.parent for file in folder.glob("*/__init__.py"))


def place(name: str) -> str:
    """The package that a module or a name in it is of; actions beside packages stand for themselves: they may need them."""
    path = Path(*name.split("."))
    while not path.is_dir() and not path.with_suffix(".py").exists():
        path = path.parent
    alone = path.parent == Path("ledger") or (kind(path.stem) == "actions" and inside(path.parent))
    if path.with_suffix(".py").exists() and not alone:
        path = path.parent
    return ".".join(path.parts)


def test_imports_go_down_the_ladder():
    assert not told(
        f"{file} may not import {name}"
        for file in LEDGER
        if file != Path("ledger/__init__.py")
        for name in imports(file)
        if name.startswith("ledger.") and name.split(".")[1] != package(file)
        if HEIGHT[name.split(".")[1]] >= HEIGHT[package(file)]
    )


def test_no_two_packages_import_each_other():
    """Not by a detour either, and not a package and one inside it."""
    order: dict[str, set[str]] = defaultdict(set)
    for file in FILES:
        order[place(module(file))].update(neighbours(file))
    try:
        TopologicalSorter(order).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_the_public_door_reads_notices_and_the_log_and_nothing_else():
    assert not told(
        f"{file} may not import {name}"
        for file in FILES
        if file.parts[0] == "public_site"
        for name in imports(file)
        if name.startswith("ledger.")
        if name.split(".")[1] not in PUBLIC_READS or kind(name.split(".")[-1]) == "actions"
    )


VALUES = {
    "ledger.errors", "ledger.fields", "ledger.money", "ledger.periods", "ledger.progress", "ledger.words",
    "ledger.log.leaf", "ledger.log.merkle", "ledger.log.note", "ledger.reports.words",
    "ledger.fund.statements_01_02_03", "ledger.intake.lines", "ledger.intake.marks", "ledger.intake.oddities", "ledger.intake.sheets", "ledger.intake.register_cells",
    "ledger.intake.register_checks", "ledger.intake.register_layout", "ledger.intake.register_changes_layout",
    "ledger.intake.workbooks.layout", "ledger.intake.reconciliation.span",
}  # fmt: skip
"""Modules of no kind that hold values and what is made of them."""
READ = VALUES | {
    "ledger.findings.identities", "ledger.intake.register_reading", "ledger.intake.register_workbook",
    "ledger.intake.statement",
}  # fmt: skip
"""Modules of no kind that read as well."""
OF_THE_DATABASE = {"Page", "Prepared", "Texts", "among", "select_columns", "table_of", "unread"}
"""What queries ask of ``ledger.db``."""
CHANGES_A_ROW = {"__setattr__", "sqlmodel_update"}


def modules(file: Path) -> Iterator[str]:
    """The modules of the ledger that a file imports from, without the packages that lead there."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ledger":
            leads = Path(*str(node.module).split(".")).is_dir()
            yield from (f"{node.module}.{alias.name}" if leads else str(node.module) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "ledger")


def test_rules_touch_nothing_outside_themselves():
    assert not told(
        f"{file} may not import {name}"
        for file in [*of_kind("rules"), *PURE_TOO]
        for name in imports(file)
        if name.split(".")[0] not in PURE
    )
    assert not told(
        f"{file} may not import {name}"
        for file in [*of_kind("rules"), *PURE_TOO]
        for name in modules(file)
        if kind(name.split(".")[-1]) != "rules" and name not in VALUES
    )


def test_queries_ask_queries_rules_tables_and_values_alone():
    assert not told(
        f"{file} may not import {name}"
        for file in of_kind("queries")
        for name in modules(file)
        if kind(name.split(".")[-1]) not in {"rules", "queries", "tables"}
        and name not in READ | {"ledger.db"}
    )
    assert not told(
        f"{file} may not import {alias.name} of ledger.db"
        for file in of_kind("queries")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ImportFrom) and node.module == "ledger.db"
        for alias in node.names
        if alias.name not in OF_THE_DATABASE
    )


def test_a_session_is_called_so_and_what_changes_a_row_is_not_called_in_queries():
    """Else a write by another name would not be seen."""
    assert not told(
        f"{file}:{node.lineno}"
        for file in of_kind("queries")
        for node in ast.walk(parsed(file))
        if (isinstance(node, ast.ImportFrom) and any(a.name == "Session" and a.asname for a in node.names))
        or (isinstance(node, ast.Attribute) and node.attr in CHANGES_A_ROW)
        or (isinstance(node, ast.Attribute) and node.attr in {"Insert", "Update", "Delete"})
        or (
            isinstance(node, ast.ImportFrom) and {a.name for a in node.names} & {"Insert", "Update", "Delete"}
        )
    )


def test_modules_are_imported_by_name_where_they_are_used():
    """What is imported by a text climbs the ladder unseen; the commands alone are looked up, one at a time."""
    assert not told(
        f"{file}:{node.lineno}"
        for file in LEDGER
        if file != Path("ledger/cli/commands.py")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {alias.name for alias in node.names} & {"importlib", "import_module", "runpy"}
    )


def test_rules_call_nothing_that_reaches_outside():
    assert not told(
        f"{file}:{node.lineno} calls {ast.unparse(node.func)}"
        for file in [*of_kind("rules"), *PURE_TOO]
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in REACHES_OUT
        if not ast.unparse(node.func).startswith("re.")
    )


def test_a_module_is_imported_by_its_whole_name():
    """Else the ladder does not see it."""
    assert not told(
        f"{file}:{node.lineno}"
        for file in FILES
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ImportFrom) and node.level
    )


def test_every_rung_of_the_ladder_is_there():
    assert {*HEIGHT} == {package(file) for file in LEDGER} - {"__init__"}


def test_heavy_libraries_are_imported_in_one_place():
    assert not told(
        f"{file} may not import {name}"
        for file in FILES
        for name in imports(file)
        if file.as_posix() not in ONLY_IN.get(name.split(".")[0], {file.as_posix()})
    )


def test_a_package_inside_another_has_tables_or_several_kinds_of_file():
    """Else it is a file of the other, whose name ends in its kind; what holds no module at all is a folder of data."""
    kinds = {
        folder: {kind(file.stem) for file in folder.glob("[!_]*.py")}
        for parent in sorted({file.parent for file in LEDGER} - {Path("ledger")})
        for folder in inside(parent)
    }
    assert not told(
        f"{folder} holds {only} only"
        for folder, held in kinds.items()
        if len(held) == 1
        for only in held - {"tables"}
    )


def test_what_is_stored_is_declared_in_tables():
    assert not told(
        f"{file}:{node.lineno} declares {node.name}"
        for file in FILES
        if kind(file.stem) != "tables"
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ClassDef) and any(word.arg == "table" for word in node.keywords)
    )


def test_actions_never_commit():
    assert not told(
        f"{file}:{node.lineno} names {node.attr}"
        for file in of_kind("actions")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback", "begin"}
    )


def test_queries_never_write():
    assert not told(f"{file}:{line}" for file in of_kind("queries") for line in writes(parsed(file)))


def test_queries_know_no_action():
    assert not told(
        f"{file} may not import {name}"
        for file in of_kind("queries")
        for name in imports(file)
        if name.startswith("ledger.") and kind(name.split(".")[-1]) == "actions"
    )


@pytest.mark.parametrize(
    "written",
    [
        "session.add(row)",
        "session.add_all(rows)",
        "session.merge(row)",
        "session.delete(row)",
        "session.flush()",
        "session.commit()",
        "def f(db: Session): db.add(row)",
        "from sqlalchemy import insert\nsession.execute(insert(Entry))",
        "from sqlmodel import update as change\nsession.exec(change(Entry).values(no=1))",
        "import sqlalchemy as sa\nsession.execute(sa.delete(Entry))",
        "from sqlalchemy.dialects.postgresql import insert\ninsert(Entry)",
        "session.connection().execute(table_of(Entry).insert(), rows)",
        "table = table_of(Entry)\nsession.execute(table.update())",
        "from ledger.db import write_rows\nwrite_rows(session, Entry, rows)",
        "from ledger import db\ndb.write_rows(session, Entry, rows)",
        "_MOVE_HEAD.run(session, rows)",
        "session.execute(text('delete from entry'))",
        "call.session.add(row)",
        "self.session.delete(row)",
        "s = session\ns.add(row)",
        "s = call.session\ns.add(row)",
        "keep = session.add\nkeep(row)",
        "with database.writing() as s: s.add(row)",
        "session.query(Entry).delete()",
        "session.query(Entry).update({'no': 1})",
        "Entry.__table__.insert()",
        "session.execute(Entry.__table__.update().values(no=1))",
        "table = Entry.__table__\ntable.insert().values(rows)",
        "SQLModel.metadata.tables['entry'].delete()",
        "from sqlalchemy import sql\nsql.insert(Entry)",
        "statement.run(session, rows)",
        "from ledger.fund.queries import MOVE\nMOVE.run(session, rows)",
        "run = _MOVE_HEAD.run\nrun(session, rows)",
        "row.state = State.DONE",
        "row.paid_fen += 1",
        "first.state, other.state = State.DONE, State.DONE",
        "setattr(row, 'state', State.DONE)",
        "session.execute(text('TRUNCATE entry'))",
        "session.execute(text('WITH old AS (SELECT 1) INSERT INTO entry SELECT * FROM old'))",
        "session.execute(text('WITH gone AS (DELETE FROM entry RETURNING *) SELECT * FROM gone'))",
        "session.execute(text('SELECT 1; UPDATE entry SET no = 1'))",
        "session.execute(text('INSERT OR REPLACE INTO entry VALUES (1)'))",
        "session.execute(text(f'UPDATE {table} SET no = 1'))",
        "session.execute(text('drop table entry'))",
    ],
)
def test_a_write_is_seen_in_any_form(written):
    assert writes(ast.parse(written))


@pytest.mark.parametrize(
    "read",
    [
        "totals[source].update(received=borne)",
        "seen.setdefault(payer, set()).add(home)",
        "found.insert(0, row)",
        "session.get(Entry, no)",
        "_READ_HEAD.ask(session, values)",
        "from ledger.log.leaf import commit\ncommit(leaf, salt)",
        "'Update of what was found.'",
        "'Truncate nothing, update the set: that is delete from of old.'",
        "row['state'] = State.DONE",
        "self.state = state",
        "select(Share).where(Share.run == run)",
        "text('SELECT updated FROM entry WHERE note = :deleted')",
    ],
)
def test_a_read_is_not_taken_for_a_write(read):
    assert not writes(ast.parse(read))


def test_the_clock_is_asked_at_the_doors_only():
    assert not told(
        f"{file}:{line}"
        for file in FILES
        if not any(file.is_relative_to(door) for door in ASKS_THE_CLOCK)
        for line in asks_the_clock(parsed(file))
    )


@pytest.mark.parametrize(
    "asked",
    [
        "from datetime import UTC, datetime\ndatetime.now(UTC)",
        "from datetime import date\ndate.today()",
        "import datetime as dt\ndt.datetime.utcnow()",
        "import time\ntime.time()",
        "from time import time as instant\ninstant()",
        "from datetime import datetime\nfield(default_factory=datetime.now)",
        "from sqlalchemy import func\nselect(func.now())",
        "from sqlalchemy.sql import func\nselect(func.now())",
        "from sqlalchemy.sql.functions import now\nselect(now())",
        "import sqlalchemy as sa\nsa.func.current_date()",
        "from sqlmodel import func\nfunc.current_timestamp()",
        "from sqlalchemy import func\nfunc.clock_timestamp()",
        "from sqlalchemy import func\nfunc.date('now')",
        "session.execute(text('SELECT now()'))",
        "session.execute(text('SELECT * FROM entry WHERE booked_on < current_date'))",
        "Column(server_default=text('CURRENT_TIMESTAMP'))",
        "session.execute(text(\"SELECT datetime('now')\"))",
        "import pandas as pd\npd.Timestamp.now()",
        "import pandas as pd\npd.to_datetime('now')",
        "import time as t\nt.time()",
        "clock = datetime.now\nfrom datetime import datetime",
        "from datetime import datetime\nkind = datetime\nkind.now()",
    ],
)
def test_the_clock_is_seen_in_any_form(asked):
    assert asks_the_clock(ast.parse(asked))


@pytest.mark.parametrize(
    "read",
    [
        "def f(at: datetime): return at.date()",
        "from datetime import date\ndate(2026, 7, 1)",
        "'It is asked now() at the doors.'",
        "text('SELECT known FROM entry WHERE posted_at < :now')",
        "word = 'now'",
    ],
)
def test_a_day_that_is_given_is_not_taken_for_the_clock(read):
    assert not asks_the_clock(ast.parse(read))


def test_every_action_says_who_and_when():
    assert not told(
        f"{file}: {name}"
        for file in of_kind("actions")
        if package(file) != "log"
        for name, action in inspect.getmembers(import_module(module(file)), inspect.isfunction)
        if action.__module__ == module(file)
        and not name.startswith("_")
        and name != "replay"  # which only reads
        if not {"by", "at"} <= set(inspect.signature(action).parameters)
    )


def test_a_function_takes_at_most_six_values():
    """Beside where and when it is done and by whom; more of them are one thing, which has a name."""
    assert not told(
        f"{file}:{node.lineno} {node.name} takes {len(values)}"
        for file in FILES
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if len(values := taken(node)) > 6
    )


@pytest.mark.parametrize(
    ("signature", "values"),
    [
        ("session, community, code, *, by, at", ["code"]),
        ("self, a, /, b, *, c=1", ["a", "b", "c"]),
        ("place, *rest, **more", ["rest", "more"]),
    ],
)
def test_a_value_is_counted_wherever_it_stands(signature, values):
    [function] = ast.parse(f"def f({signature}): ...").body
    assert taken(function) == values


def test_a_variable_carries_a_noun():
    sources = [*FILES, *Path("bench").rglob("*.py"), *Path("tests").rglob("*.py")]
    assert not told(
        f"{file}:{line} calls something {name}"
        for file in sources
        for line, name in variables(parsed(file))
        if name in NO_NOUNS
    )


@pytest.mark.parametrize(
    "written",
    [
        "found = 1",
        "first, (found, *rest) = pair",
        "[*found] = rows",
        "found += 1",
        "found: int = 1",
        "class Answer:\n    found: int",
        "self.found = 1",
        "for found in rows: pass",
        "for no, found in enumerate(rows): pass",
        "with database.reading() as found: pass",
        "try: pass\nexcept KeyError as found: pass",
        "if found := ask(): pass",
        "[found for found in rows]",
        "{no: found for no, found in rows}",
        "def f(found): ...",
        "def f(*found): ...",
        "def f(*, at, found=1): ...",
        "def f(**found): ...",
        "lambda found: 1",
        "def f():\n    global found",
        "match row:\n    case [*found]: pass",
        "match row:\n    case {'no': 1, **found}: pass",
        "match row:\n    case Entry() as found: pass",
    ],
)
def test_a_variable_is_seen_in_any_form(written):
    assert "found" in {name for _, name in variables(ast.parse(written))}


@pytest.mark.parametrize(
    "written",
    ["def found(): ...", "from ledger.words import told as found", "row.found", "f(found=1)", "'found'"],
)
def test_the_name_of_a_function_is_not_taken_for_a_variable(written):
    assert "found" not in {name for _, name in variables(ast.parse(written))}


def family(parent: type[LedgerError]) -> Iterator[type[LedgerError]]:
    for child in parent.__subclasses__():
        yield child
        yield from family(child)


def every_refusal() -> list[type[LedgerError]]:
    for file in LEDGER:
        if file.name != "__main__.py":
            import_module(module(file))
    return list(family(LedgerError))


def test_every_refusal_has_a_code_and_words_of_its_own():
    kinds = every_refusal()
    codes = [refusal.code for refusal in kinds]

    assert len(codes) == len(set(codes))
    assert not told(
        f"{refusal} has no {word}" for refusal in kinds for word in ("zh", "en") if word not in vars(refusal)
    )


def test_both_languages_of_a_refusal_tell_the_same_facts():
    facts = re.compile(r"\{(\w+)")
    assert not told(
        str(refusal)
        for refusal in every_refusal()
        if {name.removesuffix("_zh") for name in facts.findall(refusal.zh)}
        != {name.removesuffix("_en") for name in facts.findall(refusal.en)}
    )


def test_no_file_is_a_drawer():
    drawers = {"utils", "helpers", "common", "misc", "base", "manager", "constants", "services"}
    assert not told(str(file) for file in FILES if file.stem in drawers)


def test_no_float_comes_near_money():
    assert not told(
        f"{file}:{node.lineno}"
        for file in FILES
        if file.parts[1] not in {"reports", "demo"} and file.as_posix() not in MEETS_FLOATS
        for node in ast.walk(parsed(file))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    )


def test_an_amount_is_divided_as_a_fraction_only():
    assert not told(
        f"{file}:{node.lineno} {ast.unparse(node)}"
        for file in FILES
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        if "fen" in ast.unparse(node) and "Fraction" not in ast.unparse(node)
    )


def test_nothing_reads_outside_the_project():
    sources = [*FILES, *Path("tests").rglob("*.py"), *Path("migrations").rglob("*.py")]
    assert not told(
        str(file)
        for file in sources
        if file != Path(__file__).relative_to(Path.cwd()) and "../shared" in file.read_text("utf-8")
    )


def test_every_folder_of_modules_is_a_package():
    """Else what is installed lacks it. What stands under static is handed to readers, not imported."""
    folders = {file.parent for file in FILES if "static" not in file.parts}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_row_of_the_corrections_is_held_by_a_test_named_for_it():
    rows = re.findall(r"^\| ([A-G]\d+) \|", Path("docs/corrections.md").read_text("utf-8"), re.MULTILINE)
    named = {
        row.upper()
        for file in Path("tests").rglob("test_*.py")
        for names in re.findall(r"^def test_((?:[a-g]\d+_)+)", file.read_text("utf-8"), re.MULTILINE)
        for row in names.rstrip("_").split("_")
    }
    assert sorted(named) == sorted(rows)
