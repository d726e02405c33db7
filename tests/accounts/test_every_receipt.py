"""No action takes money into an account that nobody approved; and no action that could take money is left out here."""

import ast
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import update
from sqlmodel import col, func, select

from ledger.accounts.rules import AccountNotApproved
from ledger.accounts.tables import ApprovedAccount
from ledger.fees.payment_actions import Slip, correct_payment, take_payment
from ledger.fund.gains.actions import credit_interest, credit_other
from ledger.fund.gains.rules import Source
from ledger.journal.tables import Account, Entry, Movement
from ledger.revenue.deposit_actions import take_deposit
from ledger.revenue.receipt_actions import receive_other
from ledger.revenue.rules import Category
from ledger.revenue.uses.rules import Use
from tests.cast import MEI, NOON
from tests.community import databases
from tests.factories import a_deposit
from tests.fees import homes as fees
from tests.fund import test_payments as shares
from tests.fund.bonds import test_bonds as bonds
from tests.fund.custody import test_custody as custody
from tests.fund.topups import test_actions as topups
from tests.fund.uses import A101, PLACE, a_place
from tests.grants import renovation, test_contributions, test_donations, test_safety
from tests.revenue import owners, test_uses

shared, session = databases.shared, databases.session
DAY = date(2026, 7, 9)
WHO: dict[str, Any] = {"by": MEI, "at": NOON}


def a_fee(session, into="bank"):
    fees.three_homes(session)
    return lambda: fees.pay(session, fees.a_payment(fees.ONE, 36_00, into=into))


def a_slip(session):
    fees.three_homes(session)
    slip = Slip("7-1", fees.ONE, 36_00, fees.a_payment(fees.ONE, 36_00).on)
    return lambda: take_payment(session, fees.PLACE, slip, by=MEI, at=NOON)


def a_slip_put_right(session):
    wrong = a_slip(session)()
    right = Slip("7-2", fees.ONE, 40_00, fees.a_payment(fees.ONE, 40_00).on)

    def put_right():
        with session.begin_nested():
            correct_payment(session, fees.PLACE, wrong.no, right, reason="金额写错", by=MEI, at=NOON)

    return put_right


def a_deposit_of_a_home(session):
    a_place(session)
    return lambda: a_deposit(session, {A101: 100_00}, on=DAY)


def a_topup(session):
    topups.a_place(session)
    topups.planned(session)
    topups.voted(session)
    return lambda: topups.paid(session, topups.receipt("S-1"))


def a_cash_share(session):
    shares.a_use_with_shortfalls(session)
    return lambda: shares.received(session, A101, 100_00)


def a_bond_that_matured(session):
    bonds.a_rich_place(session)
    bonds.consented(session)
    bonds.planned(session)
    bonds.bought(session)
    return lambda: bonds.ended(session)


def interest(session):
    a_place(session)
    return lambda: credit_interest(session, PLACE, 12_34, DAY, key="interest", **WHO)


def other_income(session):
    a_place(session)
    details = {"voucher_no": "1", "what": "旧水泵"}
    return lambda: credit_other(session, PLACE, Source.SCRAP, 5_00, DAY, **details, **WHO)


def a_fund_that_changes_its_keeper(session):
    custody.a_rich_place(session)
    custody.noticed(session)
    custody.released(session)
    return lambda: custody.taken(session)


def rent(session):
    owners.a_let_place(session)
    return lambda: owners.receipt(session, 100_00)


def without_a_contract(session, category):
    owners.owners_place(session)
    return lambda: receive_other(session, PLACE, category, 5_00, DAY, reference="other", **WHO)


def a_deposit_left(session):
    owners.a_let_place(session)
    return lambda: take_deposit(session, PLACE, "GY-1", 50_00, DAY, reference="left", **WHO)


def the_funds_share(session):
    owners.a_let_place(session)
    owners.receipt(session, 1_000_00)
    return lambda: owners.remit(session)


def a_use(session, kind):
    test_uses.a_rich_place(session)
    test_uses.ask(session, kind=kind)
    return lambda: test_uses.release(session)


def works_money(session):
    renovation.a_renovation(session)
    return lambda: renovation.come_in(session, renovation.STATE, 100_00)


def a_contribution(session):
    renovation.a_renovation(session)
    test_contributions.a_levy(session)
    return lambda: test_contributions.pays(session, test_contributions.HOMES[0], 1_00)


