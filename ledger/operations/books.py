"""Operations: books, entries, month ends, documents."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
