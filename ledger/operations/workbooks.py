"""Operations: the office workbook."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
