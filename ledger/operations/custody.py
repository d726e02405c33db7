"""Operations: who keeps the fund, and what goes back."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
