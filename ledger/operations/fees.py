"""Operations: the fee's prices, terms, charges, payments and homes."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
