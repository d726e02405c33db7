"""Operations: bank and wallet files, and what people do with their lines."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
