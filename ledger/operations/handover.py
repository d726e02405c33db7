"""Operations: service contracts and hand-overs."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
