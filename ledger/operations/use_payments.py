"""Operations: payments of a use, retention money, cash shares."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
