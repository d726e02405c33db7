"""Operations: approved accounts and reconciliations."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
