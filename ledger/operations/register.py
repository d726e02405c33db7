"""Operations: communities and homes."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
