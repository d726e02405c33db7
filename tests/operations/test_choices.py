"""What names something that is there is chosen, not typed: by its day, its amount and its words."""

from datetime import date

import pytest

from ledger.community.role_rules import FUND_USES
from ledger.community.tables import Works
from ledger.fees.payment_actions import Slip, take_payment
from ledger.fund.returns.actions import ask_refund
from ledger.money import Fen
from ledger.operations.choices import OF, deposits_left, fee_receipts, unmatched_entries
from ledger.operations.operation import Operation
from ledger.operations.registry import OPERATION_OF, OPERATIONS
from ledger.operations.shapes import Shape, fields_of
from ledger.votes.rules import Matter
from tests.cast import MEI, NOON
from tests.factories import a_deposit, a_home, a_package, an_account
from tests.intake.test_reconciliation import ONE, PLACE, TWO, a_fund, read
from tests.votes.asking import NO, a_motion, a_place, a_result

THERE = frozenset({"entry", "receipt", "no", "numbers", "replaces", *OF})
"""The names of what a request may only name because it is there."""
DECIDED = frozenset({"motion", "preauthorised"})
"""The names of votes: each action rests on those on a matter of its own, so each has its own choices."""


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
        if name in THERE - (OF.keys() - DECIDED) and not (operation.on and name in operation.on.variables)
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


def offered(session, work: str, name: str) -> list[str]:
    choices = OPERATION_OF[f"POST {work}"].fields[name].choices
    assert choices
    return [choice.value for choice in choices(session, PLACE, NOON.date())]


@pytest.mark.parametrize(
    ("work", "name", "accepted"),
    [
        ("/revenue/shares", "motion", {"O-1"}),
        ("/revenue/uses", "motion", {"O-1"}),
        ("/revenue/contracts/<path:contract>/deposit/forfeiture", "motion", {"O-1"}),
        ("/fees/budgets/<int:year>", "motion", {"O-1"}),
        ("/services/<path:number>/notice", "motion", {"F-1"}),
        ("/services", "motion", {"F-1"}),
        ("/gains/bonds", "motion", {"B-1"}),
        ("/tickets/<int:no>/project", "preauthorised", {"fund-collective/2026"}),
    ],
)
def test_a_vote_is_offered_where_it_passed_on_the_matter_that_the_action_asks_for(
    session, work, name, accepted
):
    a_place(session)
    for code, matter in (
        ("O-1", Matter.OTHER),
        ("F-1", Matter.FIRM),
        ("B-1", Matter.USE_FUND),
        ("fund/stairs", Matter.USE_FUND),
        ("fund-collective/2026", Matter.USE_FUND),
    ):
        a_result(session, matter, code=code)
        a_result(session, matter, NO, code=f"{code}-lost")
        a_motion(session, matter=matter, code=f"{code}-open")

    assert set(offered(session, work, name)) == accepted


def test_what_the_fund_repaired_is_offered_for_no_package_of_a_renovation(session):
    a_place(session)
    a_package(session, accepted_on=NOON.date())
    session.add(Works(community=PLACE, code=FUND_USES, name="维修资金项目"))
    session.flush()

    assert offered(session, "/works/packages", "works") == ["2022"]


def test_a_code_that_is_given_or_copied_from_a_paper_is_asked_for_with_an_example_or_a_rule():
    bare = [
        (operation.path, name)
        for operation in OPERATIONS
        for name, asking in fields_of(operation.model).items()
        if name in ("code", "number", "voucher", "receipt_no") and asking.shape.kind == "text"
        if not (operation.on and name in operation.on.variables)
        if name not in operation.fields or not operation.fields[name].hint
    ]

    assert bare == []


def test_a_deposit_is_offered_by_its_receipt_while_something_of_it_is_left(session):
    a_fund(session)
    a_deposit(session, {ONE: 500_00}, on=date(2026, 7, 2))
    [whole] = deposits_left(session, PLACE, NOON.date())
    assert "500.00 元" in whole.in_("zh")

    ask_refund(session, PLACE, "TK-1", whole.value, Fen(200_00), reason="多交", by=MEI, at=NOON)
    [rest] = deposits_left(session, PLACE, NOON.date())
    assert "300.00 yuan" in rest.in_("en")

    ask_refund(session, PLACE, "TK-2", whole.value, Fen(300_00), reason="多交", by=MEI, at=NOON)
    assert deposits_left(session, PLACE, NOON.date()) == []
