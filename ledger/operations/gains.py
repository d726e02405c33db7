"""Operations: interest and bonds of the fund."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
