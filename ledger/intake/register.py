"""The register: everything there is to know of new communities before the first entry, from one workbook.

A workbook comes in whole or not at all. Every cell that is wrong is named at once, by sheet, row and column,
and the same workbook can be given back with the words beside its rows. Communities that are in the ledger
are refused here: a register is a beginning, and what changes afterwards are actions of their own.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session, SQLModel, col, select

from ledger.accounts.actions import request_account
from ledger.accounts.rules import NewAccount
from ledger.committee.actions import bring_over
from ledger.committee.rules import Elected, NewTerm
from ledger.community.actions import seed_profiles
from ledger.community.role_rules import Actor
from ledger.community.tables import (
    Area,
    Building,
    Community,
    Component,
    Firm,
    Holder,
    Home,
    Package,
    ProfileValue,
    ServiceContract,
    Stairwell,
    Works,
)
from ledger.db import write_rows
from ledger.errors import LedgerError, Malformed
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.fund.actions import NewDeposit, deposit
from ledger.fund.rules import DepositKind, brought_over_on, opening_receipt, seller_account
from ledger.grants.actions import open_grant_book
from ledger.grants.rules import OWN_BOOK
from ledger.grants.tables import Funding
from ledger.intake.opening_actions import begin_books
from ledger.intake.register_cells import CellProblem, Spot, Table, problem
from ledger.intake.register_checks import WARRANTY, Known, covered_until, package_of, problems_between
from ledger.intake.register_layout import PLANNED, SHEETS
from ledger.intake.register_reading import Counted, read_sheet
from ledger.intake.register_workbook import RegisterUnreadable, annotated, opened, rows_in, template
from ledger.people.actions import NewSeat, invite
from ledger.people.keyring import Keyring
from ledger.periods import day_in_shanghai
from ledger.progress import Progress, unseen

__all__ = [
    "CellProblem",
    "Imported",
    "Known",
    "Register",
    "RegisterRefused",
    "RegisterUnreadable",
    "annotated",
    "import_register",
    "read_register",
    "registered",
    "template",
]

_COLUMNS: Mapping[type[SQLModel], tuple[str, tuple[str, ...]]] = {
    Community: (
        "communities",
        (
            "code",
            "area",
            "name",
            "name_en",
            "address",
            "jurisdiction",
            "built_year",
            "mode",
            "transferred",
            "opened_on",
        ),
    ),
    Building: ("buildings", ("community", "code", "floors", "has_lift")),
    Stairwell: ("stairwells", ("community", "building", "code")),
    ServiceContract: ("contracts", ("community", "number", "firm", "starts_on", "ends_on", "lump_sum")),
    Works: ("works", ("community", "code", "name", "started_on")),
    Package: (
        "packages",
        ("community", "works", "code", "name", "contractor", "price_fen", "accepted_on"),
    ),
}
"""The tables whose rows are stored as they were read, in the order in which they name each other."""


@dataclass(frozen=True)
class Register:
    """A workbook as it was read, by the names of its sheets; to be stored only when ``problems`` is empty."""

    tables: Mapping[str, Table]
    problems: tuple[CellProblem, ...]

    def rows(self, sheet: str) -> Sequence[Mapping[str, Any]]:
        """What each row of a sheet says, by field."""
        return [row.values for row in self.tables[sheet].rows]


class Imported(NamedTuple):
    """What an import stored: how many rows of each kind, and the fund's opening balances in fen.

    An area or a firm that was registered before is not counted.
    """

    areas: int
    communities: int
    buildings: int
    stairwells: int
    homes: int
    holders: int
    firms: int
    contracts: int
    works: int
    packages: int
    components: int
    tariffs: int
    accounts: int
    people: int
    committees: int
    opening_fen: int


class RegisterRefused(Malformed):
    """Something in the workbook is wrong. ``problems`` names every cell; nothing was stored."""

    code = "register-refused"
    zh = "登记簿有 {count} 处错误，一行也没有导入。第一处 {problems[0].spot}：{problems[0].zh}。"
    en = "The register has {count} errors and nothing was imported. The first, {problems[0].spot}: {problems[0].en}."


def read_register(content: bytes, known: Known | None = None, progress: Progress = unseen) -> Register:
    """Read a register workbook. What is wrong with it is told, all of it, and not raised; ``progress`` hears of the rows.

    Without ``known`` the workbook is judged by itself: nothing is looked for in a database.

    Raises:
        RegisterUnreadable: the file is no workbook at all.
    """
    book = opened(content, reading=True)
    pages = {page.title.strip(): page for page in book.worksheets}
    counted = Counted(progress, rows_in(content))
    problems: list[CellProblem] = []
    tables = {}
    for sheet in SHEETS:
        if sheet.title in pages:
            tables[sheet.name] = read_sheet(sheet, pages[sheet.title], problems, counted)
        elif sheet.may_lack:
            tables[sheet.name] = Table(sheet, {}, [])
        else:
            problems.append(problem("sheet-missing", Spot(sheet.title)))
    if "homes" in tables:
        _part_homes(tables["homes"])
    problems += problems_between(tables, known)
    order = {sheet.title: place for place, sheet in enumerate(SHEETS)}
    problems.sort(key=lambda fault: (order[fault.sheet], fault.row or 0, len(fault.column), fault.column))
    return Register(tables, tuple(problems))


def _part_homes(homes: Table) -> None:
    """A home's code says its building, stairwell and door."""
    for row in homes.rows:
        if row.has("code"):
            parts = zip(("building", "stairwell", "door"), row.values["code"].split("-"), strict=True)
            row.values.update(parts)


