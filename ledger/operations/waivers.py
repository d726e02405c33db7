"""Operations: waivers and refunds."""

from ledger.operations.operation import Declared

DECLARED: tuple[Declared, ...] = ()
