"""Operations: what is owed, demanded, disputed and awarded."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
