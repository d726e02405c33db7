"""What names something that is there is chosen, not typed: by its day, its amount and its words."""

from datetime import date

from ledger.fees.payment_actions import Slip, take_payment
from ledger.operations.choices import OF, fee_receipts, unmatched_entries
from ledger.operations.operation import Operation
from ledger.operations.registry import OPERATIONS
from ledger.operations.shapes import Shape, fields_of
from tests.cast import MEI, NOON
from tests.factories import a_deposit, a_home, an_account
from tests.intake.test_reconciliation import ONE, PLACE, TWO, a_fund, read

THERE = frozenset({"entry", "receipt", "no", "numbers", "replaces", *OF})
"""The names of what a request may only name because it is there."""


def asked(operation: Operation):
    """Every value that is asked for by name, also inside of objects and lists, with its shape."""

    def inside(name: str, shape: Shape):
        while shape.kind == "list":
            shape = shape.of
        if shape.kind == "object":
            for part, asking in shape.of.items():
                yield from inside(part, asking.shape)
        elif shape.kind in ("text", "number"):
            yield name

    for name, asking in fields_of(operation.model).items():
        yield from inside(name, asking.shape)


def test_what_has_to_be_there_is_chosen():
    typed = [
        (operation.path, name)
        for operation in OPERATIONS
        for name in asked(operation)
        if name in THERE and name not in OF and not (operation.on and name in operation.on.variables)
        if not (name in operation.fields and operation.fields[name].choices)
    ]

    assert typed == []


def test_an_entry_that_no_line_stands_for_is_offered_by_its_day_and_amount(session):
    a_fund(session)
    a_home(session, TWO)
    a_deposit(session, {ONE: 500_00, TWO: 300_00}, on=date(2026, 7, 2))
    assert unmatched_entries(session, PLACE, NOON.date()) == []
    read(session, ("2026-07-02", "500.00", "甲"), into="fund")

    [offered] = unmatched_entries(session, PLACE, NOON.date())

    assert "2026年7月2日 · 800.00 元" in offered.in_("zh")
    assert f"第 {offered.value} 号凭证" in offered.in_("zh")
    assert "2 July 2026 · 800.00 yuan" in offered.in_("en")


def test_a_receipt_that_stands_is_offered_for_its_own_home(session):
    a_fund(session)
    a_home(session, TWO)
    an_account(session)
    for reference, home in (("7-1", ONE), ("7-2", TWO)):
        take_payment(session, PLACE, Slip(reference, home, 100_00, date(2026, 7, 2)), by=MEI, at=NOON)

    assert [receipt.whose for receipt in fee_receipts(session, PLACE, NOON.date())] == [TWO, ONE]
