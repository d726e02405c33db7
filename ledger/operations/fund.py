"""Operations: deposits, and the ledgers of homes and buildings."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
