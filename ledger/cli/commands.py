"""Every command, gathered."""

from ledger.cli import documents, files, months, running
from ledger.cli.office import main

__all__ = ["documents", "files", "main", "months", "running"]