def a_donation(session):
    test_donations.a_fund(session)
    return lambda: test_donations.gives(session, "benches", 100_00, "J-1")


def a_public_account(session):
    test_safety.a_safe_place(session)
    return lambda: test_safety.granted(session)


Ready = Callable[[], object]
TAKING: list[tuple[str, Callable[[Any], Ready]]] = [
    ("fees.payment_actions.receive", a_fee),
    ("fees.payment_actions.receive", lambda session: a_fee(session, "wallet")),
    ("fees.payment_actions.take_payment", a_slip),
    ("fees.payment_actions.correct_payment", a_slip_put_right),
    ("fund.deposit", a_deposit_of_a_home),
    ("fund.topups.receive_topups", a_topup),
    ("fund.uses.contributions.receive_share", a_cash_share),
    ("fund.bonds.end_bond", a_bond_that_matured),
    ("fund.gains.credit_interest", interest),
    ("fund.gains.credit_other", other_income),
    ("fund.custody.take_over_fund", a_fund_that_changes_its_keeper),
    ("revenue.receipt_actions.receive", rent),
    ("revenue.receipt_actions.receive_other", lambda session: without_a_contract(session, Category.INTEREST)),
    ("revenue.receipt_actions.receive_other", lambda session: without_a_contract(session, Category.SCRAP)),
    ("revenue.deposit_actions.take_deposit", a_deposit_left),
    ("revenue.remittance.remit", the_funds_share),
    ("revenue.uses.release_use", lambda session: a_use(session, Use.FUND)),
    ("revenue.uses.release_use", lambda session: a_use(session, Use.OFFSET)),
    ("grants.receive", works_money),
    ("grants.contributions.take_contributions", a_contribution),
    ("grants.donations.take_donation", a_donation),
    ("grants.safety.take_safety_grant", a_public_account),
]
"""Actions that take money in, each with what makes it ready to be done."""

ASKS_NOBODY = {
    "fees.charge_actions.charge_month": "what is charged becomes owed, no money moves",
    "fees.opening_actions.bring_over": "the money came in before this ledger began",
    "intake.workbooks.import_workbook": "what it posts itself is opening balances",
    "fees.payment_actions.resolve_suspense": "out of suspense: the money came in before",
    "fees.waivers.clear_withdrawn": "what was let off is booked away, no money moves",
    "fees.prepaid.settle": "out of prepayments",
    "fund.bonds.buy_bond": "the fund's own money becomes a bond",
    "fund.custody.release_fund": "money goes out",
    "fund.succession_actions.pass_parts": "from one home of the fund to another, no money moves",
    "fund.returns.declare_loss": "what is due becomes a debt, no money moves",
    "revenue.close_year": "income and expenditure into the surplus",
    "intake.settlement_actions.settle": "what the wallet holds goes to the bank; the lines were approved when they came",
    "intake.settlement_actions.settle_all": "as settle",
    "journal.month_actions.carry_over": "income and expenditure into net assets",
}
"""Actions of which a movement does not plainly say that it brings no money in, with why it does not."""


def money_in(session, since):
    """The debits of entries after one that went into banks and wallets."""
    return session.exec(
        select(Movement.amount_fen)
        .join(Account, (Account.community == Movement.community) & (Account.book == Movement.book))
        .where(
            Movement.debit == Account.code,
            col(Account.role).in_(("bank", "wallet")),
            col(Movement.entry_no) > since,
        )
    ).all()


def approve_all(session, by):
    session.execute(update(ApprovedAccount).values(approved_by=by))


@pytest.mark.parametrize(
    ("action", "prepare"), TAKING, ids=[f"{n}-{name}" for n, (name, _) in enumerate(TAKING)]
)
def test_c4_money_of_every_book_waits_until_its_account_is_approved(session, action, prepare):
    take = prepare(session)
    session.flush()
    last = session.exec(select(func.max(Entry.no))).one()

    approve_all(session, None)
    with pytest.raises(AccountNotApproved):
        take()
    session.flush()
    assert session.exec(select(func.max(Entry.no))).one() == last

    approve_all(session, "chen")
    take()
    assert sum(money_in(session, last)) > 0


# That no action is left out


