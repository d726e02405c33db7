"""Operations: contracts, bills and defects of the works."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