def registered(session: Session) -> Known:
    """What an import has to reckon with: the communities, areas, firms and profiles that are there."""
    profile = session.exec(
        select(ProfileValue)
        .where(col(ProfileValue.key).startswith(WARRANTY))
        .order_by(col(ProfileValue.since))
    )
    return Known(
        communities=frozenset(session.exec(select(Community.code))),
        areas={area.code: {"name": area.name} for area in session.exec(select(Area))},
        firms={
            firm.code: {"name": firm.name, "kind": firm.kind, "licence": firm.licence, "phone": firm.phone}
            for firm in session.exec(select(Firm))
        },
        jurisdictions=frozenset(session.exec(select(ProfileValue.scope).distinct())),
        profile=[(row.scope, row.key, row.since, row.value) for row in profile],
    )


def import_register(
    session: Session,
    content: bytes,
    *,
    host: str,
    keyring: Keyring,
    progress: Progress = unseen,
    by: Actor,
    at: datetime,
) -> Imported:
    """Store the communities of a workbook, with their logs, their books and what the fund brings over.

    The opening balances are one entry for each building, dated the day before the month of the opening day, so
    that the month begins with them. Accounts are asked for and wait for another person's approval; people get their seats and a slip each, by
    ``keyring``, and the committees of which some of them are get their terms.

    Raises:
        RegisterUnreadable: the file is no workbook.
        RegisterRefused: something in it is wrong; all of it is named.
    """
    seed_profiles(session, by=by, at=at)
    known = registered(session)
    register = read_register(content, known, progress)
    if register.problems:
        raise RegisterRefused(problems=register.problems, count=len(register.problems))
    for place in register.tables["communities"].rows:
        place.values["opened_on"] = place.values.get("opened_on") or day_in_shanghai(at)
    _store(session, register, known)
    for code in (row["code"] for row in register.rows("communities")):
        begin_books(session, code, host=host, by=by, at=at)
    planned = {(funding["community"], funding["source"]) for funding in _funding(register)}
    for code, source in sorted(pair for pair in planned if pair[1] in OWN_BOOK):
        open_grant_book(session, code, source, by=by, at=at)
    batches = _opening_deposits(register, day_in_shanghai(at))
    for (code, _), batch in batches.items():
        progress(1, 1)  # it may still be called off
        deposit(session, code, batch, by=by, at=at)
    for row in register.rows("tariffs"):
        price = NewPrice(row["since"], row["basis"], row["rate_e4"])
        set_tariff(session, row["community"], row["applies_to"], price, row["resolution"], by=by, at=at)
    _let_in(session, register, keyring, by=by, at=at)
    counts = {name: len(table.rows) for name, table in register.tables.items() if name in Imported._fields}
    counts |= {"areas": len(_new(register, "areas", known)), "firms": len(_new(register, "firms", known))}
    opening_fen = sum(opening.amount_fen for batch in batches.values() for opening in batch)
    return Imported(**counts, opening_fen=opening_fen)


