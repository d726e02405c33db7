"""Operations: contracts on common parts, receipts, costs, sites."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
