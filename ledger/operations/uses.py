"""Operations: uses of the fund, from plan to archive."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
