"""Operations: what public revenue is used for, deposits of tenants."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
