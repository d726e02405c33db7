"""Operations: disclosures, from preparation to publication."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
