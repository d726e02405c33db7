"""Operations: what residents and donors give to the works."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
