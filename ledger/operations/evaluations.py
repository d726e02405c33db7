"""Operations: the score of the property firm."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
