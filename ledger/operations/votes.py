"""Operations: votes of the owners."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
