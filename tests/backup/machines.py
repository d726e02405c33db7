"""A machine of an installation: its home, its database, its command line, and what everybody reads of it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import select, text

from ledger.cli.commands import main
from ledger.config import Config
from ledger.db import Database
from ledger.journal.fsck import problems
from ledger.log.queries import HEAD, head_in
from ledger.log.signer import Signer
from ledger.web import create_app

PASSPHRASE = "correct horse battery staple"
LINK = re.compile(r'(?:href|src)="(/[^"#?]*)')


class Machine:
    """One home and one database, which may not be there yet."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.home = folder / "home"
        folder.mkdir(exist_ok=True)
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(f"{PASSPHRASE}\n")
        self.env = {"LEDGER_HOME": str(self.home), "LEDGER_DATABASE_URL": url, "LEDGER_HOST": "test.example"}

    def __call__(self, *words: object, expect: int = 0) -> Result:
        """Do a command; what it raises and does not tell is a failure of the test."""
        result = CliRunner().invoke(main, self.typed(*words), env=self.env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == expect, f"{words}: {result.exit_code}\n{result.output}"
        return result

    def typed(self, *words: object) -> list[str]:
        """A command as it is typed, with the passphrase where it is asked for."""
        sealed = words[0] in ("backup", "restore") and "--passphrase-file" not in words
        more = ("--passphrase-file", self.passphrase) if sealed else ()
        return ["--json", *(str(word) for word in (*words, *more))]

    def tells(self, *words: object) -> dict[str, Any]:
        """What a command says last."""
        return json.loads(self(*words).stdout.splitlines()[-1])

    def refuses(self, *words: object) -> str:
        """What a command that is refused says, in both languages; it says nothing else."""
        result = self(*words, expect=1)
        zh, en = result.stderr.splitlines()
        assert result.stdout == ""
        assert not zh.isascii()
        return en

    def backup(self) -> Path:
        """Where a new backup is; each in a folder of its own, for two may be taken in a second."""
        into = self.folder / f"backups-{len(list(self.folder.glob('backups-*')))}"
        return Path(self.tells("backup", into)["directory"])

    @property
    def config(self) -> Config:
        return Config.from_env(self.env)

    @contextmanager
    def database(self) -> Iterator[Database]:
        database = Database(self.url)
        yield database
        database.close()

    def heads(self) -> dict[str, tuple[int, str]]:
        """Every log's size and root as the database tells them."""
        with self.database() as database, database.reading() as session:
            heads = [head_in(row) for row in session.execute(select(*HEAD))]
        return {head.origin: (head.tree_size, head.root.hex()) for head in heads}

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.database() as database, database.reading() as session:
            return [tuple(row) for row in session.connection().execute(text(query))]

    def problems(self, community: str = "meiyuan") -> list[str]:
        """What fsck finds."""
        with self.database() as database, database.reading() as session:
            return [str(problem) for problem in problems(session, community, Signer(self.home / "keys"))]

    def pages(self) -> dict[str, tuple[int, bytes]]:
        """Everything that leads from the public board, by its address."""
        app = create_app(self.config)
        client = app.test_client()
        read: dict[str, tuple[int, bytes]] = {}
        waiting = ["/"]
        while waiting:
            address = waiting.pop()
            if address in read or address.startswith("/desk"):
                continue
            answer = client.get(address)
            read[address] = (answer.status_code, answer.data)
            if answer.mimetype == "text/html":
                waiting += LINK.findall(answer.text)
        app.extensions["database"].close()
        return read

    def files(self) -> dict[str, str]:
        """Every file of the home and beside it but the backups, by its digest; and what PostgreSQL has."""
        there = {
            str(file.relative_to(self.folder)): sha256(file.read_bytes()).hexdigest()
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and not file.relative_to(self.folder).parts[0].startswith("backups")
        }
        if self.url.startswith("postgresql"):
            with self.database() as database, database.reading() as session:
                query = "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema !~ '^pg_|^information'"
                there |= {name: "" for (name,) in session.connection().execute(text(query))}
        return there