def _let_in(session: Session, register: Register, keyring: Keyring, *, by: Actor, at: datetime) -> None:
    """Ask for the accounts, invite the people, and enter the committees that some of them are of.

    Raises:
        RegisterRefused: what is asked of some rows is against a rule; each is named.
    """
    problems: list[CellProblem] = []
    members: dict[str, list[Elected]] = defaultdict(list)
    for name, blamed in (("accounts", "code"), ("people", "name"), ("committees", "elected_on")):
        table = register.tables[name]
        for row in table.rows:
            asked = dict(row.values)
            community = asked.pop("community")
            try:
                with session.begin_nested():
                    if name == "accounts":
                        request_account(session, community, NewAccount(**asked), by=by, at=at)
                    elif name == "people":
                        called, office = asked.pop("name"), asked.pop("office", None)
                        invited = invite(session, community, called, NewSeat(**asked), keyring, by=by, at=at)
                        if office:
                            members[community].append(Elected(invited.login, office))
                    else:
                        filing = asked.pop("filing")
                        bring_over(
                            session, community, members[community], NewTerm(**asked), filing, by=by, at=at
                        )
            except LedgerError as refused:
                zh, en = (refused.sentence(language) for language in ("zh", "en"))
                problems.append(table.problem(row, blamed, "refused", why_zh=zh, why_en=en))
    if problems:
        raise RegisterRefused(problems=tuple(problems), count=len(problems))


def _store(session: Session, register: Register, known: Known) -> None:
    write_rows(session, Area, _new(register, "areas", known))
    write_rows(
        session, Firm, [{**firm, "registered_twice": False} for firm in _new(register, "firms", known)]
    )
    for table, (sheet, fields) in _COLUMNS.items():
        rows = register.rows(sheet)
        write_rows(session, table, [{field: row[field] for field in fields} for row in rows])
    write_rows(session, Home, [_home(row) for row in register.rows("homes")])
    write_rows(session, Holder, _holders(register))
    write_rows(session, Funding, _funding(register))
    write_rows(session, Component, _components(register, known))


def _new(register: Register, sheet: str, known: Known) -> list[Mapping[str, Any]]:
    """The areas or firms that are not registered yet."""
    there = {"areas": known.areas, "firms": known.firms}[sheet]
    return [row for row in register.rows(sheet) if row["code"] not in there]


def _home(row: Mapping[str, Any]) -> dict[str, Any]:
    return {field: row[field] for field in row if field != "opening_fen"} | {"handle": secrets.token_hex(8)}


def _holders(register: Register) -> list[dict[str, Any]]:
    """The holders, each with a key that is the same for all homes of one person, and says nothing of him.

    The same name and phone are one person. A name alone is not: two owners called 王伟 have two votes.
    """
    keys: dict[tuple[str, ...], str] = defaultdict(lambda: secrets.token_hex(8))
    return [
        {
            **row,
            "person_key": row["person_key"]
            or keys[(row["name"], row["phone"] or f"{row['community']}/{row['home']}")],
        }
        for row in register.rows("holders")
    ]


def _funding(register: Register) -> list[dict[str, Any]]:
    return [
        {
            "community": row["community"],
            "works": row["works"],
            "package": row["code"],
            "source": source,
            "planned_fen": row[field],
        }
        for row in register.rows("packages")
        for source, field in PLANNED.items()
        if row[field]
    ]


def _components(register: Register, known: Known) -> list[dict[str, Any]]:
    rows = []
    for row in register.tables["components"].rows:
        package, until = package_of(register.tables, row), None
        if package and package.values["accepted_on"]:
            until = covered_until(register.tables, row, package, known)
            assert until is not None, "a kind without a default is told as a problem"
        cells = {field: value for field, value in row.values.items() if field != "warranty_years"}
        rows.append({**cells, "warranty_until": until})
    return rows


def _opening_deposits(register: Register, today: date) -> dict[tuple[str, str], list[NewDeposit]]:
    """What the fund brings over, by community and building: of its homes, then of its selling units."""
    days = {row["code"]: brought_over_on(row["opened_on"], today) for row in register.rows("communities")}
    batches: dict[tuple[str, str], list[NewDeposit]] = defaultdict(list)
    for row in register.rows("homes"):
        if row["opening_fen"]:
            receipt_no = opening_receipt(row["building"], row["code"])
            new = NewDeposit(
                receipt_no, DepositKind.OPENING, row["opening_fen"], days[row["community"]], home=row["code"]
            )
            batches[row["community"], row["building"]].append(new)
    for row in register.rows("seller_balances"):
        if row["opening_fen"]:
            party = seller_account(row["seller"], row["building"])
            receipt_no = opening_receipt(row["building"], party)
            new = NewDeposit(
                receipt_no, DepositKind.OPENING, row["opening_fen"], days[row["community"]], party=party
            )
            batches[row["community"], row["building"]].append(new)
    return batches
