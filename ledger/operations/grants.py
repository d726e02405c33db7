"""Operations: sources and plans of the works money."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