MONEY = {
    account["role"]
    for chart in Path("ledger").rglob("chart.toml")
    for account in tomllib.loads(chart.read_text("utf-8"))["account"]
    if account["element"] == "asset" and "ledger" not in account
}
"""The roles of accounts that hold something of one's own, not what somebody owes."""


class Name(NamedTuple):
    """What is defined at the top of a module."""

    module: str
    name: str

    @property
    def is_action(self) -> bool:
        return self.module.endswith("actions") and not self.name.startswith("_")

    def __str__(self) -> str:
        return f"{self.module.removeprefix('ledger.').removesuffix('.actions')}.{self.name}"


def role_of(account: ast.expr | None) -> str | None:
    """The role in ``codes["role"]``; None when what the account is cannot be read off."""
    if isinstance(account, ast.Subscript) and isinstance(account.slice, ast.Constant):
        return str(account.slice.value)
    return None


def may_take_money(call: ast.Call) -> bool:
    """Whether a movement may bring money in: unless its debit plainly holds none, or it plainly pays some out."""
    if not (isinstance(call.func, ast.Name) and call.func.id == "Move"):
        return False
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    debit, credit = (
        role_of(call.args[place] if place < len(call.args) else keywords.get(side))
        for place, side in enumerate(("debit", "credit"))
    )
    return debit in MONEY or (debit is None and credit not in MONEY)


def definitions(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Functions, classes and tables of a module by name; what it runs when it is loaded has none."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from ((name.id, node) for name in ast.walk(target) if isinstance(name, ast.Name))


def read_off() -> tuple[set[Name], dict[Name, set[Name]]]:
    """What writes movements that may take money, and what each definition leans on.

    The journal writes the movements that it is told to write, so of it only the months count, which make their
    own: a reversal (红字) takes a wrong entry back, and no money comes in by it.
    """
    taking, leans = set(), {}
    for file in Path("ledger").rglob("*.py"):
        module = ".".join(file.with_suffix("").parts)
        tree = ast.parse(file.read_text("utf-8"))
        own = {name: Name(module, name) for name, _ in definitions(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                own |= {a.asname or a.name: Name(node.module, a.name) for a in node.names}
        scribe = file.parts[1] == "journal" and not file.name.startswith("month_")
        for name, node in definitions(tree):
            inside = list(ast.walk(node))
            leans[Name(module, name)] = {
                own[n.id] for n in inside if isinstance(n, ast.Name) and n.id in own
            } | {
                Name(".".join(own[n.value.id]), n.attr)
                for n in inside
                if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id in own
            }
            if not scribe and any(isinstance(n, ast.Call) and may_take_money(n) for n in inside):
                taking.add(Name(module, name))
    return taking, leans


def within(name: Name, leans: dict[Name, set[Name]]) -> set[Name]:
    """A definition and what it leans on, without other actions: they ask for themselves."""
    seen, open_ = {name}, [name]
    while open_:
        for definition in leans.get(open_.pop(), set()) - seen:
            if not definition.is_action:
                seen.add(definition)
                open_.append(definition)
    return seen


def test_every_action_that_may_take_money_was_judged():
    taking, leans = read_off()
    reached = {name: within(name, leans) & taking for name in leans if name.is_action}
    by_actions = {str(name) for name, writers in reached.items() if writers}
    by_nobody = {str(name) for name in taking.difference(*reached.values())}
    driven = {name for name, _ in TAKING}

    assert by_nobody == set(), "a movement that may take money belongs into an action"
    assert by_actions - driven - ASKS_NOBODY.keys() == set(), "drive it in TAKING, or say why it asks nobody"
    assert ASKS_NOBODY.keys() - by_actions == set()
    assert not ASKS_NOBODY.keys() & driven


@pytest.mark.parametrize(
    ("movement", "may"),
    [
        ('Move(codes["bank"], codes["held"], 1)', True),
        ("Move(money, codes[kind], 1)", True),
        ("Move(*sides, 1)", True),
        ('Move(amount_fen=1, credit=codes["held"], debit=codes["wallet"])', True),
        ('Move(codes["bonds"], codes["bank"], 1)', True),
        ('Move(codes["receivable"], codes["fees"], 1)', False),
        ('Move(codes[kind], codes["bank"], 1)', False),
    ],
)
def test_what_a_movement_does_is_read_off_its_accounts(movement, may):
    call = ast.parse(movement, mode="eval").body
    assert isinstance(call, ast.Call)
    assert may_take_money(call) is may
