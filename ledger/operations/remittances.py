"""Operations: what public revenue owes the fund."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
