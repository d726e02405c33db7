"""Operations: what does not look right."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
