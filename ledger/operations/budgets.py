"""Operations: budgets, costs, remuneration and modes of management."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
