"""Operations: filling the fund up again."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
